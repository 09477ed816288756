import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "@wayleave/core/bytes";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import type { Admission } from "@wayleave/core/kind";
import { REGISTER_DEVICE, type Ticket, toJson } from "@wayleave/core/messages";
import { fault, PASS, type Verdict } from "@wayleave/core/verdict";
import type { LinkPeer } from "@wayleave/link/types";
import {
  accountOf,
  deviceOf,
  DOMAIN,
  NETWORK,
  PARAMETERS,
  STORAGE,
  testEpoch,
  wordJudge,
} from "../settle/testEpoch.ts";
import { ChainDouble } from "../testing/chainDouble.ts";
import { recordingLog } from "../testing/testRound.ts";
import { Doorkeeper } from "./admission.ts";

const REGISTRY = { chainId: NETWORK.chainId, verifyingContract: NETWORK.registry };
const owner = accountOf("owner").address;
const PREFIX = "203.0.113.0/24";
const ignore = new AbortController().signal;

function door(verdict: Verdict | Promise<Verdict> = PASS) {
  let nowMs = 1_000_000;
  const chain = new ChainDouble({ domain: DOMAIN, registry: testEpoch().input.registry, parameters: PARAMETERS });
  const keeper = new Doorkeeper({
    chain,
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    log: recordingLog(),
    account: accountOf("verifier 0"),
    registryDomain: REGISTRY,
    requestTimeoutMs: 1_000,
  });
  const admission: Admission<LinkPeer> = { rule: wordJudge(STORAGE).rule, admit: async () => verdict };
  const letIn = (peer: LinkPeer, registered = false) =>
    keeper.admit(peer, PREFIX, admission, async () => registered, ignore);
  return { chain, letIn, pass: (ms: number) => (nowMs += ms) };
}

/** A double of a newcomer's link. `answer` changes what an honest one says to its ticket. */
function newcomer(key: DeviceKey, answer: (honest: Answer, ticket: Ticket) => unknown = (honest) => honest): LinkPeer {
  const request = async ({ body }: { body: Uint8Array }) => {
    const { ticket: said } = JSON.parse(new TextDecoder().decode(body)) as { ticket: Record<string, string> };
    const ticket = { ...said, kind: BigInt(said["kind"]!), expiresAt: BigInt(said["expiresAt"]!) } as unknown as Ticket;
    const honest = registrationOf(key, { device: key.id, kind: ticket.kind, owner, expiresAt: ticket.expiresAt });
    const reply = answer(honest, ticket);
    const text = typeof reply === "string" ? reply : toJson(reply);
    return { status: 200, headers: {}, body: Readable.from([utf8(text)]) };
  };
  return { id: key.id, publicKey: key.publicKey, request } as unknown as LinkPeer;
}

function registrationOf(
  key: DeviceKey,
  registration: Parameters<typeof typedDigest<typeof REGISTER_DEVICE.fields>>[2],
) {
  const signature = toHex(key.sign(typedDigest(REGISTRY, REGISTER_DEVICE, registration)));
  return { registration, publicKey: toHex(key.publicKey), signature };
}
type Answer = ReturnType<typeof registrationOf>;

describe("a newcomer", () => {
  const [device, another] = [deviceOf(0), deviceOf(1)];

  test("is registered with its own wish and a ticket for its network", async () => {
    const { chain, letIn } = door();
    expect(await letIn(newcomer(device))).toBe(true);
    const [{ wish, ticket }] = chain.registrations as [(typeof chain.registrations)[0]];
    expect(wish).toMatchObject({ device: device.id, owner, kind: BigInt(STORAGE) });
    expect(ticket).toMatchObject({ device: device.id, expiresAt: 1_600n });
  });

  test("is not when it fails its first challenge", async () => {
    const { chain, letIn } = door(fault("leaf-mismatch"));
    await expect(letIn(newcomer(device))).rejects.toMatchObject({ facts: { fault: "leaf-mismatch" } });
    expect(chain.registrations).toHaveLength(0);
  });

  const lies: [string, (honest: Answer, ticket: Ticket) => unknown][] = [
    ["is not JSON", () => "<html>"],
    ["lacks its signature", ({ signature: _, ...rest }) => rest],
    ["is signed by another key", (h) => ({ ...h, signature: registrationOf(another, h.registration).signature })],
    ["is another device's", (h) => registrationOf(another, { ...h.registration, device: another.id })],
    ["is for another kind", (h) => registrationOf(device, { ...h.registration, kind: 1n })],
    ["names another owner than was signed", (h) => ({ ...h, registration: { ...h.registration, owner: another.id } })],
    ["has half a key", (h) => ({ ...h, publicKey: h.publicKey.slice(0, 66) })],
  ];
  test.for(lies)("is not when its registration %s", async ([, lie]) => {
    const { chain, letIn } = door();
    await expect(letIn(newcomer(device, lie))).rejects.toMatchObject({ code: "admission-refused" });
    expect(chain.registrations).toHaveLength(0);
  });

  test("waits when its network sent many within an hour, and comes in after it", async () => {
    const { chain, letIn, pass } = door();
    for (let i = 0; i < 8; i++) await letIn(newcomer(deviceOf(i)));
    await expect(letIn(newcomer(deviceOf(8)))).rejects.toMatchObject({ facts: { perHour: 8 } });
    pass(3_600_001);
    await letIn(newcomer(deviceOf(8)));
    expect(chain.registrations).toHaveLength(9);
  });

  test("that another verifier let in first costs its network nothing and is no failure", async () => {
    const { chain, letIn } = door();
    chain.registrationFailure = new Error("DeviceExists");
    for (let i = 0; i < 9; i++) expect(await letIn(newcomer(deviceOf(i)), true)).toBe(false);
    await expect(letIn(newcomer(device))).rejects.toThrow("DeviceExists");
  });

  test("is let in once, however often it dials at the same time", async () => {
    let pass!: (verdict: Verdict) => void;
    const { chain, letIn } = door(new Promise<Verdict>((resolve) => (pass = resolve)));
    const first = letIn(newcomer(device));
    await expect(letIn(newcomer(device))).rejects.toMatchObject({ code: "admission-busy" });
    pass(PASS);
    expect(await first).toBe(true);
    expect(chain.registrations).toHaveLength(1);
  });
});
