import { equalBytes } from "@wayleave/core/bytes";
import type { Hash32 } from "@wayleave/core/ids";
import { beaconPlan } from "../model/beacon.ts";
import type { BeaconStatement } from "../model/coverage.ts";
import type { CoverageRules } from "../model/coverageRules.ts";
import type { RegionName } from "../model/device.ts";
import type { BeaconReason } from "./coverageReasons.ts";
import type { CoverageGateway, DenyList } from "./coverageInput.ts";

/** One reported beacon beside what is known of it. The statement is hostile, the rest is not. */
export interface BeaconCase {
  readonly gateway: CoverageGateway;
  readonly beacon: BeaconStatement;
  /** As signed in the answer that reported it. */
  readonly region: RegionName;
  readonly gainCentiDb: number;
  /** When the named challenge was due; null when it was none of this device's in this epoch. */
  readonly issuedAtMs: number | null;
  /** The challenge of an earlier beacon of this device that was heard and has the bucket; null while it is free. */
  readonly bucketTakenBy: Hash32 | null;
}

/**
 * The first rule that a beacon breaks, in the design's order; null when it is valid. Whether anybody heard it, and
 * whether its sender witnesses others, is for whoever knows all reports.
 * @see wireless.md "verify/": Beacon
 */
export function judgeBeacon(
  { gateway, beacon, region, gainCentiDb, issuedAtMs, bucketTakenBy }: BeaconCase,
  denied: DenyList,
  rules: CoverageRules,
): BeaconReason | null {
  if (gateway.cell === null) return "beacon-location-unasserted";
  if (denied.devices.has(gateway.device)) return "beacon-denied";
  if (issuedAtMs === null) return "beacon-challenge-unknown";
  if (!isInWindow(beacon.transmittedAtMs, issuedAtMs, rules)) return "beacon-outside-window";
  if (!gateway.full) return "beacon-not-full";
  if (bucketTakenBy !== null) return "beacon-bucket-used";
  const plan = beaconPlan(region, beacon.challenge);
  if (!equalBytes(beacon.payload, plan.payload)) return "beacon-payload-mismatch";
  const { spreadingFactor, bandwidthHz } = beacon.modulation;
  const asPlanned =
    beacon.frequencyHz === plan.frequencyHz &&
    spreadingFactor === plan.modulation.spreadingFactor &&
    bandwidthHz === plan.modulation.bandwidthHz &&
    beacon.powerCentiDbm + gainCentiDb <= plan.powerMaxCentiDbm;
  return asPlanned ? null : "beacon-parameters-mismatch";
}

/** Whether a device's clock says a moment between a challenge and the end of its entropy window. */
export function isInWindow(atMs: number, issuedAtMs: number, rules: CoverageRules): boolean {
  return atMs >= issuedAtMs - rules.clockSkewMs && atMs <= issuedAtMs + rules.entropyWindowMs;
}
