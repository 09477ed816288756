import { dynamicPlan } from "./dynamicPlan.ts";
import type { Region } from "./plan.ts";
import { FSK_50K, lora, powersFrom } from "./plan.ts";

/** ERP of 14 and 27 dBm as EIRP, rounded down: a dipole radiates 2.15 dB more than an isotrope. */
const LOW_EIRP_DBM = 16;
const HIGH_EIRP_DBM = 29;

/**
 * EU863-870. DR8–11 are LR-FHSS.
 * @see RP002-1.0.4 Regional Parameters, chapter EU863-870, by the titles of its sections
 * @see ETSI EN 300 220-2 V3.2.1, annex B: the sub-bands
 */
export const EU868: Region = dynamicPlan({
  name: "EU868",
  // "Data Rate and End-Device Output Power Encoding", "Maximum Payload Size" (not repeater compatible)
  rates: [
    { modulation: lora(12, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(11, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(10, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(9, 125_000), directions: "both", macPayloadBytes: 123 },
    { modulation: lora(8, 125_000), directions: "both", macPayloadBytes: 250 },
    { modulation: lora(7, 125_000), directions: "both", macPayloadBytes: 250 },
    { modulation: lora(7, 250_000), directions: "both", macPayloadBytes: 250 },
    { modulation: FSK_50K, directions: "both", macPayloadBytes: 250 },
  ],
  defaultFrequenciesHz: [868_100_000, 868_300_000, 868_500_000],
  addedFrequenciesHz: [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000],
  channelDataRates: { min: 0, max: 5 },
  joinDataRates: { min: 0, max: 5 },
  // "Receive Windows"
  rx1DataRates: [
    [0, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 0, 0],
    [2, 1, 0, 0, 0, 0],
    [3, 2, 1, 0, 0, 0],
    [4, 3, 2, 1, 0, 0],
    [5, 4, 3, 2, 1, 0],
    [6, 5, 4, 3, 2, 1],
    [7, 6, 5, 4, 3, 2],
  ],
  dwellMinDataRate: 0,
  rx2: { frequencyHz: 869_525_000, dataRate: 0 },
  txPowerEirpDbm: powersFrom(16, 7),
  dwellTime: { up: false, down: false },
  txParamSetup: null,
  subBands: [
    { minHz: 863_000_000, maxHz: 865_000_000, dutyCyclePerMille: 1, maxEirpDbm: LOW_EIRP_DBM },
    { minHz: 865_000_000, maxHz: 868_000_000, dutyCyclePerMille: 10, maxEirpDbm: LOW_EIRP_DBM },
    { minHz: 868_000_000, maxHz: 868_600_000, dutyCyclePerMille: 10, maxEirpDbm: LOW_EIRP_DBM },
    { minHz: 868_700_000, maxHz: 869_200_000, dutyCyclePerMille: 1, maxEirpDbm: LOW_EIRP_DBM },
    { minHz: 869_400_000, maxHz: 869_650_000, dutyCyclePerMille: 100, maxEirpDbm: HIGH_EIRP_DBM },
    { minHz: 869_700_000, maxHz: 870_000_000, dutyCyclePerMille: 10, maxEirpDbm: LOW_EIRP_DBM },
  ],
  coveragePowerDbm: LOW_EIRP_DBM,
});
