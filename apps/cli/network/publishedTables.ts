import { equalBytes, hexToBytes } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { addressSchema, hash32Schema, hexSchema } from "@wayleave/core/ids";
import { amountSchema } from "@wayleave/core/money";
import type { Statement } from "@wayleave/core/statement";
import { treesOf } from "@wayleave/layer-coordination/settle/leaves";
import type { SettlementTables, TreeName } from "@wayleave/layer-coordination/settle/settlement";
import { z } from "zod";
import { fetchJson } from "./httpJson.ts";

/** Of one table: a million devices with a few payers each. */
const MAX_ROWS = 8_000_000;
/** A local epoch's tables are some kB; a thousand devices' a few MB. */
const TABLES_BYTES_MAX = 256 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** A payload's hex; addresses are shorter. */
const FACT_CHARS_MAX = 1_024;

const number = z.number().int().min(0);
const fault = z.string().max(64).nullable();
const trust = z.enum(["proven", "attested", "trusted"]);
const rows = <T extends z.ZodType>(row: T) => z.array(row).max(MAX_ROWS);

const tablesSchema = z.object({
  payouts: rows(z.object({ account: addressSchema, dollars: amountSchema, way: amountSchema })),
  state: z.object({
    unvested: rows(z.object({ device: addressSchema, unvested: amountSchema })),
    settled: rows(
      z.object({ payer: addressSchema, device: addressSchema, kind: number, settledMicroUsd: amountSchema }),
    ),
    carried: rows(z.object({ kind: number, device: addressSchema, data: hexSchema })),
  }),
  devices: rows(
    z.object({
      kind: number,
      locality: amountSchema,
      device: addressSchema,
      account: addressSchema,
      units: amountSchema,
      qualityPpm: amountSchema,
      x: amountSchema,
      serviceMicroUsd: amountSchema,
      poolMicroUsd: amountSchema,
      wayAllotted: amountSchema,
      fault,
      trust,
    }),
  ),
  localities: rows(
    z.object({
      kind: number,
      locality: amountSchema,
      x: amountSchema,
      weighted: amountSchema,
      poolMicroUsd: amountSchema,
      poolWay: amountSchema,
    }),
  ),
  vouchers: rows(
    z.object({
      payer: addressSchema,
      device: addressSchema,
      kind: number,
      settledMicroUsd: amountSchema,
      paidMicroUsd: amountSchema,
      firmMicroUsd: amountSchema,
      newestMicroUsd: amountSchema,
      workUnits: amountSchema,
    }),
  ),
  verdicts: rows(
    z.object({
      kind: number,
      device: addressSchema,
      verifier: addressSchema,
      judged: number,
      credited: number,
      qualityPpm: amountSchema,
      fault,
      rowsHash: hash32Schema,
    }),
  ),
  /** Why things came out as they did: by the word of whoever serves them, and recomputed by `wayleave verify`. */
  explanations: rows(
    z.object({
      about: addressSchema,
      kind: number.nullable(),
      code: z.string().max(64),
      trust,
      facts: z.record(z.string().max(64), z.union([z.string().max(FACT_CHARS_MAX), z.number()])),
    }),
  ).default([]),
}) satisfies z.ZodType<SettlementTables>;
export type PublishedTables = z.output<typeof tablesSchema>;

/** One verifier's published tables of an epoch. Hostile until {@link rootsThatDiffer} finds none. */
export function fetchTables(verifierUrl: string, epoch: number): Promise<PublishedTables> {
  const limits = { maxBytes: TABLES_BYTES_MAX, timeoutMs: TIMEOUT_MS };
  return fetchJson(`${verifierUrl}/statements/${epoch}`, tablesSchema, limits);
}

/** The tables that do not lead to the roots of a statement; none when they are the ones that verifiers signed. */
export function rootsThatDiffer(tables: SettlementTables, statement: Statement): TreeName[] {
  const trees = treesOf(tables);
  return (Object.keys(trees) as TreeName[]).filter((name) => {
    const { hash, sum } = trees[name].root;
    if (!equalBytes(hash, hexToBytes(statement[`${name}Root`]))) return true;
    if (name === "payouts") return sum !== statement.payoutsSum;
    return name === "state" && sum !== statement.stateSum;
  });
}

/**
 * The tables of a posted statement, from whichever verifier serves the right ones: what they say is what a quorum signed,
 * whoever hands it over.
 * @throws WayleaveError `tables-missing` when nobody does, with each verifier's reason.
 */
export async function tablesOf(
  verifierUrls: readonly string[],
  posted: { readonly epoch: number; readonly statement: Statement },
): Promise<PublishedTables> {
  const reasons: string[] = [];
  for (const url of verifierUrls) {
    try {
      const tables = await fetchTables(url, posted.epoch);
      const wrong = rootsThatDiffer(tables, posted.statement);
      if (wrong.length === 0) return tables;
      reasons.push(`${url}: ${wrong.join(", ")} not what was signed`);
    } catch (error) {
      if (!(error instanceof WayleaveError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new WayleaveError(
    "tables-missing",
    `Nobody serves the tables of epoch ${posted.epoch}: ${reasons.join("; ")}`,
    {
      epoch: posted.epoch,
    },
  );
}
