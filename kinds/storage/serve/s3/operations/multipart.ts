import { CHECKSUM_ALGORITHMS, checksumHeader } from "../body/checksums.ts";
import { namedAlgorithm } from "../body/bodyPlan.ts";
import { parseCopyRange } from "../byteRange.ts";
import { bucketOf, isoDate, objectOf, xmlAnswer, type Call, type Operation } from "../call.ts";
import { assembleParts, checksumTypeOf, type AssemblyRules, type ListedPart } from "../multipartAssembly.ts";
import { parseMetadata, refuseUnsupportedHeaders } from "../objectMetadata.ts";
import type { Checksum, MultipartUpload, PartInfo, UploadName } from "../objectStore.ts";
import { S3Error } from "../s3Error.ts";
import { LISTING_MAX, PART_NUMBER_MAX } from "../s3Limits.ts";
import { parseCount, type S3Request } from "../s3Request.ts";
import { parseWriteConditions, unquoteEtag } from "../writeConditions.ts";
import { document, element, optionalElement, type XmlNode } from "../xml.ts";
import { ownerElements } from "./buckets.ts";
import { parseListing } from "./listings.ts";
import { checkCopySource, checksumElements, copyResult, parseCopySource, quoted } from "./objects.ts";

export const createMultipartUpload: Operation = {
  name: "CreateMultipartUpload",
  kind: "write",
  async run(call) {
    refuseUnsupportedHeaders(call.request);
    const target = objectOf(call);
    const checksum = announcedUploadChecksum(call.request);
    const upload = await call.store.createMultipartUpload(call.account, {
      ...target,
      metadata: parseMetadata(call.request, call.limits.userMetadataBytesMax),
      ...(checksum === undefined ? {} : { checksum }),
    });
    return xmlAnswer(
      document("InitiateMultipartUploadResult", [
        element("Bucket", target.bucket),
        element("Key", target.key),
        element("UploadId", upload.uploadId),
      ]),
      checksum === undefined
        ? {}
        : { "x-amz-checksum-algorithm": checksum.algorithm, "x-amz-checksum-type": checksum.type },
    );
  },
};

function announcedUploadChecksum(request: S3Request): Pick<Checksum, "algorithm" | "type"> | undefined {
  const algorithm = namedAlgorithm(request.headers.get("x-amz-checksum-algorithm"));
  const type = request.headers.get("x-amz-checksum-type");
  if (algorithm !== undefined) return { algorithm, type: checksumTypeOf(algorithm, type) };
  if (type !== undefined)
    throw new S3Error(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  return undefined;
}

export const uploadPart: Operation = {
  name: "UploadPart",
  kind: "write",
  async run(call) {
    refuseUnsupportedHeaders(call.request);
    const target = { ...uploadOf(call), partNumber: partNumberOf(call) };
    const body = await call.openBody();
    const part = await call.store.uploadPart(call.account, { ...target, ...body.upload() });
    const { checksum } = part;
    return {
      status: 200,
      headers: {
        etag: quoted(part.etag),
        ...(checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value }),
      },
    };
  },
};

export const uploadPartCopy: Operation = {
  name: "UploadPartCopy",
  kind: "write",
  async run(call) {
    const { request, limits } = call;
    refuseUnsupportedHeaders(request);
    const header = request.headers.get("x-amz-copy-source-range");
    const part = await call.store.uploadPartCopy(call.account, {
      ...uploadOf(call),
      partNumber: partNumberOf(call),
      source: parseCopySource(request),
      chooseRange(info) {
        checkCopySource(request, info);
        const whole = { offsetBytes: 0, lengthBytes: info.sizeBytes };
        const range = header === undefined ? whole : parseCopyRange(header, info.sizeBytes);
        if (range.lengthBytes > limits.uploadBytesMax)
          throw new S3Error(
            "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy source.",
          );
        return range;
      },
    });
    return xmlAnswer(copyResult("CopyPartResult", part));
  },
};

export const completeMultipartUpload: Operation = {
  name: "CompleteMultipartUpload",
  kind: "write",
  async run(call) {
    const target = uploadOf(call);
    const conditions = parseWriteConditions(call.request);
    const rules = assemblyRules(call);
    const listed = parseListedParts(await call.readXml("CompleteMultipartUpload"));
    const stored = await call.store.completeMultipartUpload(call.account, {
      ...target,
      assemble: (upload, parts) => assembleParts(listed, upload, parts, rules),
      conditions,
    });
    return xmlAnswer(
      document("CompleteMultipartUploadResult", [
        element("Location", `/${target.bucket}/${target.key}`),
        element("Bucket", target.bucket),
        element("Key", target.key),
        element("ETag", quoted(stored.etag)),
        ...checksumElements(stored.checksum),
      ]),
    );
  },
};

function assemblyRules(call: Call): AssemblyRules {
  const { headers } = call.request;
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => headers.has(checksumHeader(name)));
  const size = headers.get("x-amz-mp-object-size");
  const { partBytesMin, objectBytesMax } = call.limits;
  return {
    partBytesMin,
    objectBytesMax,
    ...(algorithm === undefined
      ? {}
      : { expectedChecksum: { algorithm, value: headers.get(checksumHeader(algorithm))! } }),
    ...(size === undefined
      ? {}
      : { expectedSizeBytes: parseCount("x-amz-mp-object-size", size, 0, Number.MAX_SAFE_INTEGER) }),
  };
}

function parseListedParts(root: XmlNode | undefined): ListedPart[] {
  const parts = (root?.children("Part") ?? []).map(parseListedPart);
  if (parts.length === 0 || parts.length > PART_NUMBER_MAX) throw new S3Error("MalformedXML");
  for (let i = 1; i < parts.length; i++)
    if (parts[i]!.partNumber <= parts[i - 1]!.partNumber) throw new S3Error("InvalidPartOrder");
  return parts;
}

function parseListedPart(node: XmlNode): ListedPart {
  const number = node.childText("PartNumber")?.trim() ?? "";
  const etag = node.childText("ETag");
  if (!/^\d{1,5}$/.test(number) || etag === undefined) throw new S3Error("MalformedXML");
  checkPartNumber(Number(number));
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = node.childText(`Checksum${algorithm}`)?.trim();
    if (value !== undefined && value !== "")
      return { partNumber: Number(number), etag: unquoteEtag(etag), checksum: { algorithm, value } };
  }
  return { partNumber: Number(number), etag: unquoteEtag(etag) };
}

export const abortMultipartUpload: Operation = {
  name: "AbortMultipartUpload",
  kind: "write",
  async run(call) {
    await call.store.abortMultipartUpload(call.account, uploadOf(call));
    return { status: 204 };
  },
};

export const listParts: Operation = {
  name: "ListParts",
  kind: "list",
  async run(call) {
    const { query } = call.request;
    const target = uploadOf(call);
    const afterPartNumber = parseCount("part-number-marker", query.get("part-number-marker"), 0, 2 ** 31 - 1);
    const asked = parseCount("max-parts", query.get("max-parts"), LISTING_MAX, 2 ** 31 - 1);
    const maxParts = Math.min(asked, LISTING_MAX);
    const page = await call.store.listParts(call.account, {
      ...target,
      afterPartNumber,
      maxParts: Math.max(1, maxParts),
    });
    const parts = maxParts === 0 ? [] : page.parts;
    return xmlAnswer(
      document("ListPartsResult", [
        element("Bucket", target.bucket),
        element("Key", target.key),
        element("UploadId", target.uploadId),
        ...ownership(call.account.customerId),
        element("PartNumberMarker", afterPartNumber),
        element("NextPartNumberMarker", parts.at(-1)?.partNumber ?? 0),
        element("MaxParts", maxParts),
        element("IsTruncated", maxParts > 0 && page.hasMore),
        ...uploadChecksumElements(page.upload),
        ...parts.map(partElement),
      ]),
    );
  },
};

function partElement(part: PartInfo): string {
  return element("Part", [
    element("PartNumber", part.partNumber),
    element("LastModified", isoDate(part.lastModifiedMs)),
    element("ETag", quoted(part.etag)),
    element("Size", part.sizeBytes),
    ...checksumElements(part.checksum),
  ]);
}

export const listMultipartUploads: Operation = {
  name: "ListMultipartUploads",
  kind: "list",
  async run(call) {
    const { query } = call.request;
    const bucket = bucketOf(call);
    const listing = parseListing(call.request, "max-uploads");
    const { prefix, delimiter, encode, maxKeys: maxUploads } = listing;
    if (delimiter !== "") throw new S3Error("NotImplemented", "Listing uploads by delimiter is not supported.");
    const [keyMarker, uploadIdMarker] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
    if (`${prefix}${keyMarker}${uploadIdMarker}`.includes("\0")) throw new S3Error("InvalidArgument");
    const asked = { bucket, prefix, keyMarker, uploadIdMarker, maxUploads: Math.max(1, maxUploads) };
    const page = await call.store.listMultipartUploads(call.account, asked);
    const uploads = maxUploads === 0 ? [] : page.uploads;
    const last = page.hasMore ? uploads.at(-1) : undefined;
    return xmlAnswer(
      document("ListMultipartUploadsResult", [
        element("Bucket", bucket),
        element("KeyMarker", encode(keyMarker)),
        element("UploadIdMarker", uploadIdMarker),
        element("NextKeyMarker", encode(last?.key ?? "")),
        element("NextUploadIdMarker", last?.uploadId ?? ""),
        element("Prefix", encode(prefix)),
        element("MaxUploads", maxUploads),
        element("IsTruncated", last !== undefined),
        optionalElement("EncodingType", listing.encodingType),
        ...uploads.map((upload) => uploadElement(upload, encode, call.account.customerId)),
      ]),
    );
  },
};

function uploadElement(upload: MultipartUpload, encode: (name: string) => string, customerId: string): string {
  return element("Upload", [
    element("Key", encode(upload.key)),
    element("UploadId", upload.uploadId),
    ...ownership(customerId),
    element("Initiated", isoDate(upload.initiatedMs)),
    ...uploadChecksumElements(upload),
  ]);
}

function ownership(customerId: string): string[] {
  const owner = ownerElements(customerId);
  return [element("Initiator", owner), element("Owner", owner), element("StorageClass", "STANDARD")];
}

function uploadChecksumElements(upload: MultipartUpload): string[] {
  if (upload.checksum === undefined) return [];
  return [element("ChecksumAlgorithm", upload.checksum.algorithm), element("ChecksumType", upload.checksum.type)];
}

function uploadOf(call: Call): UploadName {
  const uploadId = call.request.query.get("uploadId") ?? "";
  // Ids are ours: what is no id of ours need not trouble the store.
  if (!/^[A-Za-z0-9._~-]{1,128}$/.test(uploadId)) throw new S3Error("NoSuchUpload");
  return { ...objectOf(call), uploadId };
}

function partNumberOf(call: Call): number {
  const text = call.request.query.get("partNumber") ?? "";
  const partNumber = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  checkPartNumber(partNumber);
  return partNumber;
}

function checkPartNumber(partNumber: number): void {
  if (partNumber < 1 || partNumber > PART_NUMBER_MAX)
    throw new S3Error("InvalidArgument", `Part number must be an integer between 1 and ${PART_NUMBER_MAX}, inclusive`, {
      ArgumentName: "partNumber",
    });
}
