import { z } from "zod";
import { fetchJson } from "./httpJson.ts";

const count = z.number().int().nonnegative();

/** What a front says of itself at `/v1/status`; parts that it does not have are left out. */
const frontStatusSchema = z.looseObject({
  nowMs: z.number().optional(),
  /** Devices that could be given something now. */
  serving: count.optional(),
  database: z.looseObject({ ok: z.boolean() }).optional(),
  storage: z
    .looseObject({
      /** By how many shards are left: all, some missing, exactly enough or one above, too few. */
      segments: z.looseObject({ healthy: count, degraded: count, atRisk: count, lost: count }).partial().optional(),
      repairs: z.looseObject({ running: count, waiting: count, done: count, failed: count }).partial().optional(),
      /** When these figures were counted. */
      countedAtMs: z.number().nullable().optional(),
    })
    .optional(),
});
export type FrontStatus = z.infer<typeof frontStatusSchema>;

/** @throws WayleaveError as `fetchJson` does. */
export function frontStatus(frontUrl: string): Promise<FrontStatus> {
  return fetchJson(`${frontUrl}/v1/status`, frontStatusSchema);
}
