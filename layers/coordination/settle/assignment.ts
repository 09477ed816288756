import { compareBytes, hexToBytes } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";

/** How many verifiers judge a device, and how many watch a payer. */
export const VERIFIERS_PER_DEVICE = 3;
export const NOTARIES_PER_PAYER = 3;

/**
 * Who judges a device this epoch: the three of highest rank, which moves with the seed; all, while there are fewer than
 * four. Ascending by address.
 */
export function assignedVerifiers(seed: Hash32, verifiers: Iterable<Address>, device: Address): Address[] {
  return highestRanked([...verifiers], VERIFIERS_PER_DEVICE, hexToBytes(seed), hexToBytes(device));
}

/**
 * Who watches a payer's promises: the three of highest rank, which moves only when verifiers come and go, so that books
 * are rarely handed over. Ascending by address.
 */
export function notariesOf(verifiers: Iterable<Address>, payer: Address): Address[] {
  return highestRanked([...verifiers], NOTARIES_PER_PAYER, hexToBytes(payer));
}

/** In whose turn it is to propose (and to send the one transaction that anybody may send): first to last. */
export function proposerOrder(seed: Hash32, verifiers: Iterable<Address>): Address[] {
  return ranked([...verifiers], hexToBytes(seed)).map(({ verifier }) => verifier);
}

function highestRanked(verifiers: Address[], count: number, ...about: Uint8Array[]): Address[] {
  if (verifiers.length <= count) return verifiers.sort();
  return ranked(verifiers, ...about)
    .slice(0, count)
    .map(({ verifier }) => verifier)
    .sort();
}

/** Rendezvous hashing: one verifier more or less moves only what it takes or leaves. */
function ranked(verifiers: readonly Address[], ...about: Uint8Array[]) {
  return verifiers
    .map((verifier) => ({ verifier, rank: keccak256(...about, hexToBytes(verifier)) }))
    .sort((a, b) => compareBytes(b.rank, a.rank));
}
