import { REGION_NAMES } from "@wayleave/kind-wireless/model/device";
import { regionOf } from "@wayleave/kind-wireless/model/regions/region";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEVICE_REGIONS } from "./deviceRegion.ts";
import { applyAdr, applyCfList, defaultSettings, usableChannels } from "./deviceSettings.ts";

const enabledOf = (settings: ReturnType<typeof defaultSettings>): number[] =>
  settings.enabled.flatMap((on, index) => (on && (settings.channels[index] ?? null) !== null ? [index] : []));

describe.for(REGION_NAMES)("%s: what the network server asks is what the device does", (name) => {
  const region = DEVICE_REGIONS[name];
  const network = regionOf(name);
  const joined = () => {
    const settings = defaultSettings(region, region.joinDataRate);
    const cfList = network.cfList();
    if (cfList !== null) applyCfList(settings, region, Buffer.from(cfList));
    return settings;
  };

  test("the join accept's list brings it to the network's channels", () => {
    const settings = joined();
    expect(enabledOf(settings)).toEqual([...network.networkChannels]);
    for (const index of network.networkChannels)
      expect(settings.channels[index]!.frequencyHz).toBe(network.channels[index]!.frequencyHz);
  });

  test("channel masks in LinkADRReq bring it to any channels wanted", () => {
    const indices = fc.subarray(
      joined().channels.flatMap((channel, index) => (channel === null ? [] : [index])),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(indices, (wanted) => {
        const settings = joined();
        const requests = network.channelMasks(wanted).map(({ chMaskCntl, chMask }) => ({
          ...{ dataRate: 15, txPower: 15, mask: chMask, redundancy: (chMaskCntl << 4) | 1 },
        }));
        if (requests.length === 0) return;
        // Some sets have no channel for the data rate in use: then all is refused and nothing changed.
        const before = enabledOf(settings);
        const status = applyAdr(settings, region, requests);
        expect(status & 5).toBe(5);
        expect(enabledOf(settings)).toEqual(status === 7 ? wanted : before);
        if (status === 7) expect(usableChannels(settings).length).toBeGreaterThan(0);
      }),
    );
  });
});

test("a LinkADRReq is taken as a whole or not at all", () => {
  const region = DEVICE_REGIONS.EU868;
  for (const [request, status] of [
    [{ dataRate: 5, txPower: 8, mask: 7, redundancy: 1 }, 3],
    [{ dataRate: 9, txPower: 1, mask: 7, redundancy: 1 }, 5],
    [{ dataRate: 5, txPower: 1, mask: 0, redundancy: 1 }, 4],
    [{ dataRate: 5, txPower: 1, mask: 7, redundancy: 0x51 }, 6],
  ] as const) {
    const settings = defaultSettings(region, 0);
    expect(applyAdr(settings, region, [request])).toBe(status);
    expect(settings).toEqual(defaultSettings(region, 0));
  }
});
