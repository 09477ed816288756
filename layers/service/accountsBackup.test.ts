import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { utf8 } from "@wayleave/core/bytes";
import { accountsPart, accountsRestorer, backupAccounts, hasNoCustomers, restoreAccounts } from "./accountsBackup.ts";
import { NO_LIMITS } from "./limits.ts";
import { seedDemo } from "./seedDemo.ts";
import { testLayer, type TestLayer } from "./testing/testLayer.ts";

/** The front that is lost, and the empty one that takes its place. */
let lost: TestLayer;
let next: TestLayer;
beforeEach(async () => {
  [lost, next] = await Promise.all([testLayer(), testLayer()]);
});
afterEach(() => Promise.all([lost.close(), next.close()]));

test("customers, their keys, limits and what each had left come back; what was revoked stays revoked", async () => {
  expect(await hasNoCustomers(lost)).toBe(true);
  const limits = { requestsPerS: 7, dailySpendMicroUsd: 9_007_199_254_740_993n, storageBytes: (1n << 63n) - 1n };
  await lost.customers.create({ id: "ada", name: 'Ada "Ä" \\ 日本', email: "ada@example.com", limits });
  await lost.topUp("ada", 5_000_001n, "paid");
  await lost.customers.create({ id: "bob", name: "Bob" });
  await lost.customers.setSuspended("bob", true);
  const api = await lost.apiKeys.create("ada", { name: "api" });
  const gone = await lost.apiKeys.create("ada", { name: "gone" });
  await lost.apiKeys.revoke("ada", gone.key.id);
  const s3 = await lost.s3Keys.create("ada", { name: "s3", readOnly: true, buckets: ["b1", "b2"], limits });
  // One micro-dollar beyond its balance at the margin of a fifth.
  await lost.grantCredits("bob", 5n, "few");
  const act = { customer: "bob", kind: "storage", act: "storage.get", subject: "b", workUnits: 1n } as const;
  lost.meter.record({ ...act, device: `0x${"a1".repeat(20)}`, picoUsd: 5_000_000n });
  await lost.meter.flush();
  expect(await lost.ledger.balance("bob")).toBe(-1n);

  const backup = await backupAccounts(lost);
  expect(Buffer.from(backup).toString()).not.toContain(s3.secretAccessKey);
  expect(Buffer.from(backup).toString()).not.toContain(api.secret);
  expect(await restoreAccounts(next, backup, "recovered:1")).toEqual({ customers: 2, keys: 3 });
  expect(await hasNoCustomers(next)).toBe(false);
  expect(await next.customers.find("ada")).toEqual(await lost.customers.find("ada"));
  expect(await next.customers.find("bob")).toMatchObject({ suspended: true, limits: NO_LIMITS });
  expect([await next.ledger.balance("ada"), await next.ledger.balance("bob")]).toEqual([5_000_001n, 0n]);
  expect(await next.apiKeys.authenticate(api.secret)).toMatchObject({ customer: "ada" });
  expect(await next.apiKeys.authenticate(gone.secret)).toBeNull();
  expect(await next.s3Keys.find(s3.key.accessKeyId)).toEqual({ key: s3.key, secretAccessKey: s3.secretAccessKey });

  // Again, as after a crash in the middle: nothing twice.
  await restoreAccounts(next, backup, "recovered:1");
  expect(await next.ledger.balance("ada")).toBe(5_000_001n);
});

test("in snapshots they are one line, told again when they changed and devices kept it", async () => {
  await lost.customers.create({ id: "ada", name: "Ada\n@Ä" });
  const part = accountsPart(lost);
  const told = async (scope: "whole" | "changes", isKept = true) => {
    const take = part.take(scope);
    const lines = await Array.fromAsync(take.lines);
    if (isKept) await take.kept();
    return lines;
  };
  const whole = await told("whole");
  expect(await told("changes")).toEqual([]);
  await lost.customers.create({ id: "bob", name: "Bob" });
  const changes = await told("changes", false);
  expect(await told("changes")).toEqual(changes);
  expect(await told("changes")).toEqual([]);
  const restorer = accountsRestorer();
  expect(restorer.backup()).toBeNull();
  for (const lines of [whole, changes]) await restorer.restore(lines);
  expect(Buffer.from(restorer.backup()!)).toEqual(Buffer.from(await backupAccounts(lost)));
  expect([...whole, ...changes].filter((line) => line.includes("\n"))).toEqual([]);
});

test("a recovered demo customer is not given its credits once more", async () => {
  await seedDemo(lost);
  await lost.refund("demo", 24_000_000n, "back");
  await restoreAccounts(next, await backupAccounts(lost), "recovered:1");
  expect(await seedDemo(next)).toBeNull();
  expect(await next.ledger.balance("demo")).toBe(1_000_000n);
});

test("a key that came while the backup was read is in it with its customer, or not at all", async () => {
  let making = true;
  const churn = (async () => {
    for (let i = 0; making; i++) {
      await lost.customers.create({ id: `c${i}`, name: "c" });
      await lost.s3Keys.create(`c${i}`, { name: "k" });
    }
  })();
  for (let i = 0; i < 10; i++) {
    const { customers, s3Keys } = JSON.parse(Buffer.from(await backupAccounts(lost)).toString()) as {
      customers: string[];
      s3Keys: string[];
    };
    const ids = new Set(customers.map((row) => (JSON.parse(row) as { id: string }).id));
    for (const row of s3Keys) expect(ids).toContain((JSON.parse(row) as { customer: string }).customer);
  }
  making = false;
  await churn;
});

test.for([
  ["no JSON", "{"],
  ["no UTF-8", Buffer.from([0xff, 0xfe])],
  ["another version", '{"version":9,"customers":[],"apiKeys":[],"s3Keys":[],"balances":[]}'],
  [
    "a balance that is no number",
    '{"version":1,"customers":[],"apiKeys":[],"s3Keys":[],"balances":[{"customer":"a","microUsd":"x"}]}',
  ],
] as const)("a backup that is %s is refused by name and changes nothing", async ([, bytes]) => {
  const backup = typeof bytes === "string" ? utf8(bytes) : bytes;
  await expect(restoreAccounts(next, backup, "r")).rejects.toMatchObject({ code: "backup-invalid" });
  expect(await hasNoCustomers(next)).toBe(true);
});

test("a backup that breaks in the middle leaves the books empty, to be tried again", async () => {
  await lost.customers.create({ id: "ada", name: "Ada" });
  await lost.s3Keys.create("ada", { name: "s3" });
  const backup = JSON.parse(Buffer.from(await backupAccounts(lost)).toString()) as { s3Keys: string[] };
  backup.s3Keys = backup.s3Keys.map((row) => row.replace('"ada"', '"nobody"'));
  await expect(restoreAccounts(next, utf8(JSON.stringify(backup)), "r")).rejects.toThrow();
  expect(await hasNoCustomers(next)).toBe(true);
  expect((await sql`SELECT FROM service.s3_key`.execute(next.db)).rows).toEqual([]);
});
