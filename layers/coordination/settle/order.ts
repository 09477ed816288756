/** Plain code-unit order of lower-case hex (and any text): the same everywhere, unlike a locale's. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function byAmount(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The middle of a list, the lower of the two middles where there are two. @param sorted - ascending, not empty. */
export function lowerMedian<T>(sorted: readonly T[]): T {
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** The value that most named; of equally many the smallest. Null when nobody named any. */
export function majority<T extends bigint | string>(values: readonly T[]): T | null {
  const counts = Map.groupBy(values, (value) => value);
  const ranked = [...counts].sort(([a, inA], [b, inB]) => inB.length - inA.length || (a < b ? -1 : a > b ? 1 : 0));
  return ranked[0]?.[0] ?? null;
}
