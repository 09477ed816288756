import pg from "pg";
import type { Pool, PoolClient } from "pg";
import { WayleaveError } from "@wayleave/core/errors";

/** A query that PostgreSQL parses and plans once per connection: lookups are on every request's path. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** @param name - unique in the process and stable: it names the prepared statement on the server. */
export function statement(name: string, text: string): Statement {
  return { name: `wayleave-storage-${name}`, text };
}

/** Runs statements on one connection, or on any. */
export interface Queries {
  rows<Row>(query: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

/** Serialization failures and deadlocks: tried again this often, because a second try nearly always succeeds. */
const ATTEMPTS_MAX = 5;
const RETRYABLE_CODES = new Set(["40001", "40P01"]);

const INT8_OID = 20;
const INT8_ARRAY_OID = 1016;

// Sizes, times and row ids are far below 2⁵³ and are numbers here; the parsers of the shared pool stay as they are.
const TYPES = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === INT8_OID) return toSafeInteger;
    if (oid === INT8_ARRAY_OID) return toSafeIntegers;
    return pg.types.getTypeParser(oid, format as "text");
  },
} as const;

function toSafeIntegers(text: string): number[] {
  return text === "{}" ? [] : text.slice(1, -1).split(",").map(toSafeInteger);
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("an integer from the database is beyond 2^53");
  return value;
}

/** The storage service's own door to PostgreSQL. Everything it has lies in the schema `storage`. */
export class Database implements Queries {
  readonly #pool: Pool;

  /** @param pool - shared with other kinds; its owner closes it and listens for its errors. */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  rows<Row>(query: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    return run<Row>(this.#pool, query, values);
  }

  /**
   * Commits what `work` did, or nothing of it. `work` may run several times.
   *
   * @param isolation - `repeatable read` for a consistent view of many statements; nothing stronger is needed.
   */
  async transaction<T>(
    work: (queries: Queries) => Promise<T>,
    isolation: "read committed" | "repeatable read" = "read committed",
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.#pool.connect().catch((error: unknown) => {
        throw named(error);
      });
      let broken: Error | undefined;
      try {
        await client.query(`begin isolation level ${isolation}`);
        const result = await work({ rows: (query, values = []) => run(client, query, values) });
        await client.query("commit");
        return result;
      } catch (error) {
        broken = await rollback(client);
        if (attempt >= ATTEMPTS_MAX || !RETRYABLE_CODES.has((error as { code?: string }).code ?? ""))
          throw named(error);
      } finally {
        client.release(broken);
      }
    }
  }
}

async function run<Row>(on: Pool | PoolClient, query: Statement, values: readonly unknown[]): Promise<Row[]> {
  try {
    const { name, text } = query;
    const result = await on.query<Row & object>({ name, text, values: [...values], types: TYPES });
    return result.rows;
  } catch (error) {
    throw named(error);
  }
}

/**
 * Connection refused or reset, and PostgreSQL's classes 53 (its disk or memory is full) and 57P (it is stopping).
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE = /^(ECONNREFUSED|ECONNRESET|EPIPE|53...|57P..)$/;

/** The database being away or full is an operating failure: the client may try again. */
function named(error: unknown): unknown {
  if (!UNAVAILABLE.test((error as { code?: string }).code ?? "")) return error;
  const options = { cause: error, retryable: true };
  return new WayleaveError("database-unavailable", "The database does not take this now", {}, options);
}

/** @returns the error that makes the connection unusable, if it is. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query("rollback");
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
