import { hash32Schema, hexSchema } from "@wayleave/core/ids";
import { z } from "zod";
import { LEAF_BYTES, MAX_PIECE_PATH } from "./pieceTree.ts";

/**
 * The first challenge of a newcomer: hold random filler that the verifier made, durably, then prove one leaf of it that
 * is drawn only after the filler was acknowledged. It shows that a disk is there and answers; capacity it does not show.
 */
export const ADMISSION_FILLER_BYTES = 256 * 1024;

/** Where a verifier stores filler and asks for a leaf of it; `:id` is 32 random bytes in hex. */
export const ADMISSION_PATH = "/storage/admissions";

/** The device's proof of one leaf of the filler. Hostile. */
export const admissionProofSchema = z.strictObject({
  root: hash32Schema,
  leaf: hexSchema.refine((hex) => hex.length <= 2 + 2 * LEAF_BYTES, "is longer than a leaf"),
  path: z.array(hash32Schema).max(MAX_PIECE_PATH),
});
