import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DutyCycle } from "./dutyCycle.ts";
import { regionOf } from "./regions/region.ts";

const HOUR_MS = 3_600_000;
const RX2 = 869_525_000;
const RX1 = 868_100_000;
const EU868 = regionOf("EU868").subBands;

/** Sends as often as allowed from a time on; @returns how often. */
function sendAll(duty: DutyCycle, atMs: number, airtimeUs: number, frequencyHz: number, times: number): number {
  let sent = 0;
  for (let place = 0; place < times; place += 1) {
    const startMs = atMs + place * Math.ceil(airtimeUs / 1000);
    if (!duty.mayTransmit(startMs, airtimeUs, frequencyHz)) continue;
    duty.record(startMs, airtimeUs, frequencyHz);
    sent += 1;
  }
  return sent;
}

/** The most microseconds on the air in any hour, to the microsecond: at an hour that begins or ends with a frame. */
function mostInAnyHourUs(frames: readonly { readonly atMs: number; readonly airtimeUs: number }[]): number {
  const starts = frames.flatMap(({ atMs, airtimeUs }) => [atMs * 1000, atMs * 1000 + airtimeUs - HOUR_MS * 1000]);
  const inHour = (from: number): number =>
    frames.reduce((sum, { atMs, airtimeUs }) => {
      const begins = Math.max(atMs * 1000, from);
      const ends = Math.min(atMs * 1000 + airtimeUs, from + HOUR_MS * 1000);
      return sum + Math.max(0, ends - begins);
    }, 0);
  return starts.reduce((most, from) => Math.max(most, inHour(from)), 0);
}

describe("DutyCycle", () => {
  test("1 % is 36 s in an hour, and 10 % is 360 s in its own sub-band", () => {
    const duty = new DutyCycle(EU868);
    expect(sendAll(duty, 0, 1_000_000, RX1, 50)).toBe(36);
    expect(sendAll(duty, 0, 1_000_000, RX2, 400)).toBe(360);
  });

  test("airtime comes back an hour later, a frame for a frame", () => {
    const duty = new DutyCycle(EU868);
    sendAll(duty, 0, 1_000_000, RX1, 36);
    expect(duty.mayTransmit(HOUR_MS - 1000, 1_000_000, RX1)).toBe(false);
    const laterMs = HOUR_MS + 17_000;
    expect(duty.mayTransmit(laterMs, 1_000_000, RX1)).toBe(true);
    expect(duty.mayTransmit(laterMs, 2_000_000, RX1)).toBe(false);
  });

  test("867.1 MHz and 868.1 MHz have each their own airtime; 868.1 and 868.5 share", () => {
    const duty = new DutyCycle(EU868);
    sendAll(duty, 0, 1_000_000, RX1, 36);
    expect(duty.mayTransmit(40_000, 1_000_000, 868_500_000)).toBe(false);
    expect(duty.mayTransmit(40_000, 1_000_000, 867_100_000)).toBe(true);
  });

  test("nothing is sent between the sub-bands, nor outside the region", () => {
    const duty = new DutyCycle(EU868);
    for (const hz of [868_650_000, 869_300_000, 862_999_999, 870_000_000, 915_000_000, Number.NaN]) {
      expect(duty.mayTransmit(0, 1000, hz)).toBe(false);
      duty.record(0, 1000, hz);
    }
  });

  test("a region without a duty cycle never waits", () => {
    const duty = new DutyCycle(regionOf("US915").subBands);
    expect(sendAll(duty, 0, 10_000_000, 923_300_000, 1000)).toBe(1000);
  });

  test("a frame planned ahead counts for one asked for now, and what is long forgotten is refused", () => {
    const duty = new DutyCycle(EU868);
    duty.record(HOUR_MS / 2, 15_000_000, RX1);
    duty.record(HOUR_MS / 2 + 15_000, 15_000_000, RX1);
    expect(duty.mayTransmit(0, 7_000_000, RX1)).toBe(false);
    expect(duty.mayTransmit(0, 6_000_000, RX1)).toBe(true);
    duty.record(10 * HOUR_MS, 1, RX2);
    expect(duty.mayTransmit(0, 6_000_000, RX1)).toBe(false);
  });

  test("no hour, wherever it begins, has more than the duty cycle, whatever the order of asking", () => {
    const frame = fc.record({
      atMs: fc.oneof(
        fc.nat(3 * HOUR_MS),
        fc.nat(200_000).map((ms) => HOUR_MS - 100_000 + ms),
      ),
      airtimeUs: fc.integer({ min: 100_000, max: 15_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), (frames) => {
        const duty = new DutyCycle(EU868);
        const sent = frames.filter(({ atMs, airtimeUs }) => {
          const may = duty.mayTransmit(atMs, airtimeUs, RX1);
          if (may) duty.record(atMs, airtimeUs, RX1);
          return may;
        });
        expect(mostInAnyHourUs(sent)).toBeLessThanOrEqual(HOUR_MS * 10);
      }),
      { numRuns: 300 },
    );
  });
});
