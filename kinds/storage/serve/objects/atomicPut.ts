import { WayleaveError } from "@wayleave/core/errors";
import type { Database, Queries } from "../database/database.ts";
import type { WriteConditions } from "../s3/objectStore.ts";
import { checkWriteConditions } from "../s3/writeConditions.ts";
import type { Bucket } from "./bucketDirectory.ts";
import { LOCK_OBJECT, type ObjectRow, keyBytes } from "./objectRows.ts";

/** How often a conditional write is judged again because the key appeared meanwhile. */
const CONDITION_ATTEMPTS = 5;
/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const FOREIGN_KEY_VIOLATION = "23503";

/** Undoes a transaction whose key had to be free and was taken between the look and the write. */
class KeyAppeared extends Error {}

export function isConditional({ ifMatch, ifNoneMatch }: WriteConditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}

/**
 * Judges the conditions and writes, atomically towards every other write of the key.
 *
 * @param write - in the transaction; answers false when the key had to be free and was not. May run several times.
 * @throws WayleaveError precondition-failed, no-such-key, conflict, no-such-bucket.
 */
export async function putAtomically<T>(
  database: Database,
  bucket: Bucket,
  key: string,
  conditions: WriteConditions,
  write: (queries: Queries, mustBeAbsent: boolean) => Promise<T | false>,
): Promise<T> {
  const conditional = isConditional(conditions);
  const attempt = (): Promise<T> =>
    database.transaction(async (queries) => {
      const [current] = conditional
        ? await queries.rows<ObjectRow>(LOCK_OBJECT, [bucket.id, keyBytes(key)])
        : [undefined];
      if (conditional) checkWriteConditions(conditions, current ?? null);
      const written = await write(queries, conditional && current === undefined);
      if (written === false) throw new KeyAppeared();
      return written;
    });
  return await bucketMayBeGone(bucket.name, async () => {
    for (let tried = 0; tried < CONDITION_ATTEMPTS; tried++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof KeyAppeared)) throw error;
      }
    }
    throw new WayleaveError("conflict", "Other writes of this key kept winning", { key }, { retryable: true });
  });
}

/** A bucket that was deleted while something was written into it. */
export async function bucketMayBeGone<T>(bucket: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== FOREIGN_KEY_VIOLATION) throw error;
    throw new WayleaveError("no-such-bucket", "The bucket was deleted meanwhile", { bucket }, { cause: error });
  }
}
