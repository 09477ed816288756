import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Claim, VerdictRow } from "@wayleave/core/kind";
import type { SignedCommitment } from "@wayleave/core/messages";
import type { CheckedBundle, Sighting } from "../bundle/bundleData.ts";

/** One verifier's bundle, found by what a settlement asks for. */
export interface BundleIndex {
  readonly verifier: Address;
  /** By slot; null: never opened. */
  readonly reveals: readonly (Hash32 | null)[];
  rowsOf(device: Address, kind: number): readonly VerdictRow[];
  sightingOf(device: Address): Sighting | null;
  commitmentOf(device: Address, kind: number): SignedCommitment | null;
  /** The recorded response with that keccak256. */
  evidenceOf(digest: Hash32): Uint8Array | null;
  /** What the bundle holds of its right answers, packed by its kind; null when nothing. */
  answersOf(device: Address, kind: number): Uint8Array | null;
  /** The claim whose evidence has that keccak256. */
  claimOf(device: Address, kind: number, digest: Hash32): Claim | null;
}

export function indexBundle(bundle: CheckedBundle): BundleIndex {
  const rows = Map.groupBy(bundle.verdicts, (row) => keyOf(row.device, row.kind));
  const sightings = new Map(bundle.sightings.map((sighting) => [sighting.device, sighting]));
  const evidence = new Map(bundle.evidence.map(({ digest, response }) => [digest, response]));
  const claims = new Map(
    bundle.claims.map((claim) => [`${keyOf(claim.device, claim.kind)}${keccakHex(claim.evidence)}`, claim]),
  );
  const answers = new Map(bundle.answers.map(({ device, kind, packed }) => [keyOf(device, kind), packed]));
  const commitments = new Map(
    bundle.commitments.map((signed) => [keyOf(signed.commitment.device, signed.commitment.kind), signed]),
  );
  return {
    verifier: bundle.verifier,
    reveals: bundle.reveals,
    rowsOf: (device, kind) => rows.get(keyOf(device, kind)) ?? [],
    sightingOf: (device) => sightings.get(device) ?? null,
    commitmentOf: (device, kind) => commitments.get(keyOf(device, kind)) ?? null,
    evidenceOf: (digest) => evidence.get(digest) ?? null,
    answersOf: (device, kind) => answers.get(keyOf(device, kind)) ?? null,
    claimOf: (device, kind, digest) => claims.get(`${keyOf(device, kind)}${digest}`) ?? null,
  };
}

function keyOf(device: Address, kind: number | bigint): string {
  return `${device}/${kind}`;
}
