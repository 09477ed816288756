import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import type { LorawanEvent, UplinkEvent } from "@wayleave/kind-wireless/model/events";
import { z } from "zod";
import { type Customer, putBytes, readAllTheTime, readDigest, sha256Of } from "./demo/demoFiles.ts";
import { dollarsOf, type NetworkWatch, type SettledEpoch, watchNetwork } from "./demo/networkWatch.ts";
import { BESIDE, ownPortBase } from "./demo/ownPortBase.ts";
import { until } from "./demo/until.ts";
import { fetchJson } from "./network/httpJson.ts";
import { networkFileSchema, type NetworkFile } from "./network/networkFile.ts";
import { demoS3 } from "./s3/s3Client.ts";

/** One network, from `wayleave up` to Ctrl-C and back: these tests follow each other. */
/** Below the ephemeral ports; its own for each run, so that a network that is being looked at is left alone. */
const PORT_BASE = ownPortBase();
const EPOCH_S = 15;
/** Twice what two busy cores need. */
const UP_MS = 120_000;
const SETTLED_MS = 8 * EPOCH_S * 1000;
const MAIN = path.join(import.meta.dirname, "main.ts");
const BYTES = randomBytes(6 * 2 ** 20);
const SMALL = randomBytes(2_000);

let directory: string;
let running: ChildProcess;
let file: NetworkFile;
let s3: S3Client;
let customer: Customer;
let watch: NetworkWatch;

/** Runs `wayleave up` until it says that it is ready, and opens what is needed to use it. */
async function up(): Promise<void> {
  const args = ["up", "--dir", directory, "--port-base", String(PORT_BASE), "--epoch-s", String(EPOCH_S), "--json"];
  running = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  running.stderr!.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [first] = (await Promise.race([
    once(running.stdout!, "data"),
    once(running, "exit").then(() => Promise.reject(new Error(`up ended:\n${said}`))),
  ])) as [Buffer];
  const {
    ready,
    seconds: _seconds,
    ...rest
  } = z.looseObject({ ready: z.literal(true), seconds: z.number() }).parse(JSON.parse(first.toString()));
  expect(ready).toBe(true);
  file = networkFileSchema.parse(rest);
  s3 = demoS3(file);
  customer = { s3, endpoint: file.endpoints.s3, bucket: file.demo.bucket };
  watch = await watchNetwork({ file });
}

async function ctrlC(): Promise<number | null> {
  s3.destroy();
  await watch.close();
  const exited = once(running, "exit");
  running.kill("SIGINT");
  const [code] = (await exited) as [number | null];
  return code;
}

async function wayleave(...args: readonly string[]): Promise<{ code: number; json: unknown }> {
  const child = spawn(process.execPath, [MAIN, ...args, "--dir", directory, "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const [code] = (await once(child, "close")) as [number];
  return { code, json: JSON.parse(text) };
}

/** The newest decoded uplink that both gateways heard. */
async function uplinkSince(ms: number): Promise<UplinkEvent | null> {
  const since = ms === 0 ? "" : `&from=${new Date(ms).toISOString()}`;
  const url = `${file.endpoints.front}/v1/wireless/events?limit=100${since}`;
  const schema = z.object({ events: z.array(z.object({ event: z.unknown() })) });
  const { events } = await fetchJson(url, schema, { bearer: file.demo.apiKey });
  const all = events.map(({ event }) => event as LorawanEvent);
  const uplinks = all.filter((event) => event.type === "up");
  return uplinks.find(({ object, heardBy }) => object !== null && heardBy.length === 2) ?? null;
}

/** Whether devices of a kind were paid for service. */
function isServedIn({ tables }: SettledEpoch): (kind: number) => boolean {
  return (kind) => tables.devices.some((row) => row.kind === kind && row.serviceMicroUsd > 0n);
}

beforeAll(async () => {
  directory = path.join(await mkdtemp(path.join(tmpdir(), "wayleave-whole-")), "state");
  await up();
}, UP_MS);

afterAll(async () => {
  if (running.exitCode === null) await ctrlC();
  await rm(path.dirname(directory), { recursive: true, force: true });
}, 60_000);

test("demo credentials lie in a file that only its owner may read", async () => {
  expect((await stat(path.join(directory, "network.json"))).mode & 0o777).toBe(0o600);
});

test("a port that is taken is named, with what wants it", async () => {
  const squatter = createServer().listen({ port: PORT_BASE + BESIDE + 4_000, host: "127.0.0.1" });
  await once(squatter, "listening");
  const other = path.join(path.dirname(directory), "other");
  const child = spawn(process.execPath, [MAIN, "up", "--dir", other, "--port-base", String(PORT_BASE + BESIDE)]);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number];
  squatter.close();
  expect(code).toBe(1);
  expect(said).toContain(`Port ${PORT_BASE + BESIDE + 4_000} for S3 is not free`);
  expect(said).toContain("--port-base");
});

test("what an S3 client stores it reads back", async () => {
  await until("Six devices serving", UP_MS, async () => ((await watch.front()).serving === 6 ? true : null));
  await putBytes(customer, "large.bin", BYTES);
  await putBytes(customer, "small.bin", SMALL);
  expect(await readDigest(customer, "large.bin")).toEqual({ sizeBytes: BYTES.length, sha256: sha256Of(BYTES) });
  expect(await readDigest(customer, "small.bin")).toEqual({ sizeBytes: SMALL.length, sha256: sha256Of(SMALL) });
  const wrong = new PutObjectCommand({
    Bucket: "demo",
    Key: "wrong",
    Body: SMALL,
    ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==",
  });
  await expect(s3.send(wrong)).rejects.toMatchObject({ name: "BadDigest" });
}, 60_000);

test(
  "use is settled by a quorum, verified from public data, and paid out on chain",
  async () => {
    const readers = readAllTheTime(customer, ["large.bin"]);
    const settled = await until("An epoch with paid use", SETTLED_MS, async () => {
      const epochs = await watch.settled(0);
      return epochs.find((each) => [KIND_NUMBERS.storage, KIND_NUMBERS.wireless].every(isServedIn(each))) ?? null;
    }).finally(() => readers.stop());
    expect(readers.figures.failed).toBe(0);
    const { posted, tables } = settled;
    expect(posted.signers.length).toBeGreaterThanOrEqual(2);
    expect(tables.devices.filter(({ fault }) => fault !== null)).toEqual([]);
    const { dollarsIn, devicesDollars, verificationDollars, auctionDollars } = posted.statement;
    expect(devicesDollars + verificationDollars + auctionDollars).toBe(dollarsIn);
    const paid = tables.devices.filter((row) => dollarsOf(row) > 0n);
    expect(paid.length).toBeGreaterThanOrEqual(4);
    await until("Claims of every owner", SETTLED_MS, async () => {
      const balances = await Promise.all(paid.map(({ account }) => watch.reader.dollarsOf(account)));
      return balances.every((balance, i) => balance >= dollarsOf(paid[i]!)) ? true : null;
    });
    const { code, json } = await wayleave("verify", String(posted.epoch));
    expect({ code, json }).toMatchObject({ code: 0, json: { ok: true, epoch: posted.epoch } });
  },
  2 * SETTLED_MS,
);

test(
  "a simulated sensor's uplink arrives decoded, heard by both gateways, and each is paid for its copy",
  async () => {
    const heard = await until("A decoded uplink", UP_MS, () => uplinkSince(0));
    expect(heard.object).toMatchObject({ temperature_1: expect.any(Number) as number });
    expect(heard.heardBy.map(({ paidMicroUsd }) => paidMicroUsd)).toEqual(["10", "10"]);
  },
  UP_MS,
);

test(
  "after Ctrl-C everything goes on where it was",
  async () => {
    const before = await watch.settled(0);
    const { network } = file;
    expect(await ctrlC()).toBe(130);
    await up();
    const upMs = Date.now();
    expect(file.network).toEqual(network);
    await until("Six devices serving again", UP_MS, async () => ((await watch.front()).serving === 6 ? true : null));
    expect((await readDigest(customer, "large.bin")).sha256).toBe(sha256Of(BYTES));
    expect((await readDigest(customer, "small.bin")).sha256).toBe(sha256Of(SMALL));
    const last = before.at(-1)!.posted;
    const next = await until("A statement on top of the ones before", SETTLED_MS, async () => {
      const newer = await watch.settled(last.epoch + 1);
      return newer[0] ?? null;
    });
    expect(next.tables.devices.filter(({ fault }) => fault !== null)).toEqual([]);
    await until("The sensors going on", UP_MS, () => uplinkSince(upMs));
  },
  2 * UP_MS,
);
