import { hexToBytes, toHex } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address, Hex } from "@wayleave/core/ids";
import type { JointAssessment, JointInput } from "@wayleave/core/kind";
import { type Schedule, challengeDueAt, epochStart } from "@wayleave/core/time";
import { coverageRules } from "../model/coverageRules.ts";
import { type CoverageAssessment, assessCoverage } from "./assessCoverage.ts";
import { parentCell, resolutionOf } from "./cellPath.ts";
import { judgeCoverageAnswer } from "./judgeCoverageAnswer.ts";
import type { CoverageInput, CoverageRecord, DenyList } from "./coverageInput.ts";
import { DensityMap } from "./density.ts";

/** Resolution at which wireless counts: cells of about 0.7 km². @see economy.md "Localities" */
export const LOCALITY_RESOLUTION = 8;
const NOBODY_DENIED: DenyList = { devices: new Set(), edges: new Set() };
const NEVER = 0xff_ff_ff_ff_ff_ffn;
const TIME_BYTES = 6;

/**
 * An epoch's coverage out of what verifiers recorded, as the settlement takes it. Pure.
 * @param density - any map of this caller's: it is brought to this epoch's devices, and saves building one from nothing.
 */
export function jointCoverage(
  input: JointInput,
  domain: SigningDomain,
  schedule: Schedule,
  density = new DensityMap(),
): JointAssessment {
  const { epoch, devices } = input;
  const given: CoverageInput = {
    seed: input.seed,
    epochEndMs: epochStart(schedule, epoch + 1),
    rules: coverageRules(schedule),
    gateways: devices.map(({ device, cell, prefix }) => {
      return { device, cell: cell === 0n ? null : cell, prefix: prefix ?? "unknown", full: true };
    }),
    challenges: devices.flatMap(({ device, challenges }) =>
      challenges.map(({ slot, challenge }) => {
        return { device, challenge, issuedAtMs: challengeDueAt(schedule, epoch, slot, challenge) };
      }),
    ),
    // A verifier's row says that it passed; only the device's signature says that the device said it.
    answers: devices.flatMap(({ device, publicKey, answers }) =>
      answers.filter(({ challenge, response }) => {
        return judgeCoverageAnswer({ device, publicKey, epoch, challenge, response }, domain).pass;
      }),
    ),
    denied: NOBODY_DENIED,
    history: devices.flatMap(({ device, carried }) => (carried === null ? [] : (recordFrom(device, carried) ?? []))),
  };
  const assessed = assessCoverage(given, density);
  const cells = new Map(devices.map(({ device, cell }) => [device, cell]));
  return {
    proven: new Map(
      assessed.devices.map(({ device, units, qualityPpm }) => {
        return [device, { units, qualityPpm, locality: localityOf(cells.get(device)!) }];
      }),
    ),
    carried: new Map(assessed.history.map((record) => [record.device, recordData(record)])),
    reasons: reasonsOf(assessed),
  };
}

/** The cell that a place counts in; 0 for what is no place. */
export function localityOf(cell: bigint): bigint {
  return resolutionOf(cell) < LOCALITY_RESOLUTION ? 0n : parentCell(cell, LOCALITY_RESOLUTION);
}

/** What a provider reads of each of its beacons and of each report of others'. */
function reasonsOf({ beacons, witnesses }: CoverageAssessment): JointAssessment["reasons"] {
  return [
    ...beacons.map(({ device, reason, payload, issuedAtMs, ...outcome }) => {
      const { reportedBy, witnesses: counted, units, scalePpm } = outcome;
      const times = issuedAtMs === null ? {} : { dueAtMs: issuedAtMs };
      const facts = { beacon: payload, ...times, reportedBy, witnesses: counted, units, scalePpm };
      return { about: device, code: reason ?? "beacon-counted", facts };
    }),
    ...witnesses.map(({ device, reason, payload, beaconer, distanceM, ...outcome }) => {
      const { heardAtMs, rssiCentiDbm, snrCentiDb, sharedBy, units, scalePpm } = outcome;
      const of = { beaconer: beaconer ?? "unknown", ...(distanceM === null ? {} : { distanceM }) };
      const facts = { beacon: payload, ...of, heardAtMs, rssiCentiDbm, snrCentiDb, sharedBy, units, scalePpm };
      return { about: device, code: reason ?? "witness-counted", facts };
    }),
  ];
}

/** Three times, 48 bits each; all ones: never. */
function recordData({ lastBeaconAtMs, lastWitnessAtMs, lastCountedAtMs }: CoverageRecord): Hex {
  const times = [lastBeaconAtMs, lastWitnessAtMs, lastCountedAtMs];
  const digits = times.map((ms) => (ms === null ? NEVER : BigInt(ms)).toString(16).padStart(2 * TIME_BYTES, "0"));
  return `0x${digits.join("")}`;
}

function recordFrom(device: Address, data: Hex): CoverageRecord | null {
  const bytes = hexToBytes(data);
  if (bytes.byteLength !== 3 * TIME_BYTES) return null;
  const [lastBeaconAtMs, lastWitnessAtMs, lastCountedAtMs] = [0, 1, 2].map((i) => {
    const time = BigInt(toHex(bytes.subarray(i * TIME_BYTES, (i + 1) * TIME_BYTES)));
    return time === NEVER ? null : Number(time);
  });
  return {
    device,
    lastBeaconAtMs: lastBeaconAtMs ?? null,
    lastWitnessAtMs: lastWitnessAtMs ?? null,
    lastCountedAtMs: lastCountedAtMs ?? null,
  };
}
