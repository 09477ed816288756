import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SnapshotPart } from "@wayleave/core/snapshotPart";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import {
  TEST_PROFILE,
  type TestRecords,
  joined,
  newDevice,
  place,
  testKey,
  testRecords,
} from "../records/testing/testRecords.ts";
import { RECORD_TABLES } from "./recordTables.ts";
import { DOWNLINK_COUNTERS_SKIPPED, JOIN_NONCES_SKIPPED, recordsRestorer } from "./recordsPart.ts";
import { TableJournal } from "./tableJournal.ts";

/** The front that is lost, and the empty one that takes its place. */
let lost: TestRecords;
let next: TestRecords;
let records: WirelessRecords;
beforeEach(async () => {
  [lost, next] = await Promise.all([testRecords(), testRecords()]);
  records = await lost.open();
});
afterEach(() => Promise.all([lost[Symbol.asyncDispose](), next[Symbol.asyncDispose]()]));

async function told(scope: "whole" | "changes", part: SnapshotPart = records.snapshot): Promise<string[]> {
  const take = part.take(scope);
  const lines = await Array.fromAsync(take.lines);
  await take.kept();
  return lines;
}
async function recovered(takes: readonly (readonly string[])[]) {
  const restorer = recordsRestorer(next.pool);
  for (const lines of takes) await restorer.restore(lines);
  const report = await restorer.finish();
  return { report, again: await next.open() };
}
/** Every row that comes back. */
async function dump({ pool }: TestRecords) {
  const tables = ["application", "device_profile", "forwarding", "device", "session", "dev_nonce", "downlink"];
  const dumped: Record<string, unknown[]> = {};
  for (const table of tables) {
    const { rows } = await pool.query<{ line: string }>(
      `select to_jsonb(t)::text as line from wireless.${table} t order by 1`,
    );
    dumped[table] = rows.map(({ line }) => JSON.parse(line) as unknown);
  }
  return dumped;
}
function skipped(dumped: Record<string, unknown[]>): Record<string, unknown[]> {
  const with_ = (table: string, column: string, by: number) =>
    dumped[table]!.map((row) => ({ ...(row as object), [column]: (row as Record<string, number>)[column]! + by }));
  return {
    ...dumped,
    session: with_("session", "f_cnt_down", DOWNLINK_COUNTERS_SKIPPED),
    device: with_("device", "join_nonce", JOIN_NONCES_SKIPPED),
  };
}

async function joins(devEui: string, devNonce: number) {
  const session = await records.book.activate(devEui, devNonce, (drawn) => joined(devEui, drawn, lost.clock.now()));
  return session!;
}
const downlink = (devEui: string) => ({ devEui, fPort: 3, data: new Uint8Array(randomBytes(4)), confirmed: true });

async function filled() {
  const at = await place(records, "alice");
  const devices = [1, 2, 3].map((number) => newDevice(at, number));
  for (const device of devices) await records.devices.create("alice", device);
  const abp = { devAddr: "26010203", nwkSKey: testKey(), appSKey: testKey(), fCntUp: 41, fCntDown: 7 };
  await records.devices.activate("alice", devices[2]!.devEui, abp);
  const session = await joins(devices[0]!.devEui, 5);
  await records.downlinks.enqueue(downlink(devices[0]!.devEui));
  return { at, devices, session };
}

describe("what the snapshots bring back", () => {
  test("a whole and what followed it, to the row; counters jump, and devices go on with their sessions", async () => {
    const { at, devices, session } = await filled();
    const takes = [await told("whole")];
    // What every uplink changes.
    session.fCntUp = 7;
    session.fCntDown = 3;
    session.mac = { ...session.mac, dataRate: 4, adrHistory: [{ fCnt: 7, maxSnrDb: 3, txPower: 0 }] };
    await records.book.save(session);
    takes.push(await told("changes"));
    session.fCntUp = 9;
    await records.book.save(session);
    // And what customers change.
    await records.catalog.renameApplication("alice", at.applicationId, "meadows");
    await records.catalog.createProfile("bob", { ...TEST_PROFILE, name: "bob's \n" });
    await records.devices.delete("alice", devices[1]!.devEui);
    await records.devices.create("alice", newDevice(at, 4));
    await joins(newDevice(at, 4).devEui, 65_535);
    await records.downlinks.flush(devices[0]!.devEui);
    await records.downlinks.enqueue(downlink(devices[2]!.devEui));
    takes.push(await told("changes"));
    await records.close();
    expect(takes[1]).toHaveLength(2); // its version, and where one session stands
    expect(takes[2]!.filter((line) => line.startsWith('{"c"'))).toHaveLength(1);

    const { report, again } = await recovered(takes);
    expect(report).toEqual({ applications: 1, devices: 3, sessions: 3, downlinks: 1, forwardings: 0, orphans: 0 });
    const before = await dump(lost);
    // Signal strengths stay behind.
    const light = (before["session"] as { dev_eui: string; mac: string }[]).map((row) => ({
      ...row,
      mac: JSON.stringify((JSON.parse(row.mac) as unknown[]).map((value, i) => (i === 9 ? [] : value))),
    }));
    expect(await dump(next)).toEqual(skipped({ ...before, session: light }));
    const back = again.book.session(devices[0]!.devEui)!;
    expect(back).toMatchObject({ fCntUp: 9, fCntDown: 3 + DOWNLINK_COUNTERS_SKIPPED, devAddr: session.devAddr });
    expect(back.nwkSKey).toEqual(session.nwkSKey);
    expect(back.mac).toMatchObject({ dataRate: 4, adrHistory: [] });
    expect(again.book.device(devices[0]!.devEui)!.appKey).toEqual(devices[0]!.appKey);
    // Nonces that were spent stay so, and no JoinNonce comes again.
    const derive = (drawn: { readonly joinNonce: number; readonly devAddr: string }) => {
      expect(drawn.joinNonce).toBeGreaterThan(JOIN_NONCES_SKIPPED);
      return joined(devices[0]!.devEui, drawn, 1);
    };
    expect(await again.book.activate(devices[0]!.devEui, 5, derive)).toBeNull();
    expect(await again.book.activate(devices[0]!.devEui, 6, derive)).not.toBeNull();
    // A front that starts does not know what the one before had shipped of counters.
    expect((await told("changes", again.snapshot)).filter((line) => line.startsWith('{"c"'))).toHaveLength(3);
    // It goes on: positions of the queue are new.
    await again.downlinks.enqueue(downlink(devices[2]!.devEui));
    expect(again.downlinks.list(devices[2]!.devEui)).toHaveLength(2);
  });

  test("keys are in no line", async () => {
    const { devices, session } = await filled();
    const text = (await told("whole")).join("\n").toLowerCase();
    for (const key of [devices[0]!.appKey!, session.nwkSKey, session.appSKey]) {
      expect(text).not.toContain(Buffer.from(key).toString("hex"));
      expect(text).not.toContain(Buffer.from(key).toString("base64").toLowerCase());
    }
  });

  test("what devices did not keep comes again; what they kept does not", async () => {
    const { session } = await filled();
    await told("whole");
    await told("changes");
    expect(await told("changes")).toEqual([]);
    session.fCntUp = 1;
    await records.book.save(session);
    await records.catalog.createApplication("bob", "bob's");
    const given = await Array.fromAsync(records.snapshot.take("changes").lines);
    expect(given).toHaveLength(3);
    session.fCntUp = 2;
    await records.book.save(session);
    const again = await told("changes");
    expect(again.slice(0, 2)).toEqual(given.slice(0, 2));
    expect(again[2]).toContain(`"${session.devEui}",${session.activatedAtMs},2,`);
    expect(await told("changes")).toEqual([]);
  });

  test("rows whose parents are in a chunk that is lost are left out and counted", async () => {
    const { at } = await filled();
    const whole = await told("whole");
    await records.catalog.createApplication("alice", "lost with its chunk");
    const application = records.catalog.applications("alice").find(({ name }) => name.startsWith("lost"))!;
    await told("changes");
    await records.devices.create("alice", newDevice({ ...at, applicationId: application.id }, 9));
    const { report, again } = await recovered([whole, await told("changes")]);
    expect(report).toMatchObject({ devices: 3, orphans: 1 });
    expect(again.catalog.applications("alice")).toHaveLength(1);
  });

  test("a second try begins from nothing, and a snapshot of a newer program is refused", async () => {
    await filled();
    const whole = await told("whole");
    await (await next.open()).catalog.createApplication("eve", "made while the front waited");
    await recordsRestorer(next.pool).restore(whole);
    const { report, again } = await recovered([whole]);
    expect(report).toMatchObject({ applications: 1, devices: 3 });
    expect(again.catalog.applications("eve")).toEqual([]);
    const newer = recordsRestorer(next.pool).restore(['{"v":9999}', ...whole.slice(1)]);
    await expect(newer).rejects.toMatchObject({ code: "snapshot-newer-refused" });
  });
});

test("a journal that grew too long gives way to a whole, also over a restart", async () => {
  const { at } = await filled();
  await told("whole");
  const journal = () => new TableJournal(lost.pool, "wireless", RECORD_TABLES);
  expect(await journal().needsWhole(2)).toBe(false);
  for (const number of [11, 12, 13]) await records.devices.create("alice", newDevice(at, number));
  expect(await journal().needsWhole(2)).toBe(true);
  const { rows } = await lost.pool.query("select entity from wireless.dirty");
  expect(rows).toEqual([{ entity: "overflow" }]);
  expect(await records.snapshot.needsWhole!()).toBe(true);
  expect((await told("whole")).filter((line) => line.startsWith('{"e":"device"'))).toHaveLength(6);
  expect(await records.snapshot.needsWhole!()).toBe(false);
});

test("counters move without a word to the journal; a join is in it", async () => {
  const { devices, session } = await filled();
  await told("whole");
  const entries = async () =>
    (await lost.pool.query<{ entity: string }>("select entity from wireless.dirty order by entity")).rows.map(
      ({ entity }) => entity,
    );
  expect(await entries()).toEqual([]);
  session.fCntUp++;
  await records.book.save(session);
  expect(await entries()).toEqual([]);
  await joins(devices[0]!.devEui, 6);
  expect(await entries()).toEqual(["device", "nonce", "session"]);
});
