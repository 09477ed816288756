import { addressSchema, type Hash32, hash32Schema, hexSchema } from "@wayleave/core/ids";
import { MAX_CARRIED_BYTES } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { amountSchema } from "@wayleave/core/money";
import { packSums, type Statement } from "@wayleave/core/statement";
import { equalBytes, hexToBytes } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { type SumLeaf, sumTree } from "@wayleave/core/sumTree";
import { z } from "zod";
import { payoutLeaf, stateLeaves } from "../settle/leaves.ts";
import type { Settlement } from "../settle/settlement.ts";
import type { PreviousEpoch } from "../settle/settleInput.ts";

/** Rows of one table that a peer may send: a million devices with a few payers each. */
const MAX_ROWS = 8_000_000;

const carriedDataSchema = hexSchema.refine((hex) => hex.length <= 2 + 2 * MAX_CARRIED_BYTES, "must be shorter");

/** What every verifier publishes of each accepted statement: enough to compute the next one and to draw every proof. */
export const settledTablesSchema = z.object({
  statementHash: hash32Schema,
  statementDigest: hash32Schema,
  statement: z.record(z.string(), z.string()),
  payouts: z.array(z.strictObject({ account: addressSchema, dollars: amountSchema, way: amountSchema })).max(MAX_ROWS),
  state: z.strictObject({
    unvested: z.array(z.strictObject({ device: addressSchema, unvested: amountSchema })).max(MAX_ROWS),
    settled: z
      .array(
        z.strictObject({
          payer: addressSchema,
          device: addressSchema,
          kind: z.number().int().min(0).max(255),
          settledMicroUsd: amountSchema,
        }),
      )
      .max(MAX_ROWS),
    carried: z
      .array(z.strictObject({ kind: z.number().int().min(0).max(255), device: addressSchema, data: carriedDataSchema }))
      .max(MAX_ROWS),
  }),
});
export type SettledTables = z.infer<typeof settledTablesSchema>;

/** The published form of a settlement, as JSON text. */
export function settledTablesJson(settlement: Settlement): string {
  const { statement, statementHash, statementDigest, payerRows, bundleHeads, tables, explanations } = settlement;
  const { payouts, state, devices, localities, vouchers, verdicts } = tables;
  return toJson({
    statementHash,
    statementDigest,
    statement,
    payouts,
    state,
    payerRows,
    bundleHeads,
    devices,
    localities,
    vouchers,
    verdicts,
    explanations,
  });
}

/**
 * What the next epoch starts from, checked against the statement that the contract accepted: published tables are
 * hostile, whoever serves them.
 * @throws WayleaveError `tables-invalid` naming the table that does not lead to its root.
 */
export function previousFrom(
  tables: SettledTables,
  accepted: { readonly statement: Statement; readonly statementHash: Hash32 },
): PreviousEpoch {
  const { statement, statementHash } = accepted;
  const payouts = () => tables.payouts.map((row) => payoutLeaf(row));
  const state = () => stateLeaves(tables.state);
  if (!leadsTo(payouts, statement.payoutsRoot, statement.payoutsSum)) throw invalid("payouts", statementHash);
  if (!leadsTo(state, statement.stateRoot, statement.stateSum)) throw invalid("state", statementHash);
  return {
    statementHash,
    reserve: statement.reserveAfter,
    payouts: tables.payouts,
    payoutsSum: tables.payouts.reduce((sum, row) => sum + packSums(row.dollars, row.way), 0n),
    state: tables.state,
  };
}

function leadsTo(leaves: () => SumLeaf[], root: Hash32, sum: bigint): boolean {
  try {
    const tree = sumTree(leaves());
    return equalBytes(tree.root.hash, hexToBytes(root)) && tree.root.sum === sum;
  } catch {
    return false; // a figure that no leaf can hold
  }
}

function invalid(table: string, statementHash: Hash32): WayleaveError {
  return new WayleaveError("tables-invalid", `The published ${table} do not lead to the statement's root`, {
    table,
    statementHash,
  });
}
