import { timingSafeEqual, type KeyObject } from "node:crypto";
import type { AccessKey, Credentials } from "../credentials.ts";
import type { S3Request } from "../s3Request.ts";
import { S3Error } from "../s3Error.ts";
import { parseAuthorization, type Authorization } from "./authorization.ts";
import { canonicalRequests, sha256Hex } from "./canonicalRequest.ts";
import { signText, type SigningKeys } from "./signingKeys.ts";

/** A request whose signature was verified. */
export interface Authenticated {
  readonly accessKeyId: string;
  readonly accessKey: AccessKey;
  readonly payloadHash: string;
  /** What the signatures of a signed aws-chunked body are computed with. */
  readonly chain: SignatureChain;
}

export interface SignatureChain {
  readonly key: KeyObject;
  readonly amzDate: string;
  /** `yyyymmdd/region/s3/aws4_request` */
  readonly scope: string;
  readonly seedSignature: string;
}

export interface AuthenticateOptions {
  readonly credentials: Credentials;
  readonly signingKeys: SigningKeys;
  /** The regions a client may name: ours first. */
  readonly regions: readonly string[];
  readonly clockSkewMs: number;
}

/**
 * Verifies a request's SigV4 signature, its age and its region, cheapest check first.
 *
 * @param request - hostile.
 * @throws S3Error with the code AWS uses for each failure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export async function authenticate(
  request: S3Request,
  nowMs: number,
  options: AuthenticateOptions,
): Promise<Authenticated> {
  const authorization = parseAuthorization(request);
  checkTime(authorization, nowMs, options.clockSkewMs);
  checkScope(authorization, options.regions);
  // There are no temporary credentials here, so a session token cannot be one of ours.
  if (request.headers.has("x-amz-security-token") || request.query.has("X-Amz-Security-Token"))
    throw new S3Error("InvalidToken");
  const { accessKeyId, date, region, amzDate, signature, payloadHash } = authorization;
  const accessKey = await options.credentials.findKey(accessKeyId);
  if (accessKey === null) throw new S3Error("InvalidAccessKeyId", undefined, { AWSAccessKeyId: accessKeyId });
  const key = options.signingKeys.keyFor(accessKeyId, accessKey.secretAccessKey, date, region);
  const scope = `${date}/${region}/s3/aws4_request`;
  verifySignature(request, authorization, key, scope);
  return { accessKeyId, accessKey, payloadHash, chain: { key, amzDate, scope, seedSignature: signature } };
}

function verifySignature(request: S3Request, authorization: Authorization, key: KeyObject, scope: string): void {
  const { amzDate, signedHeaders, payloadHash, signature } = authorization;
  const canonical = canonicalRequests(request, signedHeaders, payloadHash);
  const toSign = canonical.map((form) => `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256Hex(form)}`);
  if (toSign.some((text) => sameSignature(signText(key, text), signature))) return;
  // As AWS does: what we signed helps whoever debugs a client and reveals nothing the client did not send.
  throw new S3Error("SignatureDoesNotMatch", undefined, {
    AWSAccessKeyId: authorization.accessKeyId,
    StringToSign: toSign[0]!,
    SignatureProvided: signature,
    CanonicalRequest: canonical[0]!.toString("utf8"),
  });
}

/** Compares two hex signatures in constant time. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a, "latin1");
  const right = Buffer.from(b, "latin1");
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

function checkTime(authorization: Authorization, nowMs: number, skewMs: number): void {
  const { signedAtMs, expiresSeconds, amzDate, date } = authorization;
  if (!amzDate.startsWith(date)) {
    const code = authorization.presigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
    throw new S3Error(code, "Invalid credential date; it must be the day of the request's date.");
  }
  const serverTime = { ServerTime: new Date(nowMs).toISOString() };
  if (expiresSeconds !== undefined) {
    if (signedAtMs - nowMs > skewMs) throw new S3Error("AccessDenied", "Request is not yet valid", serverTime);
    if (nowMs > signedAtMs + expiresSeconds * 1000)
      throw new S3Error("AccessDenied", "Request has expired", {
        "X-Amz-Expires": String(expiresSeconds),
        ...serverTime,
      });
  } else if (Math.abs(nowMs - signedAtMs) > skewMs) {
    throw new S3Error("RequestTimeTooSkewed", undefined, {
      RequestTime: amzDate,
      ...serverTime,
      MaxAllowedSkewMilliseconds: String(skewMs),
    });
  }
}

function checkScope(authorization: Authorization, regions: readonly string[]): void {
  const { region, presigned } = authorization;
  if (regions.includes(region)) return;
  const code = presigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
  const message = `The region '${region.slice(0, 64)}' is wrong; expecting '${regions[0]}'`;
  throw new S3Error(code, message, { Region: regions[0]! });
}
