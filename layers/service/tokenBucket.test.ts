import fc from "fast-check";
import { expect, test } from "vitest";
import { boundedCache } from "./boundedCache.ts";
import { tokenBucket } from "./tokenBucket.ts";

const anyRate = fc.record({ ratePerS: fc.integer({ min: 1, max: 1_000 }), burst: fc.integer({ min: 1, max: 1_000 }) });
const anySteps = fc.array(fc.record({ waitMs: fc.nat(3_000), count: fc.nat(50) }), { minLength: 1, maxLength: 60 });

test("in every window no more is given out than the burst and what the window refilled", () => {
  fc.assert(
    fc.property(anyRate, anySteps, (rate, steps) => {
      let nowMs = 0;
      const bucket = tokenBucket(rate, () => nowMs);
      const given: { atMs: number; count: number }[] = [];
      for (const { waitMs, count } of steps) {
        nowMs += waitMs;
        if (bucket.take(count)) given.push({ atMs: nowMs, count });
      }
      for (let from = 0; from < given.length; from++) {
        let sum = 0;
        for (const { atMs, count } of given.slice(from)) {
          sum += count;
          const windowS = (atMs - given[from]!.atMs) / 1_000;
          expect(sum).toBeLessThanOrEqual(rate.burst + rate.ratePerS * windowS + 1e-6);
        }
      }
    }),
  );
});

test("who stays below the rate is never refused, and an empty bucket is full again after burst / rate", () => {
  fc.assert(
    fc.property(anyRate, (rate) => {
      let nowMs = 0;
      const bucket = tokenBucket(rate, () => nowMs);
      expect(bucket.take(rate.burst)).toBe(true);
      expect(bucket.take(1)).toBe(false);
      nowMs += Math.ceil((rate.burst / rate.ratePerS) * 1_000) + 1;
      expect(bucket.take(rate.burst)).toBe(true);
      for (let i = 0; i < 20; i++) {
        nowMs += Math.ceil(1_000 / rate.ratePerS) + 1;
        expect(bucket.take(1)).toBe(true);
      }
    }),
  );
});

test("a clock that goes back gives nothing, and a negative count takes nothing", () => {
  let nowMs = 10_000;
  const bucket = tokenBucket({ ratePerS: 10, burst: 10 }, () => nowMs);
  expect(bucket.take(10)).toBe(true);
  nowMs = 0;
  expect(bucket.take(1)).toBe(false);
  nowMs = 10_000;
  expect(bucket.take(1)).toBe(false);
  expect(bucket.take(-5)).toBe(false);
  nowMs = 10_100;
  expect(bucket.take(1)).toBe(true);
  expect(bucket.take(1)).toBe(false);
});

test("a bounded cache forgets what was used longest ago", () => {
  const cache = boundedCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect([cache.get("a"), cache.get("b"), cache.get("c"), cache.size]).toEqual([1, undefined, 3, 2]);
});
