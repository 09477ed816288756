import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNIT, beaconUnits, witnessUnits } from "./units.ts";

describe("units", () => {
  test("are the design's formulas, floored", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), (n) => {
        const witness = n <= 4 ? 1 : (4 - (1 - 0.8 ** (n - 4))) / n;
        const beacon = n <= 4 ? n / 4 : Math.min(2, 2 - 0.8 ** (n - 4));
        expect(Number(witnessUnits(n))).toBeCloseTo(Math.floor(witness * 1e6 + 1e-6), 0);
        expect(Number(beaconUnits(n))).toBeCloseTo(Math.floor(beacon * 1e6 + 1e-6), 0);
      }),
    );
  });

  test("known values", () => {
    expect([1, 4, 5, 6, 14].map(witnessUnits)).toEqual([UNIT, UNIT, 760_000n, 606_666n, 221_955n]);
    expect([0, 1, 4, 5, 6, 14].map(beaconUnits)).toEqual([0n, 250_000n, UNIT, 1_200_000n, 1_360_000n, 1_892_625n]);
  });

  test("more witnesses never raise what one of them earns, nor lower what the beacon earns", () => {
    for (let n = 1; n < 30; n++) {
      expect(witnessUnits(n + 1)).toBeLessThanOrEqual(witnessUnits(n));
      expect(beaconUnits(n + 1)).toBeGreaterThanOrEqual(beaconUnits(n));
    }
  });
});
