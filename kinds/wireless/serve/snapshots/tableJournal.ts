import type { Pool, PoolClient } from "pg";
import type { SnapshotTake } from "@wayleave/core/snapshotPart";

/** A table whose rows are in the snapshots. */
export interface JournaledTable {
  /** Names its rows in snapshots and in the journal: never changes. */
  readonly entity: string;
  /** With its schema. */
  readonly table: string;
  /** What names a row: a text or a UUID, and perhaps an integer beside it. Unique. */
  readonly key: { readonly id: string; readonly type: "text" | "uuid"; readonly number?: string };
  /** What a row cannot be without. */
  readonly parents: readonly { readonly column: string; readonly table: string; readonly key: string }[];
  /** Leaves out of a row what need not come back. */
  readonly lighten?: (row: Record<string, unknown>) => void;
}

/** Rows fetched at a time: some milliseconds of the front's thread. */
const ROWS_PER_FETCH = 500;
/** Changes that wait to be kept, some 30 MB: more than all devices of a front. Beyond it all is told anew. */
const ENTRIES_MAX = 300_000;
/** What is left of a journal that was too long. */
const OVERFLOW = "overflow";

interface Entry {
  readonly entity: string;
  readonly id: string;
  readonly number: string;
}
interface Seen {
  seq: string;
  xmin: string;
}

/**
 * Rows of some tables for the front's snapshots, straight from the database: all, or those that triggers noted in the
 * schema's table `dirty`. Each line is `{"e":entity,"r":row}`, or `{"e":entity,"x":[id,number]}` of a row that is gone.
 */
export class TableJournal {
  readonly #pool: Pool;
  readonly #schema: string;
  readonly #tables: readonly JournaledTable[];

  /** @param tables - parents before children. */
  constructor(pool: Pool, schema: string, tables: readonly JournaledTable[]) {
    this.#pool = pool;
    this.#schema = schema;
    this.#tables = tables;
  }

  take(scope: "whole" | "changes"): SnapshotTake {
    const seen: Seen = { seq: "0", xmin: "0" };
    return {
      lines: inOneView(this.#pool, (client) =>
        scope === "whole" ? this.#whole(client, seen) : this.#changes(client, seen),
      ),
      kept: async () => {
        if (seen.seq === "0") return;
        // An entry of a transaction that was under way meanwhile was perhaps not seen, whatever its number.
        await this.#pool.query(`delete from ${this.#schema}.dirty where seq <= $1 and xact < $2::xid8`, [
          seen.seq,
          seen.xmin,
        ]);
      },
    };
  }

  /** Lets go of a journal that is too long, as when no device took a snapshot for days: until the next whole. */
  async needsWhole(max = ENTRIES_MAX): Promise<boolean> {
    const { rows } = await this.#pool.query<{ overflown: boolean; isLong: boolean }>(
      `select exists (select from ${this.#schema}.dirty where entity = $1) as overflown,
         exists (select from ${this.#schema}.dirty offset $2) as "isLong"`,
      [OVERFLOW, max],
    );
    const { overflown, isLong } = rows[0]!;
    if (isLong) {
      await this.#pool.query(
        `with gone as (delete from ${this.#schema}.dirty)
         insert into ${this.#schema}.dirty (entity, id) values ($1, '')`,
        [OVERFLOW],
      );
    }
    return overflown || isLong;
  }

  async *#whole(client: PoolClient, seen: Seen): AsyncGenerator<string> {
    await this.#look(client, seen);
    for (const table of this.#tables) {
      await client.query(`declare rows no scroll cursor for select to_jsonb(t)::text as line from ${table.table} t`);
      for (let count = ROWS_PER_FETCH; count === ROWS_PER_FETCH;) {
        const { rows } = await client.query<{ line: string }>(`fetch ${ROWS_PER_FETCH} from rows`);
        for (const { line } of rows) yield rowLine(table, line);
        count = rows.length;
      }
      await client.query("close rows");
    }
  }

  async *#changes(client: PoolClient, seen: Seen): AsyncGenerator<string> {
    await this.#look(client, seen);
    if (seen.seq === "0") return;
    const { rows: entries } = await client.query<Entry>(
      `select distinct entity, id, number from ${this.#schema}.dirty where seq <= $1`,
      [seen.seq],
    );
    const byEntity = Map.groupBy(entries, ({ entity }) => entity);
    const gone: string[] = [];
    for (const table of this.#tables) {
      const named = byEntity.get(table.entity) ?? [];
      for (let at = 0; at < named.length; at += ROWS_PER_FETCH) {
        for (const { id, number, line } of await findRows(client, table, named.slice(at, at + ROWS_PER_FETCH))) {
          if (line !== null) yield rowLine(table, line);
          else gone.push(JSON.stringify({ e: table.entity, x: [id, Number(number)] }));
        }
      }
    }
    // Children before what they hang on.
    yield* gone.reverse();
  }

  async #look(client: PoolClient, seen: Seen): Promise<void> {
    const { rows } = await client.query<Seen>(
      `select coalesce(max(seq), 0) as seq, pg_snapshot_xmin(pg_current_snapshot())::text as xmin
       from ${this.#schema}.dirty`,
    );
    Object.assign(seen, rows[0]!);
  }
}

function rowLine({ entity, lighten }: JournaledTable, line: string): string {
  if (lighten === undefined) return `{"e":"${entity}","r":${line}}`;
  const row = JSON.parse(line) as Record<string, unknown>;
  lighten(row);
  return JSON.stringify({ e: entity, r: row });
}

async function findRows(client: PoolClient, { table, key }: JournaledTable, named: readonly Entry[]) {
  const number = key.number === undefined ? "" : ` and t.${key.number} = n.number`;
  const { rows } = await client.query<Pick<Entry, "id" | "number"> & { readonly line: string | null }>(
    // Each by the index of its key: as a join it may become a scan of the whole table for every page.
    `select n.id, n.number, found.line from unnest($1::text[], $2::bigint[]) as n (id, number) left join lateral
       (select to_jsonb(t)::text as line from ${table} t where t.${key.id} = n.id::${key.type}${number} limit 1) found on true`,
    [named.map((entry) => entry.id), named.map((entry) => entry.number)],
  );
  return rows;
}

/** Everything as it is at one moment, however long it takes to read. */
async function* inOneView(pool: Pool, read: (client: PoolClient) => AsyncGenerator<string>): AsyncGenerator<string> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const note = (error: Error) => (broken = error);
  client.on("error", note);
  try {
    await client.query("begin isolation level repeatable read read only");
    yield* read(client);
  } finally {
    await client.query("rollback").catch(note);
    client.off("error", note);
    client.release(broken);
  }
}
