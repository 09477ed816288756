import { describe, expect, test } from "vitest";
import type { Provider } from "@wayleave/core/kind";
import type { LinkRoute } from "@wayleave/link/types";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { hexToBytes } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { type PayerGate, KIND_NUMBERS } from "@wayleave/core/kind";
import { COMMITMENT } from "@wayleave/core/messages";

/** Largest body of one request to a device, streamed: half a minute at 34 Mbit/s. A kind that needs more sends more requests. */
const BODY_BYTES_MAX = 128 << 20;
/** As verifiers read them. */
const ANSWER_BYTES_MAX = 256 * 1024;
const CHALLENGE: Hash32 = `0x${"c7".repeat(32)}`;

/** One provider under test, holding something a challenge can be about, and the gate it charges. */
export interface ProviderUnderTest {
  readonly provider: Provider<LinkRoute>;
  readonly gate: RecordingGate;
  readonly device: { readonly id: Address; readonly publicKey: Uint8Array };
  /** Of the Settlement. */
  readonly domain: SigningDomain;
  /** Moves the clock it was given. */
  advance(ms: number): void;
  /** Does one act of paid work for a payer through the provider's own routes. */
  work(): Promise<void>;
  /** Whether `answer` proves what `commit(epoch)` froze, as the kind's own judge sees it. */
  judges(epoch: number, challenge: Hash32, answer: Uint8Array): Promise<boolean>;
  /** Removes files; after `provider.close()`. */
  dispose(): Promise<void>;
}

/** A gate that remembers every charge. */
export interface RecordingGate extends PayerGate {
  readonly charges: readonly { readonly payer: Address; readonly workUnits: bigint; readonly picoUsd: bigint }[];
  /** Whether payers may be served from now on. */
  serve: boolean;
}

export function recordingGate(payerOfLink: (linkId: Address) => Address | null): RecordingGate {
  const charges: { payer: Address; workUnits: bigint; picoUsd: bigint }[] = [];
  const gate: RecordingGate = {
    charges,
    serve: true,
    charge: (payer, act) => void charges.push({ payer, ...act }),
    mayServe: () => gate.serve,
    payerOfLink,
  };
  return gate;
}

/**
 * What every kind's {@link Provider} must do, registered as tests under the caller's `describe`.
 * @param make - a fresh provider for each test.
 */
export function providerConformance(make: () => Promise<ProviderUnderTest>): void {
  const withProvider = async (check: (subject: ProviderUnderTest) => Promise<void>) => {
    const subject = await make();
    try {
      await check(subject);
    } finally {
      await subject.provider.close();
      await subject.dispose();
    }
  };
  describe("as a provider", () => {
    test("names its kind, and only routes under it, each with a bounded body", () =>
      withProvider(async ({ provider }) => {
        expect(Object.keys(KIND_NUMBERS)).toContain(provider.kind);
        for (const route of provider.routes) {
          expect(route.path.startsWith(`/${provider.kind}/`), route.path).toBe(true);
          expect(route.maxBodyBytes).toBeGreaterThanOrEqual(0);
          expect(route.maxBodyBytes).toBeLessThanOrEqual(BODY_BYTES_MAX);
        }
        const shapes = provider.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:[^/]+/g, ":")}`);
        expect(new Set(shapes).size).toBe(shapes.length);
      }));
    test("offers amounts that fit an offer", () =>
      withProvider(async ({ provider }) => {
        for (const amount of Object.values(provider.offer())) {
          expect(amount).toBeGreaterThanOrEqual(0n);
          expect(amount).toBeLessThan(1n << 128n);
        }
      }));
    committing(withProvider);
    charging(withProvider);
    test("closes twice without complaint", () =>
      withProvider(async ({ provider }) => {
        await provider.close();
        await provider.close();
      }));
  });
}

type WithProvider = (check: (subject: ProviderUnderTest) => Promise<void>) => Promise<void>;

function committing(withProvider: WithProvider): void {
  test("commits once for an epoch, whatever happens in between, under its own signature", () =>
    withProvider(async ({ provider, device, domain, work }) => {
      const [first, concurrent] = await Promise.all([provider.commit(7), provider.commit(7)]);
      expect(concurrent).toEqual(first);
      await work();
      expect(await provider.commit(7)).toEqual(first);
      if (first === null) return;
      const { commitment, signature } = first;
      expect(commitment).toMatchObject({ device: device.id, epoch: 7n, kind: BigInt(KIND_NUMBERS[provider.kind]) });
      const digest = typedDigest(domain, COMMITMENT, commitment);
      expect(verifyDeviceSignature(device.publicKey, digest, hexToBytes(signature))).toBe(true);
    }));
  test("answers a challenge with bytes that its own judge passes, and another challenge with others", () =>
    withProvider(async ({ provider, judges }) => {
      await provider.commit(7);
      const answer = await provider.answer({ epoch: 7, challenge: CHALLENGE });
      expect(answer.byteLength).toBeLessThanOrEqual(ANSWER_BYTES_MAX);
      expect(await judges(7, CHALLENGE, answer)).toBe(true);
      const other: Hash32 = `0x${"d8".repeat(32)}`;
      expect(await judges(7, other, answer)).toBe(false);
      expect(await judges(7, other, await provider.answer({ epoch: 7, challenge: other }))).toBe(true);
      expect(await judges(7, CHALLENGE, answer.slice(0, -1))).toBe(false);
    }));
}

function charging(withProvider: WithProvider): void {
  test("charges what it does, never a negative amount, and nothing twice", () =>
    withProvider(async ({ provider, gate, work, advance }) => {
      const total = () => gate.charges.reduce((sum, charge) => sum + charge.picoUsd, 0n);
      await work();
      await provider.tick(0);
      const once = total();
      expect(once).toBeGreaterThan(0n);
      await provider.tick(0);
      expect(total()).toBe(once); // no time passed
      advance(3_600_000);
      await provider.tick(3_600_000);
      await work();
      await provider.tick(3_600_000);
      expect(total()).toBeGreaterThan(once);
      for (const { picoUsd, workUnits } of gate.charges) {
        expect(picoUsd).toBeGreaterThanOrEqual(0n);
        expect(workUnits).toBeGreaterThanOrEqual(0n);
      }
    }));
  test("does not work for a payer that the gate refuses", () =>
    withProvider(async ({ provider, gate, work }) => {
      gate.serve = false;
      await expect(work()).rejects.toThrow();
      await provider.tick(0);
      expect(gate.charges.reduce((sum, charge) => sum + charge.picoUsd, 0n)).toBe(0n);
    }));
}
