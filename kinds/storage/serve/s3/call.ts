import type { Readable } from "node:stream";
import type { RequestBody } from "./body/requestBody.ts";
import type { Account, ObjectStore } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";
import type { S3Limits } from "./s3Limits.ts";
import type { S3Request } from "./s3Request.ts";
import type { XmlNode } from "./xml.ts";

/** One authenticated, admitted request on its way through an operation. */
export interface Call {
  readonly request: S3Request;
  readonly account: Account;
  readonly store: ObjectStore;
  readonly region: string;
  readonly limits: S3Limits;
  readonly nowMs: number;
  /** The body, verified by its end. Nothing is read (nor `100 Continue` sent) before the stream is. */
  openBody(): Promise<RequestBody>;
  /** The body as a document with this root element; undefined when empty. */
  readXml(root: string): Promise<XmlNode | undefined>;
}

/** What an operation answers. A stream must deliver exactly `lengthBytes`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An XML document, or a stream. */
  readonly body?: string | { readonly stream: Readable; readonly lengthBytes: number };
}

export interface Operation {
  /** As in S3's API reference; names the request in logs and costs. */
  readonly name: string;
  readonly kind: "read" | "write" | "list";
  readonly run: (call: Call) => Promise<Answer>;
}

export function xmlAnswer(document: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { "content-type": "application/xml", ...headers }, body: document };
}

/** The bucket of a request that was routed by having one. */
export function bucketOf(call: Call): string {
  if (call.request.bucket === undefined) throw new S3Error("InvalidBucketName");
  return call.request.bucket;
}

/** The object of a request that was routed by having one; only the version `null` exists. */
export function objectOf(call: Call): { readonly bucket: string; readonly key: string } {
  const { key, query } = call.request;
  if (key === undefined) throw new S3Error("MethodNotAllowed");
  const versionId = query.get("versionId");
  if (versionId !== undefined && versionId !== "null")
    throw new S3Error("NoSuchVersion", undefined, { VersionId: versionId.slice(0, 128) });
  return { bucket: bucketOf(call), key };
}

export function isoDate(ms: number): string {
  return new Date(ms).toISOString();
}
