import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AdrHistory } from "./adr.ts";
import { ADR_HISTORY_MAX, adrTarget, lossPercent, nbTransFor, requiredSnrDb, stepped, withUplink } from "./adr.ts";
import { type MacState, UNTOLD_MAC } from "./device.ts";
import { REGION_NAMES } from "./device.ts";
import { regionOf } from "./regions/region.ts";

const EU868 = regionOf("EU868");

function heard(maxSnrDb: number, count = 1, txPower = 0): AdrHistory {
  return Array.from({ length: count }, (_, fCnt) => ({ fCnt, maxSnrDb, txPower }));
}

function state(over: Partial<MacState>): MacState {
  return {
    dataRate: 0,
    txPower: 0,
    nbTrans: 1,
    rx1DelayS: 1,
    rx1DrOffset: 0,
    rx2DataRate: 0,
    rx2FrequencyHz: 869_525_000,
    channels: [0, 1, 2],
    tx: { uplinkDwellTime: false, downlinkDwellTime: false, maxEirpIndex: null },
    ...UNTOLD_MAC,
    ...over,
  };
}

describe("as ChirpStack's own tests have it", () => {
  test("lost frames: five, one missing, five, one missing, ten are 10 %", () => {
    const history = Array.from({ length: 20 }, (_, place) => {
      return { fCnt: place + (place >= 5 ? 1 : 0) + (place >= 10 ? 1 : 0), maxSnrDb: 0, txPower: 0 };
    });
    expect(lossPercent(history)).toBe(10);
    expect(lossPercent(history.slice(1))).toBe(0);
  });

  test.for([
    [4.99, 3, 2],
    [9.99, 2, 2],
    [30, 3, 3],
    [0, 1, 1],
    [5, 1, 1],
    [5, 3, 3],
    [10, 1, 2],
    [29.9, 2, 3],
    [30, 1, 3],
    [0, 0, 1],
    [0, 15, 2],
  ] as const)("%f %% lost at nbTrans %i: %i", ([percent, now, wanted]) => {
    expect(nbTransFor(now, percent)).toBe(wanted);
  });

  /** steps, TXPower, DR → TXPower, DR; at most TXPower 5 and DR5. */
  test.for([
    ["nothing to do", 0, 1, 3, 1, 3],
    ["one step: data rate up", 1, 1, 4, 1, 5],
    ["one step: power down", 1, 1, 5, 2, 5],
    ["two steps: data rate up twice", 2, 1, 3, 1, 5],
    ["two steps: data rate up, power down", 2, 1, 4, 2, 5],
    ["two steps: power down twice", 2, 1, 5, 3, 5],
    ["two steps: both at their end", 2, 5, 5, 5, 5],
    ["one back: power up", -1, 1, 5, 0, 5],
    ["one back: the data rate stays", -1, 0, 4, 0, 4],
    ["ten back: nothing left to raise", -10, 0, 4, 0, 4],
  ] as const)("%s", ([, steps, txPower, dataRate, wantedTxPower, wantedDataRate]) => {
    const to = stepped(steps, { dataRate, txPower }, { maxDataRate: 5, maxTxPower: 5 });
    expect(to).toEqual({ dataRate: wantedDataRate, txPower: wantedTxPower });
  });

  test("a data rate above ADR's is lowered to it", () => {
    const now = state({ dataRate: 6, adrHistory: heard(0) });
    expect(adrTarget(now, EU868)).toEqual({ dataRate: 5, txPower: 0, nbTrans: 1 });
  });
});

describe("adrTarget", () => {
  test("SF12 needs −20 dB; with 10 in hand, −7 is one step and −4.1 still is", () => {
    for (const snr of [-7, -4.1]) {
      expect(adrTarget(state({ adrHistory: heard(snr) }), EU868)).toEqual({ dataRate: 1, txPower: 0, nbTrans: 1 });
    }
    expect(adrTarget(state({ adrHistory: heard(-7.1) }), EU868).dataRate).toBe(0);
    expect(adrTarget(state({ adrHistory: heard(-4) }), EU868).dataRate).toBe(2);
  });

  test("the best of the history counts", () => {
    const adrHistory = [...heard(-20, 10), { fCnt: 10, maxSnrDb: -4, txPower: 0 }];
    expect(adrTarget(state({ adrHistory }), EU868).dataRate).toBe(2);
  });

  test("a device next to the gateway goes to DR5 and then quiet, in one command", () => {
    expect(adrTarget(state({ adrHistory: heard(10) }), EU868)).toEqual({ dataRate: 5, txPower: 1, nbTrans: 1 });
    const close = state({ dataRate: 5, adrHistory: heard(40) });
    expect(adrTarget(close, EU868)).toEqual({ dataRate: 5, txPower: 7, nbTrans: 1 });
  });

  test("power goes up only when all twenty frames were heard at this power", () => {
    const quiet = { dataRate: 5, txPower: 3 };
    expect(adrTarget(state({ ...quiet, adrHistory: heard(-10, 19, 3) }), EU868).txPower).toBe(3);
    const mixed = [...heard(-10, 19, 3), { fCnt: 19, maxSnrDb: -10, txPower: 2 }];
    expect(adrTarget(state({ ...quiet, adrHistory: mixed }), EU868).txPower).toBe(3);
    expect(adrTarget(state({ ...quiet, adrHistory: heard(-10, 20, 3) }), EU868).txPower).toBe(0);
  });

  test("US915 ends at DR3 and TXPower 14, AU915 at DR5", () => {
    const loud = state({ adrHistory: heard(100) });
    expect(adrTarget(loud, regionOf("US915"))).toEqual({ dataRate: 3, txPower: 14, nbTrans: 1 });
    expect(adrTarget(loud, regionOf("AU915"))).toEqual({ dataRate: 5, txPower: 14, nbTrans: 1 });
  });

  test("each spreading factor has its SNR; FSK has none", () => {
    const needed = [7, 8, 9, 10, 11, 12].map((spreadingFactor) =>
      requiredSnrDb({ kind: "lora", spreadingFactor, bandwidthHz: 125_000 }),
    );
    expect(needed).toEqual([-7.5, -10, -12.5, -15, -17.5, -20]);
    expect(requiredSnrDb({ kind: "fsk", bitsPerSecond: 50_000 })).toBe(0);
  });

  test("whatever was heard, what is wanted exists and the data rate only rises", () => {
    const uplink = fc.record({ fCnt: fc.nat(), maxSnrDb: fc.integer({ min: -40, max: 40 }), txPower: fc.nat(15) });
    fc.assert(
      fc.property(
        fc.constantFrom(...REGION_NAMES),
        fc.array(uplink, { maxLength: ADR_HISTORY_MAX }),
        fc.nat(15),
        fc.integer({ min: 1, max: 15 }),
        fc.nat(14),
        (name, adrHistory, dataRate, nbTrans, txPower) => {
          const region = regionOf(name);
          const now = state({ dataRate, nbTrans, adrHistory, txPower: txPower % region.txPowerEirpDbm.length });
          const to = adrTarget(now, region);
          expect(region.txPowerEirpDbm[to.txPower]).toBeDefined();
          expect(to.dataRate).toBeLessThanOrEqual(region.adrDataRates.max);
          expect(to.dataRate).toBeGreaterThanOrEqual(Math.min(dataRate, region.adrDataRates.max));
          expect([1, 2, 3]).toContain(to.nbTrans);
        },
      ),
    );
  });
});

describe("withUplink", () => {
  test("keeps the last twenty, and one entry a frame with its best SNR", () => {
    let history: AdrHistory = [];
    for (let fCnt = 0; fCnt < 25; fCnt += 1) history = withUplink(history, { fCnt, maxSnrDb: -5, txPower: 0 });
    history = withUplink(history, { fCnt: 24, maxSnrDb: 3, txPower: 0 });
    history = withUplink(history, { fCnt: 24, maxSnrDb: -9, txPower: 0 });
    expect(history).toHaveLength(ADR_HISTORY_MAX);
    expect(history[0]?.fCnt).toBe(5);
    expect(history.at(-1)).toEqual({ fCnt: 24, maxSnrDb: 3, txPower: 0 });
  });

  test("begins again when the counter went back", () => {
    expect(withUplink(heard(0, 5), { fCnt: 0, maxSnrDb: 1, txPower: 0 })).toHaveLength(1);
  });
});
