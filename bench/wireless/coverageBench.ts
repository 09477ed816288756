import { monitorEventLoopDelay } from "node:perf_hooks";
import { localSchedule } from "@wayleave/core/network";
import { epochStart } from "@wayleave/core/time";
import type { JointAssessment, JointDevice, JointSource } from "@wayleave/core/kind";
import { CoverageThread } from "@wayleave/kind-wireless/verify/coverageThread";
import { jointCoverage } from "@wayleave/kind-wireless/verify/jointCoverage";
import type { Figure } from "../figure.ts";
import { placesOfGateways } from "./densityBench.ts";

const GATEWAYS = 200_000;
/** Of a hundred gateways so many move from one epoch to the next. */
const MOVING_PERCENT = 1;
const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const schedule = localSchedule(1_790_000_000_000);

export interface CoverageThreadFigures {
  readonly figures: readonly Figure[];
}

/**
 * Two epochs of a network whose map has 200,000 gateways, assessed in the verifier's thread: how long that takes, and how
 * long the verifier stands still for it at a time. Beside it the same in the verifier's own loop.
 */
export async function benchCoverageThread(gateways = GATEWAYS): Promise<CoverageThreadFigures> {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const thread = new CoverageThread({ domain, schedule, log });
  const places = placesOfGateways(gateways);
  const epochs = [7, 8].map((epoch): JointSource => {
    return { epoch, seed: `0x${"11".repeat(32)}`, devices: () => gatewaysOf(epoch, places) };
  });
  const thousand: JointSource = { ...epochs[0]!, devices: () => gatewaysOf(7, places.slice(0, 1_000)) };
  await thread.assess(thousand); // started and warm
  const taken = await inTurn(epochs, (source) => timed(() => thread.assess(source)));
  await thread.close();
  const here = await timed(async () =>
    jointCoverage({ ...epochs[1]!, devices: [...epochs[1]!.devices()] }, domain, schedule),
  );
  const same = isSame(taken[1]!.result, here.result);
  if (!same) throw new Error("the thread assessed otherwise than this program");
  const [first, next] = taken as [Timed, Timed];
  const of = `${gateways} gateways in the map`;
  return {
    figures: [
      { name: `coverage of an epoch, ${of}, first one after a start`, unit: "s", value: first.tookS },
      { name: `coverage of an epoch, ${of}, next one`, unit: "s", value: next.tookS },
      { name: `longest stop of the verifier's loop meanwhile, first`, unit: "ms", value: first.longestStopMs },
      { name: `longest stop of the verifier's loop meanwhile, next`, unit: "ms", value: next.longestStopMs },
      { name: `the same epoch in the verifier's own loop: its stop`, unit: "ms", value: here.longestStopMs },
    ],
  };
}

/** All were counted in the epoch before; a few have moved since. No answers: only the map is at work. */
function* gatewaysOf(epoch: number, places: readonly (readonly [`0x${string}`, bigint])[]): Generator<JointDevice> {
  const time = BigInt(epochStart(schedule, epoch) - 1_000)
    .toString(16)
    .padStart(12, "0");
  const [publicKey, carried] = [new Uint8Array(64), `0x${time.repeat(3)}`] as const;
  const nothing = { prefix: null, challenges: [], answers: [] };
  const last = places.length - 1;
  for (const [n, [device, cell]] of places.entries()) {
    const moves = n % 100 < MOVING_PERCENT && epoch % 2 === 0;
    yield { device, publicKey, carried, cell: moves ? places[last - n]![1] : cell, ...nothing };
  }
}

interface Timed {
  readonly tookS: number;
  readonly longestStopMs: number;
  readonly result: JointAssessment;
}

async function timed(act: () => Promise<JointAssessment>): Promise<Timed> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20)); // it counts from its first turn on
  const begun = performance.now();
  const result = await act();
  const tookS = (performance.now() - begun) / 1e3;
  await new Promise((resolve) => setTimeout(resolve, 20)); // a stop is seen when it is over
  delay.disable();
  return { tookS, longestStopMs: delay.max / 1e6, result };
}

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

function isSame(a: JointAssessment, b: JointAssessment): boolean {
  if (a.proven.size !== b.proven.size || a.carried.size !== b.carried.size) return false;
  return [...a.proven].every(([device, share]) => {
    const other = b.proven.get(device);
    return other?.units === share.units && other.qualityPpm === share.qualityPpm && other.locality === share.locality;
  });
}
