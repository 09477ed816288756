import { sql } from "kysely";
import type { Address } from "@wayleave/core/ids";
import type { KindName } from "@wayleave/core/kind";
import type { MicroUsd } from "@wayleave/core/money";
import type { UnixMs } from "@wayleave/core/time";
import { assert, WayleaveError } from "@wayleave/core/errors";
import type { ServiceDb, ServiceTransaction } from "./serviceDatabase.ts";

/**
 * The chart of accounts. A positive line is a debit, a negative one a credit: assets and costs stand positive, what is
 * owed (customers' balances, vouchers) and income stand negative.
 */
export const ACCOUNTS = {
  /** Dollars the operator holds off chain. */
  cash: "cash",
  /** The payer's deposit on chain. */
  escrow: "escrow",
  /** What the operator itself put in. */
  capital: "capital",
  /** What free credits have cost. */
  creditsGranted: "credits-granted",
  customer: (id: string) => `customer:${id}`,
  revenue: (kind: KindName) => `revenue:${kind}`,
  cost: (kind: KindName) => `cost:${kind}`,
  vouchersOutstanding: (device: Address) => `vouchers-outstanding:${device}`,
} as const;

/** One side of an entry. Never zero. */
export interface JournalLine {
  readonly account: string;
  readonly microUsd: MicroUsd;
}

export interface JournalEntry {
  readonly type: string;
  /** Unique for ever: posting it again is refused, so a repeated request is not a second payment. */
  readonly reference: string;
  readonly memo: string;
  readonly atMs: UnixMs;
  /** At most one line for each account; they sum to zero. */
  readonly lines: readonly JournalLine[];
}

export interface Ledger {
  /** Dollars a customer paid in. @returns false when this reference was posted before (nothing happens then). */
  topUp(customer: string, microUsd: MicroUsd, reference: string): Promise<boolean>;
  /** Free credits: the operator's cost, the customer's balance. Idempotent as {@link Ledger.topUp}. */
  grantCredits(customer: string, microUsd: MicroUsd, reference: string): Promise<boolean>;
  /** Pays a customer back from its balance. @throws WayleaveError `insufficient-funds`. */
  refund(customer: string, microUsd: MicroUsd, reference: string): Promise<boolean>;
  /** The operator deposited to escrow on chain from its own money. */
  escrowDeposited(microUsd: MicroUsd, reference: string): Promise<boolean>;
  /** What the operator took back from escrow, to its own money. */
  escrowWithdrawn(microUsd: MicroUsd, reference: string): Promise<boolean>;
  /** An epoch settled: escrow gave what vouchers had promised this device. */
  vouchersSettled(device: Address, microUsd: MicroUsd, reference: string): Promise<boolean>;
  /** What a customer has left, in µ$. Negative when the last tick's use was more than it had. */
  balance(customer: string): Promise<MicroUsd>;
  /** Debits minus credits of one account. */
  accountTotal(account: string): Promise<MicroUsd>;
  /** Posts any balanced entry. @returns false when its reference was posted before. */
  post(entry: JournalEntry): Promise<boolean>;
}

export function ledger(db: ServiceDb, now: () => UnixMs): Ledger {
  const post = (entry: JournalEntry) => db.transaction().execute((trx) => postEntry(trx, entry));
  const move = async (type: string, debit: string, credit: string, microUsd: MicroUsd, reference: string) => {
    requirePositive(microUsd);
    return post({
      type,
      reference: `${type}:${reference}`,
      memo: "",
      atMs: now(),
      lines: pair(debit, credit, microUsd),
    });
  };
  const accountTotal = async (account: string) => {
    const query = sql<{ micro_usd: string }>`SELECT micro_usd FROM service.ledger_balance WHERE account = ${account}`;
    const { rows } = await query.execute(db);
    return BigInt(rows[0]?.micro_usd ?? 0);
  };
  return {
    topUp: (customer, microUsd, reference) =>
      move("top-up", ACCOUNTS.cash, ACCOUNTS.customer(customer), microUsd, reference),
    grantCredits: (customer, microUsd, reference) =>
      move("credit", ACCOUNTS.creditsGranted, ACCOUNTS.customer(customer), microUsd, reference),
    escrowDeposited: (microUsd, reference) =>
      move("escrow-deposit", ACCOUNTS.escrow, ACCOUNTS.capital, microUsd, reference),
    escrowWithdrawn: (microUsd, reference) =>
      move("escrow-withdrawal", ACCOUNTS.capital, ACCOUNTS.escrow, microUsd, reference),
    vouchersSettled: (device, microUsd, reference) =>
      move("settlement", ACCOUNTS.vouchersOutstanding(device), ACCOUNTS.escrow, microUsd, reference),
    refund: (customer, microUsd, reference) =>
      db.transaction().execute(async (trx) => {
        requirePositive(microUsd);
        const account = ACCOUNTS.customer(customer);
        const query = sql<{ micro_usd: string }>`
          SELECT micro_usd FROM service.ledger_balance WHERE account = ${account} FOR UPDATE`;
        const availableMicroUsd = -BigInt((await query.execute(trx)).rows[0]?.micro_usd ?? 0);
        const lines = pair(account, ACCOUNTS.cash, microUsd);
        const entry = { type: "refund", reference: `refund:${reference}`, memo: "", atMs: now(), lines };
        // The reference first: repeating a refund that was paid must not fail because the money is gone.
        if (await isPosted(trx, entry.reference)) return false;
        if (availableMicroUsd < microUsd) {
          const facts = { customer, availableMicroUsd, neededMicroUsd: microUsd };
          throw new WayleaveError("insufficient-funds", "The balance does not cover this", facts);
        }
        return await postEntry(trx, entry);
      }),
    balance: async (customer) => -(await accountTotal(ACCOUNTS.customer(customer))),
    accountTotal,
    post,
  };
}

function requirePositive(microUsd: MicroUsd): void {
  if (microUsd <= 0n) {
    throw new WayleaveError("amount-invalid", "An amount is positive", { field: "microUsd", microUsd });
  }
}

function pair(debit: string, credit: string, microUsd: MicroUsd): JournalLine[] {
  return [
    { account: debit, microUsd },
    { account: credit, microUsd: -microUsd },
  ];
}

async function isPosted(trx: ServiceTransaction, reference: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM service.journal_entry WHERE reference = ${reference}`.execute(trx);
  return rows.length > 0;
}

async function postEntry(trx: ServiceTransaction, entry: JournalEntry): Promise<boolean> {
  return (await postEntries(trx, [entry])) === 1;
}

/**
 * Posts entries inside the caller's transaction, in two statements whatever their number.
 * Entries whose reference exists are left out. The database checks each again: see `schema.ts`.
 * @returns how many were new.
 */
export async function postEntries(trx: ServiceTransaction, entries: readonly JournalEntry[]): Promise<number> {
  for (const { lines, reference } of entries) {
    assert(
      lines.length > 0 && lines.every((line) => line.microUsd !== 0n),
      `${reference} has lines, none of them zero`,
    );
    assert(lines.reduce((sum, line) => sum + line.microUsd, 0n) === 0n, `${reference} sums to zero`);
    assert(new Set(lines.map((line) => line.account)).size === lines.length, `${reference} names an account once`);
  }
  assert(new Set(entries.map((entry) => entry.reference)).size === entries.length, "references differ");
  if (entries.length === 0) return 0;
  const inserted = await sql<{ id: string; reference: string }>`
    INSERT INTO service.journal_entry (at_ms, type, reference, memo)
    SELECT * FROM unnest(${entries.map((e) => e.atMs)}::bigint[], ${entries.map((e) => e.type)}::text[],
                         ${entries.map((e) => e.reference)}::text[], ${entries.map((e) => e.memo)}::text[])
    ON CONFLICT (reference) DO NOTHING
    RETURNING id, reference`.execute(trx);
  const idOf = new Map(inserted.rows.map((row) => [row.reference, row.id]));
  const lines = entries.flatMap((entry) => {
    const id = idOf.get(entry.reference);
    return id === undefined ? [] : entry.lines.map((line) => ({ id, ...line }));
  });
  if (lines.length === 0) return 0;
  await sql`
    INSERT INTO service.journal_line (entry, account, micro_usd)
    SELECT * FROM unnest(${lines.map((l) => l.id)}::bigint[], ${lines.map((l) => l.account)}::text[],
                         ${lines.map((l) => l.microUsd.toString())}::bigint[])`.execute(trx);
  return idOf.size;
}
