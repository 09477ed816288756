import { WayleaveError } from "./errors.ts";

/** What is used of a PostgreSQL pool; that of `pg` fits. */
export interface SqlPool {
  connect(): Promise<SqlClient>;
}
interface SqlClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
  release(): void;
}

/**
 * Brings one schema of a database to this program's version: makes it, and applies the steps that were not applied yet,
 * all in one transaction. Idempotent; programs that start at once wait for each other. A released step never changes,
 * another one follows it.
 * @param schema - ours: an SQL identifier.
 * @throws WayleaveError `schema-newer-refused` when a newer program was here before: it would lose what it does not know.
 */
export async function applySchemaSteps(pool: SqlPool, schema: string, steps: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtext('wayleave schema ' || $1))", [schema]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`create table if not exists ${schema}.schema_version (version integer not null)`);
    const { rows } = await client.query(`select coalesce(max(version), 0) as version from ${schema}.schema_version`);
    const { version } = rows[0] as { version: number };
    if (version > steps.length) {
      const facts = { schema, version, known: steps.length };
      throw new WayleaveError(
        "schema-newer-refused",
        "The database was written by a newer version of this program",
        facts,
      );
    }
    for (const step of steps.slice(version)) await client.query(step);
    await client.query(`delete from ${schema}.schema_version`);
    await client.query(`insert into ${schema}.schema_version (version) values ($1)`, [steps.length]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // a lost connection rolls back by itself; its error is the news
    throw error;
  } finally {
    client.release();
  }
}
