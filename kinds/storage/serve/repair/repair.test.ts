import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestAgent, type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";
import { Availability } from "./availability.ts";
import { RepairLoop } from "./repairLoop.ts";

const ACCOUNT = { customerId: "alice" };
const BODIES = [randomBytes(20_000), randomBytes(3_000_000)];
let network: TestNetwork;
let loop: RepairLoop;

beforeEach(async () => {
  network = await startTestNetwork();
  const { core, options } = network;
  const availability = new Availability(core.devices, options.clock, 0);
  loop = new RepairLoop({ ...core, availability, clock: options.clock, log: options.log, random: options.random });
  await core.store.createBucket(ACCOUNT, "photos");
  for (const [i, body] of BODIES.entries()) {
    const upload = {
      bucket: "photos",
      key: `k${i}`,
      body: Readable.from([body]),
      metadata: { user: {} },
      conditions: {},
    };
    await core.store.putObject(ACCOUNT, upload);
  }
});
afterEach(() => network[Symbol.asyncDispose]());

async function readAll(): Promise<void> {
  for (const [i, body] of BODIES.entries()) {
    const { read } = await network.core.store.getObject(ACCOUNT, { bucket: "photos", key: `k${i}` });
    const chunks: Buffer[] = [];
    for await (const chunk of read({ offsetBytes: 0, lengthBytes: body.byteLength })) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  }
}

async function gone(...agents: readonly TestAgent[]): Promise<void> {
  for (const agent of agents) agent.kill();
  await expect.poll(() => agents.filter((agent) => network.core.devices.linked(agent.key.id) !== null)).toEqual([]);
}

async function devicesOfPieces(): Promise<string[]> {
  const found = await network.pool.query("select distinct device from storage.piece order by 1");
  return (found.rows as { device: string }[]).map((row) => row.device);
}

test("what dead devices held is rebuilt on new ones, one device after another, until nothing of the first is needed", async () => {
  expect(await loop.round()).toBe(0);
  expect(loop.figures.segments).toEqual({ healthy: 2, degraded: 0, atRisk: 0, lost: 0 });
  for (const agent of [...network.agents]) {
    await gone(agent);
    expect(await loop.round()).toBe(0);
    expect(loop.figures).toMatchObject({ segments: { healthy: 0, atRisk: 2 }, withoutSpareDevices: 2 });
    await network.addAgent();
    expect(await loop.round()).toBe(2); // what lacked a device is tried again as soon as one comes
    expect(await loop.round()).toBe(0);
    expect(loop.figures.segments).toEqual({ healthy: 2, degraded: 0, atRisk: 0, lost: 0 });
  }
  expect(await devicesOfPieces()).toEqual(
    network.agents
      .slice(6)
      .map((agent) => agent.key.id)
      .sort(),
  );
  await readAll();
  network.core.egress.flush();
  const paid = network.acts.filter((act) => act.act === "storage.repair");
  expect(paid.length).toBeGreaterThan(0);
  expect(paid.every((act) => act.customer === "operator" && act.picoUsd > 0n)).toBe(true);
});

test("a source that lies is found, left out and replaced", async () => {
  const [liar] = network.agents;
  liar!.faults.corrupt = true;
  await gone(network.agents[5]!);
  await network.addAgent();
  await network.addAgent();
  for (let round = 0; round < 4; round++) {
    await loop.round();
    await network.core.badPieces.settled();
    loop.retryRefused();
    // What an attempt left behind is deleted later: nothing of it may have become a piece that counts.
    const doomed = await network.pool.query("select from storage.piece join storage.garbage using (device, piece_id)");
    expect(doomed.rowCount).toBe(0);
  }
  expect(loop.figures.segments).toEqual({ healthy: 2, degraded: 0, atRisk: 0, lost: 0 });
  await readAll();
});

test("a device in bad standing is emptied, and told so", async () => {
  const [accused] = network.agents;
  accused!.fault = "piece-omitted";
  await network.addAgent();
  expect(await loop.round()).toBe(2);
  expect(await devicesOfPieces()).not.toContain(accused!.key.id);
  await network.core.collector.collect();
  expect(accused!.provider.used().pieces).toBe(0);
  await readAll();
});

test("shards that came to stand with one owner are moved apart", async () => {
  network.agents[1]!.place = { ...network.agents[1]!.place, owner: network.agents[0]!.place.owner };
  await loop.round();
  expect(loop.figures.misplaced).toBe(2);
  expect(await devicesOfPieces()).toHaveLength(6);
  const spare = await network.addAgent();
  loop.retryRefused();
  expect(await loop.round()).toBe(2);
  expect(await devicesOfPieces()).toContain(spare.key.id);
  const shared = await network.pool.query(
    "select segment_id from storage.piece where device = any($1) group by 1 having count(*) > 1",
    [[network.agents[0]!.key.id, network.agents[1]!.key.id]],
  );
  expect(shared.rowCount).toBe(0);
  await readAll();
});

test("a segment that cannot be read is called lost, and is well again when its devices are", async () => {
  await gone(...network.agents.slice(0, 3));
  await loop.round();
  expect(loop.figures.segments).toEqual({ healthy: 0, degraded: 0, atRisk: 0, lost: 2 });
  for (const agent of network.agents.slice(0, 3)) await agent.revive();
  await loop.round();
  expect(loop.figures.segments.healthy).toBe(2);
});

test("pieces whose receipts are about to end are renewed where they lie", async () => {
  await network.pool.query("update storage.piece set expires_ms = $1", [Date.now() + 86_400_000]);
  expect(await loop.round()).toBe(2);
  expect(await devicesOfPieces()).toHaveLength(6);
  const ending = await network.pool.query("select from storage.piece where expires_ms < $1", [
    Date.now() + 300 * 86_400_000,
  ]);
  expect(ending.rowCount).toBe(0);
  await network.core.collector.collect();
  for (const agent of network.agents) expect(agent.provider.used().pieces).toBe(2);
  await readAll();
});
