import { utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { JointAssessment, JointDevice, Logger, RecordedAnswer } from "@wayleave/core/kind";
import { localSchedule } from "@wayleave/core/network";
import { challengeDueAt, epochStart } from "@wayleave/core/time";
import { CoverageKeeper } from "@wayleave/kind-wireless/provide/coverageKeeper";
import { jointCoverage } from "@wayleave/kind-wireless/verify/jointCoverage";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/**
 * Whole epochs of agents and verifiers on a virtual clock and a half-duplex air, with what a loaded machine does to them.
 */
const schedule = localSchedule(1_790_000_000_000, 20_000);
const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const clock = { now: () => Date.now(), monotonicMs: () => Date.now() };
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const VERIFIERS = 3;
/** 24 bytes at SF9. */
const AIRTIME_MS = 206;
/** 2.3 km apart in Bern. */
const CELLS = [0x8c1f8342cc0e3ffn, 0x8c1f83553564bffn];
const EPOCHS = [5, 6, 7, 8];

interface Faults {
  /** Offset in the epoch at which its seed is known: what was due longer than a deadline before is never asked. */
  readonly seedAtMs?: number;
  /** From a challenge's due time until the agent has it, and from its answer until the verifier has that. */
  readonly toAgentMs?: (n: number) => number;
  readonly toVerifierMs?: (n: number) => number;
  /** From a downlink to its TX_ACK, and to the other gateway having heard it. */
  readonly acknowledgedAfterMs?: number;
  readonly heardAfterMs?: number;
  /** The first beacon of an epoch is refused by its gateway. */
  readonly refusesFirst?: boolean;
  /** This verifier drops whatever it is answered. */
  readonly silentVerifier?: number;
}

interface Asked {
  readonly verifier: number;
  readonly challenge: Hash32;
  readonly slot: number;
  readonly device: Address;
  readonly at: number;
}

class Gateway {
  readonly key: DeviceKey;
  readonly keeper: CoverageKeeper;

  constructor(name: string) {
    this.key = deviceKeyFromSeed(keccak256(utf8(name)));
    const place = { region: "EU868", gainCentiDb: 200 } as const;
    let drawn = 0;
    const randomBytes = (size: number) => keccak256(utf8(`${name} ${drawn++}`)).subarray(0, size);
    this.keeper = new CoverageKeeper({ key: this.key, domain, schedule, ...place, clock, log: SILENT, randomBytes });
  }

  /** Who sends hears nothing meanwhile. */
  readonly sentAtMs: number[] = [];
  sendsNear(atMs: number): boolean {
    return this.sentAtMs.some((sentAtMs) => Math.abs(sentAtMs - atMs) < AIRTIME_MS);
  }

  attach(others: () => readonly Gateway[], faults: Faults): void {
    const eui = this.key.id.slice(2, 18);
    const status = { eui, protocol: "gwmp", online: true, lastSeenMs: 0, uplinks: 0, downlinks: 0, drops: {} } as const;
    let refusedIn = faults.refusesFirst === true ? -1 : Infinity;
    this.keeper.attach({
      gateways: () => [status],
      send: ({ payload, frequencyHz, modulation }) => {
        const epoch = Math.floor((Date.now() - schedule.genesisMs) / schedule.epochMs);
        if (refusedIn < epoch) {
          refusedIn = epoch;
          return Promise.resolve("collision-packet");
        }
        const frame = { payload, frequencyHz, modulation, codingRate: "4/5", rssiDbm: -112, snrDb: -3 } as const;
        const from = Date.now();
        this.sentAtMs.push(from);
        setTimeout(() => {
          const at = { gatewayEui: eui, context: new Uint8Array(4), receivedAtMs: Date.now() };
          for (const other of others()) if (!other.sendsNear(from)) other.keeper.heard({ ...frame, ...at });
        }, faults.heardAfterMs ?? 220);
        const outcome = (faults.acknowledgedAfterMs ?? 100) >= 1_500 ? "no-acknowledgement" : "sent";
        return new Promise((resolve) =>
          setTimeout(resolve, Math.min(1_500, faults.acknowledgedAfterMs ?? 100), outcome),
        );
      },
    });
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @returns each epoch's coverage, each carried over from the one before. */
async function run(faults: Faults, seed: number): Promise<JointAssessment[]> {
  vi.setSystemTime(epochStart(schedule, EPOCHS[0]!) - 100);
  const gateways = CELLS.map((_, n) => new Gateway(`${seed} ${n}`));
  for (const gateway of gateways) gateway.attach(() => gateways.filter((each) => each !== gateway), faults);
  const challenges = new Map(EPOCHS.map((epoch) => [epoch, gateways.flatMap(({ key }) => dueOf(epoch, key.id))]));
  const answers = new Map(EPOCHS.map((epoch) => [epoch, [] as (Asked & RecordedAnswer)[]]));
  let asked = 0;
  for (const [epoch, due] of challenges) {
    const seedAt = epochStart(schedule, epoch) + (faults.seedAtMs ?? 0);
    for (const each of due) {
      if (each.at < seedAt - schedule.answerDeadlineMs || each.verifier === faults.silentVerifier) continue;
      const n = asked++;
      const sentAt = Math.max(each.at, seedAt);
      const ask = async () => {
        const { keeper } = gateways.find(({ key }) => key.id === each.device)!;
        const response = await keeper.answer({ epoch, challenge: each.challenge });
        await new Promise((resolve) => setTimeout(resolve, faults.toVerifierMs?.(n) ?? 5));
        // Twice the deadline: later nobody listens any more.
        if (Date.now() - sentAt <= 2 * schedule.answerDeadlineMs) answers.get(epoch)!.push({ ...each, response });
      };
      setTimeout(() => void ask(), sentAt - Date.now() + (faults.toAgentMs?.(n) ?? 5));
    }
  }
  await vi.advanceTimersByTimeAsync((EPOCHS.length + 1) * schedule.epochMs);
  let carried: ReadonlyMap<Address, Hex> = new Map();
  return EPOCHS.map((epoch) => {
    const devices = gateways.map(({ key: { id: device, publicKey } }, i): JointDevice => {
      const own = <T extends Asked>(all: readonly T[]) => all.filter((each) => each.device === device);
      const said = { challenges: own(challenges.get(epoch)!), answers: own(answers.get(epoch)!) };
      const known = { cell: CELLS[i]!, prefix: `127.0.${i}.0/24`, carried: carried.get(device) ?? null };
      return { device, publicKey, ...known, ...said };
    });
    const result = jointCoverage({ epoch, seed: keccakHex(utf8(`${epoch}`)), devices }, domain, schedule);
    carried = result.carried;
    return result;
  });
}

function dueOf(epoch: number, device: Address): Asked[] {
  return Array.from({ length: VERIFIERS * schedule.slotsPerEpoch }, (_, n) => {
    const [slot, verifier] = [Math.floor(n / VERIFIERS), n % VERIFIERS];
    const challenge = keccakHex(utf8(`${device} ${epoch} ${n}`));
    return { verifier, device, slot, challenge, at: challengeDueAt(schedule, epoch, slot, challenge) };
  });
}

/** Whatever n is, the same lateness in every run; spread over 0…most. */
const spread = (mostMs: number) => (n: number) => (n * 7_919) % (mostMs + 1);
const cases: readonly [what: string, faults: Faults][] = [
  ["nothing", {}],
  ["slow answers, some after their deadline", { toAgentMs: spread(1_200), toVerifierMs: spread(2_500) }],
  ["acknowledgements after the answer", { acknowledgedAfterMs: 1_300 }],
  ["acknowledgements that never came", { acknowledgedAfterMs: 60_000 }],
  ["a radio that was busy first", { refusesFirst: true }],
  ["a slow air", { heardAfterMs: 1_600, acknowledgedAfterMs: 1_300 }],
  ["a verifier that drops answers", { silentVerifier: 1, toAgentMs: spread(800) }],
];

const SEEDS = [1, 2, 3, 4, 5, 6];
const inEverySeed = async (faults: Faults) => {
  const epochs: JointAssessment[] = [];
  for (const seed of SEEDS) epochs.push(...(await run(faults, seed)));
  return epochs;
};
const unitsOf = ({ proven }: JointAssessment) => [...proven.values()].map(({ units }) => units);
/** Both beacons and both witnesses count, each once. */
const isWhole = (epoch: JointAssessment) => {
  const counted = epoch.reasons.filter(({ code }) => code.endsWith("-counted")).length;
  return counted === 4 && unitsOf(epoch).every((units) => units === 1_250_000n);
};

test.for(cases)("an epoch has its coverage in spite of: %s", async ([, faults]) => {
  const epochs = await inEverySeed(faults);
  // In slots of 2 s both may still send all their beacons at the same moments: a hundredth, computed (a third before).
  const covered = epochs.filter((epoch) => unitsOf(epoch).some((units) => units > 0n)).length;
  expect(covered).toBeGreaterThanOrEqual(epochs.length - 1);
  expect(epochs.filter(isWhole).length).toBeGreaterThan(0.9 * epochs.length);
});

test("a seed that comes halfway leaves most epochs their coverage", async () => {
  for (const faults of [{ seedAtMs: 9_000 }, { seedAtMs: 9_000, toAgentMs: spread(150), toVerifierMs: spread(900) }]) {
    const epochs = await inEverySeed(faults);
    expect(epochs.filter((epoch) => unitsOf(epoch).some((units) => units > 0n)).length).toBeGreaterThan(
      0.85 * epochs.length,
    );
  }
});

test("a challenge on its way while its epoch ended costs the next epoch nothing", async () => {
  // The last ones of an epoch come when the next has begun, before any of its own.
  const epochs = await inEverySeed({ toAgentMs: (n) => (n % 36 >= 34 ? 3_900 : 5) });
  expect(epochs.filter(isWhole).length).toBeGreaterThan(0.9 * epochs.length);
});

test("a seed too late for anybody to commit asks for no beacon that could not count", async () => {
  for (const { reasons } of await run({ seedAtMs: 14_500 }, 1)) expect(reasons).toEqual([]);
});
