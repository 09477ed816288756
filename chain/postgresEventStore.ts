import type { Generated, Kysely, Selectable } from "kysely";
import { z } from "zod";
import type { Hash32 } from "@wayleave/core/ids";
import { WayleaveError } from "@wayleave/core/errors";
import { type ChainEvent, type ChainEventArgs, type ChainEventName, keysOf } from "./chainEvent.ts";
import type { EventQuery, EventStore, StoredBlock } from "./eventStore.ts";

interface BlockTable {
  number: string;
  hash: string;
  timestamp_ms: string;
}
interface EventTable {
  block: string;
  log_index: number;
  name: string;
  transaction: string;
  subject: string | null;
  epoch: string | null;
  amount: string | null;
  args: Generated<string>;
}
interface MetaTable {
  key: string;
  value: string;
}
interface Tables {
  chain_block: BlockTable;
  chain_event: EventTable;
  chain_meta: MetaTable;
}

/** Rows written by one statement: PostgreSQL takes 65,535 parameters, arrays need one per column. */
const ROWS_PER_INSERT = 5_000;
/** One reader, one writer: an index needs no more. */
const CONNECTIONS_MAX = 2;

const SCHEMA = `
create table if not exists chain_meta (key text primary key, value text not null);
create table if not exists chain_block (
  number bigint primary key, hash text not null, timestamp_ms bigint not null);
create table if not exists chain_event (
  block bigint not null references chain_block on delete cascade,
  log_index integer not null, name text not null, transaction text not null,
  subject text, epoch bigint, amount numeric(78, 0), args json not null,
  primary key (block, log_index));
create index if not exists chain_event_by_name on chain_event (name, block, log_index);
create index if not exists chain_event_by_subject on chain_event (name, subject) where subject is not null;
create index if not exists chain_event_by_epoch on chain_event (name, epoch) where epoch is not null;`;

/**
 * Keeps blocks and events in PostgreSQL, in tables `chain_*` of its own. What another deployment left there is removed.
 * @param url - a secret: it contains the password.
 * @param identity - of the deployment: the store of another one is of no use.
 */
export async function postgresEventStore(url: string, identity: string): Promise<EventStore> {
  const [{ Kysely, PostgresDialect, sql }, { default: pg }] = await Promise.all([import("kysely"), import("pg")]);
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX });
  pool.on("error", () => undefined); // an idle connection lost its server: the next query says so to its caller
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql.raw(SCHEMA).execute(db);
    await adopt(db, identity);
  } catch (cause) {
    await db.destroy();
    throw new WayleaveError("index-unavailable", "The event index cannot use its database", {}, { cause });
  }

  async function append(blocks: readonly StoredBlock[], events: readonly ChainEvent[]): Promise<void> {
    await db.transaction().execute(async (tx) => {
      for (const some of chunks(blocks)) {
        await sql`insert into chain_block select * from unnest(
          ${some.map((b) => b.number.toString())}::bigint[], ${some.map((b) => b.hash)}::text[],
          ${some.map((b) => b.timestampMs)}::bigint[])`.execute(tx);
      }
      for (const some of chunks(events)) {
        const keys = some.map(keysOf);
        await sql`insert into chain_event select * from unnest(
          ${some.map((e) => e.block.toString())}::bigint[], ${some.map((e) => e.logIndex)}::int[],
          ${some.map((e) => e.name)}::text[], ${some.map((e) => e.transaction)}::text[],
          ${keys.map((k) => k.subject)}::text[], ${keys.map((k) => k.epoch)}::bigint[],
          ${keys.map((k) => k.amount?.toString() ?? null)}::numeric[], ${some.map(argsToJson)}::json[])`.execute(tx);
      }
    });
  }

  async function select<N extends ChainEventName>(query: EventQuery<N>): Promise<readonly ChainEvent<N>[]> {
    const order = query.newestFirst === true ? "desc" : "asc";
    let rows = db
      .selectFrom("chain_event as e")
      .innerJoin("chain_block as b", "b.number", "e.block")
      .select(["e.block", "e.log_index", "e.transaction", "b.timestamp_ms", sql<string>`e.args::text`.as("args")])
      .where("e.name", "=", query.name)
      .orderBy("e.block", order)
      .orderBy("e.log_index", order);
    if (query.subject !== undefined) rows = rows.where("e.subject", "=", query.subject);
    if (query.epoch !== undefined) rows = rows.where("e.epoch", "=", String(query.epoch));
    if (query.transaction !== undefined) rows = rows.where("e.transaction", "=", query.transaction);
    if (query.upToBlock !== undefined) rows = rows.where("e.block", "<=", query.upToBlock.toString());
    if (query.fromBlock !== undefined) rows = rows.where("e.block", ">=", query.fromBlock.toString());
    if (query.limit !== undefined) rows = rows.limit(query.limit);
    return (await rows.execute()).map((row) => ({
      name: query.name,
      block: BigInt(row.block),
      logIndex: row.log_index,
      transaction: row.transaction as Hash32,
      timestampMs: Number(row.timestamp_ms),
      args: argsFromJson(row.args) as ChainEventArgs[N],
    }));
  }

  return {
    async top() {
      const row = await db.selectFrom("chain_block").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();
      return row === undefined ? null : blockOf(row);
    },
    async blocksFrom(number, limit) {
      const below = db.selectFrom("chain_block").selectAll().where("number", "<=", number.toString());
      return (await below.orderBy("number", "desc").limit(limit).execute()).map(blockOf);
    },
    append,
    async dropAbove(number) {
      const result = await db.deleteFrom("chain_block").where("number", ">", number.toString()).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
    async thinBelow(number) {
      await sql`delete from chain_block b where number < ${number.toString()}
        and not exists (select from chain_event e where e.block = b.number)`.execute(db);
    },
    select,
    async sumBySubject(name, upToBlock) {
      let rows = db
        .selectFrom("chain_event")
        .select(["subject", sql<string>`sum(amount)::text`.as("total")])
        .where("name", "=", name)
        .where("subject", "is not", null)
        .groupBy("subject");
      if (upToBlock !== undefined) rows = rows.where("block", "<=", upToBlock.toString());
      return new Map((await rows.execute()).map((row) => [row.subject!, BigInt(row.total)]));
    },
    close: () => db.destroy(),
  };
}

async function adopt(db: Kysely<Tables>, identity: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const found = await tx.selectFrom("chain_meta").select("value").where("key", "=", "identity").executeTakeFirst();
    if (found?.value === identity) return;
    await tx.deleteFrom("chain_block").execute();
    await tx.deleteFrom("chain_meta").execute();
    await tx.insertInto("chain_meta").values({ key: "identity", value: identity }).execute();
  });
}

function blockOf(row: Selectable<BlockTable>): StoredBlock {
  return { number: BigInt(row.number), hash: row.hash as Hash32, timestampMs: Number(row.timestamp_ms) };
}

function chunks<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / ROWS_PER_INSERT);
  return Array.from({ length: count }, (_, i) => items.slice(i * ROWS_PER_INSERT, (i + 1) * ROWS_PER_INSERT));
}

/** JSON with bigints as `{"n": "123"}`: a string would not tell an amount from an endpoint that looks like one. */
function argsToJson(event: ChainEvent): string {
  return JSON.stringify(event.args, (_, value: unknown) => (typeof value === "bigint" ? { n: String(value) } : value));
}

const bigintSchema = z.strictObject({ n: z.string().regex(/^\d{1,78}$/) });

function argsFromJson(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || !("n" in value)) return value;
    return BigInt(bigintSchema.parse(value).n);
  });
}
