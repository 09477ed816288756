import type { Pool } from "pg";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { CustomerEvent, EventSink, LorawanEvent } from "../../model/events.ts";
import type { Eui64 } from "../../model/radio.ts";
import { migrateEvents } from "./eventTables.ts";
import * as statements from "./eventStatements.ts";

/** An event that is durable: `position` rises by one front's order of events, with gaps. */
export interface LoggedEvent extends CustomerEvent {
  readonly position: number;
  /** `event` as JSON: made once, sent by whoever sends it. */
  readonly json: string;
}

/** Takes events that are durable, in order. Never blocks and keeps its own bounded queue. */
export interface Integration {
  readonly name: string;
  deliver(batch: readonly LoggedEvent[]): void;
}

export interface EventLogOptions {
  /** Events older than this are deleted. */
  readonly maxAgeMs: number;
  /** The newest of each device that are kept. */
  readonly maxPerDevice: number;
}
/** A week of what a device that sends every quarter of an hour says. */
export const EVENT_LOG_DEFAULTS: EventLogOptions = { maxAgeMs: 7 * 86_400_000, maxPerDevice: 672 };

/** Whose events, of which application or device. */
export interface EventFilter {
  readonly customer: string;
  readonly applicationId?: string;
  readonly devEui?: string;
}

export interface EventRange {
  /** Exclusive: only events after this position. */
  readonly after?: number;
  /** Exclusive: only events before this position. */
  readonly before?: number;
  /** Inclusive, in ms. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** 1…{@link QUERY_EVENTS_MAX}. */
  readonly limit?: number;
  readonly order?: "oldest-first" | "newest-first";
}

/** Five seconds of ten thousand uplinks a second: what the database may be away for. */
export const QUEUE_EVENTS_MAX = 50_000;
/** The same in bytes, so that large decoded payloads do not take the process's memory. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** A decoder's result is at most 16 KiB, a frame is heard by at most some hundred gateways. */
export const EVENT_BYTES_MAX = 128 * 1024;
/** Of one insert: large enough that the commit does not count, small enough to take milliseconds. */
const BATCH_EVENTS_MAX = 1_000;
/** Integrations get so many at once; between them the event loop turns, because downlinks are due. */
const SLICE_EVENTS = 200;
/** One answer of the frame log. */
export const QUERY_EVENTS_MAX = 1_000;
const RETRY_MS = 500;
const SWEEP_MS = 10_000;
/** Rows of one deleting statement, and devices of one. */
const SWEEP_ROWS_MAX = 5_000;
const SWEEP_DEVICES_MAX = 500;
/** Devices that wait for their oldest events to be deleted. The rest is found when they send again. */
const TOUCHED_DEVICES_MAX = 200_000;

export type EventDropReason = "queue-full" | "too-large" | "not-json" | "closed";

interface Waiting {
  readonly customer: string;
  readonly event: LorawanEvent;
  readonly json: string;
}

/**
 * Where the network server's events go: kept in PostgreSQL, then handed to the integrations, in the order they came.
 * Assigns nothing but a position. `publish` never blocks and never throws: what does not fit is dropped and counted.
 * One process writes to one database: positions then become visible in order, and whoever reads on misses none.
 */
export class EventLog implements EventSink {
  readonly dropped: Record<EventDropReason, number> = { "queue-full": 0, "too-large": 0, "not-json": 0, closed: 0 };
  /** Times the database refused a batch; it was tried again. */
  failures = 0;
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #options: EventLogOptions;
  readonly #integrations = new Set<Integration>();
  /** By DevEUI. */
  readonly #touched = new Map<Eui64, { customer: string; application: string; events: number }>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #queue: Waiting[] = [];
  #queueBytes = 0;
  #flushing: Promise<void> | null = null;
  #sweeping: Promise<void> = Promise.resolve();
  #isSweeping = false;
  #position: number;

  private constructor(options: EventLogOptions, deps: EventLogDeps, position: number) {
    this.#options = options;
    this.#pool = deps.pool;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#position = position;
    this.#sweeper = setInterval(() => {
      if (this.#isSweeping) return; // a slow database gets one at a time
      this.#isSweeping = true;
      this.#sweeping = this.sweep()
        .catch((error: unknown) => this.#log.warn({ error: String(error) }, "Could not delete old events"))
        .finally(() => (this.#isSweeping = false));
    }, SWEEP_MS).unref();
  }

  /** Creates the tables when they are missing. The pool stays the caller's. */
  static async open(options: EventLogOptions, deps: EventLogDeps): Promise<EventLog> {
    await migrateEvents(deps.pool);
    const { rows } = await deps.pool.query<{ position: string }>(statements.LAST_POSITION);
    return new EventLog(options, deps, Number(rows[0]!.position));
  }

  /** The newest event handed to the integrations. */
  get position(): number {
    return this.#position;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** @returns what takes it off again. */
  attach(integration: Integration): () => void {
    this.#integrations.add(integration);
    return () => void this.#integrations.delete(integration);
  }

  publish({ customer, event }: CustomerEvent): void {
    if (this.#stop.signal.aborted) return void this.dropped.closed++;
    const json = jsonOf(event);
    if (json === null) return void this.dropped["not-json"]++;
    if (json.length > EVENT_BYTES_MAX) return void this.dropped["too-large"]++;
    if (this.#queue.length >= QUEUE_EVENTS_MAX || this.#queueBytes + json.length > QUEUE_BYTES_MAX) {
      return void this.dropped["queue-full"]++;
    }
    this.#queue.push({ customer, event, json });
    this.#queueBytes += json.length;
    this.#flushing ??= this.#flush();
  }

  /** Resolves when everything published so far was handed to the integrations, or dropped because of a closing. */
  async drained(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
  }

  /** Keeps what was published, then ends. What the database still refuses is dropped and counted. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#stop.abort();
    await this.drained();
    await this.#sweeping;
    this.#integrations.clear();
  }

  /** Events of a customer. Everything in `filter` and `range` may be hostile but `filter.customer`. */
  async events(filter: EventFilter, range: EventRange = {}): Promise<LoggedEvent[]> {
    const newestFirst = range.order === "newest-first";
    const { rows } = await this.#pool.query<{ position: string; body: string }>({
      ...statements.events(filter, newestFirst),
      values: [
        filter.customer,
        filter.applicationId ?? null,
        filter.devEui ?? null,
        range.after ?? -1,
        range.before ?? Number.MAX_SAFE_INTEGER,
        range.fromMs ?? 0,
        range.toMs ?? Number.MAX_SAFE_INTEGER,
        Math.min(Math.max(1, range.limit ?? 100), QUERY_EVENTS_MAX),
      ],
    });
    return rows.map(({ position, body }) => ({
      position: Number(position),
      customer: filter.customer,
      event: JSON.parse(body) as LorawanEvent,
      json: body,
    }));
  }

  /**
   * Hands kept events to one integration again, oldest first, at most {@link QUERY_EVENTS_MAX} at a time.
   * @returns how many, and the position to go on after; null at the end.
   */
  async replay(
    filter: EventFilter,
    range: EventRange,
    to: Integration,
  ): Promise<{ events: number; next: number | null }> {
    const limit = Math.min(range.limit ?? QUERY_EVENTS_MAX, QUERY_EVENTS_MAX);
    const batch = await this.events(filter, { ...range, limit, order: "oldest-first" });
    if (batch.length > 0) to.deliver(batch);
    return { events: batch.length, next: batch.length === limit ? batch.at(-1)!.position : null };
  }

  /** Deletes what is older or more than is kept. Runs by itself every ten seconds. */
  async sweep(): Promise<void> {
    const cutoffMs = this.#clock.now() - this.#options.maxAgeMs;
    for (let deleted = SWEEP_ROWS_MAX; deleted === SWEEP_ROWS_MAX;) {
      const result = await this.#pool.query({ ...statements.DELETE_OLD, values: [SWEEP_ROWS_MAX, cutoffMs] });
      deleted = result.rowCount ?? 0;
    }
    // A device with few new events since its last turn may wait: it is over its limit by no more than these.
    const slack = Math.max(1, Math.floor(this.#options.maxPerDevice / 8));
    const due = [...this.#touched].filter(([, { events }]) => events >= slack).slice(0, TOUCHED_DEVICES_MAX);
    for (let at = 0; at < due.length; at += SWEEP_DEVICES_MAX) {
      const devices = due.slice(at, at + SWEEP_DEVICES_MAX);
      await this.#pool.query({
        ...statements.DELETE_BEYOND_COUNT,
        values: [
          devices.map(([, device]) => device.customer),
          devices.map(([, device]) => device.application),
          devices.map(([devEui]) => devEui),
          this.#options.maxPerDevice,
        ],
      });
      for (const [devEui] of devices) this.#touched.delete(devEui);
    }
  }

  async #flush(): Promise<void> {
    // The events of one turn of the event loop are one batch.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#queue.length > 0) {
        const batch = this.#queue.slice(0, BATCH_EVENTS_MAX);
        const kept = await this.#keep(batch);
        if (kept === null) {
          if (this.#stop.signal.aborted) return this.#dropAll();
          await pause(RETRY_MS, this.#stop.signal);
          continue;
        }
        this.#queue.splice(0, batch.length);
        for (const { json } of batch) this.#queueBytes -= json.length;
        await this.#handOver(kept);
      }
    } finally {
      this.#flushing = null;
    }
  }

  /** @returns null when the database does not take it now. */
  async #keep(batch: readonly Waiting[]): Promise<LoggedEvent[] | null> {
    try {
      const { rows } = await this.#pool.query<{ position: string }>({
        ...statements.INSERT,
        values: [
          batch.map(({ customer }) => customer),
          batch.map(({ event }) => event.applicationId),
          batch.map(({ event }) => event.devEui),
          batch.map(({ event }) => Date.parse(event.at) || this.#clock.now()),
          // JSON has no bare line feeds; one text is quoted and parsed much faster than an array of texts.
          batch.map(({ json }) => json).join("\n"),
        ],
      });
      for (const { customer, event } of batch) this.#touch(customer, event);
      return batch.map((waiting, index) => ({ ...waiting, position: Number(rows[index]!.position) }));
    } catch (error) {
      this.failures++;
      this.#log.warn({ events: batch.length, error: String(error) }, "The database took no events");
      return null;
    }
  }

  async #handOver(batch: readonly LoggedEvent[]): Promise<void> {
    for (let at = 0; at < batch.length; at += SLICE_EVENTS) {
      const slice = batch.slice(at, at + SLICE_EVENTS);
      this.#position = slice.at(-1)!.position;
      for (const integration of this.#integrations) {
        try {
          integration.deliver(slice);
        } catch (error) {
          this.#log.error({ integration: integration.name, error: String(error) }, "An integration failed");
        }
      }
      if (at + SLICE_EVENTS < batch.length) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #touch(customer: string, { applicationId, devEui }: LorawanEvent): void {
    const known = this.#touched.get(devEui);
    if (known?.application === applicationId) known.events++;
    // Of a device that was moved, what its old application has too much of goes by its age.
    else if (known !== undefined || this.#touched.size < TOUCHED_DEVICES_MAX) {
      this.#touched.set(devEui, { customer, application: applicationId, events: 1 });
    }
  }

  #dropAll(): void {
    this.dropped.closed += this.#queue.length;
    this.#queue = [];
    this.#queueBytes = 0;
  }
}

export interface EventLogDeps {
  /** Shared; its owner closes it and listens for its errors. */
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
}

function jsonOf(event: LorawanEvent): string | null {
  try {
    return JSON.stringify(event);
  } catch {
    return null;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
