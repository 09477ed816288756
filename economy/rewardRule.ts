import type { Address } from "@wayleave/core/ids";
import { assert } from "@wayleave/core/errors";
import { ZERO_ADDRESS } from "@wayleave/core/messages";
import { type MicroUsd, type Way, BPS, PPM } from "@wayleave/core/money";
import { type CellTarget, type Parameters, KIND_SLOTS, LAMBDA_SCALE, MAX_UNITS } from "./parameters.ts";

/** What one payer's settled vouchers brought one device in one kind this epoch: Δ ≥ 0. */
export interface Served {
  readonly device: Address;
  readonly kind: number;
  readonly microUsd: MicroUsd;
}

/** What verifiers' challenges (never paid work) say one device is worth in one kind. */
export interface Capacity {
  readonly device: Address;
  readonly kind: number;
  /** A cell or a network number. */
  readonly locality: bigint;
  /** q ≥ 0. */
  readonly units: bigint;
  /** s, 0…1,000,000. */
  readonly qualityPpm: bigint;
  /**
   * A proven fault forfeits this epoch's pay of the kind to the auction. Its x still counts in X, so that no neighbour
   * gains by another's fault.
   */
  readonly fault: boolean;
}

export interface EpochInput {
  readonly parameters: Parameters;
  /** R before this epoch. */
  readonly reserve: Way;
  /** Kinds whose capacity pool goes to the device that served. */
  readonly poolToServer: ReadonlySet<number>;
  readonly served: readonly Served[];
  /** At most one per kind and device. */
  readonly capacities: readonly Capacity[];
  /** Challenges that each verifier is credited with. */
  readonly verifierCredits: ReadonlyMap<Address, bigint>;
  /** WAY that is there for stipends. */
  readonly stipendPot: Way;
}

export interface DeviceReward {
  readonly kind: number;
  readonly locality: bigint;
  readonly device: Address;
  readonly units: bigint;
  readonly qualityPpm: bigint;
  readonly x: bigint;
  readonly serviceMicroUsd: MicroUsd;
  readonly poolMicroUsd: MicroUsd;
  readonly wayAllotted: Way;
  readonly fault: boolean;
}

export interface LocalityReward {
  readonly kind: number;
  readonly locality: bigint;
  readonly x: bigint;
  /** A_z after the cap of its network. */
  readonly weighted: bigint;
  readonly poolMicroUsd: MicroUsd;
  readonly poolWay: Way;
}

export interface EpochRewards {
  /** B. Equals devicesDollars + verificationDollars + auctionDollars exactly. */
  readonly dollarsIn: MicroUsd;
  readonly devicesDollars: MicroUsd;
  readonly verificationDollars: MicroUsd;
  /** μ, everything forfeited and every remainder. */
  readonly auctionDollars: MicroUsd;
  /** Ascending by kind, locality, device. */
  readonly devices: readonly DeviceReward[];
  /** Ascending by kind, locality. */
  readonly localities: readonly LocalityReward[];
  readonly treasuryMicroUsd: MicroUsd;
  /** Ascending by verifier. */
  readonly verifiers: readonly { readonly verifier: Address; readonly microUsd: MicroUsd; readonly stipend: Way }[];
  readonly stipendWay: Way;
  readonly allottedByKind: readonly Way[];
  readonly wayAllotted: Way;
  /** R − Σ allotted. */
  readonly reserveAfter: Way;
}

/** C = ⌊R·λ⌋: the most WAY that one epoch allots. */
export function capacityBudgetDown(reserve: Way, lambdaPerBillion: bigint): Way {
  return mulDivDown(reserve, lambdaPerBillion, LAMBDA_SCALE);
}

/**
 * The reward rule: one epoch's dollars and proven capacity to everybody's part of it. Pure integers, every division
 * floors, the order of its inputs changes nothing.
 *
 * Demand enters dollars only. WAY depends on capacities, cells, parameters and the reserve alone (theorem 1).
 * @see economy.md
 */
export function rewardRule(input: EpochInput): EpochRewards {
  const { parameters } = input;
  const turnover = turnoverByKind(input.served);
  const dollarsIn = sumOf(turnover);
  const service = serviceShares(input);
  const pools = turnover.map((amount, kind) =>
    input.poolToServer.has(kind) ? 0n : mulDivDown(amount, parameters.poolBps, BPS),
  );
  const capacity = capacityShares(input, pools);
  const devices = joinRewards(service, capacity.rewards);

  const wayAllotted = sumOf(capacity.allottedByKind);
  const devicesDollars = sumOf(devices.map((row) => row.serviceMicroUsd + row.poolMicroUsd));
  const verification = verificationShares(input, dollarsIn);
  return {
    dollarsIn,
    devicesDollars,
    verificationDollars: verification.paid,
    auctionDollars: dollarsIn - devicesDollars - verification.paid,
    devices,
    localities: capacity.localities,
    treasuryMicroUsd: verification.treasury,
    verifiers: verification.verifiers,
    stipendWay: sumOf(verification.verifiers.map((row) => row.stipend)),
    allottedByKind: capacity.allottedByKind,
    wayAllotted,
    reserveAfter: input.reserve - wayAllotted,
  };
}

/** One epoch of geometric vesting of one device. A fault burns all of U and what it would have been allotted. */
export function vest(unvested: Way, allotted: Way, fault: boolean, vestingEpochs: bigint) {
  if (fault) return { vested: 0n, unvestedAfter: 0n, burned: unvested + allotted };
  const vested = unvested / vestingEpochs; // floors
  return { vested, unvestedAfter: unvested - vested + allotted, burned: 0n };
}

interface ServiceShare {
  device: Address;
  kind: number;
  service: MicroUsd;
  pool: MicroUsd;
}

function turnoverByKind(served: readonly Served[]): MicroUsd[] {
  const turnover = Array.from({ length: KIND_SLOTS }, () => 0n);
  for (const { kind, microUsd } of served) {
    assert(kind >= 0 && kind < KIND_SLOTS && microUsd >= 0n, "work is of a known kind and never negative");
    turnover[kind]! += microUsd;
  }
  return turnover;
}

const keyOf = (kind: number, device: Address) => `${kind}${device}`;

/** D = ⌊Δ·d⌋ of every Δ, and ⌊Δ·m⌋ too where the pool goes to the server; nothing with a fault. */
function serviceShares(input: EpochInput): Map<string, ServiceShare> {
  const { deviceBps, poolBps } = input.parameters;
  const faulted = new Set(input.capacities.filter((row) => row.fault).map((row) => keyOf(row.kind, row.device)));
  const shares = new Map<string, ServiceShare>();
  for (const { device, kind, microUsd } of input.served) {
    const key = keyOf(kind, device);
    const share = shares.get(key) ?? { device, kind, service: 0n, pool: 0n };
    shares.set(key, share);
    if (faulted.has(key)) continue;
    share.service += mulDivDown(microUsd, deviceBps, BPS);
    if (input.poolToServer.has(kind)) share.pool += mulDivDown(microUsd, poolBps, BPS);
  }
  return shares;
}

interface CapacityShares {
  readonly rewards: Map<string, { readonly row: Capacity; readonly pool: MicroUsd; readonly way: Way }>;
  readonly localities: LocalityReward[];
  readonly allottedByKind: Way[];
}

function capacityShares(input: EpochInput, pools: readonly MicroUsd[]): CapacityShares {
  const budget = capacityBudgetDown(input.reserve, input.parameters.lambdaPerBillion);
  const shares: CapacityShares = { rewards: new Map(), localities: [], allottedByKind: [] };
  for (let kind = 0; kind < KIND_SLOTS; kind++) {
    const rows = input.capacities.filter((row) => row.kind === kind);
    const cells = weightedCells(input.parameters, kind, rows);
    const weighted = sumOf(cells.map((cell) => cell.weighted));
    const byWeight = mulDivDown(budget, input.parameters.weightBps[kind]!, BPS);
    const byPrice = mulDivDown(input.parameters.maxWayPerUnit[kind]!, weighted, PPM);
    shares.allottedByKind.push(shareOutKind(shares, rows, cells, weighted, pools[kind]!, min(byWeight, byPrice)));
  }
  return shares;
}

interface Cell {
  readonly locality: bigint;
  readonly network: bigint;
  readonly x: bigint;
  weighted: bigint;
}

/** X_z and A_z = v_z·min(X_z, T_z·PPM), scaled back by ⌊·⌋ where a network passes its T_n. Ascending by locality. */
function weightedCells(parameters: Parameters, kind: number, rows: readonly Capacity[]): Cell[] {
  const targets = new Map<bigint, CellTarget>();
  for (const cell of parameters.cells) if (cell.kind === kind) targets.set(cell.locality, cell);
  const supply = new Map<bigint, bigint>();
  for (const row of rows) supply.set(row.locality, (supply.get(row.locality) ?? 0n) + xOf(row));
  const cells = [...supply].map(([locality, x]): Cell => {
    const target = targets.get(locality);
    const weighted = target === undefined ? 0n : target.weight * min(x, target.target * PPM);
    return { locality, network: target?.network ?? 0n, x, weighted };
  });
  cells.sort((a, b) => compare(a.locality, b.locality));
  const cap = parameters.networkTargets[kind];
  if (cap !== null && cap !== undefined) capNetworks(cells, cap * PPM);
  return cells;
}

function capNetworks(cells: readonly Cell[], cap: bigint): void {
  const totals = new Map<bigint, bigint>();
  for (const { network, weighted } of cells) totals.set(network, (totals.get(network) ?? 0n) + weighted);
  for (const cell of cells) {
    const total = totals.get(cell.network)!;
    if (cell.network !== 0n && total > cap) cell.weighted = mulDivDown(cell.weighted, cap, total);
  }
}

/** G_z = ⌊pool·A_z/A⌋ and pay = ⌊G_z·x/X_z⌋ for both pools of one kind. @returns the WAY really allotted. */
function shareOutKind(
  shares: CapacityShares,
  rows: readonly Capacity[],
  cells: readonly Cell[],
  weighted: bigint,
  poolMicroUsd: MicroUsd,
  poolWay: Way,
): Way {
  const cellRewards = new Map<bigint, LocalityReward>();
  for (const cell of cells) {
    const reward: LocalityReward = {
      kind: rows[0]!.kind,
      locality: cell.locality,
      x: cell.x,
      weighted: cell.weighted,
      poolMicroUsd: weighted === 0n ? 0n : mulDivDown(poolMicroUsd, cell.weighted, weighted),
      poolWay: weighted === 0n ? 0n : mulDivDown(poolWay, cell.weighted, weighted),
    };
    cellRewards.set(cell.locality, reward);
    shares.localities.push(reward);
  }
  let allotted = 0n;
  for (const row of rows) {
    const cell = cellRewards.get(row.locality)!;
    const earns = !row.fault && cell.x > 0n;
    const pool = earns ? mulDivDown(cell.poolMicroUsd, xOf(row), cell.x) : 0n;
    const way = earns ? mulDivDown(cell.poolWay, xOf(row), cell.x) : 0n;
    const key = keyOf(row.kind, row.device);
    assert(!shares.rewards.has(key), "a device's capacity of one kind is counted once");
    shares.rewards.set(key, { row, pool, way });
    allotted += way;
  }
  return allotted;
}

function joinRewards(service: ReadonlyMap<string, ServiceShare>, capacity: CapacityShares["rewards"]): DeviceReward[] {
  const rewards: DeviceReward[] = [];
  for (const [key, { row, pool, way }] of capacity) {
    const served = service.get(key);
    rewards.push({
      kind: row.kind,
      locality: row.locality,
      device: row.device,
      units: row.units,
      qualityPpm: row.qualityPpm,
      x: xOf(row),
      serviceMicroUsd: served?.service ?? 0n,
      poolMicroUsd: pool + (served?.pool ?? 0n),
      wayAllotted: way,
      fault: row.fault,
    });
  }
  for (const [key, { device, kind, service: serviceMicroUsd, pool: poolMicroUsd }] of service) {
    if (capacity.has(key)) continue;
    const nothingProven = { locality: 0n, units: 0n, qualityPpm: 0n, x: 0n, wayAllotted: 0n, fault: false };
    rewards.push({ kind, device, serviceMicroUsd, poolMicroUsd, ...nothingProven });
  }
  return rewards.sort((a, b) => a.kind - b.kind || compare(a.locality, b.locality) || compare(a.device, b.device));
}

/** F = ⌊B·f⌋: the treasury's part floored, the rest by credits, floored; what floors leave goes to the auction. */
function verificationShares(input: EpochInput, dollarsIn: MicroUsd) {
  const { parameters } = input;
  const fee = mulDivDown(dollarsIn, parameters.verificationBps, BPS);
  const treasuryPart = mulDivDown(fee, parameters.treasuryBps, BPS);
  const treasury = parameters.treasury === ZERO_ADDRESS ? 0n : treasuryPart;
  const credited = [...input.verifierCredits].filter(([, credits]) => credits > 0n);
  credited.sort(([a], [b]) => compare(a, b));
  const credits = sumOf(credited.map(([, own]) => own));
  const stipends = min(parameters.stipendPerEpoch, input.stipendPot);
  const stipend = credited.length === 0 ? 0n : min(parameters.stipendPerVerifier, stipends / BigInt(credited.length));
  const verifiers = credited.map(([verifier, own]) => ({
    verifier,
    microUsd: mulDivDown(fee - treasuryPart, own, credits),
    stipend,
  }));
  return { treasury, verifiers, paid: treasury + sumOf(verifiers.map((row) => row.microUsd)) };
}

/** ⌊a·b/c⌋, and a promise that a contract could have computed it: no product reaches 2²⁵⁶ (invariant 9). */
function mulDivDown(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b;
  assert(a >= 0n && b >= 0n && product >> 256n === 0n, "a product of the rule is not negative and stays below 2²⁵⁶");
  return product / c;
}

function xOf(row: Capacity): bigint {
  assert(row.units >= 0n && row.units < MAX_UNITS, "units fit 64 bits");
  assert(row.qualityPpm >= 0n && row.qualityPpm <= PPM, "quality lies in [0, PPM]");
  return row.units * row.qualityPpm;
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
