import { sql } from "kysely";
import { z } from "zod";
import { utf8 } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { ServiceLayer } from "./serviceLayer.ts";

/** True for books that never had a customer: a front that is new, or whose database was lost. */
export async function hasNoCustomers(layer: Pick<ServiceLayer, "db">): Promise<boolean> {
  const { rows } = await sql<{ none: boolean }>`SELECT NOT EXISTS (SELECT FROM service.customer) AS none`.execute(
    layer.db,
  );
  return rows[0]!.none;
}

/** Accounts of one front in one backup; a larger operator backs its database up with PostgreSQL's own tools. */
const MAX_ROWS = 1_000_000;
const rows = z.array(z.record(z.string(), z.unknown())).max(MAX_ROWS);
const backupSchema = z.strictObject({
  version: z.literal(1),
  customers: rows,
  apiKeys: rows,
  s3Keys: rows,
  balances: z.array(z.strictObject({ customer: z.string(), microUsd: z.string().regex(/^-?\d+$/) })).max(MAX_ROWS),
});

/**
 * Everything that lets customers in again: accounts, hashed API keys, sealed S3 secrets, and what each had left. Receipts
 * and the journal stay behind. The caller encrypts it.
 */
export async function backupAccounts(layer: Pick<ServiceLayer, "db">): Promise<Uint8Array> {
  const table = async (name: string) => {
    const found = await sql<{ row: unknown }>`SELECT to_jsonb(t) AS row FROM ${sql.table(`service.${name}`)} t`.execute(
      layer.db,
    );
    return found.rows.map(({ row }) => row);
  };
  const balances = await sql<{ customer: string; microUsd: string }>`
    SELECT substr(account, 10) AS customer, (-micro_usd)::text AS "microUsd" FROM service.ledger_balance
    WHERE account LIKE 'customer:%'`.execute(layer.db);
  const [customers, apiKeys, s3Keys] = [await table("customer"), await table("api_key"), await table("s3_key")];
  return utf8(JSON.stringify({ version: 1, customers, apiKeys, s3Keys, balances: balances.rows }));
}

/**
 * Puts a backup into a front whose books are empty. Balances come back as credits: the journal that made them is lost,
 * and the operator owes its customers all the same.
 * @throws WayleaveError `backup-invalid`.
 */
export async function restoreAccounts(
  layer: Pick<ServiceLayer, "db" | "grantCredits">,
  backup: Uint8Array,
  reference: string,
): Promise<{ readonly customers: number; readonly keys: number }> {
  const parsed = backupSchema.safeParse(JSON.parse(new TextDecoder().decode(backup)));
  if (!parsed.success) {
    throw new WayleaveError("backup-invalid", "The accounts' backup is malformed", {
      field: parsed.error.issues[0]?.path.join("."),
    });
  }
  const { customers, apiKeys, s3Keys, balances } = parsed.data;
  await layer.db.transaction().execute(async (trx) => {
    for (const [name, list] of [
      ["customer", customers],
      ["api_key", apiKeys],
      ["s3_key", s3Keys],
    ] as const) {
      const into = sql.table(`service.${name}`);
      await sql`INSERT INTO ${into} SELECT * FROM jsonb_populate_recordset(null::${into}, ${JSON.stringify(list)}::jsonb)
        ON CONFLICT DO NOTHING`.execute(trx);
    }
  });
  for (const { customer, microUsd } of balances) {
    if (BigInt(microUsd) > 0n) await layer.grantCredits(customer, BigInt(microUsd), `${reference}:${customer}`);
  }
  return { customers: customers.length, keys: apiKeys.length + s3Keys.length };
}
