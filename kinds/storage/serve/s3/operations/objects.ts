import { checksumHeaders } from "../body/bodyPlan.ts";
import { contentRange, parseRange } from "../byteRange.ts";
import { isoDate, objectOf, xmlAnswer, type Answer, type Call, type Operation } from "../call.ts";
import { metadataHeaders, parseMetadata, refuseUnsupportedHeaders } from "../objectMetadata.ts";
import type { ByteRange, Checksum, ObjectInfo, ObjectName } from "../objectStore.ts";
import { formatHttpDate, judgeReadConditions, rangeStillHolds } from "../readConditions.ts";
import { S3Error } from "../s3Error.ts";
import { checkBucketName, checkKey, parseCount, percentDecode, type S3Request } from "../s3Request.ts";
import { PART_NUMBER_MAX } from "../s3Limits.ts";
import { parseWriteConditions } from "../writeConditions.ts";
import { document, element, optionalElement } from "../xml.ts";

export const quoted = (etag: string): string => `"${etag}"`;

export const putObject: Operation = {
  name: "PutObject",
  kind: "write",
  async run(call) {
    const { request, limits } = call;
    refuseUnsupportedHeaders(request);
    const metadata = parseMetadata(request, limits.userMetadataBytesMax);
    const conditions = parseWriteConditions(request);
    const target = objectOf(call);
    const body = await call.openBody();
    const stored = await call.store.putObject(call.account, { ...target, ...body.upload(), metadata, conditions });
    return { status: 200, headers: { etag: quoted(stored.etag), ...checksumHeaders(stored.checksum) } };
  },
};

export const getObject: Operation = {
  name: "GetObject",
  kind: "read",
  async run(call) {
    const opened = await call.store.getObject(call.account, objectOf(call));
    const { answer, range } = describeRead(call.request, opened.info);
    if (range === undefined) return answer;
    if (range.lengthBytes === 0) return { ...answer, headers: { ...answer.headers, "content-length": "0" } };
    return { ...answer, body: { stream: opened.read(range), lengthBytes: range.lengthBytes } };
  },
};

export const headObject: Operation = {
  name: "HeadObject",
  kind: "read",
  async run(call) {
    const info = await call.store.headObject(call.account, objectOf(call));
    const { answer, range } = describeRead(call.request, info);
    if (range === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, "content-length": String(range.lengthBytes) } };
  },
};

/** Status and headers of a read; `range` is what to send, undefined when nothing (304). */
function describeRead(request: S3Request, info: ObjectInfo): { readonly answer: Answer; readonly range?: ByteRange } {
  const validators = { etag: quoted(info.etag), "last-modified": formatHttpDate(info.lastModifiedMs) };
  const verdict = judgeReadConditions(request, info);
  if (verdict === "precondition-failed") throw new S3Error("PreconditionFailed");
  if (verdict === "not-modified") return { answer: { status: 304, headers: validators } };
  const partial = partialRange(request, info);
  const wantsChecksum = request.headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED";
  const headers = {
    ...metadataHeaders(info, request),
    ...validators,
    "accept-ranges": "bytes",
    // A checksum is of the whole object and would only mislead beside a part of it.
    ...(wantsChecksum && partial === undefined ? checksumHeaders(info.checksum) : {}),
    ...(info.partSizesBytes !== undefined && request.query.has("partNumber")
      ? { "x-amz-mp-parts-count": String(info.partSizesBytes.length) }
      : {}),
    ...(partial === undefined ? {} : { "content-range": contentRange(partial, info.sizeBytes) }),
  };
  const range = partial ?? { offsetBytes: 0, lengthBytes: info.sizeBytes };
  return { answer: { status: partial === undefined ? 200 : 206, headers }, range };
}

function partialRange(request: S3Request, info: ObjectInfo): ByteRange | undefined {
  const header = request.headers.get("range");
  const partNumber = request.query.get("partNumber");
  if (partNumber !== undefined) {
    if (header !== undefined) throw new S3Error("InvalidRequest", "Cannot specify both Range header and partNumber.");
    return rangeOfPart(info, parseCount("partNumber", partNumber, 0, PART_NUMBER_MAX));
  }
  return rangeStillHolds(request, info) ? parseRange(header, info.sizeBytes) : undefined;
}

function rangeOfPart(info: ObjectInfo, partNumber: number): ByteRange | undefined {
  if (info.partSizesBytes === undefined && partNumber === 1) return undefined;
  const lengthBytes = info.partSizesBytes?.[partNumber - 1];
  if (lengthBytes === undefined)
    throw new S3Error("InvalidRange", "The requested partnumber is not satisfiable", {
      ActualObjectSize: String(info.sizeBytes),
    });
  const offsetBytes = info.partSizesBytes!.slice(0, partNumber - 1).reduce((total, size) => total + size, 0);
  return { offsetBytes, lengthBytes };
}

export const deleteObject: Operation = {
  name: "DeleteObject",
  kind: "write",
  async run(call) {
    const conditions = parseWriteConditions(call.request);
    await call.store.deleteObject(call.account, { ...objectOf(call), conditions });
    return { status: 204 };
  },
};

export const copyObject: Operation = {
  name: "CopyObject",
  kind: "write",
  async run(call) {
    const { request, limits } = call;
    refuseUnsupportedHeaders(request);
    const target = objectOf(call);
    const source = parseCopySource(request);
    const replaces = directive(request);
    if (!replaces && source.bucket === target.bucket && source.key === target.key)
      throw new S3Error(
        "InvalidRequest",
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
      );
    const stored = await call.store.copyObject(call.account, {
      ...target,
      source,
      ...(replaces ? { metadata: parseMetadata(request, limits.userMetadataBytesMax) } : {}),
      checkSource(info) {
        checkCopySource(request, info);
        if (info.sizeBytes > limits.uploadBytesMax)
          throw new S3Error(
            "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy source.",
          );
      },
      conditions: parseWriteConditions(request),
    });
    return xmlAnswer(copyResult("CopyObjectResult", stored));
  },
};

/** The source of a copy, for logs and limits too. @throws S3Error InvalidArgument, NoSuchVersion, … */
export function parseCopySource(request: S3Request): ObjectName {
  const header = request.headers.get("x-amz-copy-source") ?? "";
  const question = header.lastIndexOf("?versionId=");
  const version = question < 0 ? "null" : header.slice(question + "?versionId=".length);
  if (version !== "null") throw new S3Error("NoSuchVersion");
  const path = percentDecode(question < 0 ? header : header.slice(0, question)).replace(/^\//, "");
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1)
    throw new S3Error("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", {
      ArgumentName: "x-amz-copy-source",
    });
  const bucket = path.slice(0, slash);
  checkBucketName(bucket);
  return { bucket, key: checkKey(path.slice(slash + 1)) };
}

/** @throws S3Error PreconditionFailed by the `x-amz-copy-source-if-*` headers. */
export function checkCopySource(request: S3Request, source: ObjectInfo): void {
  if (judgeReadConditions(request, source, "x-amz-copy-source-") !== "serve") throw new S3Error("PreconditionFailed");
}

function directive(request: S3Request): boolean {
  const value = request.headers.get("x-amz-metadata-directive")?.toUpperCase() ?? "COPY";
  if (value !== "COPY" && value !== "REPLACE") throw new S3Error("InvalidArgument", "Unknown metadata directive.");
  return value === "REPLACE";
}

export interface CopiedFacts {
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum?: { readonly algorithm: string; readonly value: string; readonly type?: Checksum["type"] };
}

export function copyResult(root: string, stored: CopiedFacts): string {
  return document(root, [
    element("LastModified", isoDate(stored.lastModifiedMs)),
    element("ETag", quoted(stored.etag)),
    ...checksumElements(stored.checksum),
  ]);
}

export function checksumElements(checksum: CopiedFacts["checksum"]): (string | undefined)[] {
  if (checksum === undefined) return [];
  return [element(`Checksum${checksum.algorithm}`, checksum.value), optionalElement("ChecksumType", checksum.type)];
}

/** `GET ?acl` and `?tagging` of an object: owned by its customer, without tags. Truthful, and asked by common clients. */
export function objectSetting(name: string, answer: (call: Call) => Answer): Operation {
  return {
    name,
    kind: "read",
    async run(call) {
      await call.store.headObject(call.account, objectOf(call));
      return answer(call);
    },
  };
}

const ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"] as const;

/** `GET ?attributes`: what HEAD tells, as a document. Parts are told by number only. */
export const getObjectAttributes: Operation = {
  name: "GetObjectAttributes",
  kind: "read",
  async run(call) {
    const asked = new Set(
      (call.request.headers.get("x-amz-object-attributes") ?? "").split(",").map((name) => name.trim()),
    );
    const unknown = [...asked].find((name) => !(ATTRIBUTES as readonly string[]).includes(name));
    if (unknown !== undefined) throw new S3Error("InvalidArgument", "Invalid attribute name specified.");
    const info = await call.store.headObject(call.account, objectOf(call));
    const { checksum, partSizesBytes } = info;
    const when = (name: (typeof ATTRIBUTES)[number], content: string | undefined) =>
      asked.has(name) ? content : undefined;
    return xmlAnswer(
      document("GetObjectAttributesResponse", [
        when("ETag", element("ETag", info.etag)),
        when("Checksum", checksum && element("Checksum", checksumElements(checksum))),
        when("ObjectParts", partSizesBytes && element("ObjectParts", [element("PartsCount", partSizesBytes.length)])),
        when("StorageClass", element("StorageClass", "STANDARD")),
        when("ObjectSize", element("ObjectSize", info.sizeBytes)),
      ]),
      { "last-modified": formatHttpDate(info.lastModifiedMs) },
    );
  },
};
