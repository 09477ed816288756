import { Readable } from "node:stream";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { utf8 } from "@wayleave/core/bytes";
import type { Address } from "@wayleave/core/ids";
import { type Countersigned, countersignedSchema, toJson, type Voucher } from "@wayleave/core/messages";
import type { LinkPeer } from "@wayleave/link/types";
import { accountOf, deviceOf, DOMAIN, STORAGE, voucherOf } from "../settle/testEpoch.ts";
import type { VoucherStanding } from "../store/schema.ts";
import { recordingLog } from "../testing/testRound.ts";
import { Notary } from "./notary.ts";

const payer = accountOf("payer 0");
const self = accountOf("verifier 0");
const other = accountOf("verifier 1");
const DEVICES = [0, 1, 2].map((i) => deviceOf(i).id);

/** The books as a database keeps them, and a deposit that tests change. */
let rows: Map<string, { standing: VoucherStanding; voucher: Countersigned }>;
let deposit: bigint;
let notaries: readonly Address[];
let failNextWrite: boolean;

beforeEach(() => {
  rows = new Map();
  deposit = 100n;
  notaries = [self.address, other.address];
  failNextWrite = false;
});

const open = () =>
  Notary.open({
    store: {
      vouchers: async () => [...rows.values()],
      async saveVouchers(voucher, standings) {
        await Promise.resolve();
        if (failNextWrite) {
          failNextWrite = false;
          throw new Error("the disk is full");
        }
        // Exactly what is read back after a restart.
        const kept = countersignedSchema.parse(JSON.parse(toJson(voucher)));
        const { payer: by, device, kind } = voucher.voucher;
        for (const standing of standings) rows.set(`${by}${device}${kind}${standing}`, { standing, voucher: kept });
      },
    },
    log: recordingLog(),
    account: self,
    domain: DOMAIN,
    promisable: async () => {
      await Promise.resolve();
      return deposit;
    },
    notariesOf: (voucher: Voucher) => (voucher.payer === payer.address ? notaries : []),
    requestTimeoutMs: 1_000,
  });

/** A double of a device's link: its wallet holds these vouchers, in the order of their sequence. */
function walletOf(device: Address, vouchers: readonly Countersigned[]) {
  const received: string[] = [];
  const asked: number[] = [];
  const peer = {
    id: device,
    async request({ path, body }: { path: string; body?: Uint8Array }) {
      if (body !== undefined) {
        const posted = JSON.parse(new TextDecoder().decode(body)) as { countersignatures: { signature: string }[] };
        received.push(...posted.countersignatures.map(({ signature }) => signature));
        return { status: 200, headers: {}, body: Readable.from([utf8("{}")]) };
      }
      const after = Number(new URL(path, "http://device").searchParams.get("after"));
      asked.push(after);
      const page = vouchers.map((each, i) => ({ ...each, sequence: i + 1 })).filter(({ sequence }) => sequence > after);
      const next = page.at(-1)?.sequence ?? after;
      return { status: 200, headers: {}, body: Readable.from([utf8(toJson({ vouchers: page, next }))]) };
    },
  } as unknown as LinkPeer;
  return { peer, received, asked };
}

const promise = (device: number, total: bigint, by: readonly (typeof self)[] = []) =>
  voucherOf(payer, DEVICES[device]!, STORAGE, total, by);

async function show(notary: Notary, device: number, ...vouchers: Countersigned[]): Promise<number> {
  const { peer, received } = walletOf(DEVICES[device]!, vouchers);
  notary.forget(peer.id);
  await notary.visit(peer);
  return received.length;
}

describe("a notary", () => {
  test("countersigns what the deposit covers, and the sum of two that only fit alone just once", async () => {
    const notary = await open();
    expect(await show(notary, 0, promise(0, 60n))).toBe(1);
    expect(await show(notary, 1, promise(1, 60n))).toBe(0);
    expect(await show(notary, 1, promise(1, 40n))).toBe(0); // 60 was seen: an older total is no promise any more
    expect(await show(notary, 2, promise(2, 40n))).toBe(1);
    expect(notary.promised(payer.address)).toBe(100n);
  });

  test("lets only one of two pass that come at the same moment", async () => {
    const notary = await open();
    const signed = await Promise.all([show(notary, 0, promise(0, 60n)), show(notary, 1, promise(1, 60n))]);
    expect(signed.sort()).toEqual([0, 1]);
  });

  test("keeps its word across a restart", async () => {
    expect(await show(await open(), 0, promise(0, 60n))).toBe(1);
    const again = await open();
    expect(again.promised(payer.address)).toBe(60n);
    expect(await show(again, 1, promise(1, 41n))).toBe(0);
    expect(again.known().map(({ countersignatures }) => countersignatures.length)).toEqual([1, 0]);
  });

  test("signs nothing that it could not write down", async () => {
    const notary = await open();
    failNextWrite = true;
    await expect(show(notary, 0, promise(0, 60n))).rejects.toThrow("the disk is full");
    expect(notary.promised(payer.address)).toBe(0n);
    expect(await show(notary, 0, promise(0, 60n))).toBe(1);
  });

  test("promises nothing less when an older voucher is shown again", async () => {
    const notary = await open();
    expect(await show(notary, 0, promise(0, 60n))).toBe(1);
    expect(await show(notary, 0, promise(0, 10n))).toBe(0);
    expect(notary.promised(payer.address)).toBe(60n);
    expect(notary.known().map(({ voucher }) => voucher.totalMicroUsd)).toEqual([60n]);
  });

  test("publishes the covered voucher beside a newer one that is not", async () => {
    const notary = await open();
    await show(notary, 0, promise(0, 60n));
    await show(notary, 0, promise(0, 160n));
    expect(notary.known().map(({ voucher }) => voucher.totalMicroUsd)).toEqual([160n, 60n]);
  });

  test("looks again at what was not covered when the payer has deposited more", async () => {
    const notary = await open();
    const { peer, received, asked } = walletOf(DEVICES[0]!, [promise(0, 150n)]);
    await notary.visit(peer);
    expect(received).toHaveLength(0);
    deposit = 200n;
    await notary.visit(peer);
    expect(received).toHaveLength(1);
    await notary.visit(peer);
    expect(asked.at(-1)).toBe(1);
  });

  test("keeps nothing of payers that nobody knows, of other devices, or unsigned", async () => {
    const notary = await open();
    const stranger = voucherOf(accountOf("a stranger"), DEVICES[0]!, STORAGE, 1n, []);
    const forged = { ...promise(0, 5n), signature: promise(0, 6n).signature };
    expect(await show(notary, 0, stranger, promise(1, 5n), forged)).toBe(0);
    expect(rows.size).toBe(0);
    expect(notary.known()).toEqual([]);
  });

  test("keeps countersignatures of this payer's notaries only, however many others come with them", async () => {
    const notary = await open();
    const strangers = Array.from({ length: 7 }, (_, i) => accountOf(`no notary ${i}`));
    await show(notary, 0, promise(0, 60n, [...strangers, other]));
    const [known] = notary.known();
    expect(known!.countersignatures.map(({ notary: by }) => by).sort()).toEqual([self.address, other.address].sort());
    await expect(open()).resolves.toBeDefined();
  });

  test("ends a visit to a wallet that goes in circles", async () => {
    const notary = await open();
    const peer = {
      id: DEVICES[0],
      request: async () => {
        const page = { vouchers: [{ ...promise(1, 1n), sequence: 0 }], next: 0 };
        return { status: 200, headers: {}, body: Readable.from([utf8(toJson(page))]) };
      },
    } as unknown as LinkPeer;
    await expect(notary.visit(peer)).resolves.toBeUndefined();
  });

  test("never promises more than is deposited, and never takes a promise back", async () => {
    const anyStep = fc.oneof(
      fc.record({ device: fc.nat(2), total: fc.bigInt(1n, 80n) }),
      fc.record({ deposit: fc.bigInt(0n, 40n) }),
      fc.constant("restart" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), async (steps) => {
        rows = new Map();
        deposit = 50n;
        let notary = await open();
        let before = 0n;
        for (const step of steps) {
          if (step === "restart") notary = await open();
          else if ("deposit" in step) deposit += step.deposit;
          else await show(notary, step.device, promise(step.device, step.total));
          const promised = notary.promised(payer.address);
          expect(promised).toBeLessThanOrEqual(deposit);
          expect(promised).toBeGreaterThanOrEqual(before);
          before = promised;
        }
      }),
      { numRuns: 60 },
    );
  });
});
