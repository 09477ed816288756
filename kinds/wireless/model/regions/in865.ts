import { dynamicPlan } from "./dynamicPlan.ts";
import type { Region } from "./plan.ts";
import { FSK_50K, lora, powersFrom } from "./plan.ts";

/**
 * IN865-867. DR6 is reserved.
 * @see RP002-1.0.4 Regional Parameters, chapter IN865-867, by the titles of its sections
 */
export const IN865: Region = dynamicPlan({
  name: "IN865",
  // "Data Rate and End-Device Output Power Encoding", "Maximum Payload Size" (not repeater compatible)
  rates: [
    { modulation: lora(12, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(11, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(10, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(9, 125_000), directions: "both", macPayloadBytes: 123 },
    { modulation: lora(8, 125_000), directions: "both", macPayloadBytes: 250 },
    { modulation: lora(7, 125_000), directions: "both", macPayloadBytes: 250 },
    null,
    { modulation: FSK_50K, directions: "both", macPayloadBytes: 250 },
  ],
  defaultFrequenciesHz: [865_062_500, 865_402_500, 865_985_000],
  addedFrequenciesHz: [],
  channelDataRates: { min: 0, max: 5 },
  joinDataRates: { min: 0, max: 5 },
  // "Receive Windows": offsets 6 and 7 raise the data rate; reserved DR6 is never an answer.
  rx1DataRates: [
    [0, 0, 0, 0, 0, 0, 1, 2],
    [1, 0, 0, 0, 0, 0, 2, 3],
    [2, 1, 0, 0, 0, 0, 3, 4],
    [3, 2, 1, 0, 0, 0, 4, 5],
    [4, 3, 2, 1, 0, 0, 5, 5],
    [5, 4, 3, 2, 1, 0, 5, 7],
    [],
    [7, 5, 5, 4, 3, 2, 7, 7],
  ],
  dwellMinDataRate: 0,
  rx2: { frequencyHz: 866_550_000, dataRate: 2 },
  txPowerEirpDbm: powersFrom(30, 10),
  dwellTime: { up: false, down: false },
  txParamSetup: null,
  subBands: [{ minHz: 865_000_000, maxHz: 867_000_000, dutyCyclePerMille: 1000, maxEirpDbm: 30 }],
  // A few dB below what is allowed: gateways sold for the band stop at 27 dBm.
  coveragePowerDbm: 27,
});
