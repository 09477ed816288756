import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNTS, type JournalEntry } from "./ledger.ts";
import { openServiceDatabase } from "./serviceDatabase.ts";
import { testLayer, type TestLayer } from "./testing/testLayer.ts";

let layer: TestLayer;
let references = 0;
const fresh = () => `r${references++}`;
beforeAll(async () => {
  layer = await testLayer();
});
afterAll(() => layer.close());

const newCustomer = async () => (await layer.customers.create({ name: "someone" })).id;

describe("the journal", () => {
  const at = { type: "test", memo: "", atMs: 0 };

  test("refuses an entry that does not cancel out, in code and in the database", async () => {
    const lines = [
      { account: "a", microUsd: 5n },
      { account: "b", microUsd: -4n },
    ];
    await expect(layer.ledger.post({ ...at, reference: fresh(), lines })).rejects.toThrow("sums to zero");
    const lone = sql`WITH e AS (INSERT INTO service.journal_entry (at_ms, type, reference, memo)
      VALUES (0, 'test', ${fresh()}, '') RETURNING id)
      INSERT INTO service.journal_line (entry, account, micro_usd) SELECT id, 'a', 5 FROM e`;
    await expect(lone.execute(layer.db)).rejects.toThrow("does not sum to zero");
    expect(await layer.ledger.accountTotal("a")).toBe(0n);
  });

  test("is never changed, whoever asks", async () => {
    await layer.ledger.topUp(await newCustomer(), 7n, fresh());
    for (const table of ["journal_entry", "journal_line"]) {
      for (const change of [`DELETE FROM service.${table}`, `TRUNCATE service.${table} CASCADE`]) {
        await expect(sql.raw(change).execute(layer.db)).rejects.toThrow("never changed");
      }
    }
    const tampering = sql`UPDATE service.journal_line SET micro_usd = micro_usd * 2`;
    await expect(tampering.execute(layer.db)).rejects.toThrow("never changed");
  });

  test("takes a reference once", async () => {
    const customer = await newCustomer();
    const reference = fresh();
    expect(await layer.ledger.topUp(customer, 1_000n, reference)).toBe(true);
    expect(await layer.ledger.topUp(customer, 1_000n, reference)).toBe(false);
    expect(await layer.ledger.balance(customer)).toBe(1_000n);
  });

  test("comes to the same balances in whatever order and however concurrently it is written", async () => {
    const account = fc.constantFrom("w", "x", "y", "z");
    const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).filter((n) => n !== 0n);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(account, account, amount), { minLength: 1, maxLength: 8 }), async (moves) => {
        const run = fresh();
        const posted = moves.filter(([from, to]) => from !== to);
        const before = await Promise.all(["w", "x", "y", "z"].map((name) => layer.ledger.accountTotal(name)));
        const entries = posted.map(([from, to, microUsd], i): JournalEntry => {
          const lines = [
            { account: to, microUsd },
            { account: from, microUsd: -microUsd },
          ];
          return { ...at, reference: `${run}:${i}`, lines };
        });
        await Promise.all(entries.map((entry) => layer.ledger.post(entry)));
        const after = await Promise.all(["w", "x", "y", "z"].map((name) => layer.ledger.accountTotal(name)));
        const expected = ["w", "x", "y", "z"].map((name, i) =>
          posted.reduce((sum, [from, to, n]) => sum + (to === name ? n : 0n) - (from === name ? n : 0n), before[i]!),
        );
        expect(after).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a customer's money", () => {
  test("of top-ups and credits comes from different pockets", async () => {
    const customer = await newCustomer();
    const cash = await layer.ledger.accountTotal(ACCOUNTS.cash);
    const credits = await layer.ledger.accountTotal(ACCOUNTS.creditsGranted);
    await layer.ledger.topUp(customer, 5_000_000n, fresh());
    await layer.ledger.grantCredits(customer, 1_000_000n, fresh());
    expect(await layer.ledger.balance(customer)).toBe(6_000_000n);
    expect(await layer.ledger.accountTotal(ACCOUNTS.cash)).toBe(cash + 5_000_000n);
    expect(await layer.ledger.accountTotal(ACCOUNTS.creditsGranted)).toBe(credits + 1_000_000n);
  });

  test("is refunded at most once and never beyond the balance, even when asked together", async () => {
    const customer = await newCustomer();
    await layer.ledger.topUp(customer, 10n, fresh());
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => layer.ledger.refund(customer, 6n, fresh())));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "insufficient-funds", facts: { availableMicroUsd: 4n } });
    expect(await layer.ledger.balance(customer)).toBe(4n);
    const reference = fresh();
    expect(await layer.ledger.refund(customer, 4n, reference)).toBe(true);
    expect(await layer.ledger.refund(customer, 4n, reference)).toBe(false);
    expect(await layer.ledger.balance(customer)).toBe(0n);
  });

  test("amounts that are not positive are refused by name", async () => {
    const customer = await newCustomer();
    for (const amount of [0n, -5n]) {
      await expect(layer.ledger.topUp(customer, amount, fresh())).rejects.toMatchObject({
        code: "amount-invalid",
        facts: { field: "microUsd" },
      });
    }
  });
});

test("opening the database again changes nothing, and a newer one is refused", async () => {
  await openServiceDatabase(layer.pool);
  await openServiceDatabase(layer.pool);
  await sql`UPDATE service.schema_version SET version = 999`.execute(layer.db);
  await expect(openServiceDatabase(layer.pool)).rejects.toMatchObject({ code: "schema-newer-refused" });
  await sql`UPDATE service.schema_version SET version = 1`.execute(layer.db);
});
