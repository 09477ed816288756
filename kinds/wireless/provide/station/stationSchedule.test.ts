import { describe, expect, test } from "vitest";
import { StationSchedule } from "./stationSchedule.ts";

/** Of radio 0 in its session 0xa7, as a station said it. */
const XTIME = 0x00a7_0000_0099_dbbfn;
const AIRTIME_US = 1_500_000;
const RX1_HZ = 868_100_000;
const RX2_HZ = 869_525_000;
const SECOND_US = 1_000_000n;

/** A schedule whose station was heard just now. */
function heardNow(region: "EU868" | "KR920" | "US915" = "EU868") {
  const schedule = new StationSchedule(region);
  schedule.heard(XTIME, 0);
  const place = (afterUs: bigint, frequencyHz: number, { nowMs = 0, airtimeUs = AIRTIME_US } = {}) =>
    schedule.place({ xtime: XTIME + afterUs, delayMs: 1000, airtimeUs, frequencyHz }, nowMs);
  return { schedule, place };
}

describe("what a station would drop without a word", () => {
  test.for([
    ["868.0…868.6 MHz", 868_100_000, 868_600_000, 100n],
    ["869.7…870.0 MHz", 869_700_000, 868_000_000, 100n],
    ["869.4…869.65 MHz", 869_400_000, 869_650_000, 10n],
    ["the rest", 867_100_000, 868_900_000, 1000n],
  ] as const)("EU868, %s rests", ([_band, firstHz, secondHz, factor]) => {
    const rest = BigInt(AIRTIME_US) * factor;
    const { place } = heardNow();
    expect(place(0n, firstHz)).toBeTypeOf("object");
    expect(place(rest - 1n, secondHz)).toBe("refused");
    expect(place(rest, secondHz)).toBeTypeOf("object");
  });

  test("RX1 rests, RX2 is free; what was not sent does not rest", () => {
    const { schedule, place } = heardNow();
    const rx1 = place(0n, RX1_HZ);
    expect(place(5n * SECOND_US, RX1_HZ)).toBe("refused");
    expect(place(6n * SECOND_US, RX2_HZ)).toBeTypeOf("object");
    schedule.remove(rx1 as Exclude<typeof rx1, string>);
    expect(place(60n * SECOND_US, RX1_HZ)).toBeTypeOf("object");
  });

  test("a frame that is promised is not silenced by one before it", () => {
    const { place } = heardNow();
    expect(place(5n * SECOND_US, RX1_HZ)).toBeTypeOf("object");
    expect(place(0n, 868_300_000)).toBe("refused");
    expect(place(0n, RX2_HZ)).toBeTypeOf("object");
  });

  test("KR920's channels rest each for itself, America's never; no two frames are on the air at once", () => {
    const korea = heardNow("KR920").place;
    expect(korea(0n, 922_100_000)).toBeTypeOf("object");
    expect(korea(74n * SECOND_US, 922_100_000)).toBe("refused");
    expect(korea(74n * SECOND_US, 922_300_000)).toBeTypeOf("object");
    const america = heardNow("US915").place;
    expect(america(0n, 923_300_000)).toBeTypeOf("object");
    expect(america(1_509_999n, 923_900_000)).toBe("collision-packet");
    expect(america(-1_509_999n, 923_900_000, { nowMs: -5000 })).toBe("collision-packet");
    expect(america(1_510_000n, 923_900_000)).toBeTypeOf("object");
  });

  test("a moment that is past, or of a session that is over, is too late", () => {
    const { schedule, place } = heardNow();
    expect(place(0n, RX1_HZ, { nowMs: 980 })).toBeTypeOf("object");
    expect(place(0n, RX2_HZ, { nowMs: 981 })).toBe("too-late");
    schedule.heard(XTIME ^ (1n << 50n), 1000);
    expect(place(0n, RX2_HZ, { nowMs: 0 })).toBe("too-late");
    // Another radio of the same station has a clock of its own.
    expect(place(1n << 56n, RX2_HZ)).toBeTypeOf("object");
  });

  test("class C gives way to a frame that is promised, and waits for one on the air", () => {
    const { schedule, place } = heardNow("US915");
    const classC = { xtime: null, delayMs: 0, airtimeUs: 100_000, frequencyHz: 923_300_000 };
    expect(place(0n, 923_300_000)).toBeTypeOf("object");
    expect(schedule.place(classC, 900)).toBe("collision-packet");
    expect(schedule.place(classC, 1000)).toBeTypeOf("object");
  });

  test("class C waits a second for its band, and is left to a station that was never heard", () => {
    const classC = { xtime: null, delayMs: 0, airtimeUs: 100_000, frequencyHz: RX2_HZ };
    const { schedule } = heardNow();
    expect(schedule.place(classC, 0)).toBeTypeOf("object");
    expect(schedule.place(classC, 0)).toBeTypeOf("object");
    expect(schedule.place({ ...classC, airtimeUs: AIRTIME_US }, 2000)).toBeTypeOf("object");
    expect(schedule.place(classC, 2000 + 13_990)).toBe("refused");
    expect(schedule.place(classC, 2000 + 14_000)).toBeTypeOf("object");
    const unheard = new StationSchedule("EU868");
    for (let i = 0; i < 3; i++) expect(unheard.place(classC, 0)).toBeTypeOf("object");
  });
});
