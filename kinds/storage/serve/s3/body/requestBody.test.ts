import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deriveSigningKey } from "../sigv4/signingKeys.ts";
import { encodeAwsChunked } from "../testing/encodeAwsChunked.ts";
import type { BodyPlan } from "./bodyPlan.ts";
import { digestNow } from "./checksums.ts";
import { readWhole, RequestBody } from "./requestBody.ts";

const chain = { key: deriveSigningKey("s", "20260101", "r"), amzDate: "", scope: "", seedSignature: "0".repeat(64) };

/** Sends pieces as a request's body. @returns what came out, or the failure's code. */
async function pass(pieces: readonly Buffer[], plan: BodyPlan, sizeBytesMax = 1e6) {
  const source = new PassThrough();
  const message = Object.assign(source, { complete: false }) as unknown as IncomingMessage;
  let starts = 0;
  const clock = { monotonicMs: () => 0 };
  const body = await RequestBody.open(message, { plan, chain, sizeBytesMax, clock, onStart: () => starts++ });
  expect(starts).toBe(0);
  for (const piece of pieces) source.write(piece);
  source.end();
  try {
    const data = await readWhole(body);
    expect(starts).toBe(1);
    return { data, checksum: body.upload().checksum?.value() };
  } catch (error) {
    return { failed: (error as { s3Code?: string }).s3Code ?? String(error) };
  }
}

const anyChunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 6 },
);

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [0, ...at.map((n) => n % (bytes.byteLength + 1)), bytes.byteLength].sort((a, b) => a - b);
  return points.slice(1).map((end, i) => bytes.subarray(points[i], end));
}

test("a body with a trailing checksum ends cleanly only if every byte is right", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyChunks,
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.nat(),
      fc.nat(255),
      async (chunks, cuts, at, change) => {
        const data = Buffer.concat(chunks);
        const value = digestNow("CRC32", data).toString("base64");
        const encoded = encodeAwsChunked(chunks, { "x-amz-checksum-crc32": value });
        encoded[at % encoded.byteLength]! ^= change;
        const plan = {
          framing: "chunked-unsigned",
          sizeBytes: data.byteLength,
          checksum: { algorithm: "CRC32", inTrailer: true },
        } as const;
        const passed = await pass(cut(encoded, cuts), plan);
        if (change === 0) expect(passed).toEqual({ data, checksum: value });
        else if (passed.failed === undefined) expect(passed.data).toEqual(data);
        else expect(passed.failed).toMatch(/^[A-Z]\w+$/);
      },
    ),
    { numRuns: 500 },
  );
});

test("a body of one-byte chunks is put together, not an object per byte", async () => {
  const chunks = Array.from({ length: 5_000 }, (_, i) => Buffer.from([i % 256]));
  const source = new PassThrough();
  const plan = { framing: "chunked-unsigned", sizeBytes: 5_000 } as const;
  const options = { plan, chain, sizeBytesMax: 1e6, clock: { monotonicMs: () => 0 }, onStart: () => undefined };
  const body = await RequestBody.open(source as unknown as IncomingMessage, options);
  source.end(encodeAwsChunked(chunks));
  let pieces = 0;
  for await (const piece of body) if (piece) pieces++;
  expect(pieces).toBeLessThan(10);
});

test.for([
  ["IncompleteBody", "hell", { sizeBytes: 5 }],
  ["IncompleteBody", "helloo", { sizeBytes: 5 }],
  ["EntityTooLarge", "x".repeat(1_001), {}],
  ["BadDigest", "hello", { contentMd5: Buffer.alloc(16) }],
  ["XAmzContentSHA256Mismatch", "hello", { contentSha256: Buffer.alloc(32) }],
  ["BadDigest", "hello", { checksum: { algorithm: "CRC32C", expected: Buffer.alloc(4), inTrailer: false } }],
] as const)("%s", async ([code, text, plan]) => {
  expect(await pass([Buffer.from(text)], { framing: "plain", ...plan }, 1_000)).toEqual({ failed: code });
});

test("an algorithm that was only named is computed", async () => {
  const plan = { framing: "plain", checksum: { algorithm: "SHA256", inTrailer: false } } as const;
  const data = Buffer.from("hello");
  expect(await pass([data], plan)).toEqual({ data, checksum: digestNow("SHA256", data).toString("base64") });
});

test("waiting is counted from when the client's next byte was wanted, and not while the store is at work", async () => {
  let nowMs = 0;
  const source = new PassThrough();
  const options = {
    plan: { framing: "plain" },
    chain,
    sizeBytesMax: 1e9,
    clock: { monotonicMs: () => nowMs },
    onStart: () => undefined,
  } as const;
  const body = await RequestBody.open(source as unknown as IncomingMessage, options);
  expect(body.waitedMs()).toBeUndefined();
  body.read(0);
  nowMs = 100;
  expect(body.waitedMs()).toBe(100);
  source.write(Buffer.alloc(1_000_000));
  await expect.poll(() => body.readableLength).toBeGreaterThan(0);
  expect(body.waitedMs()).toBeUndefined();
  nowMs = 500;
  body.read();
  body.read(0);
  nowMs = 520;
  expect(body.waitedMs()).toBe(20);
  source.end();
  body.resume();
  await expect.poll(() => body.readableEnded).toBe(true);
  expect(body.waitedMs()).toBeUndefined();
});

test("a body whose client left before anybody read fails instead of waiting", async () => {
  const source = new PassThrough();
  source.end("all of it");
  await once(source.destroy(), "close");
  const options = {
    plan: { framing: "plain" },
    chain,
    sizeBytesMax: 1e6,
    clock: { monotonicMs: () => 0 },
    onStart: () => undefined,
  } as const;
  const body = await RequestBody.open(Object.assign(source, { complete: true }) as unknown as IncomingMessage, options);
  await expect(readWhole(body)).rejects.toMatchObject({ s3Code: "IncompleteBody" });
});
