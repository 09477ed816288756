import { assert } from "@wayleave/core/errors";

/** Coverage units are counted in millionths: what the reward rule takes as q. */
export const UNIT = 1_000_000n;

/** Up to so many witnesses each earn a whole unit; more share what is added. */
const FULL_WITNESSES = 4;

/**
 * What each of n witnesses of one beacon earns, in millionths, floored: 1 for n ≤ 4, else (4 − (1 − 0.8^(n−4)))/n.
 * 0.8^k = 4^k/5^k is computed exactly.
 * @param n - witness groups that are paid, 1…{@link CoverageRules.paidWitnesses}.
 * @see HIP-15, HIP-17
 */
export function witnessUnits(n: number): bigint {
  assertWitnesses(n);
  if (n <= FULL_WITNESSES) return UNIT;
  const [fours, fives] = powersOf(n - FULL_WITNESSES);
  return (UNIT * (3n * fives + fours)) / (BigInt(n) * fives);
}

/** What the sender of a beacon with n witnesses earns, in millionths, floored: n/4 for n ≤ 4, else min(2, 2 − 0.8^(n−4)). */
export function beaconUnits(n: number): bigint {
  if (n === 0) return 0n;
  assertWitnesses(n);
  if (n <= FULL_WITNESSES) return (UNIT * BigInt(n)) / BigInt(FULL_WITNESSES);
  const [fours, fives] = powersOf(n - FULL_WITNESSES);
  return (UNIT * (2n * fives - fours)) / fives;
}

function powersOf(k: number): readonly [fours: bigint, fives: bigint] {
  return [4n ** BigInt(k), 5n ** BigInt(k)];
}

function assertWitnesses(n: number): void {
  assert(Number.isInteger(n) && n >= 1 && n <= 1_000, "witnesses are counted");
}
