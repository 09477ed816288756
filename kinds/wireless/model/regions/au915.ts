import { fixedPlan } from "./fixedPlan.ts";
import type { Region } from "./plan.ts";
import { lora } from "./plan.ts";

/**
 * AU915-928. Devices start with the uplink dwell time limit on. DR7 is LR-FHSS.
 * @see RP002-1.0.4 Regional Parameters, chapter AU915-928, by the titles of its sections
 */
export const AU915: Region = fixedPlan({
  name: "AU915",
  // "Data Rate and End-Device Output Power Encoding", "Maximum Payload Size" (not repeater compatible)
  rates: [
    { modulation: lora(12, 125_000), directions: "up", macPayloadBytes: 59, macPayloadBytesDwell: 0 },
    { modulation: lora(11, 125_000), directions: "up", macPayloadBytes: 59, macPayloadBytesDwell: 0 },
    { modulation: lora(10, 125_000), directions: "up", macPayloadBytes: 59, macPayloadBytesDwell: 19 },
    { modulation: lora(9, 125_000), directions: "up", macPayloadBytes: 123, macPayloadBytesDwell: 61 },
    { modulation: lora(8, 125_000), directions: "up", macPayloadBytes: 250, macPayloadBytesDwell: 133 },
    { modulation: lora(7, 125_000), directions: "up", macPayloadBytes: 250 },
    { modulation: lora(8, 500_000), directions: "up", macPayloadBytes: 250 },
    null,
    { modulation: lora(12, 500_000), directions: "down", macPayloadBytes: 61 },
    { modulation: lora(11, 500_000), directions: "down", macPayloadBytes: 137 },
    { modulation: lora(10, 500_000), directions: "down", macPayloadBytes: 250 },
    { modulation: lora(9, 500_000), directions: "down", macPayloadBytes: 250 },
    { modulation: lora(8, 500_000), directions: "down", macPayloadBytes: 250 },
    { modulation: lora(7, 500_000), directions: "down", macPayloadBytes: 250 },
  ],
  firstNarrowHz: 915_200_000,
  firstWideHz: 915_900_000,
  narrowDataRates: { min: 0, max: 5 },
  // "Channel Frequencies": DR2 on a 125 kHz channel, so that a join keeps within the dwell time, and DR6 on a 500 kHz one
  narrowJoinDataRates: { min: 2, max: 2 },
  wideDataRate: 6,
  // "Receive Windows"
  rx1DataRates: [
    [8, 8, 8, 8, 8, 8],
    [9, 8, 8, 8, 8, 8],
    [10, 9, 8, 8, 8, 8],
    [11, 10, 9, 8, 8, 8],
    [12, 11, 10, 9, 8, 8],
    [13, 12, 11, 10, 9, 8],
    [13, 13, 12, 11, 10, 9],
  ],
  dwellTime: { up: true, down: false },
  dwellMinDataRate: 2,
  // Devices SHALL begin so. The command came with regional parameters 1.0.3 (and 1.0.2 revision B, which few have).
  txParamSetup: {
    since: "1.0.3",
    joined: { uplinkDwellTime: true, downlinkDwellTime: false, maxEirpIndex: 13 },
    limitsDownlinks: false,
  },
  subBands: [{ minHz: 915_000_000, maxHz: 928_000_000, dutyCyclePerMille: 1000, maxEirpDbm: 30 }],
  // 30 dBm is for hopping over 20 channels or 500 kHz; on eight of 125 kHz we keep to what US915 is held to.
  coveragePowerDbm: 21,
});
