import type { S3Request } from "../s3Request.ts";
import { S3Error } from "../s3Error.ts";
import { PRESIGN_SECONDS_MAX } from "../s3Limits.ts";

/** What a request claims about who signed it and how. Well formed, but not verified. */
export interface Authorization {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  /** `yyyymmdd` and region of the credential scope. */
  readonly date: string;
  readonly region: string;
  /** `yyyymmddThhmmssZ` as sent, and what it means. */
  readonly amzDate: string;
  readonly signedAtMs: number;
  /** Only of presigned requests. */
  readonly expiresSeconds?: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** The value of `x-amz-content-sha256`, or UNSIGNED-PAYLOAD for presigned requests without it. */
  readonly payloadHash: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const ACCESS_KEY_ID = /^[\x21-\x7e]{1,128}$/;
// A request has at most some dozens of headers; more names than this cost us time for nothing.
const SIGNED_HEADERS_MAX = 128;

/**
 * Reads the SigV4 claims of a request from its Authorization header or its query.
 *
 * @param request - hostile.
 * @throws S3Error AccessDenied when there are none, InvalidRequest for another mechanism, and the two "malformed" codes.
 */
export function parseAuthorization(request: S3Request): Authorization {
  const header = request.headers.get("authorization");
  const inQuery = request.query.has("X-Amz-Algorithm") || request.query.has("X-Amz-Signature");
  if (header !== undefined && inQuery)
    throw new S3Error("InvalidArgument", "Only one authentication mechanism is allowed.");
  const authorization = header !== undefined ? fromHeader(request, header) : inQuery ? fromQuery(request) : undefined;
  if (authorization === undefined) {
    if (request.query.has("Signature")) throw unsupportedMechanism();
    throw new S3Error("AccessDenied");
  }
  checkSignedHeaders(request, authorization);
  return authorization;
}

function unsupportedMechanism(): S3Error {
  const message = `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`;
  return new S3Error("InvalidRequest", message);
}

function fromHeader(request: S3Request, header: string): Authorization {
  if (!header.startsWith(`${ALGORITHM} `)) throw unsupportedMechanism();
  const malformed = (message: string) => new S3Error("AuthorizationHeaderMalformed", message);
  const fields = new Map<string, string>();
  for (const field of header.slice(ALGORITHM.length + 1).split(",")) {
    const equals = field.indexOf("=");
    if (equals < 0) throw malformed("The authorization header is malformed; a field has no value.");
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const payloadHash = request.headers.get("x-amz-content-sha256");
  if (payloadHash === undefined)
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  return {
    presigned: false,
    ...parseCredential(fields.get("Credential"), malformed),
    ...headerDate(request),
    ...parseSignature(fields.get("SignedHeaders"), fields.get("Signature"), malformed),
    payloadHash,
  };
}

function headerDate(request: S3Request): { amzDate: string; signedAtMs: number } {
  const amzDate = request.headers.get("x-amz-date");
  if (amzDate !== undefined) {
    const signedAtMs = parseAmzDate(amzDate);
    if (signedAtMs !== undefined) return { amzDate, signedAtMs };
  } else {
    const signedAtMs = Date.parse(request.headers.get("date") ?? "");
    if (!Number.isNaN(signedAtMs)) return { amzDate: formatAmzDate(signedAtMs), signedAtMs };
  }
  throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
}

function fromQuery(request: S3Request): Authorization {
  const malformed = (message: string) => new S3Error("AuthorizationQueryParametersError", message);
  const { query } = request;
  if (query.get("X-Amz-Algorithm") !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const amzDate = query.get("X-Amz-Date") ?? "";
  const signedAtMs = parseAmzDate(amzDate);
  if (signedAtMs === undefined)
    throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const expires = query.get("X-Amz-Expires") ?? "";
  const expiresSeconds = /^\d{1,9}$/.test(expires) ? Number(expires) : Number.NaN;
  if (Number.isNaN(expiresSeconds)) throw malformed("X-Amz-Expires should be a number");
  if (expiresSeconds < 1 || expiresSeconds > PRESIGN_SECONDS_MAX)
    throw malformed("X-Amz-Expires must be at least 1 second and at most a week (604800 seconds)");
  return {
    presigned: true,
    ...parseCredential(query.get("X-Amz-Credential"), malformed),
    amzDate,
    signedAtMs,
    expiresSeconds,
    ...parseSignature(query.get("X-Amz-SignedHeaders"), query.get("X-Amz-Signature"), malformed),
    payloadHash: request.headers.get("x-amz-content-sha256") ?? query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  };
}

type Malformed = (message: string) => S3Error;

function parseCredential(credential: string | undefined, malformed: Malformed) {
  // The access key id comes first and may itself contain slashes.
  const parts = (credential ?? "").split("/");
  const [date = "", region = "", service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join("/");
  if (parts.length < 5 || !/^\d{8}$/.test(date) || service !== "s3" || terminator !== "aws4_request")
    throw malformed('The Credential is malformed; expecting "<access-key-id>/YYYYMMDD/REGION/s3/aws4_request".');
  if (!ACCESS_KEY_ID.test(accessKeyId)) throw new S3Error("InvalidAccessKeyId");
  return { accessKeyId, date, region };
}

function parseSignature(signedHeaders: string | undefined, signature: string | undefined, malformed: Malformed) {
  if (signedHeaders === undefined || signedHeaders === "") throw malformed("SignedHeaders is missing.");
  if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) throw malformed("Signature is malformed.");
  const names = signedHeaders.split(";");
  const ascending = names.every((name, i) => name !== "" && (i === 0 || names[i - 1]! < name));
  if (!ascending || names.length > SIGNED_HEADERS_MAX || signedHeaders !== signedHeaders.toLowerCase())
    throw malformed("SignedHeaders must be lower-case names in ascending order.");
  return { signedHeaders: names, signature };
}

/** What changes a request's meaning must be signed: the host and every `x-amz-` header. */
function checkSignedHeaders(request: S3Request, authorization: Authorization): void {
  const signed = new Set(authorization.signedHeaders);
  const unsigned: string[] = [];
  for (const name of request.headers.keys())
    if ((name === "host" || name.startsWith("x-amz-")) && !signed.has(name)) unsigned.push(name);
  if (unsigned.length > 0)
    throw new S3Error("AccessDenied", "There were headers present in the request which were not signed", {
      HeadersNotSigned: unsigned.join(", "),
    });
  if (!signed.has("host")) throw new S3Error("AccessDenied", "The Host header must be signed");
}

/** `yyyymmddThhmmssZ` to milliseconds, or undefined when it is no date. */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

export function formatAmzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, "");
}
