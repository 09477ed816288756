import { type Queries, statement } from "../database/database.ts";
import { keyBytes } from "./objectRows.ts";

/** In the order of the keys, so that two deletions of the same keys do not wait for each other in a circle. */
const DELETE = statement(
  "delete-objects",
  `delete from storage.object where bucket_id = $1 and key in (
     select key from storage.object where bucket_id = $1 and key = any($2) order by key for update)`,
);

/** Deletes what there is of these keys. Contents that nothing points at any more go later, see `collector.ts`. */
export async function deleteKeys(queries: Queries, bucketId: number, keys: readonly string[]): Promise<void> {
  await queries.rows(DELETE, [bucketId, keys.map(keyBytes)]);
}
