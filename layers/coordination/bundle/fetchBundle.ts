import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { NetworkIds } from "../settle/settleInput.ts";
import type { CheckedBundle } from "./bundleData.ts";
import { MAX_MANIFEST_BYTES, manifestHead, parseManifest } from "./manifest.ts";
import { readBundle } from "./readBundle.ts";

/** Reads one file of a bundle from wherever it is published. What comes is hostile. */
export type GetBundleFile = (file: string, maxBytes: number) => Promise<Uint8Array>;

/** Which bundle is meant. `head` is null when whatever the verifier published for the epoch is wanted. */
export interface WantedBundle {
  readonly network: NetworkIds;
  readonly epoch: number;
  readonly verifier: Address;
  readonly head: Hash32 | null;
}

/**
 * Fetches and checks one verifier's bundle.
 * @throws WayleaveError `bundle-manifest` when it is another one than was wanted, and whatever `readBundle` finds.
 */
export async function fetchBundle(get: GetBundleFile, wanted: WantedBundle): Promise<CheckedBundle> {
  const signed = parseManifest(new TextDecoder().decode(await get("manifest.json", MAX_MANIFEST_BYTES)));
  const { manifest } = signed;
  const { network, epoch, verifier, head } = wanted;
  const same =
    manifest.chainId === network.chainId &&
    manifest.settlement === network.settlement &&
    manifest.registry === network.registry &&
    manifest.epoch === epoch &&
    manifest.verifier === verifier;
  if (!same) {
    throw new WayleaveError("bundle-manifest", "The manifest is of another network, epoch or verifier", {
      field: "manifest",
      epoch,
      verifier,
    });
  }
  if (head !== null && manifestHead(manifest) !== head) {
    throw new WayleaveError("bundle-manifest", "The manifest is not the one whose head was told", {
      field: "head",
      head,
    });
  }
  // One more byte than announced is enough to see that a file is longer.
  const files = await Promise.all(
    manifest.files.map(async ({ name, bytes }) => [name, await get(name, bytes + 1)] as const),
  );
  return readBundle(signed, new Map(files));
}
