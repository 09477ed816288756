import { addressSchema, hash32Schema } from "@wayleave/core/ids";
import { z } from "zod";
import { fetchJson } from "./httpJson.ts";

/** More than any network lists here; a verifier that sends more is not believed. */
const MAX_ROWS = 100_000;

const standingSchema = z.object({
  device: addressSchema,
  kind: z.number().int(),
  fault: z.string().max(64),
  epoch: z.number().int(),
});
export type Standing = z.infer<typeof standingSchema>;

const statusSchema = z.object({
  verifier: addressSchema,
  nowMs: z.number(),
  epoch: z.number().int(),
  devices: z.object({ registered: z.number().int(), linked: z.number().int() }),
  verifiers: z.number().int(),
  lastStatement: z.object({ epoch: z.number().int(), hash: hash32Schema, final: z.boolean() }).nullable(),
  standings: z.array(standingSchema).max(MAX_ROWS),
});
export type VerifierStatus = z.infer<typeof statusSchema>;

const deviceSchema = z.object({
  device: addressSchema,
  linked: z.boolean(),
  linkedSinceMs: z.number().nullable(),
  verdicts: z
    .array(
      z.object({
        epoch: z.number().int(),
        kind: z.number().int(),
        slot: z.number().int(),
        outcome: z.string().max(64),
        evidence: hash32Schema,
      }),
    )
    .max(MAX_ROWS),
});
export type SeenDevice = z.infer<typeof deviceSchema>;

/** What one verifier says of itself. Its own word. @throws WayleaveError as `fetchJson` does. */
export function verifierStatus(url: string): Promise<VerifierStatus> {
  return fetchJson(`${url}/status`, statusSchema);
}

/** What one verifier saw of a device: whether it is linked, and its newest verdicts. */
export function deviceSeenBy(url: string, device: string): Promise<SeenDevice> {
  return fetchJson(`${url}/devices/${device}`, deviceSchema);
}
