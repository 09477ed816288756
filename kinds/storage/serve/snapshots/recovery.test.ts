import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SnapshotPart } from "@wayleave/core/snapshotPart";
import type { LinkPeer } from "@wayleave/link/types";
import type { StorageCore } from "../storageCore.ts";
import { RECOVERY_KEY, type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";
import { parseChunkName } from "./chunkCodec.ts";
import { recoverStorage } from "./recoverStorage.ts";
import { SnapshotShipper } from "./snapshotShipper.ts";

const ACCOUNT = { customerId: "alice" };
let network: TestNetwork;
let shipper: SnapshotShipper;
let accounts: string;

beforeEach(async () => {
  network = await startTestNetwork();
  accounts = "Ada's";
  shipper = shipperOf(network.core);
  await network.core.store.createBucket(ACCOUNT, "photos");
});
afterEach(() => network[Symbol.asyncDispose]());

function shipperOf(core: StorageCore): SnapshotShipper {
  const { clock, log, random } = network.options;
  return new SnapshotShipper({ ...core, clock, log, random, parts: [notebook("accounts", () => accounts)] });
}

/** A part of one line, told again when it changed. */
function notebook(name: string, read: () => string): SnapshotPart {
  let kept = "";
  return {
    name,
    take(scope) {
      const text = read();
      async function* lines() {
        if (scope === "whole" || text !== kept) yield text;
      }
      return { lines: lines(), kept: async () => void (kept = text) };
    },
  };
}

/** What came back of the part, in its order. */
let restored: string[];
const restorers = [
  {
    name: "accounts",
    restore: async (lines: readonly string[]) => void restored.push(...lines),
    finish: async () => ({ lines: restored.length }),
  },
];

async function put(key: string, body: Uint8Array): Promise<void> {
  const upload = { bucket: "photos", key, body: Readable.from([body]), metadata: { user: { k: key } }, conditions: {} };
  await network.core.store.putObject(ACCOUNT, upload);
}

async function get(core: StorageCore, key: string): Promise<Buffer> {
  const { info, read } = await core.store.getObject(ACCOUNT, { bucket: "photos", key });
  const chunks: Buffer[] = [];
  for await (const chunk of read({ offsetBytes: 0, lengthBytes: info.sizeBytes })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function recover(recoveryKey = RECOVERY_KEY) {
  const pool = await network.newPool();
  const peers = network.agents.flatMap((agent): LinkPeer[] => {
    const device = network.core.devices.linked(agent.key.id);
    return device === null ? [] : [device.peer];
  });
  const { identity, clock, log } = network.options;
  restored = [];
  const report = await recoverStorage({ pool, peers, recoveryKey, identity, clock, log, restorers });
  return { pool, report };
}

/** Every row that matters, to compare two databases. */
async function dump(pool: { query(text: string): Promise<{ rows: unknown[] }> }): Promise<unknown> {
  const tables = {
    bucket: "select * from storage.bucket order by id",
    content: "select id, bucket_id, object_id, size_bytes, refs from storage.content order by id",
    segment: "select * from storage.segment order by id",
    piece: "select * from storage.piece order by segment_id, shard",
    object: "select * from storage.object order by bucket_id, key",
    upload: "select * from storage.upload order by id",
    part: "select * from storage.part order by upload_id, number",
  };
  const dumped: Record<string, unknown> = {};
  for (const [table, query] of Object.entries(tables)) dumped[table] = (await pool.query(query)).rows;
  return dumped;
}

test("a front that lost its database comes back from devices and one key", async () => {
  const bodies: Record<string, Buffer> = {
    inline: randomBytes(500),
    small: randomBytes(50_000),
    "ünï/cödé": randomBytes(10),
  };
  for (const [key, body] of Object.entries(bodies)) await put(key, body);
  await shipper.ship();
  // What follows is in journals: new, overwritten, deleted, copied, uploads open and completed.
  bodies["later"] = randomBytes(2_000_000);
  await put("later", bodies["later"]!);
  bodies["small"] = randomBytes(70_000);
  await put("small", bodies["small"]!);
  await put("doomed", randomBytes(9000));
  await shipper.ship();
  await network.core.store.deleteObject(ACCOUNT, { bucket: "photos", key: "doomed" });
  const copy = { bucket: "photos", key: "copy", source: { bucket: "photos", key: "later" } };
  await network.core.store.copyObject(ACCOUNT, { ...copy, checkSource: () => undefined, conditions: {} });
  bodies["copy"] = bodies["later"]!;
  const upload = await network.core.store.createMultipartUpload(ACCOUNT, {
    bucket: "photos",
    key: "open",
    metadata: { user: {} },
  });
  await network.core.store.uploadPart(ACCOUNT, {
    bucket: "photos",
    key: "open",
    uploadId: upload.uploadId,
    partNumber: 1,
    body: Readable.from([randomBytes(6000)]),
  });
  await network.core.store.createBucket(ACCOUNT, "second");
  await network.core.collector.collect();
  accounts = "Ada's and Bob's";
  await shipper.ship();
  await shipper.ship();

  const { pool, report } = await recover();
  expect(report).toMatchObject({
    buckets: 2,
    objects: 5,
    brokenObjects: 0,
    missingChunks: [],
    chunks: 3,
    devicesFailed: 0,
  });
  expect(restored).toEqual(["Ada's", "Ada's and Bob's"]);
  expect(report.parts).toEqual({ accounts: { lines: 2 } });
  expect(await dump(pool)).toEqual(await dump(network.pool));

  const core = await network.openCore({ pool });
  for (const [key, body] of Object.entries(bodies)) expect((await get(core, key)).equals(body)).toBe(true);
  // It goes on: new objects, new snapshots, and nothing of the old is collected that is in use.
  await core.store.putObject(ACCOUNT, {
    bucket: "second",
    key: "new",
    body: Readable.from([randomBytes(9000)]),
    metadata: { user: {} },
    conditions: {},
  });
  await shipperOf(core).ship();
  await pool.query("update storage.garbage set not_before_ms = 0");
  await core.collector.collect();
  for (const [key, body] of Object.entries(bodies)) expect((await get(core, key)).equals(body)).toBe(true);
});

test("two devices dead, a lying one and a stranger's chunk do not hinder it", async () => {
  for (let i = 0; i < 5; i++) {
    await put(`k${i}`, Buffer.alloc(3000, i));
    await shipper.ship();
  }
  const [dead1, dead2, liar] = network.agents;
  liar!.faults.corrupt = true;
  for (const agent of [dead1!, dead2!]) agent.kill();
  await expect.poll(() => network.options.directory.serving("storage").length).toBe(4);
  const forged = Buffer.from("not sealed with the key");
  const peer = network.core.devices.linked(network.agents[3]!.key.id)!.peer;
  const name = `wl1.${Date.now() + 1e6}.0.end`;
  await network.core.client.put(peer, { pieceId: `0x${"ab".repeat(32)}`, body: forged, class: "metadata", name });
  const { pool, report } = await recover();
  expect(report.objects + report.missingChunks.length).toBeGreaterThanOrEqual(5);
  const core = await network.openCore({ pool });
  expect((await get(core, "k0")).equals(Buffer.alloc(3000, 0))).toBe(true);
  await expect(recover(new Uint8Array(32))).rejects.toMatchObject({ code: "snapshot-missing" });
});

test("a long journal gives way to a new whole state, and the old one leaves the devices", async () => {
  await put("a", randomBytes(100));
  await shipper.ship();
  const first = shipper.figures.generation!;
  // Incompressible inline bytes make the journal longer than its limit.
  const bulk = Array.from({ length: 1100 }, (_, i) => ({ key: Buffer.from(`bulk-${i}`), data: randomBytes(4096) }));
  await network.pool.query(
    `insert into storage.object
     select o.bucket_id, b.key, o.etag, 4096, 0, '{}', null, null, o.inline_id, b.data, '{}'
     from storage.object o, unnest($1::bytea[], $2::bytea[]) as b(key, data) where o.key = 'a'`,
    [bulk.map((row) => row.key), bulk.map((row) => row.data)],
  );
  await shipper.ship();
  await shipper.ship();
  expect(shipper.figures.generation).toBeGreaterThan(first);
  await network.core.collector.collect();
  const names = new Set<number>();
  for (const agent of network.agents) {
    const { peer } = network.core.devices.linked(agent.key.id)!;
    for await (const page of network.core.client.list(peer, "metadata"))
      for (const { name } of page) names.add(parseChunkName(name!)!.generation);
  }
  expect([...names]).toEqual([shipper.figures.generation]);
  const { report } = await recover();
  expect(report).toMatchObject({ objects: 1101, orphanPieces: 0 });
});

test("a part that devices did not take comes again, and one that fails costs the storage metadata nothing", async () => {
  await shipper.ship();
  accounts = "Bob's";
  const put = network.core.client.put.bind(network.core.client);
  network.core.client.put = () => Promise.reject(new Error("no device takes it"));
  await expect(shipper.ship()).rejects.toMatchObject({ code: "insufficient-capacity" });
  network.core.client.put = put;
  await shipper.ship();
  await recover();
  expect(restored).toEqual(["Ada's", "Bob's"]);
  const unreadable = { ...restorers[0]!, finish: () => Promise.reject(new Error("unreadable")) };
  const pool = await network.newPool();
  const { identity, clock, log } = network.options;
  const peers = network.agents.map((agent) => network.core.devices.linked(agent.key.id)!.peer);
  const options = { pool, peers, recoveryKey: RECOVERY_KEY, identity, clock, log };
  await expect(recoverStorage({ ...options, restorers: [unreadable] })).rejects.toThrow("unreadable");
  expect(await recoverStorage({ ...options, restorers })).toMatchObject({ buckets: 1 });
});

test("a part that does not know its changes any more is told whole", async () => {
  await shipper.ship();
  const { clock, log, random } = network.options;
  const forgetful = { ...notebook("accounts", () => accounts), needsWhole: async () => true };
  const other = new SnapshotShipper({ ...network.core, clock, log, random, parts: [forgetful] });
  await other.ship();
  expect(other.figures.generation).toBeGreaterThan(shipper.figures.generation!);
});

test("into a database with objects nothing is recovered", async () => {
  await shipper.ship();
  const { identity, clock, log } = network.options;
  const options = { pool: network.pool, peers: [], recoveryKey: RECOVERY_KEY, identity, clock, log, restorers };
  await expect(recoverStorage(options)).rejects.toMatchObject({ code: "database-not-empty" });
});
