import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AccountKey, accountKey } from "@wayleave/core/accountKey";
import { typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { COUNTERSIGNATURE, type SignedVoucher, VOUCHER, type Voucher } from "@wayleave/core/messages";
import { PICO_PER_MICRO } from "@wayleave/core/money";
import { openVoucherWallet, type VoucherWallet } from "./voucherWallet.ts";

const key = (byte: number) => accountKey(new Uint8Array(32).fill(byte));
const PAYER = key(1);
const STRANGER = key(2);
const NOTARIES = [key(11), key(12), key(13)] as const;
const DEVICE: Address = `0x${"d0".repeat(20)}`;
const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` as Address };
const LIMIT = 100n;

let directory: string;
let wallet: VoucherWallet;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wayleave-wallet-"));
  wallet = open();
});
afterEach(() => {
  wallet.close();
  rmSync(directory, { recursive: true });
});

function open(over: { device?: Address; chainId?: number } = {}): VoucherWallet {
  return openVoucherWallet(
    {
      ...{ path: join(directory, "wallet.db"), device: over.device ?? DEVICE, unpaidLimitMicroUsd: LIMIT },
      domain: { ...DOMAIN, chainId: over.chainId ?? DOMAIN.chainId },
    },
    { payerOfLink: () => null, isNotary: (notary) => NOTARIES.some((each) => each.address === notary) },
  );
}

function voucher(over: Partial<Voucher> = {}, signer: AccountKey = PAYER, domain = DOMAIN): SignedVoucher {
  const plain = { payer: PAYER.address, device: DEVICE, kind: 2n, totalMicroUsd: 50n, workUnits: 5n, tick: 1n };
  const full = { ...plain, ...over };
  return { voucher: full, signature: signer.sign(typedDigest(domain, VOUCHER, full)) };
}

function countersign(signed: SignedVoucher, notary: AccountKey, signer = notary) {
  const voucherDigest = typedDigestHex(DOMAIN, VOUCHER, signed.voucher);
  const signature = signer.sign(typedDigest(DOMAIN, COUNTERSIGNATURE, { voucherDigest }));
  return { voucherDigest, notary: notary.address, signature };
}

const charge = (microUsd: bigint) =>
  wallet.gate("storage").charge(PAYER.address, { workUnits: 1n, picoUsd: microUsd * PICO_PER_MICRO });
const accept = (signed: SignedVoucher) => wallet.accept(PAYER.address, signed);
const makeFirm = (signed: SignedVoucher) => {
  accept(signed);
  for (const notary of NOTARIES.slice(0, 2)) expect(wallet.countersign(countersign(signed, notary))).toBe(true);
};

describe("a hostile voucher", () => {
  test.for<[string, SignedVoucher, string, string]>([
    ["of another device", voucher({ device: `0x${"ee".repeat(20)}` }), "voucher-device-refused", "device"],
    ["handed over by another payer", voucher({ payer: STRANGER.address }, STRANGER), "voucher-payer-refused", "payer"],
    ["of no kind", voucher({ kind: 9n }), "voucher-kind-refused", "kind"],
    ["signed by somebody else", voucher({}, STRANGER), "voucher-signature-invalid", "signature"],
    ["of another chain", voucher({}, PAYER, { ...DOMAIN, chainId: 1 }), "voucher-signature-invalid", "signature"],
    [
      "of another contract",
      voucher({}, PAYER, { ...DOMAIN, verifyingContract: DEVICE }),
      "voucher-signature-invalid",
      "signature",
    ],
    [
      "with its total changed",
      { ...voucher(), voucher: voucher({ totalMicroUsd: 51n }).voucher },
      "voucher-signature-invalid",
      "signature",
    ],
    [
      "with a signature of nobody",
      { ...voucher(), signature: `0x${"00".repeat(65)}` },
      "voucher-signature-invalid",
      "signature",
    ],
  ])("%s is refused by name and leaves no trace", ([, signed, code, field]) => {
    expect(() => accept(signed)).toThrow(expect.objectContaining({ code, facts: expect.objectContaining({ field }) }));
    expect(wallet.changedAfter(0)).toEqual([]);
  });

  test("that is lower, or an old one again, is refused; the newest again is not an error", () => {
    const first = voucher();
    const second = voucher({ totalMicroUsd: 60n, workUnits: 6n, tick: 2n });
    accept(first);
    accept(second);
    accept(second);
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => accept(first)).toThrow(code("voucher-lower-refused"));
    expect(() => accept(voucher({ totalMicroUsd: 59n, workUnits: 9n, tick: 9n }))).toThrow(
      code("voucher-lower-refused"),
    );
    expect(() => accept(voucher({ totalMicroUsd: 99n, workUnits: 5n, tick: 9n }))).toThrow(
      code("voucher-lower-refused"),
    );
    expect(() => accept(voucher({ totalMicroUsd: 99n, workUnits: 9n, tick: 2n }))).toThrow(
      code("voucher-replayed-refused"),
    );
    expect(wallet.changedAfter(0).map((held) => held.voucher.totalMicroUsd)).toEqual([60n]);
  });

  test("whatever arrives in whatever order, the newest total never falls", () => {
    const amount = fc.bigInt({ min: 0n, max: 6n });
    const anyVoucher = fc.record({ totalMicroUsd: amount, workUnits: amount, tick: amount });
    let best = 0n;
    fc.assert(
      fc.property(fc.array(anyVoucher, { maxLength: 8 }), (offered) => {
        for (const over of offered) {
          try {
            accept(voucher(over));
          } catch {
            // refused: the point is what remains
          }
          const held = wallet.changedAfter(0)[0]?.voucher.totalMicroUsd ?? 0n;
          expect(held).toBeGreaterThanOrEqual(best);
          best = held;
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a countersignature", () => {
  test("counts once for each notary, two make a voucher firm", () => {
    const signed = voucher();
    accept(signed);
    expect(wallet.countersign(countersign(signed, NOTARIES[0]))).toBe(true);
    expect(wallet.countersign(countersign(signed, NOTARIES[0]))).toBe(false);
    expect(wallet.metered(PAYER.address).metered[0]!.firmTotalMicroUsd).toBe(0n);
    expect(wallet.countersign(countersign(signed, NOTARIES[1]))).toBe(true);
    expect(wallet.metered(PAYER.address).metered[0]!.firmTotalMicroUsd).toBe(50n);
    expect(wallet.changedAfter(0)[0]!.countersignatures).toHaveLength(2);
  });

  test("of a stranger, of another voucher, or forged in a notary's name counts nothing", () => {
    const signed = voucher();
    accept(signed);
    expect(wallet.countersign(countersign(signed, STRANGER))).toBe(false);
    expect(wallet.countersign(countersign(signed, NOTARIES[0], STRANGER))).toBe(false);
    expect(wallet.countersign(countersign(voucher({ tick: 5n }), NOTARIES[0]))).toBe(false);
    const other = countersign(voucher({ tick: 5n }), NOTARIES[0]);
    const { voucherDigest } = countersign(signed, NOTARIES[0]);
    expect(wallet.countersign({ ...other, voucherDigest })).toBe(false);
    expect(wallet.changedAfter(0)[0]!.countersignatures).toEqual([]);
  });

  test("that comes late still makes its own voucher firm, while newer ones wait", () => {
    const first = voucher();
    accept(first);
    for (let tick = 2n; tick < 5n; tick++) accept(voucher({ totalMicroUsd: 50n + tick, workUnits: 9n, tick }));
    makeFirmLate(first);
    expect(wallet.metered(PAYER.address).metered[0]).toMatchObject({ firmTotalMicroUsd: 50n });
    expect(wallet.metered(PAYER.address).metered[0]!.newest!.voucher.totalMicroUsd).toBe(54n);
    for (let tick = 5n; tick < 30n; tick++) accept(voucher({ totalMicroUsd: 50n + tick, workUnits: 9n, tick }));
    expect(wallet.metered(PAYER.address).metered[0]).toMatchObject({ firmTotalMicroUsd: 50n });
  });
  const makeFirmLate = (signed: SignedVoucher) => {
    for (const notary of NOTARIES.slice(0, 2)) expect(wallet.countersign(countersign(signed, notary))).toBe(true);
  };
});

describe("the gate", () => {
  test("serves until one tick's worth is unpaid, and again when the voucher is firm", () => {
    const gate = wallet.gate("storage");
    expect(gate.mayServe(PAYER.address)).toBe(true);
    charge(LIMIT);
    expect(gate.mayServe(PAYER.address)).toBe(true);
    charge(1n);
    expect(gate.mayServe(PAYER.address)).toBe(false);
    expect(wallet.refusal(PAYER.address, "storage")).toMatchObject({
      code: "service-unpaid",
      facts: { firmTotalMicroUsd: 0n, unpaidLimitMicroUsd: LIMIT },
    });
    expect(wallet.gate("compute").mayServe(PAYER.address)).toBe(true);
    makeFirm(voucher({ totalMicroUsd: 101n }));
    expect(gate.mayServe(PAYER.address)).toBe(true);
    expect(wallet.refusal(PAYER.address, "storage")).toBeNull();
  });

  test("is not opened by a promise that notaries do not confirm, however large: an overdrawn voucher", () => {
    charge(LIMIT + 1n);
    accept(voucher({ totalMicroUsd: 10n ** 12n }));
    wallet.countersign(countersign(voucher({ totalMicroUsd: 10n ** 12n }), NOTARIES[0]));
    expect(wallet.gate("storage").mayServe(PAYER.address)).toBe(false);
  });

  test("never lets a payer owe more than the limit and one act, whatever it does", () => {
    const step = fc.oneof(
      fc.record({ charge: fc.bigInt({ min: 0n, max: 40n }) }),
      fc.record({ promise: fc.bigInt({ min: 0n, max: 60n }), firm: fc.boolean() }),
    );
    let tick = 0n;
    let total = 0n;
    let firm = 0n;
    let metered = 0n;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        for (const each of steps) {
          if ("charge" in each) {
            if (!wallet.gate("storage").mayServe(PAYER.address)) continue;
            expect(metered - firm).toBeLessThanOrEqual(LIMIT);
            charge(each.charge);
            metered += each.charge;
          } else {
            total += each.promise;
            const signed = voucher({ totalMicroUsd: total, workUnits: 0n, tick: ++tick });
            if (each.firm) {
              makeFirm(signed);
              firm = total;
            } else accept(signed);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("a restart", () => {
  test("keeps vouchers and countersignatures at once, metering as of the last tick", () => {
    const signed = voucher();
    makeFirm(signed);
    charge(70n);
    wallet.tick();
    charge(5n);
    const later = voucher({ totalMicroUsd: 60n, workUnits: 6n, tick: 2n });
    accept(later);
    wallet.countersign(countersign(later, NOTARIES[2]));
    const killed = wallet; // not closed: what was not written is gone
    wallet = open();
    const [entry] = wallet.metered(PAYER.address).metered;
    expect(entry).toMatchObject({ kind: "storage", picoUsd: 70n * PICO_PER_MICRO, firmTotalMicroUsd: 50n });
    expect(entry!.newest).toEqual(later);
    expect(wallet.countersign(countersign(later, NOTARIES[0]))).toBe(true);
    expect(wallet.metered(PAYER.address).metered[0]!.firmTotalMicroUsd).toBe(60n);
    killed.close();
  });

  test("with another device's or network's file is refused", () => {
    expect(() => open({ device: `0x${"ee".repeat(20)}` })).toThrow(
      expect.objectContaining({ code: "wallet-foreign-refused" }),
    );
    expect(() => open({ chainId: 1 })).toThrow(expect.objectContaining({ code: "wallet-foreign-refused" }));
  });
});

test("notaries see each change once, and what is not firm again after a tick", () => {
  accept(voucher());
  const [held] = wallet.changedAfter(0);
  expect(held!.voucher.kind).toBe(BigInt(KIND_NUMBERS.storage));
  expect(wallet.changedAfter(held!.sequence)).toEqual([]);
  wallet.tick();
  const [again] = wallet.changedAfter(held!.sequence);
  expect(again!.digest).toBe(held!.digest);
  makeFirm(voucher());
  const [firm] = wallet.changedAfter(again!.sequence);
  wallet.tick();
  expect(wallet.changedAfter(firm!.sequence)).toEqual([]);
});
