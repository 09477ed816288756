import { chainWriter } from "@wayleave/chain/chainWriter";
import { meteredSchema } from "@wayleave/core/agentWire";
import { utf8 } from "@wayleave/core/bytes";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import { formatEndpoint } from "@wayleave/core/endpoint";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { toJson, VOUCHER } from "@wayleave/core/messages";
import type { MicroUsd } from "@wayleave/core/money";
import { readJson } from "@wayleave/link/body";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer } from "@wayleave/link/types";
import type { RunningNetwork } from "../network/startNetwork.ts";
import { until } from "./until.ts";

const REPLY_BYTES_MAX = 64 * 1024;
const REQUEST_TIMEOUT_MS = 5_000;
/** Devices look at the registry every second or so and dial at once. */
const LINKED_WITHIN_MS = 30_000;

/** Somebody who is its own customer: the owner of a device that registers as a payer and pays that device for nothing. */
export interface Washer {
  /** Payer and owner in one: all of the coalition's dollars pass through this account. */
  readonly account: Address;
  readonly device: Address;
  readonly spentMicroUsd: MicroUsd;
  /** What the device holds from this payer with two countersignatures: verifiers will pay it in full. */
  firmMicroUsd(): Promise<MicroUsd>;
  close(): Promise<void>;
}

/**
 * Makes the owner of a device its own payer, for real: it gets test dollars, deposits them in the escrow, registers as
 * an operator, lets its device dial it, and signs it a voucher over the whole deposit for service that never was.
 * @param name - of the owner's account in the state directory.
 */
export async function startWashing(
  network: RunningNetwork,
  {
    name,
    device,
    spendMicroUsd,
  }: { readonly name: string; readonly device: Address; readonly spendMicroUsd: MicroUsd },
): Promise<Washer> {
  const { state, chain, file } = network;
  const { contracts, chainId } = file.network;
  const account = state.account(name);
  const linkKey = deviceKeyFromSeed(state.secret(`${name}-washing-link`));
  await chain.fund([account.address]);
  const writer = await chainWriter(file.network, account);
  const links = await listenForLinks({ key: linkKey, port: 0, admit: ({ id }) => id === device });
  const close = async () => {
    await links.close();
    writer.close();
  };
  try {
    await writer.mintTestDollars(account.address, spendMicroUsd);
    await writer.deposit(spendMicroUsd);
    // Nobody asks it over HTTP: only its links are of use.
    await writer.registerOperator(formatEndpoint(`http://127.0.0.1:${links.port}`, links.port), linkKey.publicKey);
    const peer = await until(
      "The washing owner's device dialling it",
      LINKED_WITHIN_MS,
      async () => links.peers.get(device) ?? null,
    );
    const voucher = {
      ...{ payer: account.address, device, kind: BigInt(KIND_NUMBERS.storage) },
      ...{ totalMicroUsd: spendMicroUsd, workUnits: 1n, tick: 1n },
    };
    const digest = typedDigest({ chainId, verifyingContract: contracts.settlement }, VOUCHER, voucher);
    const body = utf8(toJson({ vouchers: [{ voucher, signature: account.sign(digest) }] }));
    await ask(peer, "POST", "/wallet/vouchers", body);
    return {
      ...{ account: account.address, device, spentMicroUsd: spendMicroUsd, close },
      async firmMicroUsd() {
        const { metered } = await ask(links.peers.get(device) ?? peer, "GET", "/wallet/metered");
        return metered.find(({ kind }) => kind === "storage")?.firmTotalMicroUsd ?? 0n;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
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
