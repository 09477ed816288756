import { REGION_NAMES } from "@wayleave/kind-wireless/model/device";
import { regionOf } from "@wayleave/kind-wireless/model/regions/region";
import { describe, expect, test } from "vitest";
import { DEVICE_REGIONS } from "./deviceRegion.ts";

/** Two tables of the same standard, written apart: where they differ, one is wrong. */
describe.for(REGION_NAMES)("%s as a device has it built in, and as the network server has it", (name) => {
  const device = DEVICE_REGIONS[name];
  const network = regionOf(name);

  test("the channels to begin with", () => {
    const hz = network.defaultUplinkChannels.map(({ frequencyHz }) => frequencyHz);
    expect(device.uplinkChannels.map(({ frequencyHz }) => frequencyHz)).toEqual(hz);
  });

  test("the data rates", () => {
    for (const [index, modulation] of device.dataRates.entries()) {
      if (modulation === null) continue;
      const known = [network.dataRate(index, "up"), network.dataRate(index, "down")].filter((each) => each !== null);
      expect(known.length).toBeGreaterThan(0);
      for (const each of known) expect(each).toEqual(modulation);
    }
  });

  test("RX1 of every channel, data rate and offset, and RX2", () => {
    for (const [index, { frequencyHz, minDataRate, maxDataRate }] of device.uplinkChannels.entries())
      for (let dataRate = minDataRate; dataRate <= maxDataRate; dataRate++)
        for (let rx1DrOffset = 0; rx1DrOffset <= network.rx1DrOffsetMax; rx1DrOffset++)
          expect(network.rx1({ frequencyHz, dataRate, rx1DrOffset, dwellLimited: false })).toMatchObject({
            frequencyHz: device.rx1FrequencyHz(index, frequencyHz),
            dataRate: device.rx1DataRate(dataRate, rx1DrOffset),
          });
    expect(network.rx2).toMatchObject(device.rx2);
  });

  test("the power steps", () => {
    expect(network.txPowerEirpDbm).toHaveLength(device.txPowerMax + 1);
    expect(network.txPowerEirpDbm[0]).toBe(device.eirpDbmMax);
  });
});
