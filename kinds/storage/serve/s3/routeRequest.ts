import type { Operation } from "./call.ts";
import * as buckets from "./operations/buckets.ts";
import { deleteObjects } from "./operations/deleteObjects.ts";
import * as listings from "./operations/listings.ts";
import * as multipart from "./operations/multipart.ts";
import * as objects from "./operations/objects.ts";
import { xmlAnswer } from "./call.ts";
import { S3Error } from "./s3Error.ts";
import type { S3Request } from "./s3Request.ts";
import { document, element } from "./xml.ts";

/** Queries that name another resource than the bucket or object itself. Ignoring one would do something else entirely. */
const SUBRESOURCES = [
  "accelerate",
  "acl",
  "analytics",
  "append",
  "attributes",
  "cors",
  "delete",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "location",
  "logging",
  "metadataTable",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "renameObject",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "session",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versioning",
  "versions",
  "website",
] as const;

const OBJECT_SETTINGS: Readonly<Record<string, Operation>> = {
  acl: objects.objectSetting("GetObjectAcl", buckets.ownerOnlyAcl),
  attributes: objects.getObjectAttributes,
  tagging: objects.objectSetting("GetObjectTagging", () => xmlAnswer(document("Tagging", [element("TagSet")]))),
};

/**
 * The operation a request asks for. Queries that are no subresource (`x-id`, tracing, …) are ignored.
 *
 * @throws S3Error NotImplemented for subresources that are not served, MethodNotAllowed.
 */
export function routeRequest(request: S3Request): Operation {
  const subresource = SUBRESOURCES.find((name) => request.query.has(name));
  const operation =
    request.bucket === undefined
      ? routeService(request.method)
      : request.key === undefined
        ? routeBucket(request, subresource)
        : routeObject(request, subresource);
  if (operation !== undefined) return operation;
  if (subresource !== undefined)
    throw new S3Error("NotImplemented", `${request.method} ?${subresource} is not supported.`);
  throw new S3Error("MethodNotAllowed", undefined, { Method: request.method });
}

function routeService(method: string): Operation | undefined {
  return method === "GET" ? buckets.listBuckets : undefined;
}

function routeBucket(request: S3Request, subresource: string | undefined): Operation | undefined {
  switch (request.method) {
    case "GET":
      return routeBucketGet(request, subresource);
    case "HEAD":
      return subresource === undefined ? buckets.headBucket : undefined;
    case "PUT":
      return subresource === undefined ? buckets.createBucket : undefined;
    case "DELETE":
      return subresource === undefined ? buckets.deleteBucket : undefined;
    case "POST":
      if (subresource === "delete") return deleteObjects;
      throw new S3Error("NotImplemented", "Uploads by browser forms (POST) are not supported.");
    default:
      return undefined;
  }
}

function routeBucketGet(request: S3Request, subresource: string | undefined): Operation | undefined {
  if (subresource === undefined)
    return request.query.get("list-type") === "2" ? listings.listObjectsV2 : listings.listObjects;
  if (subresource === "versions") return listings.listObjectVersions;
  if (subresource === "uploads") return multipart.listMultipartUploads;
  return Object.hasOwn(buckets.BUCKET_SETTINGS, subresource) ? buckets.BUCKET_SETTINGS[subresource] : undefined;
}

function routeObject(request: S3Request, subresource: string | undefined): Operation | undefined {
  if (subresource === "uploadId") return routePart(request);
  const { method } = request;
  if (subresource === "uploads") return method === "POST" ? multipart.createMultipartUpload : undefined;
  if (subresource !== undefined)
    return method === "GET" && Object.hasOwn(OBJECT_SETTINGS, subresource) ? OBJECT_SETTINGS[subresource] : undefined;
  switch (method) {
    case "GET":
      return objects.getObject;
    case "HEAD":
      return objects.headObject;
    case "PUT":
      return request.headers.has("x-amz-copy-source") ? objects.copyObject : objects.putObject;
    case "DELETE":
      return objects.deleteObject;
    default:
      return undefined;
  }
}

function routePart(request: S3Request): Operation | undefined {
  switch (request.method) {
    case "GET":
      return multipart.listParts;
    case "PUT":
      return request.headers.has("x-amz-copy-source") ? multipart.uploadPartCopy : multipart.uploadPart;
    case "POST":
      return multipart.completeMultipartUpload;
    case "DELETE":
      return multipart.abortMultipartUpload;
    default:
      return undefined;
  }
}
