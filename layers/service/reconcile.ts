import { sql } from "kysely";
import type { MicroUsd } from "@wayleave/core/money";
import type { ServiceDb } from "./serviceDatabase.ts";

/** What the chain says of this payer, read by whoever may talk to it. */
export interface OnChainFigures {
  /** Lifetime deposits. */
  readonly depositMicroUsd: MicroUsd;
  /** Lifetime total taken from escrow by settlements. */
  readonly settledMicroUsd: MicroUsd;
  /** Withdrawn in its lifetime. */
  readonly withdrawnMicroUsd: MicroUsd;
  /** What escrow holds now. */
  readonly escrowMicroUsd: MicroUsd;
}

/** Two figures that should be one. */
export interface Difference {
  /** kebab-case: which equation does not hold. */
  readonly what: string;
  /** The device, customer, account or kind it is about; empty when it is a total. */
  readonly about: string;
  readonly expected: bigint;
  readonly found: bigint;
  /** `fault`: must never be. `pending`: the next tick, settlement or deposit removes it. */
  readonly severity: "fault" | "pending";
}

export interface Reconciliation {
  /** No faults; there may be pending differences. */
  readonly ok: boolean;
  readonly differences: readonly Difference[];
}

/** Enough to see what is wrong; a report is read by people. Of each equation. */
const DIFFERENCES_MAX = 100;

/** Each query gives (about, expected, found) of what does not hold, over one consistent snapshot. */
const EQUATIONS: readonly { readonly what: string; readonly severity: "fault" | "pending"; readonly query: string }[] =
  [
    {
      what: "receipts-make-device-totals",
      severity: "fault",
      query: `SELECT coalesce(t.device || ' ' || t.kind, r.device || ' ' || r.kind) AS about,
        coalesce(r.pico, 0) AS expected, coalesce(t.pico_usd, 0) AS found
      FROM service.device_total t FULL JOIN
        (SELECT device, kind, sum(pico_usd) AS pico FROM service.receipt GROUP BY device, kind) r
        ON r.device = t.device AND r.kind = t.kind
      WHERE coalesce(r.pico, 0) <> coalesce(t.pico_usd, 0)`,
    },
    {
      what: "device-totals-make-voucher-obligations",
      severity: "fault",
      query: `SELECT coalesce(t.account, l.account) AS about, coalesce(t.micro, 0) AS expected, coalesce(l.micro, 0) AS found
      FROM (SELECT 'vouchers-outstanding:' || device AS account, sum(div(pico_usd, 1000000)) AS micro
            FROM service.device_total GROUP BY device) t
        FULL JOIN (SELECT account, -sum(micro_usd) AS micro
            FROM service.journal_line JOIN service.journal_entry ON id = entry
            WHERE account LIKE 'vouchers-outstanding:%' AND type = 'work' GROUP BY account) l
        ON l.account = t.account
      WHERE coalesce(t.micro, 0) <> coalesce(l.micro, 0)`,
    },
    {
      what: "receipts-make-customer-debits",
      severity: "fault",
      query: `SELECT coalesce(r.customer, l.customer) AS about,
        coalesce(r.pico, 0) AS expected, coalesce(l.pico, 0) AS found
      FROM (SELECT customer, sum(price_pico_usd) AS pico FROM service.receipt GROUP BY customer) r
        FULL JOIN (SELECT customer, sum(pico) AS pico FROM (
            SELECT substr(account, 10) AS customer, micro_usd * 1000000::numeric AS pico
              FROM service.journal_line JOIN service.journal_entry ON id = entry
              WHERE account LIKE 'customer:%' AND type = 'usage'
            UNION ALL SELECT customer, pico_usd FROM service.usage_carry) parts GROUP BY customer) l
        ON l.customer = r.customer
      WHERE coalesce(r.pico, 0) <> coalesce(l.pico, 0)`,
    },
    {
      what: "journal-makes-balances",
      severity: "fault",
      query: `SELECT coalesce(b.account, l.account) AS about, coalesce(l.micro, 0) AS expected, coalesce(b.micro_usd, 0) AS found
      FROM service.ledger_balance b
        FULL JOIN (SELECT account, sum(micro_usd) AS micro FROM service.journal_line GROUP BY account) l
        ON l.account = b.account
      WHERE coalesce(l.micro, 0) <> coalesce(b.micro_usd, 0)`,
    },
    {
      what: "balances-sum-to-zero",
      severity: "fault",
      query: `SELECT '' AS about, 0 AS expected, sum(micro_usd) AS found FROM service.ledger_balance
      HAVING sum(micro_usd) <> 0`,
    },
    {
      what: "vouchers-stay-within-receipts",
      severity: "fault",
      query: `SELECT v.device || ' ' || v.kind AS about, coalesce(div(t.pico_usd, 1000000), 0) AS expected,
        v.total_micro_usd AS found
      FROM service.voucher v LEFT JOIN service.device_total t ON t.device = v.device AND t.kind = v.kind
      WHERE v.total_micro_usd > coalesce(div(t.pico_usd, 1000000), 0)`,
    },
    {
      what: "receipts-are-promised",
      severity: "pending",
      query: `SELECT t.device || ' ' || t.kind AS about, div(t.pico_usd, 1000000) AS expected,
        coalesce(v.total_micro_usd, 0) AS found
      FROM service.device_total t LEFT JOIN service.voucher v ON t.device = v.device AND t.kind = v.kind
      WHERE div(t.pico_usd, 1000000) > coalesce(v.total_micro_usd, 0)`,
    },
  ];

/**
 * Compares receipts, ledger, vouchers and escrow in one snapshot. Reads every receipt: for a person or once an epoch.
 * @param onChain - null when the chain is not reachable; its equations are then left out.
 */
export async function reconcile(db: ServiceDb, onChain: OnChainFigures | null): Promise<Reconciliation> {
  const differences = await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      const found: Difference[] = [];
      for (const { what, severity, query } of EQUATIONS) {
        const { rows } = await sql
          .raw<{ about: string; expected: string; found: string }>(`${query} ORDER BY 1 LIMIT ${DIFFERENCES_MAX}`)
          .execute(trx);
        for (const row of rows) {
          found.push({ what, about: row.about, expected: BigInt(row.expected), found: BigInt(row.found), severity });
        }
      }
      if (onChain === null) return found;
      const { rows } = await sql<{ promised: string; escrow: string; settled: string }>`
        SELECT (SELECT coalesce(sum(total_micro_usd), 0) FROM service.voucher) AS promised,
          coalesce((SELECT micro_usd FROM service.ledger_balance WHERE account = 'escrow'), 0) AS escrow,
          (SELECT coalesce(sum(-micro_usd), 0) FROM service.journal_line JOIN service.journal_entry ON id = entry
            WHERE account = 'escrow' AND type = 'settlement') AS settled`.execute(trx);
      return [...found, ...chainDifferences(rows[0]!, onChain)];
    });
  return { ok: differences.every((difference) => difference.severity !== "fault"), differences };
}

function chainDifferences(ours: { promised: string; escrow: string; settled: string }, chain: OnChainFigures) {
  const differences: Difference[] = [];
  const compare = (what: string, expected: bigint, found: bigint, severity: "fault" | "pending") => {
    if (expected !== found) differences.push({ what, about: "", expected, found, severity });
  };
  const heldMicroUsd = chain.depositMicroUsd - chain.settledMicroUsd - chain.withdrawnMicroUsd;
  compare("deposits-make-escrow-on-chain", heldMicroUsd, chain.escrowMicroUsd, "fault");
  compare("ledger-knows-escrow", chain.escrowMicroUsd, BigInt(ours.escrow), "pending");
  compare("ledger-knows-settlements", chain.settledMicroUsd, BigInt(ours.settled), "pending");
  const promised = BigInt(ours.promised);
  if (promised > chain.depositMicroUsd) {
    compare("vouchers-stay-within-deposits", chain.depositMicroUsd, promised, "fault");
  }
  if (chain.settledMicroUsd > promised) {
    compare("settlements-stay-within-vouchers", promised, chain.settledMicroUsd, "fault");
  }
  return differences;
}
