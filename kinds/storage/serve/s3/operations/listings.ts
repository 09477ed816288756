import { bucketOf, isoDate, xmlAnswer, type Call, type Operation } from "../call.ts";
import type { ListedObject, ObjectPage } from "../objectStore.ts";
import { S3Error } from "../s3Error.ts";
import { LISTING_MAX } from "../s3Limits.ts";
import { parseCount, uriEncodePath, type S3Request } from "../s3Request.ts";
import { document, element, optionalElement } from "../xml.ts";
import { ownerElements } from "./buckets.ts";
import { quoted } from "./objects.ts";

const EMPTY_PAGE: ObjectPage = { entries: [], commonPrefixes: [] };
// Larger numbers than S3 gives are asked for and capped; absurd ones are refused.
const ASKED_MAX = 2 ** 31 - 1;

export const listObjects: Operation = {
  name: "ListObjects",
  kind: "list",
  async run(call) {
    const { query } = call.request;
    const listing = parseListing(call.request);
    const marker = query.get("marker") ?? "";
    const page = await pageOf(call, listing, marker);
    return xmlAnswer(
      document("ListBucketResult", [
        element("Name", bucketOf(call)),
        element("Prefix", listing.encode(listing.prefix)),
        element("Marker", listing.encode(marker)),
        // As S3: told only with a delimiter, because otherwise it is the last key.
        listing.delimiter === "" ? undefined : optionalElement("NextMarker", mapped(page.next, listing.encode)),
        ...commonElements(listing, page),
        ...page.entries.map((entry) => contents(entry, listing.encode, call.account.customerId)),
        ...prefixes(page, listing.encode),
      ]),
    );
  },
};

export const listObjectsV2: Operation = {
  name: "ListObjectsV2",
  kind: "list",
  async run(call) {
    const { query } = call.request;
    const listing = parseListing(call.request);
    const token = query.get("continuation-token");
    const startAfter = query.get("start-after") ?? "";
    const page = await pageOf(call, listing, token === undefined ? startAfter : parseToken(token));
    const owner = query.get("fetch-owner") === "true" ? call.account.customerId : undefined;
    return xmlAnswer(
      document("ListBucketResult", [
        element("Name", bucketOf(call)),
        element("Prefix", listing.encode(listing.prefix)),
        element("StartAfter", listing.encode(startAfter)),
        element("KeyCount", page.entries.length + page.commonPrefixes.length),
        optionalElement("ContinuationToken", token),
        optionalElement("NextContinuationToken", mapped(page.next, formatToken)),
        ...commonElements(listing, page),
        ...page.entries.map((entry) => contents(entry, listing.encode, owner)),
        ...prefixes(page, listing.encode),
      ]),
    );
  },
};

/** Of an unversioned bucket: every object is the only version of its key and has the id `null`. */
export const listObjectVersions: Operation = {
  name: "ListObjectVersions",
  kind: "list",
  async run(call) {
    const listing = parseListing(call.request);
    const marker = call.request.query.get("key-marker") ?? "";
    const page = await pageOf(call, listing, marker);
    const { encode } = listing;
    const version = (entry: ListedObject) =>
      element("Version", [
        element("Key", encode(entry.key)),
        element("VersionId", "null"),
        element("IsLatest", true),
        ...facts(entry),
        element("Owner", ownerElements(call.account.customerId)),
      ]);
    return xmlAnswer(
      document("ListVersionsResult", [
        element("Name", bucketOf(call)),
        element("Prefix", encode(listing.prefix)),
        element("KeyMarker", encode(marker)),
        element("VersionIdMarker", call.request.query.get("version-id-marker") ?? ""),
        optionalElement("NextKeyMarker", mapped(page.next, encode)),
        page.next === undefined ? undefined : element("NextVersionIdMarker", "null"),
        ...commonElements(listing, page),
        ...page.entries.map(version),
        ...prefixes(page, encode),
      ]),
    );
  },
};

/** What all listings ask alike. */
export interface Listing {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly encodingType?: string;
  /** Applied to every name in the answer. */
  readonly encode: (name: string) => string;
}

export function parseListing(request: S3Request, countName = "max-keys"): Listing {
  const { query } = request;
  const encodingType = query.get("encoding-type");
  if (encodingType !== undefined && encodingType !== "url")
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request", {
      ArgumentName: "encoding-type",
    });
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maxKeys: Math.min(parseCount(countName, query.get(countName), LISTING_MAX, ASKED_MAX), LISTING_MAX),
    ...(encodingType === undefined ? {} : { encodingType }),
    encode: encodingType === undefined ? (name) => name : uriEncodePath,
  };
}

async function pageOf(call: Call, listing: Listing, startAfter: string): Promise<ObjectPage> {
  const bucket = bucketOf(call);
  // Nothing can lie beyond a NUL-free name of 1024 bytes; and NUL must not reach the store.
  for (const text of [listing.prefix, listing.delimiter, startAfter])
    if (text.includes("\0")) throw new S3Error("InvalidArgument", "Listings take no NUL characters.");
  if (listing.maxKeys > 0) return call.store.listObjects(call.account, { bucket, startAfter, ...pick(listing) });
  await call.store.headBucket(call.account, bucket);
  return EMPTY_PAGE;
}

function pick({ prefix, delimiter, maxKeys }: Listing) {
  return { prefix, delimiter, maxKeys };
}

function commonElements(listing: Listing, page: ObjectPage): (string | undefined)[] {
  return [
    element("MaxKeys", listing.maxKeys),
    listing.delimiter === "" ? undefined : element("Delimiter", listing.encode(listing.delimiter)),
    element("IsTruncated", page.next !== undefined),
    optionalElement("EncodingType", listing.encodingType),
  ];
}

function contents(entry: ListedObject, encode: Listing["encode"], owner: string | undefined): string {
  return element("Contents", [
    element("Key", encode(entry.key)),
    ...facts(entry),
    owner === undefined ? undefined : element("Owner", ownerElements(owner)),
  ]);
}

function facts(entry: ListedObject): (string | undefined)[] {
  return [
    element("LastModified", isoDate(entry.lastModifiedMs)),
    element("ETag", quoted(entry.etag)),
    entry.checksum === undefined ? undefined : element("ChecksumAlgorithm", entry.checksum.algorithm),
    entry.checksum === undefined ? undefined : element("ChecksumType", entry.checksum.type),
    element("Size", entry.sizeBytes),
    element("StorageClass", "STANDARD"),
  ];
}

function prefixes(page: ObjectPage, encode: Listing["encode"]): string[] {
  return page.commonPrefixes.map((prefix) => element("CommonPrefixes", [element("Prefix", encode(prefix))]));
}

function mapped(value: string | undefined, map: (value: string) => string): string | undefined {
  return value === undefined ? undefined : map(value);
}

/** Opaque to clients, stateless for us: the name to go on after. */
function formatToken(next: string): string {
  return Buffer.from(next, "utf8").toString("base64url");
}

function parseToken(token: string): string {
  const bytes = Buffer.from(token, "base64url");
  const name = bytes.toString("utf8");
  if (token === "" || formatToken(name) !== token)
    throw new S3Error("InvalidArgument", "The continuation token provided is incorrect", {
      ArgumentName: "continuation-token",
    });
  return name;
}
