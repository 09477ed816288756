import { randomUUID } from "node:crypto";
import type { Address } from "@wayleave/core/ids";
import type { KindName, Logger, Meter, MeteredAct } from "@wayleave/core/kind";
import type { PicoUsd } from "@wayleave/core/money";
import type { Clock } from "@wayleave/core/time";
import { assert, WayleaveError } from "@wayleave/core/errors";
import { BPS, mulDivDown } from "@wayleave/core/money";
import { type BatchLine, type MeterBatch, writeBatch } from "./meterBatch.ts";
import type { ServiceDb } from "./serviceDatabase.ts";

export interface MeterOptions {
  /** What the operator adds to a device's price, in basis points. */
  readonly marginBps: bigint;
  /** The number of the voucher tick that a moment lies in. Must never fall between two flushes of one database. */
  readonly tickAt: (nowMs: number) => number;
}

/** A fifth: pays for payment processing, support, free credits and the front's own machines. */
export const DEFAULT_MARGIN_BPS = 2_000n;

/** Lines of one tick with their own subject. About 300 bytes each: 30 MB. */
export const METER_LINES_SOFT_MAX = 100_000;
/** Lines of one tick at all. Reached only when the database has been away for long; serving must stop then. */
export const METER_LINES_MAX = 200_000;
/** Subjects are names of the customer's own; longer ones are cut. */
const SUBJECT_CHARS_MAX = 256;
/** More than any act can be worth ($10 million): such a number is a bug, and would not fit the ledger. */
const ACT_PICO_MAX = 10n ** 19n;

/** The subject under which acts are summed once there are too many subjects to tell apart. */
export const OTHER_SUBJECTS = "(other)";

/** The customer under which the operator bears what it cannot bill: see `reconcileMetered` in `voucherIssuer.ts`. */
export const OPERATOR_CUSTOMER = "operator";

export interface UsageMeter extends Meter {
  /** Price of what is recorded for a customer and not yet in the database. */
  pendingPricePico(customer: string): PicoUsd;
  /** Rises when a flush begins and when it ends: a balance read between two equal even values is consistent. */
  readonly generation: number;
  /** Resolves when no flush is under way. */
  settled(): Promise<void>;
}

/** What a customer is asked for work a device is owed `pico` for: that and the margin, rounded down. */
export function priceOf(pico: PicoUsd, marginBps: bigint): PicoUsd {
  return mulDivDown(pico, BPS + marginBps, BPS);
}

/**
 * Sums acts in memory by (customer, kind, act, subject, device) and writes them once a tick: receipts, ledger and
 * voucher totals in one transaction. A flush that failed is tried again with the same id, so that one whose outcome
 * was lost is not counted twice. Killed, the front loses at most what it recorded since the last flush.
 */
export function usageMeter(
  options: MeterOptions,
  deps: {
    readonly db: ServiceDb;
    readonly clock: Clock;
    readonly log: Logger;
    /** Told of every recorded act's price at once. */
    readonly onSpend?: (customer: string, pricePico: PicoUsd) => void;
  },
): UsageMeter {
  assert(options.marginBps >= 0n, "a margin is not negative");
  let open = new Map<string, BatchLine>();
  let openPriceOf = new Map<string, PicoUsd>();
  let writing: { readonly batch: MeterBatch; readonly priceOf: ReadonlyMap<string, PicoUsd> } | null = null;
  let generation = 0;
  let underWay: Promise<void> | null = null;

  async function writeNext(): Promise<void> {
    generation++;
    try {
      writing ??= seal();
      if (writing === null) return;
      await writeBatch(deps.db, writing.batch);
      writing = null;
    } finally {
      generation++;
    }
  }

  function seal() {
    if (open.size === 0) return null;
    const nowMs = deps.clock.now();
    const batch = { id: randomUUID(), atMs: nowMs, tick: options.tickAt(nowMs), lines: [...open.values()] };
    const sealed = { batch, priceOf: openPriceOf };
    open = new Map();
    openPriceOf = new Map();
    return sealed;
  }

  async function flushAll(): Promise<void> {
    const retried = writing !== null;
    await writeNext();
    if (retried) {
      deps.log.info({}, "Wrote the receipts of an earlier tick");
      await writeNext();
    }
  }

  return {
    record(act) {
      const line = lineFor(open, act);
      const before = priceOf(line.pico, options.marginBps);
      line.workUnits += act.workUnits;
      line.pico += act.picoUsd;
      line.pricePico = act.customer === OPERATOR_CUSTOMER ? 0n : priceOf(line.pico, options.marginBps);
      const added = act.customer === OPERATOR_CUSTOMER ? 0n : line.pricePico - before;
      openPriceOf.set(act.customer, (openPriceOf.get(act.customer) ?? 0n) + added);
      deps.onSpend?.(act.customer, added);
    },
    async flush() {
      while (underWay !== null) await underWay.catch(() => undefined); // whoever started it sees the failure
      underWay = flushAll();
      try {
        await underWay;
      } finally {
        underWay = null;
      }
    },
    pendingPricePico: (customer) => (openPriceOf.get(customer) ?? 0n) + (writing?.priceOf.get(customer) ?? 0n),
    get generation() {
      return generation;
    },
    async settled() {
      while (underWay !== null) await underWay.catch(() => undefined);
    },
  };
}

/** The line an act belongs to, new if need be. @throws WayleaveError `meter-full` when nothing more can be kept. */
function lineFor(lines: Map<string, BatchLine>, act: MeteredAct): BatchLine {
  assert(act.workUnits >= 0n && act.picoUsd >= 0n, "metered work and money are not negative");
  assert(act.workUnits <= ACT_PICO_MAX && act.picoUsd <= ACT_PICO_MAX, "one act is worth less than a fortune");
  // PostgreSQL has no NUL in text: one such name would make the whole tick unwritable.
  const ownSubject = act.subject.replaceAll("\0", "").slice(0, SUBJECT_CHARS_MAX);
  const found = lines.get(lineKey(act.customer, act.kind, act.act, ownSubject, act.device));
  if (found !== undefined) return found;
  if (lines.size >= METER_LINES_MAX) {
    throw new WayleaveError(
      "meter-full",
      "Too much is metered and unwritten",
      { lines: lines.size },
      { retryable: true },
    );
  }
  const subject = lines.size >= METER_LINES_SOFT_MAX ? OTHER_SUBJECTS : ownSubject;
  const key = lineKey(act.customer, act.kind, act.act, subject, act.device);
  const collapsed = lines.get(key);
  if (collapsed !== undefined) return collapsed;
  const { customer, kind, device } = act;
  const line = { customer, kind, act: act.act, subject, device, workUnits: 0n, pico: 0n, pricePico: 0n };
  lines.set(key, line);
  return line;
}

function lineKey(customer: string, kind: KindName, act: string, subject: string, device: Address): string {
  return `${customer}\n${kind}\n${act}\n${device}\n${subject}`;
}
