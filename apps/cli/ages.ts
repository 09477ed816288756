/** How long ago, in the largest unit that tells something: `4 s ago`, `3 min ago`. */
export function age(elapsedMs: number): string {
  return `${duration(Math.max(0, elapsedMs))} ago`;
}

/** Whole units, floored: `12 s`, `3 min`, `5 h`, `2 d`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
