import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import type { Address } from "@wayleave/core/ids";
import { CLAIM_SLOT, type VerdictRow } from "@wayleave/core/kind";
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
import {
  EPOCH,
  STORAGE,
  TREASURY,
  type TestEpochOptions,
  answerBytes,
  checked,
  commitmentOf,
  testEpoch,
  voucherOf,
} from "./testEpoch.ts";

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** Everything but the trees, which are functions. */
function books({ trees: _, ...rest }: Settlement) {
  return rest;
}

function deviceRow(settlement: Settlement, device: Address) {
  return settlement.tables.devices.find((row) => row.device === device)!;
}

function after(settlement: Settlement): PreviousEpoch {
  return {
    statementHash: settlement.statementHash,
    reserve: settlement.statement.reserveAfter,
    payouts: settlement.tables.payouts,
    payoutsSum: settlement.statement.payoutsSum,
    state: settlement.tables.state,
  };
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
    const next = settle({ ...input, previous: after(settlement) });
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
          previous = after(settlement);
        }
      }),
      { numRuns: 15 },
    );
  });
});

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
    const later = settle({ ...withVouchers([soft, newer], 600n), previous: after(settled) });
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

describe("verdicts", () => {
  test("a signed fault that one verifier recorded costs the device its epoch, and its unvested WAY", () => {
    const before = settle(testEpoch().input);
    const lost = testEpoch({
      answer: (device, verifier, slot) => (device === 3 && verifier === 0 && slot === 2 ? "lost" : "right"),
    });
    const settled = settle({
      ...lost.input,
      previous: { ...after(before), state: { ...before.tables.state, settled: [] } },
    });
    const row = deviceRow(settled, lost.devices[3]!.id);
    expect(row).toMatchObject({
      fault: "lost",
      trust: "proven",
      serviceMicroUsd: 0n,
      poolMicroUsd: 0n,
      wayAllotted: 0n,
    });
    expect(before.tables.state.unvested).toHaveLength(1);
    expect(settled.tables.state.unvested).toEqual([]);
    expect(settled.explanations.map((each) => each.code)).toEqual(
      expect.arrayContaining(["device-fault", "unvested-burned"]),
    );
  });

  test("a fault that one verifier could have made up costs nothing; two verifiers' does", () => {
    const garbledBy = (count: number) => {
      const epoch = testEpoch({
        answer: (device, verifier) => (device === 0 && verifier < count ? "garbled" : "right"),
      });
      return { settled: settle(epoch.input), device: epoch.devices[0]!.id };
    };
    const [alone, together] = [garbledBy(1), garbledBy(2)];
    expect(deviceRow(alone.settled, alone.device)).toMatchObject({ fault: null, qualityPpm: PPM });
    expect(alone.settled.explanations[0]).toMatchObject({ code: "fault-not-corroborated" });
    expect(deviceRow(together.settled, together.device)).toMatchObject({ fault: "garbled", trust: "attested" });
    const two = testEpoch({
      verifiers: 2,
      answer: (device, verifier) => (device === 0 && verifier === 0 ? "garbled" : "right"),
    });
    expect(deviceRow(settle(two.input), two.devices[0]!.id)).toMatchObject({ fault: null, qualityPpm: PPM });
  });

  test("what verifiers only attest costs the epoch's pay, never what was earned before", () => {
    const before = settle(testEpoch().input);
    const { input, devices } = testEpoch({ answer: (device) => (device === 3 ? "garbled" : "right") });
    const settled = settle({ ...input, previous: after(before) });
    expect(deviceRow(settled, devices[3]!.id)).toMatchObject({ fault: "garbled", trust: "attested", wayAllotted: 0n });
    const [held] = before.tables.state.unvested;
    expect(settled.tables.state.unvested).toEqual([{ ...held!, unvested: held!.unvested - held!.unvested / 90n }]);
  });

  test("of slots that the epoch does not have count nothing", () => {
    const { input } = testEpoch();
    const bundles = input.bundles.map((bundle) => ({
      ...bundle,
      verdicts: [...bundle.verdicts, { ...bundle.verdicts[0]!, slot: 9 }],
    }));
    expect(settle({ ...input, bundles }).tables).toEqual(settle(input).tables);
  });

  const change = (input: SettleInput, edit: (row: VerdictRow) => VerdictRow): SettleInput => ({
    ...input,
    bundles: input.bundles.map((bundle, i) => (i === 0 ? { ...bundle, verdicts: bundle.verdicts.map(edit) } : bundle)),
  });

  test("a failure whose evidence is withheld, or shows a right answer, falls back on the verifier", () => {
    const { input, devices, data, verifiers } = testEpoch();
    const device = devices[0]!.id;
    const accuse = (row: VerdictRow) => (row.device === device ? { ...row, outcome: "lost" } : row);
    const withheld = settle(change(input, accuse));
    expect(deviceRow(withheld, device)).toMatchObject({ fault: null, serviceMicroUsd: 880_000n });
    expect(withheld.explanations[0]).toMatchObject({ code: "fault-without-evidence", about: verifiers[0]!.address });
    const credits = (settled: Settlement) =>
      settled.tables.payouts.find((row) => row.account === verifiers[0]!.address)!.dollars;
    expect(credits(withheld)).toBeLessThan(credits(settle(input)));

    const response = answerBytes("right", "0/0/0");
    const shown = { ...data[0]!, evidence: [{ digest: keccakHex(response), response }] };
    const bundles = [checked(shown), ...input.bundles.slice(1)];
    const lied = settle(change({ ...input, bundles }, (row) => (row.slot === 0 ? accuse(row) : row)));
    expect(lied.explanations).toMatchObject([
      { code: "verdict-misjudged", trust: "proven", about: verifiers[0]!.address },
    ]);
    expect(deviceRow(lied, device).qualityPpm).toBe(PPM);
  });

  test("time-outs credit verifiers only when two saw them, and one that lies cannot lower a device's quality", () => {
    const silent = (count: number) => {
      const epoch = testEpoch({ answer: (device, verifier) => (device === 0 && verifier < count ? null : "right") });
      const settled = settle(epoch.input);
      const own = settled.tables.verdicts.find(
        (row) => row.device === epoch.devices[0]!.id && row.verifier === epoch.verifiers[0]!.address,
      )!;
      return { credited: own.credited, quality: deviceRow(settled, epoch.devices[0]!.id).qualityPpm };
    };
    expect(silent(1)).toEqual({ credited: 0, quality: PPM });
    expect(silent(2)).toEqual({ credited: 6, quality: 0n });
  });

  test("of a verifier that had not committed, or opens another chain, do not count and earn nothing", () => {
    const { input, verifiers } = testEpoch();
    const [first, second] = verifiers.map(({ address }) => address);
    const committedHeads = new Map([...input.committedHeads].filter(([verifier]) => verifier !== first));
    committedHeads.set(second!, ZERO_HASH);
    const settled = settle({ ...input, committedHeads });
    expect(settled.explanations.map((each) => each.code).toSorted()).toEqual([
      "reveal-not-committed",
      "reveal-of-another-chain",
    ]);
    const earned = settled.tables.payouts.filter((row) => row.account === first || row.account === second);
    expect(earned).toEqual([]);
    expect(settled.statement.dollarsIn).toBeGreaterThan(0n); // its vouchers count all the same
  });

  test("of strangers' rows count nothing: only assigned verifiers judge", () => {
    const { input } = testEpoch({ verifiers: 6, devices: 5 });
    const settled = settle(input);
    for (const device of input.registry.devices.keys()) {
      expect(settled.tables.verdicts.filter((row) => row.device === device)).toHaveLength(3);
    }
    const busybody = input.bundles.map((bundle) => ({
      ...bundle,
      verdicts: [...input.registry.devices].flatMap(([device, { kinds }]) =>
        Array.from({ length: 6 }, (_, slot): VerdictRow => {
          return {
            verifier: bundle.verifier,
            device,
            kind: kinds[0]!,
            slot,
            challenge: ZERO_HASH,
            outcome: "no-answer",
            evidence: ZERO_HASH,
          };
        }),
      ),
    }));
    const judged = settle({ ...input, bundles: busybody });
    expect(judged.tables.verdicts).toHaveLength(15);
  });

  test("a claim is judged again from its bytes", () => {
    const { input, devices, data } = testEpoch();
    const device = devices[0]!.id;
    const claim = (word: string) => {
      const evidence = answerBytes(word, "claim");
      const row = {
        verifier: data[0]!.verifier,
        device,
        kind: STORAGE,
        slot: CLAIM_SLOT,
        challenge: ZERO_HASH,
        outcome: "omitted",
        evidence: keccakHex(evidence),
      };
      const bundle = {
        ...data[0]!,
        verdicts: [...data[0]!.verdicts, row],
        claims: [{ kind: STORAGE, device, epoch: EPOCH, evidence }],
      };
      return settle({ ...input, bundles: [checked(bundle), ...input.bundles.slice(1)] });
    };
    expect(deviceRow(claim("omitted"), device)).toMatchObject({ fault: "omitted", trust: "proven" });
    expect(deviceRow(claim("right"), device)).toMatchObject({ fault: null });
  });

  test("two commitments of one device for one epoch are its fault, a forged second one is not", () => {
    const { input, devices, data } = testEpoch();
    const withCommitments = (second: ReturnType<typeof commitmentOf>) => {
      const first = commitmentOf(devices[0]!, STORAGE, 5n);
      const bundles = data.map((bundle, i) => checked({ ...bundle, commitments: [i === 0 ? second : first] }));
      return deviceRow(settle({ ...input, bundles }), devices[0]!.id).fault;
    };
    expect(withCommitments(commitmentOf(devices[0]!, STORAGE, 5n))).toBeNull();
    expect(withCommitments(commitmentOf(devices[0]!, STORAGE, 6n))).toBe("commitment-equivocation");
    const forged = { ...commitmentOf(devices[1]!, STORAGE, 6n) };
    const claimed = { ...forged, commitment: { ...forged.commitment, device: devices[0]!.id } };
    expect(withCommitments(claimed)).toBeNull();
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
