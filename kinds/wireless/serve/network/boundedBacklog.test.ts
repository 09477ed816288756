import { expect, test } from "vitest";
import { BoundedBacklog } from "./boundedBacklog.ts";

test("keeps each customer's newest, in order, and nobody takes another's room", () => {
  const backlog = new BoundedBacklog<number>({ perCustomerMax: 3, totalMax: 4 });
  expect([1, 2, 3, 4].map((item) => backlog.add("a", item))).toEqual([0, 0, 0, 1]);
  expect(backlog.add("b", 10)).toBe(0);
  // All room is taken: b gives way to itself, a newcomer gets none.
  expect(backlog.add("b", 11)).toBe(1);
  expect(backlog.add("c", 20)).toBe(1);
  expect(backlog.total).toBe(4);
  expect([backlog.take("a"), backlog.take("a"), backlog.take("a"), backlog.take("a")]).toEqual([2, 3, 4, null]);
  expect([backlog.peek("b"), backlog.take("b"), backlog.take("b")]).toEqual([11, 11, null]);
  expect([backlog.total, backlog.sizeOf("a")]).toEqual([0, 0]);
});
