import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Customers, Logger } from "@wayleave/core/kind";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { assert, WayleaveError } from "@wayleave/core/errors";
import { type MicroUsd, PICO_PER_MICRO, type PicoUsd, picoToMicroDown } from "@wayleave/core/money";
import { boundedCache } from "./boundedCache.ts";
import { ACCOUNTS } from "./ledger.ts";
import { BURST_SECONDS, DEFAULT_REQUESTS_PER_S, type Limits, limitColumns, limitsOfRow, NO_LIMITS } from "./limits.ts";
import type { ServiceDb } from "./serviceDatabase.ts";
import { type TokenBucket, tokenBucket } from "./tokenBucket.ts";
import { OPERATOR_CUSTOMER, type UsageMeter } from "./usageMeter.ts";

/** About 500 bytes each: 25 MB. Those asked for least recently are loaded again when they come back. */
const STANDINGS_MAX = 50_000;
const CUSTOMER_ID = /^[a-z0-9-]{1,64}$/;
const DAY_MS = 86_400_000;
/** A balance is read between two flushes; one takes milliseconds, so a second try always does unless something hangs. */
const LOAD_ATTEMPTS = 5;

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly createdMs: UnixMs;
  readonly suspended: boolean;
  readonly limits: Limits;
}

export interface NewCustomer {
  /** Chosen by the caller or random; 1 to 64 of `a-z 0-9 -`. */
  readonly id?: string;
  readonly name: string;
  readonly email?: string;
  readonly limits?: Limits;
}

export interface CustomerAccounts extends Customers {
  /** @throws WayleaveError `customer-exists`, `customer-id-invalid`. */
  create(customer: NewCustomer): Promise<Customer>;
  find(id: string): Promise<Customer | null>;
  list(): Promise<readonly Customer[]>;
  setLimits(id: string, limits: Limits): Promise<void>;
  setSuspended(id: string, suspended: boolean): Promise<void>;
  /** Brings what `admit` needs into memory; called when a key was authenticated. @throws WayleaveError `customer-unknown`. */
  load(id: string): Promise<void>;
  /** The balance changed outside of metering (a top-up): read it again if it is in memory. */
  refresh(id: string): Promise<void>;
  /** Told by the meter of every act as it is recorded, so that a balance runs out at once and not at the next tick. */
  spend(id: string, pricePico: PicoUsd): void;
  /** What is left now, unflushed use included; null unless it is loaded. Rounded down. */
  available(id: string): MicroUsd | null;
  /** What the customer may use; null unless it is loaded. Kinds enforce `storageBytes`: they know what is stored. */
  limits(id: string): Limits | null;
  /**
   * Sets a price aside before something is delivered, so that it cannot be spent twice. In memory: a restart forgets it.
   * A customer who is not loaded yet is believed for now, because what is delivered has a deadline.
   * @returns false when it is not there, or the customer is suspended: nothing is set aside.
   */
  reserve(id: string, pricePico: PicoUsd): boolean;
  /** Ends (a part of) a reservation: it was spent, or not needed. */
  release(id: string, pricePico: PicoUsd): void;
  /** Also refuses when the customer spent a key's daily cap. */
  admitWithin(id: string, cost: { readonly requests: number }, keyDailySpendMicroUsd: MicroUsd | null): void;
}

/** What is known of a customer in memory. */
interface Standing {
  availablePico: PicoUsd;
  dayStartMs: UnixMs;
  spentTodayPico: PicoUsd;
  suspended: boolean;
  limits: Limits;
  readonly bucket: TokenBucket;
}

export interface AccountsDeps {
  readonly db: ServiceDb;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: Pick<UsageMeter, "pendingPricePico" | "generation" | "settled">;
}

export function customerAccounts(deps: AccountsDeps): CustomerAccounts {
  const { db, clock } = deps;
  const standings = boundedCache<string, Standing>(STANDINGS_MAX);
  /** By customer; only those with something set aside. */
  const reserved = new Map<string, PicoUsd>();
  const loads = new Map<string, Promise<void>>();

  const load = (id: string): Promise<void> => {
    const going = loads.get(id);
    if (going !== undefined) return going;
    const keep = (standing: Standing) => standings.set(id, standing);
    const loading = readStanding(deps, id, standings.get(id)?.bucket, keep).finally(() => loads.delete(id));
    loads.set(id, loading);
    return loading;
  };
  const refresh = async (id: string) => {
    if (standings.get(id) === undefined && !loads.has(id)) return;
    await loads.get(id)?.catch(() => undefined); // it may have read before the change
    await load(id);
  };
  const change = async (id: string, columns: object) => {
    const done = await db.updateTable("service.customer").set(columns).where("id", "=", id).executeTakeFirst();
    if (done.numUpdatedRows === 0n) throw unknownCustomer(id);
    await refresh(id);
  };
  const admitWithin: CustomerAccounts["admitWithin"] = (id, cost, keyDailySpendMicroUsd) => {
    const standing = standings.get(id);
    if (standing === undefined) {
      load(id).catch((error: unknown) => deps.log.warn({ customer: id, error }, "Failed to load a customer"));
      throw new WayleaveError("customer-busy", "This customer is being loaded", { customer: id }, { retryable: true });
    }
    judge(standing, id, cost.requests, keyDailySpendMicroUsd, clock.now());
  };
  const reserve: CustomerAccounts["reserve"] = (id, pricePico) => {
    const held = reserved.get(id) ?? 0n;
    const standing = standings.get(id);
    if (standing === undefined) {
      load(id).catch((error: unknown) => deps.log.warn({ customer: id, error }, "Failed to load a customer"));
    } else if (standing.suspended || standing.availablePico - held < pricePico) return false;
    reserved.set(id, held + pricePico);
    return true;
  };
  const release: CustomerAccounts["release"] = (id, pricePico) => {
    const left = (reserved.get(id) ?? 0n) - pricePico;
    assert(left >= 0n, "no more is released than was reserved");
    if (left === 0n) reserved.delete(id);
    else reserved.set(id, left);
  };
  return {
    create: (customer) => createCustomer(db, customer, clock.now()),
    find: async (id) => {
      const row = await db.selectFrom("service.customer").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : customerOfRow(row);
    },
    list: async () =>
      (await db.selectFrom("service.customer").selectAll().orderBy("id").limit(10_000).execute()).map(customerOfRow),
    setLimits: (id, limits) => change(id, limitColumns(limits)),
    setSuspended: (id, suspended) => change(id, { suspended }),
    load: async (id) => {
      if (standings.get(id) === undefined) await load(id);
    },
    refresh,
    spend(id, pricePico) {
      const standing = standings.get(id);
      if (standing === undefined) return;
      rollDay(standing, clock.now());
      standing.availablePico -= pricePico;
      standing.spentTodayPico += pricePico;
    },
    available(id) {
      const standing = standings.get(id);
      if (standing === undefined) return null;
      const pico = standing.availablePico;
      return pico >= 0n ? picoToMicroDown(pico) : -((-pico + PICO_PER_MICRO - 1n) / PICO_PER_MICRO);
    },
    limits: (id) => standings.get(id)?.limits ?? null,
    reserve,
    release,
    admit: (id, cost) => admitWithin(id, cost, null),
    admitWithin,
  };
}

/** @throws WayleaveError naming the first reason not to serve. */
function judge(standing: Standing, customer: string, requests: number, keyCap: MicroUsd | null, nowMs: UnixMs): void {
  if (standing.suspended) throw new WayleaveError("suspended", "This customer is suspended", { customer });
  if (standing.availablePico <= 0n) {
    throw new WayleaveError("insufficient-funds", "The balance is used up", { customer });
  }
  rollDay(standing, nowMs);
  for (const cap of [standing.limits.dailySpendMicroUsd, keyCap]) {
    if (cap !== null && standing.spentTodayPico >= cap * PICO_PER_MICRO) {
      const facts = { customer, dailySpendMicroUsd: cap };
      throw new WayleaveError("spend-limited", "The daily spend cap is reached", facts, { retryable: true });
    }
  }
  if (!standing.bucket.take(requests)) {
    throw new WayleaveError("rate-limited", "Too many requests", { customer }, { retryable: true });
  }
}

function rollDay(standing: Standing, nowMs: UnixMs): void {
  const today = dayStart(nowMs);
  if (today <= standing.dayStartMs) return;
  standing.dayStartMs = today;
  standing.spentTodayPico = 0n;
}

/** Midnight UTC before `atMs`. */
export function dayStart(atMs: UnixMs): UnixMs {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

async function createCustomer(db: ServiceDb, customer: NewCustomer, nowMs: UnixMs): Promise<Customer> {
  const id = customer.id ?? `c-${randomBytes(8).toString("hex")}`;
  if (!CUSTOMER_ID.test(id) || id === OPERATOR_CUSTOMER) {
    throw new WayleaveError("customer-id-invalid", "A customer's id is 1 to 64 of a-z 0-9 -", { field: "id" });
  }
  const limits = customer.limits ?? NO_LIMITS;
  const email = customer.email ?? null;
  const inserted = await db
    .insertInto("service.customer")
    .values({ id, name: customer.name, email, created_ms: nowMs, suspended: false, ...limitColumns(limits) })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) {
    throw new WayleaveError("customer-exists", "There is a customer of this id", { field: "id", customer: id });
  }
  return { id, name: customer.name, email, createdMs: nowMs, suspended: false, limits };
}

/**
 * Retries until no flush touched what it read: otherwise a tick's use would be counted twice or not at all.
 * @param keep - called in the same turn as the pending use is read, so that nothing is spent in between.
 */
async function readStanding(
  deps: AccountsDeps,
  id: string,
  known: TokenBucket | undefined,
  keep: (standing: Standing) => void,
): Promise<void> {
  const { meter, clock } = deps;
  for (let attempt = 1; attempt <= LOAD_ATTEMPTS; attempt++) {
    await meter.settled();
    const before = meter.generation;
    const today = dayStart(clock.now());
    const row = await standingRow(deps.db, id, today);
    if (row === undefined) throw unknownCustomer(id);
    if (meter.generation !== before) continue;
    const pendingPico = meter.pendingPricePico(id);
    const limits = limitsOfRow(row);
    const perS = limits.requestsPerS ?? DEFAULT_REQUESTS_PER_S;
    const rate = { ratePerS: perS, burst: perS * BURST_SECONDS };
    const bucket = known ?? tokenBucket(rate, () => clock.monotonicMs());
    bucket.setRate(rate);
    keep({
      availablePico: -BigInt(row.owed_micro) * PICO_PER_MICRO - BigInt(row.carry_pico) - pendingPico,
      dayStartMs: today,
      spentTodayPico: BigInt(row.spent_pico) + pendingPico,
      suspended: row.suspended,
      limits,
      bucket,
    });
    return;
  }
  throw new WayleaveError("customer-busy", "The balance is being written", { customer: id }, { retryable: true });
}

async function standingRow(db: ServiceDb, id: string, todayMs: UnixMs) {
  const { rows } = await sql<{
    suspended: boolean;
    requests_per_s: number | null;
    daily_spend_micro_usd: string | null;
    storage_bytes: string | null;
    owed_micro: string;
    carry_pico: string;
    spent_pico: string;
  }>`
    SELECT c.suspended, c.requests_per_s, c.daily_spend_micro_usd, c.storage_bytes,
      coalesce((SELECT micro_usd FROM service.ledger_balance WHERE account = ${ACCOUNTS.customer(id)}), 0) AS owed_micro,
      (SELECT coalesce(sum(pico_usd), 0) FROM service.usage_carry WHERE customer = c.id) AS carry_pico,
      (SELECT coalesce(sum(price_pico_usd), 0) FROM service.receipt
        WHERE customer = c.id AND at_ms >= ${todayMs}) AS spent_pico
    FROM service.customer c WHERE c.id = ${id}`.execute(db);
  return rows[0];
}

function unknownCustomer(id: string): WayleaveError {
  return new WayleaveError("customer-unknown", "There is no such customer", { field: "customer", customer: id });
}

function customerOfRow(row: {
  id: string;
  name: string;
  email: string | null;
  created_ms: string | bigint | number;
  suspended: boolean;
  requests_per_s: number | null;
  daily_spend_micro_usd: string | bigint | number | null;
  storage_bytes: string | bigint | number | null;
}): Customer {
  const { id, name, email, suspended } = row;
  return { id, name, email, createdMs: Number(row.created_ms), suspended, limits: limitsOfRow(row) };
}
