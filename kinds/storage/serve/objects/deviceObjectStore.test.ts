import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";
import type { ObjectStore } from "../s3/objectStore.ts";

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

async function put(key: string, bytes: Uint8Array, announce = true) {
  const chunks = Array.from({ length: Math.ceil(bytes.byteLength / 50_000) }, (_, i) =>
    bytes.subarray(i * 50_000, (i + 1) * 50_000),
  );
  const body = Readable.from(chunks);
  const size = announce ? { sizeBytes: bytes.byteLength } : {};
  return await store.putObject(ACCOUNT, {
    bucket: "photos",
    key,
    body,
    ...size,
    metadata: { user: {} },
    conditions: {},
  });
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
