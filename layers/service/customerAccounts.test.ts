import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MeteredAct } from "@wayleave/core/kind";
import { customerAccounts } from "./customerAccounts.ts";
import { NO_LIMITS } from "./limits.ts";
import { s3Credentials } from "./s3Credentials.ts";
import { secretSealer } from "./sealedSecret.ts";
import { DEMO_CREDITS_MICRO_USD, seedDemo } from "./seedDemo.ts";
import { TEST_RECOVERY_KEY, testLayer, type TestLayer } from "./testing/testLayer.ts";

let layer: TestLayer;
let references = 0;
beforeAll(async () => {
  layer = await testLayer();
});
afterAll(() => layer.close());

const code = (name: string) => expect.objectContaining({ code: name });
async function funded(microUsd: bigint, limits = NO_LIMITS): Promise<string> {
  const { id } = await layer.customers.create({ name: "someone", limits });
  if (microUsd > 0n) await layer.topUp(id, microUsd, `r${references++}`);
  await layer.customers.load(id);
  return id;
}
/** Costs `microUsd` with the margin of a fifth. */
function use(customer: string, microUsd: bigint) {
  const act: Omit<MeteredAct, "customer"> = {
    ...{ kind: "storage", act: "storage.get", subject: "b", device: `0x${"a1".repeat(20)}` },
    ...{ workUnits: 1n, picoUsd: (microUsd * 1_000_000n * 5n) / 6n },
  };
  layer.meter.record({ customer, ...act });
}
const admit = (customer: string) => layer.customers.admit(customer, { requests: 1 });

/** Every row of every table as text: what a stolen backup shows. */
async function databaseDump(): Promise<string> {
  const tables = await sql<{ name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'service'`.execute(layer.db);
  const dumps = tables.rows.map(({ name }) =>
    sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(`service.${name}`)} t`.execute(layer.db),
  );
  return (await Promise.all(dumps)).flatMap(({ rows }) => rows.map(({ row }) => row)).join("\n");
}

describe("admission", () => {
  test("ends when the balance does, at once and not at the next tick, and resumes with a top-up", async () => {
    const customer = await funded(12n);
    admit(customer);
    use(customer, 6n);
    expect(layer.customers.available(customer)).toBe(6n);
    admit(customer);
    use(customer, 6n);
    expect(() => admit(customer)).toThrow(code("insufficient-funds"));
    await layer.meter.flush();
    expect(() => admit(customer)).toThrow(code("insufficient-funds"));
    await layer.topUp(customer, 6n, `r${references++}`);
    admit(customer);
    expect(layer.customers.available(customer)).toBe(6n);
  });

  test("what is set aside cannot be set aside twice, is free again when released, and survives a top-up", async () => {
    const pico = (microUsd: bigint) => microUsd * 1_000_000n;
    const customer = await funded(10n);
    const { customers } = layer;
    expect(customers.reserve(customer, pico(6n))).toBe(true);
    expect(customers.reserve(customer, pico(6n))).toBe(false);
    expect(customers.reserve(customer, pico(4n))).toBe(true);
    customers.release(customer, pico(4n));
    use(customer, 6n);
    expect(customers.reserve(customer, 1n)).toBe(false); // six are spent, six still set aside
    customers.release(customer, pico(6n));
    expect(customers.reserve(customer, pico(4n))).toBe(true);
    await layer.topUp(customer, 6n, `r${references++}`);
    expect(customers.reserve(customer, pico(7n))).toBe(false);
    expect(customers.reserve(customer, pico(6n))).toBe(true);
    customers.release(customer, pico(10n));
    await customers.setSuspended(customer, true);
    expect(customers.reserve(customer, 1n)).toBe(false);
    expect(() => customers.release(customer, 1n)).toThrow("no more is released than was reserved");
  });

  test("knows the same after a restart, and while a tick is being written", async () => {
    const customer = await funded(100n);
    use(customer, 6n);
    const flushing = layer.meter.flush();
    use(customer, 12n);
    await Promise.all([flushing, layer.customers.refresh(customer), layer.meter.flush()]);
    expect(layer.customers.available(customer)).toBe(82n);
    await layer.meter.flush();
    const restarted = await layer.reopen();
    await restarted.customers.load(customer);
    expect(restarted.customers.available(customer)).toBe(82n);
    expect(await restarted.ledger.balance(customer)).toBe(82n);
  });

  test("reads a balance again when a tick was written meanwhile", async () => {
    const id = await funded(100n);
    let reads = 0;
    const meter = {
      settled: async () => undefined,
      get generation() {
        return reads++ === 0 ? 2 : 4; // a flush ended between the first look and the second
      },
      pendingPricePico: () => (reads > 2 ? 7_000_000n : 0n),
    };
    const accounts = customerAccounts({ ...{ db: layer.db, clock: layer.clock, log: layer.log }, meter });
    await accounts.load(id);
    expect(accounts.available(id)).toBe(93n);
    expect(reads).toBe(4);
  });

  test("of nobody, or of who is suspended, is refused", async () => {
    await expect(layer.customers.load("nobody")).rejects.toEqual(code("customer-unknown"));
    expect(() => admit("nobody")).toThrow(code("customer-busy"));
    const customer = await funded(5n);
    await layer.customers.setSuspended(customer, true);
    expect(() => admit(customer)).toThrow(code("suspended"));
    await layer.customers.setSuspended(customer, false);
    admit(customer);
  });

  test("keeps to the customer's rate and daily spend, which begin anew at midnight UTC", async () => {
    const customer = await funded(1_000n, { requestsPerS: 5, dailySpendMicroUsd: 30n, storageBytes: null });
    for (let i = 0; i < 10; i++) admit(customer);
    expect(() => admit(customer)).toThrow(code("rate-limited"));
    layer.clock.advance(1_000);
    use(customer, 24n);
    admit(customer);
    expect(() => layer.customers.admitWithin(customer, { requests: 1 }, 24n)).toThrow(code("spend-limited"));
    use(customer, 6n);
    expect(() => admit(customer)).toThrow(code("spend-limited"));
    await layer.meter.flush();
    await layer.customers.refresh(customer);
    expect(() => admit(customer)).toThrow(code("spend-limited"));
    layer.clock.advance(24 * 3_600_000);
    admit(customer);
  });

  test("the operator's own name cannot be taken", async () => {
    await expect(layer.customers.create({ id: "operator", name: "x" })).rejects.toEqual(code("customer-id-invalid"));
    const { id } = await layer.customers.create({ id: "twice", name: "x" });
    await expect(layer.customers.create({ id, name: "y" })).rejects.toEqual(code("customer-exists"));
  });
});

describe("an API key", () => {
  test("opens its own customer's account until it is revoked or expires", async () => {
    const customer = await funded(0n);
    const { key, secret } = await layer.apiKeys.create(customer, { name: "laptop" });
    expect(secret).toMatch(/^wl_[A-Za-z0-9_-]{43}$/);
    expect(await layer.apiKeys.authenticate(secret)).toMatchObject({ id: key.id, customer });
    for (const wrong of ["", secret.slice(0, -1), `${secret}x`, `wl_${"A".repeat(43)}`, secret.toUpperCase()]) {
      expect(await layer.apiKeys.authenticate(wrong)).toBeNull();
    }
    const other = await funded(0n);
    expect(await layer.apiKeys.revoke(other, key.id)).toBe(false);
    expect(await layer.apiKeys.authenticate(secret)).not.toBeNull();
    expect(await layer.apiKeys.revoke(customer, key.id)).toBe(true);
    expect(await layer.apiKeys.authenticate(secret)).toBeNull();
    expect((await layer.apiKeys.list(customer))[0]!.revokedMs).not.toBeNull();

    const expiresMs = layer.clock.now() + 1_000;
    const brief = await layer.apiKeys.create(customer, { name: "brief", expiresMs });
    expect(await layer.apiKeys.authenticate(brief.secret)).not.toBeNull();
    layer.clock.advance(1_000);
    expect(await layer.apiKeys.authenticate(brief.secret)).toBeNull();
  });

  test("has its own rate", async () => {
    const limits = { ...NO_LIMITS, requestsPerS: 2 };
    const { secret } = await layer.apiKeys.create(await funded(0n), { name: "slow", limits });
    for (let i = 0; i < 4; i++) await layer.apiKeys.authenticate(secret);
    await expect(layer.apiKeys.authenticate(secret)).rejects.toEqual(code("rate-limited"));
  });
});

describe("an S3 key", () => {
  test("gives its secret back to who checks signatures, from another process too, until it is revoked", async () => {
    const customer = await funded(5n);
    const { key, secretAccessKey } = await layer.s3Keys.create(customer, {
      name: "s3",
      readOnly: true,
      buckets: ["b1"],
    });
    const restarted = await layer.reopen();
    for (const { customers, s3Keys } of [layer, restarted]) {
      const credentials = s3Credentials({ customers, s3Keys });
      const limits = { readOnly: true, buckets: ["b1"] };
      expect(await credentials.findKey(key.accessKeyId)).toEqual({ secretAccessKey, customerId: customer, limits });
      expect(await credentials.admit(customer, {})).toBe(true);
    }
    for (const hostile of ["", "WLshort", "WL'; DROP TABLE x; --", "WL" + "A".repeat(18), "x".repeat(10_000)]) {
      expect(await layer.s3Keys.find(hostile)).toBeNull();
    }
    await layer.s3Keys.revoke(customer, key.accessKeyId);
    expect(await layer.s3Keys.find(key.accessKeyId)).toBeNull();
  });

  test("slows down or stops with its own limits and with the customer's balance", async () => {
    const customer = await funded(60n);
    const limits = { requestsPerS: 1, dailySpendMicroUsd: 6n, storageBytes: null };
    const { key } = await layer.s3Keys.create(customer, { name: "s3", limits });
    const credentials = s3Credentials(layer);
    const cost = { accessKeyId: key.accessKeyId };
    expect(await Promise.all([1, 2, 3].map(() => credentials.admit(customer, cost)))).toEqual([true, true, false]);
    layer.clock.advance(5_000);
    use(customer, 6n);
    expect(await credentials.admit(customer, cost)).toBe(false);
    expect(await credentials.admit(customer, {})).toBe(true);
    use(customer, 54n);
    await expect(credentials.admit(customer, {})).rejects.toEqual(code("insufficient-funds"));
  });

  test("may store as much as the tighter of its own cap and its customer's", async () => {
    const cap = (storageBytes: bigint | null) => ({ ...NO_LIMITS, storageBytes });
    const credentials = s3Credentials(layer);
    const capOf = async (customer: string, storageBytes: bigint | null) => {
      const { key } = await layer.s3Keys.create(customer, { name: "s3", limits: cap(storageBytes) });
      return (await credentials.findKey(key.accessKeyId))!.limits.storageBytesMax;
    };
    const free = await funded(1n);
    expect(await capOf(free, null)).toBeUndefined();
    expect(await capOf(free, 50n)).toBe(50);
    const tight = await funded(1n, cap(20n));
    expect(await capOf(tight, null)).toBe(20);
    expect(await capOf(tight, 50n)).toBe(20);
    expect(await capOf(tight, 0n)).toBe(0);
    await layer.customers.setLimits(tight, cap(100n));
    expect(await capOf(tight, null)).toBe(100);
  });
});

describe("secrets", () => {
  test("are in no table and no log line", async () => {
    const customer = await funded(0n);
    const { secret } = await layer.apiKeys.create(customer, { name: "k" });
    const { key, secretAccessKey } = await layer.s3Keys.create(customer, { name: "s" });
    await layer.apiKeys.authenticate(secret);
    await layer.s3Keys.find(key.accessKeyId);
    const dump = await databaseDump();
    expect(dump).toContain(key.accessKeyId); // the dump does show rows
    const everything = dump + layer.log.lines.join("\n");
    for (const hidden of [secret, secret.slice(8), secretAccessKey]) {
      for (const form of [hidden, Buffer.from(hidden).toString("hex"), Buffer.from(hidden).toString("base64")]) {
        expect(everything).not.toContain(form);
      }
    }
    expect(everything).not.toContain(Buffer.from(secret.slice(3), "base64url").toString("hex"));
  });

  test("open only with the recovery key, in the row they were sealed for, unchanged", () => {
    const sealer = secretSealer(TEST_RECOVERY_KEY);
    const sealed = sealer.seal("secret", "row 1");
    expect(sealer.open(sealed, "row 1")).toBe("secret");
    expect(() => sealer.open(sealed, "row 2")).toThrow(code("secret-unreadable-invalid"));
    expect(() => secretSealer(new Uint8Array(32)).open(sealed, "row 1")).toThrow(code("secret-unreadable-invalid"));
    for (let byte = 0; byte < sealed.byteLength; byte++) {
      const changed = Uint8Array.from(sealed);
      changed[byte]! ^= 1;
      expect(() => sealer.open(changed, "row 1")).toThrow(code("secret-unreadable-invalid"));
    }
    expect(() => sealer.open(sealed.subarray(0, 20), "row 1")).toThrow(code("secret-unreadable-invalid"));
  });
});

test("the demo customer is made once, with credits once and keys that work", async () => {
  const keys = await seedDemo(layer);
  expect(await layer.apiKeys.authenticate(keys!.apiKey)).toMatchObject({ customer: "demo" });
  expect((await layer.s3Keys.find(keys!.accessKeyId))!.secretAccessKey).toBe(keys!.secretAccessKey);
  expect(await seedDemo(layer)).toBeNull();
  expect(await layer.ledger.balance("demo")).toBe(DEMO_CREDITS_MICRO_USD);
});
