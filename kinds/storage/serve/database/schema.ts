import type { Pool } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import { MIGRATIONS } from "./migrations.ts";

/** Any constant: programs that start at once on one database wait for each other here. */
const MIGRATION_LOCK = 7_310_582_001n;

/**
 * Brings the schema `storage` to this program's version. Idempotent; each migration is one transaction.
 * @throws WayleaveError `database-newer` when a newer program was here before: it would lose what it does not know.
 */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK.toString()]);
    await client.query("create schema if not exists storage");
    await client.query(
      "create table if not exists storage.schema_version (version integer primary key, at timestamptz not null default now())",
    );
    const found = await client.query<{ version: number }>(
      "select coalesce(max(version), 0) as version from storage.schema_version",
    );
    const version = found.rows[0]!.version;
    if (version > MIGRATIONS.length) {
      throw new WayleaveError("database-newer", "The database was written by a newer version of this program", {
        found: version,
        known: MIGRATIONS.length,
      });
    }
    for (let next = version + 1; next <= MIGRATIONS.length; next++) {
      await client.query(
        `begin; ${MIGRATIONS[next - 1]!}; insert into storage.schema_version (version) values (${next}); commit`,
      );
    }
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    await client.query("select pg_advisory_unlock_all()");
    client.release();
  }
}
