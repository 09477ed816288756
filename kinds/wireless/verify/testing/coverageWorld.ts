/** Gateways on a simple air, answering challenges as honest agents do, or as a test bends them. Seeded by its hashes. */
import { utf8 } from "@wayleave/core/bytes";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { localSchedule } from "@wayleave/core/network";
import { challengeDueAt, epochStart } from "@wayleave/core/time";
import { latLngToCell } from "h3-js";
import { beaconPlan } from "../../model/beacon.ts";
import {
  type BeaconStatement,
  type CoverageAnswer,
  SALT_BYTES,
  type WitnessReport,
  encodeCoverageAnswer,
  reportCommitment,
} from "../../model/coverage.ts";
import { coverageRules, revealAfterMs } from "../../model/coverageRules.ts";
import type { RegionName } from "../../model/device.ts";
import type { CoverageGateway, CoverageInput, CoverageRecord, DueChallenge } from "../coverageInput.ts";
import { type Place, distanceM, freeSpaceLossMilliDb, placeOf } from "../freeSpace.ts";

export const SCHEDULE = localSchedule(1_790_000_000_000);
export const RULES = coverageRules(SCHEDULE);
const VERIFIERS = 3;
/** Walls and trees: what a real path loses beyond free space. */
const CLUTTER_CENTI_DB = 1_500;
const HEARD_WITHIN_M = 12_000;
const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;

export interface SimulatedGateway extends CoverageGateway {
  readonly cell: bigint;
  /** Where its antenna really is. */
  readonly antenna: Place;
  readonly region: RegionName;
  readonly gainCentiDb: number;
}

export const deviceId = (name: string): Address => `0x${keccakHex(utf8(name)).slice(26)}`;

/** @param at - degrees, or where it says it is; `antenna` tells where it really is when that differs. */
export function gateway(
  name: string,
  [latitude, longitude]: readonly [number, number],
  rest: Partial<SimulatedGateway> = {},
): SimulatedGateway {
  const cell = BigInt(`0x${latLngToCell(latitude, longitude, 12)}`);
  const device = deviceId(name);
  const prefix = `${keccak256(utf8(name)).subarray(0, 3).join(".")}.0/24`;
  return { device, cell, prefix, full: true, antenna: placeOf(cell), region: "EU868", gainCentiDb: 200, ...rest };
}

/** A town of gateways about four kilometres apart, the first in the middle. */
export function town(
  count = 9,
  [latitude, longitude]: readonly [number, number] = [52.52, 13.405],
): SimulatedGateway[] {
  const side = Math.ceil(Math.sqrt(count));
  const offsets = Array.from({ length: side * side }, (_, n) => {
    return [Math.floor(n / side) - Math.floor(side / 2), (n % side) - Math.floor(side / 2)] as const;
  });
  offsets.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
  return offsets
    .slice(0, count)
    .map(([north, east], n) => gateway(`town ${n}`, [latitude + north * 0.036, longitude + east * 0.06]));
}

/** What an agent knows and says in one epoch; tests bend it before it becomes answers. */
export interface AgentEpoch {
  readonly gateway: SimulatedGateway;
  /** Of its own challenges, in the order of their due times. */
  readonly challenges: readonly DueChallenge[];
  beacon: BeaconStatement | null;
  reports: WitnessReport[];
  /** The last word on each answer. */
  bend: (answer: CoverageAnswer, issuedAtMs: number) => CoverageAnswer;
}

export interface World {
  readonly agents: ReadonlyMap<Address, AgentEpoch>;
  input(): CoverageInput;
}

/** One epoch of honest agents. Everything in it is a function of the arguments. */
export function world(
  gateways: readonly SimulatedGateway[],
  { epoch = 7, history = [] }: { epoch?: number; history?: readonly CoverageRecord[] } = {},
): World {
  const seed = keccakHex(utf8(`seed ${epoch}`));
  const agents = new Map(gateways.map((each) => [each.device, agentOf(each, seed, epoch)]));
  for (const agent of agents.values()) agent.reports = heardBy(agent, [...agents.values()]);
  return {
    agents,
    input: () => ({
      seed,
      epochEndMs: epochStart(SCHEDULE, epoch + 1),
      rules: RULES,
      gateways: gateways.map(({ device, cell, prefix, full }) => ({ device, cell, prefix, full })),
      challenges: [...agents.values()].flatMap(({ challenges }) => challenges),
      answers: [...agents.values()].flatMap((agent) => answersOf(agent, epoch)),
      denied: { devices: new Set(), edges: new Set() },
      history,
    }),
  };
}

function agentOf(gateway: SimulatedGateway, seed: Hash32, epoch: number): AgentEpoch {
  const { device, region, gainCentiDb } = gateway;
  const challenges = Array.from({ length: VERIFIERS * SCHEDULE.slotsPerEpoch }, (_, n) => {
    const challenge = keccakHex(utf8(`${seed} ${device} ${n}`));
    return { device, challenge, issuedAtMs: challengeDueAt(SCHEDULE, epoch, Math.floor(n / VERIFIERS), challenge) };
  }).sort((a, b) => a.issuedAtMs - b.issuedAtMs);
  const { challenge, issuedAtMs } = challenges[0]!;
  const { powerMaxCentiDbm, ...plan } = beaconPlan(region, challenge);
  const beacon = {
    ...plan,
    challenge,
    transmittedAtMs: issuedAtMs + 300,
    powerCentiDbm: powerMaxCentiDbm - gainCentiDb,
  };
  return { gateway, challenges, beacon, reports: [], bend: (answer) => answer };
}

function heardBy(listener: AgentEpoch, senders: readonly AgentEpoch[]): WitnessReport[] {
  return senders.flatMap(({ gateway, beacon }) => {
    const metres = distanceM(gateway.antenna, listener.gateway.antenna);
    if (beacon === null || gateway.device === listener.gateway.device || metres > HEARD_WITHIN_M) return [];
    return [reportOf(listener.gateway, gateway, beacon)];
  });
}

/** What a listener at its antenna's place would report of a beacon. */
export function reportOf(
  listener: SimulatedGateway,
  sender: SimulatedGateway,
  beacon: BeaconStatement,
  salt = "salt",
): WitnessReport {
  const metres = Math.max(1, distanceM(sender.antenna, listener.antenna));
  const sentCentiDbm = beacon.powerCentiDbm + sender.gainCentiDb + listener.gainCentiDb;
  const lossCentiDb = Number(freeSpaceLossMilliDb(metres, beacon.frequencyHz)) / 10 + CLUTTER_CENTI_DB;
  return {
    payload: beacon.payload,
    frequencyHz: beacon.frequencyHz,
    rssiCentiDbm: Math.floor(sentCentiDbm - lossCentiDb),
    snrCentiDb: 500,
    receivedAtMs: beacon.transmittedAtMs + 250,
    gatewayEui: "00".repeat(8),
    salt: keccak256(utf8(`${salt} ${listener.device} ${sender.device}`)).subarray(0, SALT_BYTES),
  };
}

function answersOf(agent: AgentEpoch, epoch: number): { challenge: Hash32; response: Uint8Array }[] {
  const { gateway, challenges, beacon, reports, bend } = agent;
  const signer = { domain, device: gateway.device, sign: () => new Uint8Array(64) };
  return challenges.map(({ challenge, issuedAtMs }) => {
    const known = reports.filter(({ receivedAtMs }) => receivedAtMs < issuedAtMs);
    const isRipe = ({ receivedAtMs }: WitnessReport) => revealAfterMs(RULES, receivedAtMs) <= issuedAtMs;
    const answer: CoverageAnswer = {
      challenge,
      epoch,
      region: gateway.region,
      gainCentiDb: gateway.gainCentiDb,
      beacon: beacon !== null && beacon.transmittedAtMs < issuedAtMs ? beacon : null,
      commitments: known.filter((each) => !isRipe(each)).map((each) => reportCommitment(gateway.device, each)),
      reveals: known.filter(isRipe),
    };
    return { challenge, response: encodeCoverageAnswer(bend(answer, issuedAtMs), signer) };
  });
}
