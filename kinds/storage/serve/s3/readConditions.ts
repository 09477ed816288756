import type { ObjectInfo } from "./objectStore.ts";
import type { S3Request } from "./s3Request.ts";
import { unquoteEtag } from "./writeConditions.ts";

export type ReadVerdict = "serve" | "not-modified" | "precondition-failed";
type Dated = Pick<ObjectInfo, "etag" | "lastModifiedMs">;

/**
 * Judges the conditions of a read. An ETag condition that is present decides alone over the date condition of its pair.
 *
 * @param prefix - `""` for reads, `"x-amz-copy-source-"` for the source of a copy.
 * @see RFC 9110 §13.2.2
 */
export function judgeReadConditions(request: S3Request, object: Dated, prefix = ""): ReadVerdict {
  const header = (name: string) => request.headers.get(`${prefix}${name}`);
  const ifMatch = header("if-match");
  const ifNoneMatch = header("if-none-match");
  const unmodifiedSinceMs = parseHttpDate(header("if-unmodified-since"));
  const modifiedSinceMs = parseHttpDate(header("if-modified-since"));
  // HTTP dates have whole seconds, so the object's time is cut to them before it is compared.
  const modifiedMs = Math.floor(object.lastModifiedMs / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!namesEtag(ifMatch, object.etag)) return "precondition-failed";
  } else if (unmodifiedSinceMs !== undefined && modifiedMs > unmodifiedSinceMs) {
    return "precondition-failed";
  }
  if (ifNoneMatch !== undefined) return namesEtag(ifNoneMatch, object.etag) ? "not-modified" : "serve";
  return modifiedSinceMs !== undefined && modifiedMs <= modifiedSinceMs ? "not-modified" : "serve";
}

/** Whether `If-Range` lets a range be served: it names this very version, by ETag or by date. */
export function rangeStillHolds(request: S3Request, object: Dated): boolean {
  const value = request.headers.get("if-range");
  if (value === undefined) return true;
  if (value.includes('"')) return unquoteEtag(value) === object.etag;
  return parseHttpDate(value) === Math.floor(object.lastModifiedMs / 1000) * 1000;
}

function namesEtag(list: string, etag: string): boolean {
  return list.split(",").some((item) => item.trim() === "*" || unquoteEtag(item) === etag);
}

/** Milliseconds, or undefined for what is absent or no date: such a condition is ignored, as RFC 9110 says. */
export function parseHttpDate(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
