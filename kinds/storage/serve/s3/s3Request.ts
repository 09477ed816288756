import type { IncomingMessage } from "node:http";
import { S3Error } from "./s3Error.ts";
import { KEY_BYTES_MAX } from "./s3Limits.ts";

/** What of an incoming message is parsed. */
export type RequestHead = Pick<IncomingMessage, "method" | "url" | "rawHeaders">;

/** A request taken apart once, from its raw header lines: what is signed and what is used are the same values. */
export interface S3Request {
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: Query;
  /** Lower-case names; repeated headers joined by a comma. Values are latin-1 text: one character, one byte of the wire. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bucket?: string;
  readonly key?: string;
}

/** Decoded query parameters in order of appearance. */
export class Query {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  readonly #byName = new Map<string, string>();

  constructor(raw: string) {
    this.pairs = raw === "" ? [] : raw.split("&").filter(Boolean).map(parsePair);
    for (const [name, value] of this.pairs) if (!this.#byName.has(name)) this.#byName.set(name, value);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The first value of this name. */
  get(name: string): string | undefined {
    return this.#byName.get(name);
  }
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  return equals < 0
    ? [decodeQueryText(pair), ""]
    : [decodeQueryText(pair.slice(0, equals)), decodeQueryText(pair.slice(equals + 1))];
}

function decodeQueryText(text: string): string {
  return percentDecode(text.includes("+") ? text.replaceAll("+", "%20") : text);
}

/**
 * @param message - hostile.
 * @param virtualHosts - domains under which `bucket.domain` names a bucket; lower case.
 * @throws S3Error InvalidURI, InvalidRequest, InvalidBucketName, KeyTooLongError, InvalidArgument.
 */
export function parseS3Request(message: RequestHead, virtualHosts: readonly string[]): S3Request {
  const headers = joinHeaders(message.rawHeaders);
  const target = message.url ?? "";
  if (!target.startsWith("/")) throw new S3Error("InvalidURI");
  const question = target.indexOf("?");
  const rawPath = question < 0 ? target : target.slice(0, question);
  const query = new Query(question < 0 ? "" : target.slice(question + 1));
  return { method: message.method ?? "", rawPath, query, headers, ...parseName(rawPath, headers, virtualHosts) };
}

function joinHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    const before = headers.get(name);
    // Two Host headers are how requests get smuggled past something in front of us.
    if (before !== undefined && name === "host") throw new S3Error("InvalidRequest", "The request names two hosts.");
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function parseName(
  rawPath: string,
  headers: ReadonlyMap<string, string>,
  virtualHosts: readonly string[],
): { readonly bucket?: string; readonly key?: string } {
  const hostBucket = bucketOfHost(headers.get("host") ?? "", virtualHosts);
  let bucket = hostBucket;
  let rawKey = rawPath.slice(1);
  if (bucket === undefined) {
    const slash = rawKey.indexOf("/");
    bucket = percentDecode(slash < 0 ? rawKey : rawKey.slice(0, slash));
    rawKey = slash < 0 ? "" : rawKey.slice(slash + 1);
  }
  if (bucket === "") {
    // "//x" addresses no bucket and yet something: not the list of buckets.
    if (rawKey !== "") throw new S3Error("InvalidBucketName");
    return {};
  }
  checkBucketName(bucket);
  return rawKey === "" ? { bucket } : { bucket, key: checkKey(percentDecode(rawKey)) };
}

function bucketOfHost(host: string, virtualHosts: readonly string[]): string | undefined {
  const name = host.replace(/:\d*$/, "").toLowerCase();
  for (const domain of virtualHosts) if (name.endsWith(`.${domain}`)) return name.slice(0, -domain.length - 1);
  return undefined;
}

/** @throws S3Error InvalidBucketName. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function checkBucketName(bucket: string): void {
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !/\.\.|^xn--|^\d+\.\d+\.\d+\.\d+$/.test(bucket);
  if (!wellFormed) throw new S3Error("InvalidBucketName", undefined, { BucketName: bucket.slice(0, 256) });
}

/** Keys are bytes: `..`, `//` and encoded slashes mean nothing. NUL alone is refused, because PostgreSQL text cannot hold it. */
export function checkKey(key: string): string {
  if (Buffer.byteLength(key) > KEY_BYTES_MAX)
    throw new S3Error("KeyTooLongError", undefined, { MaxSizeAllowed: String(KEY_BYTES_MAX) });
  if (key.includes("\0")) throw new S3Error("InvalidArgument", "Keys must not contain NUL characters.");
  return key;
}

/** Percent-decodes UTF-8; raw bytes above 0x7f (latin-1 characters here) count as themselves. @throws S3Error InvalidURI */
export function percentDecode(text: string): string {
  const hasRawBytes = /[^\u0000-\u007f]/.test(text);
  if (!hasRawBytes && !text.includes("%")) return text;
  try {
    const ascii = hasRawBytes ? text.replace(/[^\u0000-\u007f]/g, (c) => `%${c.charCodeAt(0).toString(16)}`) : text;
    return decodeURIComponent(ascii);
  } catch (error) {
    throw new S3Error("InvalidURI", undefined, {}, error);
  }
}

/** RFC 3986 encoding with only unreserved characters left as they are, as SigV4 wants it. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** {@link uriEncode} that keeps slashes: for paths and for listings with `encoding-type=url`. */
export function uriEncodePath(text: string): string {
  return /^[A-Za-z0-9\-_.~/]*$/.test(text) ? text : uriEncode(text).replaceAll("%2F", "/");
}

/** A whole number in a query or header, or `fallback` when absent. @throws S3Error InvalidArgument */
export function parseCount(name: string, text: string | undefined, fallback: number, max: number): number {
  if (text === undefined || text === "") return fallback;
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= max))
    throw new S3Error("InvalidArgument", `${name} must be a whole number of at most ${max}.`, {
      ArgumentName: name,
      ArgumentValue: text.slice(0, 64),
    });
  return count;
}
