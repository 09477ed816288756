/** A world's epoch as a settlement hands it to a kind: keys that sign, a few verifiers, bundles packed and unpacked. */
import { utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { JointDevice, JointInput, RecordedAnswer } from "@wayleave/core/kind";
import { type Schedule, challengeDueAt, epochStart } from "@wayleave/core/time";
import { beaconPlan } from "../../model/beacon.ts";
import { encodeCoverageAnswer } from "../../model/coverage.ts";
import { CoverageNotebook } from "../../model/coverageNotebook.ts";
import { coverageRules } from "../../model/coverageRules.ts";
import { packAnswers, unpackAnswers } from "../answerPack.ts";
import { type SimulatedGateway, reportOf } from "./coverageWorld.ts";

export const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const VERIFIERS = 3;
const HEARD_WITHIN_M = 12_000;

/** One gateway with the key that its agent signs with; its id is the key's. */
export interface KeyedGateway extends SimulatedGateway {
  readonly key: DeviceKey;
}

export function keyed(gateways: readonly SimulatedGateway[]): KeyedGateway[] {
  return gateways.map((gateway) => {
    const key = deviceKeyFromSeed(keccak256(utf8(gateway.device)));
    return { ...gateway, key, device: key.id };
  });
}

/** What one verifier recorded of one device. */
export interface Recorded {
  readonly device: Address;
  readonly verifier: number;
  readonly answers: readonly RecordedAnswer[];
  readonly challengeOf: (slot: number) => Hash32 | null;
}

export interface JointEpoch {
  readonly input: JointInput;
  readonly recorded: readonly Recorded[];
  /** The same input out of what bundles hold: packed by each verifier, unpacked by whoever recomputes. */
  readonly published: JointInput;
  readonly packedBytes: number;
}

/** An epoch of agents with real notebooks, each challenged in each slot by each of three verifiers. */
export function jointEpoch(
  gateways: readonly KeyedGateway[],
  {
    schedule,
    epoch = 7,
    carried = new Map(),
    isHeard = (metres: number) => metres <= HEARD_WITHIN_M,
    distanceM,
  }: {
    readonly schedule: Schedule;
    readonly epoch?: number;
    readonly carried?: ReadonlyMap<Address, Hex>;
    readonly isHeard?: (metres: number) => boolean;
    readonly distanceM: (a: SimulatedGateway, b: SimulatedGateway) => number;
  },
): JointEpoch {
  const seed = keccakHex(utf8(`seed ${epoch}`));
  const rules = coverageRules(schedule);
  let salts = 0;
  const agents = gateways.map((gateway) => {
    const { device, region, gainCentiDb } = gateway;
    const randomBytes = (size: number) => keccak256(utf8(`salt ${salts++}`)).subarray(0, size);
    return { gateway, notebook: new CoverageNotebook({ device, region, gainCentiDb }, { rules, randomBytes }) };
  });
  const near = agents.map(({ gateway }) =>
    agents.filter((other) => other.gateway !== gateway && isHeard(distanceM(gateway, other.gateway))),
  );
  const challengeOf = (device: Address, verifier: number, slot: number) =>
    keccakHex(utf8(`${seed} ${device} ${verifier} ${slot}`));
  const recorded = agents.flatMap(({ gateway: { device } }) =>
    Array.from({ length: VERIFIERS }, (_, verifier) => {
      const own = (slot: number) => (slot < schedule.slotsPerEpoch ? challengeOf(device, verifier, slot) : null);
      return { device, verifier, answers: [] as RecordedAnswer[], challengeOf: own };
    }),
  );
  const due = recorded.flatMap((each, n) =>
    Array.from({ length: schedule.slotsPerEpoch }, (_, slot) => {
      const challenge = each.challengeOf(slot)!;
      return {
        each,
        agent: Math.floor(n / VERIFIERS),
        slot,
        challenge,
        at: challengeDueAt(schedule, epoch, slot, challenge),
      };
    }),
  );
  for (const { each, agent, slot, challenge, at } of due.toSorted((a, b) => a.at - b.at)) {
    const { gateway, notebook } = agents[agent]!;
    const plan = notebook.challenged({ epoch, challenge }, at);
    if (plan !== null) {
      notebook.sent(plan, { epoch, challenge, atMs: at + 300, radiatedCentiDbm: plan.powerMaxCentiDbm });
      const beacon = { ...beaconPlan(gateway.region, challenge), challenge, transmittedAtMs: at + 300 };
      const powerCentiDbm = plan.powerMaxCentiDbm - gateway.gainCentiDb;
      for (const listener of near[agent]!) {
        const report = reportOf(listener.gateway, gateway, { ...beacon, powerCentiDbm });
        const level = { rssiDbm: report.rssiCentiDbm / 100, snrDb: report.snrCentiDb / 100 };
        const gatewayEui = listener.gateway.device.slice(2, 18);
        const { payload, frequencyHz, modulation } = plan;
        const radio = { payload, frequencyHz, modulation, codingRate: "4/5", context: new Uint8Array() } as const;
        listener.notebook.heard({ ...radio, ...level, gatewayEui, receivedAtMs: report.receivedAtMs });
      }
    }
    const answer = notebook.answer({ epoch, challenge, epochStartMs: epochStart(schedule, epoch) }, at);
    const { key } = gateway;
    const response = encodeCoverageAnswer(answer, {
      domain: DOMAIN,
      device: key.id,
      sign: (digest) => key.sign(digest),
    });
    each.answers.push({ slot, challenge, response });
  }
  const packed = recorded.map(({ device, answers }) =>
    packAnswers(
      answers.toSorted((a, b) => a.slot - b.slot),
      { device, epoch },
    ),
  );
  const devicesWith = (answersOf: (n: number) => readonly RecordedAnswer[]) =>
    gateways.map(({ device, key, cell, prefix }, i): JointDevice => {
      const own = recorded.map((each, n) => ({ each, n })).filter(({ each }) => each.device === device);
      const challenges = due.filter(({ agent }) => agent === i).map(({ slot, challenge }) => ({ slot, challenge }));
      const answers = own.flatMap(({ n }) => answersOf(n));
      return {
        device,
        publicKey: key.publicKey,
        cell,
        prefix,
        challenges,
        answers,
        carried: carried.get(device) ?? null,
      };
    });
  return {
    input: { epoch, seed, devices: devicesWith((n) => recorded[n]!.answers) },
    recorded,
    published: {
      ...{ epoch, seed },
      devices: devicesWith((n) => unpackAnswers(packed[n]!, { ...recorded[n]!, epoch })),
    },
    packedBytes: packed.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}
