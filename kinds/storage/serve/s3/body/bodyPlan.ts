import type { Checksum, ChecksumAlgorithm } from "../objectStore.ts";
import { S3Error } from "../s3Error.ts";
import type { S3Request } from "../s3Request.ts";
import { checksumAlgorithm, checksumHeader, decodeDigest, CHECKSUM_ALGORITHMS } from "./checksums.ts";

/** How a request's body is framed and what it was announced to be. Well formed; the body itself was not seen yet. */
export interface BodyPlan {
  readonly framing: "plain" | "chunked-unsigned" | "chunked-signed";
  /** After decoding. Undefined only for a body in HTTP chunks without an announced length. */
  readonly sizeBytes?: number;
  readonly contentMd5?: Buffer;
  /** `x-amz-content-sha256` when it is a digest. */
  readonly contentSha256?: Buffer;
  readonly checksum?: {
    readonly algorithm: ChecksumAlgorithm;
    /** Announced up front. */
    readonly expected?: Buffer;
    /** Announced to follow in the trailer. Neither: the client named an algorithm and leaves computing to us. */
    readonly inTrailer: boolean;
  };
}

const STREAMING: Readonly<Record<string, BodyPlan["framing"]>> = {
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": "chunked-unsigned",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": "chunked-signed",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": "chunked-signed",
};

/**
 * @param request - hostile.
 * @param payloadHash - `x-amz-content-sha256` as signed.
 * @param sizeBytesMax - larger announcements are refused before a byte is read.
 * @throws S3Error for contradictory or malformed announcements.
 */
export function planBody(request: S3Request, payloadHash: string, sizeBytesMax: number): BodyPlan {
  const framing = framingOf(payloadHash);
  const sizeBytes = announcedSize(request, framing);
  if (sizeBytes !== undefined && sizeBytes > sizeBytesMax)
    throw new S3Error("EntityTooLarge", undefined, {
      ProposedSize: String(sizeBytes),
      MaxSizeAllowed: String(sizeBytesMax),
    });
  const contentMd5 = announcedMd5(request);
  const checksum = announcedChecksum(request, framing !== "plain");
  return {
    framing,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(contentMd5 === undefined ? {} : { contentMd5 }),
    ...(/^[0-9a-f]{64}$/.test(payloadHash) ? { contentSha256: Buffer.from(payloadHash, "hex") } : {}),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

function framingOf(payloadHash: string): BodyPlan["framing"] {
  if (payloadHash === "UNSIGNED-PAYLOAD" || /^[0-9a-f]{64}$/.test(payloadHash)) return "plain";
  if (Object.hasOwn(STREAMING, payloadHash)) return STREAMING[payloadHash]!;
  if (payloadHash.startsWith("STREAMING-"))
    throw new S3Error("NotImplemented", "This x-amz-content-sha256 is not supported.");
  const message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a supported STREAMING value or a valid sha256 value.";
  throw new S3Error("InvalidArgument", message, { ArgumentName: "x-amz-content-sha256" });
}

function announcedSize(request: S3Request, framing: BodyPlan["framing"]): number | undefined {
  const name = framing === "plain" ? "content-length" : "x-amz-decoded-content-length";
  const text = request.headers.get(name);
  if (text === undefined) {
    // A stream of unknown length. S3 refuses it; its end is as certain here as any, so SDK streams just work.
    if (request.headers.has("transfer-encoding")) return undefined;
    throw new S3Error("MissingContentLength", framing === "plain" ? undefined : `You must provide the ${name} header.`);
  }
  if (!/^\d{1,15}$/.test(text)) throw new S3Error("InvalidArgument", `${name} must be a whole number.`);
  return Number(text);
}

function announcedMd5(request: S3Request): Buffer | undefined {
  const text = request.headers.get("content-md5");
  if (text === undefined) return undefined;
  const digest = decodeDigest("MD5", text);
  if (digest === undefined) throw new S3Error("InvalidDigest", "The Content-MD5 you specified is not valid.");
  return digest;
}

// `x-amz-checksum-…` headers that are not checksums themselves.
const NOT_CHECKSUMS = new Set(["x-amz-checksum-algorithm", "x-amz-checksum-type", "x-amz-checksum-mode"]);

function announcedChecksum(request: S3Request, mayTrail: boolean): BodyPlan["checksum"] {
  const named = namedAlgorithm(request.headers.get("x-amz-sdk-checksum-algorithm"));
  const headers = [...request.headers.keys()].filter((n) => n.startsWith("x-amz-checksum-") && !NOT_CHECKSUMS.has(n));
  const trailer = mayTrail ? request.headers.get("x-amz-trailer")?.trim().toLowerCase() : undefined;
  if (headers.length + (trailer === undefined ? 0 : 1) > 1)
    throw new S3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.",
    );
  const name = headers[0] ?? trailer;
  if (name === undefined) return named === undefined ? undefined : { algorithm: named, inTrailer: false };
  const algorithm = name.startsWith("x-amz-checksum-") ? checksumAlgorithm(name.slice(15)) : undefined;
  if (algorithm === undefined)
    throw new S3Error("InvalidRequest", `${name.slice(0, 64)} is not a supported checksum header.`);
  if (named !== undefined && named !== algorithm)
    throw new S3Error("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  if (trailer !== undefined) return { algorithm, inTrailer: true };
  const expected = decodeDigest(algorithm, request.headers.get(name)!);
  if (expected === undefined) throw new S3Error("InvalidRequest", `Value for ${name} header is invalid.`);
  return { algorithm, expected, inTrailer: false };
}

/** @throws S3Error InvalidRequest for an algorithm that is not supported. */
export function namedAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  if (text === undefined) return undefined;
  const algorithm = checksumAlgorithm(text);
  if (algorithm === undefined)
    throw new S3Error(
      "InvalidRequest",
      `Checksum algorithm provided is unsupported. Please try again with one of ${CHECKSUM_ALGORITHMS.join(", ")}.`,
    );
  return algorithm;
}

/** Response headers that tell a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
