import { type Schedule, slotMs } from "@wayleave/core/time";

/** The figures of every coverage rule. Times in ms. Parameters of the network: verifiers and agents must agree on them. */
export interface CoverageRules {
  /** A beacon is sent and heard within so long of its challenge. */
  readonly entropyWindowMs: number;
  /** How far a gateway's clock may be before the verifier's: NTP over a home line keeps well within it. */
  readonly clockSkewMs: number;
  /** One beacon of a device counts in each bucket; buckets begin at multiples of their length after `bucketOriginMs`. */
  readonly bucketMs: number;
  readonly bucketOriginMs: number;
  /** A witness hears a beacon at most so long after its sender says it was sent … */
  readonly witnessLagMs: number;
  /** … or so long after the first witness heard it. */
  readonly witnessSpreadMs: number;
  readonly frequencyToleranceHz: number;
  /** In H3 cells of resolution 11 (about 50 m across). */
  readonly gridDistanceMin: number;
  readonly distanceMaxM: number;
  /** The hash of a report stands in an answer to a challenge this long after the beacon's at the latest, its text not before. */
  readonly commitWindowMs: number;
  /** A witness needs a valid beacon of its own, a beaconer a valid witness, this recent. */
  readonly recencyMs: number;
  /** Devices count in the density map while their last counted beacon is this recent. */
  readonly densityRecencyMs: number;
  /** Witness groups of one beacon that are paid. */
  readonly paidWitnesses: number;
}

const HOUR_MS = 3_600_000;

/** A day's epoch with 24 slots. @see wireless.md "verify/"; Helium's iot_verifier, from which most figures come. */
export const PRODUCTION_COVERAGE_RULES: CoverageRules = {
  entropyWindowMs: 180_000,
  clockSkewMs: 2_000,
  bucketMs: 6 * HOUR_MS,
  bucketOriginMs: 0,
  witnessLagMs: 4_000,
  witnessSpreadMs: 1_500,
  frequencyToleranceHz: 100_000,
  gridDistanceMin: 8,
  distanceMaxM: 100_000,
  commitWindowMs: 2 * HOUR_MS,
  recencyMs: 48 * HOUR_MS,
  densityRecencyMs: 60 * HOUR_MS,
  paidWitnesses: 14,
};

/**
 * The rules of a network by its calendar: production's for epochs of a day; shorter epochs shrink every span that is
 * longer than a slot. A bucket is then a whole epoch: its quarter would be too short to commit in and to reveal in.
 */
export function coverageRules(schedule: Schedule): CoverageRules {
  if (schedule.epochMs >= 24 * HOUR_MS) return PRODUCTION_COVERAGE_RULES;
  return {
    ...PRODUCTION_COVERAGE_RULES,
    entropyWindowMs: Math.min(PRODUCTION_COVERAGE_RULES.entropyWindowMs, slotMs(schedule)),
    bucketMs: schedule.epochMs,
    bucketOriginMs: schedule.genesisMs,
    commitWindowMs: 2 * slotMs(schedule),
    recencyMs: 2 * schedule.epochMs,
    densityRecencyMs: Math.floor((5 * schedule.epochMs) / 2),
  };
}

/** The bucket that a challenge's due time lies in: an agent beacons on the first challenge it gets in each. */
export function bucketOf(rules: CoverageRules, issuedAtMs: number): number {
  return Math.floor((issuedAtMs - rules.bucketOriginMs) / rules.bucketMs);
}

/**
 * From when on an agent may reveal a report; until then it repeats the report's commitment in every answer (a verifier
 * that drops one answer then cannot silence it).
 */
export function revealAfterMs(rules: CoverageRules, receivedAtMs: number): number {
  return receivedAtMs + rules.commitWindowMs;
}
