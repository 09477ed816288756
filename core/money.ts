import { z } from "zod";
import { assert } from "./errors.ts";

/** Millionths of a dollar (10⁻⁶ $): what escrow, vouchers and the ledger count. */
export type MicroUsd = bigint;
/** 10⁻¹² $: what metering counts, so that a single 4-KiB read is not rounded away. */
export type PicoUsd = bigint;
/** 10⁻¹⁸ WAY. */
export type Way = bigint;

export const BPS = 10_000n;
export const PPM = 1_000_000n;
export const PICO_PER_MICRO = 1_000_000n;
export const MICRO_PER_USD = 1_000_000n;
export const WAY_UNIT = 10n ** 18n;

/** ⌊a·b/c⌋ for non-negative integers. */
export function mulDivDown(a: bigint, b: bigint, c: bigint): bigint {
  assert(a >= 0n && b >= 0n && c > 0n, "mulDivDown takes non-negative integers and a positive divisor");
  return (a * b) / c;
}

/** ⌈a·b/c⌉ for non-negative integers. */
export function mulDivUp(a: bigint, b: bigint, c: bigint): bigint {
  assert(a >= 0n && b >= 0n && c > 0n, "mulDivUp takes non-negative integers and a positive divisor");
  return (a * b + c - 1n) / c;
}

/** Metered work to money that can be signed for; what is below a µ$ stays in the lifetime total, so nothing is lost. */
export function picoToMicroDown(pico: PicoUsd): MicroUsd {
  return mulDivDown(pico, 1n, PICO_PER_MICRO);
}

/** `1234567n` → `"1.234567"`. Exact; trailing zeros beyond cents are cut. */
export function formatUsd(amount: MicroUsd): string {
  const sign = amount < 0n ? "-" : "";
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % MICRO_PER_USD)
    .toString()
    .padStart(6, "0")
    .replace(/0{1,4}$/, "");
  return `${sign}${absolute / MICRO_PER_USD}.${fraction}`;
}

/** `1500000000000000000n` → `"1.5"`, at most six decimals, floored. */
export function formatWay(amount: Way): string {
  const fraction = ((amount % WAY_UNIT) / 10n ** 12n).toString().padStart(6, "0").replace(/0+$/, "");
  return `${amount / WAY_UNIT}${fraction === "" ? "" : `.${fraction}`}`;
}

/** How JSON carries an amount: a decimal string, non-negative, at most 78 digits (2²⁵⁶). */
export const amountSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/, "must be a non-negative decimal integer in a string")
  .transform((text) => BigInt(text));
