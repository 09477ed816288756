import { PPM } from "@wayleave/core/money";

/** How concentrated a set of rewards is among its holders. Integers but for the entropy, which is only ever shown. */
export interface Concentration {
  /** Holders that got anything. */
  readonly holders: number;
  readonly total: bigint;
  /** Fewest holders that together reach 33 % and 51 %; 0 when nothing was shared out. */
  readonly nakamoto33: number;
  readonly nakamoto51: number;
  /** Herfindahl–Hirschman, 0…10,000, floored. */
  readonly hhi: bigint;
  /** Gini among holders, 0…1,000,000, floored. */
  readonly giniPpm: bigint;
  /** Shannon entropy in thousandths of a bit, rounded: log₂(holders) when all are equal. */
  readonly entropyMilliBits: number;
  /** The ten largest, largest first, ties by name. */
  readonly top: readonly { readonly holder: string; readonly amount: bigint; readonly sharePpm: bigint }[];
}

const TOP = 10;

/**
 * By owner this is a lower bound (identities are free): the headline figures are by place and by network.
 * @param grouped - who got how much; amounts ≥ 0 in any one unit. Repeated holders are added up.
 */
export function concentration(grouped: Iterable<readonly [holder: string, amount: bigint]>): Concentration {
  const sums = new Map<string, bigint>();
  for (const [holder, amount] of grouped) if (amount > 0n) sums.set(holder, (sums.get(holder) ?? 0n) + amount);
  const ranked = [...sums].sort(([nameA, a], [nameB, b]) => (a === b ? (nameA < nameB ? -1 : 1) : a > b ? -1 : 1));
  const total = ranked.reduce((sum, [, amount]) => sum + amount, 0n);
  const amounts = ranked.map(([, amount]) => amount);
  return {
    holders: ranked.length,
    total,
    nakamoto33: fewestReaching(amounts, total, 33n),
    nakamoto51: fewestReaching(amounts, total, 51n),
    hhi: total === 0n ? 0n : (amounts.reduce((sum, amount) => sum + amount * amount, 0n) * 10_000n) / (total * total),
    giniPpm: gini(amounts, total),
    entropyMilliBits: entropy(amounts, total),
    top: ranked.slice(0, TOP).map(([holder, amount]) => ({ holder, amount, sharePpm: (amount * PPM) / total })),
  };
}

/** @param descending - largest first. */
function fewestReaching(descending: readonly bigint[], total: bigint, percent: bigint): number {
  if (total === 0n) return 0;
  let reached = 0n;
  return 1 + descending.findIndex((amount) => (reached += amount) * 100n >= total * percent);
}

/** G = Σ (2i − n − 1)·a_i / (n·Σ a) over ascending a_i, i from 1. */
function gini(descending: readonly bigint[], total: bigint): bigint {
  if (total === 0n) return 0n;
  const count = BigInt(descending.length);
  const weighted = descending.reduce((sum, amount, i) => sum + (count + 1n - 2n * BigInt(i + 1)) * amount, 0n);
  return (weighted * PPM) / (count * total);
}

function entropy(amounts: readonly bigint[], total: bigint): number {
  const shares = amounts.map((amount) => Number((amount * 10n ** 12n) / total) / 1e12).filter((share) => share > 0);
  return Math.round(1000 * shares.reduce((bits, share) => bits - share * Math.log2(share), 0));
}
