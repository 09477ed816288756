import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";

const ACCOUNT = { customerId: "alice" };
let network: TestNetwork;

beforeEach(async () => {
  network = await startTestNetwork();
  await network.core.store.createBucket(ACCOUNT, "photos");
});
afterEach(() => network[Symbol.asyncDispose]());

function put(key: string, body: Readable | Uint8Array, sizeBytes?: number) {
  const stream = body instanceof Readable ? body : Readable.from([body]);
  const size = sizeBytes === undefined ? {} : { sizeBytes };
  const upload = { bucket: "photos", key, body: stream, ...size, metadata: { user: {} }, conditions: {} };
  return network.core.store.putObject(ACCOUNT, upload);
}

async function get(key: string): Promise<Buffer> {
  const { info, read } = await network.core.store.getObject(ACCOUNT, { bucket: "photos", key });
  const chunks: Buffer[] = [];
  for await (const chunk of read({ offsetBytes: 0, lengthBytes: info.sizeBytes })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function pieces(): Promise<{ shard: number; device: string; bad: boolean }[]> {
  const found = await network.pool.query("select shard, device, bad from storage.piece order by segment_id, shard");
  return found.rows as { shard: number; device: string; bad: boolean }[];
}

/** The devices of the first segment, by shard. */
async function holders() {
  const rows = await pieces();
  return rows.map((row) => network.agents.find((agent) => agent.key.id === row.device)!);
}

const SMALL = randomBytes(60_000);
const LARGE = randomBytes(6_000_000);

describe("reads survive", () => {
  test.for([
    ["small", SMALL],
    ["large", LARGE],
  ] as const)("two of six devices dead, %s object", async ([, bytes]) => {
    await put("a", bytes);
    const agents = await holders();
    agents[0]!.kill();
    agents[2]!.kill();
    await expect.poll(() => network.options.directory.serving("storage").length).toBe(4);
    expect((await get("a")).equals(bytes)).toBe(true);
    agents[5]!.kill();
    await expect.poll(() => network.options.directory.serving("storage").length).toBe(3);
    await expect(get("a")).rejects.toMatchObject({ code: "data-unavailable" });
  });

  test.for([
    ["one data shard", [1]],
    ["two data shards", [0, 3]],
    ["a data and a parity shard", [2, 4]],
  ] as const)("%s corrupt: the bytes are right and the liars are noted", async ([, liars]) => {
    await put("a", LARGE);
    const agents = await holders();
    for (const shard of liars) agents[shard]!.faults.corrupt = true;
    expect((await get("a")).equals(LARGE)).toBe(true);
    await network.core.badPieces.settled();
    const bad = (await pieces()).filter((piece) => piece.bad).map((piece) => piece.shard);
    expect(bad.length).toBeGreaterThan(0);
    for (const shard of bad) expect(liars).toContain(shard);
  });

  test("three corrupt: an error, and never a wrong byte", async () => {
    await put("a", SMALL);
    for (const agent of (await holders()).slice(0, 3)) agent.faults.corrupt = true;
    await expect(get("a")).rejects.toMatchObject({ code: "data-unavailable" });
  });

  test("a slow and a silent device do not set the pace", async () => {
    await put("a", SMALL);
    const agents = await holders();
    agents[0]!.faults.delayMs = 5_000;
    agents[1]!.faults.silent = true;
    const startedMs = performance.now();
    expect((await get("a")).equals(SMALL)).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(2_500);
  });
});

describe("uploads survive", () => {
  test("a full disk: the rest hold it and repair is due", async () => {
    network.agents[3]!.faults.full = true;
    for (const [key, bytes] of [
      ["small", SMALL],
      ["large", LARGE],
    ] as const) {
      await put(key, bytes);
      expect((await get(key)).equals(bytes)).toBe(true);
    }
    expect((await pieces()).every((piece) => piece.device !== network.agents[3]!.key.id)).toBe(true);
    network.agents[4]!.faults.full = true;
    await expect(put("b", SMALL)).rejects.toMatchObject({ code: "insufficient-capacity" });
    await expect(put("c", LARGE)).rejects.toMatchObject({ code: "insufficient-capacity" });
  });

  test("a device that drops in mid-upload", async () => {
    network.agents[1]!.faults.dropAfterBytes = 700_000;
    await put("a", LARGE, LARGE.byteLength);
    expect(await pieces()).toHaveLength(5);
    expect((await get("a")).equals(LARGE)).toBe(true);
  });

  test("a forged receipt: it does not count", async () => {
    network.agents[2]!.faults.forge = true;
    await put("a", SMALL);
    await put("b", LARGE);
    expect(await pieces()).toHaveLength(10);
    network.agents[3]!.faults.forge = true;
    await expect(put("c", SMALL)).rejects.toMatchObject({ code: "insufficient-capacity" });
    await expect(put("d", LARGE)).rejects.toMatchObject({ code: "insufficient-capacity" });
  });

  test("more devices than needed: a slow one is left out", async () => {
    const extra = await network.addAgent();
    network.agents[2]!.faults.delayMs = 4_000;
    const startedMs = performance.now();
    await put("a", SMALL);
    expect(performance.now() - startedMs).toBeLessThan(2_500);
    const devices = (await pieces()).map((piece) => piece.device);
    expect(devices).toHaveLength(6);
    expect(devices).toContain(extra.key.id);
    expect(devices).not.toContain(network.agents[2]!.key.id);
  });

  test("no two shards with one owner, even when that is the only way", async () => {
    network.agents[1]!.place = { ...network.agents[1]!.place, owner: network.agents[0]!.place.owner };
    await put("a", SMALL);
    expect(await pieces()).toHaveLength(5);
    network.agents[2]!.place = { ...network.agents[2]!.place, prefix: network.agents[3]!.place.prefix };
    await expect(put("b", SMALL)).rejects.toMatchObject({
      code: "insufficient-capacity",
      facts: expect.objectContaining({ why: "1 same-owner, 1 same-prefix" }) as object,
    });
  });
});

describe("nothing is left", () => {
  test("of a body that fails, on no device", async () => {
    const failing = Readable.from(
      (async function* () {
        yield LARGE;
        throw new Error("the client went away");
      })(),
    );
    await expect(put("a", failing)).rejects.toThrow("the client went away");
    await expect(get("a")).rejects.toMatchObject({ code: "no-such-key" });
    expect(await pieces()).toEqual([]);
    expect((await network.pool.query("select from storage.intent")).rowCount).toBe(0);
    await collectAll();
    for (const agent of network.agents) expect(agent.provider.used().pieces).toBe(0);
  });

  test("of what was deleted or overwritten, when the devices were told", async () => {
    await put("a", SMALL);
    await put("a", LARGE);
    await put("b", LARGE);
    await network.core.store.copyObject(ACCOUNT, {
      ...{ bucket: "photos", key: "c", source: { bucket: "photos", key: "b" } },
      ...{ checkSource: () => undefined, conditions: {} },
    });
    await network.core.store.deleteObjects(ACCOUNT, "photos", ["a", "b"]);
    await collectAll();
    expect((await get("c")).equals(LARGE)).toBe(true);
    for (const agent of network.agents) expect(agent.provider.used().pieces).toBe(1);
    await network.core.store.deleteObject(ACCOUNT, { bucket: "photos", key: "c" });
    network.agents[0]!.kill();
    await collectAll();
    await network.agents[0]!.revive();
    await collectAll();
    for (const agent of network.agents) expect(agent.provider.used().pieces).toBe(0);
    await network.core.store.deleteBucket(ACCOUNT, "photos");
  });

  test("but what is being read stays until it was read", async () => {
    await put("a", LARGE);
    const { read } = await network.core.store.getObject(ACCOUNT, { bucket: "photos", key: "a" });
    const stream = read({ offsetBytes: 0, lengthBytes: LARGE.byteLength });
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const read1 = [(await chunks.next()).value as Buffer];
    await network.core.store.deleteObject(ACCOUNT, { bucket: "photos", key: "a" });
    await collectAll();
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) read1.push(next.value);
    expect(Buffer.concat(read1).equals(LARGE)).toBe(true);
    await collectAll();
    for (const agent of network.agents) expect(agent.provider.used().pieces).toBe(0);
  });
});

/** Rounds without the pauses that real time puts between them. */
async function collectAll(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await network.pool.query("update storage.garbage set not_before_ms = 0");
    await network.core.collector.collect();
  }
}
