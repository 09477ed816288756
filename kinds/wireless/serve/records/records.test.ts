import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeviceSession } from "../../model/device.ts";
import { isInRange, rangeOfNetId } from "./devAddrRange.ts";
import type { WirelessRecords } from "./openWirelessRecords.ts";
import { QUEUE_PER_DEVICE_MAX } from "./records.ts";
import {
  joined,
  newDevice,
  place,
  TEST_PROFILE,
  testKey,
  testRecords,
  type TestRecords,
} from "./testing/testRecords.ts";

let at: TestRecords;
beforeAll(async () => {
  at = await testRecords();
});
afterAll(() => at[Symbol.asyncDispose]());

const code = (name: string) => expect.objectContaining({ code: name });
let numbers = 1;
const given = (over = {}) => ({
  ...{ devAddr: "26010203", nwkSKey: testKey(), appSKey: testKey(), fCntUp: 41, fCntDown: 7 },
  ...over,
});
const activate = (records: WirelessRecords, devEui: string, devNonce: number) =>
  records.book.activate(devEui, devNonce, (drawn) => joined(devEui, drawn, at.clock.now()));

/** Every row of every table as text: what a stolen backup shows. */
async function dump(): Promise<string> {
  const { rows: tables } = await at.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'wireless'",
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await at.pool.query<{ row: string }>(`select t::text as row from wireless.${name} t`);
    rows.push(...found.rows.map(({ row }) => row));
  }
  return rows.join("\n");
}

describe("restart", () => {
  test("brings back exactly what was there", async () => {
    const records = await at.open();
    const where = await place(records, "alice");
    const abp = newDevice(where, numbers++, { appKey: null, session: given() });
    const otaa = newDevice(where, numbers++, { joinNonce: 99 });
    await records.devices.createMany("alice", [abp, otaa]);
    const session = (await activate(records, otaa.devEui, 5))!;
    session.fCntUp = 70_000;
    session.fCntDown = 3;
    session.mac = {
      ...session.mac,
      dataRate: 5,
      adrHistory: [{ fCnt: 9, maxSnrDb: -7.25, txPower: 1 }],
      pending: [{ cid: 3, payload: "aGk=", tries: 2 }],
      tx: { uplinkDwellTime: true, downlinkDwellTime: null, maxEirpIndex: 5 },
      maxDutyCycle: 7,
      rx1Moved: [{ channel: 3, frequencyHz: 869_525_000 }],
      refused: ["0a0000000084"],
    };
    await records.book.save(session);
    const first = await records.downlinks.enqueue(downlink(otaa.devEui, 1));
    const second = await records.downlinks.enqueue(downlink(otaa.devEui, 2));
    await records.queue.sent(first.id, 4);
    await records.close();

    const again = await at.open();
    for (const { devEui } of [abp, otaa]) {
      expect(again.book.device(devEui)).toEqual(records.book.device(devEui));
      expect(again.book.session(devEui)).toEqual(records.book.session(devEui));
      expect(again.seenMs(devEui)).toBe(records.seenMs(devEui));
    }
    expect(again.book.device(otaa.devEui)!.appKey).toEqual(otaa.appKey);
    expect(again.book.sessionsAt(session.devAddr)).toEqual([session]);
    expect(again.book.filters()).toEqual(records.book.filters());
    expect(again.downlinks.list(otaa.devEui)).toEqual([{ ...first, fCntDown: 4 }, second]);
    const next = await activate(again, otaa.devEui, 6);
    expect(next).not.toBeNull();
    // 99 were spent before it came here, one here.
    const { rows } = await at.pool.query("select join_nonce from wireless.device where dev_eui = $1", [otaa.devEui]);
    expect(rows[0]).toEqual({ join_nonce: 101 });
  });

  test("with another secret is refused and changes nothing", async () => {
    const records = await at.open();
    const device = newDevice(await place(records, "alice"), numbers++);
    await records.devices.create("alice", device);
    await expect(at.open({ operatorSecret: new Uint8Array(32) })).rejects.toEqual(code("secret-unreadable-invalid"));
  });
});

const downlink = (devEui: string, byte: number) => {
  return { devEui, fPort: 2, data: Uint8Array.of(byte), confirmed: true };
};

test("no key is readable in the database", async () => {
  const records = await at.open();
  const where = await place(records, "alice");
  const session = given();
  const device = newDevice(where, numbers++, { session });
  await records.devices.create("alice", device);
  const other = newDevice(where, numbers++);
  await records.devices.create("alice", other);
  const fromJoin = (await activate(records, other.devEui, 1))!;
  const text = (await dump()).toLowerCase();
  expect(text).toContain(device.devEui);
  const keys = [device.appKey!, other.appKey!, session.nwkSKey, session.appSKey, fromJoin.nwkSKey, fromJoin.appSKey];
  for (const key of keys) {
    const bytes = Buffer.from(key);
    // Also parts of it: a bug could seal only the beginning.
    for (const part of [bytes, bytes.subarray(0, 6), bytes.subarray(10)]) {
      expect(text).not.toContain(part.toString("hex"));
      expect(text).not.toContain(part.toString("base64").replaceAll("=", "").toLowerCase());
    }
  }
  // A sealed key that is moved to another device's row does not open there.
  await at.pool.query(
    `update wireless.device set app_key_sealed = (select app_key_sealed from wireless.device where dev_eui = $1)
      where dev_eui = $2`,
    [device.devEui, other.devEui],
  );
  await expect(at.open()).rejects.toEqual(code("secret-unreadable-invalid"));
  await records.devices.delete("alice", other.devEui);
});

describe("joins", () => {
  test("a DevNonce is taken once, also when it comes many times at once, and after a restart", async () => {
    const records = await at.open();
    const { devEui } = await registered(records);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => activate(records, devEui, 77)));
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
    const winner = outcomes.find((outcome) => outcome !== null)!;
    expect(records.book.session(devEui)).toBe(winner);
    expect(records.book.sessionsAt(winner.devAddr)).toEqual([winner]);
    expect(isInRange(winner.devAddr, rangeOfNetId(1))).toBe(true);
    const again = await at.open();
    expect(await activate(again, devEui, 77)).toBeNull();
    expect(again.book.session(devEui)!.devAddr).toBe(winner.devAddr);
  });

  test("different nonces at once all join, each with a JoinNonce of its own, and one session is left", async () => {
    const records = await at.open();
    const { devEui } = await registered(records);
    const joinNonces: number[] = [];
    const sessions = await Promise.all(
      [1, 2, 3, 4].map((devNonce) =>
        records.book.activate(devEui, devNonce, (drawn) => {
          joinNonces.push(drawn.joinNonce);
          return joined(devEui, drawn, at.clock.nowMs++);
        }),
      ),
    );
    expect(joinNonces).toEqual([1, 2, 3, 4]);
    expect(records.book.session(devEui)).toBe(sessions[3]);
    const held = sessions.flatMap((session) => records.book.sessionsAt(session!.devAddr));
    expect(held.filter((session) => session.devEui === devEui)).toEqual([sessions[3]]);
  });

  test("a derivation that fails costs only its own join", async () => {
    const records = await at.open();
    const [one, two] = [await registered(records), await registered(records)];
    const failing = records.book.activate(one.devEui, 1, () => {
      throw new Error("no");
    });
    const fine = activate(records, two.devEui, 1);
    await expect(failing).rejects.toThrow("no");
    expect(await fine).not.toBeNull();
    expect(records.book.session(one.devEui)).toBeNull();
  });

  test("an unknown device is no join", async () => {
    const records = await at.open();
    expect(await activate(records, "ffffffffffffffff", 1)).toBeNull();
  });

  async function registered(records: WirelessRecords) {
    const device = newDevice(await place(records, "joiner"), numbers++);
    await records.devices.create("joiner", device);
    return device;
  }
});

describe("saves", () => {
  test("the latest state wins, many saves are few transactions, and what is replaced is not written", async () => {
    const records = await at.open({ commit: { coalesceMs: 20 } });
    const where = await place(records, "saver");
    const devices = Array.from({ length: 50 }, () => newDevice(where, numbers++, { session: given({ fCntUp: 0 }) }));
    await records.devices.createMany("saver", devices);
    const before = await transactions();
    const saved: Promise<void>[] = [];
    for (let round = 1; round <= 40; round++) {
      for (const { devEui } of devices) {
        const session = records.book.session(devEui)!;
        session.fCntUp = round;
        saved.push(records.book.save(session));
      }
    }
    await Promise.all(saved);
    expect((await transactions()) - before).toBeLessThan(10);
    const { rows } = await at.pool.query(
      "select distinct f_cnt_up from wireless.session s join wireless.device using (dev_eui) where customer = 'saver'",
    );
    expect(rows).toEqual([{ f_cnt_up: "40" }]);

    const { devEui } = devices[0]!;
    const old = records.book.session(devEui)!;
    await activate(records, devEui, 1);
    await expect(records.book.save(old)).rejects.toEqual(code("session-gone"));
  });

  test("a copy may be saved, and only uplinks count as signs of life", async () => {
    const records = await at.open();
    const device = newDevice(await place(records, "saver"), numbers++, { session: given() });
    await records.devices.create("saver", device);
    const session = records.book.session(device.devEui)!;
    await records.book.save({ ...session, fCntDown: 8 });
    expect(records.book.session(device.devEui)!.fCntDown).toBe(8);
    expect(records.seenMs(device.devEui)).toBeNull();
    at.clock.nowMs += 1000;
    await records.book.save({ ...session, fCntDown: 8, fCntUp: 42 });
    expect(records.seenMs(device.devEui)).toBe(at.clock.nowMs);
  });

  test("a connection that dies is replaced, and every promise that resolved was kept", async () => {
    const records = await at.open({ commit: { coalesceMs: 1, retryAfterMs: [20, 50, 100, 200] } });
    const where = await place(records, "killed");
    const devices = Array.from({ length: 20 }, () => newDevice(where, numbers++, { session: given({ fCntUp: 0 }) }));
    await records.devices.createMany("killed", devices);
    const kept = new Map<string, number>();
    const kills: Promise<unknown>[] = [];
    for (let round = 1; round <= 60; round++) {
      if (round % 8 === 0) {
        // Not waited for: it strikes before, within or after a transaction.
        kills.push(
          at.pool.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
          ),
        );
      }
      await Promise.all(
        devices.map(async ({ devEui }) => {
          const session = records.book.session(devEui)!;
          session.fCntUp = round;
          await records.book.save(session).then(
            () => kept.set(devEui, round),
            () => undefined,
          );
        }),
      );
    }
    await Promise.allSettled(kills);
    const { rows } = await at.pool.query<{ dev_eui: string; f_cnt_up: string }>(
      "select dev_eui, f_cnt_up from wireless.session",
    );
    const stored = new Map(rows.map((row) => [row.dev_eui, Number(row.f_cnt_up)]));
    expect(kept.size).toBe(20);
    for (const [devEui, round] of kept) expect(stored.get(devEui)).toBeGreaterThanOrEqual(round);
    expect(Math.max(...kept.values())).toBe(60);
  });

  async function transactions(): Promise<number> {
    // Counted by ids handed out: reading costs none.
    const { rows } = await at.pool.query<{ id: string }>("select pg_current_xact_id()::text as id");
    return Number(rows[0]!.id);
  }
});

describe("queue", () => {
  test("is first in, first out, bounded, and holds a confirmed one until it is done", async () => {
    const records = await at.open();
    const device = newDevice(await place(records, "queuer"), numbers++);
    await records.devices.create("queuer", device);
    const asked = Array.from({ length: QUEUE_PER_DEVICE_MAX + 3 }, (_, i) =>
      records.downlinks.enqueue(downlink(device.devEui, i)),
    );
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(3);
    expect(outcomes.at(-1)).toEqual({ status: "rejected", reason: code("downlink-queue-full") });
    const head = records.queue.head(device.devEui)!;
    expect(head.data).toEqual(Uint8Array.of(0));
    await records.queue.sent(head.id, 1);
    expect(records.queue.head(device.devEui)).toBe(head);
    const done = records.queue.done(head.id);
    expect(records.queue.head(device.devEui)!.data).toEqual(Uint8Array.of(1));
    await done;
    expect(await records.downlinks.flush(device.devEui)).toBe(QUEUE_PER_DEVICE_MAX - 1);
    expect(records.queue.size(device.devEui)).toBe(0);
    const { rowCount } = await at.pool.query("select from wireless.downlink where dev_eui = $1", [device.devEui]);
    expect(rowCount).toBe(0);
  });
});

describe("filters", () => {
  test("name the range, what lies outside it, and JoinEUIs; and say when they change", async () => {
    await using fresh = await testRecords();
    const records = await fresh.open();
    let changes = 0;
    records.onFiltersChanged(() => changes++);
    const where = await place(records, "alice");
    await records.devices.create("alice", newDevice(where, numbers++, { session: given({ devAddr: "260b1234" }) }));
    expect(changes).toBeGreaterThan(0);
    expect(records.book.filters()).toEqual({
      devAddrs: [
        { prefix: "02000000", bits: 7 },
        { prefix: "260b1234", bits: 32 },
      ],
      joinEuis: ["70b3d57ed0000001"],
    });
    const many = Array.from({ length: 600 }, (_, i) => {
      const devAddr = (0x26_00_00_00 + i * 977).toString(16);
      return newDevice(where, numbers++, { session: given({ devAddr }) });
    });
    await records.devices.createMany("alice", many);
    const { devAddrs } = records.book.filters();
    expect(devAddrs.length).toBeLessThanOrEqual(513);
    for (const { session } of many) {
      expect(devAddrs.some((range) => isInRange(session!.devAddr, range))).toBe(true);
    }
    for (const { devEui } of many) await records.devices.forgetSession("alice", devEui);
    expect(records.book.filters().devAddrs).toHaveLength(2);
  });
});

describe("customers", () => {
  test("a profile that changes holds for its devices at once", async () => {
    const records = await at.open();
    const where = await place(records, "alice");
    const device = newDevice(where, numbers++);
    await records.devices.create("alice", device);
    await records.catalog.replaceProfile("alice", where.profileId, { ...TEST_PROFILE, copies: 3 });
    expect(records.book.device(device.devEui)!.profile.copies).toBe(3);
    await expect(records.catalog.deleteProfile("alice", where.profileId)).rejects.toEqual(code("profile-conflict"));
    await records.devices.delete("alice", device.devEui);
    expect(records.book.device(device.devEui)).toBeNull();
    await records.catalog.deleteProfile("alice", where.profileId);
  });

  test("limits hold, also for requests at once", async () => {
    await using fresh = await testRecords();
    const records = await fresh.open({
      limits: { devicesPerCustomer: 3, applicationsPerCustomer: 1, joinEuisPerCustomer: 2 },
    });
    const where = await place(records, "alice");
    await expect(records.catalog.createApplication("alice", "two")).rejects.toEqual(code("applications-limit-refused"));
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((number) => records.devices.create("alice", newDevice(where, number))),
    );
    const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refusals.map(({ reason }: { reason: unknown }) => reason)).toEqual(
      [1, 2].map(() => code("devices-limit-refused")),
    );
    await expect(records.devices.create("alice", newDevice(where, 1))).rejects.toEqual(code("device-exists"));
    await records.devices.delete("alice", newDevice(where, 1).devEui);
    await records.devices.update("alice", newDevice(where, 2).devEui, { joinEui: "0000000000000002" });
    await expect(records.devices.create("alice", newDevice(where, 6, { joinEui: "0000000000000003" }))).rejects.toEqual(
      code("join-euis-limit-refused"),
    );
  });
});

test("closing makes durable what was asked for, and takes nothing more", async () => {
  const records = await at.open({ commit: { coalesceMs: 60_000 } });
  const device = newDevice(await place(records, "closer"), numbers++, { session: given({ fCntUp: 0 }) });
  await records.devices.create("closer", device);
  const session: DeviceSession = records.book.session(device.devEui)!;
  session.fCntUp = 5;
  const saved = records.book.save(session);
  await records.close();
  await saved;
  await expect(records.book.save(session)).rejects.toEqual(code("records-unavailable"));
});
