import { type StructValue, structType } from "./eip712.ts";
import type { Address } from "./ids.ts";
import type { MicroUsd, Way } from "./money.ts";

/**
 * The settlement of one epoch as verifiers sign it and the contract stores it. Field order is the contract's
 * (`Settlement.Statement`). `previous` is the struct hash of the statement before, `payoutsSum` packs two cumulative
 * sums in one word: µ$ << 128 | WAY.
 */
export const STATEMENT = structType("Statement", [
  ["epoch", "uint64"],
  ["previous", "bytes32"],
  ["paramsHash", "bytes32"],
  ["registryBlock", "uint64"],
  ["bundleHeadsHash", "bytes32"],
  ["payerRowsHash", "bytes32"],
  ["dollarsIn", "uint256"],
  ["devicesDollars", "uint256"],
  ["verificationDollars", "uint256"],
  ["auctionDollars", "uint256"],
  ["allottedByKindHash", "bytes32"],
  ["wayAllotted", "uint256"],
  ["wayVested", "uint256"],
  ["stipendWay", "uint256"],
  ["reserveAfter", "uint256"],
  ["vouchersRoot", "bytes32"],
  ["verdictsRoot", "bytes32"],
  ["devicesRoot", "bytes32"],
  ["localitiesRoot", "bytes32"],
  ["payoutsRoot", "bytes32"],
  ["payoutsSum", "uint256"],
  ["stateRoot", "bytes32"],
  ["stateSum", "uint256"],
]);
export type Statement = StructValue<typeof STATEMENT.fields>;

/** What one payer's escrow gives up for an epoch. Statements carry them strictly ascending by payer. */
export interface PayerRow {
  readonly payer: Address;
  readonly amount: MicroUsd;
}

/** One leaf of the payouts tree: lifetime totals, so that a claim needs no history. */
export interface PayoutRow {
  readonly account: Address;
  readonly dollars: MicroUsd;
  readonly way: Way;
}

/** First word of every leaf of a tree, so that a leaf of one tree is none of another. The contract knows `payouts`. */
export const LEAF_TAGS = { payouts: 1, vouchers: 2, verdicts: 3, devices: 4, localities: 5, state: 6 } as const;

/** µ$ above, WAY below: both cumulative sums of the payouts tree in one word. Neither reaches 2¹²⁸. */
export function packSums(dollars: MicroUsd, way: Way): bigint {
  return (dollars << 128n) | way;
}

export function unpackSums(packed: bigint): { dollars: MicroUsd; way: Way } {
  return { dollars: packed >> 128n, way: packed & ((1n << 128n) - 1n) };
}
