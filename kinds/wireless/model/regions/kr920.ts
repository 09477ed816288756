import { dynamicPlan } from "./dynamicPlan.ts";
import type { Region } from "./plan.ts";
import { lora, powersFrom } from "./plan.ts";

/** What a gateway may radiate; end devices 14 dBm (10 below 922 MHz). */
const GATEWAY_EIRP_DBM = 23;

/**
 * KR920-923. Listen before talk is the gateway's own; no duty cycle.
 * @see RP002-1.0.4 Regional Parameters, chapter KR920-923, by the titles of its sections
 */
export const KR920: Region = dynamicPlan({
  name: "KR920",
  // "Data Rate and End-Device Output Power Encoding", "Maximum Payload Size" (not repeater compatible)
  rates: [
    { modulation: lora(12, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(11, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(10, 125_000), directions: "both", macPayloadBytes: 59 },
    { modulation: lora(9, 125_000), directions: "both", macPayloadBytes: 123 },
    { modulation: lora(8, 125_000), directions: "both", macPayloadBytes: 250 },
    { modulation: lora(7, 125_000), directions: "both", macPayloadBytes: 250 },
  ],
  defaultFrequenciesHz: [922_100_000, 922_300_000, 922_500_000],
  addedFrequenciesHz: [922_700_000, 922_900_000, 923_100_000, 923_300_000],
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
  ],
  dwellMinDataRate: 0,
  rx2: { frequencyHz: 921_900_000, dataRate: 0 },
  txPowerEirpDbm: powersFrom(14, 7),
  dwellTime: { up: false, down: false },
  txParamSetup: null,
  subBands: [{ minHz: 920_900_000, maxHz: 923_400_000, dutyCyclePerMille: 1000, maxEirpDbm: GATEWAY_EIRP_DBM }],
  coveragePowerDbm: 14,
});
