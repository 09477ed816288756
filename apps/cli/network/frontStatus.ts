import { amountSchema } from "@wayleave/core/money";
import { z } from "zod";
import { fetchJson } from "./httpJson.ts";

const count = z.number().int().nonnegative();
const timeMs = z.number().nullable();

const storageSchema = z.looseObject({
  segments: z.object({ healthy: count, degraded: count, atRisk: count, lost: count }),
  /** Segments whose shards stand too close together. */
  misplaced: count,
  segmentsRepaired: count,
  shardsRebuilt: count,
  rebuiltBytes: count,
  /** Segments that lack shards for which there is no device that the rules allow. */
  withoutSpareDevices: count,
  /** When segments were last looked over; null before the first time. */
  lastScanMs: timeMs,
  snapshots: z.looseObject({ shippedUntilMs: timeMs, failures: count }),
});
export type StorageHealthView = z.infer<typeof storageSchema>;

/** What a front says of itself at `/v1/status`. Its own word. */
const frontStatusSchema = z.looseObject({
  nowMs: z.number(),
  state: z.string().max(64),
  linked: count,
  /** Devices that could be given something now. */
  serving: count,
  promisableMicroUsd: amountSchema,
  /** Null while it waits to be recovered. */
  storage: storageSchema.nullable(),
});
export type FrontStatus = z.infer<typeof frontStatusSchema>;

/** @throws WayleaveError as `fetchJson` does. */
export function frontStatus(frontUrl: string): Promise<FrontStatus> {
  return fetchJson(`${frontUrl}/v1/status`, frontStatusSchema);
}
