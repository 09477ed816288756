import { PPM } from "@wayleave/core/money";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import { bucketOf } from "../model/coverageRules.ts";
import { judgeBeacon } from "./beaconRules.ts";
import { type ReportedBeacon, type RevealedReport, byText, collectReports } from "./collectReports.ts";
import { parentCell, resolutionOf } from "./cellPath.ts";
import type { CoverageGateway, CoverageInput, CoverageRecord } from "./coverageInput.ts";
import type { BeaconReason, WitnessReason } from "./coverageReasons.ts";
import { DensityMap } from "./density.ts";
import { type Place, distanceM, placeOf } from "./freeSpace.ts";
import { beaconUnits, witnessUnits } from "./units.ts";
import { type WitnessGroup, drawnGroups, witnessGroups } from "./witnessGroups.ts";
import { type WitnessCase, judgeWitness, judgeWitnessOrigin } from "./witnessRules.ts";

/** Resolution in which witnesses share a unit. */
const SHARED_RESOLUTION = 8;

/** What one device's coverage is worth, as the reward rule takes it. */
export interface DeviceCoverage {
  readonly device: Address;
  /** q: beacon and witness units, in millionths, before density. */
  readonly units: bigint;
  /** s: the senders' density scales, weighted by the units earned with each, floored: q·s is what the device earned. */
  readonly qualityPpm: bigint;
  /** The scale of its own place: what its own beacons are worth. */
  readonly densityPpm: bigint;
}

/** One reported beacon: what its sender sees. */
export interface BeaconOutcome {
  readonly device: Address;
  readonly challenge: Hash32;
  readonly payload: Hex;
  readonly issuedAtMs: number | null;
  /** Null: it counted. */
  readonly reason: BeaconReason | null;
  /** How many devices revealed a report of it, whatever that was worth. */
  readonly reportedBy: number;
  /** Groups of witnesses that were paid. */
  readonly witnesses: number;
  /** Before density, in millionths. */
  readonly units: bigint;
  readonly scalePpm: bigint;
}

/** One revealed report: what its witness sees. */
export interface WitnessOutcome {
  readonly device: Address;
  /** Null when nobody reported the beacon. */
  readonly beaconer: Address | null;
  readonly challenge: Hash32 | null;
  readonly payload: Hex;
  /** On the witness' own clock. */
  readonly heardAtMs: number;
  readonly rssiCentiDbm: number;
  readonly snrCentiDb: number;
  /** Between the places that both assert; null when one asserts none, or nobody reported the beacon. */
  readonly distanceM: number | null;
  /** Null: it counted and was paid. */
  readonly reason: WitnessReason | null;
  /** Witnesses with which it shared one unit, itself included; 0 when it did not count. */
  readonly sharedBy: number;
  readonly units: bigint;
  /** Of the beacon's sender: what multiplies the units. */
  readonly scalePpm: bigint;
}

export interface CoverageAssessment {
  /** Ascending by device, one for each gateway of the input. */
  readonly devices: readonly DeviceCoverage[];
  /** Ascending by device, then as they were due. */
  readonly beacons: readonly BeaconOutcome[];
  /** Ascending by witness, then as they were committed to. */
  readonly witnesses: readonly WitnessOutcome[];
  /** For the next epoch. Strictly ascending by device; who has nothing recent is left out. */
  readonly history: readonly CoverageRecord[];
}

/** One report with the rule it broke so far. */
interface JudgedReport {
  readonly reveal: RevealedReport;
  readonly beacon: ReportedBeacon | null;
  reason: WitnessReason | null;
  sharedBy: number;
  units: bigint;
}

interface JudgedBeacon {
  readonly said: ReportedBeacon;
  readonly reports: JudgedReport[];
  reason: BeaconReason | null;
  witnesses: number;
  units: bigint;
}

/**
 * What an epoch's beacons and witnesses come to, for all devices of a network at once: who validly heard whom, and what
 * that is worth where it is. Pure: the same inputs in any order give the same result on every machine. Responses are
 * hostile, but were judged one by one (`judgeCoverageAnswer`), signature included; the rest is the verifiers' own.
 *
 * @param density - whatever is in it, it is brought to the devices that count after this epoch: only what changed since is
 * computed anew, with the same scales as from nothing.
 */
export function assessCoverage(given: CoverageInput, density = new DensityMap()): CoverageAssessment {
  const input = { ...given, gateways: given.gateways.map(withValidCell) };
  const { beacons: said, reports } = collectReports(input);
  const beacons = said.map((each): JudgedBeacon => {
    return { said: each, reports: [], reason: each.reason, witnesses: 0, units: 0n };
  });
  const judged = matchReports(beacons, reports);
  for (const beacon of beacons) judgeReports(beacon, input);
  takeBuckets(beacons, input);
  const records = new Map(input.history.map((record) => [record.device, { ...record }]));
  for (const beacon of beacons) recordValid(beacon, records);
  for (const beacon of beacons) applyRecency(beacon, records, input);
  for (const beacon of beacons) share(beacon, input);
  const history = recentRecords(records, input);
  density.become(devicesInDensityMap(history, input));
  return {
    devices: devicesOf(input.gateways, beacons, density),
    beacons: beacons.map((beacon) => beaconOutcome(beacon, density)),
    witnesses: judged.map((report) => witnessOutcome(report, density)),
    history,
  };
}

/** A place counts when it is exact enough for the grid, and no finer than the network publishes. */
function withValidCell(gateway: CoverageGateway): CoverageGateway {
  const resolution = gateway.cell === null ? -1 : resolutionOf(gateway.cell);
  return resolution === 11 || resolution === 12 ? gateway : { ...gateway, cell: null };
}

/** Puts every report to the beacon with its payload. A payload is one challenge's, so only invalid beacons can clash. */
function matchReports(beacons: readonly JudgedBeacon[], reports: readonly RevealedReport[]): JudgedReport[] {
  const byPayload = new Map<Hex, JudgedBeacon>();
  for (const beacon of beacons) {
    const other = byPayload.get(beacon.said.payload);
    if (other === undefined || (other.reason !== null && beacon.reason === null)) {
      byPayload.set(beacon.said.payload, beacon);
    }
  }
  return reports.map((reveal) => {
    const beacon = byPayload.get(reveal.payload);
    const reason = beacon === undefined ? "witness-payload-unknown" : null;
    const judged: JudgedReport = { reveal, beacon: beacon?.said ?? null, reason, sharedBy: 0, units: 0n };
    beacon?.reports.push(judged);
    return judged;
  });
}

function judgeReports(beacon: JudgedBeacon, { denied, rules }: CoverageInput): void {
  const { said, reports } = beacon;
  const { issuedAtMs } = said;
  if (beacon.reason !== null || issuedAtMs === null) {
    for (const report of reports) report.reason = "witness-beacon-invalid";
    return;
  }
  const beaconer = endOf(said);
  const cases = reports.map((judged): { judged: JudgedReport; facts: Omit<WitnessCase, "firstHeardAtMs"> } => {
    const { report, committedAtMs, revealedAtMs } = judged.reveal;
    const times = { issuedAtMs, committedAtMs, revealedAtMs };
    return { judged, facts: { witness: endOf(judged.reveal), report, beaconer, beacon: said.beacon, ...times } };
  });
  const firstHeardAtMs = cases
    .filter(({ facts }) => judgeWitnessOrigin(facts, denied, rules) === null)
    .reduce((first, { facts }) => Math.min(first, facts.report.receivedAtMs), Number.MAX_SAFE_INTEGER);
  const heardBy = new Set<Address>();
  for (const { judged, facts } of cases) {
    const reason = judgeWitness({ ...facts, firstHeardAtMs }, denied, rules);
    const device = judged.reveal.gateway.device;
    judged.reason = reason ?? (heardBy.has(device) ? "witness-duplicate" : null);
    if (reason === null) heardBy.add(device);
  }
}

/**
 * Of a device's beacons in a bucket the first that was heard counts: two that beacon at the same moment hear neither, so
 * agents send a spare one. @param beacons - by device, then as they were due.
 */
function takeBuckets(beacons: readonly JudgedBeacon[], { denied, rules }: CoverageInput): void {
  const taken = new Map<string, Hash32>();
  for (const beacon of beacons) {
    const { issuedAtMs, gateway } = beacon.said;
    if (beacon.reason !== null || issuedAtMs === null) continue;
    const bucket = `${gateway.device} ${bucketOf(rules, issuedAtMs)}`;
    const bucketTakenBy = taken.get(bucket) ?? null;
    beacon.reason = judgeBeacon({ ...beacon.said, issuedAtMs, bucketTakenBy }, denied, rules);
    if (beacon.reason !== null) for (const report of beacon.reports) report.reason = "witness-bucket-used";
    else if (beacon.reports.some(({ reason }) => reason === null)) taken.set(bucket, beacon.said.beacon.challenge);
  }
}

function endOf({ gateway, region, gainCentiDb }: ReportedBeacon | RevealedReport): WitnessCase["witness"] {
  return { gateway, region, gainCentiDb, place: gateway.cell === null ? null : placeCached(gateway.cell) };
}

/** Cells' centres asked for lately: a pure function's memory, forgotten when full. */
const places = new Map<bigint, Place>();
const PLACES_MAX = 250_000;
function placeCached(cell: bigint): Place {
  const known = places.get(cell);
  if (known !== undefined) return known;
  const place = placeOf(cell);
  if (places.size >= PLACES_MAX) places.clear();
  places.set(cell, place);
  return place;
}

type Records = Map<Address, { -readonly [K in keyof CoverageRecord]: CoverageRecord[K] }>;

function recordOf(records: Records, device: Address): NonNullable<ReturnType<Records["get"]>> {
  const known = records.get(device);
  if (known !== undefined) return known;
  const fresh = { device, lastBeaconAtMs: null, lastWitnessAtMs: null, lastCountedAtMs: null };
  records.set(device, fresh);
  return fresh;
}

const later = (a: number | null, b: number) => (a === null || b > a ? b : a);

/** Recency counts what is valid but for recency, or no newcomer could ever begin. */
function recordValid({ said, reports, reason }: JudgedBeacon, records: Records): void {
  const valid = reports.filter((report) => report.reason === null);
  if (reason !== null || said.issuedAtMs === null || valid.length === 0) return;
  const sender = recordOf(records, said.gateway.device);
  sender.lastBeaconAtMs = later(sender.lastBeaconAtMs, said.issuedAtMs);
  for (const { reveal } of valid) {
    const witness = recordOf(records, reveal.gateway.device);
    witness.lastWitnessAtMs = later(witness.lastWitnessAtMs, said.issuedAtMs);
  }
}

function applyRecency(beacon: JudgedBeacon, records: Records, { rules }: CoverageInput): void {
  const { issuedAtMs, gateway } = beacon.said;
  if (beacon.reason !== null || issuedAtMs === null) return;
  const isRecent = (at: number | null = null) => at !== null && at >= issuedAtMs - rules.recencyMs;
  const valid = beacon.reports.filter((report) => report.reason === null);
  for (const report of valid) {
    const { device } = report.reveal.gateway;
    if (!isRecent(records.get(device)?.lastBeaconAtMs)) report.reason = "witness-no-recent-beacon";
  }
  const left = valid.filter((report) => report.reason === null);
  if (left.length === 0) beacon.reason = "beacon-unwitnessed";
  else if (!isRecent(records.get(gateway.device)?.lastWitnessAtMs)) beacon.reason = "beacon-no-recent-witness";
  if (beacon.reason !== null) {
    for (const report of left) report.reason = "witness-beacon-invalid";
    return;
  }
  const sender = recordOf(records, gateway.device);
  sender.lastCountedAtMs = later(sender.lastCountedAtMs, issuedAtMs);
}

/** Draws the groups that are paid, and gives each of their members its part of the group's unit. */
function share(beacon: JudgedBeacon, { seed, rules }: CoverageInput): void {
  if (beacon.reason !== null) return;
  const valid = new Map(
    beacon.reports.filter(({ reason }) => reason === null).map((report) => [report.reveal.gateway.device, report]),
  );
  const groups = witnessGroups(
    [...valid.values()].map(({ reveal: { gateway } }) => {
      return { device: gateway.device, cell8: parentCell(gateway.cell!, SHARED_RESOLUTION), prefix: gateway.prefix };
    }),
  );
  const { challenge } = beacon.said.beacon;
  const drawn = new Set<WitnessGroup>(drawnGroups(groups, { seed, challenge, most: rules.paidWitnesses }));
  beacon.witnesses = drawn.size;
  beacon.units = beaconUnits(drawn.size);
  const unit = witnessUnits(drawn.size);
  for (const group of groups) {
    for (const { device } of group.members) {
      const report = valid.get(device)!;
      report.sharedBy = group.members.length;
      if (drawn.has(group))
        report.units = unit / BigInt(group.members.length); // floors
      else report.reason = "witness-not-drawn";
    }
  }
}

function recentRecords(records: Records, { rules, epochEndMs }: CoverageInput): CoverageRecord[] {
  const since = epochEndMs - Math.max(rules.recencyMs, rules.densityRecencyMs);
  const kept = (at: number | null) => (at !== null && at >= since ? at : null);
  return [...records.values()]
    .map(({ device, lastBeaconAtMs, lastWitnessAtMs, lastCountedAtMs }) => {
      const [beacon, witness, counted] = [kept(lastBeaconAtMs), kept(lastWitnessAtMs), kept(lastCountedAtMs)];
      return { device, lastBeaconAtMs: beacon, lastWitnessAtMs: witness, lastCountedAtMs: counted };
    })
    .filter((record) => (record.lastBeaconAtMs ?? record.lastWitnessAtMs ?? record.lastCountedAtMs) !== null)
    .sort((a, b) => byText(a.device, b.device));
}

/** Devices that count in the density map after an epoch, with their cells. */
function devicesInDensityMap(
  history: readonly CoverageRecord[],
  { gateways, rules, epochEndMs }: Pick<CoverageInput, "gateways" | "rules" | "epochEndMs">,
): [Address, bigint][] {
  const cells = new Map(gateways.map(({ device, cell }) => [device, cell]));
  const since = epochEndMs - rules.densityRecencyMs;
  return history.flatMap(({ device, lastCountedAtMs }): [Address, bigint][] => {
    const cell = cells.get(device) ?? null;
    return cell === null || lastCountedAtMs === null || lastCountedAtMs < since ? [] : [[device, cell]];
  });
}

function devicesOf(
  gateways: readonly CoverageGateway[],
  beacons: readonly JudgedBeacon[],
  density: DensityMap,
): DeviceCoverage[] {
  const earned = new Map<Address, { units: bigint; scaled: bigint }>();
  const earn = (device: Address, units: bigint, scale: bigint) => {
    const sum = earned.get(device) ?? { units: 0n, scaled: 0n };
    earned.set(device, { units: sum.units + units, scaled: sum.scaled + units * scale });
  };
  for (const { said, reports, units } of beacons) {
    const scale = density.scalePpm(said.gateway.device);
    earn(said.gateway.device, units, scale);
    for (const report of reports) earn(report.reveal.gateway.device, report.units, scale);
  }
  return gateways
    .map(({ device }) => {
      const { units, scaled } = earned.get(device) ?? { units: 0n, scaled: 0n };
      const qualityPpm = units === 0n ? 0n : scaled / units; // floors; at most PPM
      return { device, units, qualityPpm: qualityPpm > PPM ? PPM : qualityPpm, densityPpm: density.scalePpm(device) };
    })
    .sort((a, b) => byText(a.device, b.device));
}

function beaconOutcome({ said, reports, reason, witnesses, units }: JudgedBeacon, density: DensityMap): BeaconOutcome {
  const { gateway, beacon, payload, issuedAtMs } = said;
  const scalePpm = density.scalePpm(gateway.device);
  return {
    device: gateway.device,
    challenge: beacon.challenge,
    payload,
    issuedAtMs,
    reason,
    reportedBy: new Set(reports.map(({ reveal }) => reveal.gateway.device)).size,
    witnesses,
    units,
    scalePpm,
  };
}

function witnessOutcome(
  { reveal, beacon, reason, sharedBy, units }: JudgedReport,
  density: DensityMap,
): WitnessOutcome {
  const { rssiCentiDbm, snrCentiDb, receivedAtMs: heardAtMs } = reveal.report;
  const of = { beaconer: beacon?.gateway.device ?? null, challenge: beacon?.beacon.challenge ?? null };
  const { payload, gateway } = reveal;
  const [here, there] = [gateway.cell, beacon?.gateway.cell ?? null];
  return {
    device: gateway.device,
    ...of,
    payload,
    heardAtMs,
    rssiCentiDbm,
    snrCentiDb,
    distanceM: here === null || there === null ? null : distanceM(placeCached(here), placeCached(there)),
    reason,
    sharedBy,
    units,
    scalePpm: beacon === null ? 0n : density.scalePpm(beacon.gateway.device),
  };
}
