import { WayleaveError } from "@wayleave/core/errors";
import type { UnixMs } from "@wayleave/core/time";
import { type Queries, statement } from "../database/database.ts";
import type {
  Checksum,
  ListPartsQuery,
  ListUploadsQuery,
  MultipartCompletion,
  MultipartStart,
  MultipartUpload,
  ObjectMetadata,
  PartInfo,
  StoredObject,
  UploadName,
  UploadPage,
} from "../s3/objectStore.ts";
import type { Bucket } from "./bucketDirectory.ts";
import { keyBytes, putKnownObject } from "./objectRows.ts";

interface UploadRow {
  readonly id: string;
  readonly key: Buffer;
  readonly initiated_ms: UnixMs;
  readonly metadata: ObjectMetadata;
  readonly checksum: Pick<Checksum, "algorithm" | "type"> | null;
}

interface PartRow {
  readonly number: number;
  readonly etag: string;
  readonly size_bytes: number;
  readonly modified_ms: UnixMs;
  readonly checksum: NonNullable<PartInfo["checksum"]> | null;
  readonly contents: number[];
}

const CREATE = statement(
  "create-upload",
  "insert into storage.upload (id, bucket_id, key, initiated_ms, metadata, checksum) values ($1, $2, $3, $4, $5, $6)",
);
const FIND = statement("find-upload", "select * from storage.upload where id = $1 and bucket_id = $2 and key = $3");
/** Parts may come at once; completing waits for them. */
const SHARE = statement(
  "share-upload",
  "select * from storage.upload where id = $1 and bucket_id = $2 and key = $3 for key share",
);
const LOCK = statement(
  "lock-upload",
  "select * from storage.upload where id = $1 and bucket_id = $2 and key = $3 for update",
);
const DELETE = statement(
  "delete-upload",
  "delete from storage.upload where id = $1 and bucket_id = $2 and key = $3 returning id",
);
const PUT_PART = statement(
  "put-part",
  `insert into storage.part (upload_id, number, etag, size_bytes, modified_ms, checksum, contents) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (upload_id, number) do update set etag = excluded.etag, size_bytes = excluded.size_bytes,
     modified_ms = excluded.modified_ms, checksum = excluded.checksum, contents = excluded.contents`,
);
const PARTS = statement(
  "list-parts",
  "select * from storage.part where upload_id = $1 and number > $2 order by number limit $3",
);
const ALL_PARTS = statement("all-parts", "select * from storage.part where upload_id = $1 order by number");
const UPLOADS = statement(
  "list-uploads",
  `select * from storage.upload where bucket_id = $1 and key >= $2 and ($3::bytea is null or key < $3)
     and (key > $4 or (key = $4 and $5 <> '' and id > $5)) order by key, id limit $6`,
);
const AFTER_PREFIX = statement("after-prefix", "select storage.after_prefix($1) as bound");
const NOTE_COMPLETED = statement(
  "note-completed",
  "insert into storage.completed_upload (id, bucket_id, key, etag, modified_ms, checksum) values ($1, $2, $3, $4, $5, $6)",
);
const FIND_COMPLETED = statement(
  "find-completed",
  "select etag, modified_ms, checksum from storage.completed_upload where id = $1 and bucket_id = $2 and key = $3",
);

export async function createUpload(
  queries: Queries,
  bucketId: number,
  upload: MultipartStart & { readonly uploadId: string; readonly initiatedMs: UnixMs },
): Promise<MultipartUpload> {
  const { bucket, key, uploadId, initiatedMs, metadata, checksum } = upload;
  const noted = checksum === undefined ? null : JSON.stringify(checksum);
  await queries.rows(CREATE, [uploadId, bucketId, keyBytes(key), initiatedMs, JSON.stringify(metadata), noted]);
  return { bucket, key, uploadId, initiatedMs, ...(checksum === undefined ? {} : { checksum }) };
}

/** @throws WayleaveError no-such-upload. */
export async function findUpload(
  queries: Queries,
  bucket: Bucket,
  target: UploadName,
  query = FIND,
): Promise<{ readonly upload: MultipartUpload; readonly metadata: ObjectMetadata }> {
  const [row] = await queries.rows<UploadRow>(query, [target.uploadId, bucket.id, keyBytes(target.key)]);
  if (row === undefined) throw noSuchUpload(target);
  return { upload: uploadOf(bucket.name, row), metadata: row.metadata };
}

/** Keeps the upload from being completed or aborted until the transaction ends. */
export async function lockUpload(queries: Queries, bucket: Bucket, target: UploadName): Promise<void> {
  await findUpload(queries, bucket, target, SHARE);
}

export async function putPart(
  queries: Queries,
  uploadId: string,
  part: PartInfo,
  contents: readonly number[],
): Promise<void> {
  const checksum = part.checksum === undefined ? null : JSON.stringify(part.checksum);
  const { partNumber, etag, sizeBytes, lastModifiedMs } = part;
  await queries.rows(PUT_PART, [uploadId, partNumber, etag, sizeBytes, lastModifiedMs, checksum, [...contents]]);
}

export async function listParts(
  queries: Queries,
  query: ListPartsQuery,
): Promise<{ readonly parts: readonly PartInfo[]; readonly hasMore: boolean }> {
  const { uploadId, afterPartNumber, maxParts } = query;
  const rows = await queries.rows<PartRow>(PARTS, [uploadId, afterPartNumber, maxParts + 1]);
  return { parts: rows.slice(0, maxParts).map(partOf), hasMore: rows.length > maxParts };
}

export async function listUploads(queries: Queries, bucket: Bucket, query: ListUploadsQuery): Promise<UploadPage> {
  const { prefix, keyMarker, uploadIdMarker, maxUploads } = query;
  const from = Buffer.from(prefix);
  const [bound] = await queries.rows<{ bound: Buffer | null }>(AFTER_PREFIX, [from]);
  const values = [bucket.id, from, bound!.bound, Buffer.from(keyMarker), uploadIdMarker, maxUploads + 1];
  const rows = await queries.rows<UploadRow>(UPLOADS, values);
  return {
    uploads: rows.slice(0, maxUploads).map((row) => uploadOf(bucket.name, row)),
    hasMore: rows.length > maxUploads,
  };
}

/** Turns the parts into an object: only rows change. @returns false when the key had to be free and was not. */
export async function completeUpload(
  queries: Queries,
  bucket: Bucket,
  completion: MultipartCompletion,
  modifiedMs: UnixMs,
  mustBeAbsent: boolean,
): Promise<StoredObject | false> {
  const { upload, metadata } = await findUpload(queries, bucket, completion, LOCK);
  const stored = await queries.rows<PartRow>(ALL_PARTS, [upload.uploadId]);
  const { parts, sizeBytes, etag, checksum } = completion.assemble(upload, stored.map(partOf));
  const contentsOf = new Map(stored.map((part) => [part.number, part.contents]));
  const object = {
    ...{ key: completion.key, etag, modifiedMs, metadata, checksum, sizeBytes },
    partSizes: parts.map((part) => part.sizeBytes),
    inlineId: null,
    inlineData: null,
    contents: parts.flatMap((part) => contentsOf.get(part.partNumber)!),
  };
  if (!(await putKnownObject(queries, bucket.id, object, mustBeAbsent))) return false;
  await queries.rows(DELETE, [upload.uploadId, bucket.id, keyBytes(completion.key)]);
  const noted = checksum === undefined ? null : JSON.stringify(checksum);
  await queries.rows(NOTE_COMPLETED, [upload.uploadId, bucket.id, keyBytes(completion.key), etag, modifiedMs, noted]);
  return { etag, lastModifiedMs: modifiedMs, ...(checksum === undefined ? {} : { checksum }) };
}

/** What an upload that is gone was completed to, for a client that missed the answer. */
export async function findCompleted(
  queries: Queries,
  bucket: Bucket,
  target: UploadName,
): Promise<StoredObject | null> {
  const [row] = await queries.rows<{ etag: string; modified_ms: UnixMs; checksum: Checksum | null }>(FIND_COMPLETED, [
    target.uploadId,
    bucket.id,
    keyBytes(target.key),
  ]);
  if (row === undefined) return null;
  return {
    etag: row.etag,
    lastModifiedMs: row.modified_ms,
    ...(row.checksum === null ? {} : { checksum: row.checksum }),
  };
}

export async function abortUpload(queries: Queries, bucket: Bucket, target: UploadName): Promise<void> {
  const deleted = await queries.rows(DELETE, [target.uploadId, bucket.id, keyBytes(target.key)]);
  if (deleted.length === 0) throw noSuchUpload(target);
}

function uploadOf(bucket: string, row: UploadRow): MultipartUpload {
  return {
    bucket,
    key: row.key.toString("utf8"),
    uploadId: row.id,
    initiatedMs: row.initiated_ms,
    ...(row.checksum === null ? {} : { checksum: row.checksum }),
  };
}

function partOf(row: PartRow): PartInfo {
  return {
    partNumber: row.number,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    lastModifiedMs: row.modified_ms,
    ...(row.checksum === null ? {} : { checksum: row.checksum }),
  };
}

function noSuchUpload(target: UploadName): WayleaveError {
  return new WayleaveError("no-such-upload", "There is no such multipart upload", { uploadId: target.uploadId });
}
