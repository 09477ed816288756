/** How fast something may be done: `ratePerS` sustained, `burst` at once. Both > 0. */
export interface BucketRate {
  readonly ratePerS: number;
  readonly burst: number;
}

export interface TokenBucket {
  /** Takes `count` tokens or none. @returns whether they were there. */
  take(count: number): boolean;
  /** Changes the rate; what was already taken stays taken. */
  setRate(rate: BucketRate): void;
}

/**
 * In any window of t seconds at most `burst + ratePerS · t` tokens are given out. Starts full.
 * @param monotonicMs - never goes back; if it does all the same, no token is gained.
 */
export function tokenBucket(rate: BucketRate, monotonicMs: () => number): TokenBucket {
  let { ratePerS, burst } = rate;
  let tokens = burst;
  let refilledAtMs = monotonicMs();
  return {
    take(count) {
      const nowMs = monotonicMs();
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - refilledAtMs) * ratePerS) / 1_000);
      refilledAtMs = Math.max(refilledAtMs, nowMs);
      if (count < 0 || tokens < count) return false;
      tokens -= count;
      return true;
    },
    setRate(next) {
      ({ ratePerS, burst } = next);
      tokens = Math.min(tokens, burst);
    },
  };
}
