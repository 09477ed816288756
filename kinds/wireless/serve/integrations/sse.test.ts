import { describe, expect, test } from "vitest";
import type { EventFilter, EventRange, Integration, LoggedEvent } from "./eventLog.ts";
import { SseStreams } from "./sse.ts";
import { sampleUplink } from "./testing/sampleEvents.ts";

/** A log in memory. */
function memoryLog() {
  const kept: LoggedEvent[] = [];
  let integration: Integration | null = null;
  return {
    get position() {
      return kept.at(-1)?.position ?? 0;
    },
    attach(to: Integration) {
      integration = to;
      return () => (integration = null);
    },
    events: (filter: EventFilter, range: EventRange) =>
      Promise.resolve(
        kept
          .filter(({ customer, position }) => customer === filter.customer && position > (range.after ?? -1))
          .filter(({ event }) => filter.devEui === undefined || event.devEui === filter.devEui)
          .slice(0, range.limit),
      ),
    publish(customer: string, id: string, devEui = "0000000000000001") {
      const event = sampleUplink({ id, devEui });
      const logged = { customer, event, json: JSON.stringify(event), position: kept.length + 1 };
      kept.push(logged);
      integration?.deliver([logged]);
    },
  };
}
const idsIn = (chunk: string) => [...chunk.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

async function read(stream: AsyncGenerator<string>, events: number): Promise<number[]> {
  const got: number[] = [];
  while (got.length < events) got.push(...idsIn((await stream.next()).value as string));
  return got;
}

describe("server-sent events", () => {
  test("resume after the last event seen and go on live, none twice and none left out", async () => {
    const log = memoryLog();
    const streams = new SseStreams(log, { heartbeatMs: 60_000 });
    for (let i = 1; i <= 700; i++) log.publish("me", `e${i}`);
    const end = new AbortController();
    const stream = streams.subscribe({ customer: "me", lastEventId: "5", signal: end.signal })!;
    expect((await stream.next()).value).toBe("retry: 3000\n\n");
    const first = await read(stream, 500);
    for (let i = 701; i <= 720; i++) log.publish("me", `e${i}`);
    log.publish("other", "theirs");
    log.publish("me", "e722");
    const rest = await read(stream, 216);
    expect([...first, ...rest]).toEqual([...Array.from({ length: 715 }, (_, i) => i + 6), 722]);
    end.abort();
    expect((await stream.next()).done).toBe(true);
    expect(streams.open).toBe(0);
  });

  test("send only what was asked for, as the format has it, and heartbeats", async () => {
    const log = memoryLog();
    const streams = new SseStreams(log, { heartbeatMs: 5 });
    const end = new AbortController();
    const devEui = "0000000000000002";
    const stream = streams.subscribe({ customer: "me", devEui, lastEventId: "x", signal: end.signal })!;
    log.publish("me", "one");
    log.publish("me", "two", devEui);
    await stream.next();
    const { value } = await stream.next();
    expect(value).toBe(`id: 2\nevent: up\ndata: ${JSON.stringify(sampleUplink({ id: "two", devEui }))}\n\n`);
    expect((await stream.next()).value).toBe(": heartbeat\n\n");
    streams.close();
    expect((await stream.next()).done).toBe(true);
  });

  test("a slow reader takes no memory: it goes on from the log", async () => {
    const log = memoryLog();
    const streams = new SseStreams(log, { heartbeatMs: 60_000, queueMax: 10 });
    const end = new AbortController();
    const stream = streams.subscribe({ customer: "me", signal: end.signal })!;
    await stream.next();
    log.publish("me", "first");
    expect(await read(stream, 1)).toEqual([1]);
    for (let i = 2; i <= 1_300; i++) log.publish("me", `e${i}`);
    expect(await read(stream, 1_299)).toEqual(Array.from({ length: 1_299 }, (_, i) => i + 2));
    end.abort();
  });

  test("are limited for each customer, and given back with the request", () => {
    const streams = new SseStreams(memoryLog(), { streamsPerCustomerMax: 2, streamsMax: 3 });
    const end = new AbortController();
    const open = (customer: string) => streams.subscribe({ customer, signal: end.signal });
    expect([open("a"), open("a"), open("a"), open("b"), open("c")].map((s) => s !== null)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    end.abort();
    expect(streams.open).toBe(0);
    expect(streams.subscribe({ customer: "a", signal: new AbortController().signal })).not.toBeNull();
  });
});
