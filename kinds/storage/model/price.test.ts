import fc from "fast-check";
import { expect, test } from "vitest";
import {
  DEFAULT_ASK,
  EMPTY_METER,
  GIB,
  HOUR_MS,
  MIB,
  meterEgress,
  meterHeld,
  meteredPicoUsdDown,
  workUnitsDown,
} from "./price.ts";

test("a GiB for an hour and a MiB read cost their ask and are one unit each", () => {
  const meter = meterEgress(meterHeld(EMPTY_METER, GIB * HOUR_MS, DEFAULT_ASK), MIB, DEFAULT_ASK);
  expect(meteredPicoUsdDown(meter)).toBe(DEFAULT_ASK.picoUsdPerGibHour + DEFAULT_ASK.picoUsdPerEgressMib);
  expect(workUnitsDown(meter)).toBe(2n);
});

test("a TiB-month at the default ask is about four dollars", () => {
  const meter = meterHeld(EMPTY_METER, 1024n * GIB * 730n * HOUR_MS, DEFAULT_ASK);
  expect(Number(meteredPicoUsdDown(meter)) / 1e12).toBeCloseTo(4, 1);
});

test("however service is cut into acts, the total is the same and never falls", () => {
  const acts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { maxLength: 30 });
  fc.assert(
    fc.property(acts, (amounts) => {
      let meter = EMPTY_METER;
      let before = 0n;
      for (const amount of amounts) {
        meter = meterEgress(meterHeld(meter, amount, DEFAULT_ASK), amount / 1000n, DEFAULT_ASK);
        expect(meteredPicoUsdDown(meter)).toBeGreaterThanOrEqual(before);
        before = meteredPicoUsdDown(meter);
      }
      const held = amounts.reduce((sum, amount) => sum + amount, 0n);
      const read = amounts.reduce((sum, amount) => sum + amount / 1000n, 0n);
      const whole = meterEgress(meterHeld(EMPTY_METER, held, DEFAULT_ASK), read, DEFAULT_ASK);
      expect(meter).toEqual(whole);
    }),
  );
});
