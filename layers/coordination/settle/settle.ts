import { toHex } from "@wayleave/core/bytes";
import { type SigningDomain, structHash, typedDigestHex } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { JointAssessment, JointSource } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import type { Way } from "@wayleave/core/money";
import { type PayoutRow, STATEMENT, type Statement, packSums } from "@wayleave/core/statement";
import { checkParameters, paramsHash } from "@wayleave/economy/parameters";
import { type EpochRewards, rewardRule, vest } from "@wayleave/economy/rewardRule";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import { type Assessments, assessDevices } from "./assessDevices.ts";
import { assessJointly, jointSources } from "./assessJointly.ts";
import { countedBundles } from "./countedBundles.ts";
import { allottedByKindHash, bundleHeadsHash, payerRowsHash, treesOf } from "./leaves.ts";
import { byText } from "./order.ts";
import { type VoucherSettlement, settleVouchers } from "./settleVouchers.ts";
import type { SettleInput, UnvestedRow } from "./settleInput.ts";
import type { BundleHead, DeviceRow, Explanation, Settlement, SettlementTables } from "./settlement.ts";

/**
 * One epoch's books out of what verifiers published and the chain's own snapshot. Pure: the same inputs in any order
 * give the same statement on every machine.
 *
 * @param input - bundles are through `readBundle`, still hostile in what they say.
 * @param joint - what kinds made of {@link jointSources} of the same input, when that was computed elsewhere.
 * @returns what verifiers sign and the contract is given, with every table and tree behind it.
 * @throws WayleaveError `settle-input` when the inputs contradict each other: a bundle of another network, epoch, seed
 * or an unbonded verifier, two bundles of one verifier, a payouts table that does not add up.
 * @see economy.md, settlement.md
 */
export function settle(input: SettleInput, joint?: ReadonlyMap<number, JointAssessment>): Settlement {
  checkInput(input);
  const explanations = uncountedBundles(input);
  const domain = { chainId: input.network.chainId, verifyingContract: input.network.settlement };
  const bundles = input.bundles.toSorted((a, b) => byText(a.verifier, b.verifier));
  const vouchers = settleVouchers({
    domain,
    registry: input.registry,
    bundles,
    settledBefore: input.previous.state.settled,
  });
  const assessed = assessDevices(input, countedBundles(input), joint ?? assessJointly(input));
  const rewards = rewardRule({
    parameters: input.parameters,
    reserve: input.previous.reserve,
    poolToServer: new Set(
      [...input.judges.values()].filter(({ rule }) => rule.poolToServer).map(({ rule }) => rule.number),
    ),
    served: vouchers.rows.map(({ device, kind, paidMicroUsd }) => ({ device, kind, microUsd: paidMicroUsd })),
    capacities: assessed.devices.map((device) => ({ ...device, fault: device.fault !== null })),
    verifierCredits: assessed.credits,
    stipendPot: input.registry.stipendPot,
  });
  const vesting = vestAll(input, rewards, assessed);
  const tables: SettlementTables = {
    vouchers: vouchers.rows,
    verdicts: assessed.verdicts,
    devices: deviceRows(input, rewards, assessed),
    localities: rewards.localities,
    payouts: payoutsAfter(input, rewards, vesting.vested),
    state: { unvested: vesting.unvested, settled: vouchers.settled, carried: assessed.carried },
  };
  explanations.push(...vouchers.explanations, ...assessed.explanations, ...vesting.explanations);
  return closeBooks(input, domain, { bundles, vouchers, rewards, tables, vestedWay: vesting.vestedWay, explanations });
}

/** {@link settle}, with what kinds judge together computed by `assess`: for whoever must not stand still meanwhile. */
export async function settleWith(
  input: SettleInput,
  assess: (kind: number, source: JointSource) => Promise<JointAssessment>,
): Promise<Settlement> {
  checkInput(input);
  const joint = new Map<number, JointAssessment>();
  for (const [kind, source] of jointSources(input)) joint.set(kind, await assess(kind, source));
  return settle(input, joint);
}

function checkInput({ network, epoch, seed, bundles, registry, previous, parameters }: SettleInput): void {
  checkParameters(parameters);
  const seen = new Set<Address>();
  for (const bundle of bundles) {
    const { verifier } = bundle;
    const fits =
      bundle.network.chainId === network.chainId &&
      bundle.network.settlement === network.settlement &&
      bundle.network.registry === network.registry;
    if (!fits) refuse("network", "A bundle is of another network", { verifier });
    if (bundle.epoch !== epoch) refuse("epoch", "A bundle is of another epoch", { verifier, epoch: bundle.epoch });
    if (bundle.seed !== seed) refuse("seed", "A bundle's challenges are of another seed", { verifier });
    if (!registry.verifiers.has(verifier)) refuse("verifier", "A bundle is of nobody who verifies", { verifier });
    if (seen.has(verifier)) refuse("bundles", "One verifier has two bundles", { verifier });
    seen.add(verifier);
  }
  const dollars = previous.payouts.reduce((sum, row) => sum + row.dollars, 0n);
  const way = previous.payouts.reduce((sum, row) => sum + row.way, 0n);
  if (packSums(dollars, way) !== previous.payoutsSum) refuse("payouts", "The payouts before do not add up", {});
}

function refuse(field: string, message: string, facts: Record<string, string | number>): never {
  throw new WayleaveError("settle-input", message, { field, ...facts });
}

/** Whose verdicts do not count, and why. */
function uncountedBundles(input: SettleInput): Explanation[] {
  const counted = new Set(countedBundles(input).map(({ verifier }) => verifier));
  return input.bundles
    .filter(({ verifier }) => !counted.has(verifier))
    .map(({ verifier: about, revealHead: head }) => {
      const isCommitted = input.committedHeads.has(about);
      const code = isCommitted ? "reveal-of-another-chain" : "reveal-not-committed";
      return { trust: "proven", about, kind: null, code, facts: { head } };
    });
}

function accountOf(input: SettleInput, device: Address): Address {
  return input.registry.devices.get(device)?.owner ?? device;
}

/** Every device that has unvested WAY, was allotted some or is at fault: what vests now and what stays. */
function vestAll(input: SettleInput, rewards: EpochRewards, assessed: Assessments) {
  const before = new Map(input.previous.state.unvested.map((row) => [row.device, row.unvested]));
  const allotted = new Map<Address, Way>();
  for (const { device, wayAllotted } of rewards.devices)
    allotted.set(device, (allotted.get(device) ?? 0n) + wayAllotted);
  // Only what is proven is ever slashed: an attested fault costs this epoch's pay and nothing that was earned before.
  const faulted = new Set(
    assessed.devices.filter((row) => row.fault !== null && row.trust === "proven").map((row) => row.device),
  );
  const unvested: UnvestedRow[] = [];
  const vested = new Map<Address, Way>();
  const explanations: Explanation[] = [];
  let vestedWay = 0n;
  for (const device of new Set([...before.keys(), ...allotted.keys()])) {
    const step = vest(
      before.get(device) ?? 0n,
      allotted.get(device) ?? 0n,
      faulted.has(device),
      input.parameters.vestingEpochs,
    );
    if (step.unvestedAfter > 0n) unvested.push({ device, unvested: step.unvestedAfter });
    if (step.vested > 0n) vested.set(device, step.vested);
    vestedWay += step.vested;
    if (step.burned > 0n) {
      const facts = { burnedWay: step.burned };
      explanations.push({ trust: "proven", about: device, kind: null, code: "unvested-burned", facts });
    }
  }
  unvested.sort((a, b) => byText(a.device, b.device));
  return { unvested, vested, vestedWay, explanations };
}

function deviceRows(input: SettleInput, rewards: EpochRewards, assessed: Assessments): DeviceRow[] {
  const assessments = new Map(assessed.devices.map((row) => [`${row.kind}${row.device}`, row]));
  return rewards.devices.map((reward): DeviceRow => {
    const assessment = assessments.get(`${reward.kind}${reward.device}`);
    const account = accountOf(input, reward.device);
    return { ...reward, account, fault: assessment?.fault ?? null, trust: assessment?.trust ?? "proven" };
  });
}

/** Cumulative totals by account: devices' dollars, what vested, verifiers, treasury. */
function payoutsAfter(input: SettleInput, rewards: EpochRewards, vested: ReadonlyMap<Address, Way>): PayoutRow[] {
  const payouts = new Map(input.previous.payouts.map((row) => [row.account, row]));
  const pay = (account: Address, dollars: bigint, way: Way) => {
    if (dollars === 0n && way === 0n) return;
    const { dollars: dollarsBefore, way: wayBefore } = payouts.get(account) ?? { dollars: 0n, way: 0n };
    payouts.set(account, { account, dollars: dollarsBefore + dollars, way: wayBefore + way });
  };
  for (const { device, serviceMicroUsd, poolMicroUsd } of rewards.devices) {
    pay(accountOf(input, device), serviceMicroUsd + poolMicroUsd, 0n);
  }
  for (const [device, way] of vested) pay(accountOf(input, device), 0n, way);
  for (const { verifier, microUsd, stipend } of rewards.verifiers) pay(verifier, microUsd, stipend);
  pay(input.parameters.treasury, rewards.treasuryMicroUsd, 0n);
  return [...payouts.values()].sort((a, b) => byText(a.account, b.account));
}

interface Books {
  readonly bundles: readonly CheckedBundle[];
  readonly vouchers: VoucherSettlement;
  readonly rewards: EpochRewards;
  readonly tables: SettlementTables;
  readonly vestedWay: Way;
  readonly explanations: readonly Explanation[];
}

function closeBooks(input: SettleInput, domain: SigningDomain, books: Books): Settlement {
  const { rewards, tables, vouchers } = books;
  const trees = treesOf(tables);
  const bundleHeads: BundleHead[] = books.bundles
    .map(({ verifier, head }) => ({ verifier, head }))
    .sort((a, b) => byText(a.head, b.head));
  const statement: Statement = {
    epoch: BigInt(input.epoch),
    previous: input.previous.statementHash,
    paramsHash: paramsHash(input.parameters),
    registryBlock: input.registry.block,
    bundleHeadsHash: bundleHeadsHash(bundleHeads.map(({ head }) => head)),
    payerRowsHash: payerRowsHash(vouchers.payerRows),
    dollarsIn: rewards.dollarsIn,
    devicesDollars: rewards.devicesDollars,
    verificationDollars: rewards.verificationDollars,
    auctionDollars: rewards.auctionDollars,
    allottedByKindHash: allottedByKindHash(rewards.allottedByKind),
    wayAllotted: rewards.wayAllotted,
    wayVested: books.vestedWay,
    stipendWay: rewards.stipendWay,
    reserveAfter: rewards.reserveAfter,
    vouchersRoot: toHex(trees.vouchers.root.hash),
    verdictsRoot: toHex(trees.verdicts.root.hash),
    devicesRoot: toHex(trees.devices.root.hash),
    localitiesRoot: toHex(trees.localities.root.hash),
    payoutsRoot: toHex(trees.payouts.root.hash),
    payoutsSum: trees.payouts.root.sum,
    stateRoot: toHex(trees.state.root.hash),
    stateSum: trees.state.root.sum,
  };
  return {
    statement,
    statementHash: toHex(structHash(STATEMENT, statement)),
    statementDigest: typedDigestHex(domain, STATEMENT, statement),
    payerRows: vouchers.payerRows,
    allottedByKind: rewards.allottedByKind,
    bundleHeads,
    tables,
    trees,
    explanations: books.explanations.toSorted(byExplanation),
  };
}

function byExplanation(a: Explanation, b: Explanation): number {
  return byText(a.about, b.about) || byText(a.code, b.code) || byText(toJson(a), toJson(b));
}
