import type { Address, Hash32 } from "@wayleave/core/ids";
import { concatBytes, toHex, uint256Bytes } from "@wayleave/core/bytes";
import { encodeWord } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import { ZERO_ADDRESS } from "@wayleave/core/messages";
import { type Way, BPS, WAY_UNIT } from "@wayleave/core/money";

/** Arrays of parameters are indexed by kind number; the contract has this many places. */
export const KIND_SLOTS = 4;

/** λ is a fraction of this. */
export const LAMBDA_SCALE = 1_000_000_000n;
/** Half-life 1461 daily epochs. */
export const DAILY_LAMBDA = 474_321n;
const DAY_MS = 86_400_000n;

/** R₀: all WAY that is ever minted by the rule. */
export const INITIAL_RESERVE: Way = 500_000_000n * WAY_UNIT;

/** μ is never below: self-dealing must lose (theorem 1). `ParamsLib.MIN_BURN_BPS`. */
export const MIN_BURN_BPS = 100n;
/** Verifiers never vote themselves more of the turnover. `ParamsLib.MAX_VERIFICATION_BPS`. */
export const MAX_VERIFICATION_BPS = 1_000n;

/** v_z is an integer in [0, 10,000]. */
export const MAX_CELL_WEIGHT = 10_000n;
/** Units of a device, a cell's target and a network's: so that no product of the rule nears 2²⁵⁶. */
export const MAX_UNITS = 1n << 64n;

/** Where the network wants coverage. What is not listed has weight zero and earns no capacity pay. */
export interface CellTarget {
  readonly kind: number;
  /** A cell or a network number: the kind's locality. */
  readonly locality: bigint;
  /** v_z, 0…10,000. */
  readonly weight: bigint;
  /** T_z: the units that are wanted there. Supply beyond it dilutes. */
  readonly target: bigint;
  /** The network under whose cap (T_n) this cell counts; 0 for none. */
  readonly network: bigint;
}

/** The part that the contract enforces (`Params.sol`, field for field) and every statement names by its hash. */
export interface ChainParameters {
  /** d, m, f and μ: they sum to 10,000. */
  readonly deviceBps: bigint;
  readonly poolBps: bigint;
  readonly verificationBps: bigint;
  readonly burnBps: bigint;
  /** λ: the part of the reserve that one epoch may allot, in 10⁻⁹. */
  readonly lambdaPerBillion: bigint;
  /** The most WAY of the treasury's stipend that one epoch pays to all verifiers together. */
  readonly stipendPerEpoch: Way;
  /** w_k by kind number; what is missing to 10,000 stays in the reserve. */
  readonly weightBps: readonly bigint[];
}

/** The part that only verifiers compute with; published, the same for everyone, named by {@link policyHash}. */
export interface PolicyParameters {
  /** The treasury's part of the verification share; the verifiers have the rest. */
  readonly treasuryBps: bigint;
  readonly treasury: Address;
  /** Flat, to each verifier that took part, as far as `stipendPerEpoch` reaches. */
  readonly stipendPerVerifier: Way;
  /** p_k by kind number: the most WAY that a unit earns in one epoch, priced at v_z = 1. */
  readonly maxWayPerUnit: readonly Way[];
  /** T_n by kind number, in units after v_z; null: that kind has no cap per network. */
  readonly networkTargets: readonly (bigint | null)[];
  /** V: ⌊U / V⌋ of the unvested U is payable per epoch. */
  readonly vestingEpochs: bigint;
  /** Strictly ascending by kind, locality. */
  readonly cells: readonly CellTarget[];
}

/** Changed by timelock only, never from measured demand (theorem 2). Dollars in µ$, WAY in 10⁻¹⁸, `Bps` in 1/10,000. */
export interface Parameters extends ChainParameters, PolicyParameters {}

/** Wireless counts units in millionths, so what a whole unit may earn is asked of a million of them. */
const MICRO_WAY = WAY_UNIT / 1_000_000n;

/**
 * The defaults of `economy.md` for daily epochs. No cell is listed: a network names where it wants coverage.
 * The treasury must be set before anything is paid: with the zero address its part goes to the auction.
 */
export const DEFAULT_PARAMETERS: Parameters = {
  deviceBps: 8_800n,
  poolBps: 500n,
  verificationBps: 200n,
  burnBps: 500n,
  lambdaPerBillion: DAILY_LAMBDA,
  stipendPerEpoch: 3_000n * WAY_UNIT,
  weightBps: [500n, 4_500n, 0n, 500n],
  treasuryBps: 4_000n,
  treasury: ZERO_ADDRESS,
  stipendPerVerifier: 100n * WAY_UNIT,
  maxWayPerUnit: [10n * MICRO_WAY, 10n * WAY_UNIT, 0n, 10n * WAY_UNIT],
  networkTargets: [null, null, null, null],
  vestingEpochs: 90n,
  cells: [],
};

/** λ for epochs shorter than a day: in proportion, floored, at least 1 so that something is seen locally. */
export function scaledLambda(epochMs: number): bigint {
  const scaled = (DAILY_LAMBDA * BigInt(epochMs)) / DAY_MS;
  return scaled === 0n ? 1n : scaled;
}

const CHAIN_WORDS = [
  "deviceBps",
  "poolBps",
  "verificationBps",
  "burnBps",
  "lambdaPerBillion",
  "stipendPerEpoch",
] as const;

/** keccak256(abi.encode(Params)): what `Statement.paramsHash` must be. @see contracts/src/Params.sol */
export function paramsHash(parameters: ChainParameters): Hash32 {
  const scalars = CHAIN_WORDS.map((name) => encodeWord(name, "uint128", parameters[name]));
  const weights = parameters.weightBps.map((weight) => encodeWord("weightBps", "uint64", weight));
  return toHex(keccak256(concatBytes(...scalars, ...weights)));
}

/** Names the verifiers' own part, cell list included, so that two who differ can tell why before they sign. */
export function policyHash(parameters: PolicyParameters): Hash32 {
  const { treasuryBps, treasury, stipendPerVerifier, maxWayPerUnit, networkTargets, vestingEpochs, cells } = parameters;
  const list = (values: readonly bigint[]) =>
    concatBytes(uint256Bytes(BigInt(values.length)), ...values.map(uint256Bytes));
  return toHex(
    keccak256(
      uint256Bytes(treasuryBps),
      encodeWord("treasury", "address", treasury),
      uint256Bytes(stipendPerVerifier),
      list(maxWayPerUnit),
      list(networkTargets.map((target) => (target === null ? 0n : target + 1n))),
      uint256Bytes(vestingEpochs),
      list(cells.flatMap((cell) => [BigInt(cell.kind), cell.locality, cell.weight, cell.target, cell.network])),
    ),
  );
}

/** @throws WayleaveError `bad-parameters` naming the field that is out of its bounds. */
export function checkParameters(parameters: Parameters): void {
  const p = parameters;
  const shares = p.deviceBps + p.poolBps + p.verificationBps + p.burnBps;
  demand(shares === BPS, "deviceBps", `d + m + f + μ must be ${BPS}, is ${shares}`);
  for (const name of ["deviceBps", "poolBps", "verificationBps", "burnBps", "treasuryBps"] as const) {
    demand(p[name] >= 0n && p[name] <= BPS, name, "must lie in [0, 10000]");
  }
  demand(p.burnBps >= MIN_BURN_BPS, "burnBps", `must be at least ${MIN_BURN_BPS}: self-dealing must lose`);
  demand(p.verificationBps <= MAX_VERIFICATION_BPS, "verificationBps", `must be at most ${MAX_VERIFICATION_BPS}`);
  demand(p.lambdaPerBillion >= 0n && p.lambdaPerBillion <= LAMBDA_SCALE, "lambdaPerBillion", "must lie in [0, 10⁹]");
  demand(p.vestingEpochs >= 1n, "vestingEpochs", "must be at least 1");
  demand(p.stipendPerEpoch >= 0n && p.stipendPerEpoch >> 96n === 0n, "stipendPerEpoch", "must fit 96 bits");
  demand(p.stipendPerVerifier >= 0n && p.stipendPerVerifier >> 96n === 0n, "stipendPerVerifier", "must fit 96 bits");
  for (const name of ["weightBps", "maxWayPerUnit", "networkTargets"] as const) {
    demand(p[name].length === KIND_SLOTS, name, `needs one entry for each of ${KIND_SLOTS} kinds`);
  }
  demand(p.weightBps.every((w) => w >= 0n) && sum(p.weightBps) <= BPS, "weightBps", "must sum to at most 10,000");
  demand(
    p.maxWayPerUnit.every((price) => price >= 0n && price >> 96n === 0n),
    "maxWayPerUnit",
    "must fit 96 bits",
  );
  demand(
    p.networkTargets.every((t) => t === null || (t >= 0n && t < MAX_UNITS)),
    "networkTargets",
    "must fit 64 bits",
  );
  checkCells(p.cells);
}

function checkCells(cells: readonly CellTarget[]): void {
  cells.forEach((cell, index) => {
    const before = cells[index - 1];
    const ascending =
      before === undefined || before.kind < cell.kind || (before.kind === cell.kind && before.locality < cell.locality);
    demand(ascending, `cells[${index}]`, "must be strictly ascending by kind, locality");
    demand(cell.kind >= 0 && cell.kind < KIND_SLOTS, `cells[${index}].kind`, "is no kind");
    demand(cell.weight >= 0n && cell.weight <= MAX_CELL_WEIGHT, `cells[${index}].weight`, "must lie in [0, 10000]");
    demand(cell.target >= 0n && cell.target < MAX_UNITS, `cells[${index}].target`, "must fit 64 bits");
    demand(cell.locality >= 0n && cell.network >= 0n, `cells[${index}]`, "must not be negative");
  });
}

function demand(condition: boolean, field: string, promise: string): void {
  if (!condition) throw new WayleaveError("bad-parameters", `${field} ${promise}`, { field });
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
