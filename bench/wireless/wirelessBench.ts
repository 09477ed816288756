import type { Figure } from "../figure.ts";
import { type CodecFigures, benchCodec } from "./codecBench.ts";
import { benchCoverageThread } from "./coverageBench.ts";
import { type DensityFigures, benchDensity } from "./densityBench.ts";
import type { FrontFigures } from "./frontProcess.ts";
import { startRadioSide, startWirelessFront } from "./wirelessNetwork.ts";
import {
  type ConfirmedResult,
  type FloodResult,
  CONFIRMED_PER_S,
  DEVICES,
  LATE_MS_MAX,
  confirmedRun,
  flood,
} from "./wirelessRuns.ts";

export interface WirelessBenchOptions {
  readonly under: string;
  readonly portBase: number;
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

export interface WirelessResult {
  readonly devices: number;
  readonly registerS: number;
  readonly idleFrontMb: number;
  readonly confirmed: ConfirmedResult;
  readonly floods: readonly FloodResult[];
  readonly codec: CodecFigures;
  readonly density: DensityFigures;
  readonly figures: readonly Figure[];
}

/** No run before it has frames of these numbers. */
const CONFIRMED_S_MAX = 100;
const FLOODS_PER_S = [2_000, 4_000, 6_000, 8_000, 10_000, 15_000, 20_000];
/** A rate that is not kept up with is the last. */
const KEPT_UP = 0.999;
const LATE_FLOOD_MS = 1_000;

export async function benchWireless(options: WirelessBenchOptions): Promise<WirelessResult> {
  const { say, quick } = options;
  say("Reading LoRaWAN frames and counting 200,000 gateways…");
  const codec = await benchCodec();
  const density = benchDensity();
  const coverage = await benchCoverageThread();
  say(`Registering ${DEVICES} LoRaWAN devices…`);
  const network = await startWirelessFront(options);
  try {
    const begun = performance.now();
    await network.front.ask("register", { count: DEVICES });
    const registerS = (performance.now() - begun) / 1e3;
    const idleFrontMb = (await network.front.ask<FrontFigures>("figures")).residentMb;
    say(`Sending ${CONFIRMED_PER_S} confirmed uplinks a second over lines of 0…${LATE_MS_MAX} ms…`);
    const confirmed = await confirmedRun(network, quick ? 15 : 60);
    const floods: FloodResult[] = [];
    let next = CONFIRMED_PER_S * CONFIRMED_S_MAX;
    const radio = await startRadioSide(network, { lateMsMax: 0, audited: false });
    try {
      await flood(network, radio, { from: next, perS: 1_000, seconds: 5 });
      next += 5_000;
      for (const perS of floodRates()) {
        const seconds = quick ? 5 : 15;
        say(`Sending ${perS} uplinks a second, each heard by three gateways…`);
        const result = await flood(network, radio, { from: next, perS, seconds });
        next += perS * seconds;
        floods.push(result);
        if (result.delivered < KEPT_UP * result.sent || result.overWindowMs.p99 > LATE_FLOOD_MS) break;
      }
    } finally {
      await radio.close();
    }
    const figures = [...codec.figures, ...density.figures, ...coverage.figures];
    return { devices: DEVICES, registerS, idleFrontMb, confirmed, floods, codec, density, figures };
  } finally {
    await network.close();
  }
}

/** `BENCH_WIRELESS_RATES=4000,8000` looks at some rates only, for whoever profiles. */
function floodRates(): readonly number[] {
  const asked = process.env["BENCH_WIRELESS_RATES"];
  return asked === undefined ? FLOODS_PER_S : asked.split(",").map(Number);
}
