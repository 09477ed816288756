import type { UnixMs } from "@wayleave/core/time";
import type { KeyObject } from "node:crypto";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/database.ts";
import { decryptBlock, encryptBlock, objectKey, segmentKey } from "../../model/encryption.ts";
import { TAG_BYTES } from "../../model/layout.ts";
import { assert } from "@wayleave/core/errors";
import type { WrittenContent } from "../segments/contentWriter.ts";
import type { Checksum, ObjectInfo, ObjectMetadata } from "../s3/objectStore.ts";
import type { Bucket } from "./bucketDirectory.ts";

/** An object's row as queries give it. */
export interface ObjectRow {
  readonly key: Buffer;
  readonly etag: string;
  readonly size_bytes: number;
  readonly modified_ms: UnixMs;
  readonly metadata: ObjectMetadata;
  readonly checksum: Checksum | null;
  readonly part_sizes: number[] | null;
  readonly inline_id: Buffer | null;
  readonly inline_data: Buffer | null;
  readonly contents: number[];
}

const COLUMNS = `key, etag, size_bytes, modified_ms, metadata, checksum, part_sizes, inline_id, inline_data, contents`;
export const FIND_OBJECT = statement(
  "find-object",
  `select ${COLUMNS} from storage.object where bucket_id = $1 and key = $2`,
);
/** Until the transaction ends nobody changes it. */
export const LOCK_OBJECT = statement(
  "lock-object",
  `select ${COLUMNS} from storage.object where bucket_id = $1 and key = $2 for update`,
);
/** Pieces, content and object in one statement: an ordinary PUT is one round trip and one sync. */
const PUT_NEW = statement(
  "put-new-object",
  `select storage.put_object($1, $2, $3, $4, $5, $6, $7, null, $8, $9,
     case when $10::jsonb is null then '{}'::bigint[] else array[storage.store_content($1, $11, $4, $10, $12)] end, $13) as put`,
);
const PUT_KNOWN = statement(
  "put-known-object",
  "select storage.put_object($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as put",
);
const STORE_CONTENT = statement("store-content", "select storage.store_content($1, $2, $3, $4, $5) as id");

export function keyBytes(key: string): Buffer {
  return Buffer.from(key, "utf8");
}

export function objectInfo(bucket: string, row: ObjectRow): ObjectInfo {
  return {
    bucket,
    key: row.key.toString("utf8"),
    sizeBytes: row.size_bytes,
    etag: row.etag,
    lastModifiedMs: row.modified_ms,
    metadata: row.metadata,
    ...(row.checksum === null ? {} : { checksum: row.checksum }),
    ...(row.part_sizes === null ? {} : { partSizesBytes: row.part_sizes }),
  };
}

/** What a PUT puts beside the bytes. */
export interface ObjectHead {
  readonly key: string;
  readonly etag: string;
  readonly modifiedMs: UnixMs;
  readonly metadata: ObjectMetadata;
  readonly checksum: Checksum | undefined;
}

/** @returns false when the key had to be free and was not. */
export async function putNewObject(
  queries: Queries,
  bucket: Bucket,
  head: ObjectHead,
  content: WrittenContent,
  mustBeAbsent: boolean,
): Promise<boolean> {
  const inline = content.inline === undefined ? null : encryptInline(bucket.key, content.objectId, content.inline);
  const stored = content.segments.length > 0;
  const [row] = await queries.rows<{ put: boolean }>(PUT_NEW, [
    bucket.id,
    keyBytes(head.key),
    head.etag,
    content.sizeBytes,
    head.modifiedMs,
    JSON.stringify(head.metadata),
    head.checksum === undefined ? null : JSON.stringify(head.checksum),
    inline === null ? null : content.objectId,
    inline,
    stored ? segmentsJson(content) : null,
    stored ? content.objectId : null,
    [...content.intents],
    mustBeAbsent,
  ]);
  return row!.put;
}

/** Puts an object whose contents are there already. @returns false when the key had to be free and was not. */
export async function putKnownObject(
  queries: Queries,
  bucketId: number,
  object: ObjectHead & {
    readonly sizeBytes: number;
    readonly partSizes: readonly number[] | null;
    readonly inlineId: Buffer | null;
    readonly inlineData: Buffer | null;
    readonly contents: readonly number[];
  },
  mustBeAbsent: boolean,
): Promise<boolean> {
  const [row] = await queries.rows<{ put: boolean }>(PUT_KNOWN, [
    bucketId,
    keyBytes(object.key),
    object.etag,
    object.sizeBytes,
    object.modifiedMs,
    JSON.stringify(object.metadata),
    object.checksum === undefined ? null : JSON.stringify(object.checksum),
    object.partSizes === null ? null : [...object.partSizes],
    object.inlineId,
    object.inlineData,
    [...object.contents],
    mustBeAbsent,
  ]);
  return row!.put;
}

/** @returns the ids of the contents: one, or none for no bytes. */
export async function storeContent(queries: Queries, bucketId: number, content: WrittenContent): Promise<number[]> {
  assert(content.inline === undefined, "only an object's row keeps bytes");
  if (content.segments.length === 0) return [];
  const [row] = await queries.rows<{ id: number }>(STORE_CONTENT, [
    bucketId,
    content.objectId,
    content.sizeBytes,
    segmentsJson(content),
    [...content.intents],
  ]);
  return [row!.id];
}

function segmentsJson(content: WrittenContent): string {
  return JSON.stringify(
    content.segments.map(({ index, sizeBytes, policy, pieces }) => ({
      index,
      sizeBytes,
      ...policy,
      pieces: pieces.map((piece) => ({ ...piece, root: piece.root.slice(2), signature: piece.signature.slice(2) })),
    })),
  );
}

/** The keys of small bytes are derived as a content's are: one block of one segment. */
function encryptInline(bucketKey: KeyObject, objectId: Uint8Array, plain: Uint8Array): Buffer {
  const stored = Buffer.alloc(plain.byteLength + TAG_BYTES);
  encryptBlock(segmentKey(objectKey(bucketKey, objectId), 0), 0, plain, stored);
  return stored;
}

/** @returns null when the row's bytes were changed behind our back. */
export function decryptInline(bucketKey: KeyObject, objectId: Uint8Array, stored: Uint8Array): Buffer | null {
  return decryptBlock(segmentKey(objectKey(bucketKey, objectId), 0), 0, stored, stored.byteLength - TAG_BYTES);
}
