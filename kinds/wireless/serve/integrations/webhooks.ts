import { randomBytes, randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { LorawanEvent, LorawanEventType } from "../../model/events.ts";
import { checkLiteral, type Resolve } from "./addressGuard.ts";
import type { EventLog, EventRange, Integration, LoggedEvent } from "./eventLog.ts";
import { webhookSender } from "./webhookRequest.ts";
import { DELIVERY_DEFAULTS, type Delivery, deliveryOf, type DeliveryOptions, WebhookRunner } from "./webhookRunner.ts";

export interface WebhookOptions {
  /** For a network of one's own: private, loopback and link-local receivers. */
  readonly allowPrivateAddresses: boolean;
  /** From the connection to the answer's head. */
  readonly timeoutMs: number;
  readonly delivery: Partial<DeliveryOptions>;
}
export const WEBHOOK_DEFAULTS: WebhookOptions = { allowPrivateAddresses: false, timeoutMs: 10_000, delivery: {} };

export interface WebhooksDeps {
  readonly pool: Pool;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Keeps the secrets at rest. */
  readonly sealer: {
    seal(secret: Uint8Array, context: string): Uint8Array;
    open(sealed: Uint8Array, context: string): Uint8Array;
  };
  readonly owns: (customer: string, applicationId: string) => boolean;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

/** Where one application's events are sent. */
export interface Webhook {
  readonly id: string;
  readonly applicationId: string;
  readonly url: string;
  readonly types: readonly LorawanEventType[];
  readonly enabled: boolean;
  readonly createdMs: number;
}
export interface WebhookState {
  readonly delivered: number;
  readonly failed: number;
  /** Made since this process started. */
  readonly deadLetters: number;
  readonly queued: number;
  readonly circuit: "closed" | "open";
  readonly lastFailure: string | null;
}
export interface DeadLetter {
  readonly id: string;
  readonly atMs: number;
  readonly attempts: number;
  readonly reason: string;
  readonly event: LorawanEvent;
}

/** A connection pool and a queue each. */
const PER_CUSTOMER_MAX = 50;
/** The newest are kept for each webhook. */
export const DEAD_LETTERS_MAX = 10_000;
const SAVE_MS = 2_000;
const SECRET_BYTES = 32;

interface Row {
  readonly id: string;
  readonly customer: string;
  readonly application: string;
  readonly url: string;
  readonly types: LorawanEventType[];
  readonly enabled: boolean;
  readonly secret_sealed: Uint8Array;
  readonly created_ms: string;
  readonly position: string;
}
interface Entry {
  readonly customer: string;
  webhook: Webhook;
  readonly sealed: Uint8Array;
  runner: WebhookRunner | null;
  position: number;
}

/** All customers' webhooks: what they are, and their deliveries. */
export class Webhooks implements Integration {
  readonly name = "webhooks";
  readonly #options: WebhookOptions;
  readonly #deps: WebhooksDeps;
  readonly #sender: ReturnType<typeof webhookSender>;
  readonly #entries = new Map<string, Entry>();
  /** By customer and application: what a live event is looked up by. */
  readonly #byApplication = new Map<string, Set<Entry>>();
  readonly #detach: () => void;
  readonly #saver: NodeJS.Timeout;
  #saving: Promise<void> = Promise.resolve();

  private constructor(options: WebhookOptions, deps: WebhooksDeps, rows: readonly Row[]) {
    this.#options = options;
    this.#deps = deps;
    const { allowPrivateAddresses, timeoutMs } = options;
    const { resolve } = deps;
    this.#sender = webhookSender({ allowPrivateAddresses, timeoutMs, ...(resolve === undefined ? {} : { resolve }) });
    for (const row of rows) this.#add(row);
    this.#detach = deps.log.attach(this);
    this.#saver = setInterval(() => (this.#saving = this.#save()), SAVE_MS).unref();
  }

  /** Goes on where the last process stopped: events it did not deliver are taken from the log, some perhaps twice. */
  static async open(options: WebhookOptions, deps: WebhooksDeps): Promise<Webhooks> {
    const { rows } = await deps.pool.query<Row>("select * from wireless_events.webhook order by created_ms");
    return new Webhooks(options, deps, rows);
  }

  deliver(batch: readonly LoggedEvent[]): void {
    const concerned = new Map<Entry, LoggedEvent[]>();
    for (const logged of batch) {
      for (const entry of this.#byApplication.get(`${logged.customer}/${logged.event.applicationId}`) ?? []) {
        const events = concerned.get(entry);
        if (events === undefined) concerned.set(entry, [logged]);
        else events.push(logged);
      }
    }
    for (const [{ runner }, events] of concerned) runner?.offer(events);
  }

  /** @returns the secret, which is never shown again. */
  async create(
    customer: string,
    wanted: Pick<Webhook, "applicationId" | "url" | "types">,
  ): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
    if (!this.#deps.owns(customer, wanted.applicationId)) throw notFound("application", wanted.applicationId);
    checkLiteral(new URL(wanted.url), this.#options.allowPrivateAddresses);
    const own = [...this.#entries.values()].filter((entry) => entry.customer === customer).length;
    if (own >= PER_CUSTOMER_MAX) {
      throw new WayleaveError("webhooks-limited", `A customer has at most ${PER_CUSTOMER_MAX} webhooks`, { own });
    }
    const id = randomUUID();
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64url")}`;
    const sealed = this.#deps.sealer.seal(Buffer.from(secret), contextOf(id));
    const { rows } = await this.#deps.pool.query<Row>(
      `insert into wireless_events.webhook
         (id, customer, application, url, types, enabled, secret_sealed, created_ms, position)
       values ($1, $2, $3, $4, $5, true, $6, $7, $8) returning *`,
      [
        ...[id, customer, wanted.applicationId, wanted.url, [...new Set(wanted.types)]],
        ...[sealed, this.#deps.clock.now(), this.#deps.log.position],
      ],
    );
    return { webhook: this.#add(rows[0]!).webhook, secret };
  }

  list(customer: string, applicationId?: string): Webhook[] {
    return [...this.#entries.values()]
      .filter(
        (entry) => entry.customer === customer && [undefined, entry.webhook.applicationId].includes(applicationId),
      )
      .map(({ webhook }) => webhook);
  }

  /** @throws WayleaveError `webhook-not-found`, as everything here does for another customer's id. */
  get(customer: string, id: string): { readonly webhook: Webhook; readonly state: WebhookState } {
    const { webhook, runner } = this.#entryOf(customer, id);
    const { delivered = 0, failed = 0, buried = 0, queued = 0, circuit = "closed", lastFailure = null } = runner ?? {};
    return { webhook, state: { delivered, failed, deadLetters: buried, queued, circuit, lastFailure } };
  }

  async update(
    customer: string,
    id: string,
    changes: Partial<Pick<Webhook, "url" | "types" | "enabled">>,
  ): Promise<Webhook> {
    const entry = this.#entryOf(customer, id);
    const changed = { ...entry.webhook, ...changes };
    checkLiteral(new URL(changed.url), this.#options.allowPrivateAddresses);
    await this.#deps.pool.query("update wireless_events.webhook set url = $2, types = $3, enabled = $4 where id = $1", [
      ...[id, changed.url, [...changed.types], changed.enabled],
    ]);
    const old = entry.runner;
    // One that was switched off misses what comes meanwhile.
    entry.position = old === null ? this.#deps.log.position : old.position;
    entry.runner = null;
    await old?.close();
    entry.webhook = changed;
    this.#run(entry);
    return changed;
  }

  async remove(customer: string, id: string): Promise<void> {
    const entry = this.#entryOf(customer, id);
    await this.#deps.pool.query("delete from wireless_events.webhook where id = $1", [id]);
    this.#entries.delete(id);
    this.#byApplication.get(keyOf(entry))?.delete(entry);
    await entry.runner?.close();
  }

  /** Newest first. @param before - a dead letter's id, exclusive. */
  async deadLetters(customer: string, id: string, limit: number, before?: string): Promise<DeadLetter[]> {
    this.#entryOf(customer, id);
    const { rows } = await this.#deps.pool.query<{
      id: string;
      at_ms: string;
      attempts: number;
      reason: string;
      body: string;
    }>(
      `select id, at_ms, attempts, reason, body from wireless_events.dead_letter
       where webhook = $1 and id < $2 order by id desc limit $3`,
      [id, before ?? Number.MAX_SAFE_INTEGER, limit],
    );
    return rows.map(({ id: letter, at_ms, attempts, reason, body }) => ({
      ...{ id: letter, atMs: Number(at_ms), attempts, reason, event: JSON.parse(body) as LorawanEvent },
    }));
  }

  /** Sends dead letters again, oldest first; those that are taken are gone. @returns how many are on their way. */
  async replayDeadLetters(customer: string, id: string, letters?: readonly string[]): Promise<number> {
    const runner = this.#runnerOf(customer, id);
    const { rows } = await this.#deps.pool.query<{ id: string; body: string }>(
      `select id, body from wireless_events.dead_letter
       where webhook = $1 and ($2::bigint[] is null or id = any($2::bigint[])) order by id limit 1000`,
      [id, letters ?? null],
    );
    return runner.repeat(
      rows.map(({ id: deadLetter, body: json }): Delivery => {
        const { id: deliveryId, devEui, type } = JSON.parse(json) as LorawanEvent;
        return { position: null, deliveryId, devEui, type, json, deadLetter };
      }),
    );
  }

  /** Sends kept events again, whatever their type. @returns how many are on their way, and where to go on. */
  replay(customer: string, id: string, range: EventRange & { readonly devEui?: string }) {
    const { applicationId } = this.#entryOf(customer, id).webhook;
    const runner = this.#runnerOf(customer, id);
    const { devEui } = range;
    const filter = { customer, applicationId, ...(devEui === undefined ? {} : { devEui }) };
    return this.#deps.log.replay(filter, range, {
      name: "replay",
      deliver: (batch) => void runner.repeat(batch.map((logged) => ({ ...deliveryOf(logged), position: null }))),
    });
  }

  async close(): Promise<void> {
    this.#detach();
    clearInterval(this.#saver);
    await this.#saving;
    await Promise.all([...this.#entries.values()].map(async ({ runner }) => runner?.close()));
    await this.#save();
    this.#sender.close();
  }

  #entryOf(customer: string, id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry?.customer === customer) return entry;
    throw notFound("webhook", id);
  }

  #runnerOf(customer: string, id: string): WebhookRunner {
    const { runner } = this.#entryOf(customer, id);
    if (runner !== null) return runner;
    throw new WayleaveError("webhook-disabled-conflict", "The webhook is switched off", { field: "enabled" });
  }

  #add(row: Row): Entry {
    const entry: Entry = {
      customer: row.customer,
      webhook: {
        ...{ id: row.id, applicationId: row.application, url: row.url, types: row.types },
        ...{ enabled: row.enabled, createdMs: Number(row.created_ms) },
      },
      sealed: row.secret_sealed,
      runner: null,
      position: Number(row.position),
    };
    this.#entries.set(row.id, entry);
    const key = keyOf(entry);
    const others = this.#byApplication.get(key);
    if (others === undefined) this.#byApplication.set(key, new Set([entry]));
    else others.add(entry);
    this.#run(entry);
    return entry;
  }

  #run(entry: Entry): void {
    const { id, applicationId, url, types, enabled } = entry.webhook;
    if (!enabled) return;
    const secret = Buffer.from(this.#deps.sealer.open(entry.sealed, contextOf(id))).toString();
    const { clock, random, log } = this.#deps;
    entry.runner = new WebhookRunner(
      { customer: entry.customer, applicationId, url, secret, types },
      entry.position,
      { ...DELIVERY_DEFAULTS, ...this.#options.delivery },
      {
        ...{ clock, random, log, send: this.#sender.send },
        bury: (delivery, attempts, reason) => this.#bury(id, delivery, attempts, reason),
        unbury: async (letter) => {
          await this.#deps.pool.query("delete from wireless_events.dead_letter where id = $1", [letter]);
        },
      },
    );
  }

  async #bury(webhook: string, delivery: Delivery, attempts: number, reason: string): Promise<void> {
    // A repetition that failed again is still what it was: in the log, or a dead letter.
    if (delivery.position === null) return;
    await this.#deps.pool.query(
      `with letter as (
         insert into wireless_events.dead_letter (webhook, position, at_ms, dev_eui, attempts, reason, body)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (webhook, position) do nothing)
       delete from wireless_events.dead_letter where id in (
         select id from wireless_events.dead_letter where webhook = $1 order by id desc offset $8)`,
      [
        ...[webhook, delivery.position, this.#deps.clock.now(), delivery.devEui, attempts, reason, delivery.json],
        DEAD_LETTERS_MAX - 1,
      ],
    );
  }

  /** Keeps how far each webhook is; a failure only means more repetitions after a restart. */
  async #save(): Promise<void> {
    const moved = [...this.#entries.values()].filter(
      ({ runner, position }) => runner !== null && runner.position > position,
    );
    if (moved.length === 0) return;
    const positions = moved.map(({ runner }) => runner!.position);
    try {
      await this.#deps.pool.query(
        `update wireless_events.webhook w set position = moved.position
         from unnest($1::text[], $2::bigint[]) as moved (id, position) where w.id = moved.id`,
        [moved.map(({ webhook }) => webhook.id), positions],
      );
      moved.forEach((entry, i) => (entry.position = positions[i]!));
    } catch (error) {
      this.#deps.logger.warn({ error: String(error) }, "Could not keep how far the webhooks are");
    }
  }
}

const contextOf = (id: string): string => `webhook:${id}`;
const keyOf = ({ customer, webhook }: Entry): string => `${customer}/${webhook.applicationId}`;

function notFound(what: string, id: string): WayleaveError {
  return new WayleaveError(`${what}-not-found`, `You have no such ${what}`, { id });
}
