/**
 * fsync before the 200, observed: while any of the syncs that an acknowledgement stands on is held back, there is no
 * acknowledgement. Real devices and a real database in this process; only the syncs are gated.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type StorageService, startStorageService } from "@wayleave/kind-storage/serve/startStorageService";
import {
  DOMAIN,
  PAYER,
  RECOVERY_KEY,
  type TestNetwork,
  startTestNetwork,
} from "@wayleave/kind-storage/serve/testing/testNetwork";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "../cli/supervise/freePort.ts";
import { startPostgres } from "../cli/supervise/postgres.ts";

const SCHEDULE = {
  ...{ genesisMs: 0, epochMs: 3_600_000, slotsPerEpoch: 6, leadMs: 6_000, answerDeadlineMs: 2_000, tickMs: 60_000 },
  ...{ cutMs: 1_000, proposerTurnMs: 1_000, disputeWindowMs: 1_000 },
};
/** Longer than a PUT takes here when nothing holds it back: measured below 100 ms. */
const LONG_ENOUGH_MS = 700;

type SyncName = "sync" | "datasync";
/** Every FileHandle's prototype: what the piece store calls to reach the disk. */
let handles: Record<SyncName, (this: FileHandle) => Promise<void>>;
let genuine: typeof handles;
let network: TestNetwork;
let service: StorageService;
let client: S3Client;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "wayleave-handle-"));
  const probe = await open(join(folder, "probe"), "w");
  handles = Object.getPrototypeOf(probe) as typeof handles;
  genuine = { sync: handles.sync, datasync: handles.datasync };
  await probe.close();
  await rm(folder, { recursive: true });
  network = await startTestNetwork();
  const { pool, options } = network;
  service = await startStorageService({
    ...{ pool, devices: options.directory, meter: options.meter, clock: options.clock, log: options.log },
    ...{ recoveryKey: RECOVERY_KEY, linkKey: options.identity.key, domain: DOMAIN, payer: PAYER },
    policy: options.policy,
    customers: { admit: () => undefined },
    balanceMicroUsd: () => 1n,
    claim: async () => undefined,
    schedule: SCHEDULE,
    credentials: { findKey: async () => ({ secretAccessKey: "secret", customerId: "alice" }), admit: () => true },
    s3: { host: "127.0.0.1", port: 0, region: "local" },
    // Only the customer's own writes sync here.
    pauses: { collectMs: 3_600_000, repairMs: 3_600_000, snapshotMs: 3_600_000 },
  });
  client = new S3Client({
    ...{ endpoint: service.endpoints[0]!.url, region: "local", forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId: "K", secretAccessKey: "secret" },
  });
  await service.store.createBucket({ customerId: "alice" }, "safe");
});
afterEach(() => Object.assign(handles, genuine));
afterAll(async () => {
  client.destroy();
  await service.close();
  await network[Symbol.asyncDispose]();
});

/** Holds back every call of one kind of sync until it is opened. */
function gate(name: SyncName) {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const waiting = { count: 0 };
  handles[name] = async function (this: FileHandle) {
    waiting.count++;
    await opened;
    await genuine[name].call(this);
  };
  return { open, waiting };
}

const put = (Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket: "safe", Key, Body }));
const isVisible = (Key: string) =>
  client.send(new HeadObjectCommand({ Bucket: "safe", Key })).then(
    () => true,
    () => false,
  );
const settledWithin = (promise: Promise<unknown>, ms: number) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(resolve, ms, false))]);

test.for<[string, SyncName]>([
  ["a piece's bytes", "datasync"],
  ["the directory that names it", "sync"],
])("no 200 and nothing to be seen before %s reached the devices' disks", async ([, name]) => {
  const body = randomBytes(200_000);
  await put("warm-up", body); // a payer's directory is made and synced by the first piece
  const { open, waiting } = gate(name);
  const putting = put(name, body);
  await expect.poll(() => waiting.count).toBeGreaterThanOrEqual(5); // four data shards and one to repair at
  expect(await settledWithin(putting, LONG_ENOUGH_MS)).toBe(false);
  expect(await isVisible(name)).toBe(false);
  open();
  await putting;
  const got = await client.send(new GetObjectCommand({ Bucket: "safe", Key: name }));
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(body)).toBe(true);
});

test("no 200 before the database committed", async () => {
  const { pool } = network;
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  let commit: () => void = () => undefined;
  const allowed = new Promise<void>((resolve) => (commit = resolve));
  let asked = false;
  pool.query = (async (...args: unknown[]) => {
    if ((args[0] as { name?: string }).name === "wayleave-storage-put-new-object") {
      asked = true;
      await allowed;
    }
    return await query(...args);
  }) as unknown as typeof pool.query;
  try {
    const putting = put("committed", randomBytes(100_000));
    await expect.poll(() => asked).toBe(true);
    expect(await settledWithin(putting, LONG_ENOUGH_MS)).toBe(false);
    expect(await isVisible("committed")).toBe(false);
    commit();
    await putting;
    expect(await isVisible("committed")).toBe(true);
  } finally {
    pool.query = query as typeof pool.query;
  }
});

test("a front whose disk is full answers an error, shows nothing, loses nothing, and goes on when there is room", async () => {
  const { pool, core } = network;
  const before = randomBytes(50_000);
  await put("before", before);
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = (async (...args: unknown[]) => {
    // @see https://www.postgresql.org/docs/current/errcodes-appendix.html, class 53
    if ((args[0] as { name?: string }).name === "wayleave-storage-put-new-object")
      throw Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" });
    return await query(...args);
  }) as unknown as typeof pool.query;
  for (const key of ["small", "before"])
    await expect(put(key, randomBytes(50_000))).rejects.toMatchObject({
      name: "ServiceUnavailable",
      $metadata: { httpStatusCode: 503 },
    });
  pool.query = query as typeof pool.query;
  expect(await isVisible("small")).toBe(false);
  const got = await client.send(new GetObjectCommand({ Bucket: "safe", Key: "before" }));
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(before)).toBe(true);
  await put("small", before);
  // What the refused uploads had put on devices is on the collector's list.
  for (let round = 0; round < 4; round++) {
    await pool.query("update storage.garbage set not_before_ms = 0");
    await core.collector.collect();
  }
  const held = (await pool.query("select count(*)::int as pieces from storage.piece")).rows[0] as { pieces: number };
  expect(network.agents.reduce((sum, { provider }) => sum + provider.used().pieces, 0)).toBe(held.pieces);
});

test("the embedded database waits for its disk before it says committed", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "wayleave-durable-"));
  const server = await startPostgres({ stateDir, port: await freePort() });
  const database = new pg.Client({ connectionString: server.url("postgres") });
  try {
    await database.connect();
    for (const setting of ["fsync", "synchronous_commit", "full_page_writes"]) {
      expect(await database.query(`show ${setting}`)).toMatchObject({ rows: [{ [setting]: "on" }] });
    }
    expect(await readdir(stateDir)).toContain("data");
  } finally {
    await database.end();
    await server.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
});
