import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FCNT_GAP_MAX, cryptoCounter, judgeUplinkCounter } from "./counters.ts";

const anyCounter = fc.integer({ min: 0, max: 0xffff_ffff });
const anyFCnt16 = fc.integer({ min: 0, max: 0xffff });

describe("16 bits on the air", () => {
  test.for([
    ["a session's first", -1, 0, { ok: true, fCnt: 0, cryptoFCnt: 0, missed: 0 }],
    ["an ABP device that counted elsewhere", -1, 40_000, { ok: true, fCnt: 40_000, cryptoFCnt: 40_000, missed: 0 }],
    ["the next", 7, 8, { ok: true, fCnt: 8, cryptoFCnt: 8, missed: 0 }],
    ["three missed", 7, 11, { ok: true, fCnt: 11, cryptoFCnt: 11, missed: 3 }],
    ["over the roll-over", 0xffff, 0, { ok: true, fCnt: 0x1_0000, cryptoFCnt: 0x1_0000, missed: 0 }],
    ["over a later roll-over", 0x2_fffe, 3, { ok: true, fCnt: 0x3_0003, cryptoFCnt: 0x3_0003, missed: 4 }],
    ["beyond 31 bits", 0x8000_0000, 1, { ok: true, fCnt: 0x8000_0001, cryptoFCnt: 0x8000_0001, missed: 0 }],
    ["the widest gap", 0, 16_384, { ok: true, fCnt: 16_384, cryptoFCnt: 16_384, missed: 16_383 }],
    ["one wider", 0, 16_385, { ok: false, reason: "gap" }],
    ["the last again", 0x1_0005, 5, { ok: false, reason: "repeat" }],
    ["an old one", 100, 99, { ok: false, reason: "replay" }],
    ["an ABP device begins again", 100, 0, { ok: false, reason: "replay" }],
    ["an ABP device begins again after many", 40_000, 0, { ok: false, reason: "gap" }],
    ["one of before the roll-over", 0x1_0002, 0xfffe, { ok: false, reason: "replay" }],
    ["the end of a session", 0xffff_ffff, 0, { ok: false, reason: "exhausted" }],
  ] as const)("%s: after %i comes %i", ([, last, fCnt16, verdict]) => {
    expect(judgeUplinkCounter(last, fCnt16, true)).toEqual(verdict);
  });

  test("a device of 16-bit counters wraps to 0 under the same key, while its record grows", () => {
    const verdict = judgeUplinkCounter(0xffff, 0, false);
    expect(verdict).toEqual({ ok: true, fCnt: 0x1_0000, cryptoFCnt: 0, missed: 0 });
    expect(cryptoCounter(0x3_0007, false)).toBe(7);
    expect(cryptoCounter(0x3_0007, true)).toBe(0x3_0007);
  });
});

describe("laws", () => {
  test("whatever a device sends within the gap is rebuilt exactly", () => {
    fc.assert(
      fc.property(anyCounter, fc.integer({ min: 1, max: FCNT_GAP_MAX }), (last, ahead) => {
        const sent = last + ahead;
        fc.pre(sent <= 0xffff_ffff);
        const verdict = judgeUplinkCounter(last, sent % 0x1_0000, true);
        expect(verdict).toEqual({ ok: true, fCnt: sent, cryptoFCnt: sent, missed: ahead - 1 });
      }),
    );
  });

  test("what is accepted is newer, within the gap, and ends in what was on the air", () => {
    fc.assert(
      fc.property(anyCounter, anyFCnt16, fc.boolean(), (last, fCnt16, counters32) => {
        const verdict = judgeUplinkCounter(last, fCnt16, counters32);
        if (!verdict.ok) return;
        expect(verdict.fCnt).toBeGreaterThan(last);
        expect(verdict.fCnt - last).toBeLessThanOrEqual(FCNT_GAP_MAX);
        expect(verdict.fCnt).toBeLessThanOrEqual(0xffff_ffff);
        expect(verdict.fCnt % 0x1_0000).toBe(fCnt16);
        expect(verdict.cryptoFCnt % 0x1_0000).toBe(fCnt16);
      }),
    );
  });

  test("no counter is accepted twice, in any order of frames", () => {
    fc.assert(
      fc.property(fc.array(anyFCnt16, { maxLength: 60 }), (frames) => {
        let last = -1;
        const accepted = new Set<number>();
        for (const fCnt16 of [...frames, ...frames]) {
          const verdict = judgeUplinkCounter(last, fCnt16, true);
          if (!verdict.ok) continue;
          expect(accepted.has(verdict.cryptoFCnt)).toBe(false);
          accepted.add(verdict.cryptoFCnt);
          last = verdict.fCnt;
        }
      }),
    );
  });
});
