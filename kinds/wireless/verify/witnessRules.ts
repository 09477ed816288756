import { equalBytes } from "@wayleave/core/bytes";
import type { BeaconStatement, WitnessReport } from "../model/coverage.ts";
import { type CoverageRules, commitUntilMs } from "../model/coverageRules.ts";
import type { RegionName } from "../model/device.ts";
import { isInWindow } from "./beaconRules.ts";
import { type CoverageGateway, type DenyList, edgeOf } from "./coverageInput.ts";
import type { WitnessReason } from "./coverageReasons.ts";
import { type Place, distanceM, freeSpaceLossMilliDb, gridDistanceAt } from "./freeSpace.ts";

/** Resolution of the grid on which sender and witness must lie apart. */
const GRID_RESOLUTION = 11;

/** One end of a witnessed beacon, as it asserted itself. */
export interface RadioEnd {
  readonly gateway: CoverageGateway;
  readonly region: RegionName;
  readonly gainCentiDb: number;
  /** Of its cell; null without one. */
  readonly place: Place | null;
}

/** One report beside the beacon it may be of. The report is hostile. */
export interface WitnessCase {
  readonly witness: RadioEnd;
  readonly report: WitnessReport;
  readonly beaconer: RadioEnd;
  readonly beacon: BeaconStatement;
  /** When the beacon's challenge was due. */
  readonly issuedAtMs: number;
  /** When the earliest answer's challenge was due in which the report's commitment stood; null when in none. */
  readonly committedAtMs: number | null;
  /** The same of the report itself. */
  readonly revealedAtMs: number;
  /** Earliest time at which anybody who passed the rules before this one says that the beacon was heard. */
  readonly firstHeardAtMs: number;
}

/** Place, deny lists, commitment and window: what a report must pass to say when the beacon was first heard. */
export function judgeWitnessOrigin(
  { witness, beaconer, report, ...times }: Omit<WitnessCase, "firstHeardAtMs">,
  denied: DenyList,
  rules: CoverageRules,
): WitnessReason | null {
  const device = witness.gateway.device;
  if (witness.gateway.cell === null) return "witness-location-unasserted";
  if (denied.devices.has(device)) return "witness-denied";
  if (denied.edges.has(edgeOf(device, beaconer.gateway.device))) return "witness-edge-denied";
  if (device === beaconer.gateway.device) return "witness-self";
  const { committedAtMs, revealedAtMs, issuedAtMs } = times;
  if (committedAtMs === null || committedAtMs >= revealedAtMs) return "witness-uncommitted";
  const untilMs = commitUntilMs(rules, issuedAtMs);
  if (committedAtMs > untilMs) return "witness-committed-late";
  // The witness reckons from when it heard the beacon, on a clock that may run before ours.
  if (revealedAtMs < untilMs - rules.clockSkewMs) return "witness-revealed-early";
  return isInWindow(report.receivedAtMs, issuedAtMs, rules) ? null : "witness-outside-window";
}

/**
 * The first rule that a report breaks, in the design's order; null when it is valid so far. Repetitions, recency and the
 * draw are for whoever knows all reports.
 * @see wireless.md "verify/": Witness
 */
export function judgeWitness(input: WitnessCase, denied: DenyList, rules: CoverageRules): WitnessReason | null {
  const origin = judgeWitnessOrigin(input, denied, rules);
  return origin ?? judgeTiming(input, rules) ?? judgeRadio(input, rules) ?? judgePlace(input, rules);
}

function judgeTiming({ report, beacon, firstHeardAtMs }: WitnessCase, rules: CoverageRules): WitnessReason | null {
  const afterSent = report.receivedAtMs - beacon.transmittedAtMs <= rules.witnessLagMs;
  const afterFirst = report.receivedAtMs - firstHeardAtMs <= rules.witnessSpreadMs;
  return afterSent || afterFirst ? null : "witness-lag";
}

function judgeRadio({ report, beacon, witness, beaconer }: WitnessCase, rules: CoverageRules): WitnessReason | null {
  if (!equalBytes(report.payload, beacon.payload)) return "witness-payload-mismatch";
  if (Math.abs(report.frequencyHz - beacon.frequencyHz) > rules.frequencyToleranceHz) return "witness-frequency";
  return witness.region === beaconer.region ? null : "witness-region";
}

function judgePlace({ witness, report, beaconer, beacon }: WitnessCase, rules: CoverageRules): WitnessReason | null {
  const [here, there] = [witness.gateway.cell, beaconer.gateway.cell];
  if (here === null || there === null || witness.place === null || beaconer.place === null) return "witness-too-close";
  const metres = distanceM(witness.place, beaconer.place);
  // Where H3 cannot tell (across pentagons, or very far) the pair fails here, as the design's order has it.
  const steps = gridDistanceAt(here, there, GRID_RESOLUTION);
  if (steps === null || steps < rules.gridDistanceMin) return "witness-too-close";
  if (metres > rules.distanceMaxM) return "witness-too-far";
  const sentCentiDbm = beacon.powerCentiDbm + beaconer.gainCentiDb + witness.gainCentiDb;
  const mostMilliDbm = BigInt(10 * sentCentiDbm) - freeSpaceLossMilliDb(Math.max(1, metres), beacon.frequencyHz);
  return BigInt(10 * report.rssiCentiDbm) <= mostMilliDbm ? null : "witness-too-strong";
}
