import { WayleaveError } from "@wayleave/core/errors";
import type { ObjectInfo, WriteConditions } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";
import type { S3Request } from "./s3Request.ts";

/**
 * Judges whether a write may go ahead, given the object that is there now. For the store, inside the commit.
 *
 * @throws WayleaveError `precondition-failed`, or `no-such-key` when If-Match names an object that is not there.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(conditions: WriteConditions, current: Pick<ObjectInfo, "etag"> | null): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined) {
    if (current === null) throw new WayleaveError("no-such-key", "If-Match: there is no such object");
    if (ifMatch !== "*" && ifMatch !== current.etag)
      throw new WayleaveError("precondition-failed", "If-Match: the object has another ETag", {
        condition: "If-Match",
      });
  }
  if (ifNoneMatch !== undefined && current !== null && (ifNoneMatch === "*" || ifNoneMatch === current.etag))
    throw new WayleaveError("precondition-failed", "If-None-Match: there is such an object", {
      condition: "If-None-Match",
    });
}

/** The conditions of a PUT, copy or completion. Hostile; ETags may come quoted or bare. */
export function parseWriteConditions(request: S3Request): WriteConditions {
  const ifMatch = singleEtag(request, "if-match");
  const ifNoneMatch = singleEtag(request, "if-none-match");
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw new S3Error("NotImplemented", "If-Match and If-None-Match cannot be combined on a write.");
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}

function singleEtag(request: S3Request, name: string): string | undefined {
  const value = request.headers.get(name);
  if (value === undefined) return undefined;
  const etag = unquoteEtag(value);
  if (etag === "" || /["\s,]/.test(etag)) throw new S3Error("InvalidArgument", `${name} must be one ETag or *.`);
  return etag;
}

export function unquoteEtag(text: string): string {
  return text.trim().replace(/^(?:W\/)?"(.*)"$/, "$1");
}
