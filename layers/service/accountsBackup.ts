import { createHash } from "node:crypto";
import { sql } from "kysely";
import { z } from "zod";
import { utf8 } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { SnapshotPart, SnapshotRestorer } from "@wayleave/core/snapshotPart";
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
/** Each the row's own JSON text: int8 has more digits than a JavaScript number keeps. */
const rows = z.array(z.string()).max(MAX_ROWS);
const backupSchema = z.strictObject({
  version: z.literal(1),
  customers: rows,
  apiKeys: rows,
  s3Keys: rows,
  balances: z.array(z.strictObject({ customer: z.string(), microUsd: z.string().regex(/^-?\d{1,19}$/) })).max(MAX_ROWS),
});

/**
 * Everything that lets customers in again: accounts, hashed API keys, sealed S3 secrets, and what each had left. Receipts
 * and the journal stay behind. The caller encrypts it.
 */
export async function backupAccounts(layer: Pick<ServiceLayer, "db">): Promise<Uint8Array> {
  // One snapshot: a key of a customer that came meanwhile could not be restored.
  const reading = layer.db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
  return await reading.execute(async (trx) => {
    const table = async (name: string) => {
      const query = sql<{ row: string }>`SELECT to_jsonb(t)::text AS row FROM ${sql.table(`service.${name}`)} t`;
      return (await query.execute(trx)).rows.map(({ row }) => row);
    };
    const balances = await sql<{ customer: string; microUsd: string }>`
      SELECT substr(account, 10) AS customer, (-micro_usd)::text AS "microUsd" FROM service.ledger_balance
      WHERE account LIKE 'customer:%'`.execute(trx);
    const [customers, apiKeys, s3Keys] = [await table("customer"), await table("api_key"), await table("s3_key")];
    return utf8(JSON.stringify({ version: 1, customers, apiKeys, s3Keys, balances: balances.rows }));
  });
}

const PART = "accounts";

/** Accounts in the front's snapshots: all of them in one line whenever one changed. */
export function accountsPart(layer: Pick<ServiceLayer, "db">): SnapshotPart {
  let keptHash = "";
  return {
    name: PART,
    take(scope) {
      let hash = "";
      async function* lines() {
        const backup = await backupAccounts(layer);
        hash = createHash("sha256").update(backup).digest("hex");
        if (scope === "whole" || hash !== keptHash) yield new TextDecoder().decode(backup);
      }
      return { lines: lines(), kept: async () => void (keptHash = hash) };
    },
  };
}

/** Finds the newest backup. It is put back last of all: a front whose books are not empty asks for no recovery any more. */
export function accountsRestorer(): SnapshotRestorer & { readonly backup: () => Uint8Array | null } {
  let newest: string | null = null;
  return {
    name: PART,
    restore: async (lines) => void (newest = lines.at(-1) ?? newest),
    finish: async () => ({}),
    backup: () => (newest === null ? null : utf8(newest)),
  };
}

/**
 * Puts a backup into a front whose books are empty. Balances come back as credits: the journal that made them is lost,
 * and the operator owes its customers all the same. What a customer owed is forgiven. Running it again adds nothing.
 * @throws WayleaveError `backup-invalid`.
 */
export async function restoreAccounts(
  layer: Pick<ServiceLayer, "db" | "grantCredits">,
  backup: Uint8Array,
  reference: string,
): Promise<{ readonly customers: number; readonly keys: number }> {
  const { customers, apiKeys, s3Keys, balances } = parseBackup(backup);
  await layer.db.transaction().execute(async (trx) => {
    for (const [name, list] of [
      ["customer", customers],
      ["api_key", apiKeys],
      ["s3_key", s3Keys],
    ] as const) {
      const into = sql.table(`service.${name}`);
      await sql`INSERT INTO ${into} SELECT * FROM jsonb_populate_recordset(null::${into}, ${`[${list.join()}]`}::jsonb)
        ON CONFLICT DO NOTHING`.execute(trx);
    }
  });
  const known = new Set(
    (await sql<{ id: string }>`SELECT id FROM service.customer`.execute(layer.db)).rows.map(({ id }) => id),
  );
  for (const { customer, microUsd } of balances) {
    // The operator's own account is among the balances and not a customer.
    if (BigInt(microUsd) > 0n && known.has(customer)) {
      await layer.grantCredits(customer, BigInt(microUsd), `${reference}:${customer}`);
    }
  }
  return { customers: customers.length, keys: apiKeys.length + s3Keys.length };
}

function parseBackup(backup: Uint8Array): z.output<typeof backupSchema> {
  try {
    return backupSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(backup)));
  } catch (error) {
    const field = error instanceof z.ZodError ? error.issues[0]?.path.join(".") : undefined;
    const facts = field === undefined ? {} : { field };
    throw new WayleaveError("backup-invalid", "The accounts' backup is malformed", facts, { cause: error });
  }
}
