import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { ownCpuS } from "../figure.ts";
import { CpuMeter, byKind, peakMemoryMb, resetPeakMemory } from "../processes.ts";
import type { AgentFigures } from "./agentProcess.ts";
import type { Received } from "./consumerProcess.ts";
import type { FrontFigures } from "./frontProcess.ts";
import type { ConfirmedDone, ConfirmedJob, FloodDone } from "./generatorProcess.ts";
import { type RadioSide, type WirelessFront, startRadioSide } from "./wirelessNetwork.ts";

/** What a run of uplinks came to. */
export interface FloodResult {
  readonly offeredPerS: number;
  readonly seconds: number;
  readonly sent: number;
  readonly delivered: number;
  /** Frames with more than one event. */
  readonly deliveredTwice: number;
  /** From the first frame sent to the last event, what arrived by the second. */
  readonly eventsPerS: number;
  /** From the first gateway's socket to the MQTT event, without the 200 ms in which copies are gathered. */
  readonly overWindowMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly frontMemoryMb: number;
  readonly cpuS: Readonly<Record<string, number>>;
  readonly loadAfter: number;
  readonly front: FrontFigures;
}

export interface ConfirmedResult {
  readonly perS: number;
  readonly lateMsMax: number;
  readonly radio: Omit<ConfirmedDone, "slackMs">;
  /** RX1 hits of all confirmed transmissions. */
  readonly hitRate: number;
  readonly slackMs: { readonly p1: number; readonly p50: number };
  readonly frames: number;
  readonly events: number;
  /** Frames with two events, two paid gateways in one, or two purchases at the agents. */
  readonly toldTwice: number;
  readonly paidTwice: number;
  readonly boughtTwice: number;
  /** Frames that were told and that nobody was paid for, at the agents. */
  readonly unbought: number;
  readonly meteredUplinks: number;
  readonly chargedByAgents: number;
  readonly cpuS: Readonly<Record<string, number>>;
  readonly loadAfter: number;
  readonly front: FrontFigures;
}

export const DEVICES = 100_000;
export const CONFIRMED_PER_S = 500;
/** Of the agents' lines, each way. */
export const LATE_MS_MAX = 300;
/** In which copies are gathered. */
const WINDOW_MS = 200;
const PER_DATAGRAM = 8;
const AGAIN_EVERY = 20;
/** Compilers and caches warm up in it. */
const WARM_S = 5;
/** How long what is under way may take to arrive before it counts as lost. */
const SETTLE_MS = 4_000;

/** Unconfirmed uplinks at an even rate, as fast as it says, whatever becomes of them. */
export async function flood(
  network: WirelessFront,
  radio: RadioSide,
  { from, perS, seconds }: { readonly from: number; readonly perS: number; readonly seconds: number },
): Promise<FloodResult> {
  const { front, consumer } = network;
  const count = perS * seconds;
  await radio.generator.ask("prepare", { from, count, devices: DEVICES, perDatagram: PER_DATAGRAM });
  await front.ask("forget");
  resetPeakMemory(front.pid);
  const meter = meterOf(network, radio);
  const { sentMs } = await radio.generator.ask<FloodDone>("flood", { perS });
  await pause(SETTLE_MS);
  const cpuS = Object.fromEntries(byKind(meter.read()));
  const frontMemoryMb = peakMemoryMb(front.pid)!;
  const { atMs, times } = await consumer.ask<Received>("events", { from, count });
  const overMs = [...atMs.keys()]
    .filter((frame) => atMs[frame]! > 0)
    .map((frame) => atMs[frame]! - sentMs[frame]! - WINDOW_MS)
    .sort((a, b) => a - b);
  const lastMs = atMs.reduce((last, at) => Math.max(last, at), 0);
  const wallS = (lastMs - sentMs[0]! - WINDOW_MS) / 1e3;
  return {
    ...{ offeredPerS: perS, seconds, sent: count, delivered: overMs.length, cpuS, frontMemoryMb },
    deliveredTwice: times.filter((each) => each > 1).length,
    eventsPerS: overMs.length / wallS,
    overWindowMs: { p50: at(overMs, 0.5), p99: at(overMs, 0.99), max: overMs.at(-1) ?? Number.NaN },
    loadAfter: loadavg()[0]!,
    front: await front.ask<FrontFigures>("figures"),
  };
}

/** Confirmed uplinks over slow lines, each device answering for itself, every purchase noted. */
export async function confirmedRun(network: WirelessFront, seconds: number): Promise<ConfirmedResult> {
  const { front, consumer } = network;
  const radio = await startRadioSide(network, { lateMsMax: LATE_MS_MAX, audited: true });
  try {
    await consumer.ask("look");
    const count = CONFIRMED_PER_S * seconds;
    const warm = CONFIRMED_PER_S * WARM_S;
    const common = { devices: DEVICES, perS: CONFIRMED_PER_S, againEvery: AGAIN_EVERY };
    await radio.generator.ask("confirmed", { from: 0, count: warm, ...common } satisfies ConfirmedJob);
    const job: ConfirmedJob = { from: warm, count, ...common };
    await front.ask("forget");
    const before = ownCpuS();
    const meter = meterOf(network, radio);
    const { slackMs: unsorted, ...done } = await radio.generator.ask<ConfirmedDone>("confirmed", job);
    const cpuS = { ...Object.fromEntries(byKind(meter.read())), lines: ownCpuS() - before };
    const agents = await Promise.all(radio.agents.map((agent) => agent.ask<AgentFigures>("figures")));
    const { times, paid } = await consumer.ask<Received>("events", { from: 0, count: warm + count });
    const bought = new Map<string, number>();
    for (const { boughtByFrame } of agents) {
      for (const [frame, copies] of boughtByFrame) bought.set(frame, (bought.get(frame) ?? 0) + copies);
    }
    const figures = await front.ask<FrontFigures>("figures");
    const slackMs = unsorted.toSorted((a, b) => a - b);
    return {
      ...{ perS: CONFIRMED_PER_S, lateMsMax: LATE_MS_MAX, radio: done, hitRate: done.rx1 / done.sent },
      slackMs: { p1: at(slackMs, 0.01), p50: at(slackMs, 0.5) },
      ...{ frames: warm + count, events: times.filter((each) => each > 0).length },
      toldTwice: times.filter((each) => each > 1).length,
      paidTwice: paid.filter((each) => each > 1).length,
      boughtTwice: [...bought.values()].filter((each) => each > 1).length,
      unbought: warm + count - bought.size,
      meteredUplinks: figures.metered["wireless.uplink"] ?? 0,
      chargedByAgents: agents.reduce((sum, { charged }) => sum + charged, 0),
      ...{ cpuS, loadAfter: loadavg()[0]!, front: figures },
    };
  } finally {
    await radio.close();
  }
}

function meterOf({ front, consumer, postgres }: WirelessFront, { agents, generator }: RadioSide): CpuMeter {
  return new CpuMeter(
    new Map([
      ["front", front.pid],
      ["consumer", consumer.pid],
      ["postgres", postgres.pid],
      ["generator", generator.pid],
      ...agents.map((agent, index) => [`agent-${index}`, agent.pid] as const),
    ]),
  );
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
