import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  type ChecksumAlgorithm,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALICE, BOB, READER, startTestServer, type TestServer } from "./testing/testServer.ts";

let server: TestServer;
let s3: S3Client;

function clientFor(key: typeof ALICE, options: ConstructorParameters<typeof S3Client>[0] = {}): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: "eu-wayleave-1",
    forcePathStyle: true,
    credentials: key,
    maxAttempts: 1,
    ...options,
  });
}

beforeAll(async () => {
  server = await startTestServer();
  s3 = clientFor(ALICE);
  for (const Bucket of ["shared", "listing"]) await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const read = async (Key: string, Bucket = "shared", more: object = {}) => {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...got, bytes: Buffer.from(await got.Body!.transformToByteArray()) };
};
const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket: "shared", Key, Body, ...more }));
const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => "no failure",
    (error: { name: string; $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}`,
  );

describe("buckets", () => {
  test("are created, found, located and deleted", async () => {
    const Bucket = "short-lived";
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-wayleave-1" as never } }),
    );
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map((b) => b.Name)).toContain(Bucket);
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("eu-wayleave-1");
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe("eu-wayleave-1");
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await failure(s3.send(new HeadBucketCommand({ Bucket })))).toBe("404 NotFound");
  });

  test("refuse what S3 refuses", async () => {
    expect(await failure(s3.send(new CreateBucketCommand({ Bucket: "shared" })))).toBe("409 BucketAlreadyOwnedByYou");
    const bob = clientFor(BOB);
    expect(await failure(bob.send(new CreateBucketCommand({ Bucket: "shared" })))).toBe("409 BucketAlreadyExists");
    expect(await failure(bob.send(new ListObjectsV2Command({ Bucket: "shared" })))).toBe("403 AccessDenied");
    expect(await failure(s3.send(new CreateBucketCommand({ Bucket: "No_Good" })))).toBe("400 InvalidBucketName");
    await put("keeps-it-full", "x");
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: "shared" })))).toBe("409 BucketNotEmpty");
    expect(await failure(s3.send(new GetObjectCommand({ Bucket: "nowhere", Key: "x" })))).toBe("404 NoSuchBucket");
  });

  test("a key limited to reading one bucket can do no more", async () => {
    const reader = clientFor(READER);
    await put("for-reader", "x");
    expect((await reader.send(new GetObjectCommand({ Bucket: "shared", Key: "for-reader" }))).ContentLength).toBe(1);
    const write = new PutObjectCommand({ Bucket: "shared", Key: "k", Body: "x" });
    expect(await failure(reader.send(write))).toBe("403 AccessDenied");
    expect(await failure(reader.send(new ListObjectsV2Command({ Bucket: "listing" })))).toBe("403 AccessDenied");
    expect(await failure(reader.send(new ListBucketsCommand({})))).toBe("403 AccessDenied");
  });

  test("a customer over the request rate is told to slow down", async () => {
    server.admission.open = false;
    try {
      expect(await failure(put("k", "x"))).toBe("503 SlowDown");
      // The key's own limits can only hold when it is named.
      const { accessKeyId } = ALICE;
      expect(server.costs.at(-1)).toEqual({ accessKeyId, operation: "PutObject", kind: "write", uploadBytes: 1 });
    } finally {
      server.admission.open = true;
    }
  });
});

describe("objects", () => {
  test("come back with bytes, metadata and ETag", async () => {
    const body = randomBytes(300_000);
    const stored = await put("dir/ä ö+&?#%.bin", body, {
      ContentType: "text/x-test",
      CacheControl: "no-cache",
      ContentDisposition: "attachment",
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      Metadata: { colour: "blue", "two-words": "a  b" },
    });
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    expect(stored.ETag).toBe(etag);
    const got = await read("dir/ä ö+&?#%.bin");
    expect(got.bytes.equals(body)).toBe(true);
    expect(got).toMatchObject({
      ETag: etag,
      ContentType: "text/x-test",
      CacheControl: "no-cache",
      ContentDisposition: "attachment",
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      Metadata: { colour: "blue", "two-words": "a  b" },
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket: "shared", Key: "dir/ä ö+&?#%.bin" }));
    expect(head.ContentLength).toBe(300_000);
  });

  test("keys are bytes, never paths", async () => {
    for (const key of [
      "../../etc/passwd",
      "a//b",
      "a/./b",
      "/lead",
      "trail/",
      "a%2Fb",
      " ",
      "a\tb",
      "x".repeat(1024),
    ]) {
      await put(key, key);
      expect((await read(key)).bytes.toString()).toBe(key);
    }
    expect(await failure(put("x".repeat(1025), "x"))).toBe("400 KeyTooLongError");
    expect(await failure(read("a/b"))).toBe("404 NoSuchKey");
  });

  test("an empty object is an object", async () => {
    await put("empty", Buffer.alloc(0), { ContentLength: 0 });
    expect((await read("empty")).bytes.byteLength).toBe(0);
    expect(await failure(read("empty", "shared", { Range: "bytes=0-1" }))).toBe("416 InvalidRange");
  });

  test("ranges", async () => {
    await put("digits", "0123456789");
    const range = async (Range: string) => {
      const got = await read("digits", "shared", { Range });
      return `${got.$metadata.httpStatusCode} ${got.bytes.toString()} ${got.ContentRange ?? ""}`;
    };
    expect(await range("bytes=2-4")).toBe("206 234 bytes 2-4/10");
    expect(await range("bytes=7-")).toBe("206 789 bytes 7-9/10");
    expect(await range("bytes=-3")).toBe("206 789 bytes 7-9/10");
    expect(await range("bytes=-99")).toBe("206 0123456789 bytes 0-9/10");
    expect(await range("bytes=5-999")).toBe("206 56789 bytes 5-9/10");
    expect(await range("bytes=0-1,4-5")).toBe("200 0123456789 ");
    expect(await range("bytes=4-2")).toBe("200 0123456789 ");
    expect(await failure(range("bytes=10-"))).toBe("416 InvalidRange");
    expect(await failure(range("bytes=-0"))).toBe("416 InvalidRange");
  });

  test("conditional reads", async () => {
    const { ETag } = await put("conditional", "x");
    const past = new Date(Date.now() - 3_600_000);
    const future = new Date(Date.now() + 3_600_000);
    const get = (conditions: object) => failure(read("conditional", "shared", conditions));
    expect(await get({ IfMatch: ETag })).toBe("no failure");
    expect(await get({ IfMatch: '"other"' })).toBe("412 PreconditionFailed");
    expect(await get({ IfNoneMatch: ETag })).toMatch(/^304/);
    expect(await get({ IfNoneMatch: '"other"' })).toBe("no failure");
    expect(await get({ IfUnmodifiedSince: past })).toBe("412 PreconditionFailed");
    expect(await get({ IfModifiedSince: future })).toMatch(/^304/);
    expect(await get({ IfModifiedSince: past })).toBe("no failure");
    // The ETag decides over the date of its pair.
    expect(await get({ IfMatch: ETag, IfUnmodifiedSince: past })).toBe("no failure");
    expect(await get({ IfNoneMatch: '"other"', IfModifiedSince: future })).toBe("no failure");
  });

  test("conditional writes", async () => {
    const { ETag } = await put("guarded", "one", { IfNoneMatch: "*" });
    expect(await failure(put("guarded", "two", { IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
    expect(await failure(put("guarded", "two", { IfMatch: '"0123"' }))).toBe("412 PreconditionFailed");
    expect(await failure(put("absent", "two", { IfMatch: '"0123"' }))).toBe("404 NoSuchKey");
    await put("guarded", "three", { IfMatch: ETag });
    expect((await read("guarded")).bytes.toString()).toBe("three");
  });

  test("response overrides", async () => {
    await put("override", "x", { ContentType: "text/plain" });
    const got = await read("override", "shared", {
      ResponseContentType: "application/pdf",
      ResponseContentDisposition: 'attachment; filename="ü.pdf"',
    });
    expect(got.ContentType).toBe("application/pdf");
    const evil = read("override", "shared", { ResponseContentDisposition: "a\r\nset-cookie: b" });
    expect(await failure(evil)).toBe("400 InvalidArgument");
  });

  test("copies keep or replace metadata", async () => {
    await put("copy/source ü", "copied", { Metadata: { a: "1" }, ContentType: "text/a" });
    const CopySource = encodeURI("shared/copy/source ü");
    const copy = (Key: string, more: object = {}) =>
      s3.send(new CopyObjectCommand({ Bucket: "shared", Key, CopySource, ...more }));
    const kept = await copy("copy/kept");
    expect(kept.CopyObjectResult?.ETag).toBe(`"${createHash("md5").update("copied").digest("hex")}"`);
    expect(await read("copy/kept")).toMatchObject({ Metadata: { a: "1" }, ContentType: "text/a" });
    await copy("copy/replaced", { MetadataDirective: "REPLACE", Metadata: { b: "2" } });
    expect((await read("copy/replaced")).Metadata).toEqual({ b: "2" });
    expect(await failure(copy("copy/source ü"))).toBe("400 InvalidRequest");
    expect(await failure(copy("copy/x", { CopySourceIfNoneMatch: kept.CopyObjectResult?.ETag }))).toBe(
      "412 PreconditionFailed",
    );
    expect(await failure(copy("copy/x", { CopySource: "shared/none" }))).toBe("404 NoSuchKey");
    expect(await failure(copy("copy/x", { CopySource: "shared" }))).toBe("400 InvalidArgument");
  });

  test("deletes, one and many", async () => {
    await put("gone", "x");
    await s3.send(new DeleteObjectCommand({ Bucket: "shared", Key: "gone" }));
    await s3.send(new DeleteObjectCommand({ Bucket: "shared", Key: "gone" }));
    expect(await failure(read("gone"))).toBe("404 NoSuchKey");
    const keys = [" spaced ", "a&b<c>", "ctrl\u0001", "ü", "line\nbreak"];
    for (const key of keys) await put(key, "x");
    const Objects = keys.map((Key) => ({ Key }));
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket: "shared", Delete: { Objects } }));
    expect(answer.Errors ?? []).toEqual([]);
    expect(answer.Deleted).toHaveLength(keys.length);
    for (const key of keys) expect(await failure(read(key))).toBe("404 NoSuchKey");
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket: "shared", Delete: { Quiet: true, Objects } }));
    expect(quiet.Deleted ?? []).toEqual([]);
  });
});

describe("checksums", () => {
  test.for(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "%s is verified, kept and returned",
    async (algorithm) => {
      const field = `Checksum${algorithm}` as const;
      // A stream makes the SDK send aws-chunked with a trailer; a buffer, a header.
      for (const Body of [randomBytes(100_000), Readable.from([randomBytes(70_000), randomBytes(30_000)])]) {
        const stored = await s3.send(
          new PutObjectCommand({
            Bucket: "shared",
            Key: algorithm,
            Body,
            ContentLength: 100_000,
            ChecksumAlgorithm: algorithm as ChecksumAlgorithm,
          }),
        );
        const got = await read(algorithm, "shared", { ChecksumMode: "ENABLED" });
        expect(got[field]).toBe(stored[field]);
        expect(got[field]).toBeTruthy();
        expect(got.ContentEncoding).toBeUndefined();
      }
      const wrong = {
        [field]: Buffer.alloc(
          Buffer.from((await read(algorithm, "shared", { ChecksumMode: "ENABLED" }))[field]!, "base64").length,
          7,
        ).toString("base64"),
      };
      expect(await failure(put(`${algorithm}-wrong`, "x", wrong))).toBe("400 BadDigest");
      expect(await failure(read(`${algorithm}-wrong`))).toBe("404 NoSuchKey");
    },
  );
});

describe("listings", () => {
  const keys = ["a/1", "a/2", "b", "c/d/e", "é", "\u{1F600}", "\uFF21", "z&<>"];
  // By UTF-8 bytes the astral character comes after U+FF21; by UTF-16 units it would come before.
  const sorted = ["a/1", "a/2", "b", "c/d/e", "z&<>", "é", "\uFF21", "\u{1F600}"];

  beforeAll(async () => {
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: "listing", Key, Body: "x" }));
  });

  test.for([1, 2, 3, 1000])("v2 by pages of %i gives all in byte order", async (MaxKeys) => {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: "listing", MaxKeys, ContinuationToken }));
      expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
      found.push(...(page.Contents ?? []).map((entry) => entry.Key!));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(found).toEqual(sorted);
  });

  test.for([1, 2, 1000])("v1 by pages of %i with a delimiter", async (MaxKeys) => {
    const found: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsCommand({ Bucket: "listing", MaxKeys, Marker, Delimiter: "/", EncodingType: "url" }),
      );
      found.push(...(page.CommonPrefixes ?? []).map((entry) => entry.Prefix!));
      found.push(...(page.Contents ?? []).map((entry) => decodeURIComponent(entry.Key!)));
      Marker = page.NextMarker === undefined ? undefined : decodeURIComponent(page.NextMarker);
    } while (Marker !== undefined);
    expect(new Set(found)).toEqual(new Set(["a/", "c/", ...sorted.filter((key) => !key.includes("/"))]));
    expect(found).toHaveLength(7);
  });

  test("prefix, start-after, owner, nothing at all", async () => {
    const list = (more: object) => s3.send(new ListObjectsV2Command({ Bucket: "listing", ...more }));
    expect((await list({ Prefix: "a/" })).Contents?.map((entry) => entry.Key)).toEqual(["a/1", "a/2"]);
    const after = await list({ StartAfter: "b", FetchOwner: true });
    expect(after.Contents?.[0]).toMatchObject({ Key: "c/d/e", Owner: { ID: "alice" } });
    const none = await list({ MaxKeys: 0 });
    expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
    expect(await failure(list({ ContinuationToken: "***" }))).toBe("400 InvalidArgument");
    expect(await failure(list({ MaxKeys: -1 }))).toBe("400 InvalidArgument");
  });

  test("versions of an unversioned bucket are its objects", async () => {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: "listing", MaxKeys: 3 }));
    expect(page.Versions?.map((v) => [v.Key, v.VersionId, v.IsLatest])).toEqual(
      sorted.slice(0, 3).map((key) => [key, "null", true]),
    );
    const next = await s3.send(
      new ListObjectVersionsCommand({ Bucket: "listing", KeyMarker: page.NextKeyMarker, VersionIdMarker: "null" }),
    );
    expect(next.Versions?.map((v) => v.Key)).toEqual(sorted.slice(3));
  });

  test("control characters in keys survive url encoding", async () => {
    const Key = "ctrl/\u0001\u001f\t\n";
    await put(Key, "x");
    const page = await s3.send(new ListObjectsV2Command({ Bucket: "shared", Prefix: "ctrl/", EncodingType: "url" }));
    expect(decodeURIComponent(page.Contents![0]!.Key!)).toBe(Key);
  });
});

describe("presigned", () => {
  test("GET and PUT work without credentials, and only for what was signed", async () => {
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: "shared", Key: "pre signed/ü" }), {
      expiresIn: 60,
    });
    expect((await fetch(url, { method: "PUT", body: "hello" })).status).toBe(200);
    const getUrl = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "shared", Key: "pre signed/ü" }), {
      expiresIn: 60,
    });
    expect(await (await fetch(getUrl)).text()).toBe("hello");
    expect((await fetch(getUrl, { method: "DELETE" })).status).toBe(403);
    expect(await (await fetch(`${getUrl}&response-content-type=text/html`)).text()).toContain("SignatureDoesNotMatch");
    expect(await (await fetch(getUrl.replace("pre%20signed", "other"))).text()).toContain("SignatureDoesNotMatch");
  });

  test("expire", async () => {
    const signingDate = new Date(Date.now() - 61_000);
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "shared", Key: "x" }), {
      expiresIn: 60,
      signingDate,
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("Request has expired");
  });
});
