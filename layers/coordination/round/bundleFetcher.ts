import { fetchBundle } from "../bundle/fetchBundle.ts";
import type { NetworkIds } from "../settle/settleInput.ts";
import type { FetchBundle } from "./heldBundles.ts";
import { bundleUrl, type PeerApi, relayUrl } from "./peerApi.ts";

/** Fetches others' bundles of one epoch, from their verifiers or from whoever holds them. What comes is hostile. */
export function bundleFetcher(peers: PeerApi, network: NetworkIds, epoch: number): FetchBundle {
  return async ({ verifier, head }, from, signal) => {
    const files = new Map<string, Uint8Array>();
    const get = async (file: string, maxBytes: number) => {
      const own = from.account === verifier;
      const url = own ? bundleUrl(from.url, epoch, file) : relayUrl(from.url, epoch, head, file);
      const bytes = await peers.bytes(url, maxBytes, signal);
      files.set(file, bytes);
      return bytes;
    };
    return { bundle: await fetchBundle(get, { network, epoch, verifier, head }), files };
  };
}
