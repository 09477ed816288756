import { mkdtemp, readdir, rm, stat, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accountKey } from "@wayleave/core/accountKey";
import {
  deviceInfoSchema,
  meteredSchema,
  registrationSchema,
  signedOfferSchema,
  voucherPageSchema,
} from "@wayleave/core/agentWire";
import { hexToBytes, utf8 } from "@wayleave/core/bytes";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import {
  COUNTERSIGNATURE,
  OFFER,
  REGISTER_DEVICE,
  signedCommitmentSchema,
  toJson,
  VOUCHER,
  ZERO_ADDRESS,
} from "@wayleave/core/messages";
import { readBody } from "@wayleave/link/body";
import { dialLink } from "@wayleave/link/dialer";
import { type Front, startFront } from "../../link/testing/linkPair.ts";
import type { LinkPeer } from "@wayleave/link/types";
import { agentRoutes } from "./agentRoutes.ts";
import { loadDeviceIdentity } from "./deviceIdentity.ts";
import { epochCommitments } from "./epochCommitments.ts";
import { sellPlan } from "./sellPlan.ts";
import { toyProvider } from "./testing/toyProvider.ts";
import { openVoucherWallet } from "./voucherWallet.ts";

const PAYER = accountKey(new Uint8Array(32).fill(1));
const NOTARY = accountKey(new Uint8Array(32).fill(2));
const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` as Address };
const REGISTRY = { chainId: 31337, verifyingContract: `0x${"4e".repeat(20)}` as Address };
const NOW_MS = Date.UTC(2026, 0, 5);
const EPOCH = 12;

let directory: string;
let stack: AsyncDisposableStack;
let verifier: { peer: LinkPeer };
let operator: { peer: LinkPeer };
let stranger: { peer: LinkPeer };
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "wayleave-agent-"));
  stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true }));
  const fronts = [stack.use(await startFront()), stack.use(await startFront()), stack.use(await startFront())] as const;
  const agent = await startAgent({ verifier: fronts[0].key.id, operator: fronts[1].key.id });
  const peers: LinkPeer[] = [];
  for (const front of fronts) {
    stack.use(await dial(agent, front));
    peers.push(await front.arrivals.next());
  }
  verifier = { peer: peers[0]! };
  operator = { peer: peers[1]! };
  stranger = { peer: peers[2]! };
});
afterEach(() => stack.disposeAsync());

async function startAgent(links: { verifier: Address; operator: Address }) {
  const identity = await loadDeviceIdentity({ directory, cell: 5n });
  const payerOfLink = (linkId: Address) => (linkId === links.operator ? PAYER.address : null);
  const path = join(directory, "wallet.db");
  const options = { path, device: identity.key.id, domain: DOMAIN, unpaidLimitMicroUsd: 10n, firmCountersignatures: 1 };
  const wallet = openVoucherWallet(options, { payerOfLink, isNotary: (notary) => notary === NOTARY.address });
  stack.defer(() => wallet.close());
  const provider = toyProvider({ key: identity.key, domain: DOMAIN, gate: wallet.gate("compute") });
  const epochNow = () => EPOCH;
  const routes = agentRoutes({
    ...{ identity, wallet, softwareVersion: "0.1.0", registryDomain: REGISTRY, providers: [provider] },
    plan: sellPlan({ identity, domain: DOMAIN, providers: [provider], epochNow }),
    commitments: new Map([["compute", epochCommitments(provider, epochNow)]]),
    clock: { now: () => NOW_MS, monotonicMs: () => NOW_MS },
    peers: { payerOfLink, isVerifier: (id) => id === links.verifier },
  });
  return { identity, routes };
}

async function dial({ identity, routes }: Awaited<ReturnType<typeof startAgent>>, front: Front) {
  const { port } = front.listener;
  const link = dialLink({ key: identity.key, host: "127.0.0.1", port, expectedPeerId: front.key.id, routes });
  await link.connected();
  return { [Symbol.asyncDispose]: () => link.close() };
}

async function ask({ peer }: { peer: LinkPeer }, method: "GET" | "POST", path: string, body?: unknown) {
  const reply = await peer.request({ method, path, ...(body === undefined ? {} : { body: utf8(toJson(body)) }) });
  const bytes = await readBody(reply.body, 1 << 20);
  const isJson = String(reply.headers["content-type"]).includes("json");
  return { status: reply.status, bytes, json: isJson ? (JSON.parse(Buffer.from(bytes).toString()) as unknown) : null };
}

function voucher(totalMicroUsd: bigint, tick: bigint) {
  const device = verifier.peer.id;
  const value = { payer: PAYER.address, device, kind: 1n, totalMicroUsd, workUnits: 1n, tick };
  return { voucher: value, signature: PAYER.sign(typedDigest(DOMAIN, VOUCHER, value)) };
}

describe("over a real link", () => {
  test("a device says who it is and signs what it offers", async () => {
    const info = deviceInfoSchema.parse((await ask(stranger, "GET", "/device")).json);
    expect(info).toMatchObject({ device: verifier.peer.id, owner: null, kinds: ["compute"], cell: 5n });
    const { offer, signature } = signedOfferSchema.parse((await ask(stranger, "GET", "/offers/compute")).json);
    expect(offer).toMatchObject({ epoch: BigInt(EPOCH), capacity: 100n });
    const digest = typedDigest(DOMAIN, OFFER, offer);
    expect(verifyDeviceSignature(verifier.peer.publicKey, digest, hexToBytes(signature))).toBe(true);
    expect((await ask(stranger, "GET", "/offers/storage")).status).toBe(404);
  });

  test("a verifier gets commitments of this epoch and the next, and answers", async () => {
    const made = signedCommitmentSchema.parse((await ask(verifier, "GET", `/commitments/compute/${EPOCH + 1}`)).json);
    expect(made.commitment.epoch).toBe(BigInt(EPOCH + 1));
    for (const epoch of [EPOCH + 2, EPOCH - 1, "x", "1e3"]) {
      expect((await ask(verifier, "GET", `/commitments/compute/${epoch}`)).status).toBe(404);
    }
    const challenge = `0x${"c7".repeat(32)}`;
    const answer = await ask(verifier, "POST", "/challenges/compute", { epoch: EPOCH + 1, challenge });
    expect(answer).toMatchObject({ status: 200, json: null });
    expect(answer.bytes).toHaveLength(32);
    const malformed = await ask(verifier, "POST", "/challenges/compute", { epoch: -1, challenge });
    expect(malformed).toMatchObject({ status: 400, json: { facts: { field: "epoch" } } });
    expect((await ask(verifier, "POST", "/challenges/compute", { epoch: 3, challenge })).status).toBe(404);
  });

  test("the payer's link brings vouchers, the notary's word makes them firm, service goes on", async () => {
    expect((await ask(operator, "POST", "/compute/work")).status).toBe(204);
    const metered = await ask(operator, "POST", "/wallet/vouchers", { vouchers: [voucher(7n, 1n)] });
    expect(meteredSchema.parse(metered.json).metered[0]).toMatchObject({ picoUsd: 1_000n, firmTotalMicroUsd: 0n });
    const page = voucherPageSchema.parse((await ask(verifier, "GET", "/wallet/vouchers?after=0")).json);
    expect(page.vouchers[0]!.voucher.totalMicroUsd).toBe(7n);
    const voucherDigest = typedDigestHex(DOMAIN, VOUCHER, page.vouchers[0]!.voucher);
    const signature = NOTARY.sign(typedDigest(DOMAIN, COUNTERSIGNATURE, { voucherDigest }));
    const countersignatures = [{ voucherDigest, notary: NOTARY.address, signature }];
    const post = () => ask(verifier, "POST", "/wallet/countersignatures", { countersignatures });
    expect((await post()).json).toEqual({ accepted: 1 });
    expect((await post()).json).toEqual({ accepted: 0 });
    const after = meteredSchema.parse((await ask(operator, "GET", "/wallet/metered")).json);
    expect(after.metered[0]!.firmTotalMicroUsd).toBe(7n);
    const replay = await ask(operator, "POST", "/wallet/vouchers", { vouchers: [voucher(6n, 2n)] });
    expect(replay).toMatchObject({ status: 403, json: { code: "voucher-lower-refused" } });
  });

  test("nobody else may do any of it", async () => {
    const forbidden = { status: 403, json: { code: "peer-forbidden" } };
    expect(await ask(stranger, "POST", "/wallet/vouchers", { vouchers: [voucher(7n, 1n)] })).toMatchObject(forbidden);
    expect(await ask(stranger, "GET", "/wallet/metered")).toMatchObject(forbidden);
    expect(await ask(operator, "GET", "/wallet/vouchers?after=0")).toMatchObject(forbidden);
    expect(await ask(operator, "GET", `/commitments/compute/${EPOCH}`)).toMatchObject(forbidden);
    expect(await ask(operator, "POST", "/challenges/compute", {})).toMatchObject(forbidden);
    expect(await ask(stranger, "POST", "/register", {})).toMatchObject(forbidden);
    expect(await ask(stranger, "POST", "/compute/work")).toMatchObject(forbidden);
  });

  test("a ticket becomes a registration of this device only, for as long as the ticket", async () => {
    const expiresAt = BigInt(NOW_MS / 1_000 + 600);
    const ticket = { device: verifier.peer.id, kind: 1n, network: `0x${"00".repeat(32)}`, expiresAt };
    const post = (over: object) =>
      ask(verifier, "POST", "/register", { ticket: { ...ticket, ...over }, signature: "0x" });
    const { registration, signature } = registrationSchema.parse((await post({})).json);
    expect(registration).toEqual({ device: verifier.peer.id, kind: 1n, owner: ZERO_ADDRESS, expiresAt });
    const digest = typedDigest(REGISTRY, REGISTER_DEVICE, registration);
    expect(verifyDeviceSignature(verifier.peer.publicKey, digest, hexToBytes(signature))).toBe(true);
    for (const over of [{ device: ZERO_ADDRESS }, { kind: 2n }, { expiresAt: 1n }, { expiresAt: 1n << 60n }]) {
      expect(await post(over)).toMatchObject({ status: 403, json: { code: "ticket-refused" } });
    }
  });
});

describe("a device's key", () => {
  test("is made once, readable by its owner only, even when two start together", async () => {
    const own = join(directory, "new");
    const both = await Promise.all([loadDeviceIdentity({ directory: own }), loadDeviceIdentity({ directory: own })]);
    const later = await loadDeviceIdentity({ directory: own });
    expect(new Set([...both, later].map((identity) => identity.key.id)).size).toBe(1);
    expect(await readdir(own)).toEqual(["device.key.pem"]);
    expect((await stat(join(own, "device.key.pem"))).mode & 0o777).toBe(0o600);
  });

  test("that others may read is refused", async () => {
    await chmod(join(directory, "device.key.pem"), 0o644);
    await expect(loadDeviceIdentity({ directory })).rejects.toMatchObject({ code: "device-key-exposed-refused" });
  });
});
