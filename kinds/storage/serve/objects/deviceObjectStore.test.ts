import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";
import type { ObjectStore, PartInfo, WriteConditions } from "../s3/objectStore.ts";

const ACCOUNT = { customerId: "alice" };
const STRIPE = 4 * (65_536 - 16);
let network: TestNetwork;
let store: ObjectStore;

beforeAll(async () => {
  network = await startTestNetwork();
  store = network.core.store;
  await store.createBucket(ACCOUNT, "photos");
});
afterAll(() => network[Symbol.asyncDispose]());

async function put(key: string, bytes: Uint8Array, announce = true, conditions: WriteConditions = {}) {
  const cuts = Array.from({ length: Math.ceil(bytes.byteLength / 50_000) }, (_, i) => i * 50_000);
  const body = Readable.from(cuts.map((cut) => bytes.subarray(cut, cut + 50_000)));
  const size = announce ? { sizeBytes: bytes.byteLength } : {};
  const metadata = { user: {} };
  return await store.putObject(ACCOUNT, { bucket: "photos", key, body, ...size, metadata, conditions });
}

async function get(key: string, offsetBytes = 0, lengthBytes?: number): Promise<Buffer> {
  const { info, read } = await store.getObject(ACCOUNT, { bucket: "photos", key });
  const chunks: Buffer[] = [];
  for await (const chunk of read({ offsetBytes, lengthBytes: lengthBytes ?? info.sizeBytes - offsetBytes }))
    chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe("an object", () => {
  test.for([
    0,
    1,
    4095,
    4096,
    4097,
    65_520,
    65_536,
    262_143,
    STRIPE - 1,
    STRIPE,
    STRIPE + 1,
    1 << 20,
    4 * STRIPE,
    4 * STRIPE + 1,
    5_000_001,
  ])("of %i bytes comes back as it went, announced or not", async (size) => {
    const bytes = randomBytes(size);
    for (const announced of [true, false]) {
      const stored = await put(`size-${size}`, bytes, announced);
      expect(stored.etag).toBe(createHash("md5").update(bytes).digest("hex"));
      expect((await get(`size-${size}`)).equals(bytes)).toBe(true);
    }
  });
});

describe("reads", () => {
  const bytes = randomBytes(3 * STRIPE + 77_777);
  beforeAll(() => put("ranges", bytes));

  test("any range is exactly that range", async () => {
    const edges = [0, 1, 65_519, 65_520, 65_521, STRIPE - 1, STRIPE, STRIPE + 1, bytes.byteLength - 1];
    const offset = fc.oneof(fc.constantFrom(...edges), fc.nat(bytes.byteLength - 1));
    await fc.assert(
      fc.asyncProperty(offset, fc.oneof(fc.constantFrom(1, 65_520, STRIPE), fc.nat(300_000)), async (from, length) => {
        const end = Math.min(bytes.byteLength, from + Math.max(1, length));
        expect((await get("ranges", from, end - from)).equals(bytes.subarray(from, end))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("a small range asks one device for one block", async () => {
    // On a busy machine an answer may come late enough for others to be asked too.
    await expect
      .poll(async () => {
        for (const agent of network.agents) agent.asked.length = 0;
        await get("ranges", 65_520, 1000);
        return network.agents.flatMap((agent) => agent.asked).length;
      })
      .toBe(1);
  });

  test("every byte a device served is metered at its price", async () => {
    network.core.egress.flush();
    network.acts.length = 0;
    await get("ranges");
    network.core.egress.flush();
    const picoUsd = network.acts.reduce((total, act) => total + act.picoUsd, 0n);
    const served = BigInt(14 * 65_536); // whole blocks: three stripes of four and one of two
    expect(network.acts.every((act) => act.customer === "alice" && act.subject === "photos")).toBe(true);
    // Remainders of earlier reads may add or lack a pico-dollar for each device; a hedged read costs more.
    expect(picoUsd - (served * 4_880_000n) / (1n << 20n)).toBeGreaterThanOrEqual(-4n);
  });
});

describe("conditional writes", () => {
  const small = randomBytes(100);

  test("create only what is absent, replace only what is known", async () => {
    const { etag } = await put("once", small, true, { ifNoneMatch: "*" });
    await expect(put("once", small, true, { ifNoneMatch: "*" })).rejects.toMatchObject({ code: "precondition-failed" });
    await expect(put("once", small, true, { ifMatch: "0".repeat(32) })).rejects.toMatchObject({
      code: "precondition-failed",
    });
    await expect(put("never", small, true, { ifMatch: etag })).rejects.toMatchObject({ code: "no-such-key" });
    await put("once", randomBytes(70_000), true, { ifMatch: etag });
  });

  test.for([100, 10_000])("of several at once, of %i bytes, exactly one creates", async (size) => {
    for (let round = 0; round < 5; round++) {
      const writes = Array.from({ length: 6 }, () =>
        put(`race-${size}-${round}`, randomBytes(size), true, { ifNoneMatch: "*" }),
      );
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    }
  });

  test("puts and deletes of one key at once leave one whole object or none", async () => {
    const versions = Array.from({ length: 8 }, (_, i) => Buffer.alloc(30_000, i));
    const target = { bucket: "photos", key: "contended" };
    await Promise.all(versions.flatMap((bytes) => [put("contended", bytes), store.deleteObject(ACCOUNT, target)]));
    const left = await get("contended").catch((error: unknown) => error);
    if (left instanceof Buffer) expect(versions.some((bytes) => bytes.equals(left))).toBe(true);
    else expect(left).toMatchObject({ code: "no-such-key" });
    const counted = await network.pool.query(
      `select c.id from storage.content c where refs <>
         (select count(*) from storage.object o where c.id = any(o.contents)) + (select count(*) from storage.part p where c.id = any(p.contents))`,
    );
    expect(counted.rows).toEqual([]);
  });
});

describe("multipart", () => {
  const parts = [randomBytes(300_000), randomBytes(1), randomBytes(700_000)];
  const target = { bucket: "photos", key: "assembled" };
  const assemble = (_: unknown, stored: readonly PartInfo[]) => ({
    parts: stored,
    sizeBytes: stored.reduce((total, part) => total + part.sizeBytes, 0),
    etag: `0123-${stored.length}`,
  });
  const upload = async () => {
    const { uploadId } = await store.createMultipartUpload(ACCOUNT, { ...target, metadata: { user: { a: "b" } } });
    for (const [i, bytes] of [...parts.entries()].reverse()) {
      await store.uploadPart(ACCOUNT, { ...target, uploadId, partNumber: i + 1, body: Readable.from([bytes]) });
    }
    return uploadId;
  };

  test("parts become one object without moving, and asking again answers the same", async () => {
    const uploadId = await upload();
    await store.uploadPart(ACCOUNT, { ...target, uploadId, partNumber: 2, body: Readable.from([parts[1]!]) });
    const page = await store.listParts(ACCOUNT, { ...target, uploadId, afterPartNumber: 1, maxParts: 1 });
    expect(page).toMatchObject({ hasMore: true, parts: [{ partNumber: 2, sizeBytes: 1 }] });
    const stored = await store.completeMultipartUpload(ACCOUNT, { ...target, uploadId, assemble, conditions: {} });
    expect(await store.completeMultipartUpload(ACCOUNT, { ...target, uploadId, assemble, conditions: {} })).toEqual(
      stored,
    );
    const whole = Buffer.concat(parts);
    expect((await get("assembled")).equals(whole)).toBe(true);
    expect((await get("assembled", 299_999, 3)).equals(whole.subarray(299_999, 300_002))).toBe(true);
    const info = await store.headObject(ACCOUNT, target);
    expect(info).toMatchObject({ partSizesBytes: [300_000, 1, 700_000], metadata: { user: { a: "b" } } });
    await store.copyObject(ACCOUNT, {
      bucket: "photos",
      key: "copied",
      source: target,
      checkSource: () => undefined,
      conditions: {},
    });
    await store.deleteObject(ACCOUNT, target);
    await network.core.collector.collect();
    expect((await get("copied")).equals(whole)).toBe(true);
  });

  test("uploads are listed, and gone when aborted", async () => {
    const uploadId = await upload();
    const query = { bucket: "photos", prefix: "ass", keyMarker: "", uploadIdMarker: "", maxUploads: 10 };
    expect((await store.listMultipartUploads(ACCOUNT, query)).uploads.map((found) => found.uploadId)).toEqual([
      uploadId,
    ]);
    await expect(store.deleteBucket(ACCOUNT, "photos")).rejects.toMatchObject({ code: "bucket-not-empty" });
    await store.abortMultipartUpload(ACCOUNT, { ...target, uploadId });
    expect((await store.listMultipartUploads(ACCOUNT, query)).uploads).toEqual([]);
    await expect(store.abortMultipartUpload(ACCOUNT, { ...target, uploadId })).rejects.toMatchObject({
      code: "no-such-upload",
    });
  });

  test("a copy into another bucket is under that bucket's key", async () => {
    await put("source", parts[0]!);
    await store.createBucket(ACCOUNT, "other");
    const copy = { bucket: "other", key: "k", source: { bucket: "photos", key: "source" } };
    await store.copyObject(ACCOUNT, { ...copy, checkSource: () => undefined, conditions: {} });
    await store.deleteObject(ACCOUNT, { bucket: "photos", key: "source" });
    const { read } = await store.getObject(ACCOUNT, { bucket: "other", key: "k" });
    const chunks: Buffer[] = [];
    for await (const chunk of read({ offsetBytes: 0, lengthBytes: 300_000 })) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(parts[0]!)).toBe(true);
  });
});

test("another customer's bucket is closed", async () => {
  const stranger = { customerId: "mallory" };
  await expect(store.headObject(stranger, { bucket: "photos", key: "ranges" })).rejects.toMatchObject({
    code: "access-denied",
  });
  await expect(store.createBucket(stranger, "photos")).rejects.toMatchObject({ code: "bucket-already-exists" });
  await expect(store.createBucket(ACCOUNT, "photos")).rejects.toMatchObject({ code: "bucket-already-owned" });
});

test("nothing of an object reaches a device or the database in the clear", async () => {
  const secret = Buffer.alloc(3000, "correct horse battery staple ");
  await put("secret-inline", secret);
  const rows = await network.pool.query("select inline_data from storage.object where inline_data is not null");
  for (const row of rows.rows as { inline_data: Buffer }[]) expect(row.inline_data.includes("battery")).toBe(false);
});
