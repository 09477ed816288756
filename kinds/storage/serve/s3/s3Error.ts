import { WayleaveError, type Fact } from "@wayleave/core/errors";
import type { StoreErrorCode } from "./objectStore.ts";

/** Status and message of every error this front answers. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const ERRORS = {
  AccessDenied: [403, "Access Denied"],
  AccountProblem: [403, "There is a problem with your account that prevents the operation from completing."],
  AuthorizationHeaderMalformed: [400, "The authorization header you provided is invalid."],
  AuthorizationQueryParametersError: [400, "The query parameters that carry the signature are invalid."],
  BadDigest: [400, "The Content-MD5 or checksum you specified did not match what we received."],
  BucketAlreadyExists: [409, "The requested bucket name is not available."],
  BucketAlreadyOwnedByYou: [409, "You already own this bucket."],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty."],
  ConditionalRequestConflict: [409, "A conflicting operation occurred. Try again."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed object size."],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed object size."],
  ExpectationFailed: [417, "The Expect header asks for something this service does not do."],
  IncompleteBody: [400, "You did not provide the number of bytes announced by the request's headers."],
  InternalError: [500, "We encountered an internal error. Please try again."],
  InvalidAccessKeyId: [403, "The access key id you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidDigest: [400, "The Content-MD5 or checksum you specified is not valid."],
  InvalidLocationConstraint: [400, "The specified location constraint is not valid."],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or its ETag does not match.",
  ],
  InvalidPartOrder: [400, "The list of parts was not in ascending order."],
  InvalidRange: [416, "The requested range is not satisfiable."],
  InvalidRequest: [400, "Invalid Request"],
  InvalidToken: [400, "The provided token is malformed or otherwise not valid."],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, "Your key is too long."],
  MalformedXML: [400, "The XML you provided was not well-formed or did not validate against our published schema."],
  MaxMessageLengthExceeded: [400, "Your request was too big."],
  MalformedTrailerError: [
    400,
    "The request contained trailing data that was not well-formed or was announced and missing.",
  ],
  MetadataTooLarge: [400, "Your metadata headers exceed the maximum allowed metadata size."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist."],
  NoSuchCORSConfiguration: [404, "The CORS configuration does not exist."],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchLifecycleConfiguration: [404, "The lifecycle configuration does not exist."],
  NoSuchPublicAccessBlockConfiguration: [404, "The public access block configuration was not found."],
  NoSuchTagSet: [404, "The TagSet does not exist."],
  NoSuchUpload: [404, "The specified upload does not exist. It may have been aborted or completed."],
  NoSuchVersion: [404, "The specified version does not exist."],
  NoSuchWebsiteConfiguration: [404, "The specified bucket does not have a website configuration."],
  NotImplemented: [501, "A header or query you provided implies functionality that is not implemented."],
  ObjectLockConfigurationNotFoundError: [404, "Object Lock configuration does not exist for this bucket."],
  OwnershipControlsNotFoundError: [404, "The bucket ownership controls were not found."],
  PaymentRequired: [402, "Your balance is used up. Top up your account and try again."],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold."],
  QuotaExceeded: [403, "The write would exceed what this account may store. Delete something or raise the limit."],
  ReplicationConfigurationNotFoundError: [404, "The replication configuration was not found."],
  RequestHeaderSectionTooLarge: [431, "Your request header section exceeds the maximum allowed size."],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  RequestTimeout: [
    400,
    "Your socket connection to the server was not read from or written to within the timeout period.",
  ],
  ServerSideEncryptionConfigurationNotFoundError: [404, "The server side encryption configuration was not found."],
  ServiceUnavailable: [503, "The service is temporarily unable to answer. Please try again."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. Check your secret key and signing method.",
  ],
  SlowDown: [503, "Please reduce your request rate."],
  TooManyBuckets: [400, "You have attempted to create more buckets than allowed."],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type S3ErrorCode = keyof typeof ERRORS;

/** An answer the S3 protocol has a name for. `details` become elements of the error document: public, never secret. */
export class S3Error extends WayleaveError {
  readonly s3Code: S3ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(s3Code: S3ErrorCode, message?: string, details: Readonly<Record<string, string>> = {}, cause?: unknown) {
    const [status, usual] = ERRORS[s3Code];
    super(kebab(s3Code), message ?? usual, details, { cause, retryable: status === 503 || status === 500 });
    this.name = "S3Error";
    this.s3Code = s3Code;
    this.status = status;
    this.details = details;
  }
}

const FROM_STORE: Readonly<Record<StoreErrorCode, S3ErrorCode>> = {
  "no-such-bucket": "NoSuchBucket",
  "no-such-key": "NoSuchKey",
  "no-such-upload": "NoSuchUpload",
  "bucket-already-exists": "BucketAlreadyExists",
  "bucket-already-owned": "BucketAlreadyOwnedByYou",
  "bucket-not-empty": "BucketNotEmpty",
  "too-many-buckets": "TooManyBuckets",
  "access-denied": "AccessDenied",
  "precondition-failed": "PreconditionFailed",
  conflict: "ConditionalRequestConflict",
  "invalid-part": "InvalidPart",
  "object-too-large": "EntityTooLarge",
  "insufficient-capacity": "SlowDown",
  "quota-exceeded": "QuotaExceeded",
  "insufficient-funds": "PaymentRequired",
  suspended: "AccountProblem",
  "rate-limited": "SlowDown",
  "database-unavailable": "ServiceUnavailable",
  "data-unavailable": "ServiceUnavailable",
};

/** Codes whose own message helps the customer more than S3's usual one. */
const SPEAKS_FOR_ITSELF: ReadonlySet<string> = new Set([
  "insufficient-capacity",
  "insufficient-funds",
  "quota-exceeded",
  "suspended",
]);

/** What to answer for any failure. What is neither ours nor the store's is an `InternalError` that tells nothing. */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof WayleaveError) {
    const code = s3CodeOf(error.code);
    if (code !== undefined)
      return new S3Error(code, SPEAKS_FOR_ITSELF.has(error.code) ? error.message : undefined, {}, error);
  }
  return new S3Error("InternalError", undefined, {}, error);
}

export function s3CodeOf(storeCode: string): S3ErrorCode | undefined {
  return Object.hasOwn(FROM_STORE, storeCode) ? FROM_STORE[storeCode as StoreErrorCode] : undefined;
}

export function usualMessage(code: S3ErrorCode): string {
  return ERRORS[code][1];
}

/** What a log line says of a failure: its facts and causes, never the request's headers or query. */
export function loggableFailure(error: S3Error): Record<string, Fact> {
  const cause = error.cause;
  if (cause === undefined) return { code: error.s3Code };
  if (!(cause instanceof Error)) return { code: error.s3Code, cause: String(cause) };
  const facts = cause instanceof WayleaveError ? cause.facts : {};
  return { ...facts, code: error.s3Code, cause: error.status >= 500 ? (cause.stack ?? cause.message) : cause.message };
}

function kebab(code: string): string {
  return code.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}
