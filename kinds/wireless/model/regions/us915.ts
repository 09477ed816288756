import { fixedPlan } from "./fixedPlan.ts";
import type { Region } from "./plan.ts";
import { lora } from "./plan.ts";

/**
 * US902-928. The 400 ms of FCC §15.247 are in the payload sizes already. DR5 and DR6 are LR-FHSS, DR7 is reserved.
 * @see RP002-1.0.4 Regional Parameters, chapter US902-928, by the titles of its sections
 */
export const US915: Region = fixedPlan({
  name: "US915",
  // "Data Rate and End-Device Output Power Encoding", "Maximum Payload Size" (not repeater compatible)
  rates: [
    { modulation: lora(10, 125_000), directions: "up", macPayloadBytes: 19 },
    { modulation: lora(9, 125_000), directions: "up", macPayloadBytes: 61 },
    { modulation: lora(8, 125_000), directions: "up", macPayloadBytes: 133 },
    { modulation: lora(7, 125_000), directions: "up", macPayloadBytes: 250 },
    { modulation: lora(8, 500_000), directions: "up", macPayloadBytes: 250 },
    null,
    null,
    null,
    { modulation: lora(12, 500_000), directions: "down", macPayloadBytes: 61 },
    { modulation: lora(11, 500_000), directions: "down", macPayloadBytes: 137 },
    { modulation: lora(10, 500_000), directions: "down", macPayloadBytes: 250 },
    { modulation: lora(9, 500_000), directions: "down", macPayloadBytes: 250 },
    { modulation: lora(8, 500_000), directions: "down", macPayloadBytes: 250 },
    { modulation: lora(7, 500_000), directions: "down", macPayloadBytes: 250 },
  ],
  firstNarrowHz: 902_300_000,
  firstWideHz: 903_000_000,
  narrowDataRates: { min: 0, max: 3 },
  // "Channel Frequencies": a join request is sent at DR0 on a 125 kHz channel and at DR4 on a 500 kHz one
  narrowJoinDataRates: { min: 0, max: 0 },
  wideDataRate: 4,
  // "Receive Windows"
  rx1DataRates: [
    [10, 9, 8, 8],
    [11, 10, 9, 8],
    [12, 11, 10, 9],
    [13, 12, 11, 10],
    [13, 13, 12, 11],
  ],
  dwellTime: { up: false, down: false },
  dwellMinDataRate: 0,
  txParamSetup: null,
  subBands: [{ minHz: 902_000_000, maxHz: 928_000_000, dutyCyclePerMille: 1000, maxEirpDbm: 30 }],
  // FCC §15.247(f): a transmitter on eight 125 kHz channels is a hybrid system, held to 8 dBm in 3 kHz: 21 dBm.
  coveragePowerDbm: 21,
});
