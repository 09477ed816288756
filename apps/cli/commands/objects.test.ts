import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ALICE, startTestServer, type TestServer } from "@wayleave/kind-storage/serve/s3/testing/testServer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { networkFixture, printed, stateFixture } from "../testing/networkFixture.ts";
import { get, ls, put } from "./objects.ts";

const REGION = "eu-wayleave-1";
let server: TestServer;
let options: Record<string, string>;
let remove: () => void;
let folder: string;
const inFolder = (name: string) => path.join(folder, name);

beforeAll(async () => {
  server = await startTestServer();
  await server.store.createBucket({ customerId: ALICE.customerId }, "demo");
  const file = networkFixture({ endpoints: { s3: server.endpoint }, demo: { ...keysOf(ALICE), region: REGION } });
  const fixture = stateFixture(file);
  remove = fixture.remove;
  options = { dir: fixture.state.root };
});
afterAll(async () => {
  await server.close();
  remove();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wayleave-objects-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function keysOf({ accessKeyId, secretAccessKey }: typeof ALICE) {
  return { accessKeyId, secretAccessKey };
}

describe("files go to S3 and come back", () => {
  test.for([0, 100_000, 17 * 1024 * 1024])("%i bytes, whole", async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    await writeFile(inFolder("photo.jpg"), bytes);
    expect(await printed(() => put(inFolder("photo.jpg"), `demo/${sizeBytes}/`, options))).toBe(
      `demo/${sizeBytes}/photo.jpg\n`,
    );
    await printed(() => get(`demo/${sizeBytes}/photo.jpg`, inFolder("back.jpg"), options));
    expect((await readFile(inFolder("back.jpg"))).equals(bytes)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["back.jpg", "photo.jpg"]);
  });

  test("with their media type, and as JSON for scripts", async () => {
    await writeFile(inFolder("page.html"), "<p>");
    const text = await printed(() => put(inFolder("page.html"), "demo/", { ...options, json: "true" }));
    expect(JSON.parse(text)).toMatchObject({ bucket: "demo", key: "page.html", sizeBytes: 3 });
    const listed = JSON.parse(await printed(() => ls("demo/page", { ...options, json: "true" }))) as object;
    expect(listed).toMatchObject({ objects: [{ key: "page.html", sizeBytes: 3 }], truncated: false });
    const { head } = await server.store
      .getObject({ customerId: ALICE.customerId }, { bucket: "demo", key: "page.html" })
      .then((object) => ({ head: JSON.stringify(object, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v)) }));
    expect(head).toContain("text/html");
  });

  test("folders are listed apart, buckets without a target", async () => {
    await writeFile(inFolder("a.txt"), "a");
    await printed(() => put(inFolder("a.txt"), "demo/deep/er/", options));
    expect(await printed(() => ls("demo/deep/", options))).toContain("deep/er/");
    expect(await printed(() => ls(undefined, options))).toContain("demo/");
  });
});

describe("what goes wrong is said in our words and leaves nothing behind", () => {
  test.for([
    ["an unknown bucket", () => get("nobody/x", inFolder("x"), options), "bucket-unknown"],
    ["an unknown object", () => get("demo/nothing", inFolder("x"), options), "object-unknown"],
    ["no such file", () => put(inFolder("nothing"), "demo/", options), "file-unknown"],
    ["a folder", () => put(folder, "demo/", options), "file-invalid"],
    ["an unknown bucket to list", () => ls("nobody", options), "bucket-unknown"],
  ] as const)("%s", async ([, act, code]) => {
    await expect(printed(act)).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  test("a file that is there and was not named is not written over", async () => {
    await writeFile(inFolder("mine.txt"), "remote");
    await printed(() => put(inFolder("mine.txt"), "demo/", options));
    await writeFile(inFolder("mine.txt"), "precious");
    const here = process.cwd();
    process.chdir(folder);
    try {
      await expect(printed(() => get("demo/mine.txt", undefined, options))).rejects.toMatchObject({
        code: "file-exists",
      });
      expect(await readFile(inFolder("mine.txt"), "utf8")).toBe("precious");
      await printed(() => get("demo/mine.txt", "mine.txt", options));
      expect(await readFile(inFolder("mine.txt"), "utf8")).toBe("remote");
    } finally {
      process.chdir(here);
    }
  });

  test("a network that is not there", async () => {
    const fixture = stateFixture(networkFixture());
    await writeFile(inFolder("a"), "a");
    const asked = printed(() => put(inFolder("a"), "demo/", { dir: fixture.state.root }));
    await expect(asked).rejects.toMatchObject({ code: "unreachable", message: expect.stringContaining("running?") });
    fixture.remove();
  });
});
