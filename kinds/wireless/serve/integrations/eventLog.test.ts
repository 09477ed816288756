import fc from "fast-check";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../apps/cli/supervise/testPostgres.ts";
import type { LorawanEvent } from "../../model/events.ts";
import { GroupCommit } from "../records/groupCommit.ts";
import { EVENT_BYTES_MAX, EVENT_LOG_DEFAULTS, EventLog, type LoggedEvent, QUEUE_EVENTS_MAX } from "./eventLog.ts";
import { breakable, movedClock, of, sampleUplink, silentLog } from "./testing/sampleEvents.ts";

let database: TestDatabase;
let pool: Pool;
const clock = movedClock();
const deps = () => ({ pool, commit: new GroupCommit(pool), clock, log: silentLog });

beforeAll(async () => {
  database = await testDatabase();
  pool = new Pool({ connectionString: database.url, max: 4 });
  pool.on("error", () => undefined);
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

function collector() {
  const got: LoggedEvent[] = [];
  return { got, name: "collector", deliver: (batch: readonly LoggedEvent[]) => void got.push(...batch) };
}

describe("the event log", () => {
  test("hands events over in order, once they are durable, and finds them after a restart", async () => {
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, deps());
    const live = collector();
    const durableWhenDelivered: Promise<LoggedEvent[]>[] = [];
    log.attach(live);
    log.attach({ name: "asks", deliver: () => durableWhenDelivered.push(log.events({ customer: "order" })) });
    for (let fCnt = 0; fCnt < 2_500; fCnt++) log.publish(of("order", { id: `e${fCnt}`, fCnt }));
    await log.drained();
    expect(live.got.map(({ event }) => event.id)).toEqual(Array.from({ length: 2_500 }, (_, i) => `e${i}`));
    expect((await durableWhenDelivered[0]!)[0]?.event.id).toBe("e0");
    expect(live.got.every(({ position }, i) => i === 0 || position > live.got[i - 1]!.position)).toBe(true);
    const last = log.position;
    await log.close();

    const again = await EventLog.open(EVENT_LOG_DEFAULTS, deps());
    expect(again.position).toBe(last);
    const newest = await again.events({ customer: "order" }, { order: "newest-first", limit: 2 });
    expect(newest.map(({ event }) => event.id)).toEqual(["e2499", "e2498"]);
    await again.close();
  });

  test("keeps any event as it was", async () => {
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, deps());
    const live = collector();
    log.attach(live);
    const anyEvents = fc.array(fc.record({ object: fc.jsonValue(), deviceName: fc.string({ unit: "binary" }) }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(anyEvents, async (changes) => {
        const from = log.position;
        for (const change of changes) log.publish(of("any", change));
        await log.drained();
        const kept = await log.events({ customer: "any" }, { after: from });
        const sent = changes.map((change) => JSON.parse(JSON.stringify(sampleUplink(change))) as LorawanEvent);
        expect(kept.map(({ event }) => event)).toEqual(sent);
        expect(live.got.slice(-kept.length).map(({ position }) => position)).toEqual(kept.map((e) => e.position));
      }),
      { numRuns: 50 },
    );
    await log.close();
  });

  test("shows a customer nothing of another, and only the device and time asked for", async () => {
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, deps());
    log.publish(of("mine", { id: "a", devEui: "0000000000000001", at: "2026-01-05T10:00:00.000Z" }));
    log.publish(of("mine", { id: "b", devEui: "0000000000000002", at: "2026-01-05T10:00:01.000Z" }));
    log.publish(of("mine", { id: "c", applicationId: "other", at: "2026-01-05T10:00:02.000Z" }));
    log.publish(of("theirs", { id: "d" }));
    await log.drained();
    const ids = async (...query: Parameters<EventLog["events"]>) =>
      (await log.events(...query)).map(({ event }) => event.id);
    expect(await ids({ customer: "mine" })).toEqual(["a", "b", "c"]);
    expect(await ids({ customer: "mine", applicationId: "meters" })).toEqual(["a", "b"]);
    expect(await ids({ customer: "mine", devEui: "0000000000000002" })).toEqual(["b"]);
    const at = Date.UTC(2026, 0, 5, 10);
    expect(await ids({ customer: "mine" }, { fromMs: at + 1, toMs: at + 1_000 })).toEqual(["b"]);
    expect(await ids({ customer: "mine', 'theirs" })).toEqual([]);
    await log.close();
  });

  test("replays a range to one integration, page by page", async () => {
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, deps());
    for (let fCnt = 0; fCnt < 5; fCnt++) log.publish(of("replay", { id: `r${fCnt}`, fCnt }));
    await log.drained();
    const to = collector();
    const first = await log.replay({ customer: "replay" }, { limit: 3 }, to);
    expect(first).toEqual({ events: 3, next: to.got[2]!.position });
    expect(await log.replay({ customer: "replay" }, { limit: 3, after: first.next! }, to)).toEqual({
      events: 2,
      next: null,
    });
    expect(to.got.map(({ event }) => event.id)).toEqual(["r0", "r1", "r2", "r3", "r4"]);
    await log.close();
  });

  test("deletes what is too old and what is too much of one device", async () => {
    const log = await EventLog.open({ maxAgeMs: 60_000, maxPerDevice: 3 }, deps());
    const at = (ms: number) => new Date(clock.now() + ms).toISOString();
    log.publish(of("sweep", { id: "old", devEui: "00000000000000ff", at: at(-70_000) }));
    for (let i = 0; i < 5; i++) log.publish(of("sweep", { id: `n${i}`, at: at(i) }));
    log.publish(of("sweep", { id: "sole", devEui: "00000000000000fe", at: at(0) }));
    await log.drained();
    await log.sweep();
    const left = await log.events({ customer: "sweep" });
    expect(left.map(({ event }) => event.id)).toEqual(["n2", "n3", "n4", "sole"]);
    clock.advance(70_000);
    await log.sweep();
    expect(await log.events({ customer: "sweep" })).toEqual([]);
    await log.close();
  });

  test("waits for a database that is away, and drops and counts only what does not fit", async () => {
    const state = breakable(pool);
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, { ...deps(), commit: new GroupCommit(state.pool) });
    const live = collector();
    log.attach(live);
    state.broken = true;
    for (let i = 0; i < QUEUE_EVENTS_MAX + 10; i++) log.publish(of("away", { fCnt: i, heardBy: [] }));
    expect(log.dropped["queue-full"]).toBe(10);
    expect(live.got).toEqual([]);
    state.broken = false;
    await log.drained();
    expect(live.got).toHaveLength(QUEUE_EVENTS_MAX);
    await log.close();
  });

  test("an event that is made late shares the fate of what was saved before it", async () => {
    const commit = new GroupCommit(pool, { coalesceMs: 1, retryAfterMs: [] });
    let transaction = "";
    const saves = { waiting: false, isRefused: true, settled: Promise.withResolvers<void>() };
    commit.add({
      get waiting() {
        return saves.waiting;
      },
      take() {
        if (!saves.waiting) return null;
        saves.waiting = false;
        const { settled } = saves;
        return {
          async write(client) {
            const { rows } = await client.query<{ id: string }>(
              `select pg_current_xact_id()::xid::text as id, 1 / ${saves.isRefused ? 0 : 1}`,
            );
            transaction = rows[0]!.id;
          },
          committed: () => settled.resolve(),
          failed: (error) => settled.reject(error as Error),
        };
      },
    });
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, { ...deps(), commit });
    const live = collector();
    log.attach(live);
    const saveAndTell = async (id: string): Promise<void> => {
      Object.assign(saves, { waiting: true, settled: Promise.withResolvers<void>() });
      let isLost = false;
      const saved = saves.settled.promise.catch(() => void (isLost = true));
      log.publish(() => (isLost ? null : of("late", { id })));
      await saved;
      await log.drained();
    };
    await saveAndTell("lost");
    saves.isRefused = false;
    await saveAndTell("kept");
    const kept = (await log.events({ customer: "late" })).map(({ event }) => event.id);
    expect([kept, live.got.map(({ event }) => event.id)]).toEqual([["kept"], ["kept"]]);
    const { rows } = await pool.query("select xmin::text from wireless_events.event where customer = 'late'");
    expect(rows).toEqual([{ xmin: transaction }]);
    await log.close();
    await commit.close();
  });

  test("drops events that are too large or no JSON, and goes on when an integration fails", async () => {
    const log = await EventLog.open(EVENT_LOG_DEFAULTS, deps());
    const live = collector();
    log.attach({
      name: "broken",
      deliver() {
        throw new Error("broken");
      },
    });
    log.attach(live);
    log.publish(of("bad", { object: "x".repeat(EVENT_BYTES_MAX) }));
    log.publish(of("bad", { object: 1n }));
    log.publish(of("bad", { id: "good" }));
    await log.close();
    log.publish(of("bad"));
    expect(log.dropped).toEqual({ "queue-full": 0, "too-large": 1, "not-json": 1, closed: 1 });
    expect(live.got.map(({ event }) => event.id)).toEqual(["good"]);
  });
});
