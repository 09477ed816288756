import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { BPS, PPM } from "@wayleave/core/money";
import { INITIAL_RESERVE, type Parameters } from "./parameters.ts";
import { type Capacity, type EpochInput, rewardRule } from "./rewardRule.ts";
import { LOCALITIES, TEST_PARAMETERS, anyCapacities, anyServed } from "./testWorld.ts";
import { type Rule, type SearchOptions, type World, roundingSlack, searchWash, washOutcome } from "./washSearch.ts";

const WAY_PRICE = 50_000n; // $0.05
const device = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;

/** Ten thousand dollars of honest demand a kind, four honest devices each. */
const world: World = {
  parameters: TEST_PARAMETERS,
  reserve: INITIAL_RESERVE,
  poolToServer: new Set([2]),
  served: [0, 1, 2, 3].map((kind) => ({ device: device(kind + 1), kind, microUsd: 10_000_000_000n })),
  capacities: [0, 1, 2, 3].flatMap((kind) =>
    [1n, 2n, 3n, 4n].map((locality): Capacity => {
      const units = kind === 2 ? 0n : 500n;
      return { device: device(Number(locality)), kind, locality, units, qualityPpm: PPM, fault: false };
    }),
  ),
};
const search: SearchOptions = { seed: 7, tries: 1_500, wayMicroUsd: WAY_PRICE, bounded: true, localities: LOCALITIES };

describe("washing one's own demand", () => {
  test("4: loses at least μ of what is spent, whatever devices, cells and outcomes the coalition chooses", () => {
    const anyDevice = fc.record({
      kind: fc.nat(3),
      locality: fc.constantFrom(...LOCALITIES),
      units: fc.bigInt({ min: 0n, max: 1n << 40n }),
      qualityPpm: fc.bigInt({ min: 0n, max: PPM }),
      washMicroUsd: fc.bigInt({ min: 0n, max: 1n << 40n }),
    });
    const anyStrategy = fc.record({ devices: fc.array(anyDevice, { minLength: 1, maxLength: 6 }) });
    fc.assert(
      fc.property(anyStrategy, anyServed, anyCapacities, (strategy, served, capacities) => {
        const outcome = washOutcome(rewardRule, { ...world, served, capacities }, strategy, WAY_PRICE);
        const loss = outcome.spent - outcome.dollars;
        const much = (outcome.spent * TEST_PARAMETERS.burnBps) / BPS;
        expect(outcome.way).toBe(0n);
        expect(loss + roundingSlack(strategy)).toBeGreaterThanOrEqual(much);
        expect(outcome.refusedBy).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test("a search of 1,500 strategies finds no profit", () => {
    const found = searchWash(rewardRule, world, search);
    expect(found.outcome.profit).toBeLessThanOrEqual(roundingSlack(found.strategy));
    expect(found.outcome.way).toBe(0n);
  });
});

/** Each takes one thing out of the design; the search must notice. */
describe("controls that bite", () => {
  const generous: Parameters = { ...TEST_PARAMETERS, deviceBps: 9_500n };
  const profitable = 1_000_000n; // a dollar, far beyond rounding

  test("d = 9500: the contract's bound refuses every wash", () => {
    const strategy = { devices: [{ kind: 0, locality: 1n, units: 0n, qualityPpm: PPM, washMicroUsd: 1_000_000n }] };
    const outcome = washOutcome(rewardRule, { ...world, parameters: generous, served: [] }, strategy, WAY_PRICE);
    expect(outcome.refusedBy).not.toBeNull();
  });

  test("d = 9500 with the bound switched off: the search finds a profit", () => {
    const found = searchWash(rewardRule, { ...world, parameters: generous }, { ...search, bounded: false });
    expect(found.outcome.profit).toBeGreaterThan(profitable);
  });

  test("q fed from paid work: the search finds that demand unlocks the reserve", () => {
    const paidWorkAsCapacity: Rule = (input) => rewardRule({ ...input, capacities: withPaidWork(input, [0, 1, 3]) });
    const found = searchWash(paidWorkAsCapacity, world, search);
    expect(found.outcome.way).toBeGreaterThan(0n);
    expect(found.outcome.profit).toBeGreaterThan(profitable);
  });

  test("storage's pool shared by stored bytes: the search finds that bytes at almost nothing take it", () => {
    // One µ$ buys a billion bytes on one's own disk: whoever sets the ask sets the price of q.
    const sharedByBytes: Rule = (input) =>
      rewardRule({ ...input, poolToServer: new Set(), capacities: withPaidWork(input, [2], 1_000_000_000n) });
    const cells = TEST_PARAMETERS.cells.map((cell) => (cell.kind === 2 ? { ...cell, target: 1n << 60n } : cell));
    const found = searchWash(sharedByBytes, { ...world, parameters: { ...TEST_PARAMETERS, cells } }, search);
    expect(found.outcome.profit).toBeGreaterThan(profitable);
    expect(found.outcome.dollars).toBeGreaterThan(found.outcome.spent);
  });
});

function withPaidWork(input: EpochInput, kinds: readonly number[], unitsPerMicroUsd = 1n): Capacity[] {
  return input.capacities.map((row) => {
    if (!kinds.includes(row.kind)) return row;
    const paid = input.served.filter((work) => work.device === row.device && work.kind === row.kind);
    const units = paid.reduce((sum, work) => sum + work.microUsd, 0n) * unitsPerMicroUsd;
    return { ...row, units: row.units + units };
  });
}
