import { z } from "zod";
import type { MicroUsd } from "@wayleave/core/money";
import { amountSchema } from "@wayleave/core/money";

/** What a customer, or one of its keys, may use at most. Null: no limit of its own. */
export interface Limits {
  readonly requestsPerS: number | null;
  /** By UTC day. A key is refused once its customer has spent this much today, with whatever key. */
  readonly dailySpendMicroUsd: MicroUsd | null;
  readonly storageBytes: bigint | null;
}

export const NO_LIMITS: Limits = { requestsPerS: null, dailySpendMicroUsd: null, storageBytes: null };

/** How JSON carries limits; what is absent is unlimited. int8 bounds the amounts. */
const int8Amount = amountSchema.pipe(z.bigint().max((1n << 63n) - 1n));
export const limitsSchema = z.strictObject({
  requestsPerS: z.number().int().min(1).max(1_000_000).nullable().default(null),
  dailySpendMicroUsd: int8Amount.nullable().default(null),
  storageBytes: int8Amount.nullable().default(null),
});

/** Applies to whoever has no rate of its own: far above what a person's programs do, far below what hurts a front. */
export const DEFAULT_REQUESTS_PER_S = 2_000;
/** Programs come in bursts: a listing page asks for many objects at once. */
export const BURST_SECONDS = 2;

interface LimitRow {
  requests_per_s: number | null;
  daily_spend_micro_usd: string | bigint | number | null;
  storage_bytes: string | bigint | number | null;
}

export function limitsOfRow(row: LimitRow): Limits {
  const amount = (value: string | bigint | number | null) => (value === null ? null : BigInt(value));
  return {
    requestsPerS: row.requests_per_s,
    dailySpendMicroUsd: amount(row.daily_spend_micro_usd),
    storageBytes: amount(row.storage_bytes),
  };
}

export function limitColumns(limits: Limits) {
  return {
    requests_per_s: limits.requestsPerS,
    daily_spend_micro_usd: limits.dailySpendMicroUsd,
    storage_bytes: limits.storageBytes,
  };
}
