import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../../../apps/cli/supervise/testPostgres.ts";
import { Database } from "../database/database.ts";
import { migrate } from "../database/schema.ts";
import type { ListObjectsQuery } from "../s3/objectStore.ts";
import { listObjects } from "./listings.ts";

let testing: TestDatabase;
let pool: pg.Pool;
let database: Database;

beforeAll(async () => {
  testing = await testDatabase();
  pool = new pg.Pool({ connectionString: testing.url, max: 2 });
  await migrate(pool);
  await migrate(pool);
  database = new Database(pool);
  await pool.query(
    "insert into storage.bucket values (1, 'b', 'alice', 0, 4, 5, 6, ''), (2, 'c', 'alice', 0, 4, 5, 6, '')",
  );
});
afterAll(async () => {
  await pool.end();
  await testing.close();
});

async function fill(keys: readonly string[]): Promise<void> {
  await pool.query("delete from storage.object");
  await pool.query(
    `insert into storage.object select b, key, 'e', 1, 0, '{}', null, null, null, null, '{}'
     from unnest($1::bytea[]) as key, (values (1), (2)) as buckets(b)`,
    [keys.map((key) => Buffer.from(key))],
  );
}

/** The definition, written down: roll up, keep what is greater than the marker, cut. */
function naive(keys: readonly string[], { prefix, delimiter, startAfter, maxKeys }: ListObjectsQuery) {
  const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const names = new Map<string, boolean>();
  for (const key of [...keys].filter((k) => k.startsWith(prefix)).sort(order)) {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? key : key.slice(0, at + delimiter.length);
    if (order(name, startAfter) > 0) names.set(name, at >= 0);
  }
  const page = [...names].slice(0, maxKeys);
  return {
    entries: page.filter(([, common]) => !common).map(([name]) => name),
    commonPrefixes: page.filter(([, common]) => common).map(([name]) => name),
    next: names.size > maxKeys ? page.at(-1)![0] : undefined,
  };
}

// Few letters, so that prefixes meet; beyond ASCII, so that UTF-16 order and byte order differ.
const letters = fc.constantFrom("a", "b", "/", "/", "-", "é", "\u{ffff}", "😀", "\u{1}");
const text = (maxLength: number) => fc.string({ unit: letters, maxLength });
const key = fc.string({ unit: letters, minLength: 1, maxLength: 6 });

test("a listing is what its definition says", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 60 }),
      fc.array(fc.tuple(text(2), fc.constantFrom("", "/", "/", "-", "a/"), text(4), fc.integer({ min: 1, max: 20 })), {
        minLength: 12,
        maxLength: 12,
      }),
      async (keys, queries) => {
        await fill(keys);
        for (const [prefix, delimiter, startAfter, maxKeys] of queries) {
          const query = { bucket: "b", prefix, delimiter, startAfter, maxKeys };
          const { entries, commonPrefixes, next } = await listObjects(database, 1, query);
          expect({ entries: entries.map((entry) => entry.key), commonPrefixes, next }).toEqual(naive(keys, query));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("pages follow each other without gap or repetition, however many keys roll up", async () => {
  const keys = Array.from({ length: 3000 }, (_, i) => `d${i % 3}/${String(i).padStart(5, "0")}`).concat(["a", "z"]);
  await fill(keys);
  const seen: string[] = [];
  let startAfter = "";
  for (;;) {
    const query = { bucket: "b", prefix: "", delimiter: "/", startAfter, maxKeys: 2 };
    const { entries, commonPrefixes, next } = await listObjects(database, 1, query);
    seen.push(...[...entries.map((entry) => entry.key), ...commonPrefixes].sort());
    if (next === undefined) break;
    startAfter = next;
  }
  expect(seen).toEqual(["a", "d0/", "d1/", "d2/", "z"]);
  const plan = await pool.query(
    "explain (analyze, buffers, format json) select * from storage.list(1, '', '/', '', 10)",
  );
  expect(JSON.stringify(plan.rows)).not.toContain("Seq Scan");
});
