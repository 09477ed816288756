import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALICE, startTestServer, type TestServer } from "./testing/testServer.ts";

const MIB = 1024 * 1024;
const Bucket = "multi";
let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer();
  s3 = new S3Client({
    endpoint: server.endpoint,
    region: "eu-wayleave-1",
    forcePathStyle: true,
    credentials: ALICE,
    maxAttempts: 1,
  });
  for (const name of ["shared", Bucket]) await s3.send(new CreateBucketCommand({ Bucket: name }));
});
afterAll(() => server.close());

const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: "shared", Key, Body }));
const read = async (Key: string, more: object = {}) => {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...got, bytes: Buffer.from(await got.Body!.transformToByteArray()) };
};
const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => "no failure",
    (error: { name: string; $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}`,
  );

test.for([undefined, "CRC32C", "CRC64NVME", "SHA256"] as const)(
  "lib-storage streams of unknown length, %s",
  async (algorithm) => {
    const body = randomBytes(10 * MIB + 77);
    const chunks = Array.from({ length: 64 }, (_, i) =>
      body.subarray((i * body.length) / 64, ((i + 1) * body.length) / 64),
    );
    const Key = `stream-${algorithm}`;
    const upload = new Upload({
      client: s3,
      params: {
        Bucket,
        Key,
        Body: Readable.from(chunks),
        ContentType: "x/y",
        ...(algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm }),
      },
    });
    const done = await upload.done();
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    const got = await read(Key);
    expect(got.bytes.equals(Buffer.concat(chunks))).toBe(true);
    expect(got.ContentType).toBe("x/y");
    const second = await read(Key, { PartNumber: 2 });
    expect(second.bytes.equals(got.bytes.subarray(5 * MIB, 10 * MIB))).toBe(true);
    expect(second.PartsCount).toBe(3);
  },
);

test("a full-object CRC is that of the whole object", async () => {
  const body = randomBytes(11 * MIB);
  for (const algorithm of ["CRC32", "CRC64NVME"] as const) {
    const whole = await s3.send(
      new PutObjectCommand({ Bucket, Key: "whole", Body: body, ChecksumAlgorithm: algorithm }),
    );
    const params = {
      Bucket,
      Key: "parts",
      Body: body,
      ChecksumAlgorithm: algorithm,
      ChecksumType: "FULL_OBJECT" as const,
    };
    await new Upload({ client: s3, params }).done();
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "parts", ChecksumMode: "ENABLED" }));
    expect(head[`Checksum${algorithm}`]).toBe(whole[`Checksum${algorithm}`]);
    expect(head.ChecksumType).toBe("FULL_OBJECT");
    const ObjectAttributes = ["ETag", "Checksum", "ObjectParts", "ObjectSize"] as const;
    const told = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key: "parts", ObjectAttributes: [...ObjectAttributes] }),
    );
    expect(told).toMatchObject({ ObjectSize: 11 * MIB, ObjectParts: { TotalPartsCount: 3 } });
    expect(`"${told.ETag}"`).toBe(head.ETag);
    expect(told.Checksum?.[`Checksum${algorithm}`]).toBe(head[`Checksum${algorithm}`]);
  }
});

test("parts are listed, copied, replaced, judged and put together", async () => {
  const Key = "by-hand";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const target = { Bucket, Key, UploadId };
  const first = randomBytes(5 * MIB);
  await s3.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: "replaced" }));
  const one = await s3.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: first }));
  await put("part-source", "0123456789");
  const copyCommand = { ...target, PartNumber: 3, CopySource: "shared/part-source" };
  const three = await s3.send(new UploadPartCopyCommand({ ...copyCommand, CopySourceRange: "bytes=2-4" }));
  expect(await failure(s3.send(new UploadPartCopyCommand({ ...copyCommand, CopySourceRange: "bytes=2-10" })))).toBe(
    "416 InvalidRange",
  );
  const listed = await s3.send(new ListPartsCommand({ ...target, MaxParts: 1 }));
  expect([listed.Parts?.length, listed.IsTruncated, listed.NextPartNumberMarker]).toEqual([1, true, "1"]);
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([{ Key, UploadId }]);
  const complete = (Parts: object[]) =>
    s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
  const [p1, p3] = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 3, ETag: three.CopyPartResult?.ETag },
  ];
  expect(await failure(complete([p3, p1]))).toBe("400 InvalidPartOrder");
  expect(await failure(complete([p1, { ...p3, ETag: p1.ETag }]))).toBe("400 InvalidPart");
  expect(await failure(complete([p1, { PartNumber: 2, ETag: p1.ETag }]))).toBe("400 InvalidPart");
  expect(await failure(complete([]))).toBe("400 MalformedXML");
  const done = await complete([p1, p3]);
  const digest = (data: Buffer | string) => createHash("md5").update(data).digest();
  expect(done.ETag).toBe(`"${digest(Buffer.concat([digest(first), digest("234")])).toString("hex")}-2"`);
  expect((await read(Key)).bytes.equals(Buffer.concat([first, Buffer.from("234")]))).toBe(true);
  expect(await failure(s3.send(new ListPartsCommand(target)))).toBe("404 NoSuchUpload");
});

test("a small part that is not the last is refused; an aborted upload is gone", async () => {
  const Key = "small";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const target = { Bucket, Key, UploadId };
  const Parts = [];
  for (const PartNumber of [1, 2])
    Parts.push({
      PartNumber,
      ETag: (await s3.send(new UploadPartCommand({ ...target, PartNumber, Body: "tiny" }))).ETag,
    });
  const complete = new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } });
  expect(await failure(s3.send(complete))).toBe("400 EntityTooSmall");
  await s3.send(new AbortMultipartUploadCommand(target));
  expect(await failure(s3.send(complete))).toBe("404 NoSuchUpload");
  expect(await failure(s3.send(new UploadPartCommand({ ...target, PartNumber: 10_001, Body: "x" })))).toBe(
    "400 InvalidArgument",
  );
});
