import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegionName } from "../device.ts";
import { REGION_NAMES } from "../device.ts";
import type { Modulation } from "../radio.ts";
import type { ChannelMask, Direction, Region } from "./region.ts";
import { FREQUENCY_TOLERANCE_HZ, regionOf } from "./region.ts";

const lora = (spreadingFactor: number, bandwidthHz: 125_000 | 250_000 | 500_000): Modulation => {
  return { kind: "lora", spreadingFactor, bandwidthHz };
};
const FSK: Modulation = { kind: "fsk", bitsPerSecond: 50_000 };
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, place) => from + place);
const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString("hex"));

describe("data rates and payload sizes", () => {
  /** Region, DR, direction, modulation, M and N without and with a dwell time limit. */
  const ROWS: readonly (readonly [RegionName, number, Direction, Modulation, number, number, number, number])[] = [
    ["EU868", 0, "up", lora(12, 125_000), 59, 51, 59, 51],
    ["EU868", 3, "down", lora(9, 125_000), 123, 115, 123, 115],
    ["EU868", 5, "up", lora(7, 125_000), 250, 242, 250, 242],
    ["EU868", 6, "up", lora(7, 250_000), 250, 242, 250, 242],
    ["EU868", 7, "down", FSK, 250, 242, 250, 242],
    ["US915", 0, "up", lora(10, 125_000), 19, 11, 19, 11],
    ["US915", 2, "up", lora(8, 125_000), 133, 125, 133, 125],
    ["US915", 4, "up", lora(8, 500_000), 250, 242, 250, 242],
    ["US915", 8, "down", lora(12, 500_000), 61, 53, 61, 53],
    ["US915", 9, "down", lora(11, 500_000), 137, 129, 137, 129],
    ["US915", 13, "down", lora(7, 500_000), 250, 242, 250, 242],
    ["AU915", 0, "up", lora(12, 125_000), 59, 51, 0, 0],
    ["AU915", 2, "up", lora(10, 125_000), 59, 51, 19, 11],
    ["AU915", 4, "up", lora(8, 125_000), 250, 242, 133, 125],
    ["AU915", 6, "up", lora(8, 500_000), 250, 242, 250, 242],
    ["AU915", 8, "down", lora(12, 500_000), 61, 53, 61, 53],
    ["AS923", 0, "down", lora(12, 125_000), 59, 51, 0, 0],
    ["AS923", 2, "down", lora(10, 125_000), 123, 115, 19, 11],
    ["AS923", 3, "up", lora(9, 125_000), 123, 115, 61, 53],
    ["AS923", 4, "up", lora(8, 125_000), 250, 242, 133, 125],
    ["AS923", 7, "down", FSK, 250, 242, 250, 242],
    ["IN865", 2, "up", lora(10, 125_000), 59, 51, 59, 51],
    ["IN865", 7, "up", FSK, 250, 242, 250, 242],
    ["KR920", 3, "down", lora(9, 125_000), 123, 115, 123, 115],
    ["KR920", 5, "up", lora(7, 125_000), 250, 242, 250, 242],
  ];
  test.for(ROWS)("%s DR%i %s", ([name, index, direction, modulation, m, n, mDwell, nDwell]) => {
    const region = regionOf(name);
    expect(region.dataRate(index, direction)).toEqual(modulation);
    expect(region.dataRateOf(modulation, direction)).toBe(index);
    expect(region.maxPayload(index, direction, false)).toEqual({ macPayloadBytes: m, applicationBytes: n });
    expect(region.maxPayload(index, direction, true)).toEqual({ macPayloadBytes: mDwell, applicationBytes: nDwell });
  });

  test.for([
    ["EU868", 8, "up"],
    ["US915", 5, "up"],
    ["US915", 8, "up"],
    ["US915", 4, "down"],
    ["AU915", 7, "up"],
    ["AU915", 6, "down"],
    ["IN865", 6, "up"],
    ["KR920", 6, "down"],
    ["EU868", -1, "up"],
    ["EU868", 1.5, "up"],
  ] as const)("%s has no DR%f %s", ([name, index, direction]) => {
    expect(regionOf(name).dataRate(index, direction)).toBeNull();
    expect(regionOf(name).maxPayload(index, direction)).toBeNull();
  });

  test("SF8 at 500 kHz is DR4 up and DR12 down in US915", () => {
    expect(regionOf("US915").dataRateOf(lora(8, 500_000), "up")).toBe(4);
    expect(regionOf("US915").dataRateOf(lora(8, 500_000), "down")).toBe(12);
    expect(regionOf("US915").dataRateOf(lora(12, 125_000), "up")).toBeNull();
    expect(regionOf("KR920").dataRateOf(FSK, "up")).toBeNull();
  });

  test("the dwell time starts as the region has it", () => {
    expect(regionOf("AS923").maxPayload(0, "up")?.applicationBytes).toBe(0);
    expect(regionOf("AS923").maxPayload(0, "down")?.applicationBytes).toBe(51);
    expect(regionOf("AU915").maxPayload(2, "up")?.applicationBytes).toBe(11);
  });
});

describe("channels", () => {
  test.for([
    ["EU868", [868_100_000, 868_300_000, 868_500_000], [0, 5]],
    ["AS923", [923_200_000, 923_400_000], [2, 5]],
    ["IN865", [865_062_500, 865_402_500, 865_985_000], [0, 5]],
    ["KR920", [922_100_000, 922_300_000, 922_500_000], [0, 5]],
  ] as const)("%s starts with %j and joins with DR%j", ([name, frequencies, [min, max]]) => {
    const region = regionOf(name);
    expect(region.defaultUplinkChannels.map((channel) => channel.frequencyHz)).toEqual(frequencies);
    for (const channel of region.joinChannels) {
      expect([channel.minDataRate, channel.maxDataRate]).toEqual([min, max]);
    }
    expect(region.joinChannels).toHaveLength(frequencies.length);
  });

  /** First and last of 64 and of 8, their data rates, and those of a join. */
  test.for([
    ["US915", [902_300_000, 914_900_000, 903_000_000, 914_200_000], [0, 3, 0, 0, 4]],
    ["AU915", [915_200_000, 927_800_000, 915_900_000, 927_100_000], [0, 5, 2, 2, 6]],
  ] as const)("%s has 64 and 8", ([name, frequencies, [min, max, joinMin, joinMax, wide]]) => {
    const { channels, joinChannels, channelGroups, networkChannels } = regionOf(name);
    expect([0, 63, 64, 71].map((index) => channels[index]?.frequencyHz)).toEqual(frequencies);
    expect(channels[63]).toMatchObject({ index: 63, minDataRate: min, maxDataRate: max });
    expect(joinChannels[0]).toMatchObject({ minDataRate: joinMin, maxDataRate: joinMax });
    expect(joinChannels[71]).toMatchObject({ minDataRate: wide, maxDataRate: wide });
    expect(channels).toHaveLength(72);
    expect(channelGroups[7]).toEqual([56, 57, 58, 59, 60, 61, 62, 63, 71]);
    expect(networkChannels).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 65]);
  });

  test("a frequency is a channel's within the tolerance, no further", () => {
    const us915 = regionOf("US915");
    expect(us915.uplinkChannelAt(903_900_000 + FREQUENCY_TOLERANCE_HZ)?.index).toBe(8);
    expect(us915.uplinkChannelAt(903_900_000 - FREQUENCY_TOLERANCE_HZ - 1)).toBeNull();
    expect(us915.isUplinkFrequency(903_950_000)).toBe(false);
    expect(us915.isUplinkFrequency(923_300_000)).toBe(false);
    expect(regionOf("EU868").uplinkChannelAt(867_100_006)?.index).toBe(3);
    expect(regionOf("EU868").isUplinkFrequency(865_200_000)).toBe(true);
    expect(regionOf("EU868").isUplinkFrequency(868_650_000)).toBe(false);
    expect(regionOf("EU868").isUplinkFrequency(Number.NaN)).toBe(false);
  });
});

describe("receive windows", () => {
  test.for([
    ["EU868", 869_525_000, 0],
    ["US915", 923_300_000, 8],
    ["AU915", 923_300_000, 8],
    ["AS923", 923_200_000, 2],
    ["IN865", 866_550_000, 2],
    ["KR920", 921_900_000, 0],
  ] as const)("RX2 of %s is %i at DR%i", ([name, frequencyHz, dataRate]) => {
    const region = regionOf(name);
    expect(region.rx2).toEqual({ frequencyHz, dataRate });
    expect([region.rx1DelayS, region.joinAcceptDelay1S]).toEqual([1, 5]);
  });

  /** Rows of the tables: uplink data rate, answers by RX1DROffset. */
  test.for([
    ["EU868", 5, [5, 4, 3, 2, 1, 0]],
    ["EU868", 7, [7, 6, 5, 4, 3, 2]],
    ["EU868", 0, [0, 0, 0, 0, 0, 0]],
    ["US915", 0, [10, 9, 8, 8]],
    ["US915", 3, [13, 12, 11, 10]],
    ["US915", 4, [13, 13, 12, 11]],
    ["AU915", 0, [8, 8, 8, 8, 8, 8]],
    ["AU915", 5, [13, 12, 11, 10, 9, 8]],
    ["AU915", 6, [13, 13, 12, 11, 10, 9]],
    ["AS923", 2, [2, 1, 0, 0, 0, 0, 3, 4]],
    ["AS923", 5, [5, 4, 3, 2, 1, 0, 6, 7]],
    ["AS923", 7, [7, 6, 5, 4, 3, 2, 7, 7]],
    ["IN865", 0, [0, 0, 0, 0, 0, 0, 1, 2]],
    ["IN865", 4, [4, 3, 2, 1, 0, 0, 5, 5]],
    ["IN865", 5, [5, 4, 3, 2, 1, 0, 5, 7]],
    ["KR920", 5, [5, 4, 3, 2, 1, 0]],
  ] as const)("RX1 of %s DR%i: %j", ([name, dataRate, answers]) => {
    const region = regionOf(name);
    const frequencyHz = region.channels[region.networkChannels[0] ?? 0]?.frequencyHz ?? 0;
    const rows = answers.map((_, rx1DrOffset) => region.rx1({ frequencyHz, dataRate, rx1DrOffset })?.dataRate);
    expect(rows).toEqual(answers);
    expect(region.rx1DrOffsetMax).toBe(answers.length - 1);
  });

  test.for([
    [0, [2, 2, 2, 2, 2, 2, 2, 2]],
    [1, [2, 2, 2, 2, 2, 2, 2, 3]],
    [3, [3, 2, 2, 2, 2, 2, 4, 5]],
    [5, [5, 4, 3, 2, 2, 2, 6, 7]],
  ] as const)("RX1 of AS923 DR%i under a downlink dwell time: %j", ([dataRate, answers]) => {
    const frequencyHz = 923_200_000;
    const rows = answers.map(
      (_, rx1DrOffset) => regionOf("AS923").rx1({ frequencyHz, dataRate, rx1DrOffset, dwellLimited: true })?.dataRate,
    );
    expect(rows).toEqual(answers);
  });

  test.for([
    ["US915", 914_900_000, 3, 927_500_000],
    ["US915", 903_000_000, 4, 923_300_000],
    ["US915", 904_600_000, 4, 923_900_000],
    ["US915", 903_900_000, 0, 923_300_000],
    ["AU915", 915_200_000, 2, 923_300_000],
    ["AU915", 917_000_000, 5, 923_900_000],
    ["EU868", 868_300_000, 0, 868_300_000],
    ["EU868", 867_100_006, 0, 867_100_000],
    ["EU868", 864_100_000, 0, 864_100_000],
    ["KR920", 922_500_000, 0, 922_500_000],
  ] as const)("%s: RX1 of %i at DR%i is on %i", ([name, frequencyHz, dataRate, answerHz]) => {
    expect(regionOf(name).rx1({ frequencyHz, dataRate, rx1DrOffset: 0 })?.frequencyHz).toBe(answerHz);
  });

  test.for(REGION_NAMES)("%s: RX1 of every channel, data rate and offset is a legal downlink", (name) => {
    const region = regionOf(name);
    const downlinksHz = range(0, 7).map((place) => 923_300_000 + place * 600_000);
    for (const { frequencyHz } of region.channels) {
      for (const { index: dataRate, up } of region.dataRates) {
        for (const rx1DrOffset of range(0, 7)) {
          const window = region.rx1({ frequencyHz, dataRate, rx1DrOffset });
          if (!up) {
            expect(window).toBeNull();
            continue;
          }
          expect(region.dataRate(window?.dataRate ?? -1, "down")).not.toBeNull();
          expect(region.channels.length === 72 ? downlinksHz : [frequencyHz]).toContain(window?.frequencyHz);
        }
      }
    }
  });

  test("RX1 of anything is a legal downlink, or there is none", () => {
    const anyHz = fc.oneof(
      fc.integer({ min: 860_000_000, max: 930_000_000 }),
      fc.constantFrom(...REGION_NAMES.flatMap((name) => regionOf(name).channels.map(({ frequencyHz }) => frequencyHz))),
      fc.double(),
    );
    const anyIndex = fc.oneof(fc.nat(15), fc.integer(), fc.double());
    fc.assert(
      fc.property(
        fc.constantFrom(...REGION_NAMES),
        anyHz,
        anyIndex,
        anyIndex,
        fc.boolean(),
        (name, frequencyHz, dataRate, rx1DrOffset, dwellLimited) => {
          const region = regionOf(name);
          const window = region.rx1({ frequencyHz, dataRate, rx1DrOffset, dwellLimited });
          if (!region.isUplinkFrequency(frequencyHz) || region.dataRate(dataRate, "up") === null) {
            expect(window).toBeNull();
            return;
          }
          expect(window).not.toBeNull();
          expect(region.dataRate(window?.dataRate ?? -1, "down")).not.toBeNull();
          expect(region.maxDownlinkEirpDbm(window?.frequencyHz ?? 0)).not.toBeNull();
          expect(Number.isInteger(window?.frequencyHz)).toBe(true);
          if (name === "AS923" && dwellLimited) {
            expect(region.maxPayload(window?.dataRate ?? 0, "down", true)?.macPayloadBytes).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("power and duty cycle", () => {
  test.for([
    ["EU868", 16, 7, 2],
    ["US915", 30, 14, 2],
    ["AU915", 30, 14, 2],
    ["AS923", 16, 7, 2],
    ["IN865", 30, 10, 10],
    ["KR920", 14, 7, 0],
  ] as const)("%s: TXPower 0 is %i dBm and %i, the last, is %i", ([name, first, lastIndex, last]) => {
    const powers = regionOf(name).txPowerEirpDbm;
    expect([powers[0], powers.length - 1, powers.at(-1)]).toEqual([first, lastIndex, last]);
  });

  test.for([
    ["EU868", 869_525_000, 29],
    ["EU868", 868_100_000, 16],
    ["EU868", 869_300_000, null],
    ["US915", 923_300_000, 30],
    ["AS923", 923_200_000, 16],
    ["KR920", 921_900_000, 23],
    ["IN865", 866_550_000, 30],
    ["IN865", 867_000_000, null],
  ] as const)("%s: a gateway may radiate at %i: %j dBm", ([name, frequencyHz, dbm]) => {
    expect(regionOf(name).maxDownlinkEirpDbm(frequencyHz)).toBe(dbm);
  });

  test("the sub-bands of EN 300 220", () => {
    const rows = regionOf("EU868").subBands.map((band) => [band.minHz, band.maxHz, band.dutyCyclePerMille]);
    expect(rows).toEqual([
      [863_000_000, 865_000_000, 1],
      [865_000_000, 868_000_000, 10],
      [868_000_000, 868_600_000, 10],
      [868_700_000, 869_200_000, 1],
      [869_400_000, 869_650_000, 100],
      [869_700_000, 870_000_000, 10],
    ]);
  });

  test.for(REGION_NAMES)("%s: beacons are on channels that gateways hear, at a power devices may use", (name) => {
    const { coverage, networkChannels, channels, txPowerEirpDbm, dataRateOf } = regionOf(name);
    const heard = networkChannels.map((index) => channels[index]?.frequencyHz);
    expect(coverage.frequenciesHz.length).toBeGreaterThan(0);
    for (const hz of coverage.frequenciesHz) expect(heard).toContain(hz);
    expect(dataRateOf(coverage.modulation, "up")).not.toBeNull();
    expect(coverage.powerDbm).toBeLessThanOrEqual(txPowerEirpDbm[0] ?? 0);
  });
});

describe("CFList", () => {
  test.for([
    // 867.1, 867.3, 867.5, 867.7, 867.9 MHz: the bytes that The Things Network sends in every EU868 join accept
    ["EU868", "184f84e85684b85e84886684586e8400"],
    ["US915", "00ff0000000000000200000000000001"],
    ["AU915", "00ff0000000000000200000000000001"],
    ["AS923", "20ee8cf0f58cc0fd8c90058d600d8d00"],
    ["KR920", "f8ca8cc8d28c98da8c68e28c00000000"],
    ["IN865", null],
  ] as const)("%s: %s", ([name, bytes]) => {
    expect(hex(regionOf(name).cfList())).toBe(bytes);
  });

  test("channels that are not wanted are left out", () => {
    expect(hex(regionOf("EU868").cfList([0, 1, 2, 4]))).toBe("000000e8568400000000000000000000");
    expect(regionOf("EU868").cfList([0, 1, 2])).toBeNull();
    expect(hex(regionOf("US915").cfList([0, 63, 64, 71]))).toBe("01000000000000808100000000000001");
  });
});

describe("channel masks", () => {
  const masks = (...rows: readonly (readonly [number, number])[]): ChannelMask[] =>
    rows.map(([chMaskCntl, chMask]) => ({ chMaskCntl, chMask }));

  test.for([
    ["EU868", [0, 1, 2], undefined, masks([0, 0x0007])],
    ["EU868", range(0, 7), [0, 1, 2], masks([0, 0x00ff])],
    ["EU868", [0, 1, 2], [2, 1, 0], []],
    ["US915", range(0, 71), range(0, 71), []],
    ["US915", [...range(0, 7), 64], range(0, 71), masks([7, 0x0001], [0, 0x00ff])],
    ["US915", [...range(0, 15), 64, 65], range(0, 71), masks([7, 0x0003], [0, 0xffff])],
    ["US915", [...range(8, 15), 65], undefined, masks([7, 0x0002], [0, 0xff00])],
    ["US915", range(0, 71), undefined, masks([6, 0x00ff])],
    ["US915", [...range(1, 63), 64], undefined, masks([6, 0x0001], [0, 0xfffe])],
    ["US915", [...range(8, 15), 65], [...range(0, 15), 65], masks([0, 0xff00])],
    ["AU915", [65], undefined, masks([7, 0x0002])],
  ] as const)("%s to %j from %j", ([name, wanted, current, commands]) => {
    expect(regionOf(name).channelMasks(wanted, current)).toEqual(commands);
  });

  test.for<readonly (readonly number[])[]>([[[]], [[16]], [[-1]], [[0.5]]])(
    "EU868 cannot be told %j",
    ([wanted = []]) => {
      expect(() => regionOf("EU868").channelMasks(wanted)).toThrow();
      expect(() => regionOf("US915").channelMasks(wanted.map((index) => (index === 16 ? 72 : index)))).toThrow();
    },
  );

  test("a device that obeys them ends on the wanted channels, in at most five commands", () => {
    const anyRegion = fc.constantFrom(...REGION_NAMES).map(regionOf);
    const setting = anyRegion.chain((region) => {
      const subset = fc.subarray(
        region.channels.map(({ index }) => index),
        { minLength: 1 },
      );
      return fc.tuple(fc.constant(region), subset, subset, fc.boolean());
    });
    fc.assert(
      fc.property(setting, ([region, wanted, current, told]) => {
        const commands = region.channelMasks(wanted, told ? current : undefined);
        expect(commands.length).toBeLessThanOrEqual(5);
        expect(obey(region, current, commands)).toEqual(wanted);
      }),
    );
  });
});

/** What a device does with a block of masks, written from the device's side of the specification. */
function obey(region: Region, current: readonly number[], commands: readonly ChannelMask[]): number[] {
  const on = new Set(current);
  const set = (index: number, isOn: boolean): void => void (isOn ? on.add(index) : on.delete(index));
  for (const { chMaskCntl, chMask } of commands) {
    if (region.channels.length === 72 && chMaskCntl >= 6) {
      range(0, 63).forEach((index) => set(index, chMaskCntl === 6));
      range(0, 7).forEach((place) => set(64 + place, ((chMask >> place) & 1) === 1));
    } else {
      range(0, 15).forEach((place) => set(chMaskCntl * 16 + place, ((chMask >> place) & 1) === 1));
    }
  }
  return [...on].sort((one, other) => one - other);
}
