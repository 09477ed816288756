/** What programs do with the current AWS SDK, on real devices over real links: streams of unknown length and presigned URLs. */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type StorageService, startStorageService } from "@wayleave/kind-storage/serve/startStorageService";
import {
  DOMAIN,
  PAYER,
  RECOVERY_KEY,
  type TestNetwork,
  startTestNetwork,
} from "@wayleave/kind-storage/serve/testing/testNetwork";
import { localSchedule } from "@wayleave/core/network";
import { afterAll, beforeAll, expect, test } from "vitest";

const MIB = 1024 * 1024;
const Bucket = "programs";
let network: TestNetwork;
let service: StorageService;
let client: S3Client;

beforeAll(async () => {
  network = await startTestNetwork();
  const { pool, options } = network;
  service = await startStorageService({
    ...{ pool, devices: options.directory, meter: options.meter, clock: options.clock, log: options.log },
    ...{ recoveryKey: RECOVERY_KEY, linkKey: options.identity.key, domain: DOMAIN, payer: PAYER },
    policy: options.policy,
    customers: { admit: () => undefined },
    balanceMicroUsd: () => 1n,
    claim: async () => undefined,
    schedule: localSchedule(0),
    credentials: { findKey: async () => ({ secretAccessKey: "secret", customerId: "alice" }), admit: () => true },
    s3: { host: "127.0.0.1", port: 0, region: "local" },
  });
  client = new S3Client({
    ...{ endpoint: service.endpoints[0]!.url, region: "local", forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId: "K", secretAccessKey: "secret" },
  });
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  client.destroy();
  await service.close();
  await network[Symbol.asyncDispose]();
});

const read = async (Key: string) =>
  Buffer.from(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());

test("lib-storage uploads a stream of unknown length in parts, two at once", async () => {
  const bytes = randomBytes(13 * MIB + 12_345);
  const chunks = Array.from({ length: Math.ceil(bytes.byteLength / 100_000) }, (_, i) =>
    bytes.subarray(i * 100_000, (i + 1) * 100_000),
  );
  const params = { Bucket, Key: "stream", Body: Readable.from(chunks), Metadata: { by: "lib-storage" } };
  await new Upload({ client, params, partSize: 5 * MIB, queueSize: 2 }).done();
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "stream" }));
  expect(head).toMatchObject({ ContentLength: bytes.byteLength, Metadata: { by: "lib-storage" } });
  expect(head.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
  expect((await read("stream")).equals(bytes)).toBe(true);
});

test("a PUT from a stream of known length arrives with its trailing checksum verified", async () => {
  const bytes = randomBytes(2 * MIB + 1);
  const Body = Readable.from([bytes.subarray(0, MIB), bytes.subarray(MIB)]);
  const put = { Bucket, Key: "known", Body, ContentLength: bytes.byteLength, ChecksumAlgorithm: "SHA256" } as const;
  const { ChecksumSHA256 } = await client.send(new PutObjectCommand(put));
  expect(ChecksumSHA256).toBe(createHash("sha256").update(bytes).digest("base64"));
  expect((await read("known")).equals(bytes)).toBe(true);
});

test("presigned URLs let anybody put and get, and nothing else", async () => {
  const bytes = randomBytes(600_000);
  const put = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "by-url" }), { expiresIn: 60 });
  expect((await fetch(put, { method: "PUT", body: bytes })).status).toBe(200);
  const get = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "by-url" }), { expiresIn: 60 });
  const reply = await fetch(get, { headers: { range: "bytes=500000-599999" } });
  expect(reply.status).toBe(206);
  expect(Buffer.from(await reply.arrayBuffer()).equals(bytes.subarray(500_000))).toBe(true);
  expect((await fetch(get, { method: "DELETE" })).status).toBe(403);
  expect((await fetch(put.replace("by-url", "other"), { method: "PUT", body: bytes })).status).toBe(403);
  expect((await read("by-url")).equals(bytes)).toBe(true);
});
