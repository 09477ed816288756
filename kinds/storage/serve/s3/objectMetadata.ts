import type { ObjectInfo, ObjectMetadata } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";
import type { S3Request } from "./s3Request.ts";

const USER_PREFIX = "x-amz-meta-";
const DEFAULT_CONTENT_TYPE = "binary/octet-stream";
/** What Node lets into a response header. */

const NOT_HEADER_TEXT = /[^\t\u0020-\u007e\u0080-\u00ff]/;

const SYSTEM_FIELDS = [
  ["content-type", "contentType"],
  ["content-encoding", "contentEncoding"],
  ["content-language", "contentLanguage"],
  ["content-disposition", "contentDisposition"],
  ["cache-control", "cacheControl"],
  ["expires", "expires"],
] as const;

/** Headers whose meaning would be lost in silence: better refused than ignored. Unknown others are harmless. */
const NOT_IMPLEMENTED = [
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-copy-source-server-side-encryption-customer-algorithm",
  "x-amz-object-lock-mode",
  "x-amz-object-lock-retain-until-date",
  "x-amz-object-lock-legal-hold",
  "x-amz-bucket-object-lock-enabled",
  "x-amz-tagging",
  "x-amz-website-redirect-location",
  "x-amz-write-offset-bytes",
];

/** @throws S3Error NotImplemented when a header asks for something that is not there yet. */
export function refuseUnsupportedHeaders(request: S3Request): void {
  for (const name of NOT_IMPLEMENTED) {
    const value = request.headers.get(name);
    if (value === undefined || value === "" || value.toLowerCase() === "off" || value.toLowerCase() === "false")
      continue;
    throw new S3Error("NotImplemented", `The header ${name} is not supported.`, { Header: name });
  }
  const encryption = request.headers.get("x-amz-server-side-encryption");
  if (encryption?.startsWith("aws:"))
    throw new S3Error("NotImplemented", "Everything is encrypted with the service's own keys; KMS is not supported.", {
      Header: "x-amz-server-side-encryption",
    });
}

/** The metadata of a PUT, copy or multipart start. @throws S3Error MetadataTooLarge, InvalidArgument */
export function parseMetadata(request: S3Request, userBytesMax: number): ObjectMetadata {
  const system: Record<string, string> = {};
  for (const [header, field] of SYSTEM_FIELDS) {
    const value = request.headers.get(header);
    if (value !== undefined) system[field] = value;
  }
  const encoding = withoutAwsChunked(system.contentEncoding);
  if (encoding === undefined) delete system.contentEncoding;
  else system.contentEncoding = encoding;
  return { ...system, user: parseUserMetadata(request, userBytesMax) };
}

/** `aws-chunked` is framing, not something about the object. */
function withoutAwsChunked(value: string | undefined): string | undefined {
  const kept = value
    ?.split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding.toLowerCase() !== "aws-chunked" && coding !== "");
  return kept === undefined || kept.length === 0 ? undefined : kept.join(",");
}

function parseUserMetadata(request: S3Request, bytesMax: number): Record<string, string> {
  const user: Record<string, string> = Object.create(null) as Record<string, string>;
  let bytes = 0;
  for (const [header, value] of request.headers) {
    if (!header.startsWith(USER_PREFIX)) continue;
    const name = header.slice(USER_PREFIX.length);
    if (name === "" || NOT_HEADER_TEXT.test(value))
      throw new S3Error("InvalidArgument", "Metadata names must not be empty nor values hold control characters.");
    bytes += name.length + value.length;
    user[name] = value;
  }
  if (bytes > bytesMax)
    throw new S3Error("MetadataTooLarge", undefined, { Size: String(bytes), MaxSizeAllowed: String(bytesMax) });
  return user;
}

/** Response headers that describe an object; the signed request's `response-*` parameters override. */
export function metadataHeaders(info: ObjectInfo, request: S3Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [header, field] of SYSTEM_FIELDS) {
    const override = request.query.get(`response-${header}`);
    if (override !== undefined && NOT_HEADER_TEXT.test(override))
      throw new S3Error("InvalidArgument", `response-${header} must be header text.`);
    const value = override ?? info.metadata[field];
    if (value !== undefined) headers[header] = value;
  }
  headers["content-type"] ??= DEFAULT_CONTENT_TYPE;
  for (const [name, value] of Object.entries(info.metadata.user)) headers[`${USER_PREFIX}${name}`] = value;
  return headers;
}
