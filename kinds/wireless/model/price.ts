import type { PicoUsd } from "@wayleave/core/money";
import { assert } from "@wayleave/core/errors";

/** One work unit is 24 bytes of PHYPayload, begun. Helium's data credit. */
export const UNIT_BYTES = 24;
/** $0.00001 for 24 bytes: what a provider asks who sets nothing. */
export const DEFAULT_ASK_PICO_USD_PER_UNIT: PicoUsd = 10_000_000n;

/** ⌈bytes / 24⌉, at least 1. */
export function workUnitsOf(payloadBytes: number): bigint {
  assert(payloadBytes >= 0, "a payload has a length");
  return BigInt(Math.max(1, Math.ceil(payloadBytes / UNIT_BYTES)));
}
