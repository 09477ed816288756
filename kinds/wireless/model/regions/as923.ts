import { dynamicPlan } from "./dynamicPlan.ts";
import type { Region } from "./plan.ts";
import { FSK_50K, lora, powersFrom } from "./plan.ts";

/**
 * AS923 group 1: AS923_FREQ_OFFSET is 0. The uplink dwell time is each country's, so it is wanted unless a profile lifts it;
 * the downlink's is off ("Default Settings") unless a profile wants it, as where it is law (Japan).
 * @see RP002-1.0.4 Regional Parameters, chapter AS923, by the titles of its sections
 */
export const AS923: Region = dynamicPlan({
  name: "AS923",
  // "Data Rate and End-Device Output Power Encoding", "Maximum Payload Size" (not repeater compatible)
  rates: [
    { modulation: lora(12, 125_000), directions: "both", macPayloadBytes: 59, macPayloadBytesDwell: 0 },
    { modulation: lora(11, 125_000), directions: "both", macPayloadBytes: 59, macPayloadBytesDwell: 0 },
    { modulation: lora(10, 125_000), directions: "both", macPayloadBytes: 123, macPayloadBytesDwell: 19 },
    { modulation: lora(9, 125_000), directions: "both", macPayloadBytes: 123, macPayloadBytesDwell: 61 },
    { modulation: lora(8, 125_000), directions: "both", macPayloadBytes: 250, macPayloadBytesDwell: 133 },
    { modulation: lora(7, 125_000), directions: "both", macPayloadBytes: 250 },
    { modulation: lora(7, 250_000), directions: "both", macPayloadBytes: 250 },
    { modulation: FSK_50K, directions: "both", macPayloadBytes: 250 },
  ],
  defaultFrequenciesHz: [923_200_000, 923_400_000],
  addedFrequenciesHz: [923_600_000, 923_800_000, 924_000_000, 924_200_000, 924_400_000],
  channelDataRates: { min: 0, max: 5 },
  joinDataRates: { min: 2, max: 5 },
  // "Receive Windows": offsets 6 and 7 raise the data rate. With the dwell time, DR2 is the lowest.
  rx1DataRates: [
    [0, 0, 0, 0, 0, 0, 1, 2],
    [1, 0, 0, 0, 0, 0, 2, 3],
    [2, 1, 0, 0, 0, 0, 3, 4],
    [3, 2, 1, 0, 0, 0, 4, 5],
    [4, 3, 2, 1, 0, 0, 5, 6],
    [5, 4, 3, 2, 1, 0, 6, 7],
    [6, 5, 4, 3, 2, 1, 7, 7],
    [7, 6, 5, 4, 3, 2, 7, 7],
  ],
  dwellMinDataRate: 2,
  rx2: { frequencyHz: 923_200_000, dataRate: 2 },
  txPowerEirpDbm: powersFrom(16, 7),
  dwellTime: { up: true, down: false },
  // Devices begin with the downlink limit on (regional parameters before RP002) or off (RP002), so it is unknown.
  txParamSetup: {
    since: "1.0.2",
    joined: { uplinkDwellTime: null, downlinkDwellTime: null, maxEirpIndex: null },
    limitsDownlinks: true,
  },
  subBands: [{ minHz: 915_000_000, maxHz: 928_000_000, dutyCyclePerMille: 1000, maxEirpDbm: 16 }],
  coveragePowerDbm: 16,
});
