import type { Readable } from "node:stream";

/**
 * What the S3 front needs from a store of objects: buckets, objects, multipart uploads, and nothing of the protocol.
 * The front has authenticated the account and checked names, sizes, digests and headers; the store decides ownership,
 * existence, capacity and money, and makes acknowledged writes durable.
 *
 * Failures are `WayleaveError`s whose `code` is a {@link StoreErrorCode}; any other error becomes `InternalError` (500).
 * Keys are non-empty strings of at most 1024 UTF-8 bytes without NUL; they are bytes, not paths: never normalise them.
 * Every order is that of the **raw UTF-8 bytes** (in PostgreSQL `COLLATE "C"`), not of UTF-16 units.
 */
export interface ObjectStore {
  /** @throws bucket-already-owned when this account has it, bucket-already-exists when another has it. */
  createBucket(account: Account, bucket: string): Promise<void>;
  /** The account's buckets by name. */
  listBuckets(account: Account): Promise<readonly BucketInfo[]>;
  /** @throws no-such-bucket, access-denied (another account's bucket), as every method that names a bucket. */
  headBucket(account: Account, bucket: string): Promise<BucketInfo>;
  /** @throws bucket-not-empty while an object or an unfinished multipart upload is inside. */
  deleteBucket(account: Account, bucket: string): Promise<void>;

  /** Atomic: readers see the old object or the whole new one. See {@link ObjectUpload} for when to commit. */
  putObject(account: Account, upload: ObjectUpload): Promise<StoredObject>;
  /** @throws no-such-key */
  headObject(account: Account, target: ObjectName): Promise<ObjectInfo>;
  /** Looks the object up; no data moves before `read` is called, and nothing is held if it never is. @throws no-such-key */
  getObject(account: Account, target: ObjectName): Promise<OpenObject>;
  /** Server-side copy; source and target may be the same. @throws no-such-key for a missing source. */
  copyObject(account: Account, copy: ObjectCopy): Promise<StoredObject>;
  /** Deleting what is not there succeeds. */
  deleteObject(account: Account, target: ObjectName & { readonly conditions?: WriteConditions }): Promise<void>;
  /** At most 1000 keys. One outcome per key in the same order; a failure of one is data, not an exception. */
  deleteObjects(account: Account, bucket: string, keys: readonly string[]): Promise<readonly DeleteOutcome[]>;
  listObjects(account: Account, query: ListObjectsQuery): Promise<ObjectPage>;

  createMultipartUpload(account: Account, upload: MultipartStart): Promise<MultipartUpload>;
  /** Replaces an earlier part of the same number. @throws no-such-upload */
  uploadPart(account: Account, part: PartUpload): Promise<PartInfo>;
  uploadPartCopy(account: Account, part: PartCopy): Promise<PartInfo>;
  /** The upload and its parts by number. @throws no-such-upload */
  listParts(account: Account, query: ListPartsQuery): Promise<PartPage>;
  listMultipartUploads(account: Account, query: ListUploadsQuery): Promise<UploadPage>;
  /** Atomic; the upload is gone afterwards. Repeating it with the same parts should answer the same result. */
  completeMultipartUpload(account: Account, completion: MultipartCompletion): Promise<StoredObject>;
  abortMultipartUpload(account: Account, target: UploadName): Promise<void>;
}

/** Codes a store may throw; the front's `s3Error.ts` maps each to an S3 error. */
export type StoreErrorCode =
  | "no-such-bucket"
  | "no-such-key"
  | "no-such-upload"
  | "bucket-already-exists"
  | "bucket-already-owned"
  | "bucket-not-empty"
  | "too-many-buckets"
  | "access-denied"
  | "precondition-failed" // a condition on a write did not hold
  | "conflict" // two writes met and one lost: the client may retry
  | "invalid-part"
  | "object-too-large"
  | "insufficient-capacity" // too few devices right now: 503 SlowDown, clients retry
  | "quota-exceeded" // the account's cap on stored bytes: 403
  | "insufficient-funds" // the customer's balance is used up: 402
  | "suspended" // the customer's account is stopped: 403
  | "rate-limited" // 503 SlowDown
  | "database-unavailable" // away, or its disk is full: 503
  | "data-unavailable"; // too few shards reachable to read now: 503

export interface Account {
  readonly customerId: string;
  /** What the account may have stored at most, in bytes of objects and of parts not yet put together; absent: no cap. */
  readonly storageBytesMax?: number;
}

export interface BucketInfo {
  readonly name: string;
  readonly createdMs: number;
}

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** What the customer says about an object, stored and returned untouched. Header values, at most 8 KiB in all. */
export interface ObjectMetadata {
  readonly contentType?: string;
  /** Without `aws-chunked`, which is framing. */
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** The header's text; not parsed. */
  readonly expires?: string;
  /** `x-amz-meta-*`: lower-case names without the prefix. */
  readonly user: Readonly<Record<string, string>>;
}

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** A checksum as S3 clients see it. `value` is base64; composite values end in `-N`. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  /** FULL_OBJECT: of the bytes. COMPOSITE: of the parts' checksums. */
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

export interface ObjectInfo extends ObjectName {
  readonly sizeBytes: number;
  /** Lower-case hex MD5 of the bytes (`md5(part md5s)-N` for multipart), without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly metadata: ObjectMetadata;
  readonly checksum?: Checksum;
  /** Sizes of the parts of an object that was uploaded in parts, in order: `?partNumber=` reads need them. */
  readonly partSizesBytes?: readonly number[];
}

export interface StoredObject {
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum?: Checksum;
}

/** Inside the object: `offsetBytes + lengthBytes` ≤ size. `lengthBytes` may be 0 only for an empty object. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface OpenObject {
  readonly info: ObjectInfo;
  /**
   * The bytes of this very version, even if it is overwritten meanwhile. The stream ends after exactly `lengthBytes`
   * or fails; the front destroys it when its client goes away. Chunks of 64 KiB to 1 MiB are best.
   */
  read(range: ByteRange): Readable;
}

/**
 * A body on its way in, and what is known about it.
 *
 * **Commit rule.** The body fails (the stream errors, so iteration throws) on a truncated body, a wrong length, a wrong
 * digest, checksum or chunk signature, a client that went away or stalled: nothing of it may ever become visible. Only
 * when the stream ended cleanly is the upload genuine. Rethrow the stream's error as it is: the front knows it.
 */
export interface BodyUpload {
  /** Chunks are the store's to keep: the front never reuses their memory. Destroyed by the store when it gives up early. */
  readonly body: Readable;
  /** Bytes after decoding, if announced; the body fails when it turns out otherwise. At most 5 GiB. */
  readonly sizeBytes?: number;
  /** The body's MD5 if announced (16 bytes). The body fails when it differs, so the store need not compute MD5 then. */
  readonly contentMd5?: Uint8Array;
  /** Absent when the client asked for none. Call `value` only after the body ended cleanly: it was then verified. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: () => string };
}

/**
 * Conditions on a write, judged atomically with it by `checkWriteConditions(conditions, current)` of
 * `writeConditions.ts`, `current` being the object at that key at the moment of commit or null.
 */
export interface WriteConditions {
  /** An ETag without quotes, or `*`: the object must exist (and have it). */
  readonly ifMatch?: string;
  /** An ETag without quotes, or `*`: the object must not exist (or not have it). */
  readonly ifNoneMatch?: string;
}

export interface ObjectUpload extends ObjectName, BodyUpload {
  readonly metadata: ObjectMetadata;
  readonly conditions: WriteConditions;
}

export interface ObjectCopy extends ObjectName {
  readonly source: ObjectName;
  /** Replaces the source's metadata; absent: it is copied. */
  readonly metadata?: ObjectMetadata;
  /** Called once with the source before anything is copied; throws to refuse. */
  readonly checkSource: (source: ObjectInfo) => void;
  readonly conditions: WriteConditions;
}

export interface DeleteOutcome {
  readonly key: string;
  /** Present when this key was not deleted. */
  readonly error?: { readonly code: StoreErrorCode; readonly message: string };
}

/**
 * `prefix` and `delimiter` may be empty. With a delimiter, keys that have one after the prefix are rolled up into a
 * common prefix (delimiter included). `startAfter` is exclusive and holds for common prefixes too: one is listed only
 * if its bytes are greater than `startAfter`. `maxKeys` (1 to 1000) counts keys and common prefixes together.
 */
export interface ListObjectsQuery {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

/** `checksum` and `partSizesBytes` are welcome but `metadata` is not needed. */
export type ListedObject = Pick<ObjectInfo, "key" | "sizeBytes" | "etag" | "lastModifiedMs" | "checksum">;

export interface ObjectPage {
  readonly entries: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix given, to be the next `startAfter`; absent when there is no more. */
  readonly next?: string;
}

export interface UploadName extends ObjectName {
  /** Chosen by the store; 1 to 128 of `A-Za-z0-9._~-`. */
  readonly uploadId: string;
}

export interface MultipartStart extends ObjectName {
  readonly metadata: ObjectMetadata;
  /** What the client announced; kept with the upload. */
  readonly checksum?: Pick<Checksum, "algorithm" | "type">;
}

export interface MultipartUpload extends UploadName {
  readonly initiatedMs: number;
  readonly checksum?: Pick<Checksum, "algorithm" | "type">;
}

export interface PartUpload extends UploadName, BodyUpload {
  /** 1 to 10,000. */
  readonly partNumber: number;
}

export interface PartCopy extends UploadName {
  readonly partNumber: number;
  readonly source: ObjectName;
  /** Called once with the source; throws to refuse, answers which bytes to copy. */
  readonly chooseRange: (source: ObjectInfo) => ByteRange;
}

export interface PartInfo {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Lower-case hex MD5 of the part's bytes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** base64, of the part's bytes. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface ListPartsQuery extends UploadName {
  /** Exclusive. */
  readonly afterPartNumber: number;
  /** 1 to 1000. */
  readonly maxParts: number;
}

export interface PartPage {
  readonly upload: MultipartUpload;
  readonly parts: readonly PartInfo[];
  readonly hasMore: boolean;
}

export interface ListUploadsQuery {
  readonly bucket: string;
  readonly prefix: string;
  /** Uploads of keys after this one; with `uploadIdMarker`, also those of this very key with a greater upload id. */
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  /** 1 to 1000. */
  readonly maxUploads: number;
}

/** Sorted by key, then by upload id. */
export interface UploadPage {
  readonly uploads: readonly MultipartUpload[];
  readonly hasMore: boolean;
}

export interface MultipartCompletion extends UploadName {
  /**
   * The protocol's rules (order, ETags, minimum sizes, checksums), pure: given the upload and all its stored parts by
   * number, answers which of them make the object, in order, and its ETag, or throws. Call it inside the transaction
   * that commits.
   */
  readonly assemble: (upload: MultipartUpload, stored: readonly PartInfo[]) => AssembledParts;
  readonly conditions: WriteConditions;
}

export interface AssembledParts {
  readonly parts: readonly PartInfo[];
  readonly sizeBytes: number;
  readonly etag: string;
  readonly checksum?: Checksum;
}
