import { describe, expect, test } from "vitest";
import { settle } from "./settle.ts";
import type { SettleInput } from "./settleInput.ts";
import type { Settlement } from "./settlement.ts";
import { STORAGE, epochAfter, testEpoch, voucherOf } from "./testEpoch.ts";

describe("vouchers", () => {
  const { input, verifiers, payers, devices } = testEpoch({ promise: () => null, payers: 1 });
  const payer = payers[0]!;
  const [one, two] = [devices[0]!.id, devices[1]!.id];
  const withVouchers = (vouchers: ReturnType<typeof voucherOf>[], escrowMicroUsd = 1_000n): SettleInput => ({
    ...input,
    registry: { ...input.registry, payers: new Map([[payer.address, { escrowMicroUsd, linkKey: null }]]) },
    bundles: input.bundles.map((bundle, i) => (i === 0 ? { ...bundle, vouchers } : bundle)),
  });
  const paid = (settled: Settlement) => settled.tables.vouchers.map((row) => row.paidMicroUsd);

  test("that nobody's payer signed, or another device's, pay nothing", () => {
    const genuine = voucherOf(payer, one, STORAGE, 500n, verifiers);
    const raised = { ...genuine, voucher: { ...genuine.voucher, totalMicroUsd: 900n } };
    const forged = { ...genuine, voucher: { ...genuine.voucher, device: two } };
    const settled = settle(withVouchers([raised, forged]));
    expect(paid(settled)).toEqual([]);
    expect(settled.explanations.map((each) => each.code)).toEqual([
      "voucher-signature-invalid",
      "voucher-signature-invalid",
    ]);
    expect(paid(settle(withVouchers([raised, genuine])))).toEqual([500n]);
  });

  test("of strangers and for strangers pay nothing", () => {
    const stranger = voucherOf(verifiers[0]!, one, STORAGE, 500n, verifiers);
    const unknown = voucherOf(payer, `0x${"99".repeat(20)}`, STORAGE, 500n, verifiers);
    const wrongKind = voucherOf(payer, one, 0, 500n, verifiers);
    const settled = settle(withVouchers([stranger, unknown, wrongKind]));
    expect(paid(settled)).toEqual([]);
    expect(settled.statement.dollarsIn).toBe(0n);
  });

  test("firm ones first, the rest pro rata, and what is short stays claimable", () => {
    const firm = voucherOf(payer, one, STORAGE, 400n, verifiers.slice(0, 2));
    const soft = voucherOf(payer, two, STORAGE, 600n, verifiers.slice(0, 1));
    const newer = voucherOf(payer, one, STORAGE, 1_000n, []);
    const settled = settle(withVouchers([firm, soft, newer]));
    const byDevice = new Map(settled.tables.vouchers.map((row) => [row.device, row]));
    expect(byDevice.get(one)).toMatchObject({ paidMicroUsd: 700n, firmMicroUsd: 400n, newestMicroUsd: 1_000n });
    expect(byDevice.get(two)).toMatchObject({ paidMicroUsd: 300n, firmMicroUsd: 0n });
    expect(settled.explanations).toMatchObject([{ code: "escrow-short", about: payer.address }]);
    const later = settle({ ...withVouchers([soft, newer], 600n), previous: epochAfter(settled) });
    expect(later.statement.dollarsIn).toBe(600n);
  });

  test("share an escrow that even firm ones exceed, and never overdraw it", () => {
    const both = [voucherOf(payer, one, STORAGE, 900n, verifiers), voucherOf(payer, two, STORAGE, 600n, verifiers)];
    const settled = settle(withVouchers(both));
    expect(paid(settled).toSorted()).toEqual([400n, 600n]);
    expect(settled.payerRows).toEqual([{ payer: payer.address, amount: 1_000n }]);
  });

  test("that are not firm get nothing of what floors leave of an escrow that firm ones exhaust", () => {
    const three = [voucherOf(payer, one, STORAGE, 50n, verifiers), voucherOf(payer, two, STORAGE, 51n, verifiers)];
    const soft = voucherOf(payer, devices[2]!.id, STORAGE, 10n, []);
    const settled = settle(withVouchers([...three, soft], 99n));
    const byDevice = new Map(settled.tables.vouchers.map((row) => [row.device, row.paidMicroUsd]));
    expect([byDevice.get(one), byDevice.get(two), byDevice.get(devices[2]!.id)]).toEqual([49n, 49n, 0n]);
  });

  test("are firm only by two different notaries of that payer", () => {
    const firmOf = (signers: typeof verifiers) => {
      const rows = settle(withVouchers([voucherOf(payer, one, STORAGE, 500n, signers)])).tables.vouchers;
      return rows[0]!.firmMicroUsd;
    };
    expect(firmOf(verifiers.slice(0, 2))).toBe(500n);
    expect(firmOf([verifiers[0]!, verifiers[0]!])).toBe(0n);
    expect(firmOf([verifiers[0]!, payer])).toBe(0n);
    const claimed = voucherOf(payer, one, STORAGE, 500n, [verifiers[0]!]);
    const borrowed = { notary: verifiers[1]!.address, signature: claimed.countersignatures[0]!.signature };
    const pretended = { ...claimed, countersignatures: [...claimed.countersignatures, borrowed] };
    expect(settle(withVouchers([pretended])).tables.vouchers[0]!.firmMicroUsd).toBe(0n);
  });

  test("gather countersignatures from different bundles", () => {
    const vouchers = verifiers.slice(0, 2).map((notary) => voucherOf(payer, one, STORAGE, 500n, [notary]));
    const bundles = input.bundles.map((bundle, i) => ({ ...bundle, vouchers: vouchers.slice(i, i + 1) }));
    expect(settle({ ...withVouchers([]), bundles }).tables.vouchers).toMatchObject([{ firmMicroUsd: 500n }]);
  });
});
