import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { Claim, VerdictRow } from "@wayleave/core/kind";
import type { Countersigned, Offer, SignedCommitment } from "@wayleave/core/messages";
import type { UnixMs } from "@wayleave/core/time";
import type { NetworkIds } from "../settle/settleInput.ts";

/** A device's offer with its P-256 signature (64 bytes r‖s). */
export interface SignedOffer {
  readonly offer: Offer;
  readonly signature: Hex;
}

/** Where a verifier saw a device this epoch. Attested: this verifier's word. */
export interface Sighting {
  readonly device: Address;
  /** /24 (IPv4) or /48 (IPv6) in text: never the whole address. */
  readonly prefix: string;
  /** Autonomous system number from the frozen table; 0 when unknown. */
  readonly network: number;
  /** H3 cell as a number; 0 for devices that have none. */
  readonly cell: bigint;
}

/** A recorded response behind a failed verdict, so that anybody can judge it again without asking its verifier. */
export interface Evidence {
  /** keccak256 of `response`: what the verdict row names. */
  readonly digest: Hash32;
  /** In the kind's own encoding, at most {@link MAX_EVIDENCE_BYTES}. Hostile. */
  readonly response: Uint8Array;
}
/** Ten times a storage response; a larger one is a fault of its kind's schema anyway. */
export const MAX_EVIDENCE_BYTES = 64 * 1024;

/** One device's right answers, as its kind packs them: only for kinds that judge their devices together. */
export interface PackedAnswers {
  readonly device: Address;
  readonly kind: number;
  /** At most `MAX_PACKED_ANSWERS_BYTES`. Hostile. */
  readonly packed: Uint8Array;
}

/**
 * What one verifier publishes of one epoch. Lists may be in any order: `writeBundle` sorts them, so that the same facts
 * are the same bytes.
 */
export interface BundleData {
  readonly network: NetworkIds;
  readonly epoch: number;
  readonly verifier: Address;
  /** E_n: every challenge of `verdicts` is recomputed from it, the reveals, the device and the slot. */
  readonly seed: Hash32;
  /** Committed before the seed was known; `reveals[slot]` hashes to it in slot + 1 steps. Null: never opened, not due. */
  readonly revealHead: Hash32;
  readonly reveals: readonly (Hash32 | null)[];
  readonly createdAtMs: UnixMs;
  /** At most two per payer, device and kind: the newest, and the newest that this verifier countersigned or knows firm. */
  readonly vouchers: readonly Countersigned[];
  /** This verifier's own. `challenge` must be `challengeFor(…)`, and zero in claim rows (slot 255). */
  readonly verdicts: readonly VerdictRow[];
  readonly commitments: readonly SignedCommitment[];
  readonly offers: readonly SignedOffer[];
  readonly sightings: readonly Sighting[];
  readonly claims: readonly Claim[];
  /** Responses behind the rows of `verdicts` that failed and have a digest. A fault without one counts against nobody. */
  readonly evidence: readonly Evidence[];
  /** What others need of passed rows to recompute what devices proved together. */
  readonly answers: readonly PackedAnswers[];
}

/** A bundle whose manifest signature, hashes, schemas and reveals were checked by `readBundle` (or just written by us). */
export interface CheckedBundle extends BundleData {
  /** keccak256 of the manifest's canonical bytes. */
  readonly head: Hash32;
}

/** One content-hashed file of a bundle. */
export interface BundleFile {
  /** Lower-case letters and `.parquet`: nothing that could leave a folder. */
  readonly name: BundleFileName;
  readonly keccak: Hash32;
  readonly bytes: number;
  readonly rows: number;
}

export const BUNDLE_FILE_NAMES = [
  "vouchers.parquet",
  "verdicts.parquet",
  "commitments.parquet",
  "offers.parquet",
  "sightings.parquet",
  "claims.parquet",
  "evidence.parquet",
  "answers.parquet",
] as const;
export type BundleFileName = (typeof BUNDLE_FILE_NAMES)[number];

/** Signed, canonical description of a bundle: what a bundle head is the hash of. Travels as the JSON of `manifestJson`. */
export interface Manifest {
  readonly version: 2;
  readonly chainId: number;
  readonly settlement: Address;
  readonly registry: Address;
  readonly epoch: number;
  readonly verifier: Address;
  readonly seed: Hash32;
  readonly revealHead: Hash32;
  readonly reveals: readonly (Hash32 | null)[];
  readonly createdAtMs: UnixMs;
  /** One for each of {@link BUNDLE_FILE_NAMES}, in that order, empty tables included. */
  readonly files: readonly BundleFile[];
}

export interface SignedManifest {
  readonly manifest: Manifest;
  /** The verifier account's EIP-712 signature over `Bundle(epoch, verifier, head)`. */
  readonly signature: Hex;
}

/** A whole bundle as it lies on disk or travels: `manifest.json` and its files. */
export interface WrittenBundle {
  readonly manifest: SignedManifest;
  readonly head: Hash32;
  readonly files: ReadonlyMap<BundleFileName, Uint8Array>;
}
