import { afterAll, beforeAll, expect, test } from "vitest";
import { EVENT_LOG_DEFAULTS, EventLog } from "./integrations/eventLog.ts";
import { silentLog } from "./integrations/testing/sampleEvents.ts";
import { NetworkServer } from "./network/networkServer.ts";
import { MemoryFleet, MemoryPurse } from "./network/testing/memoryPorts.ts";
import { RadioDevice, sessionOf } from "./network/testing/radioDevice.ts";
import { SF7, agent } from "./network/testing/testNetwork.ts";
import { machineTimeline } from "./network/timeline.ts";
import {
  newDevice,
  place,
  type TestRecords,
  testMac,
  testRecords,
  TEST_PROFILE,
} from "./records/testing/testRecords.ts";

const DEVICES = 40;
const FRAMES_EACH = 15;
const WINDOW_MS = 10;

let bench: TestRecords;
beforeAll(async () => {
  bench = await testRecords();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** What a kill -9 of front and database at this moment would leave: sessions whose newest event is not their counter's. */
async function parted(): Promise<unknown[]> {
  const { rows } = await bench.pool.query(
    `select s.dev_eui, s.f_cnt_up, e.events, e.newest from wireless.session s
     left join (select dev_eui, count(*)::int as events, max((body::json ->> 'fCnt')::int) as newest
       from wireless_events.event where body::json ->> 'type' = 'up' group by dev_eui) e using (dev_eui)
     where coalesce(e.newest, -1) <> s.f_cnt_up or coalesce(e.events, 0) <> s.f_cnt_up + 1`,
  );
  return rows;
}

test("whenever the front dies, each counter that is used up has its one event, and no event is without its counter", async () => {
  const records = await bench.open();
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
  const events = await EventLog.open(EVENT_LOG_DEFAULTS, { ...bench, clock, log: silentLog, commit: records.commit });
  const where = await place(records, "customer");
  const radios: RadioDevice[] = [];
  for (let i = 0; i < DEVICES; i++) {
    const asked = newDevice(where, i + 1);
    await records.devices.createMany("customer", [
      { ...asked, session: sessionOf({ ...asked, customer: "customer", profile: { id: "", ...TEST_PROFILE } }, i + 1) },
    ]);
    const session = records.book.session(asked.devEui)!;
    session.mac = testMac({ id: "", ...TEST_PROFILE });
    radios.push(new RadioDevice(records.book.device(asked.devEui)!, session));
  }
  const server = new NetworkServer(
    { dedupWindowMs: WINDOW_MS, deviceStatusEveryMs: null },
    {
      ...{ book: records.book, queue: records.queue, purse: new MemoryPurse(), sink: events, log: silentLog },
      ...{ fleet: new MemoryFleet(() => Date.now()), timeline: machineTimeline(clock) },
      ...{ seedNow: () => `0x${"5e".repeat(32)}` as const, newId: () => crypto.randomUUID() },
      decode: () => Promise.resolve({ object: null, errors: [] }),
    },
  );
  let sequence = 0;
  let looked = 0;
  for (let turn = 0; turn < FRAMES_EACH; turn++) {
    for (const radio of radios) {
      server.onCopy(agent(1), ++sequence, {
        payload: radio.uplink(),
        ...{ gatewayEui: "00000000000000aa", frequencyHz: 868_100_000, modulation: SF7, codingRate: "4/5" },
        ...{ rssiDbm: -90, snrDb: 5, context: Uint8Array.of(0, 0, 0, 1), receivedAtMs: Date.now() },
      });
    }
    // Half of the connections die while they write.
    if (turn % 4 === 3) {
      await bench.pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database() and random() < 0.5",
      );
    }
    const nextMs = performance.now() + WINDOW_MS;
    do {
      expect(await parted()).toEqual([]);
      looked++;
    } while (performance.now() < nextMs);
  }
  await server.close();
  await events.drained();
  expect(await parted()).toEqual([]);
  const { rows } = await bench.pool.query(
    "select count(*)::int as events from wireless_events.event where body::json ->> 'type' = 'up'",
  );
  expect(rows).toEqual([{ events: DEVICES * FRAMES_EACH }]);
  expect(looked).toBeGreaterThan(FRAMES_EACH);
  await events.close();
});
