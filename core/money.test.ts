import fc from "fast-check";
import { expect, test } from "vitest";
import { amountSchema, formatUsd, formatWay, mulDivDown, mulDivUp, picoToMicroDown } from "./money.ts";

const amount = fc.bigInt(0n, 2n ** 128n);
const divisor = fc.bigInt(1n, 2n ** 64n);

test("rounding is in the name: down never above, up never below, at most one apart", () => {
  fc.assert(
    fc.property(amount, amount, divisor, (a, b, c) => {
      const down = mulDivDown(a, b, c);
      const up = mulDivUp(a, b, c);
      expect(down * c <= a * b && a * b <= up * c).toBe(true);
      expect(up - down).toBe((a * b) % c === 0n ? 0n : 1n);
    }),
  );
});

test("metering in pico-dollars loses nothing when totals are floored, whatever the steps", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 10n ** 9n), { maxLength: 50 }), (acts) => {
      let total = 0n;
      let signed = 0n;
      for (const act of acts) {
        total += act;
        signed = picoToMicroDown(total);
      }
      expect(total - signed * 1_000_000n < 1_000_000n).toBe(true);
    }),
  );
});

test("amounts print exactly", () => {
  expect(formatUsd(1_234_567n)).toBe("1.234567");
  expect(formatUsd(1_500_000n)).toBe("1.50");
  expect(formatUsd(-2_000_000n)).toBe("-2.00");
  expect(formatUsd(1n)).toBe("0.000001");
  expect(formatWay(1_500_000_000_000_000_000n)).toBe("1.5");
  expect(formatWay(0n)).toBe("0");
});

test.for(["-1", "01", "1.5", "1e3", "", " 1", "0x1", "9".repeat(79)])("%j is no amount", (text) => {
  expect(amountSchema.safeParse(text).success).toBe(false);
});
