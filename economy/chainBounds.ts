import { BPS } from "@wayleave/core/money";
import { KIND_SLOTS, LAMBDA_SCALE, type ChainParameters } from "./parameters.ts";

/** The figures of a statement that the contract bounds. */
export interface BoundedFigures {
  readonly dollarsIn: bigint;
  readonly devicesDollars: bigint;
  readonly verificationDollars: bigint;
  readonly auctionDollars: bigint;
  readonly allottedByKind: readonly bigint[];
  readonly wayAllotted: bigint;
  readonly reserveAfter: bigint;
  readonly stipendWay: bigint;
}

/**
 * The first bound of `Settlement.postStatement` that these figures break, by the name of the contract's error; null when
 * it would accept them. The contract checks them whoever signs.
 *
 * @param before - the contract's own reserve and stipend pot.
 * @see contracts/src/Settlement.sol `_checkDollars`, `_checkWay`
 */
export function brokenBound(
  figures: BoundedFigures,
  parameters: ChainParameters,
  before: { readonly reserve: bigint; readonly stipendPot: bigint },
): string | null {
  const { dollarsIn, devicesDollars, verificationDollars, auctionDollars } = figures;
  const pay = devicesDollars + verificationDollars;
  if (auctionDollars < 0n || pay + auctionDollars !== dollarsIn) return "DollarsNotConserved";
  const burned = (dollarsIn * parameters.burnBps + BPS - 1n) / BPS; // ceiling: in the auction's favour
  if (pay > dollarsIn - burned) return "PayAboveBound";
  if (verificationDollars > (dollarsIn * parameters.verificationBps) / BPS) return "VerificationAboveBound";

  const capacity = (before.reserve * parameters.lambdaPerBillion) / LAMBDA_SCALE;
  for (let kind = 0; kind < KIND_SLOTS; kind++) {
    if (figures.allottedByKind[kind]! > (capacity * parameters.weightBps[kind]!) / BPS) return "AllottedAboveBound";
  }
  const sum = figures.allottedByKind.reduce((total, allotted) => total + allotted, 0n);
  if (sum !== figures.wayAllotted) return "AllottedDoesNotSumUp";
  if (figures.reserveAfter !== before.reserve - sum) return "WrongReserve";
  const stipendBound = before.stipendPot < parameters.stipendPerEpoch ? before.stipendPot : parameters.stipendPerEpoch;
  return figures.stipendWay > stipendBound ? "StipendAboveBound" : null;
}
