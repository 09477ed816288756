import type { Account, Chain, HttpTransport, PublicClient } from "viem";

/** What every client of one network shares. Public. */
export interface ChainPlace {
  readonly rpcUrl: string;
  readonly chainId: number;
}

/** A viem client whose type does not depend on the chain's particulars. */
export type ChainClient = PublicClient<HttpTransport, Chain, Account | undefined>;

/** One request, retries not counted. A block's receipts from a slow public node take a second or two. */
const REQUEST_TIMEOUT_MS = 15_000;
/** With viem's doubling delays: outlasts a node that restarts within a second. */
const RETRIES = 3;
const RETRY_DELAY_MS = 150;
/** Calls made in the same tick travel in one request; nodes refuse larger ones. */
const BATCH_MAX = 100;
/** How often a pending receipt is looked for: half a local block. */
const POLL_MS = 400;

/**
 * Opens a client. viem is loaded here, not at import: a program that never talks to the chain does not pay its 150 ms.
 * Nothing is sent before the first call.
 */
export async function connectChain(place: ChainPlace): Promise<ChainClient> {
  const { createPublicClient, defineChain, http } = await import("viem");
  const transport = http(place.rpcUrl, {
    batch: { batchSize: BATCH_MAX },
    timeout: REQUEST_TIMEOUT_MS,
    retryCount: RETRIES,
    retryDelay: RETRY_DELAY_MS,
  });
  const chain = defineChain({
    id: place.chainId,
    name: "Wayleave",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [place.rpcUrl] } },
  });
  // viem would answer block numbers from a cache of four seconds: longer than a reorganization of ours takes.
  return createPublicClient({ chain, transport, cacheTime: 0, pollingInterval: POLL_MS }) as ChainClient;
}
