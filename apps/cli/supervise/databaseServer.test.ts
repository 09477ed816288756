import { expect, test } from "vitest";
import { openDatabaseServer } from "./databaseServer.ts";
import { query } from "./postgres.ts";
import { testDatabase } from "./testPostgres.ts";

test("another server is used, and left running", async () => {
  const other = await testDatabase();
  const server = await openDatabaseServer({ databaseUrl: other.url, stateDir: "/nowhere", port: 1 });
  expect(server.embedded).toBeNull();
  const name = `front_${Date.now()}`;
  const url = await server.database(name);
  expect(await server.database(name)).toBe(url);
  await query(url, "create table mine (id int)");
  await expect(query(other.url, "select * from mine")).rejects.toThrow(/does not exist/);
  await server.stop();
  await query(url, "select * from mine");
  await query(other.url, `drop database ${name}`);
  await other.close();
});
