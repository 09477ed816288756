/**
 * What a storage device asks and what its service comes to. Two prices: holding, in pico-dollars a GiB-hour, and reading,
 * in pico-dollars a MiB of egress. Audits and ingress are free; repair reads are ordinary egress.
 *
 * A meter never divides before it is read: it keeps price × amount, so any number of small acts and price changes come
 * to the same total, and flooring the lifetime total loses less than one pico-dollar for ever.
 */
import { type PicoUsd, mulDivDown } from "@wayleave/core/money";
import { assert } from "@wayleave/core/errors";

export const GIB = 1n << 30n;
export const MIB = 1n << 20n;
export const HOUR_MS = 3_600_000n;
const GIB_HOUR = GIB * HOUR_MS;

export interface StorageAsk {
  readonly picoUsdPerGibHour: PicoUsd;
  readonly picoUsdPerEgressMib: PicoUsd;
}

/** $4 a TiB-month of held data and $0.005 a GiB of egress: where a provider starts who sets nothing. */
export const DEFAULT_ASK: StorageAsk = { picoUsdPerGibHour: 5_350_000n, picoUsdPerEgressMib: 4_880_000n };

/** One payer's lifetime use of one device. Integers ≥ 0; `…Product` are price × amount, undivided. */
export interface StorageMeter {
  readonly byteMs: bigint;
  readonly egressBytes: bigint;
  readonly holdProduct: bigint;
  readonly egressProduct: bigint;
}

export const EMPTY_METER: StorageMeter = { byteMs: 0n, egressBytes: 0n, holdProduct: 0n, egressProduct: 0n };

/** Bytes held for a time. */
export function meterHeld(meter: StorageMeter, byteMs: bigint, ask: StorageAsk): StorageMeter {
  assert(byteMs >= 0n, "time does not go back");
  return {
    ...meter,
    byteMs: meter.byteMs + byteMs,
    holdProduct: meter.holdProduct + byteMs * ask.picoUsdPerGibHour,
  };
}

export function meterEgress(meter: StorageMeter, bytes: bigint, ask: StorageAsk): StorageMeter {
  assert(bytes >= 0n, "egress is not negative");
  return {
    ...meter,
    egressBytes: meter.egressBytes + bytes,
    egressProduct: meter.egressProduct + bytes * ask.picoUsdPerEgressMib,
  };
}

/** Lifetime pico-dollars: each part floored once. */
export function meteredPicoUsdDown(meter: StorageMeter): PicoUsd {
  return mulDivDown(meter.holdProduct, 1n, GIB_HOUR) + mulDivDown(meter.egressProduct, 1n, MIB);
}

/** Lifetime work units: whole GiB-hours plus whole MiB of egress. */
export function workUnitsDown(meter: StorageMeter): bigint {
  return mulDivDown(meter.byteMs, 1n, GIB_HOUR) + mulDivDown(meter.egressBytes, 1n, MIB);
}
