import fc from "fast-check";
import { expect, test } from "vitest";
import { RateLimit } from "./rateLimit.ts";

test("never lets through more than the burst and the sustained rate together", () => {
  const steps = fc.array(fc.nat(50), { maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }), steps, (perS, burst, pausesMs) => {
      const limit = new RateLimit(perS, burst, 0);
      let nowMs = 0;
      let taken = 0;
      for (const pauseMs of pausesMs) {
        nowMs += pauseMs;
        if (limit.take(nowMs)) taken++;
      }
      expect(taken).toBeLessThanOrEqual(burst + (perS * nowMs) / 1_000 + 1e-6);
    }),
  );
});

test("lets the burst through at once, and one more when its time has passed", () => {
  const limit = new RateLimit(10, 3, 0);
  expect([1, 2, 3, 4].map(() => limit.take(0))).toEqual([true, true, true, false]);
  expect([limit.take(99), limit.take(101), limit.take(101)]).toEqual([false, true, false]);
});
