import type { Address, Hash32 } from "@wayleave/core/ids";
import type { CoverageRules } from "../model/coverageRules.ts";

/** A registered gateway, as bundles and registry have it. */
export interface CoverageGateway {
  readonly device: Address;
  /** The place it asserted: an H3 cell of resolution 11 or 12; null when it asserted none, or nonsense. */
  readonly cell: bigint | null;
  /** /24 or /48 in text, as most of its verifiers saw it; `unknown` shares with nobody. */
  readonly prefix: string;
  /** False for one that only carries data. */
  readonly full: boolean;
}

/** A challenge that was due to a device this epoch: anybody derives it from the seed and the reveals. */
export interface DueChallenge {
  readonly device: Address;
  readonly challenge: Hash32;
  /** `challengeDueAt` of its slot. */
  readonly issuedAtMs: number;
}

/** An answer whose verdict was `pass` or `void`, checked by `judgeCoverageAnswer` by whoever assesses. */
export interface PassedAnswer {
  readonly challenge: Hash32;
  readonly response: Uint8Array;
}

export interface DenyList {
  readonly devices: ReadonlySet<Address>;
  /** Of {@link edgeOf}. */
  readonly edges: ReadonlySet<string>;
}

/** Under which an undirected pair of devices is denied. */
export function edgeOf(a: Address, b: Address): string {
  return a < b ? `${a}/${b}` : `${b}/${a}`;
}

/** What one epoch leaves to the next about one device. Times are due times of beacons' challenges. */
export interface CoverageRecord {
  readonly device: Address;
  /** Of its last beacon that was valid and validly witnessed. Null: never, or too long ago to matter. */
  readonly lastBeaconAtMs: number | null;
  /** Of the last beacon it validly witnessed. */
  readonly lastWitnessAtMs: number | null;
  /** Of its last beacon that counted, recency included: while it is recent the device is in the density map. */
  readonly lastCountedAtMs: number | null;
}

/** All that an epoch's coverage depends on. The order within lists changes nothing. */
export interface CoverageInput {
  readonly seed: Hash32;
  readonly epochEndMs: number;
  readonly rules: CoverageRules;
  /** Every device registered for wireless, at most once. */
  readonly gateways: readonly CoverageGateway[];
  readonly challenges: readonly DueChallenge[];
  readonly answers: readonly PassedAnswer[];
  readonly denied: DenyList;
  /** What the epoch before left. At most one per device. */
  readonly history: readonly CoverageRecord[];
}
