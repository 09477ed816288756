import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { CheckedBundle } from "@wayleave/layer-coordination/bundle/bundleData";
import { fetchBundle, type GetBundleFile } from "@wayleave/layer-coordination/bundle/fetchBundle";
import {
  checkManifestSignature,
  manifestHead,
  MAX_MANIFEST_BYTES,
  parseManifest,
} from "@wayleave/layer-coordination/bundle/manifest";
import type { NetworkIds } from "@wayleave/layer-coordination/settle/settleInput";
import { bundleFilesAt, type VerifierPlace } from "../network/fetchedBundles.ts";
import { type KeyOf, locateAlteration } from "./locateAlteration.ts";

/** Something about one verifier's bundle that is not as it was signed. */
export interface BundleProblem {
  readonly verifier: Address | null;
  readonly url: string | null;
  readonly head: Hash32 | null;
  /** File, and row, field or byte where they can be told. */
  readonly where: string;
  readonly problem: string;
}

export interface BundlesOfEpoch {
  readonly bundles: readonly CheckedBundle[];
  readonly problems: readonly BundleProblem[];
}

/**
 * Fetches every bundle that a statement was made of and checks all of its bytes against the heads on chain. A verifier
 * that published another bundle than was counted is a problem only when one that was counted is missing for it.
 */
export async function bundlesOfEpoch(
  network: NetworkIds,
  epoch: number,
  heads: readonly Hash32[],
  verifiers: readonly VerifierPlace[],
  keyOf: KeyOf,
): Promise<BundlesOfEpoch> {
  const wanted = { network, epoch, heads: new Set(heads), keyOf };
  const found = await Promise.all(verifiers.map((place) => bundleOf(wanted, place)));
  const bundles = found.flatMap(({ bundle }) => (bundle === null ? [] : [bundle]));
  const problems = found.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  const have = new Set([...bundles.map(({ head }) => head), ...problems.map(({ head }) => head)]);
  const missing = heads.filter((head) => !have.has(head));
  const others = found.flatMap(({ other }) => (other === null ? [] : [other]));
  return {
    bundles,
    problems: [
      ...problems,
      ...(missing.length > 0 ? others : []),
      ...missing.map((head) => ({
        ...{ verifier: null, url: null, head, where: "manifest.json" },
        problem: "a bundle that the statement counts is published by nobody",
      })),
    ],
  };
}

interface Found {
  readonly bundle: CheckedBundle | null;
  /** With a bundle that the statement counts. */
  readonly problem: BundleProblem | null;
  /** What the verifier has instead of a counted bundle. */
  readonly other: BundleProblem | null;
}

interface Wanted {
  readonly network: NetworkIds;
  readonly epoch: number;
  readonly heads: ReadonlySet<Hash32>;
  readonly keyOf: KeyOf;
}

async function bundleOf({ network, epoch, heads, keyOf }: Wanted, { account, url }: VerifierPlace): Promise<Found> {
  const about = { verifier: account, url };
  const get = bundleFilesAt(url, epoch);
  let head: Hash32 | null = null;
  try {
    const signed = parseManifest(new TextDecoder().decode(await get("manifest.json", MAX_MANIFEST_BYTES)));
    head = manifestHead(signed.manifest);
    if (!heads.has(head)) {
      checkManifestSignature(signed);
      const problem = "the manifest is signed, but it is not one that the statement counts";
      return { bundle: null, problem: null, other: { ...about, head: null, where: "manifest.json", problem } };
    }
    return { bundle: await fetchBundle(get, { network, epoch, verifier: account, head }), problem: null, other: null };
  } catch (error) {
    if (!(error instanceof WayleaveError)) throw error;
    const counted = head !== null && heads.has(head);
    const where = counted ? await whereIn(error, get, keyOf) : whereOf(error);
    const problem = { ...about, head: counted ? head : null, where, problem: error.message };
    return counted ? { bundle: null, problem, other: null } : { bundle: null, problem: null, other: problem };
  }
}

/** File, and what else the check could tell. */
function whereOf({ facts }: WayleaveError): string {
  const { file = "manifest.json", row, field, offset } = facts;
  const parts = [String(file)];
  if (row !== undefined) parts.push(`row ${row}`);
  if (field !== undefined && field !== "") parts.push(`field ${field}`);
  if (offset !== undefined) parts.push(`byte ${offset}`);
  return parts.join(", ");
}

/** A hash says that a file was altered but not where: its own rules and signatures often do. */
async function whereIn(error: WayleaveError, get: GetBundleFile, keyOf: KeyOf): Promise<string> {
  const plain = whereOf(error);
  const { file, found, from, to } = error.facts;
  if (error.code !== "bundle-file" || found === undefined) return plain;
  return `${plain}, ${(await locateAlteration(get, String(file), keyOf)) ?? `somewhere in bytes ${from} to ${to}`}`;
}
