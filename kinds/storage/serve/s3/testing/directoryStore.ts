import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { compareBytes } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type {
  Account,
  BodyUpload,
  BucketInfo,
  ByteRange,
  ListedObject,
  MultipartUpload,
  ObjectInfo,
  ObjectMetadata,
  ObjectName,
  ObjectStore,
  PartInfo,
  StoredObject,
  UploadName,
  WriteConditions,
} from "../objectStore.ts";
import { checkWriteConditions } from "../writeConditions.ts";

interface Kept<Info> {
  readonly info: Info;
  readonly file: string;
}
interface KeptUpload {
  readonly upload: MultipartUpload;
  readonly metadata: ObjectMetadata;
  readonly parts: Map<number, Kept<PartInfo>>;
}
interface KeptBucket {
  readonly owner: string;
  readonly info: BucketInfo;
  readonly objects: Map<string, Kept<ObjectInfo>>;
  readonly uploads: Map<string, KeptUpload>;
}

/**
 * A test double of the store: bytes in files of one directory, the index in memory. Not durable and slow to list, but it
 * keeps the contract of `objectStore.ts`, above all the commit rule.
 */
export function directoryStore(directory: string, now: () => number = Date.now): ObjectStore {
  const buckets = new Map<string, KeptBucket>();
  const newFile = () => join(directory, randomUUID());
  const fail = (code: string): never => {
    throw new WayleaveError(code, code);
  };

  const bucketOf = (account: Account, name: string): KeptBucket => {
    const bucket = buckets.get(name) ?? fail("no-such-bucket");
    return bucket.owner === account.customerId ? bucket : fail("access-denied");
  };
  const objectOf = (account: Account, { bucket, key }: ObjectName) =>
    bucketOf(account, bucket).objects.get(key) ?? fail("no-such-key");
  const uploadOf = (account: Account, { bucket, key, uploadId }: UploadName): KeptUpload => {
    const found = bucketOf(account, bucket).uploads.get(uploadId);
    return found !== undefined && found.upload.key === key ? found : fail("no-such-upload");
  };

  /** Writes a body to a file; throws, leaving nothing, unless the body ended cleanly. */
  const keepBody = async (body: Readable) => {
    const file = newFile();
    const md5 = createHash("md5");
    let sizeBytes = 0;
    try {
      await pipeline(
        body,
        async function* (source: AsyncIterable<Buffer>) {
          for await (const chunk of source) {
            md5.update(chunk);
            sizeBytes += chunk.byteLength;
            yield chunk;
          }
        },
        createWriteStream(file),
      );
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { file, sizeBytes, etag: md5.digest("hex") };
  };
  const checksumOf = ({ checksum }: BodyUpload) =>
    checksum === undefined ? undefined : { algorithm: checksum.algorithm, value: checksum.value() };

  const commit = (account: Account, file: string, info: ObjectInfo, conditions: WriteConditions): StoredObject => {
    const { objects } = bucketOf(account, info.bucket);
    checkWriteConditions(conditions, objects.get(info.key)?.info ?? null);
    objects.set(info.key, { info, file });
    return info;
  };
  const read = (file: string, { offsetBytes, lengthBytes }: ByteRange): Readable =>
    lengthBytes === 0
      ? Readable.from([])
      : createReadStream(file, { start: offsetBytes, end: offsetBytes + lengthBytes - 1, highWaterMark: 256 * 1024 });
  const byBytes = (a: string, b: string) => compareBytes(Buffer.from(a), Buffer.from(b));

  return {
    async createBucket({ customerId }, name) {
      const there = buckets.get(name);
      if (there !== undefined) fail(there.owner === customerId ? "bucket-already-owned" : "bucket-already-exists");
      const info = { name, createdMs: now() };
      buckets.set(name, { owner: customerId, info, objects: new Map(), uploads: new Map() });
    },
    async listBuckets({ customerId }) {
      const mine = [...buckets.values()].filter(({ owner }) => owner === customerId).map(({ info }) => info);
      return mine.sort((a, b) => byBytes(a.name, b.name));
    },
    async headBucket(account, name) {
      return bucketOf(account, name).info;
    },
    async deleteBucket(account, name) {
      const { objects, uploads } = bucketOf(account, name);
      if (objects.size + uploads.size > 0) fail("bucket-not-empty");
      buckets.delete(name);
    },

    async putObject(account, upload) {
      bucketOf(account, upload.bucket);
      const { file, sizeBytes, etag } = await keepBody(upload.body);
      const sum = checksumOf(upload);
      const { bucket, key, metadata, conditions } = upload;
      const checksum = sum === undefined ? {} : { checksum: { ...sum, type: "FULL_OBJECT" as const } };
      const info = { bucket, key, sizeBytes, etag, lastModifiedMs: now(), metadata, ...checksum };
      return commit(account, file, info, conditions);
    },
    async headObject(account, target) {
      return objectOf(account, target).info;
    },
    async getObject(account, target) {
      const { info, file } = objectOf(account, target);
      return { info, read: (range) => read(file, range) };
    },
    async copyObject(account, copy) {
      const source = objectOf(account, copy.source);
      copy.checkSource(source.info);
      const file = newFile();
      await copyFile(source.file, file);
      const { bucket, key, metadata = source.info.metadata } = copy;
      const info = { ...source.info, bucket, key, metadata, lastModifiedMs: now() };
      return commit(account, file, info, copy.conditions);
    },
    async deleteObject(account, { bucket, key, conditions = {} }) {
      const { objects } = bucketOf(account, bucket);
      checkWriteConditions(conditions, objects.get(key)?.info ?? null);
      objects.delete(key);
    },
    async deleteObjects(account, bucket, keys) {
      const { objects } = bucketOf(account, bucket);
      for (const key of keys) objects.delete(key);
      return keys.map((key) => ({ key }));
    },
    async listObjects(account, { bucket, prefix, delimiter, startAfter, maxKeys }) {
      const { objects } = bucketOf(account, bucket);
      const names = new Map<string, ListedObject | undefined>();
      for (const key of [...objects.keys()].filter((k) => k.startsWith(prefix)).sort(byBytes)) {
        const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
        const name = end < 0 ? key : key.slice(0, end + delimiter.length);
        if (byBytes(name, startAfter) > 0) names.set(name, end < 0 ? objects.get(key)!.info : undefined);
      }
      const page = [...names].slice(0, maxKeys);
      const last = names.size > page.length ? page.at(-1) : undefined;
      return {
        entries: page.flatMap(([, entry]) => (entry === undefined ? [] : [entry])),
        commonPrefixes: page.flatMap(([name, entry]) => (entry === undefined ? [name] : [])),
        ...(last === undefined ? {} : { next: last[0] }),
      };
    },

    async createMultipartUpload(account, { bucket, key, metadata, checksum }) {
      const uploadId = randomUUID();
      const upload = { bucket, key, uploadId, initiatedMs: now(), ...(checksum === undefined ? {} : { checksum }) };
      bucketOf(account, bucket).uploads.set(uploadId, { upload, metadata, parts: new Map() });
      return upload;
    },
    async uploadPart(account, part) {
      uploadOf(account, part);
      const { file, sizeBytes, etag } = await keepBody(part.body);
      const checksum = checksumOf(part);
      const { partNumber } = part;
      const sum = checksum === undefined ? {} : { checksum };
      const info = { partNumber, sizeBytes, etag, lastModifiedMs: now(), ...sum };
      uploadOf(account, part).parts.set(partNumber, { info, file });
      return info;
    },
    async uploadPartCopy(account, part) {
      const source = objectOf(account, part.source);
      const { file, sizeBytes, etag } = await keepBody(read(source.file, part.chooseRange(source.info)));
      const info = { partNumber: part.partNumber, sizeBytes, etag, lastModifiedMs: now() };
      uploadOf(account, part).parts.set(part.partNumber, { info, file });
      return info;
    },
    async listParts(account, { afterPartNumber, maxParts, ...target }) {
      const { upload, parts } = uploadOf(account, target);
      const after = sortedParts(parts).filter(({ partNumber }) => partNumber > afterPartNumber);
      return { upload, parts: after.slice(0, maxParts), hasMore: after.length > maxParts };
    },
    async listMultipartUploads(account, { bucket, prefix, keyMarker, uploadIdMarker, maxUploads }) {
      const uploads = [...bucketOf(account, bucket).uploads.values()].map(({ upload }) => upload);
      const after = uploads
        .filter(({ key }) => key.startsWith(prefix))
        .filter(({ key, uploadId }) => {
          const order = byBytes(key, keyMarker);
          return order > 0 || (order === 0 && uploadIdMarker !== "" && uploadId > uploadIdMarker);
        })
        .sort((a, b) => byBytes(a.key, b.key) || byBytes(a.uploadId, b.uploadId));
      return { uploads: after.slice(0, maxUploads), hasMore: after.length > maxUploads };
    },
    async completeMultipartUpload(account, { assemble, conditions, ...target }) {
      const { upload, metadata, parts } = uploadOf(account, target);
      const assembled = assemble(upload, sortedParts(parts));
      const file = newFile();
      await writeFile(file, "");
      for (const part of assembled.parts)
        await writeFile(file, await readFile(parts.get(part.partNumber)!.file), { flag: "a" });
      const { sizeBytes, etag, checksum } = assembled;
      const info = {
        ...{ bucket: target.bucket, key: target.key, sizeBytes, etag, lastModifiedMs: now(), metadata },
        ...(checksum === undefined ? {} : { checksum }),
        partSizesBytes: assembled.parts.map((part) => part.sizeBytes),
      };
      const stored = commit(account, file, info, conditions);
      bucketOf(account, target.bucket).uploads.delete(target.uploadId);
      return stored;
    },
    async abortMultipartUpload(account, target) {
      uploadOf(account, target);
      bucketOf(account, target.bucket).uploads.delete(target.uploadId);
    },
  };
}

function sortedParts(parts: ReadonlyMap<number, Kept<PartInfo>>): PartInfo[] {
  return [...parts.values()].map(({ info }) => info).sort((a, b) => a.partNumber - b.partNumber);
}
