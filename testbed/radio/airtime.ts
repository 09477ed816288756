import type { CodingRate, Modulation } from "@wayleave/kind-wireless/model/radio";

const PREAMBLE_SYMBOLS = 8;
const CODING_RATES = { "4/5": 1, "4/6": 2, "4/7": 3, "4/8": 4 } as const;

/**
 * How long a frame is in the air, in microseconds. Written apart from the network server's own, so that one checks the other.
 *
 * @param withCrc - uplinks carry a payload CRC, downlinks do not.
 * @see Semtech AN1200.13, LoRa modem designer's guide; FSK as in LoRaWAN regional parameters (5 + 3 + 1 + n + 2 bytes).
 */
export function airtimeUs(
  modulation: Modulation,
  codingRate: CodingRate,
  payloadBytes: number,
  withCrc: boolean,
): number {
  if (modulation.kind === "fsk")
    return Math.ceil(((5 + 3 + 1 + payloadBytes + 2) * 8_000_000) / modulation.bitsPerSecond);
  const { spreadingFactor, bandwidthHz } = modulation;
  const symbolUs = (2 ** spreadingFactor * 1_000_000) / bandwidthHz;
  const lowRate = symbolUs > 16_000 ? 1 : 0;
  const bits = 8 * payloadBytes - 4 * spreadingFactor + 28 + (withCrc ? 16 : 0);
  const blocks = Math.ceil(Math.max(bits, 0) / (4 * (spreadingFactor - 2 * lowRate)));
  return Math.round((PREAMBLE_SYMBOLS + 4.25 + 8 + blocks * (CODING_RATES[codingRate] + 4)) * symbolUs);
}
