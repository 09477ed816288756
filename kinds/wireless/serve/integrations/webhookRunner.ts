import type { Clock } from "@wayleave/core/time";
import type { LorawanEventType } from "../../model/events.ts";
import type { EventFilter, EventRange, LoggedEvent } from "./eventLog.ts";
import type { SendWebhook } from "./webhookRequest.ts";

export interface DeliveryOptions {
  /** Devices whose events are on their way to one receiver at once. */
  readonly concurrency: number;
  /** Events in memory for one webhook; the rest waits in the log. */
  readonly queueMax: number;
  /** Then an event is a dead letter. */
  readonly attemptsMax: number;
  /** Doubled with each attempt, up to the maximum, and drawn from its upper half. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** So many failures in a row open the circuit: nothing is sent but one event now and then, until one is taken. */
  readonly circuitFailures: number;
}
/** Eight attempts are some four minutes apart in the end: half an hour for a receiver to come back. */
export const DELIVERY_DEFAULTS: DeliveryOptions = {
  concurrency: 8,
  queueMax: 1_000,
  attemptsMax: 8,
  retryMs: 2_000,
  retryMaxMs: 10 * 60_000,
  circuitFailures: 10,
};

/** What is delivered: an event of the log, or one that was asked for again. */
export interface Delivery {
  /** Null: a repetition, which does not move the webhook on. */
  readonly position: number | null;
  readonly deliveryId: string;
  readonly devEui: string;
  readonly type: LorawanEventType;
  readonly json: string;
  /** The dead letter it was, to be deleted when it is taken. */
  readonly deadLetter: string | null;
}

export interface RunnerTarget {
  readonly customer: string;
  readonly applicationId: string;
  readonly url: string;
  readonly secret: string;
  readonly types: readonly LorawanEventType[];
}

export interface RunnerDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly send: SendWebhook;
  /** The log: everything up to `position` is found by `events`. */
  readonly log: {
    readonly position: number;
    events(filter: EventFilter, range: EventRange): Promise<LoggedEvent[]>;
  };
  /** Resolves when the letter is durable. */
  readonly bury: (delivery: Delivery, attempts: number, reason: string) => Promise<void>;
  readonly unbury: (deadLetter: string) => Promise<void>;
}

interface Lane {
  readonly deliveries: Delivery[];
  attempts: number;
}
const REFILL_EVENTS = 500;

/** Delivers one webhook's events: in order for each device, several devices at a time, at least once. */
export class WebhookRunner {
  delivered = 0;
  failed = 0;
  buried = 0;
  lastFailure: string | null = null;
  readonly #target: RunnerTarget;
  readonly #options: DeliveryOptions;
  readonly #deps: RunnerDeps;
  readonly #lanes = new Map<string, Lane>();
  /** Devices whose next event may be sent now. */
  readonly #ready = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stop = new AbortController();
  readonly #underway = new Set<Promise<void>>();
  /** Everything up to here is in a lane or done with. */
  #cursor: number;
  #lagging = false;
  #refilling: Promise<void> | null = null;
  #queued = 0;
  #failuresInRow = 0;
  #openUntilMs = 0;

  constructor(target: RunnerTarget, position: number, options: DeliveryOptions, deps: RunnerDeps) {
    this.#target = target;
    this.#cursor = position;
    this.#options = options;
    this.#deps = deps;
    if (position < deps.log.position) this.#fallBehind();
  }

  get circuit(): "closed" | "open" {
    return this.#failuresInRow >= this.#options.circuitFailures ? "open" : "closed";
  }

  get queued(): number {
    return this.#queued;
  }

  /** Everything up to here was delivered or buried: where to go on after a restart. */
  get position(): number {
    let position = this.#cursor;
    for (const { deliveries } of this.#lanes.values()) {
      for (const delivery of deliveries) {
        if (delivery.position !== null) position = Math.min(position, delivery.position - 1);
      }
    }
    return position;
  }

  offer(batch: readonly LoggedEvent[]): void {
    if (this.#lagging || this.#stop.signal.aborted) return;
    for (const logged of batch) {
      if (logged.position <= this.#cursor) continue;
      if (this.#wants(logged)) {
        if (this.#queued >= this.#options.queueMax) return this.#fallBehind();
        this.#enqueue(deliveryOf(logged));
      }
      this.#cursor = logged.position;
    }
    this.#pump();
  }

  /** Delivers again what was asked for. @returns how many found room. */
  repeat(deliveries: readonly Delivery[]): number {
    const room = Math.max(0, this.#options.queueMax - this.#queued);
    const taken = deliveries.slice(0, room);
    for (const delivery of taken) this.#enqueue(delivery);
    this.#pump();
    return taken.length;
  }

  /** Gives up what is underway; it is delivered again after a restart. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#underway);
    await this.#refilling;
  }

  #wants({ customer, event }: LoggedEvent): boolean {
    const { customer: owner, applicationId, types } = this.#target;
    return customer === owner && event.applicationId === applicationId && types.includes(event.type);
  }

  #enqueue(delivery: Delivery): void {
    const { devEui } = delivery;
    const lane = this.#lanes.get(devEui);
    this.#queued++;
    if (lane !== undefined) return void lane.deliveries.push(delivery);
    this.#lanes.set(devEui, { deliveries: [delivery], attempts: 0 });
    this.#ready.add(devEui);
  }

  #fallBehind(): void {
    this.#lagging = true;
    this.#refilling ??= this.#refill().finally(() => (this.#refilling = null));
  }

  /** Takes from the log until it has caught up with the live events, or has enough for now. */
  async #refill(): Promise<void> {
    const { customer, applicationId } = this.#target;
    while (this.#lagging && !this.#stop.signal.aborted && this.#queued <= this.#options.queueMax / 2) {
      const newest = this.#deps.log.position;
      const limit = Math.max(1, Math.min(REFILL_EVENTS, this.#options.queueMax - this.#queued));
      let found: LoggedEvent[];
      try {
        found = await this.#deps.log.events({ customer, applicationId }, { after: this.#cursor, limit });
      } catch {
        return this.#later(this.#options.retryMs, () => this.#fallBehind()); // the database is away
      }
      for (const logged of found) if (this.#wants(logged)) this.#enqueue(deliveryOf(logged));
      const all = found.length < limit;
      this.#cursor = all ? Math.max(this.#cursor, newest, found.at(-1)?.position ?? 0) : found.at(-1)!.position;
      // Live events were passed over meanwhile: caught up only if there were none.
      if (all && this.#deps.log.position <= this.#cursor) this.#lagging = false;
      this.#pump();
    }
  }

  #pump(): void {
    if (this.#stop.signal.aborted) return;
    const open = this.circuit === "open";
    if (open && this.#deps.clock.monotonicMs() < this.#openUntilMs) return;
    const concurrency = open ? 1 : this.#options.concurrency;
    for (const devEui of this.#ready) {
      if (this.#underway.size >= concurrency) return;
      this.#ready.delete(devEui);
      const attempt: Promise<void> = this.#attempt(devEui).finally(() => {
        this.#underway.delete(attempt);
        if (this.#lagging && this.#queued <= this.#options.queueMax / 2) this.#fallBehind();
        this.#pump();
      });
      this.#underway.add(attempt);
    }
  }

  async #attempt(devEui: string): Promise<void> {
    const lane = this.#lanes.get(devEui)!;
    const delivery = lane.deliveries[0]!;
    const { url, secret } = this.#target;
    const { json: body, type: eventType, deliveryId } = delivery;
    const atMs = this.#deps.clock.now();
    const reason = await this.#deps.send({ url, secret, body, eventType, deliveryId, atMs }, this.#stop.signal);
    if (this.#stop.signal.aborted && reason !== null) return;
    if (reason === null) {
      this.delivered++;
      this.#failuresInRow = 0;
      if (delivery.deadLetter !== null) await this.#deps.unbury(delivery.deadLetter).catch(ignore);
      return this.#advance(devEui, lane);
    }
    this.#noteFailure(reason);
    lane.attempts++;
    if (lane.attempts >= this.#options.attemptsMax) {
      try {
        await this.#deps.bury(delivery, lane.attempts, reason);
        this.buried++;
        return this.#advance(devEui, lane);
      } catch {
        // Not durable: it stays first in its lane.
      }
    }
    this.#later(this.#backoffMs(lane.attempts), () => {
      this.#ready.add(devEui);
      this.#pump();
    });
  }

  #noteFailure(reason: string): void {
    this.failed++;
    this.lastFailure = reason;
    this.#failuresInRow++;
    const over = this.#failuresInRow - this.#options.circuitFailures;
    if (over < 0) return;
    const waitMs = this.#backoffMs(over + 1);
    this.#openUntilMs = this.#deps.clock.monotonicMs() + waitMs;
    this.#later(waitMs + 1, () => this.#pump());
  }

  #advance(devEui: string, lane: Lane): void {
    lane.deliveries.shift();
    lane.attempts = 0;
    this.#queued--;
    if (lane.deliveries.length === 0) this.#lanes.delete(devEui);
    else this.#ready.add(devEui);
  }

  #backoffMs(attempts: number): number {
    const fullMs = Math.min(this.#options.retryMaxMs, this.#options.retryMs * 2 ** Math.min(attempts - 1, 30));
    return fullMs * (0.5 + this.#deps.random() / 2);
  }

  #later(ms: number, work: () => void): void {
    if (this.#stop.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms).unref();
    this.#timers.add(timer);
  }
}

const ignore = (): void => undefined;

export function deliveryOf({ position, event, json }: LoggedEvent): Delivery {
  return { position, deliveryId: event.id, devEui: event.devEui, type: event.type, json, deadLetter: null };
}
