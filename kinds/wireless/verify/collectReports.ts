import { compareBytes, toHex } from "@wayleave/core/bytes";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import {
  type BeaconStatement,
  type DecodedCoverageAnswer,
  type WitnessReport,
  decodeCoverageAnswer,
  reportCommitment,
} from "../model/coverage.ts";
import type { RegionName } from "../model/device.ts";
import { judgeBeacon } from "./beaconRules.ts";
import type { CoverageGateway, CoverageInput, DueChallenge } from "./coverageInput.ts";
import type { BeaconReason } from "./coverageReasons.ts";

/** One beacon that a device reported, judged as far as it can be without its witnesses and the others of its bucket. */
export interface ReportedBeacon {
  readonly gateway: CoverageGateway;
  readonly beacon: BeaconStatement;
  readonly payload: Hex;
  readonly region: RegionName;
  readonly gainCentiDb: number;
  /** Null when the challenge it names was none of its own. */
  readonly issuedAtMs: number | null;
  readonly reason: BeaconReason | null;
}

/** One report that a device revealed. */
export interface RevealedReport {
  readonly gateway: CoverageGateway;
  readonly report: WitnessReport;
  readonly commitment: Hash32;
  readonly payload: Hex;
  readonly region: RegionName;
  readonly gainCentiDb: number;
  readonly committedAtMs: number | null;
  readonly revealedAtMs: number;
}

interface Answered {
  readonly issuedAtMs: number;
  readonly answer: DecodedCoverageAnswer;
}

/** All beacons and reports of an epoch: by device, then in the order in which they were due or committed to. */
export function collectReports(input: CoverageInput): {
  readonly beacons: readonly ReportedBeacon[];
  readonly reports: readonly RevealedReport[];
} {
  const due = new Map(input.challenges.map((each) => [each.challenge, each]));
  const answers = answersByDevice(input, due);
  const gateways = input.gateways.toSorted((a, b) => byText(a.device, b.device));
  const beacons: ReportedBeacon[] = [];
  const reports: RevealedReport[] = [];
  for (const gateway of gateways) {
    const own = answers.get(gateway.device);
    if (own === undefined) continue;
    beacons.push(...beaconsOf(gateway, own, due, input));
    reports.push(...reportsOf(gateway, own));
  }
  return { beacons, reports };
}

/** Each in the order of its challenges. Of two answers to one challenge the smaller one stays, whoever published which. */
function answersByDevice(input: CoverageInput, due: ReadonlyMap<Hash32, DueChallenge>): Map<Address, Answered[]> {
  const chosen = new Map<Hash32, Uint8Array>();
  for (const { challenge, response } of input.answers) {
    const other = chosen.get(challenge);
    if (other === undefined || compareBytes(response, other) < 0) chosen.set(challenge, response);
  }
  const byDevice = new Map<Address, Answered[]>();
  for (const [challenge, response] of chosen) {
    const asked = due.get(challenge);
    const answer = decodeCoverageAnswer(response);
    if (asked === undefined || answer === null || answer.challenge !== challenge) continue;
    const own = byDevice.get(asked.device) ?? [];
    own.push({ issuedAtMs: asked.issuedAtMs, answer });
    byDevice.set(asked.device, own);
  }
  for (const own of byDevice.values()) {
    own.sort((a, b) => a.issuedAtMs - b.issuedAtMs || byText(a.answer.challenge, b.answer.challenge));
  }
  return byDevice;
}

/** What an answer repeats of a beacon changes nothing: what was said of it first stands. */
function beaconsOf(
  gateway: CoverageGateway,
  answers: readonly Answered[],
  due: ReadonlyMap<Hash32, DueChallenge>,
  { denied, rules }: CoverageInput,
): ReportedBeacon[] {
  const first = new Map<Hash32, DecodedCoverageAnswer & { readonly beacon: BeaconStatement }>();
  for (const { answer } of answers) {
    const { beacon } = answer;
    if (beacon !== null && !first.has(beacon.challenge)) first.set(beacon.challenge, { ...answer, beacon });
  }
  const said = [...first.values()].map(({ beacon, region, gainCentiDb }) => {
    const asked = due.get(beacon.challenge);
    const issuedAtMs = asked?.device === gateway.device ? asked.issuedAtMs : null;
    return { gateway, beacon, region, gainCentiDb, issuedAtMs };
  });
  said.sort((a, b) => orderOf(a) - orderOf(b) || byText(a.beacon.challenge, b.beacon.challenge));
  return said.map((each) => {
    const reason = judgeBeacon({ ...each, bucketTakenBy: null }, denied, rules);
    return { ...each, payload: toHex(each.beacon.payload), reason };
  });
}

function orderOf({ issuedAtMs }: { readonly issuedAtMs: number | null }): number {
  return issuedAtMs ?? Number.MAX_SAFE_INTEGER;
}

function reportsOf(gateway: CoverageGateway, answers: readonly Answered[]): RevealedReport[] {
  const committed = new Map<Hash32, number>();
  const revealed = new Map<Hash32, RevealedReport>();
  for (const { issuedAtMs, answer } of answers) {
    for (const report of answer.reveals) {
      const commitment = reportCommitment(gateway.device, report);
      if (revealed.has(commitment)) continue;
      const { region, gainCentiDb } = answer;
      const committedAtMs = committed.get(commitment) ?? null;
      const times = { committedAtMs, revealedAtMs: issuedAtMs };
      revealed.set(commitment, {
        gateway,
        report,
        commitment,
        payload: toHex(report.payload),
        region,
        gainCentiDb,
        ...times,
      });
    }
    // After the reveals: a commitment in the same answer comes too late for them.
    for (const commitment of answer.commitments) {
      if (!committed.has(commitment)) committed.set(commitment, issuedAtMs);
    }
  }
  return [...revealed.values()].sort(
    (a, b) =>
      (a.committedAtMs ?? Number.MAX_SAFE_INTEGER) - (b.committedAtMs ?? Number.MAX_SAFE_INTEGER) ||
      byText(a.commitment, b.commitment),
  );
}

/** Code unit order: the same everywhere. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
