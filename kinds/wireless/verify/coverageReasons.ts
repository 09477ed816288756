/**
 * Why a beacon or a witness did not count, one sentence each: what a provider reads. Codes are public and never change
 * their meaning. In the order in which they are checked.
 */
export const COVERAGE_REASONS = {
  "beacon-location-unasserted": "The sender has not asserted a place (an H3 cell of resolution 11 or 12).",
  "beacon-denied": "The sender is on the deny list.",
  "beacon-challenge-unknown": "The beacon was not made of a challenge that this device was sent in this epoch.",
  "beacon-outside-window": "The beacon was sent before its challenge, or later than the entropy window allows.",
  "beacon-not-full": "The sender is registered for carrying data only.",
  "beacon-bucket-used":
    "An earlier beacon of the same device was heard and counts in this time bucket; this was the spare one.",
  "beacon-payload-mismatch": "The payload is not the one that follows from the region and the challenge.",
  "beacon-parameters-mismatch": "Frequency, modulation or power are not what the region and the challenge ask for.",
  "beacon-unwitnessed": "Nobody validly witnessed the beacon, so nothing shows that it was sent.",
  "beacon-no-recent-witness": "The sender was no valid witness of anybody's beacon recently.",
  "witness-payload-unknown": "No beacon with this payload was reported in this epoch.",
  "witness-location-unasserted": "The witness has not asserted a place (an H3 cell of resolution 11 or 12).",
  "witness-denied": "The witness is on the deny list.",
  "witness-edge-denied": "This pair of devices is on the list of denied edges.",
  "witness-self": "A device does not witness its own beacon.",
  "witness-uncommitted": "The report's hash did not stand in an earlier answer of the same device.",
  "witness-committed-late": "The report's hash came after the time for commitments to this beacon.",
  "witness-revealed-early": "The report was revealed while others could still commit to copies of it.",
  "witness-outside-window": "The beacon was heard before its challenge, or later than the entropy window allows.",
  "witness-lag": "It was heard too long after it was sent, and too long after its first witness heard it.",
  "witness-payload-mismatch": "The payload heard is not the payload sent.",
  "witness-frequency": "It was heard on a frequency too far from the one it was sent on.",
  "witness-region": "Sender and witness work in different radio regions.",
  "witness-too-close": "Sender and witness are too close, or H3 cannot tell how far apart they are.",
  "witness-too-far": "Sender and witness are farther apart than a beacon is believed to reach.",
  "witness-too-strong": "The signal is stronger than free space allows at this distance.",
  "witness-duplicate": "The witness reported this beacon already; the first report counts.",
  "witness-bucket-used": "An earlier beacon of the same sender counts in this time bucket; this was its spare one.",
  "witness-beacon-invalid": "The beacon itself does not count.",
  "witness-no-recent-beacon": "The witness sent no valid, witnessed beacon of its own recently.",
  "witness-not-drawn": "The witness is valid, but the seed drew fourteen others of this beacon to be paid.",
} as const;

/** A spare beacon that was not needed: told, but nothing that anybody should look into. */
export const SPARE_REASONS: ReadonlySet<string> = new Set<CoverageReason>([
  "beacon-bucket-used",
  "witness-bucket-used",
]);

export type CoverageReason = keyof typeof COVERAGE_REASONS;
export type BeaconReason = Extract<CoverageReason, `beacon-${string}`>;
export type WitnessReason = Extract<CoverageReason, `witness-${string}`>;
