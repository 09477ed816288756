import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concentration } from "./concentration.ts";

describe("concentration", () => {
  test("of four equal holders", () => {
    const equal = concentration(["a", "b", "c", "d"].map((name) => [name, 25n]));
    expect(equal).toMatchObject({
      holders: 4,
      nakamoto33: 2,
      nakamoto51: 3,
      hhi: 2_500n,
      giniPpm: 0n,
      entropyMilliBits: 2_000,
    });
  });

  test("of one holder, and of none", () => {
    expect(concentration([["a", 7n]])).toMatchObject({
      nakamoto33: 1,
      nakamoto51: 1,
      hhi: 10_000n,
      giniPpm: 0n,
      entropyMilliBits: 0,
    });
    expect(concentration([["a", 0n]])).toMatchObject({ holders: 0, nakamoto33: 0, hhi: 0n, top: [] });
  });

  test("adds up repeated holders and names the largest first", () => {
    const found = concentration([
      ["b", 1n],
      ["a", 2n],
      ["b", 3n],
    ]);
    expect(found.top).toEqual([
      { holder: "b", amount: 4n, sharePpm: 666_666n },
      { holder: "a", amount: 2n, sharePpm: 333_333n },
    ]);
    expect(found.giniPpm).toBe(166_666n);
  });

  test("stays in its ranges, does not depend on order, and 51 % never takes fewer than 33 %", () => {
    const anyGroups = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.bigInt(0n, 1n << 80n)), { maxLength: 30 });
    fc.assert(
      fc.property(anyGroups, (groups) => {
        const found = concentration(groups);
        expect(concentration(groups.toReversed())).toEqual(found);
        expect(found.hhi >= 0n && found.hhi <= 10_000n && found.giniPpm >= 0n && found.giniPpm < 1_000_000n).toBe(true);
        expect(found.nakamoto51).toBeGreaterThanOrEqual(found.nakamoto33);
        expect(found.entropyMilliBits).toBeLessThanOrEqual(
          Math.round(1000 * Math.log2(Math.max(1, found.holders))) + 1,
        );
      }),
    );
  });
});
