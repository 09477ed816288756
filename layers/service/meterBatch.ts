import { sql } from "kysely";
import type { Address } from "@wayleave/core/ids";
import type { KindName } from "@wayleave/core/kind";
import type { PicoUsd } from "@wayleave/core/money";
import type { UnixMs } from "@wayleave/core/time";
import { PICO_PER_MICRO, picoToMicroDown } from "@wayleave/core/money";
import { ACCOUNTS, type JournalEntry, type JournalLine, postEntries } from "./ledger.ts";
import type { ServiceDb, ServiceTransaction } from "./serviceDatabase.ts";

/** What one tick metered for one customer, act, subject and device: becomes one receipt. */
export interface BatchLine {
  readonly customer: string;
  readonly kind: KindName;
  readonly act: string;
  readonly subject: string;
  readonly device: Address;
  workUnits: bigint;
  /** What the device is owed. */
  pico: PicoUsd;
  /** What the customer pays. */
  pricePico: PicoUsd;
}

export interface MeterBatch {
  /** A UUID: the same batch written twice counts once. */
  readonly id: string;
  readonly tick: number;
  readonly atMs: UnixMs;
  readonly lines: readonly BatchLine[];
}

/**
 * Writes receipts, device totals and ledger entries of one batch in one transaction, so that
 * Σ receipts = voucher totals = ledger, exactly, in every state the database can be found in.
 * Parts below a µ$ wait in `usage_carry` (customers) and in the lifetime total (devices).
 */
export async function writeBatch(db: ServiceDb, batch: MeterBatch): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const claimed = await sql`
      INSERT INTO service.meter_batch (id, tick, at_ms) VALUES (${batch.id}, ${batch.tick}, ${batch.atMs})
      ON CONFLICT (id) DO NOTHING RETURNING id`.execute(trx);
    if (claimed.rows.length === 0) return; // an earlier attempt was committed after all
    await insertReceipts(trx, batch);
    const entries = [...(await debitCustomers(trx, batch)), ...(await creditDevices(trx, batch))];
    await postEntries(trx, entries);
  });
}

async function insertReceipts(trx: ServiceTransaction, { tick, atMs, lines }: MeterBatch): Promise<void> {
  await sql`
    INSERT INTO service.receipt
      (tick, at_ms, customer, kind, act, subject, device, work_units, pico_usd, price_pico_usd)
    SELECT ${tick}::bigint, ${atMs}::bigint, * FROM unnest(
      ${lines.map((l) => l.customer)}::text[], ${lines.map((l) => l.kind)}::text[], ${lines.map((l) => l.act)}::text[],
      ${lines.map((l) => l.subject)}::text[], ${lines.map((l) => l.device)}::text[],
      ${lines.map((l) => l.workUnits.toString())}::numeric[], ${lines.map((l) => l.pico.toString())}::numeric[],
      ${lines.map((l) => l.pricePico.toString())}::numeric[])`.execute(trx);
}

interface Sum {
  readonly kind: KindName;
  readonly owner: string;
  pico: bigint;
  workUnits: bigint;
}

/** Sums by (owner, kind), in one order everywhere: two writers that lock the same rows never wait for each other. */
function sumsBy(
  lines: readonly BatchLine[],
  ownerOf: (l: BatchLine) => string,
  picoOf: (l: BatchLine) => bigint,
): Sum[] {
  const sums = new Map<string, Sum>();
  for (const line of lines) {
    const key = `${ownerOf(line)} ${line.kind}`;
    const sum = sums.get(key) ?? { kind: line.kind, owner: ownerOf(line), pico: 0n, workUnits: 0n };
    sum.pico += picoOf(line);
    sum.workUnits += line.workUnits;
    sums.set(key, sum);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/** One entry for each customer: its balance falls by whole µ$, the revenue of each kind rises. */
async function debitCustomers(trx: ServiceTransaction, batch: MeterBatch): Promise<JournalEntry[]> {
  const sums = sumsBy(
    batch.lines,
    (l) => l.customer,
    (l) => l.pricePico,
  ).filter((sum) => sum.pico > 0n);
  const carried = await sql<{ customer: string; kind: KindName; pico_usd: string }>`
    SELECT customer, kind, pico_usd FROM service.usage_carry
    WHERE (customer, kind) IN (SELECT * FROM unnest(${sums.map((s) => s.owner)}::text[], ${sums.map((s) => s.kind)}::text[]))
    ORDER BY customer, kind FOR UPDATE`.execute(trx);
  const carryOf = new Map(carried.rows.map((row) => [`${row.customer} ${row.kind}`, BigInt(row.pico_usd)]));
  const rest: string[] = [];
  const linesOf = new Map<string, JournalLine[]>();
  for (const { owner, kind, pico } of sums) {
    const duePico = pico + (carryOf.get(`${owner} ${kind}`) ?? 0n);
    rest.push((duePico % PICO_PER_MICRO).toString());
    const microUsd = picoToMicroDown(duePico);
    if (microUsd > 0n) {
      linesOf.set(owner, [...(linesOf.get(owner) ?? []), { account: ACCOUNTS.revenue(kind), microUsd: -microUsd }]);
    }
  }
  await sql`
    INSERT INTO service.usage_carry (customer, kind, pico_usd)
    SELECT * FROM unnest(${sums.map((s) => s.owner)}::text[], ${sums.map((s) => s.kind)}::text[], ${rest}::numeric[])
    ON CONFLICT (customer, kind) DO UPDATE SET pico_usd = excluded.pico_usd`.execute(trx);
  return [...linesOf].map(([customer, revenue]) => {
    const microUsd = -revenue.reduce((sum, line) => sum + line.microUsd, 0n);
    const lines = [{ account: ACCOUNTS.customer(customer), microUsd }, ...revenue];
    return entryOf(batch, "usage", customer, lines);
  });
}

/** One entry: what devices earned becomes a cost and an obligation that the next vouchers promise. */
async function creditDevices(trx: ServiceTransaction, batch: MeterBatch): Promise<JournalEntry[]> {
  const sums = sumsBy(
    batch.lines,
    (l) => l.device,
    (l) => l.pico,
  );
  const totals = await sql<{ device: string; kind: KindName; pico_usd: string }>`
    INSERT INTO service.device_total (device, kind, pico_usd, work_units)
    SELECT * FROM unnest(${sums.map((s) => s.owner)}::text[], ${sums.map((s) => s.kind)}::text[],
                         ${sums.map((s) => s.pico.toString())}::numeric[],
                         ${sums.map((s) => s.workUnits.toString())}::numeric[])
    ON CONFLICT (device, kind) DO UPDATE SET
      pico_usd = service.device_total.pico_usd + excluded.pico_usd,
      work_units = service.device_total.work_units + excluded.work_units
    RETURNING device, kind, pico_usd`.execute(trx);
  const totalOf = new Map(totals.rows.map((row) => [`${row.device} ${row.kind}`, BigInt(row.pico_usd)]));
  const amounts = new Map<string, bigint>();
  for (const { owner, kind, pico } of sums) {
    const after = totalOf.get(`${owner} ${kind}`)!;
    const microUsd = picoToMicroDown(after) - picoToMicroDown(after - pico);
    for (const [account, change] of [
      [ACCOUNTS.cost(kind), microUsd],
      [ACCOUNTS.vouchersOutstanding(owner as Address), -microUsd],
    ] as const) {
      amounts.set(account, (amounts.get(account) ?? 0n) + change);
    }
  }
  const lines = [...amounts]
    .filter(([, microUsd]) => microUsd !== 0n)
    .map(([account, microUsd]) => ({ account, microUsd }));
  return lines.length === 0 ? [] : [entryOf(batch, "work", "devices", lines)];
}

function entryOf(batch: MeterBatch, type: string, about: string, lines: JournalLine[]): JournalEntry {
  return { type, reference: `${type}:${batch.id}:${about}`, memo: `tick ${batch.tick}`, atMs: batch.atMs, lines };
}
