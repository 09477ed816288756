/**
 * The clients people have: Debian's AWS CLI and rclone, against a whole local network of separate processes. Where they
 * are missing and we are root, apt-get installs them; elsewhere the tests are skipped by name.
 */
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalNetwork, startLocalNetwork } from "./testing/localNetwork.ts";

const AWS = "/usr/bin/aws";
const RCLONE = "/usr/bin/rclone";
const INSTALL_TIMEOUT_MS = 240_000;
const COMMAND_TIMEOUT_MS = 120_000;
const present = () => existsSync(AWS) && existsSync(RCLONE);

function install(): boolean {
  if (present()) return true;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const packages = ["install", "-y", "-q", "--no-install-recommends", "awscli", "rclone"];
    execFileSync("apt-get", packages, { env, stdio: "ignore", timeout: INSTALL_TIMEOUT_MS });
  } catch {
    return false; // no network, another distribution, a lock held by somebody else
  }
  return present();
}
const installed = install();

const MIB = 1024 * 1024;
const run = promisify(execFile);
let network: LocalNetwork;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  if (!installed) return;
  folder = mkdtempSync(join(tmpdir(), "wayleave-clients-"));
  network = await startLocalNetwork({ epochMs: 60_000 });
  const { demo, endpoints } = network.file;
  env = {
    ...{ PATH: "/usr/bin:/bin", HOME: folder, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" },
    ...{ AWS_ACCESS_KEY_ID: demo.accessKeyId, AWS_SECRET_ACCESS_KEY: demo.secretAccessKey },
    ...{ AWS_DEFAULT_REGION: demo.region, AWS_EC2_METADATA_DISABLED: "true", AWS_PAGER: "" },
    ...{ RCLONE_CONFIG: "/dev/null", RCLONE_CONFIG_WL_TYPE: "s3", RCLONE_CONFIG_WL_PROVIDER: "Other" },
    ...{
      RCLONE_CONFIG_WL_ENDPOINT: endpoints.s3,
      RCLONE_CONFIG_WL_ENV_AUTH: "true",
      RCLONE_CONFIG_WL_REGION: demo.region,
    },
  };
}, 120_000);
afterAll(async () => {
  await network?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function command(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, args, { env, cwd: folder, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 64 * MIB });
  return stdout;
}
const aws = (...args: string[]) => command(AWS, ["--endpoint-url", network.file.endpoints.s3, ...args]);
const awsJson = async (...args: string[]) => JSON.parse(await aws("s3api", ...args)) as Record<string, unknown>;
const rclone = (...args: string[]) => command(RCLONE, args);
const at = (...parts: string[]) => join(folder, ...parts);
const same = (a: string, b: string) => readFileSync(at(a)).equals(readFileSync(at(b)));
function file(name: string, content: Uint8Array | string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
}

describe.skipIf(!installed)("the AWS CLI of Debian", () => {
  beforeAll(() => {
    file("small", randomBytes(300_000));
    file("large", randomBytes(20 * MIB));
    for (const [i, name] of ["a.txt", "sub/ü +%.txt", "sub/deep er/日本.txt", "empty"].entries())
      file(`tree/${name}`, "x".repeat(i));
  });

  test("makes a bucket, copies up and down, in one part and in many, moves and copies inside", async () => {
    await aws("s3", "mb", "s3://clients");
    await aws("s3", "cp", "small", "s3://clients/dir/small");
    await aws("s3", "cp", "large", "s3://clients/large");
    const listing = await aws("s3", "ls", "s3://clients", "--recursive");
    expect(listing).toMatch(/ 300000 dir\/small\n/);
    expect(listing).toMatch(/ 20971520 large\n/);
    expect(await aws("s3", "ls", "s3://clients")).toMatch(/PRE dir\//);
    await aws("s3", "cp", "s3://clients/large", "large.back");
    expect(same("large", "large.back")).toBe(true);
    await aws("s3", "cp", "s3://clients/large", "s3://clients/large.copy"); // UploadPartCopy
    await aws("s3", "mv", "s3://clients/dir/small", "s3://clients/dir/moved");
    await aws("s3", "cp", "s3://clients/large.copy", "copy.back");
    await aws("s3", "cp", "s3://clients/dir/moved", "moved.back");
    expect([same("large", "copy.back"), same("small", "moved.back")]).toEqual([true, true]);
  }, 120_000);

  test("syncs a tree, and the second time nothing", async () => {
    expect((await aws("s3", "sync", "tree", "s3://clients/tree", "--no-progress")).trim().split("\n")).toHaveLength(4);
    expect(await aws("s3", "sync", "tree", "s3://clients/tree", "--no-progress")).toBe("");
    await aws("s3", "sync", "s3://clients/tree", "tree.back");
    await run("diff", ["-r", at("tree"), at("tree.back")]);
    rmSync(at("tree/a.txt"));
    const deleted = await aws("s3", "sync", "--delete", "tree", "s3://clients/tree", "--no-progress");
    expect(deleted.trim()).toBe("delete: s3://clients/tree/a.txt");
  }, 60_000);

  test("presigns what anybody may then fetch", async () => {
    const url = (await aws("s3", "presign", "s3://clients/dir/moved", "--expires-in", "60")).trim();
    const reply = await fetch(url);
    expect(Buffer.from(await reply.arrayBuffer()).equals(readFileSync(at("small")))).toBe(true);
    expect((await fetch(url.replace("moved", "other"))).status).toBe(403);
  });

  test("s3api: head, range, pages, and every checksum it knows", async () => {
    expect(await awsJson("head-object", "--bucket", "clients", "--key", "large")).toMatchObject({
      ContentLength: 20 * MIB,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}-3"$/) as unknown,
    });
    const range = ["--range", "bytes=9000000-9000099", "range"];
    const part = await awsJson("get-object", "--bucket", "clients", "--key", "large", ...range);
    expect(part).toMatchObject({ ContentLength: 100, ContentRange: "bytes 9000000-9000099/20971520" });
    expect(readFileSync(at("range")).equals(readFileSync(at("large")).subarray(9_000_000, 9_000_100))).toBe(true);
    for (const algorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"]) {
      const target = ["--bucket", "clients", "--key", `sum-${algorithm}`];
      const put = await awsJson("put-object", ...target, "--body", "small", "--checksum-algorithm", algorithm);
      const got = await awsJson("get-object", ...target, "--checksum-mode", "ENABLED", "sum.back");
      expect(got[`Checksum${algorithm}`]).toBe(put[`Checksum${algorithm}`]);
      expect(got[`Checksum${algorithm}`]).toEqual(expect.any(String));
      expect(same("small", "sum.back")).toBe(true);
    }
    const pages = await awsJson("list-objects-v2", "--bucket", "clients", "--prefix", "sum-", "--page-size", "1");
    expect((pages["Contents"] as { Key: string }[]).map(({ Key }) => Key)).toEqual([
      ...["sum-CRC32", "sum-CRC32C", "sum-SHA1", "sum-SHA256"],
    ]);
  }, 60_000);

  test("empties and removes the bucket", async () => {
    await aws("s3", "rm", "s3://clients", "--recursive");
    expect(await aws("s3", "ls", "s3://clients", "--recursive").catch(() => "")).toBe("");
    await aws("s3", "rb", "s3://clients");
    await expect(aws("s3api", "head-bucket", "--bucket", "clients")).rejects.toThrow("404");
  }, 60_000);
});

describe.skipIf(!installed)("rclone of Debian", () => {
  const ODD_NAMES = [
    ...["sp ace/a b.txt", "ünï/ço dé/ñ.txt", "日本/語.txt", "100%.txt", "a+b.txt", "q?x&y=z.txt", "%2F.txt"],
    ...["x#y;z,@:!$'()*.txt", '"quoted" <t>.txt', ".hidden", "tail.", "back\\slash", "emoji 🚀", "empty"],
  ];
  beforeAll(() => {
    for (const [i, name] of ODD_NAMES.entries()) file(`odd/${name}`, name === "empty" ? "" : `${i}\n`);
    file("odd/large.bin", randomBytes(12 * MIB));
  });

  test("copies a tree of odd names up and down and finds no difference", async () => {
    await rclone("mkdir", "wl:rclone-tests");
    await rclone("copy", "odd", "wl:rclone-tests/odd");
    await rclone("check", "odd", "wl:rclone-tests/odd", "--download");
    const listed = (await rclone("lsf", "-R", "--files-only", "wl:rclone-tests/odd")).trim().split("\n");
    expect(listed.sort()).toEqual([...ODD_NAMES, "large.bin"].sort());
    expect(await rclone("ls", "wl:rclone-tests/odd")).toMatch(/ 12582912 large\.bin/);
    expect(await rclone("cat", "wl:rclone-tests/odd/a+b.txt")).toBe("4\n");
    await rclone("copy", "wl:rclone-tests/odd", "odd.back");
    await run("diff", ["-r", at("odd"), at("odd.back")]);
  }, 120_000);

  test("syncs changes and deletions", async () => {
    rmSync(at("odd/sp ace"), { recursive: true });
    file("odd/new.txt", "new");
    await rclone("sync", "odd", "wl:rclone-tests/odd");
    await rclone("check", "odd", "wl:rclone-tests/odd");
    const listed = (await rclone("lsf", "-R", "--files-only", "wl:rclone-tests/odd")).trim().split("\n");
    expect(listed).toContain("new.txt");
    expect(listed).not.toContain("sp ace/a b.txt");
  }, 60_000);

  test("uploads in parts and moves", async () => {
    file("many", randomBytes(17 * MIB));
    await rclone("--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M", "copyto", "many", "wl:rclone-tests/many");
    await rclone("moveto", "wl:rclone-tests/many", "wl:rclone-tests/moved");
    await rclone("copyto", "wl:rclone-tests/moved", "many.back");
    expect(same("many", "many.back")).toBe(true);
  }, 60_000);

  test("deletes what is inside, then the bucket", async () => {
    await rclone("delete", "wl:rclone-tests");
    expect(await rclone("lsf", "-R", "--files-only", "wl:rclone-tests")).toBe("");
    await rclone("purge", "wl:rclone-tests");
    expect(await rclone("lsd", "wl:")).not.toContain("rclone-tests");
  }, 60_000);
});
