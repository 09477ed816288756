import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "@wayleave/core/bytes";
import type { Address } from "@wayleave/core/ids";
import { ZERO_HASH } from "@wayleave/core/messages";
import { PPM, WAY_UNIT } from "@wayleave/core/money";
import { type Statement, STATEMENT, unpackSums } from "@wayleave/core/statement";
import { sameNode, sumRootFrom } from "@wayleave/core/sumTree";
import { structHash, typedDigestHex } from "@wayleave/core/eip712";
import { brokenBound } from "@wayleave/economy/chainBounds";
import { paramsHash } from "@wayleave/economy/parameters";
import { allottedByKindHash, bundleHeadsHash, payerRowsHash, payoutLeaf } from "./leaves.ts";
import { settle } from "./settle.ts";
import type { PreviousEpoch, SettleInput } from "./settleInput.ts";
import type { Settlement } from "./settlement.ts";
import { TREASURY, type TestEpochOptions, deviceRow, epochAfter, testEpoch } from "./testEpoch.ts";

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** Everything but the trees, which are functions. */
function books({ trees: _, ...rest }: Settlement) {
  return rest;
}

describe("an honest epoch", () => {
  const { input, devices, verifiers } = testEpoch();
  const settlement = settle(input);

  test("pays every firm voucher in full, splits it by the rule and credits verifiers alike", () => {
    const promised = sum([0n, 1n, 2n, 3n].map((i) => 1_000_000n + i));
    expect(settlement.statement.dollarsIn).toBe(promised);
    expect(sum(settlement.payerRows.map((row) => row.amount))).toBe(promised);
    expect(deviceRow(settlement, devices[0]!.id)).toMatchObject({
      qualityPpm: PPM,
      serviceMicroUsd: 880_000n,
      poolMicroUsd: 50_000n,
      fault: null,
    });
    const shares = verifiers.map(
      ({ address }) => settlement.tables.payouts.find((row) => row.account === address)!.dollars,
    );
    expect(new Set(shares).size).toBe(1);
    expect(settlement.tables.payouts.find((row) => row.account === TREASURY)!.dollars).toBeGreaterThan(0n);
    expect(settlement.explanations).toEqual([]);
  });

  test("allots compute WAY by price, which vests from the next epoch on", () => {
    const compute = deviceRow(settlement, devices[3]!.id);
    expect(compute.wayAllotted).toBe(100n * 10n * 10n * WAY_UNIT);
    expect(settlement.statement.wayVested).toBe(0n);
    const next = settle({ ...input, previous: epochAfter(settlement) });
    expect(next.statement.wayVested).toBe(compute.wayAllotted / 90n);
    expect(next.statement.dollarsIn).toBe(0n); // the same vouchers again: a replay moves nothing
    expect(next.statement.previous).toBe(settlement.statementHash);
  });

  test("pays owners where they are known and the device's id where not", () => {
    const accounts = settlement.tables.payouts.map((row) => row.account);
    expect(accounts).toContain(devices[1]!.id);
    expect(accounts).not.toContain(devices[0]!.id);
  });

  test("proves every payout against the root of the statement", () => {
    const { payouts } = settlement.tables;
    payouts.forEach((row, index) => {
      const root = sumRootFrom(payoutLeaf(row), index, settlement.trees.payouts.proof(index));
      expect(sameNode(root, settlement.trees.payouts.root)).toBe(true);
    });
    expect(settlement.statement.payoutsRoot).toBe(toHex(settlement.trees.payouts.root.hash));
    const sums = unpackSums(settlement.statement.payoutsSum);
    expect(sums.dollars).toBe(settlement.statement.devicesDollars + settlement.statement.verificationDollars);
    expect(sums.way).toBe(settlement.statement.stipendWay);
  });
});

describe("laws", () => {
  const anyWord = fc.constantFrom("right", "right", "right", "lost", "garbled", null);
  const anyOptions = fc.record({
    words: fc.array(anyWord, { minLength: 8, maxLength: 40 }),
    totals: fc.array(fc.tuple(fc.bigInt(0n, 1n << 40n), fc.nat(3)), { minLength: 6, maxLength: 6 }),
    escrowMicroUsd: fc.bigInt(0n, 1n << 41n),
    verifiers: fc.integer({ min: 1, max: 5 }),
  });
  const epochOf = ({ words, totals, ...rest }: typeof anyOptions extends fc.Arbitrary<infer T> ? T : never) => {
    const options: TestEpochOptions = {
      ...rest,
      devices: 6,
      answer: (device, verifier, slot) => words[(device * 7 + verifier * 3 + slot) % words.length]!,
      promise: (device) => ({ totalMicroUsd: totals[device]![0], notaries: totals[device]![1] }),
    };
    return testEpoch(options);
  };

  test("the order of bundles, rows and registries changes nothing", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const { input } = epochOf(options);
        const reversed: SettleInput = {
          ...input,
          bundles: input.bundles.toReversed().map((bundle) => ({
            ...bundle,
            verdicts: bundle.verdicts.toReversed(),
            vouchers: bundle.vouchers.toReversed(),
            sightings: bundle.sightings.toReversed(),
            evidence: bundle.evidence.toReversed(),
          })),
          registry: {
            ...input.registry,
            devices: new Map([...input.registry.devices].reverse()),
            verifiers: new Map([...input.registry.verifiers].reverse()),
            payers: new Map([...input.registry.payers].reverse()),
          },
          judges: new Map([...input.judges].reverse()),
        };
        expect(books(settle(reversed))).toEqual(books(settle(input)));
      }),
      { numRuns: 25 },
    );
  });

  test("dollars are conserved, no escrow is overdrawn, and the contract's bounds hold over several epochs", () => {
    fc.assert(
      fc.property(fc.array(anyOptions, { minLength: 1, maxLength: 3 }), (epochs) => {
        let previous: PreviousEpoch | null = null;
        for (const options of epochs) {
          const { input: fresh } = epochOf(options);
          const input = { ...fresh, previous: previous ?? fresh.previous };
          const settlement = settle(input);
          const { statement, payerRows, tables } = settlement;
          const figures = { ...statement, allottedByKind: settlement.allottedByKind };
          const before = { reserve: input.previous.reserve, stipendPot: input.registry.stipendPot };
          expect(brokenBound(figures, input.parameters, before)).toBeNull();
          for (const { payer, amount } of payerRows) {
            expect(amount).toBeLessThanOrEqual(input.registry.payers.get(payer)!.escrowMicroUsd);
          }
          expect(sum(payerRows.map((row) => row.amount))).toBe(statement.dollarsIn);
          const [sumsBefore, sums] = [unpackSums(input.previous.payoutsSum), unpackSums(statement.payoutsSum)];
          expect(sums.dollars - sumsBefore.dollars).toBe(statement.devicesDollars + statement.verificationDollars);
          expect(sums.way - sumsBefore.way).toBe(statement.wayVested + statement.stipendWay);
          const held = new Map(tables.payouts.map((row) => [row.account, row]));
          for (const row of input.previous.payouts) {
            expect(held.get(row.account)!.dollars).toBeGreaterThanOrEqual(row.dollars);
            expect(held.get(row.account)!.way).toBeGreaterThanOrEqual(row.way);
          }
          previous = epochAfter(settlement);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe("inputs that contradict each other are refused by name", () => {
  const { input } = testEpoch();
  const [first, ...rest] = input.bundles;
  test.for([
    ["network", { bundles: [{ ...first!, network: { ...first!.network, chainId: 1 } }] }],
    ["epoch", { bundles: [{ ...first!, epoch: 3 }] }],
    ["seed", { bundles: [{ ...first!, seed: ZERO_HASH }] }],
    ["bundles", { bundles: [first!, first!, ...rest] }],
    ["verifier", { bundles: [{ ...first!, verifier: TREASURY }] }],
    ["payouts", { previous: { ...input.previous, payoutsSum: 1n } }],
  ] as const)("%s", ([field, change]) => {
    const facts = expect.objectContaining({ field });
    expect(() => settle({ ...input, ...change })).toThrow(expect.objectContaining({ code: "settle-input", facts }));
  });
});

test("hashes agree with the contract's vectors", () => {
  const vectors = JSON.parse(
    readFileSync(new URL("../../../contracts/vectors/settlement.json", import.meta.url), "utf8"),
  );
  const lower = (text: string) => text.toLowerCase() as Address;
  const rows = vectors.payerRows.map((row: { payer: string; amount: string }) => ({
    payer: lower(row.payer),
    amount: BigInt(row.amount),
  }));
  expect(payerRowsHash(rows)).toBe(vectors.payerRowsHash);
  expect(allottedByKindHash(vectors.allottedByKind.map(BigInt))).toBe(vectors.allottedByKindHash);
  expect(bundleHeadsHash(vectors.bundleHeads)).toBe(vectors.bundleHeadsHash);
  const { weightBps, ...scalars } = vectors.params;
  const params = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, BigInt(value as string)]));
  expect(paramsHash({ ...params, weightBps: weightBps.map(BigInt) } as never)).toBe(vectors.paramsHash);
  const statement = Object.fromEntries(
    STATEMENT.fields.map(([name, type]) => [
      name,
      type === "bytes32" ? vectors.statement[name] : BigInt(vectors.statement[name]),
    ]),
  ) as Statement;
  expect(toHex(structHash(STATEMENT, statement))).toBe(vectors.statementHash);
  const domain = { ...vectors.domain, verifyingContract: lower(vectors.domain.verifyingContract) };
  expect(typedDigestHex(domain, STATEMENT, statement)).toBe(vectors.statementDigest);
  for (const { account, dollars, way, leafHash, leafSum } of vectors.payouts) {
    const leaf = payoutLeaf({ account: lower(account), dollars: BigInt(dollars), way: BigInt(way) });
    expect([toHex(leaf.hash), leaf.sum]).toEqual([leafHash, BigInt(leafSum)]);
  }
});
