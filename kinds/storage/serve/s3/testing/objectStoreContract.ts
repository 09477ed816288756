import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareBytes } from "@wayleave/core/bytes";
import { assembleParts } from "../multipartAssembly.ts";
import type { ByteRange, ObjectStore, WriteConditions } from "../objectStore.ts";

export interface StoreUnderTest {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

const ALICE = { customerId: "alice" };
const BOB = { customerId: "bob" };
const metadata = { contentType: "text/plain", user: { colour: "blue" } };
const md5 = (data: string | Buffer) => createHash("md5").update(data).digest("hex");
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "fine",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

/** What every store must do, as tests: run against each implementation of {@link ObjectStore}. */
export function describeObjectStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of object stores`, () => {
    let opened: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
      await store.createBucket(ALICE, "main");
    });
    afterAll(() => opened.close());

    const put = (key: string, data: string | Buffer, conditions: WriteConditions = {}) =>
      store.putObject(ALICE, { bucket: "main", key, body: Readable.from([Buffer.from(data)]), metadata, conditions });
    const get = async (key: string, range?: ByteRange) => {
      const { info, read } = await store.getObject(ALICE, { bucket: "main", key });
      const chunks: Buffer[] = [];
      for await (const chunk of read(range ?? { offsetBytes: 0, lengthBytes: info.sizeBytes }))
        chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    };

    test("buckets have one owner and are deleted only when empty", async () => {
      expect(await codeOf(store.createBucket(ALICE, "main"))).toBe("bucket-already-owned");
      expect(await codeOf(store.createBucket(BOB, "main"))).toBe("bucket-already-exists");
      expect(await codeOf(store.headBucket(BOB, "main"))).toBe("access-denied");
      expect(await codeOf(store.headBucket(ALICE, "none"))).toBe("no-such-bucket");
      await store.createBucket(ALICE, "brief");
      expect((await store.listBuckets(ALICE)).map((bucket) => bucket.name)).toEqual(["brief", "main"]);
      expect(await store.listBuckets(BOB)).toEqual([]);
      await store.deleteBucket(ALICE, "brief");
      expect(await codeOf(store.headBucket(ALICE, "brief"))).toBe("no-such-bucket");
      await put("here", "x");
      expect(await codeOf(store.deleteBucket(ALICE, "main"))).toBe("bucket-not-empty");
    });

    test.for([0, 1, 4096, 4097, 300_001])(
      "an object of %i bytes comes back, whole and in ranges",
      async (sizeBytes) => {
        const data = Buffer.from(Array.from({ length: sizeBytes }, (_, i) => (i * 7) % 251));
        const stored = await put("sized", data);
        const info = await store.headObject(ALICE, { bucket: "main", key: "sized" });
        expect(info).toMatchObject({ bucket: "main", key: "sized", sizeBytes, etag: md5(data), metadata });
        expect(stored.etag).toBe(info.etag);
        expect((await get("sized")).equals(data)).toBe(true);
        for (const [from, to] of [
          [0, 1],
          [sizeBytes - 1, sizeBytes],
          [Math.floor(sizeBytes / 3), Math.floor(sizeBytes / 2)],
        ] as const)
          if (from >= 0 && to > from && to <= sizeBytes)
            expect(
              (await get("sized", { offsetBytes: from, lengthBytes: to - from })).equals(data.subarray(from, to)),
            ).toBe(true);
      },
    );

    test("a body that fails at its end leaves what was there before", async () => {
      await put("kept", "before");
      const failing = () =>
        Readable.from(
          (async function* () {
            yield Buffer.alloc(100_000);
            throw new Error("checksum differs");
          })(),
        );
      const upload = { bucket: "main", metadata, conditions: {}, sizeBytes: 100_000 };
      expect(await codeOf(store.putObject(ALICE, { ...upload, key: "kept", body: failing() }))).toBe(
        "checksum differs",
      );
      expect((await get("kept")).toString()).toBe("before");
      expect(await codeOf(store.putObject(ALICE, { ...upload, key: "new", body: failing() }))).toBe("checksum differs");
      expect(await codeOf(store.headObject(ALICE, { bucket: "main", key: "new" }))).toBe("no-such-key");
    });

    test("an opened object stays the version it was", async () => {
      await put("version", "one");
      const { read } = await store.getObject(ALICE, { bucket: "main", key: "version" });
      await put("version", "two");
      const chunks: Buffer[] = [];
      for await (const chunk of read({ offsetBytes: 0, lengthBytes: 3 })) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toBe("one");
    });

    test("conditions are judged with the write", async () => {
      const { etag } = await put("cond", "one", { ifNoneMatch: "*" });
      expect(await codeOf(put("cond", "two", { ifNoneMatch: "*" }))).toBe("precondition-failed");
      expect(await codeOf(put("cond", "two", { ifMatch: "0".repeat(32) }))).toBe("precondition-failed");
      await put("cond", "two", { ifMatch: etag });
      const racers = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => put("race", `${i}`, { ifNoneMatch: "*" })),
      );
      expect(racers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    test("copies carry metadata or replace it; deletes are idempotent", async () => {
      await put("from", "copied");
      const copy = {
        bucket: "main",
        source: { bucket: "main", key: "from" },
        checkSource: () => undefined,
        conditions: {},
      };
      expect((await store.copyObject(ALICE, { ...copy, key: "to" })).etag).toBe(md5("copied"));
      expect((await store.headObject(ALICE, { bucket: "main", key: "to" })).metadata).toEqual(metadata);
      await store.copyObject(ALICE, { ...copy, key: "to", metadata: { user: { a: "b" } } });
      expect((await store.headObject(ALICE, { bucket: "main", key: "to" })).metadata).toEqual({ user: { a: "b" } });
      await store.deleteObject(ALICE, { bucket: "main", key: "from" });
      await store.deleteObject(ALICE, { bucket: "main", key: "from" });
      expect((await get("to")).toString()).toBe("copied");
      expect(await store.deleteObjects(ALICE, "main", ["to", "none"])).toEqual([{ key: "to" }, { key: "none" }]);
      expect(await codeOf(get("to"))).toBe("no-such-key");
    });

    describe("listings", () => {
      const keys = ["a", "a-", "a/", "a/b", "a/b/c", "a0", "b//c", "z%", "z_", "é", "\uFF21", "\u{1F600}", "\u0001"];
      const byBytes = (x: string, y: string) => compareBytes(Buffer.from(x), Buffer.from(y));
      beforeAll(async () => {
        await store.createBucket(ALICE, "list");
        for (const key of keys)
          await store.putObject(ALICE, {
            bucket: "list",
            key,
            body: Readable.from([Buffer.from("x")]),
            metadata,
            conditions: {},
          });
      });

      test("page through exactly what a filter and a sort of all keys would give", async () => {
        const anyName = fc.constantFrom("", "/", "a", "a/", "a/b", "b", "z", "_", "%", "é", "\uFF21", "//");
        await fc.assert(
          fc.asyncProperty(
            anyName,
            anyName,
            anyName,
            fc.integer({ min: 1, max: 5 }),
            async (prefix, delimiter, start, maxKeys) => {
              const rolled = keys
                .filter((key) => key.startsWith(prefix))
                .map((key) => {
                  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
                  return at < 0 ? `key ${key}` : `prefix ${key.slice(0, at + delimiter.length)}`;
                });
              const nameOf = (line: string) => line.slice(line.indexOf(" ") + 1);
              const expected = [...new Set(rolled)]
                .filter((line) => byBytes(nameOf(line), start) > 0)
                .sort((x, y) => byBytes(nameOf(x), nameOf(y)));
              const found: string[] = [];
              for (let startAfter: string | undefined = start; startAfter !== undefined;) {
                const query = { bucket: "list", prefix, delimiter, startAfter, maxKeys };
                const page = await store.listObjects(ALICE, query);
                const lines = [
                  ...page.entries.map(({ key }) => `key ${key}`),
                  ...page.commonPrefixes.map((p) => `prefix ${p}`),
                ];
                expect(lines.length).toBeLessThanOrEqual(maxKeys);
                found.push(...lines.sort((x, y) => byBytes(nameOf(x), nameOf(y))));
                startAfter = page.next;
              }
              expect(found).toEqual(expected);
            },
          ),
          { numRuns: 60 },
        );
      });
    });

    test("multipart: parts are replaced, assembled atomically, and gone when aborted", async () => {
      const target = { bucket: "main", key: "multi" };
      const rules = { partBytesMin: 1, objectBytesMax: 1e9 };
      const upload = await store.createMultipartUpload(ALICE, { ...target, metadata });
      expect(upload.uploadId).toMatch(/^[A-Za-z0-9._~-]{1,128}$/);
      const named = { ...target, uploadId: upload.uploadId };
      const part = (partNumber: number, data: string) =>
        store.uploadPart(ALICE, { ...named, partNumber, body: Readable.from([Buffer.from(data)]) });
      await part(2, "replaced");
      const [first, second] = [await part(1, "one "), await part(2, "two")];
      expect(second).toMatchObject({ partNumber: 2, sizeBytes: 3, etag: md5("two") });
      await put("source", "0123456789");
      const chooseRange = () => ({ offsetBytes: 2, lengthBytes: 3 });
      const source = { bucket: "main", key: "source" };
      const third = await store.uploadPartCopy(ALICE, { ...named, partNumber: 3, source, chooseRange });
      expect(third.etag).toBe(md5("234"));
      const page = await store.listParts(ALICE, { ...named, afterPartNumber: 1, maxParts: 1 });
      expect([page.parts.map((p) => p.partNumber), page.hasMore]).toEqual([[2], true]);
      const uploads = await store.listMultipartUploads(ALICE, {
        bucket: "main",
        prefix: "mu",
        keyMarker: "",
        uploadIdMarker: "",
        maxUploads: 9,
      });
      expect(uploads.uploads.map(({ key, uploadId }) => [key, uploadId])).toEqual([["multi", upload.uploadId]]);
      expect(await codeOf(store.headObject(ALICE, target))).toBe("no-such-key");
      const complete = (listed: readonly { partNumber: number; etag: string }[]) =>
        store.completeMultipartUpload(ALICE, {
          ...named,
          assemble: (about, stored) => assembleParts(listed, about, stored, rules),
          conditions: {},
        });
      expect(await codeOf(complete([{ partNumber: 9, etag: "x" }]))).toBe("invalid-part");
      const done = await complete([first, second, third]);
      expect(done.etag).toMatch(/^[0-9a-f]{32}-3$/);
      expect((await get("multi")).toString()).toBe("one two234");
      expect((await get("multi", { offsetBytes: 3, lengthBytes: 5 })).toString()).toBe(" two2");
      expect((await store.headObject(ALICE, target)).partSizesBytes).toEqual([4, 3, 3]);
      expect(await codeOf(part(1, "late"))).toBe("no-such-upload");
      const doomed = await store.createMultipartUpload(ALICE, { ...target, metadata });
      await store.abortMultipartUpload(ALICE, doomed);
      expect(await codeOf(store.abortMultipartUpload(ALICE, doomed))).toBe("no-such-upload");
    });
  });
}
