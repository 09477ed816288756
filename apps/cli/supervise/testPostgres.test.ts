import pg from "pg";
import { describe, expect, test } from "vitest";
import { testDatabase } from "./testPostgres.ts";

async function rowsOf(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe("a test database", () => {
  test("is empty, its own, and gone when closed", async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await rowsOf(one.url, "create table seen (id int)");
    await expect(rowsOf(two.url, "select * from seen")).rejects.toThrow(/does not exist/);
    const open = new pg.Client({ connectionString: one.url });
    open.on("error", () => undefined);
    await open.connect();
    await one.close();
    await expect(rowsOf(one.url, "select 1")).rejects.toThrow(/does not exist/);
    await two.close();
  });

  test("wants the password", async () => {
    const database = await testDatabase();
    const url = new URL(database.url);
    url.password = "wrong";
    await expect(rowsOf(url.href, "select 1")).rejects.toThrow(/password authentication failed/);
    await database.close();
  });
});
