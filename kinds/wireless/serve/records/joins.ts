import type { PoolClient } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import type { DeviceSession } from "../../model/device.ts";
import type { DevAddrHex, Eui64 } from "../../model/radio.ts";
import type { DeviceBook } from "../ports.ts";
import { type DevAddrRange, drawDevAddr } from "./devAddrRange.ts";
import type { ChangeGatherer, GroupCommit, TakenChanges } from "./groupCommit.ts";
import type { KeySealer } from "./keySealer.ts";
import type { RecordIndex } from "./recordIndex.ts";
import type { DeviceRecord } from "./records.ts";
import { putSessions } from "./sessionRows.ts";

type Derive = Parameters<DeviceBook["activate"]>[2];

interface Ask {
  readonly record: DeviceRecord;
  readonly devNonce: number;
  readonly derive: Derive;
  resolve(session: DeviceSession | null): void;
  reject(error: unknown): void;
}

const JOINS_PER_TRANSACTION_MAX = 1_000;
/** After a power cut a whole town joins at once; what cannot be answered in five seconds need not wait. */
const JOINS_WAITING_MAX = 10_000;
export const DEV_NONCE_MAX = 0xff_ff;
export const JOIN_NONCE_MAX = 0xff_ff_ff;
/** An address that is free if one is found soon: devices may share one, at the cost of a MIC each. */
const ADDRESS_DRAWS_MAX = 8;

/** Takes joins: a DevNonce is spent in the same transaction that gives the device its session. */
export class Joins implements ChangeGatherer {
  readonly #index: RecordIndex;
  readonly #commit: GroupCommit;
  readonly #sealer: KeySealer;
  readonly #range: DevAddrRange;
  readonly #clock: Clock;
  #waiting: Ask[] = [];

  constructor(index: RecordIndex, commit: GroupCommit, deps: { sealer: KeySealer; range: DevAddrRange; clock: Clock }) {
    this.#index = index;
    this.#commit = commit;
    this.#sealer = deps.sealer;
    this.#range = deps.range;
    this.#clock = deps.clock;
  }

  /** @see DeviceBook.activate. Null also for a device that is not registered. */
  async activate(devEui: Eui64, devNonce: number, derive: Derive): Promise<DeviceSession | null> {
    this.#commit.requireOpen();
    if (!Number.isInteger(devNonce) || devNonce < 0 || devNonce > DEV_NONCE_MAX) throw new RangeError("16 bits");
    const record = this.#index.devices.get(devEui);
    if (record === undefined) return null;
    if (this.#waiting.length >= JOINS_WAITING_MAX) {
      throw new WayleaveError("joins-busy", "Too many joins are waiting", {}, { retryable: true });
    }
    const { promise, resolve, reject } = Promise.withResolvers<DeviceSession | null>();
    this.#waiting.push({ record, devNonce, derive, resolve, reject });
    this.#commit.wake();
    return promise;
  }

  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  take(): TakenChanges | null {
    if (this.#waiting.length === 0) return null;
    // One join of a device at a time: the second of a batch would replace the first's row before anybody saw it.
    const asks = new Map<Eui64, Ask>();
    const later: Ask[] = [];
    for (const ask of this.#waiting) {
      const { devEui } = ask.record.device;
      if (this.#index.devices.get(devEui) !== ask.record) ask.resolve(null);
      else if (asks.size === JOINS_PER_TRANSACTION_MAX || asks.has(devEui)) later.push(ask);
      else asks.set(devEui, ask);
    }
    this.#waiting = later;
    return asks.size === 0 ? null : this.#taken([...asks.values()]);
  }

  #taken(asks: readonly Ask[]): TakenChanges {
    let sessions = new Map<Ask, DeviceSession>();
    const refused = new Map<Ask, unknown>();
    return {
      write: async (client) => {
        sessions = new Map();
        refused.clear();
        const fresh = await burnNonces(client, asks);
        for (const ask of fresh) {
          try {
            sessions.set(ask, this.#derive(ask));
          } catch (error) {
            refused.set(ask, error);
          }
        }
        const seenMs = this.#clock.now();
        await putSessions(
          client,
          this.#sealer,
          [...sessions.values()].map((session) => ({ session, seenMs })),
        );
        await keepJoinNonces(client, [...sessions.keys()]);
      },
      committed: () => {
        for (const ask of asks) {
          const session = sessions.get(ask);
          if (session !== undefined) this.#apply(ask.record, session);
          if (refused.has(ask)) ask.reject(refused.get(ask));
          else ask.resolve(session ?? null);
        }
      },
      failed(error) {
        for (const ask of asks) ask.reject(error);
      },
    };
  }

  #derive({ record, derive }: Ask): DeviceSession {
    if (record.joinNonce >= JOIN_NONCE_MAX) {
      const facts = { devEui: record.device.devEui };
      throw new WayleaveError("join-nonces-full", "The device has spent all its JoinNonces: register it again", facts);
    }
    // A number that is drawn for a transaction that fails is never given again: gaps are allowed, repetitions are not.
    record.joinNonce++;
    return derive({ joinNonce: record.joinNonce, devAddr: this.#freeAddress() });
  }

  #freeAddress(): DevAddrHex {
    let devAddr = drawDevAddr(this.#range);
    for (let i = 1; i < ADDRESS_DRAWS_MAX && this.#index.sessionsAt(devAddr).length > 0; i++) {
      devAddr = drawDevAddr(this.#range);
    }
    return devAddr;
  }

  #apply(record: DeviceRecord, session: DeviceSession): void {
    this.#index.setSession(record, session);
    record.seenMs = this.#clock.now();
    record.seenFCntUp = session.fCntUp;
  }
}

/** @returns those whose nonce was not spent before. */
async function burnNonces(client: PoolClient, asks: readonly Ask[]): Promise<Ask[]> {
  const { rows } = await client.query<{ dev_eui: string }>({
    name: "wayleave-wireless-burn-nonces",
    text: `insert into wireless.dev_nonce (dev_eui, nonce) select * from unnest($1::text[], $2::integer[])
      on conflict do nothing returning dev_eui`,
    values: [asks.map(({ record }) => record.device.devEui), asks.map(({ devNonce }) => devNonce)],
  });
  const fresh = new Set(rows.map((row) => row.dev_eui));
  return asks.filter(({ record }) => fresh.has(record.device.devEui));
}

async function keepJoinNonces(client: PoolClient, asks: readonly Ask[]): Promise<void> {
  if (asks.length === 0) return;
  await client.query({
    name: "wayleave-wireless-keep-join-nonces",
    text: `update wireless.device d set join_nonce = u.join_nonce
      from unnest($1::text[], $2::integer[]) as u(dev_eui, join_nonce) where d.dev_eui = u.dev_eui`,
    values: [asks.map(({ record }) => record.device.devEui), asks.map(({ record }) => record.joinNonce)],
  });
}
