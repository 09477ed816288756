import { z } from "zod";
import { REGION_NAMES } from "../../model/device.ts";

/** Of a JavaScript decoder: the largest public ones have some 20 KB, and a request takes 64. */
export const DECODER_SOURCE_BYTES_MAX = 32_768;
export const nameSchema = z.string().trim().min(1).max(128);

const sourceSchema = z
  .string()
  .max(DECODER_SOURCE_BYTES_MAX)
  .refine((source) => Buffer.byteLength(source) <= DECODER_SOURCE_BYTES_MAX, {
    error: `must have at most ${DECODER_SOURCE_BYTES_MAX} bytes of UTF-8`,
  });

/** A device profile as its owner writes it. All regions lie between 100 MHz and 1 GHz. */
export const profileSchema = z.strictObject({
  name: nameSchema,
  region: z.enum(REGION_NAMES),
  supportsOtaa: z.boolean().default(true),
  deviceClass: z.enum(["A", "C"]).default("A"),
  adr: z.boolean().default(true),
  rx1DelayS: z.number().int().min(1).max(15).default(1),
  rx1DrOffset: z.number().int().min(0).max(7).default(0),
  rx2DataRate: z.number().int().min(0).max(15).nullable().default(null),
  rx2FrequencyHz: z.number().int().min(100_000_000).max(1_000_000_000).nullable().default(null),
  counters32: z.boolean().default(true),
  copies: z.number().int().min(1).max(8).default(1),
  uplinkIntervalS: z.number().int().min(1).max(31_536_000).nullable().default(null),
  decoder: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("none") }),
      z.strictObject({ kind: z.literal("cayenne-lpp") }),
      z.strictObject({ kind: z.literal("javascript"), source: sourceSchema }),
    ])
    .default({ kind: "none" }),
});
