import type { AccountKey } from "@wayleave/core/accountKey";
import { chainWriter } from "@wayleave/chain/chainWriter";
import { meteredSchema } from "@wayleave/core/agentWire";
import { utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import { formatEndpoint } from "@wayleave/core/endpoint";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { type SignedVoucher, toJson, VOUCHER } from "@wayleave/core/messages";
import type { MicroUsd } from "@wayleave/core/money";
import type { Network } from "@wayleave/core/network";
import { readJson } from "@wayleave/link/body";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer } from "@wayleave/link/types";
import type { RunningNetwork } from "../network/startNetwork.ts";
import { until } from "./until.ts";

const REPLY_BYTES_MAX = 64 * 1024;
const REQUEST_TIMEOUT_MS = 5_000;
/** Devices look at the registry every second or so and dial at once. */
const LINKED_WITHIN_MS = 30_000;

/** A payer that is no service at all: it only signs vouchers, over links that devices dial to it. */
export interface BarePayer {
  readonly account: Address;
  /** What its links are pinned to and its deletions are signed with. */
  readonly linkKey: DeviceKey;
  /** The link of a device it made promises to, once that has dialled. */
  peerOf(device: Address): Promise<LinkPeer>;
  /** Of what the device holds from this payer, the part with two countersignatures: verifiers will pay it in full. */
  firmMicroUsd(device: Address): Promise<MicroUsd>;
  close(): Promise<void>;
}

export interface BarePayerOptions {
  /** Of its account in the state directory. */
  readonly name: string;
  readonly depositMicroUsd: MicroUsd;
  /** What it signs for whom, covered by its deposit or not. */
  readonly promisesMicroUsd: ReadonlyMap<Address, MicroUsd>;
}

/**
 * Becomes a payer for real: gets test dollars, deposits them in the escrow, registers as an operator, lets devices dial
 * it, and signs them vouchers for service that never was.
 */
export async function startBarePayer(network: RunningNetwork, options: BarePayerOptions): Promise<BarePayer> {
  const { name, depositMicroUsd, promisesMicroUsd } = options;
  const { state, chain, file } = network;
  const account = state.account(name);
  const linkKey = deviceKeyFromSeed(state.secret(`${name}-payer-link`));
  await chain.fund([account.address]);
  const writer = await chainWriter(file.network, account);
  const links = await listenForLinks({ key: linkKey, port: 0, admit: ({ id }) => promisesMicroUsd.has(id) });
  const close = async () => {
    await links.close();
    writer.close();
  };
  const peerOf = (device: Address) =>
    until("A device dialling its new payer", LINKED_WITHIN_MS, async () => links.peers.get(device) ?? null);
  try {
    await writer.mintTestDollars(account.address, depositMicroUsd);
    await writer.deposit(depositMicroUsd);
    // Nobody asks it over HTTP: only its links are of use.
    await writer.registerOperator(formatEndpoint(`http://127.0.0.1:${links.port}`, links.port), linkKey.publicKey);
    for (const [device, totalMicroUsd] of promisesMicroUsd) {
      const signed = signedVoucher(file.network, account, device, totalMicroUsd);
      await ask(await peerOf(device), "POST", "/wallet/vouchers", utf8(toJson({ vouchers: [signed] })));
    }
    return {
      account: account.address,
      linkKey,
      peerOf,
      close,
      async firmMicroUsd(device) {
        const { metered } = await ask(await peerOf(device), "GET", "/wallet/metered");
        return metered.find(({ kind }) => kind === "storage")?.firmTotalMicroUsd ?? 0n;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function signedVoucher(network: Network, payer: AccountKey, device: Address, totalMicroUsd: MicroUsd): SignedVoucher {
  const { chainId, contracts } = network;
  const kind = BigInt(KIND_NUMBERS.storage);
  const voucher = { payer: payer.address, device, kind, totalMicroUsd, workUnits: 1n, tick: 1n };
  const digest = typedDigest({ chainId, verifyingContract: contracts.settlement }, VOUCHER, voucher);
  return { voucher, signature: payer.sign(digest) };
}

async function ask(peer: LinkPeer, method: "GET" | "POST", path: string, body?: Uint8Array) {
  const headers = { "content-type": "application/json" };
  const wish = { method, path, headers, timeoutMs: REQUEST_TIMEOUT_MS, ...(body === undefined ? {} : { body }) };
  const reply = await peer.request(wish);
  if (reply.status !== 200) {
    reply.body.resume();
    throw new WayleaveError("device-refused", `The device refused ${method} ${path}`, { status: reply.status });
  }
  return readJson(reply.body, meteredSchema, REPLY_BYTES_MAX);
}
