import { endpointUrl } from "@wayleave/core/endpoint";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { Network } from "@wayleave/core/network";
import type { CheckedBundle } from "@wayleave/layer-coordination/bundle/bundleData";
import { fetchBundle, type GetBundleFile } from "@wayleave/layer-coordination/bundle/fetchBundle";
import type { NetworkIds } from "@wayleave/layer-coordination/settle/settleInput";
import { fetchBytes } from "./httpJson.ts";

const FILE_TIMEOUT_MS = 30_000;
/** A verifier that was away for an epoch has an older bundle; older than this says nothing about now. */
const EPOCHS_BACK = 3;

/** A registered verifier that can be asked. */
export interface VerifierPlace {
  readonly account: Address;
  readonly url: string;
}

/** Where registered verifiers publish; endpoints that cannot be read are left out. */
export function verifierPlaces(verifiers: ReadonlyMap<Address, { readonly endpoint: string }>): VerifierPlace[] {
  return [...verifiers].flatMap(([account, { endpoint }]) => {
    try {
      return [{ account, url: endpointUrl(endpoint) }];
    } catch (error) {
      if (error instanceof WayleaveError) return [];
      throw error;
    }
  });
}

export function networkIds({ chainId, contracts }: Network): NetworkIds {
  return { chainId, settlement: contracts.settlement, registry: contracts.registry };
}

/** Reads files of one verifier's bundle over HTTP. What comes is hostile. */
export function bundleFilesAt(url: string, epoch: number): GetBundleFile {
  return (file, maxBytes) => fetchBytes(`${url}/bundles/${epoch}/${file}`, { maxBytes, timeoutMs: FILE_TIMEOUT_MS });
}

/** The newest bundle that any verifier has published of the epochs just ended; null when there is none. */
export async function newestBundle(
  network: Network,
  verifiers: readonly VerifierPlace[],
  epochNow: number,
): Promise<CheckedBundle | null> {
  for (let epoch = epochNow - 1; epoch >= Math.max(0, epochNow - EPOCHS_BACK); epoch--) {
    for (const { account, url } of verifiers) {
      try {
        const wanted = { network: networkIds(network), epoch, verifier: account, head: null };
        return await fetchBundle(bundleFilesAt(url, epoch), wanted);
      } catch (error) {
        if (!(error instanceof WayleaveError)) throw error; // not published, not reachable or not genuine: the next one
      }
    }
  }
  return null;
}
