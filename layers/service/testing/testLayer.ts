import { Pool } from "pg";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { testDatabase } from "../../../apps/cli/supervise/testPostgres.ts";
import { openServiceLayer, type ServiceLayer } from "../serviceLayer.ts";

/** A clock that tests move. Starts on 2026-01-05T10:00Z. */
export function testClock(): Clock & { advance(ms: number): void } {
  let nowMs = Date.UTC(2026, 0, 5, 10);
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}

/** Keeps what is logged, so that tests can look for what must not be in there. */
export function testLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (fields: object, message: string) =>
    void lines.push(`${message} ${JSON.stringify(fields, (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v))}`);
  return { lines, debug: write, info: write, warn: write, error: write };
}

export const TEST_TICK_MS = 5_000;
export const TEST_RECOVERY_KEY = new Uint8Array(32).fill(9);

export interface TestLayer extends ServiceLayer {
  readonly clock: ReturnType<typeof testClock>;
  readonly log: ReturnType<typeof testLog>;
  readonly url: string;
  readonly pool: Pool;
  /** Another front on the same database, as after a restart. Its pool is closed with this layer. */
  reopen(): Promise<ServiceLayer>;
  close(): Promise<void>;
}

/** A whole service layer on a fresh real database. */
export async function testLayer(): Promise<TestLayer> {
  const database = await testDatabase();
  const pools: Pool[] = [];
  const clock = testClock();
  const log = testLog();
  const open = async () => {
    const pool = new Pool({ connectionString: database.url, max: 4 });
    pool.on("error", () => undefined); // the database is dropped under it at the end
    pools.push(pool);
    const tickAt = (nowMs: number) => Math.floor(nowMs / TEST_TICK_MS);
    return openServiceLayer({ marginBps: 2_000n, tickAt, recoveryKey: TEST_RECOVERY_KEY }, { pool, clock, log });
  };
  const layer = await open();
  return {
    ...layer,
    ...{ clock, log, url: database.url, pool: pools[0]!, reopen: open },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
      await database.close();
    },
  };
}
