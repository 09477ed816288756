import type { CodingRate, Modulation } from "./radio.ts";

/** Symbols before the payload. LoRaWAN's preamble; the sync word and the start of frame follow. */
const LORA_PREAMBLE_SYMBOLS = 8;
const CODING_RATE: Readonly<Record<CodingRate, number>> = { "4/5": 1, "4/6": 2, "4/7": 3, "4/8": 4 };
/** From 16 ms a symbol is so long that the crystal drifts within it: two bits fewer are put into each. */
const LOW_DATA_RATE_SYMBOL_US = 16_000;
const LORA_CRC_BITS = 16;
const LORA_HEADER_BITS = 20;
/** Preamble 5, sync word 3, length 1, CRC 2. @see LoRaWAN 1.0.4 §4 and RP002-1.0.4, physical layer: FSK */
const FSK_OVERHEAD_BYTES = 11;

export interface AirtimeOptions {
  readonly codingRate?: CodingRate;
  /** Uplinks have a CRC behind the payload, LoRa downlinks have none; FSK always. */
  readonly crc: boolean;
}

/**
 * How long a frame is on the air, in whole microseconds.
 *
 * @param payloadBytes - the PHYPayload, 0…255.
 * @see Semtech SX1276 datasheet §4.1.1.6–7 (AN1200.13), with an explicit header
 * @see Semtech SX1261/2 datasheet §6.1.4 for SF5 and SF6
 */
export function airtimeUs(modulation: Modulation, payloadBytes: number, options: AirtimeOptions): number {
  if (modulation.kind === "fsk") {
    return Math.ceil(((payloadBytes + FSK_OVERHEAD_BYTES) * 8 * 1_000_000) / modulation.bitsPerSecond);
  }
  const { spreadingFactor, bandwidthHz } = modulation;
  // 2^SF chips at 125, 250 or 500 kHz: a whole number of microseconds, and of their quarters.
  const symbolUs = (2 ** spreadingFactor * 1_000_000) / bandwidthHz;
  const isShort = spreadingFactor < 7;
  const preambleQuarters = LORA_PREAMBLE_SYMBOLS * 4 + (isShort ? 25 : 17);
  const bitsPerSymbol = spreadingFactor - (symbolUs >= LOW_DATA_RATE_SYMBOL_US ? 2 : 0);
  const bits =
    8 * payloadBytes + (options.crc ? LORA_CRC_BITS : 0) + LORA_HEADER_BITS - 4 * spreadingFactor + (isShort ? 0 : 8);
  const blocks = Math.max(0, Math.ceil(bits / (4 * bitsPerSymbol)));
  const payloadSymbols = 8 + blocks * (CODING_RATE[options.codingRate ?? "4/5"] + 4);
  return (preambleQuarters * symbolUs) / 4 + payloadSymbols * symbolUs;
}
