import type { Pool, PoolClient } from "pg";
import type { JournaledTable } from "./tableJournal.ts";

type Row = Readonly<Record<string, unknown>>;
interface Line {
  readonly e: string;
  /** A row as it was. */
  readonly r?: Row;
  /** A row that is gone. */
  readonly x?: readonly [string, number];
}

/** Puts back what {@link TableJournal} told. Doing it twice does no harm. */
export class RowRestorer {
  readonly #pool: Pool;
  readonly #tables: readonly JournaledTable[];
  /** Rows whose parents are in no snapshot that was found. */
  orphans = 0;

  /** @param tables - parents before children. */
  constructor(pool: Pool, tables: readonly JournaledTable[]) {
    this.#pool = pool;
    this.#tables = tables;
  }

  /** @param lines - of the version that the tables have. */
  async restore(lines: readonly string[]): Promise<void> {
    const parsed = lines.map((line) => JSON.parse(line) as Line);
    const byEntity = Map.groupBy(parsed, ({ e }) => e);
    await inTransaction(this.#pool, async (client) => {
      for (const table of this.#tables) {
        const rows = (byEntity.get(table.entity) ?? []).flatMap(({ r }) => (r === undefined ? [] : [r]));
        if (rows.length > 0) this.orphans += rows.length - (await putBack(client, table, rows));
      }
      for (const table of this.#tables.toReversed()) {
        const gone = (byEntity.get(table.entity) ?? []).flatMap(({ x }) => (x === undefined ? [] : [x]));
        if (gone.length > 0) await remove(client, table, gone);
      }
    });
  }
}

/** @returns how many had their parents. */
async function putBack(client: PoolClient, table: JournaledTable, rows: readonly Row[]): Promise<number> {
  const columns = await columnsOf(client, table.table);
  const names = columns.map(({ name }) => name).join(", ");
  const changed = columns.filter(({ identity }) => !identity).map(({ name }) => `${name} = excluded.${name}`);
  const hasParents = table.parents.map(
    ({ column, table: parent, key }) => `exists (select from ${parent} p where p.${key} = r.${column})`,
  );
  const key = [table.key.id, table.key.number ?? []].flat().join(", ");
  const { rowCount } = await client.query(
    `insert into ${table.table} (${names}) overriding system value
     select ${names} from jsonb_populate_recordset(null::${table.table}, $1::jsonb) r
     where ${["true", ...hasParents].join(" and ")}
     on conflict (${key}) do update set ${changed.join(", ")}`,
    [JSON.stringify(rows)],
  );
  return rowCount ?? 0;
}

async function remove(
  client: PoolClient,
  { table, key }: JournaledTable,
  gone: readonly (readonly [string, number])[],
) {
  const number = key.number === undefined ? "" : ` and t.${key.number} = n.number`;
  await client.query(
    `delete from ${table} t using unnest($1::text[], $2::bigint[]) as n (id, number)
     where t.${key.id} = n.id::${key.type}${number}`,
    [gone.map(([id]) => id), gone.map(([, at]) => at)],
  );
}

async function columnsOf(client: PoolClient, table: string) {
  const { rows } = await client.query<{ name: string; identity: boolean }>(
    `select quote_ident(attname) as name, attidentity <> '' as identity from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );
  return rows;
}

export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const note = (error: Error) => (broken = error);
  client.on("error", note);
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(note);
    throw error;
  } finally {
    client.off("error", note);
    client.release(broken);
  }
}
