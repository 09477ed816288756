import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { Database } from "../database/database.ts";
import type { EgressMeter } from "../metering/egressMeter.ts";
import type {
  Account,
  BodyUpload,
  BucketInfo,
  ByteRange,
  Checksum,
  DeleteOutcome,
  ListObjectsQuery,
  ListPartsQuery,
  ListUploadsQuery,
  MultipartCompletion,
  MultipartStart,
  MultipartUpload,
  ObjectCopy,
  ObjectInfo,
  ObjectName,
  ObjectPage,
  ObjectStore,
  ObjectUpload,
  OpenObject,
  PartCopy,
  PartInfo,
  PartPage,
  PartUpload,
  StoreErrorCode,
  StoredObject,
  UploadName,
  UploadPage,
  WriteConditions,
} from "../s3/objectStore.ts";
import { checkWriteConditions } from "../s3/writeConditions.ts";
import type { ContentReader } from "../segments/contentReader.ts";
import type { ContentWriter, WrittenContent } from "../segments/contentWriter.ts";
import type { IntentLog } from "../segments/intentLog.ts";
import { bucketMayBeGone, isConditional, putAtomically } from "./atomicPut.ts";
import type { Bucket, BucketDirectory } from "./bucketDirectory.ts";
import { loadContents } from "./contentRows.ts";
import { deleteKeys } from "./deletions.ts";
import { listObjects } from "./listings.ts";
import * as uploads from "./multipartRows.ts";
import {
  FIND_OBJECT,
  LOCK_OBJECT,
  type ObjectHead,
  type ObjectRow,
  decryptInline,
  keyBytes,
  objectInfo,
  putKnownObject,
  putNewObject,
  storeContent,
} from "./objectRows.ts";
import type { Pins } from "./pins.ts";

const UPLOAD_ID_BYTES = 24;

export interface ObjectStoreDependencies {
  readonly database: Database;
  readonly buckets: BucketDirectory;
  readonly writer: ContentWriter;
  readonly reader: ContentReader;
  readonly intents: IntentLog;
  readonly pins: Pins;
  readonly egress: EgressMeter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The store behind the S3 front: metadata in PostgreSQL, bytes encrypted and coded on devices. */
export class DeviceObjectStore implements ObjectStore {
  readonly #use: ObjectStoreDependencies;

  constructor(dependencies: ObjectStoreDependencies) {
    this.#use = dependencies;
  }

  createBucket(account: Account, bucket: string): Promise<void> {
    return this.#use.buckets.create(account, bucket);
  }

  listBuckets(account: Account): Promise<readonly BucketInfo[]> {
    return this.#use.buckets.list(account);
  }

  async headBucket(account: Account, bucket: string): Promise<BucketInfo> {
    const { name, createdMs } = await this.#use.buckets.open(account, bucket);
    return { name, createdMs };
  }

  deleteBucket(account: Account, bucket: string): Promise<void> {
    return this.#use.buckets.delete(account, bucket);
  }

  async putObject(account: Account, upload: ObjectUpload): Promise<StoredObject> {
    const bucket = await this.#openFor(account, upload.bucket, upload.body);
    const content = await this.#use.writer.write(upload, bucket.policy, bucket.key, true);
    const head = this.#head(upload.key, content, upload, checksumOf(upload));
    return await this.#commit(content, async () => {
      await this.#putNew(bucket, head, content, upload.conditions);
      return storedObject(head);
    });
  }

  async headObject(account: Account, target: ObjectName): Promise<ObjectInfo> {
    const bucket = await this.#use.buckets.open(account, target.bucket);
    return objectInfo(bucket.name, await this.#find(bucket, target.key));
  }

  async getObject(account: Account, target: ObjectName): Promise<OpenObject> {
    const bucket = await this.#use.buckets.open(account, target.bucket);
    const row = await this.#find(bucket, target.key);
    return { info: objectInfo(bucket.name, row), read: (range) => this.#read(bucket, row, range) };
  }

  async copyObject(account: Account, copy: ObjectCopy): Promise<StoredObject> {
    const source = await this.#use.buckets.open(account, copy.source.bucket);
    const target = await this.#use.buckets.open(account, copy.bucket);
    const found = await this.#find(source, copy.source.key);
    const info = objectInfo(source.name, found);
    copy.checkSource(info);
    const metadata = copy.metadata ?? info.metadata;
    if (source.id !== target.id) return await this.#copyBytes(source, target, found, copy, metadata);
    const head = {
      key: copy.key,
      etag: info.etag,
      modifiedMs: this.#use.clock.now(),
      metadata,
      checksum: info.checksum,
    };
    // Inside one bucket the same key opens the contents, so the copy points at them.
    await putAtomically(this.#use.database, target, copy.key, copy.conditions, async (queries, mustBeAbsent) => {
      const [row] = await queries.rows<ObjectRow>(LOCK_OBJECT, [source.id, keyBytes(copy.source.key)]);
      if (row === undefined) throw noSuchKey(copy.source.key);
      if (row.etag !== info.etag) throw new WayleaveError("conflict", "The source changed while it was copied");
      const object = {
        ...head,
        sizeBytes: row.size_bytes,
        partSizes: row.part_sizes,
        inlineId: row.inline_id,
        inlineData: row.inline_data,
        contents: row.contents,
      };
      return await putKnownObject(queries, target.id, object, mustBeAbsent);
    });
    return storedObject(head);
  }

  async deleteObject(account: Account, target: ObjectName & { readonly conditions?: WriteConditions }): Promise<void> {
    const bucket = await this.#use.buckets.open(account, target.bucket);
    const { conditions = {} } = target;
    if (!isConditional(conditions)) {
      await deleteKeys(this.#use.database, bucket.id, [target.key]);
      return;
    }
    await this.#use.database.transaction(async (queries) => {
      const [row] = await queries.rows<ObjectRow>(LOCK_OBJECT, [bucket.id, keyBytes(target.key)]);
      checkWriteConditions(conditions, row ?? null);
      await deleteKeys(queries, bucket.id, [target.key]);
    });
  }

  async deleteObjects(
    account: Account,
    bucketName: string,
    keys: readonly string[],
  ): Promise<readonly DeleteOutcome[]> {
    const bucket = await this.#use.buckets.open(account, bucketName);
    await deleteKeys(this.#use.database, bucket.id, keys);
    return keys.map((key) => ({ key }));
  }

  async listObjects(account: Account, query: ListObjectsQuery): Promise<ObjectPage> {
    const bucket = await this.#use.buckets.open(account, query.bucket);
    return await listObjects(this.#use.database, bucket.id, query);
  }

  async createMultipartUpload(account: Account, upload: MultipartStart): Promise<MultipartUpload> {
    const bucket = await this.#use.buckets.open(account, upload.bucket);
    const uploadId = randomBytes(UPLOAD_ID_BYTES).toString("base64url");
    return await bucketMayBeGone(upload.bucket, () =>
      uploads.createUpload(this.#use.database, bucket.id, { ...upload, uploadId, initiatedMs: this.#use.clock.now() }),
    );
  }

  async uploadPart(account: Account, part: PartUpload): Promise<PartInfo> {
    const bucket = await this.#openFor(account, part.bucket, part.body);
    return await this.#storePart(bucket, part, part.partNumber, part);
  }

  async uploadPartCopy(account: Account, part: PartCopy): Promise<PartInfo> {
    const bucket = await this.#use.buckets.open(account, part.bucket);
    const source = await this.getObject(account, part.source);
    const range = part.chooseRange(source.info);
    const body = source.read(range);
    return await this.#storePart(bucket, part, part.partNumber, { body, sizeBytes: range.lengthBytes });
  }

  async listParts(account: Account, query: ListPartsQuery): Promise<PartPage> {
    const bucket = await this.#use.buckets.open(account, query.bucket);
    const { upload } = await uploads.findUpload(this.#use.database, bucket, query);
    const { parts, hasMore } = await uploads.listParts(this.#use.database, query);
    return { upload, parts, hasMore };
  }

  async listMultipartUploads(account: Account, query: ListUploadsQuery): Promise<UploadPage> {
    const bucket = await this.#use.buckets.open(account, query.bucket);
    return await uploads.listUploads(this.#use.database, bucket, query);
  }

  async completeMultipartUpload(account: Account, completion: MultipartCompletion): Promise<StoredObject> {
    const bucket = await this.#use.buckets.open(account, completion.bucket);
    const modifiedMs = this.#use.clock.now();
    return await putAtomically(
      this.#use.database,
      bucket,
      completion.key,
      completion.conditions,
      (queries, mustBeAbsent) => uploads.completeUpload(queries, bucket, completion, modifiedMs, mustBeAbsent),
    ).catch(async (error: unknown) => {
      const earlier = isNoSuchUpload(error)
        ? await uploads.findCompleted(this.#use.database, bucket, completion)
        : null;
      if (earlier === null) throw error;
      return earlier;
    });
  }

  async abortMultipartUpload(account: Account, target: UploadName): Promise<void> {
    const bucket = await this.#use.buckets.open(account, target.bucket);
    await uploads.abortUpload(this.#use.database, bucket, target);
  }

  /** Opens the bucket of an upload; a body that will not be read is destroyed. */
  async #openFor(account: Account, bucket: string, body: Readable): Promise<Bucket> {
    try {
      return await this.#use.buckets.open(account, bucket);
    } catch (error) {
      body.destroy();
      throw error;
    }
  }

  async #find(bucket: Bucket, key: string): Promise<ObjectRow> {
    const [row] = await this.#use.database.rows<ObjectRow>(FIND_OBJECT, [bucket.id, keyBytes(key)]);
    if (row === undefined) throw noSuchKey(key);
    return row;
  }

  #head(
    key: string,
    content: WrittenContent,
    upload: Pick<ObjectUpload, "metadata">,
    checksum: Checksum | undefined,
  ): ObjectHead {
    const etag = Buffer.from(content.md5).toString("hex");
    return { key, etag, modifiedMs: this.#use.clock.now(), metadata: upload.metadata, checksum };
  }

  #read(bucket: Bucket, row: ObjectRow, range: ByteRange): Readable {
    const { offsetBytes, lengthBytes } = range;
    if (lengthBytes === 0) return Readable.from([]);
    if (row.inline_data !== null) {
      const plain = decryptInline(bucket.key, row.inline_id!, row.inline_data);
      if (plain === null) throw new WayleaveError("data-unavailable", "The object's record was changed");
      return Readable.from([plain.subarray(offsetBytes, offsetBytes + lengthBytes)]);
    }
    const unpin = this.#use.pins.pin(row.contents);
    const contents = loadContents(this.#use.database, row.contents, bucket.key);
    const note = this.#use.egress.reader(bucket.customer, bucket.name);
    const stream = this.#use.reader.read(contents, offsetBytes, lengthBytes, note);
    stream.once("close", unpin);
    return stream;
  }

  /** Under another bucket's key the bytes are other bytes: they are read and stored again. */
  async #copyBytes(
    source: Bucket,
    target: Bucket,
    row: ObjectRow,
    copy: ObjectCopy,
    metadata: ObjectInfo["metadata"],
  ): Promise<StoredObject> {
    const body = this.#read(source, row, { offsetBytes: 0, lengthBytes: row.size_bytes });
    const content = await this.#use.writer.write({ body, sizeBytes: row.size_bytes }, target.policy, target.key, true);
    const checksum = row.checksum ?? undefined;
    const head = { key: copy.key, etag: row.etag, modifiedMs: this.#use.clock.now(), metadata, checksum };
    return await this.#commit(content, async () => {
      await this.#putNew(target, head, content, copy.conditions);
      return storedObject(head);
    });
  }

  async #storePart(
    bucket: Bucket,
    target: UploadName,
    partNumber: number,
    upload: Pick<BodyUpload, "body" | "sizeBytes" | "contentMd5" | "checksum">,
  ): Promise<PartInfo> {
    try {
      await uploads.findUpload(this.#use.database, bucket, target);
    } catch (error) {
      upload.body.destroy();
      throw error;
    }
    const content = await this.#use.writer.write(upload, bucket.policy, bucket.key, false);
    const part: PartInfo = {
      partNumber,
      sizeBytes: content.sizeBytes,
      etag: Buffer.from(content.md5).toString("hex"),
      lastModifiedMs: this.#use.clock.now(),
      ...(upload.checksum === undefined
        ? {}
        : { checksum: { algorithm: upload.checksum.algorithm, value: upload.checksum.value() } }),
    };
    return await this.#commit(content, () =>
      this.#use.database.transaction(async (queries) => {
        await uploads.lockUpload(queries, bucket, target);
        await uploads.putPart(queries, target.uploadId, part, await storeContent(queries, bucket.id, content));
        return part;
      }),
    );
  }

  /** Makes stored bytes visible, or leaves them to the collector. */
  async #commit<T>(content: WrittenContent, commit: () => Promise<T>): Promise<T> {
    try {
      return await commit();
    } catch (error) {
      await this.#use.intents.abandon(content.intents);
      throw error;
    }
  }

  async #putNew(bucket: Bucket, head: ObjectHead, content: WrittenContent, conditions: WriteConditions): Promise<void> {
    if (isConditional(conditions)) {
      await putAtomically(this.#use.database, bucket, head.key, conditions, (queries, mustBeAbsent) =>
        putNewObject(queries, bucket, head, content, mustBeAbsent),
      );
    } else {
      // One statement is a transaction: the ordinary PUT makes one round trip here.
      await bucketMayBeGone(bucket.name, () => putNewObject(this.#use.database, bucket, head, content, false));
    }
  }
}

function checksumOf(upload: BodyUpload): Checksum | undefined {
  if (upload.checksum === undefined) return undefined;
  return { algorithm: upload.checksum.algorithm, value: upload.checksum.value(), type: "FULL_OBJECT" };
}

function storedObject({ etag, modifiedMs, checksum }: ObjectHead): StoredObject {
  return { etag, lastModifiedMs: modifiedMs, ...(checksum === undefined ? {} : { checksum }) };
}

function noSuchKey(key: string): WayleaveError {
  return new WayleaveError("no-such-key" satisfies StoreErrorCode, "There is no such object", { key });
}

function isNoSuchUpload(error: unknown): boolean {
  return error instanceof WayleaveError && error.code === "no-such-upload";
}
