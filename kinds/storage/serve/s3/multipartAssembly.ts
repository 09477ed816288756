import { hash } from "node:crypto";
import { combineCrcs, isCrc } from "./body/crcCombine.ts";
import { digestNow } from "./body/checksums.ts";
import type { AssembledParts, Checksum, ChecksumAlgorithm, MultipartUpload, PartInfo } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";

/** One part as the client lists it on completion. */
export interface ListedPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  /** base64, if the client repeated it. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface AssemblyRules {
  readonly partBytesMin: number;
  readonly objectBytesMax: number;
  /** What the client says of the whole object. */
  readonly expectedChecksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  readonly expectedSizeBytes?: number;
}

/**
 * Judges a completion and works out the object's ETag and checksum. Pure.
 *
 * @param listed - hostile; strictly ascending numbers (checked when parsed), at least one.
 * @param stored - all parts of the upload.
 * @throws S3Error InvalidPart, EntityTooSmall, EntityTooLarge, BadDigest, InvalidRequest.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export function assembleParts(
  listed: readonly ListedPart[],
  upload: Pick<MultipartUpload, "checksum">,
  stored: readonly PartInfo[],
  rules: AssemblyRules,
): AssembledParts {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const parts = listed.map((part) => chosenPart(part, byNumber.get(part.partNumber)));
  for (const part of parts.slice(0, -1))
    if (part.sizeBytes < rules.partBytesMin)
      throw new S3Error("EntityTooSmall", undefined, {
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(rules.partBytesMin),
        PartNumber: String(part.partNumber),
        ETag: part.etag,
      });
  const sizeBytes = parts.reduce((total, part) => total + part.sizeBytes, 0);
  if (sizeBytes > rules.objectBytesMax) throw new S3Error("EntityTooLarge");
  if (rules.expectedSizeBytes !== undefined && rules.expectedSizeBytes !== sizeBytes)
    throw new S3Error("InvalidRequest", "The x-amz-mp-object-size header does not match the size of the parts.");
  const checksum = assembledChecksum(upload, parts);
  checkExpected(rules.expectedChecksum, checksum);
  return { parts, sizeBytes, etag: multipartEtag(parts), ...(checksum === undefined ? {} : { checksum }) };
}

function chosenPart(listed: ListedPart, stored: PartInfo | undefined): PartInfo {
  const fits =
    stored !== undefined &&
    stored.etag === listed.etag.toLowerCase() &&
    (listed.checksum === undefined ||
      stored.checksum?.algorithm !== listed.checksum.algorithm ||
      stored.checksum.value === listed.checksum.value);
  if (fits) return stored;
  throw new S3Error("InvalidPart", undefined, {
    PartNumber: String(listed.partNumber),
    ETag: listed.etag.slice(0, 128),
  });
}

/** `md5(md5 of each part)-N`. */
export function multipartEtag(parts: readonly Pick<PartInfo, "etag">[]): string {
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag, "hex")));
  return `${hash("md5", digests, "hex")}-${parts.length}`;
}

/** CRC64NVME is always of the whole object; the others are composite unless the client asked otherwise. */
export function checksumTypeOf(algorithm: ChecksumAlgorithm, asked: string | undefined): Checksum["type"] {
  const type = asked?.toUpperCase() ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const possible = type === "FULL_OBJECT" ? isCrc(algorithm) : type === "COMPOSITE" && algorithm !== "CRC64NVME";
  if (!possible)
    throw new S3Error("InvalidRequest", `The checksum type ${type.slice(0, 32)} cannot be used with ${algorithm}.`);
  return type as Checksum["type"];
}

function assembledChecksum(
  upload: Pick<MultipartUpload, "checksum">,
  parts: readonly PartInfo[],
): Checksum | undefined {
  const algorithm = upload.checksum?.algorithm ?? parts[0]?.checksum?.algorithm;
  if (algorithm === undefined) return undefined;
  const type = upload.checksum?.type ?? checksumTypeOf(algorithm, undefined);
  const digests: { crc: Buffer; sizeBytes: number }[] = [];
  for (const { checksum, sizeBytes } of parts) {
    // A part without it (every part was verified by itself) leaves nothing true to say about the whole.
    if (checksum?.algorithm !== algorithm) return undefined;
    digests.push({ crc: Buffer.from(checksum.value, "base64"), sizeBytes });
  }
  if (type === "FULL_OBJECT" && isCrc(algorithm))
    return { algorithm, type, value: combineCrcs(algorithm, digests).toString("base64") };
  // Not reachable for CRC64NVME (see checksumTypeOf), but a store's record is not trusted to know that.
  if (algorithm === "CRC64NVME") return undefined;
  const whole = digestNow(algorithm, Buffer.concat(digests.map(({ crc }) => crc)));
  return { algorithm, type: "COMPOSITE", value: `${whole.toString("base64")}-${digests.length}` };
}

function checkExpected(expected: AssemblyRules["expectedChecksum"], actual: Checksum | undefined): void {
  if (expected === undefined) return;
  const value = expected.value.replace(/-\d+$/, "");
  if (actual?.algorithm !== expected.algorithm || actual.value.replace(/-\d+$/, "") !== value)
    throw new S3Error("BadDigest", `The ${expected.algorithm} you specified did not match the calculated checksum.`);
}
