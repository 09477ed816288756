import type { Address } from "@wayleave/core/ids";
import { type MicroUsd, type Way, PPM, WAY_UNIT } from "@wayleave/core/money";
import { brokenBound } from "./chainBounds.ts";
import { type Parameters } from "./parameters.ts";
import { type Capacity, type EpochInput, type EpochRewards, type Served } from "./rewardRule.ts";

/** A rule to attack: the real one, or a control with a hole that the search must find. */
export type Rule = (input: EpochInput) => EpochRewards;

/** Everybody else in the epoch that a coalition attacks. */
export interface World {
  readonly parameters: Parameters;
  readonly reserve: Way;
  readonly poolToServer: ReadonlySet<number>;
  readonly served: readonly Served[];
  readonly capacities: readonly Capacity[];
}

/**
 * What a coalition of payers, providers, all verifiers and the treasury does: it spends on itself, on devices in cells of
 * its choice, whose challenges come out as it likes.
 */
export interface Strategy {
  readonly devices: readonly {
    readonly kind: number;
    readonly locality: bigint;
    readonly units: bigint;
    readonly qualityPpm: bigint;
    /** What the coalition's payer spends on this device. */
    readonly washMicroUsd: MicroUsd;
  }[];
}

export interface WashOutcome {
  readonly spent: MicroUsd;
  /** Change of the coalition's dollars and WAY against the same devices without the spending. */
  readonly dollars: MicroUsd;
  readonly way: Way;
  /** dollars − spent + WAY at the price, in µ$. Positive: self-dealing pays. */
  readonly profit: MicroUsd;
  /** Set when the contract would have refused the statement. */
  readonly refusedBy: string | null;
}

/** How many floors can round in the coalition's favour: its own rows, their cells, and the few totals. */
export function roundingSlack(strategy: Strategy): bigint {
  return BigInt(4 * strategy.devices.length + 4);
}

/** @param wayMicroUsd - what a WAY sells for, in µ$. */
export function washOutcome(rule: Rule, world: World, strategy: Strategy, wayMicroUsd: bigint): WashOutcome {
  const [without, withWash] = [run(rule, world, strategy, false), run(rule, world, strategy, true)];
  const spent = strategy.devices.reduce((sum, device) => sum + device.washMicroUsd, 0n);
  const dollars = withWash.dollars - without.dollars;
  const way = withWash.way - without.way;
  const refusedBy = brokenBound(withWash.rewards, world.parameters, { reserve: world.reserve, stipendPot: 0n });
  return { spent, dollars, way, profit: dollars - spent + (way * wayMicroUsd) / WAY_UNIT, refusedBy };
}

const COALITION = Array.from({ length: 16 }, (_, i): Address => `0x${"c0".repeat(19)}${(16 + i).toString(16)}`);
const COALITION_VERIFIER: Address = `0x${"cf".repeat(20)}`;

function run(rule: Rule, world: World, { devices }: Strategy, washing: boolean) {
  const own = devices.map((device, i) => ({ ...device, device: COALITION[i]!, fault: false }));
  const washed = own.filter((row) => washing && row.washMicroUsd > 0n);
  const rewards = rule({
    ...world,
    served: [
      ...world.served,
      ...washed.map(({ device, kind, washMicroUsd }) => ({ device, kind, microUsd: washMicroUsd })),
    ],
    capacities: [...world.capacities, ...own],
    verifierCredits: new Map([[COALITION_VERIFIER, 1n]]),
    stipendPot: 0n,
  });
  const mine = rewards.devices.filter(({ device }) => COALITION.includes(device));
  const dollars = mine.reduce((sum, row) => sum + row.serviceMicroUsd + row.poolMicroUsd, rewards.verificationDollars);
  return { rewards, dollars, way: mine.reduce((sum, row) => sum + row.wayAllotted, 0n) };
}

export interface SearchOptions {
  readonly seed: number;
  /** Rule evaluations are two for each. */
  readonly tries: number;
  readonly wayMicroUsd: bigint;
  /** Honour the contract's bounds: refused statements earn nothing. */
  readonly bounded: boolean;
  readonly localities: readonly bigint[];
}

export interface SearchResult {
  readonly strategy: Strategy;
  readonly outcome: WashOutcome;
  readonly tried: number;
}

/** Half of all tries change the best strategy so far, the others start anew. Seeded: the same seed searches the same. */
export function searchWash(rule: Rule, world: World, options: SearchOptions): SearchResult {
  const random = seededRandom(options.seed);
  let best: SearchResult | null = null;
  for (let tried = 1; tried <= options.tries; tried++) {
    const strategy: Strategy =
      best !== null && random(2) === 0 ? changed(best.strategy, random, options) : anyStrategy(random, options);
    const outcome = washOutcome(rule, world, strategy, options.wayMicroUsd);
    if (options.bounded && outcome.refusedBy !== null) continue;
    if (best === null || outcome.profit > best.outcome.profit) best = { strategy, outcome, tried };
  }
  if (best === null) throw new RangeError("every strategy was refused by the contract's bounds");
  return best;
}

type Random = (below: number) => number;

function anyStrategy(random: Random, options: SearchOptions): Strategy {
  return { devices: Array.from({ length: 1 + random(4) }, () => anyDevice(random, options)) };
}

function anyDevice(random: Random, { localities }: SearchOptions): Strategy["devices"][number] {
  return {
    kind: random(4),
    locality: localities[random(localities.length)]!,
    units: magnitude(random, 40),
    qualityPpm: random(3) === 0 ? BigInt(random(Number(PPM) + 1)) : PPM,
    washMicroUsd: magnitude(random, 34),
  };
}

function changed(strategy: Strategy, random: Random, options: SearchOptions): Strategy {
  const devices = [...strategy.devices];
  const at = random(devices.length);
  const device = devices[at]!;
  switch (random(4)) {
    case 0:
      devices[at] = { ...device, washMicroUsd: (device.washMicroUsd * BigInt(random(30))) / 10n };
      break;
    case 1:
      devices[at] = { ...device, units: (device.units * BigInt(random(30))) / 10n };
      break;
    case 2:
      devices[at] = { ...device, locality: options.localities[random(options.localities.length)]! };
      break;
    default:
      if (devices.length < COALITION.length) devices.push(anyDevice(random, options));
  }
  return { devices };
}

/** Uniform in magnitude: 0 … 2^bits − 1. */
function magnitude(random: Random, bits: number): bigint {
  const size = random(bits + 1);
  return size === 0 ? 0n : (1n << BigInt(size - 1)) + BigInt(random(2 ** Math.min(size - 1, 31)));
}

/** Mulberry32. @returns integers in [0, below), below ≤ 2³¹. */
function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
