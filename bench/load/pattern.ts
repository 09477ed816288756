import { createHash } from "node:crypto";

/** Bodies repeat so many pseudo-random bytes: a prime number of KiB, so that no block of ours lines up with them. */
export const PATTERN_BYTES = 1021 * 1024;

/** The same bytes in every process: what was put is compared with what came back without being kept. Twice in a row. */
export function bodyPattern(): Buffer {
  const once = Buffer.alloc(PATTERN_BYTES);
  for (let at = 0, block = createHash("sha256").update("wayleave bench").digest(); at < PATTERN_BYTES; at += 32) {
    block.copy(once, at);
    block = createHash("sha256").update(block).digest();
  }
  return Buffer.concat([once, once]);
}
