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
  /** How many an agent sends in each: of several the first that was heard counts. */
  readonly beaconsPerBucket: number;
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
  /** Epochs begin at multiples of their length after this. */
  readonly epochOriginMs: number;
  readonly epochMs: number;
  /**
   * From its epoch's start. Challenges due later than this are for reports' texts only: whatever the commit window of a
   * late beacon would be, what was heard can still be revealed before the epoch ends.
   */
  readonly commitsEndAfterMs: number;
  /** From its epoch's start: an agent begins no beacon later, since nobody could still commit to it in time. */
  readonly beaconsEndAfterMs: number;
  /** A witness needs a valid beacon of its own, a beaconer a valid witness, this recent. */
  readonly recencyMs: number;
  /** Devices count in the density map while their last counted beacon is this recent. */
  readonly densityRecencyMs: number;
  /** Witness groups of one beacon that are paid. */
  readonly paidWitnesses: number;
}

const HOUR_MS = 3_600_000;

/** Slots at an epoch's end in which only reports' texts come: with three verifiers a device is asked six times in them. */
const REVEAL_SLOTS = 2;
/** Slots in which the last beacon of an epoch can be committed to: three questions to each device. */
const LAST_COMMIT_SLOTS = 1;

/**
 * The rules of a network by its calendar: Helium's spans for epochs of a day; shorter epochs shrink every span that is
 * longer than a slot. A bucket is then a whole epoch: its quarter would be too short to commit in and to reveal in.
 * @see wireless.md "verify/"; Helium's iot_verifier, from which most figures come
 */
export function coverageRules(schedule: Schedule): CoverageRules {
  const { epochMs, genesisMs, leadMs, slotsPerEpoch, answerDeadlineMs } = schedule;
  const isDaily = epochMs >= 24 * HOUR_MS;
  const slot = slotMs(schedule);
  // A challenge is asked up to one deadline late, and the agent and the air have another.
  const entropyWindowMs = Math.min(180_000, Math.max(slot, 2 * answerDeadlineMs));
  const commitSlots = slotsPerEpoch - Math.min(REVEAL_SLOTS, Math.floor(slotsPerEpoch / 3));
  return {
    entropyWindowMs,
    clockSkewMs: 2_000,
    bucketMs: isDaily ? 6 * HOUR_MS : epochMs,
    bucketOriginMs: isDaily ? 0 : genesisMs,
    // A beacon takes 0.2 s, in which its sender hears nothing. In slots of seconds two gateways' meet often.
    beaconsPerBucket: isDaily ? 1 : 3,
    witnessLagMs: 4_000,
    witnessSpreadMs: 1_500,
    frequencyToleranceHz: 100_000,
    gridDistanceMin: 8,
    distanceMaxM: 100_000,
    // A beacon that was sent as late as it may be is committed to in two slots all the same.
    commitWindowMs: isDaily ? 2 * HOUR_MS : entropyWindowMs + 2 * slot,
    epochOriginMs: genesisMs,
    epochMs,
    commitsEndAfterMs: leadMs + commitSlots * slot,
    beaconsEndAfterMs: leadMs + Math.max(1, commitSlots - LAST_COMMIT_SLOTS) * slot,
    recencyMs: isDaily ? 48 * HOUR_MS : 2 * epochMs,
    densityRecencyMs: isDaily ? 60 * HOUR_MS : Math.floor((5 * epochMs) / 2),
    paidWitnesses: 14,
  };
}

/** The bucket that a challenge's due time lies in: an agent beacons on the first challenge it gets in each. */
export function bucketOf(rules: CoverageRules, issuedAtMs: number): number {
  return Math.floor((issuedAtMs - rules.bucketOriginMs) / rules.bucketMs);
}

/** The epoch that a moment lies in. */
export function epochOf({ epochOriginMs, epochMs }: CoverageRules, atMs: number): number {
  return Math.floor((atMs - epochOriginMs) / epochMs);
}

function epochStartOf(rules: CoverageRules, atMs: number): number {
  return rules.epochOriginMs + epochOf(rules, atMs) * rules.epochMs;
}

/** The latest due time of a challenge whose answer may commit to a beacon whose challenge was due at `issuedAtMs`. */
export function commitUntilMs(rules: CoverageRules, issuedAtMs: number): number {
  const endMs = epochStartOf(rules, issuedAtMs) + rules.commitsEndAfterMs;
  return Math.min(issuedAtMs + rules.commitWindowMs, endMs);
}

/**
 * From when on an agent may reveal a report; until then it repeats the report's commitment in every answer (a verifier
 * that drops one answer then cannot silence it). The witness knows only when it heard the beacon, which is after it was
 * asked for: so this is never before {@link commitUntilMs} of the beacon.
 */
export function revealAfterMs(rules: CoverageRules, receivedAtMs: number): number {
  return commitUntilMs(rules, receivedAtMs);
}

/** Whether a beacon begun now can still be committed to and revealed in its epoch. */
export function mayBeginBeacon(rules: CoverageRules, nowMs: number): boolean {
  return nowMs - epochStartOf(rules, nowMs) <= rules.beaconsEndAfterMs;
}

/** The last moment for a beacon in the bucket and epoch of `nowMs`. */
export function lastBeaconMs(rules: CoverageRules, nowMs: number): number {
  const bucketEndMs = rules.bucketOriginMs + (bucketOf(rules, nowMs) + 1) * rules.bucketMs;
  return Math.min(bucketEndMs, epochStartOf(rules, nowMs) + rules.beaconsEndAfterMs);
}
