import { Readable } from "node:stream";
import fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accountKey, recoverSigner } from "@wayleave/core/accountKey";
import { voucherPostSchema } from "@wayleave/core/agentWire";
import { utf8 } from "@wayleave/core/bytes";
import { typedDigest } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import { type SignedVoucher, toJson, VOUCHER } from "@wayleave/core/messages";
import { PICO_PER_MICRO } from "@wayleave/core/money";
import { reconcile } from "./reconcile.ts";
import type { ServedPeer } from "./servedPeer.ts";
import { TEST_TICK_MS, testLayer, type TestLayer } from "./testing/testLayer.ts";
import { bookedVouchers, bookVouchers } from "./voucherBook.ts";
import { voucherIssuer, type VoucherIssuerOptions } from "./voucherIssuer.ts";

const KEY = accountKey(new Uint8Array(32).fill(3));
const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` as Address };
const DEVICES = [`0x${"a1".repeat(20)}`, `0x${"b2".repeat(20)}`, `0x${"c3".repeat(20)}`] as const;

let layer: TestLayer;
beforeEach(async () => {
  layer = await testLayer();
  await layer.customers.create({ id: "ada", name: "Ada" });
});
afterEach(() => layer.close());

/** A linked device that keeps what it is sent; `metered` is what it says of itself. */
function device(id: Address, metered: object[] = []) {
  const vouchers: SignedVoucher[] = [];
  const peer: ServedPeer & { vouchers: SignedVoucher[]; refuse: boolean } = {
    ...{ id, remoteAddress: "10.0.0.1", vouchers, refuse: false },
    async request({ method, path, body }) {
      if (peer.refuse) return { status: 503, body: Readable.from([]) };
      if (method === "POST" && path === "/wallet/vouchers") {
        const text = Buffer.from(body as Uint8Array).toString();
        vouchers.push(...voucherPostSchema.parse(JSON.parse(text)).vouchers);
      }
      return { status: 200, body: Readable.from([Buffer.from(utf8(toJson({ metered })))]) };
    },
  };
  return peer;
}

function issuer(peers: readonly ServedPeer[], depositMicroUsd: bigint, more: Partial<VoucherIssuerOptions> = {}) {
  const options = { domain: DOMAIN, lostTickLimitMicroUsd: 1_000n, ...more };
  return voucherIssuer(options, {
    ...{ db: layer.db, key: KEY, meter: layer.meter, log: layer.log },
    depositMicroUsd: () => depositMicroUsd,
    linked: () => peers,
    tickNow: () => Math.floor(layer.clock.now() / TEST_TICK_MS),
  });
}

function work(id: Address, microUsd: bigint, workUnits = 10n) {
  const act = { customer: "ada", kind: "storage", act: "storage.get", subject: "b" } as const;
  layer.meter.record({ ...act, device: id, workUnits, picoUsd: microUsd * PICO_PER_MICRO });
}

describe("issuing", () => {
  test("gives each device its lifetime total, signed, in rising ticks", async () => {
    const one = device(DEVICES[0]);
    const { tick } = issuer([one], 1_000_000n);
    for (const microUsd of [5n, 0n, 7n]) {
      work(one.id, microUsd);
      await tick();
    }
    expect(one.vouchers.map(({ voucher }) => voucher.totalMicroUsd)).toEqual([5n, 12n]);
    expect(one.vouchers[1]!.voucher.tick).toBeGreaterThan(one.vouchers[0]!.voucher.tick);
    expect(one.vouchers[1]!.voucher).toMatchObject({ payer: KEY.address, device: one.id, kind: 2n, workUnits: 30n });
    for (const { voucher, signature } of one.vouchers) {
      expect(recoverSigner(typedDigest(DOMAIN, VOUCHER, voucher), signature)).toBe(KEY.address);
    }
    expect((await reconcile(layer.db, null)).differences).toEqual([]);
  });

  test("never promises more than the deposit, and pays most devices when it is short", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...DEVICES), fc.bigInt({ min: 0n, max: 40n })), { maxLength: 6 }),
        fc.bigInt({ min: 0n, max: 300n }),
        async (acts, deposit) => {
          for (const [id, microUsd] of acts) work(id, microUsd);
          await issuer([], deposit).tick();
          layer.clock.advance(TEST_TICK_MS);
          const booked = await bookedVouchers(layer.db, DEVICES);
          const promised = booked.reduce((sum, voucher) => sum + voucher.totalMicroUsd, 0n);
          const { rows } = await sql<{ owed: string; before: string }>`
            SELECT coalesce(sum(div(pico_usd, 1000000)), 0) AS owed FROM service.device_total`.execute(layer.db);
          const owed = BigInt(rows[0]!.owed);
          highest = promised > highest ? promised : highest;
          expect(promised).toBe(highest); // totals never go back, even when the deposit falls
          expect(promised).toBeLessThanOrEqual(owed);
          if (promised > deposit) expect(promised).toBe(previous);
          else expect(promised).toBe(owed < deposit ? owed : deposit);
          previous = promised;
        },
      ),
      { numRuns: 25 },
    );
  });
  let highest = 0n;
  let previous = 0n;

  test("a dishonest payer's test flag promises all the same", async () => {
    work(DEVICES[0], 50n);
    expect(await issuer([], 10n).issue()).toEqual({ signed: 0, uncoveredMicroUsd: 0n }); // not flushed yet
    await layer.meter.flush();
    expect(await issuer([], 10n).issue()).toEqual({ signed: 1, uncoveredMicroUsd: 40n });
    await issuer([], 10n, { signBeyondDeposit: true }).issue();
    expect((await bookedVouchers(layer.db, DEVICES))[0]!.totalMicroUsd).toBe(50n);
  });

  test("writes a voucher down before it is sent, and sends it again over a new link", async () => {
    const one = device(DEVICES[0]);
    one.refuse = true;
    const first = issuer([one], 1_000n);
    work(one.id, 5n);
    await first.tick();
    expect(one.vouchers).toEqual([]);
    expect((await bookedVouchers(layer.db, [one.id]))[0]!.totalMicroUsd).toBe(5n);
    one.refuse = false;
    await first.tick();
    await first.tick();
    expect(one.vouchers).toHaveLength(1);
    const again = device(DEVICES[0]);
    await issuer([again], 1_000n).deliver();
    expect(again.vouchers).toEqual(one.vouchers);
  });

  test("a total that falls is refused by the database itself", async () => {
    const voucher = { device: DEVICES[0], kind: "storage", totalMicroUsd: 9n, workUnits: 1n, tick: 4 } as const;
    await bookVouchers(layer.db, [{ ...voucher, signature: "0x" }]);
    for (const lower of [{ totalMicroUsd: 8n }, { tick: 3 }, { workUnits: 0n }]) {
      const attempt = bookVouchers(layer.db, [{ ...voucher, ...lower, signature: "0x" }]);
      await expect(attempt).rejects.toThrow("never goes back");
    }
  });
});

describe("recovering", () => {
  const entry = { kind: "storage", workUnits: "99", newest: null, firmTotalMicroUsd: "0" };

  test("bears a lost tick up to the device's busiest one, once, at the operator's cost", async () => {
    work(DEVICES[0], 20n);
    await layer.meter.flush();
    layer.clock.advance(TEST_TICK_MS);
    work(DEVICES[0], 30n);
    const liar = device(DEVICES[0], [{ ...entry, picoUsd: (10n ** 18n).toString() }]);
    const front = issuer([liar], 10_000n);
    await layer.meter.flush();
    await front.recover(liar);
    await front.recover(liar);
    await front.tick();
    expect(liar.vouchers.at(-1)!.voucher).toMatchObject({ totalMicroUsd: 80n, workUnits: 32n });
    expect(await layer.ledger.balance("ada")).toBe(-60n);
    expect((await reconcile(layer.db, null)).differences).toEqual([]);
    // The next start accepts one more busiest *billed* tick, not twice what it accepted before.
    const restarted = issuer([liar], 10_000n);
    await restarted.recover(liar);
    await restarted.tick();
    expect(liar.vouchers.at(-1)!.voucher.totalMicroUsd).toBe(110n);
  });

  test("accepts what the device really metered when that is less", async () => {
    work(DEVICES[0], 20n);
    await layer.meter.flush();
    const honest = device(DEVICES[0], [{ ...entry, picoUsd: (23n * PICO_PER_MICRO).toString() }]);
    const front = issuer([honest], 10_000n);
    await front.recover(honest);
    await front.tick();
    expect(honest.vouchers.at(-1)!.voucher.totalMicroUsd).toBe(23n);
  });

  test("survives what a hostile device says instead", async () => {
    const nonsense = device(DEVICES[0], [{ kind: "storage", picoUsd: "-1" }]);
    const huge = device(DEVICES[0], [{ ...entry, picoUsd: "9".repeat(78), workUnits: "9".repeat(78) }]);
    const refusing = device(DEVICES[0]);
    refusing.refuse = true;
    const front = issuer([], 10_000n);
    for (const peer of [nonsense, refusing, huge]) await front.recover(peer);
    await front.tick();
    expect(await bookedVouchers(layer.db, DEVICES)).toEqual([]);
  });

  test("takes over its own higher voucher, and none that it never signed", async () => {
    const voucher = { payer: KEY.address, device: DEVICES[0], kind: 2n, totalMicroUsd: 70n, workUnits: 7n, tick: 3n };
    const signature = KEY.sign(typedDigest(DOMAIN, VOUCHER, voucher));
    const forged = { voucher: { ...voucher, totalMicroUsd: 1_000_000n }, signature };
    for (const [newest, total] of [
      [forged, undefined],
      [{ voucher, signature }, 70n],
    ] as const) {
      const restored = device(DEVICES[0], [{ ...entry, picoUsd: "0", newest }]);
      const front = issuer([restored], 10_000n);
      await front.recover(restored);
      await front.tick();
      expect((await bookedVouchers(layer.db, DEVICES))[0]?.totalMicroUsd).toBe(total);
    }
    work(DEVICES[0], 5n);
    const later = device(DEVICES[0]);
    await issuer([later], 10_000n).tick();
    expect(later.vouchers.at(-1)!.voucher).toMatchObject({ totalMicroUsd: 75n, workUnits: 17n });
    expect((await reconcile(layer.db, null)).ok).toBe(true);
  });
});
