import type { UnixMs } from "@wayleave/core/time";
import { type Queries, statement } from "../database/database.ts";
import type { Checksum, ListObjectsQuery, ObjectPage } from "../s3/objectStore.ts";

interface Row {
  readonly common: boolean;
  readonly key: Buffer;
  readonly etag: string;
  readonly size_bytes: number;
  readonly modified_ms: UnixMs;
  readonly checksum: Checksum | null;
}

const LIST = statement("list-objects", "select * from storage.list($1, $2, $3, $4, $5)");

/** One page in the order of raw key bytes. Keys rolled up in a common prefix are skipped in the index, not read. */
export async function listObjects(queries: Queries, bucketId: number, query: ListObjectsQuery): Promise<ObjectPage> {
  const bytes = (text: string) => Buffer.from(text, "utf8");
  const { prefix, delimiter, startAfter, maxKeys } = query;
  // One more than asked for tells whether there is more.
  const rows = await queries.rows<Row>(LIST, [
    bucketId,
    bytes(prefix),
    bytes(delimiter),
    bytes(startAfter),
    maxKeys + 1,
  ]);
  const page = rows.slice(0, maxKeys);
  const last = page.at(-1);
  return {
    entries: page
      .filter((row) => !row.common)
      .map((row) => ({
        key: row.key.toString("utf8"),
        sizeBytes: row.size_bytes,
        etag: row.etag,
        lastModifiedMs: row.modified_ms,
        ...(row.checksum === null ? {} : { checksum: row.checksum }),
      })),
    commonPrefixes: page.filter((row) => row.common).map((row) => row.key.toString("utf8")),
    ...(rows.length > maxKeys && last !== undefined ? { next: last.key.toString("utf8") } : {}),
  };
}
