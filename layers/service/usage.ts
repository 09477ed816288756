import { sql } from "kysely";
import { z } from "zod";
import type { Address } from "@wayleave/core/ids";
import type { KindName } from "@wayleave/core/kind";
import type { UnixMs } from "@wayleave/core/time";
import { kindNameSchema } from "@wayleave/core/agentWire";
import { WayleaveError } from "@wayleave/core/errors";
import { type PicoUsd, PICO_PER_MICRO } from "@wayleave/core/money";
import type { ServiceDb } from "./serviceDatabase.ts";

/** More lines than an invoice anybody reads. */
export const USAGE_LINES_MAX = 1_000;
export const RECEIPTS_PER_PAGE_MAX = 1_000;
const DAY_MS = 86_400_000;

/** One line of a customer's bill: what it did of one act on one subject on one UTC day. */
export interface UsageLine {
  /** Opaque; names the line to `receipts`. */
  readonly id: string;
  readonly dayStartMs: UnixMs;
  readonly kind: KindName;
  readonly act: string;
  readonly subject: string;
  readonly workUnits: bigint;
  readonly pricePicoUsd: PicoUsd;
  /** Dollars, exact. */
  readonly usd: string;
  readonly receipts: number;
}

export interface Usage {
  readonly lines: readonly UsageLine[];
  /** Sum of the lines. Whole µ$ of the lifetime sum are what the balance was debited with. */
  readonly totalPricePicoUsd: PicoUsd;
  readonly totalUsd: string;
  /** Whether there were more lines than {@link USAGE_LINES_MAX}; the total then is of the ones given. */
  readonly truncated: boolean;
}

/** What stands behind a line: one device's work in one tick, and the voucher that pays it. */
export interface Receipt {
  readonly id: string;
  readonly atMs: UnixMs;
  readonly tick: number;
  readonly device: Address;
  readonly workUnits: bigint;
  readonly pricePicoUsd: PicoUsd;
  readonly devicePicoUsd: PicoUsd;
  readonly usd: string;
  /** The newest voucher of this device and kind: cumulative, so it covers every receipt up to its tick. Null before it. */
  readonly voucher: { readonly tick: number; readonly totalMicroUsd: bigint; readonly signature: string } | null;
}

const lineIdSchema = z.tuple([z.number().int(), kindNameSchema, z.string().max(128), z.string().max(256)]);

/** `12n` → `"0.000000000012"`; trailing zeros beyond cents are cut. */
export function formatPicoUsd(pico: PicoUsd): string {
  const perUsd = PICO_PER_MICRO * 1_000_000n;
  const fraction = (pico % perUsd)
    .toString()
    .padStart(12, "0")
    .replace(/0{1,10}$/, "");
  return `${pico / perUsd}.${fraction}`;
}

/** A customer's lines between two moments (`toMs` exclusive), newest day first. */
export async function usage(
  db: ServiceDb,
  customer: string,
  range: { readonly fromMs: UnixMs; readonly toMs: UnixMs },
): Promise<Usage> {
  const { rows } = await sql<{
    day: string;
    kind: KindName;
    act: string;
    subject: string;
    work_units: string;
    price: string;
    receipts: string;
  }>`
    SELECT (at_ms / ${DAY_MS}) AS day, kind, act, subject, sum(work_units) AS work_units, sum(price_pico_usd) AS price,
      count(*) AS receipts
    FROM service.receipt WHERE customer = ${customer} AND at_ms >= ${range.fromMs} AND at_ms < ${range.toMs}
    GROUP BY 1, kind, act, subject ORDER BY 1 DESC, kind, act, subject LIMIT ${USAGE_LINES_MAX + 1}`.execute(db);
  const lines = rows.slice(0, USAGE_LINES_MAX).map((row): UsageLine => {
    const dayStartMs = Number(row.day) * DAY_MS;
    const { kind, act, subject } = row;
    const pricePicoUsd = BigInt(row.price);
    return {
      id: Buffer.from(JSON.stringify([dayStartMs, kind, act, subject])).toString("base64url"),
      ...{ dayStartMs, kind, act, subject, workUnits: BigInt(row.work_units), pricePicoUsd },
      usd: formatPicoUsd(pricePicoUsd),
      receipts: Number(row.receipts),
    };
  });
  const totalPricePicoUsd = lines.reduce((sum, line) => sum + line.pricePicoUsd, 0n);
  const truncated = rows.length > USAGE_LINES_MAX;
  return { lines, totalPricePicoUsd, totalUsd: formatPicoUsd(totalPricePicoUsd), truncated };
}

/**
 * The receipts behind one line of this customer, oldest first.
 * @param lineId - hostile: of a {@link UsageLine}, any customer's; only the asking customer's receipts are read.
 * @param page - `after` is the last receipt's id of the page before.
 * @throws WayleaveError `line-unknown`.
 */
export async function receiptsOf(
  db: ServiceDb,
  customer: string,
  lineId: string,
  page: { readonly after: bigint; readonly limit: number },
): Promise<readonly Receipt[]> {
  const [dayStartMs, kind, act, subject] = parseLineId(lineId);
  const { rows } = await sql<{
    id: string;
    at_ms: string;
    tick: string;
    device: Address;
    work_units: string;
    pico_usd: string;
    price_pico_usd: string;
    voucher_tick: string | null;
    total_micro_usd: string;
    signature: string;
  }>`
    SELECT r.id, r.at_ms, r.tick, r.device, r.work_units, r.pico_usd, r.price_pico_usd,
      v.tick AS voucher_tick, v.total_micro_usd, v.signature
    FROM service.receipt r
      LEFT JOIN service.voucher v ON v.device = r.device AND v.kind = r.kind AND v.tick >= r.tick
    WHERE r.customer = ${customer} AND r.at_ms >= ${dayStartMs} AND r.at_ms < ${dayStartMs + DAY_MS}
      AND r.kind = ${kind} AND r.act = ${act} AND r.subject = ${subject} AND r.id > ${page.after}
    ORDER BY r.id LIMIT ${Math.min(page.limit, RECEIPTS_PER_PAGE_MAX)}`.execute(db);
  return rows.map((row) => ({
    ...{ id: row.id, atMs: Number(row.at_ms), tick: Number(row.tick), device: row.device },
    workUnits: BigInt(row.work_units),
    pricePicoUsd: BigInt(row.price_pico_usd),
    devicePicoUsd: BigInt(row.pico_usd),
    usd: formatPicoUsd(BigInt(row.price_pico_usd)),
    voucher:
      row.voucher_tick === null
        ? null
        : {
            tick: Number(row.voucher_tick),
            totalMicroUsd: BigInt(row.total_micro_usd),
            signature: row.signature,
          },
  }));
}

function parseLineId(lineId: string): z.infer<typeof lineIdSchema> {
  try {
    return lineIdSchema.parse(JSON.parse(Buffer.from(lineId, "base64url").toString("utf8")));
  } catch {
    throw new WayleaveError("line-unknown", "There is no such line of usage", { field: "line" });
  }
}
