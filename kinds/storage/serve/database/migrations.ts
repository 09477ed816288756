import { FUNCTIONS } from "./functions.ts";
import { TABLES } from "./tables.ts";

/**
 * The schema, step by step; a step that was released is never changed, only followed.
 *
 * An object is a row that points at contents; a content is encrypted bytes in segments; a segment is pieces on devices.
 * Copies and completed multipart uploads point at contents that exist, so a content counts who points at it. Triggers
 * keep that count, turn released pieces into garbage and note what changed for the metadata snapshots: no code path can
 * forget to.
 *
 * Keys are `bytea`: S3's order is that of raw bytes, and an upper bound of a prefix is then itself a key.
 */
export const MIGRATIONS: readonly string[] = [TABLES + FUNCTIONS];
