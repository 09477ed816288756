import fc from "fast-check";
import { expect, test } from "vitest";
import { BootNumbers } from "./bootNumbers.ts";

const bootId = (n: number) => n.toString(16).padStart(32, "0");

test("deliveries of different processes of an agent never share a number, and a number leads back", () => {
  const delivery = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 2 ** 40 - 1 }));
  fc.assert(
    fc.property(fc.array(delivery, { maxLength: 100 }), (deliveries) => {
      const numbers = new BootNumbers();
      const seen = new Map<number, string>();
      for (const [boot, sequence] of deliveries) {
        const number = numbers.number(bootId(boot), sequence);
        expect(Number.isSafeInteger(number)).toBe(true);
        expect(seen.get(number) ?? `${boot}/${sequence}`).toBe(`${boot}/${sequence}`);
        seen.set(number, `${boot}/${sequence}`);
        expect(numbers.parse(number)).toEqual({ bootId: bootId(boot), sequence });
      }
    }),
  );
});

test("after 4,096 processes the oldest is forgotten and its numbers are used again", () => {
  const numbers = new BootNumbers();
  const first = numbers.number(bootId(1), 7);
  for (let i = 2; i <= 4_097; i++) numbers.number(bootId(i), 7);
  expect(numbers.parse(first)).toEqual({ bootId: bootId(4_097), sequence: 7 });
  expect(numbers.number(bootId(1), 7)).not.toBe(first);
});
