import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../apps/cli/supervise/testPostgres.ts";
import { GroupCommit } from "./groupCommit.ts";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  await pool.query("create table written (what text)");
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

/** A pool whose next connection loses what COMMIT is answered, before or after it was done. */
function losingAnswers(isDone: boolean): pg.Pool {
  let left = 1;
  return new Proxy(pool, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name !== "connect") return typeof value === "function" ? (value.bind(target) as unknown) : value;
      return async () => {
        const client = await target.connect();
        const query = client.query.bind(client) as (text: unknown) => Promise<unknown>;
        const lossy = async (text: unknown): Promise<unknown> => {
          if (text !== "commit" || left === 0) return query(text);
          left--;
          await query(isDone ? "commit" : "rollback");
          throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
        };
        return new Proxy(client, {
          get: (own, key) => {
            const part = Reflect.get(own, key) as unknown;
            if (key === "query") return lossy;
            return typeof part === "function" ? (part.bind(own) as unknown) : part;
          },
        });
      };
    },
  });
}

test.each([true, false])(
  "what is asked to be committed is written once, though its answer is lost (done: %s)",
  async (isDone) => {
    const commit = new GroupCommit(losingAnswers(isDone), { coalesceMs: 1, retryAfterMs: [1, 1] });
    const what = `gathered ${isDone}`;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let isWaiting = true;
    commit.add({
      get waiting() {
        return isWaiting;
      },
      take() {
        if (!isWaiting) return null;
        isWaiting = false;
        return {
          write: async (client) => void (await client.query(`insert into written values ('${what}')`)),
          committed: resolve,
          failed: reject,
        };
      },
    });
    commit.wake();
    await promise;
    await commit.close();
    const { rows } = await pool.query("select count(*)::int as times from written where what = $1", [what]);
    expect(rows).toEqual([{ times: 1 }]);
  },
);
