import fc from "fast-check";
import { expect, test } from "vitest";
import { ContextClock } from "./contextClock.ts";

const WRAP = 2 ** 32;
const context = (i: number) => Uint8Array.of(i & 255, i >> 8);

test("a receive window leads to its own uplink's context, however close others came, also across the wrap", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, WRAP / 1_000 - 3, 2 * (WRAP / 1_000) - 0.5),
      fc.array(fc.constantFrom(0, 0.0004, 0.5, 999.9997, 1_000, 2_000), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 16 }),
      (startMs, gapsMs, delayS) => {
        let nowMs = startMs;
        const clock = new ContextClock(() => nowMs);
        const stamped = gapsMs.map((gapMs, i) => {
          nowMs += gapMs;
          return { tmst: clock.stamp(context(i)), atMs: nowMs, i };
        });
        expect(new Set(stamped.map(({ tmst }) => tmst)).size).toBe(stamped.length);
        for (const { tmst, atMs, i } of stamped) {
          if (nowMs - atMs > 19_000) continue; // may be forgotten
          const moment = clock.momentOf((tmst + delayS * 1_000_000) % WRAP);
          expect(moment).toEqual({ kind: "after", context: context(i), delayMs: delayS * 1_000 });
        }
      },
    ),
  );
});

test("what is no window of an uplink follows the newest before it; without one it is only a time ahead", () => {
  let nowMs = 5_000;
  const clock = new ContextClock(() => nowMs);
  clock.stamp(context(1));
  nowMs += 100;
  const tmst = clock.stamp(context(2));
  expect(clock.momentOf(tmst + 300_500)).toEqual({ kind: "after", context: context(2), delayMs: 301 });
  nowMs += 60_000;
  expect(clock.momentOf(nowMs * 1_000 + 400_000)).toEqual({ kind: "in", delayMs: 400 });
  expect(clock.momentOf(nowMs * 1_000 - 400_000)).toBeNull();
  expect(clock.momentOf(nowMs * 1_000 + 21_000_000)).toBeNull();
});

test("keeps no more than its limit, and nothing for long", () => {
  let nowMs = 0;
  const clock = new ContextClock(() => nowMs);
  for (let i = 0; i < 3_000; i++) clock.stamp(context(i));
  expect(clock.size).toBeLessThanOrEqual(1_024);
  nowMs += 21_000;
  clock.stamp(context(0));
  expect(clock.size).toBe(1);
});
