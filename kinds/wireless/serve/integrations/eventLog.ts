import type { Pool, PoolClient } from "pg";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { CustomerEvent, EventSink, LateEvent, LorawanEvent } from "../../model/events.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { ChangeGatherer, GroupCommit, TakenChanges } from "../records/groupCommit.ts";
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
/** Of one insert: what ten thousand uplinks a second bring in five commits. */
const BATCH_EVENTS_MAX = 2_000;
/** Batches that are durable and wait for the integrations; while there are as many, no other is written. */
const HANDING_MAX = 2;
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

type WrittenEvent = CustomerEvent & { readonly json: string };
interface Waiting {
  readonly event: WrittenEvent | LateEvent;
  /** Of its JSON; 0 of what is made late. */
  readonly bytes: number;
  /** Monotonic. */
  readonly sinceMs: number;
}

/**
 * Where the network server's events go: kept in PostgreSQL, then handed to the integrations, in the order they came.
 * Assigns nothing but a position. `publish` never blocks and never throws: what does not fit is dropped and counted.
 * One process writes to one database: positions then become visible in order, and whoever reads on misses none.
 */
export class EventLog implements EventSink, ChangeGatherer {
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
  readonly #commit: EventLogDeps["commit"];
  #queue: Waiting[] = [];
  #queueBytes = 0;
  /** In a transaction. */
  #underWay: readonly Waiting[] = [];
  /** Durable, on their way to the integrations. */
  readonly #handing: { readonly events: readonly LoggedEvent[]; readonly sinceMs: number }[] = [];
  #draining: PromiseWithResolvers<void> | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #sweeping: Promise<void> = Promise.resolve();
  #isSweeping = false;
  #position: number;

  private constructor(options: EventLogOptions, deps: EventLogDeps, position: number) {
    this.#options = options;
    this.#pool = deps.pool;
    this.#commit = deps.commit;
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
    const log = new EventLog(options, deps, Number(rows[0]!.position));
    deps.commit.add(log);
    return log;
  }

  /** The newest event handed to the integrations. */
  get position(): number {
    return this.#position;
  }

  get queued(): number {
    return this.#queue.length + this.#underWay.length;
  }

  /** @returns what takes it off again. */
  attach(integration: Integration): () => void {
    this.#integrations.add(integration);
    return () => void this.#integrations.delete(integration);
  }

  publish(event: CustomerEvent | LateEvent): void {
    if (this.#isClosing) return void this.dropped.closed++;
    const written = typeof event === "function" ? event : this.#written(event);
    if (written === null) return;
    const bytes = typeof written === "function" ? 0 : written.json.length;
    if (this.#queue.length >= QUEUE_EVENTS_MAX || this.#queueBytes + bytes > QUEUE_BYTES_MAX) {
      return void this.dropped["queue-full"]++;
    }
    this.#queue.push({ event: written, bytes, sinceMs: this.#clock.monotonicMs() });
    this.#queueBytes += bytes;
    this.#commit.wake();
  }

  get lateMs(): number {
    const oldest = this.#handing[0] ?? this.#underWay[0] ?? this.#queue[0];
    return oldest === undefined ? 0 : this.#clock.monotonicMs() - oldest.sinceMs;
  }

  get waiting(): boolean {
    return this.#queue.length > 0 && this.#retryTimer === undefined && this.#handing.length < HANDING_MAX;
  }

  take(): TakenChanges | null {
    if (!this.waiting) return null;
    const batch = this.#queue.splice(0, BATCH_EVENTS_MAX);
    this.#underWay = batch;
    let kept: readonly LoggedEvent[] = [];
    return {
      write: async (client) => {
        kept = await this.#insert(client, batch);
      },
      committed: () => {
        for (const { bytes } of batch) this.#queueBytes -= bytes;
        this.#underWay = [];
        this.#handing.push({ events: kept, sinceMs: batch[0]!.sinceMs });
        if (this.#handing.length === 1) void this.#handOver();
      },
      failed: (error) => this.#putBack(batch, error),
    };
  }

  /** Resolves when everything published so far was handed to the integrations, or dropped because of a closing. */
  async drained(): Promise<void> {
    if (!this.#isDrained) await (this.#draining ??= Promise.withResolvers<void>()).promise;
  }

  /** Keeps what was published, then ends. What the database still refuses is dropped and counted. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#isClosing = true;
    this.#retryNow();
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

  async #insert(client: PoolClient, batch: readonly Waiting[]): Promise<readonly LoggedEvent[]> {
    const events: WrittenEvent[] = [];
    for (const waiting of batch) {
      const event = typeof waiting.event === "function" ? this.#made(waiting.event) : waiting.event;
      if (event !== null) events.push(event);
    }
    if (events.length === 0) return [];
    const { rows } = await client.query<{ position: string }>({
      ...statements.INSERT,
      values: [
        events.map(({ customer }) => customer),
        events.map(({ event }) => event.applicationId),
        events.map(({ event }) => event.devEui),
        events.map(({ event }) => Date.parse(event.at) || this.#clock.now()),
        // JSON has no bare line feeds; one text is quoted and parsed much faster than an array of texts.
        events.map(({ json }) => json).join("\n"),
      ],
    });
    return events.map(({ customer, event, json }, i) => ({
      customer,
      event,
      json,
      position: Number(rows[i]!.position),
    }));
  }

  #made(make: LateEvent): WrittenEvent | null {
    try {
      const event = make();
      return event && this.#written(event);
    } catch (error) {
      this.#log.error({ error: String(error) }, "An event could not be made");
      this.dropped["not-json"]++;
      return null;
    }
  }

  #written({ customer, event }: CustomerEvent): WrittenEvent | null {
    const json = jsonOf(event);
    if (json !== null && json.length <= EVENT_BYTES_MAX) return { customer, event, json };
    this.dropped[json === null ? "not-json" : "too-large"]++;
    return null;
  }

  /** The database does not take it now: again in a moment. */
  #putBack(batch: readonly Waiting[], error: unknown): void {
    this.#underWay = [];
    this.failures++;
    this.#log.warn({ events: batch.length, error: String(error) }, "The database took no events");
    this.#queue = [...batch, ...this.#queue];
    if (this.#isClosing) {
      this.dropped.closed += this.#queue.length;
      this.#queue = [];
      this.#queueBytes = 0;
      this.#noteDrained();
    } else this.#retryTimer = setTimeout(() => this.#retryNow(), RETRY_MS);
  }

  #retryNow(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#commit.wake();
  }

  get #isDrained(): boolean {
    return this.queued === 0 && this.#handing.length === 0;
  }

  #noteDrained(): void {
    if (!this.#isDrained) return;
    this.#draining?.resolve();
    this.#draining = null;
  }

  async #handOver(): Promise<void> {
    for (let batch = this.#handing[0]; batch !== undefined; batch = this.#handing[0]) {
      for (let at = 0; at < batch.events.length; at += SLICE_EVENTS) {
        if (at > 0) await new Promise((resolve) => setImmediate(resolve));
        this.#handSlice(batch.events.slice(at, at + SLICE_EVENTS));
      }
      this.#handing.shift();
      if (this.#queue.length > 0) this.#commit.wake();
    }
    this.#noteDrained();
  }

  #handSlice(slice: readonly LoggedEvent[]): void {
    for (const { customer, event } of slice) this.#touch(customer, event);
    this.#position = slice.at(-1)!.position;
    for (const integration of this.#integrations) {
      try {
        integration.deliver(slice);
      } catch (error) {
        this.#log.error({ integration: integration.name, error: String(error) }, "An integration failed");
      }
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
}

export interface EventLogDeps {
  /** Shared; its owner closes it and listens for its errors. */
  readonly pool: Pool;
  /** Events are written with what else the network server makes durable. Closed after the log. */
  readonly commit: Pick<GroupCommit, "add" | "wake">;
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
