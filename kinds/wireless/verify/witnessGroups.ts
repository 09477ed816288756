import { concatBytes, hexToBytes } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { cellBytes } from "./cellPath.ts";

/** Where a witness says it is, as far as sharing goes. */
export interface WitnessPlace {
  readonly device: Address;
  /** H3 cell of resolution 8. */
  readonly cell8: bigint;
  /** /24 or /48 in text, as most of its verifiers saw it; `unknown` is nobody's. */
  readonly prefix: string;
}

/** Witnesses of one beacon that count as one: one antenna, or one house, could be all of them. */
export interface WitnessGroup {
  /** Ascending by device. */
  readonly members: readonly WitnessPlace[];
  /** The smallest of its cells: what the draw knows it by. */
  readonly cell8: bigint;
}

/**
 * Puts witnesses together that share a res-8 cell or a /24, and those that share one with any of them. Splitting one
 * witness into several in a cell, or behind a line, then changes neither the number of units nor its chance in the draw.
 *
 * @returns groups in ascending order of their first member.
 */
export function witnessGroups(witnesses: readonly WitnessPlace[]): WitnessGroup[] {
  const sorted = witnesses.toSorted((a, b) => (a.device < b.device ? -1 : a.device > b.device ? 1 : 0));
  const parents = sorted.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parents[root] !== root) root = parents[root]!;
    parents[i] = root;
    return root;
  };
  const firstBy = new Map<string, number>();
  sorted.forEach(({ cell8, prefix }, i) => {
    const keys = prefix === "unknown" ? [`cell ${cell8}`] : [`cell ${cell8}`, `prefix ${prefix}`];
    for (const key of keys) {
      const first = firstBy.get(key);
      if (first === undefined) firstBy.set(key, i);
      else {
        // The smaller index stays the root: the result does not depend on the order of the keys.
        const [a, b] = [rootOf(first), rootOf(i)];
        parents[Math.max(a, b)] = Math.min(a, b);
      }
    }
  });
  const grouped = Map.groupBy(sorted, (_, i) => rootOf(i));
  return [...grouped.values()].map((members) => {
    return { members, cell8: members.reduce((least, { cell8 }) => (cell8 < least ? cell8 : least), members[0]!.cell8) };
  });
}

/**
 * The groups that are paid: the `most` with the smallest keccak256(E_n ‖ challenge ‖ cell). By cell, not by device: an
 * identity costs nothing, and more of them in one place give no more lots.
 */
export function drawnGroups(
  groups: readonly WitnessGroup[],
  draw: { readonly seed: Hash32; readonly challenge: Hash32; readonly most: number },
): WitnessGroup[] {
  if (groups.length <= draw.most) return [...groups];
  const lots = groups.map((group) => {
    return {
      group,
      lot: keccakHex(concatBytes(hexToBytes(draw.seed), hexToBytes(draw.challenge), cellBytes(group.cell8))),
    };
  });
  // Groups have different cells, so no two lots are equal.
  return lots
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, draw.most)
    .map(({ group }) => group);
}
