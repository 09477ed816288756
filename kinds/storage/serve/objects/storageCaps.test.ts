import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Account, ObjectStore } from "../s3/objectStore.ts";
import { type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";
import { withStorageCaps } from "./storageCaps.ts";

const CAP_BYTES = 100_000;
const capped = (customerId: string): Account => ({ customerId, storageBytesMax: CAP_BYTES });
const over = expect.objectContaining({ code: "quota-exceeded" });
let network: TestNetwork;
let store: ObjectStore;
beforeAll(async () => {
  network = await startTestNetwork();
  store = withStorageCaps(network.core.store, network.core.database);
});
afterAll(() => network[Symbol.asyncDispose]());

const put = (account: Account, bucket: string, key: string, sizeBytes: number, announced = true) => {
  const body = Readable.from([randomBytes(sizeBytes)]);
  const size = announced ? { sizeBytes } : {};
  return store.putObject(account, { bucket, key, body, ...size, metadata: { user: {} }, conditions: {} });
};

test("an account stores up to its cap to the byte, and again what it deleted", async () => {
  const ann = capped("ann");
  await store.createBucket(ann, "ann-one");
  await store.createBucket(ann, "ann-two");
  await put(ann, "ann-one", "a", 60_000);
  await expect(put(ann, "ann-two", "b", 40_001)).rejects.toEqual(over);
  await put(ann, "ann-two", "b", 40_000);
  await put(ann, "ann-two", "empty", 0);
  await expect(put(ann, "ann-two", "one", 1)).rejects.toEqual(over);
  await expect(put(ann, "ann-two", "one", 1, false)).rejects.toEqual(over);
  await store.deleteObject(ann, { bucket: "ann-one", key: "a" });
  await put(ann, "ann-one", "c", 60_000, false);
  await expect(put({ customerId: "ann" }, "ann-one", "uncapped", 1)).resolves.toBeDefined();
});

test("a body of unknown length fails where the room ends, and nothing of it is to be seen", async () => {
  const ben = capped("ben");
  await store.createBucket(ben, "ben");
  await expect(put(ben, "ben", "long", CAP_BYTES + 1, false)).rejects.toEqual(over);
  await expect(store.headObject(ben, { bucket: "ben", key: "long" })).rejects.toMatchObject({ code: "no-such-key" });
  await put(ben, "ben", "fits", CAP_BYTES, false);
});

test("many at once do not pass together", async () => {
  const cyd = capped("cyd");
  await store.createBucket(cyd, "cyd");
  const puts = await Promise.allSettled([1, 2, 3, 4, 5].map((i) => put(cyd, "cyd", `k${i}`, 40_000)));
  expect(puts.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(2);
  await put(cyd, "cyd", "later", CAP_BYTES - 2 * 40_000);
});

test("parts count while they wait, copies count as what they show", async () => {
  const dan = capped("dan");
  await store.createBucket(dan, "dan");
  await put(dan, "dan", "source", 30_000);
  const parts = { bucket: "dan", key: "parts" };
  const { uploadId } = await store.createMultipartUpload(dan, { ...parts, metadata: { user: {} } });
  const upload = { ...parts, uploadId };
  const part = (partNumber: number, sizeBytes: number) => {
    const body = Readable.from([randomBytes(sizeBytes)]);
    return store.uploadPart(dan, { ...upload, partNumber, body, sizeBytes });
  };
  const copy = (key: string) => {
    const source = { bucket: "dan", key: "source" };
    return store.copyObject(dan, { bucket: "dan", key, source, checkSource: () => undefined, conditions: {} });
  };
  const partCopy = (partNumber: number, lengthBytes: number) => {
    const source = { bucket: "dan", key: "source" };
    const chooseRange = () => ({ offsetBytes: 0, lengthBytes });
    return store.uploadPartCopy(dan, { ...upload, partNumber, source, chooseRange });
  };
  await part(1, 45_000);
  await expect(part(2, 25_001)).rejects.toEqual(over);
  await expect(copy("copy")).rejects.toEqual(over);
  await expect(partCopy(2, 25_001)).rejects.toEqual(over);
  await partCopy(2, 25_000);
  await store.abortMultipartUpload(dan, upload);
  await copy("copy");
});
