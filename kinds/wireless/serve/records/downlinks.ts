import { randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import type { Eui64 } from "../../model/radio.ts";
import type { DownlinkQueue, QueuedDownlink } from "../ports.ts";
import type { ChangeGatherer, GroupCommit, TakenChanges } from "./groupCommit.ts";
import type { RecordIndex } from "./recordIndex.ts";
import { type DeviceRecord, QUEUE_PER_DEVICE_MAX, type RecordLimits } from "./records.ts";

/** What one transaction takes of each change. */
const CHANGES_PER_TRANSACTION_MAX = 2_000;

/** A downlink as its owner sees it. */
export interface ListedDownlink extends QueuedDownlink {
  readonly queuedMs: number;
  /** Under which counter it was sent; null while it waits. */
  fCntDown: number | null;
}
export type NewDownlink = Omit<QueuedDownlink, "id">;

interface Change {
  readonly id: string;
  readonly devEui: Eui64;
  /** What is to be written; undefined when the last change says it all. */
  insert?: ListedDownlink;
  fCntDown?: number;
  remove?: boolean;
  readonly waiters: { resolve(): void; reject(error: unknown): void }[];
}

/** The downlink queue of every device: in memory, and in `wireless.downlink`. */
export class Downlinks implements DownlinkQueue, ChangeGatherer {
  readonly #index: RecordIndex;
  readonly #commit: GroupCommit;
  readonly #limits: RecordLimits;
  readonly #clock: Clock;
  readonly #byDevice = new Map<Eui64, ListedDownlink[]>();
  readonly #deviceOf = new Map<string, Eui64>();
  #waiting = new Map<string, Change>();

  constructor(index: RecordIndex, commit: GroupCommit, deps: { limits: RecordLimits; clock: Clock }) {
    this.#index = index;
    this.#commit = commit;
    this.#limits = deps.limits;
    this.#clock = deps.clock;
  }

  /** Told of every downlink that was queued, once it is durable. */
  onQueued: (devEui: Eui64) => void = () => undefined;

  head(devEui: Eui64): QueuedDownlink | null {
    return this.#byDevice.get(devEui)?.[0] ?? null;
  }
  size(devEui: Eui64): number {
    return this.#byDevice.get(devEui)?.length ?? 0;
  }
  list(devEui: Eui64): readonly ListedDownlink[] {
    return this.#byDevice.get(devEui) ?? [];
  }

  async sent(id: string, fCntDown: number): Promise<void> {
    const item = this.#find(id);
    if (item === null) return;
    item.fCntDown = fCntDown;
    return this.#change(id, item.devEui, (change) => (change.fCntDown = fCntDown));
  }

  async done(id: string): Promise<void> {
    const item = this.#find(id);
    if (item === null) return;
    this.#drop(item);
    return this.#change(id, item.devEui, (change) => (change.remove = true));
  }

  /**
   * Adds one at the end of its device's queue.
   * @throws WayleaveError `device-not-found`, `downlink-queue-full`.
   */
  async enqueue(downlink: NewDownlink): Promise<ListedDownlink> {
    this.#commit.requireOpen();
    const record = this.#index.devices.get(downlink.devEui);
    const facts = { field: "devEui", devEui: downlink.devEui };
    if (record === undefined) throw new WayleaveError("device-not-found", "You have no such device", facts);
    const holdings = this.#index.holdings(record.device.customer);
    if (this.size(downlink.devEui) >= QUEUE_PER_DEVICE_MAX) {
      const queueFacts = { ...facts, max: QUEUE_PER_DEVICE_MAX };
      throw new WayleaveError("downlink-queue-full", "The device's queue is full: flush it or wait", queueFacts);
    }
    if (holdings.downlinks >= this.#limits.downlinksPerCustomer) {
      const allFacts = { ...facts, max: this.#limits.downlinksPerCustomer };
      throw new WayleaveError("downlink-queue-full", "Your devices' queues together are full", allFacts);
    }
    const item: ListedDownlink = { id: randomUUID(), ...downlink, queuedMs: this.#clock.now(), fCntDown: null };
    // In memory at once: two requests for the last place must not both be given it.
    this.restore(item);
    try {
      await this.#change(item.id, item.devEui, (change) => (change.insert = item));
    } catch (error) {
      this.#drop(item);
      throw error;
    }
    this.onQueued(item.devEui);
    return item;
  }

  /** Empties a device's queue. @returns how many left it. */
  async flush(devEui: Eui64): Promise<number> {
    const items = [...this.list(devEui)];
    await Promise.all(items.map(({ id }) => this.done(id)));
    return items.length;
  }

  /** Takes back what the database has, in its order. */
  restore(item: ListedDownlink): void {
    const queue = this.#byDevice.get(item.devEui);
    if (queue === undefined) this.#byDevice.set(item.devEui, [item]);
    else queue.push(item);
    this.#deviceOf.set(item.id, item.devEui);
    const customer = this.#index.devices.get(item.devEui)?.device.customer;
    if (customer !== undefined) this.#index.holdings(customer).downlinks++;
  }

  /** The device is being removed, and its rows with it. Before it leaves the index. */
  forget(record: DeviceRecord): void {
    const { devEui } = record.device;
    for (const item of [...this.list(devEui)]) this.#drop(item);
    for (const [id, change] of this.#waiting) {
      if (change.devEui !== devEui) continue;
      this.#waiting.delete(id);
      for (const waiter of change.waiters) waiter.resolve();
    }
  }

  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  take(): TakenChanges | null {
    if (this.#waiting.size === 0) return null;
    const taken: Change[] = [];
    for (const [id, change] of this.#waiting) {
      if (taken.length === CHANGES_PER_TRANSACTION_MAX) break;
      this.#waiting.delete(id);
      taken.push(change);
    }
    return {
      write: (client) => writeChanges(client, taken),
      committed() {
        for (const { waiters } of taken) for (const waiter of waiters) waiter.resolve();
      },
      failed(error) {
        for (const { waiters } of taken) for (const waiter of waiters) waiter.reject(error);
      },
    };
  }

  #find(id: string): ListedDownlink | null {
    const devEui = this.#deviceOf.get(id);
    if (devEui === undefined) return null;
    return this.list(devEui).find((item) => item.id === id) ?? null;
  }

  #drop(item: ListedDownlink): void {
    if (!this.#deviceOf.delete(item.id)) return;
    const queue = this.#byDevice.get(item.devEui)!;
    queue.splice(queue.indexOf(item), 1);
    if (queue.length === 0) this.#byDevice.delete(item.devEui);
    const customer = this.#index.devices.get(item.devEui)?.device.customer;
    if (customer !== undefined) this.#index.holdings(customer).downlinks--;
  }

  #change(id: string, devEui: Eui64, note: (change: Change) => void): Promise<void> {
    this.#commit.requireOpen();
    let change = this.#waiting.get(id);
    if (change === undefined) {
      change = { id, devEui, waiters: [] };
      this.#waiting.set(id, change);
    }
    note(change);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    change.waiters.push({ resolve, reject });
    this.#commit.wake();
    return promise;
  }
}

async function writeChanges(client: PoolClient, changes: readonly Change[]): Promise<void> {
  const removed = changes.filter(({ remove }) => remove === true);
  const kept = changes.filter(({ remove }) => remove !== true);
  const inserted = kept.flatMap(({ insert }) => insert ?? []);
  const sent = kept.filter(({ insert, fCntDown }) => insert === undefined && fCntDown !== undefined);
  if (inserted.length > 0) await insertDownlinks(client, inserted);
  if (sent.length > 0) {
    await client.query({
      name: "wayleave-wireless-sent-downlinks",
      text: `update wireless.downlink d set f_cnt_down = u.f_cnt_down
        from unnest($1::uuid[], $2::bigint[]) as u(id, f_cnt_down) where d.id = u.id`,
      values: [sent.map(({ id }) => id), sent.map(({ fCntDown }) => fCntDown)],
    });
  }
  if (removed.length > 0) {
    await client.query({
      name: "wayleave-wireless-remove-downlinks",
      text: "delete from wireless.downlink where id = any($1::uuid[])",
      values: [removed.map(({ id }) => id)],
    });
  }
}

async function insertDownlinks(client: PoolClient, items: readonly ListedDownlink[]): Promise<void> {
  const of = <T>(pick: (item: ListedDownlink) => T): T[] => items.map(pick);
  await client.query({
    name: "wayleave-wireless-insert-downlinks",
    text: `insert into wireless.downlink (id, dev_eui, f_port, data, confirmed, queued_ms, f_cnt_down)
      select * from unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[], $5::boolean[], $6::bigint[], $7::bigint[])
      on conflict (id) do nothing`,
    values: [
      of(({ id }) => id),
      of(({ devEui }) => devEui),
      of(({ fPort }) => fPort),
      of(({ data }) => Buffer.from(data)),
      of(({ confirmed }) => confirmed),
      of(({ queuedMs }) => queuedMs),
      of(({ fCntDown }) => fCntDown),
    ],
  });
}
