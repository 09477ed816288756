import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KindName, MeteredAct } from "@wayleave/core/kind";
import { picoToMicroDown, PICO_PER_MICRO } from "@wayleave/core/money";
import { ACCOUNTS } from "./ledger.ts";
import { writeBatch } from "./meterBatch.ts";
import { reconcile } from "./reconcile.ts";
import { testLayer, type TestLayer } from "./testing/testLayer.ts";
import { OPERATOR_CUSTOMER, priceOf } from "./usageMeter.ts";
import { receiptsOf, usage } from "./usage.ts";

let layer: TestLayer;
beforeEach(async () => {
  layer = await testLayer();
});
afterEach(() => layer.close());

const DEVICES = ["0x" + "a1".repeat(20), "0x" + "b2".repeat(20)] as `0x${string}`[];
const CUSTOMERS = ["ada", "bob", "eve"];
const anyAct: fc.Arbitrary<MeteredAct> = fc.record({
  customer: fc.constantFrom(...CUSTOMERS),
  kind: fc.constantFrom<KindName[]>("storage", "compute"),
  act: fc.constantFrom("storage.get", "storage.put"),
  subject: fc.constantFrom("photos", "logs", ""),
  device: fc.constantFrom(...DEVICES),
  workUnits: fc.bigInt({ min: 0n, max: 10n ** 9n }),
  picoUsd: fc.bigInt({ min: 0n, max: 10n ** 13n }),
});
const get: MeteredAct = {
  ...{ customer: "ada", kind: "storage", act: "storage.get", subject: "photos", device: DEVICES[0]! },
  ...{ workUnits: 3n, picoUsd: 2_500_001n },
};

async function createCustomers() {
  for (const id of CUSTOMERS) await layer.customers.create({ id, name: id });
}

describe("metering", () => {
  test("receipts, ledger and voucher totals agree to the last 10⁻¹² $ after any acts and flushes", async () => {
    await createCustomers();
    const everything: MeteredAct[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyAct, { maxLength: 12 }), { maxLength: 4 }), async (ticks) => {
        for (const acts of ticks) {
          for (const act of acts) layer.meter.record(act);
          everything.push(...acts);
          await layer.meter.flush();
          layer.clock.advance(5_000);
        }
        const { differences } = await reconcile(layer.db, null);
        expect(differences.filter((difference) => difference.severity === "fault")).toEqual([]);
      }),
      { numRuns: 20 },
    );
    // Against the acts themselves, not only against each other.
    for (const device of DEVICES) {
      const kinds = (["storage", "compute"] as const).map((kind) => {
        const own = everything.filter((act) => act.device === device && act.kind === kind);
        return picoToMicroDown(own.reduce((sum, act) => sum + act.picoUsd, 0n));
      });
      const owed = -(await layer.ledger.accountTotal(ACCOUNTS.vouchersOutstanding(device)));
      expect(owed).toBe(kinds[0]! + kinds[1]!);
    }
    const revenue = await layer.ledger.accountTotal(ACCOUNTS.revenue("storage"));
    expect(revenue).toBeLessThan(0n);
    const { rows } = await sql<{ pico: string; units: string }>`
      SELECT sum(pico_usd) AS pico, sum(work_units) AS units FROM service.receipt`.execute(layer.db);
    expect(BigInt(rows[0]!.pico)).toBe(everything.reduce((sum, act) => sum + act.picoUsd, 0n));
    expect(BigInt(rows[0]!.units)).toBe(everything.reduce((sum, act) => sum + act.workUnits, 0n));
  });

  test("charges the device's price and the margin, and carries what is below a µ$", async () => {
    await createCustomers();
    await layer.ledger.topUp("ada", 1_000n, "t");
    for (let i = 0; i < 10; i++) {
      layer.meter.record({ ...get, picoUsd: 250_000n }); // 0.25 µ$, 0.3 µ$ with the margin
      await layer.meter.flush();
    }
    expect(await layer.ledger.balance("ada")).toBe(997n);
    expect(-(await layer.ledger.accountTotal(ACCOUNTS.vouchersOutstanding(DEVICES[0]!)))).toBe(2n);
    expect(await layer.ledger.accountTotal(ACCOUNTS.cost("storage"))).toBe(2n);
    expect(-(await layer.ledger.accountTotal(ACCOUNTS.revenue("storage")))).toBe(3n);
  });

  test("a margin's price is never less than the device's own", () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 20n });
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 20_000n }), (pico, margin) => {
        const price = priceOf(pico, margin);
        expect(price).toBeGreaterThanOrEqual(pico);
        expect(price * 10_000n).toBeLessThanOrEqual(pico * (10_000n + margin));
      }),
    );
  });

  test("the operator bears its own lines: devices are paid, nobody is charged", async () => {
    layer.meter.record({ ...get, customer: OPERATOR_CUSTOMER, picoUsd: 7n * PICO_PER_MICRO });
    await layer.meter.flush();
    expect(await layer.ledger.accountTotal(ACCOUNTS.customer(OPERATOR_CUSTOMER))).toBe(0n);
    expect(-(await layer.ledger.accountTotal(ACCOUNTS.vouchersOutstanding(DEVICES[0]!)))).toBe(7n);
    expect((await reconcile(layer.db, null)).ok).toBe(true);
  });

  test("what cannot stand in a database does not stop a tick", async () => {
    layer.meter.record({ ...get, subject: "nul\0and a lone \ud800 surrogate" + "x".repeat(5_000) });
    await layer.meter.flush();
    const { rows } = await sql<{ subject: string }>`SELECT subject FROM service.receipt`.execute(layer.db);
    expect(rows[0]!.subject).toHaveLength(256);
  });
});

describe("a flush", () => {
  test("written twice counts once", async () => {
    await createCustomers();
    const line = { ...get, pico: 5_000_000n, pricePico: 6_000_000n };
    const batch = { id: crypto.randomUUID(), tick: 1, atMs: 1, lines: [line] };
    await writeBatch(layer.db, batch);
    await writeBatch(layer.db, batch);
    const { rows } = await sql<{ count: string }>`SELECT count(*) FROM service.receipt`.execute(layer.db);
    expect(Number(rows[0]!.count)).toBe(1);
    expect((await reconcile(layer.db, null)).ok).toBe(true);
    expect(-(await layer.ledger.balance("ada"))).toBe(6n);
    expect(-(await layer.ledger.accountTotal(ACCOUNTS.vouchersOutstanding(DEVICES[0]!)))).toBe(5n);
  });

  test("whose database is away keeps its lines and writes them later, once", async () => {
    await createCustomers();
    layer.meter.record(get);
    await sql`ALTER TABLE service.receipt RENAME TO away`.execute(layer.db);
    await expect(layer.meter.flush()).rejects.toThrow("receipt");
    layer.meter.record(get);
    expect(layer.meter.pendingPricePico("ada")).toBe(3_000_001n + 3_000_001n);
    await sql`ALTER TABLE service.away RENAME TO receipt`.execute(layer.db);
    await layer.meter.flush();
    await layer.meter.flush();
    expect(layer.meter.pendingPricePico("ada")).toBe(0n);
    const { rows } = await sql<{ pico: string }>`SELECT sum(pico_usd) AS pico FROM service.receipt`.execute(layer.db);
    expect(BigInt(rows[0]!.pico)).toBe(2n * get.picoUsd);
    expect((await reconcile(layer.db, null)).ok).toBe(true);
  });

  test("killed at any moment leaves books that agree, with all that was acknowledged", async () => {
    await createCustomers();
    const script = new URL("./testing/meterChild.ts", import.meta.url);
    const child = spawn(process.execPath, [fileURLToPath(script), layer.url], { stdio: ["ignore", "pipe", "inherit"] });
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged >= 40) child.kill("SIGKILL"); // between two flushes or in the middle of one
    }
    const { rows } = await sql<{ ticks: string; acts: string }>`
      SELECT count(DISTINCT tick) AS ticks, sum(work_units) AS acts FROM service.receipt`.execute(layer.db);
    expect(Number(rows[0]!.ticks)).toBeGreaterThanOrEqual(acknowledged);
    expect(Number(rows[0]!.acts)).toBe(Number(rows[0]!.ticks) * 10); // whole ticks only
    expect((await reconcile(layer.db, null)).ok).toBe(true);
  });

  test("asked for by many at once loses and doubles nothing", async () => {
    await createCustomers();
    const flushes: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      layer.meter.record({ ...get, subject: `s${i % 7}` });
      if (i % 20 === 0) flushes.push(layer.meter.flush());
      if (i % 50 === 0) await Promise.all(flushes);
    }
    await Promise.all([...flushes, layer.meter.flush()]);
    const { rows } = await sql<{ pico: string }>`SELECT sum(pico_usd) AS pico FROM service.receipt`.execute(layer.db);
    expect(BigInt(rows[0]!.pico)).toBe(200n * get.picoUsd);
  });
});

describe("reconciling", () => {
  test("finds every figure that was tampered with", async () => {
    await createCustomers();
    layer.meter.record({ ...get, picoUsd: 9_000_000n });
    await layer.meter.flush();
    expect((await reconcile(layer.db, null)).ok).toBe(true);
    const tamper = {
      "receipts-make-device-totals": `UPDATE service.device_total SET pico_usd = pico_usd + 1`,
      "receipts-make-customer-debits": `UPDATE service.usage_carry SET pico_usd = pico_usd + 1`,
      "journal-makes-balances": `UPDATE service.ledger_balance SET micro_usd = micro_usd + 1 WHERE account = 'customer:ada'`,
      "vouchers-stay-within-receipts": `INSERT INTO service.voucher VALUES ('${DEVICES[0]}', 'storage', 99, 0, 1, '0x')`,
    };
    for (const [what, statement] of Object.entries(tamper)) {
      await sql.raw(statement).execute(layer.db);
      const { ok, differences } = await reconcile(layer.db, null);
      expect(ok).toBe(false);
      expect(differences.map((difference) => difference.what)).toContain(what);
    }
    const chain = { depositMicroUsd: 10n, settledMicroUsd: 3n, withdrawnMicroUsd: 0n, escrowMicroUsd: 6n };
    const { differences } = await reconcile(layer.db, chain);
    expect(differences.map((difference) => difference.what)).toEqual(
      expect.arrayContaining(["deposits-make-escrow-on-chain", "vouchers-stay-within-deposits", "ledger-knows-escrow"]),
    );
  });
});

test("usage in dollars adds up to the receipts behind each line, and shows them to their customer only", async () => {
  await createCustomers();
  for (let i = 0; i < 5; i++) {
    layer.meter.record(get);
    layer.meter.record({ ...get, subject: "logs", device: DEVICES[1]! });
    await layer.meter.flush();
    layer.clock.advance(5_000);
  }
  const range = { fromMs: 0, toMs: layer.clock.now() };
  const { lines, totalUsd } = await usage(layer.db, "ada", range);
  expect(lines.map((line) => [line.subject, line.usd, line.receipts])).toEqual([
    ["logs", "0.000015000005", 5],
    ["photos", "0.000015000005", 5],
  ]);
  expect(totalUsd).toBe("0.00003000001");
  const line = lines[1]!;
  const page = { after: 0n, limit: 3 };
  const first = await receiptsOf(layer.db, "ada", line.id, page);
  const rest = await receiptsOf(layer.db, "ada", line.id, { ...page, after: BigInt(first.at(-1)!.id) });
  expect([...first, ...rest].reduce((sum, receipt) => sum + receipt.pricePicoUsd, 0n)).toBe(line.pricePicoUsd);
  expect(new Set([...first, ...rest].map((receipt) => receipt.device))).toEqual(new Set([DEVICES[0]]));
  expect(await receiptsOf(layer.db, "bob", line.id, page)).toEqual([]);
  await expect(receiptsOf(layer.db, "ada", "bm9uc2Vuc2U", page)).rejects.toMatchObject({ code: "line-unknown" });
});
