import { expect, test } from "vitest";
import { WayleaveError } from "./errors.ts";
import { problemOf } from "./problem.ts";

test("an expected failure shows its code and facts, bigints as decimal strings", () => {
  const { status, body } = problemOf(
    new WayleaveError("disk-full", "The disk is full", { freeBytes: 12n, field: "size" }),
  );
  expect(status).toBe(507);
  expect(JSON.parse(JSON.stringify(body))).toEqual({
    type: "urn:wayleave:problem:disk-full",
    title: "disk-full",
    status: 507,
    detail: "The disk is full",
    code: "disk-full",
    retryable: false,
    facts: { freeBytes: "12", field: "size" },
  });
});

test.for([
  ["piece-not-found", 404],
  ["body-invalid", 400],
  ["body-too-large", 413],
  ["link-busy", 503],
  ["link-timeout", 504],
  ["link-closed", 502],
  ["odd-thing", 422],
] as const)("%s is %i", ([code, status]) => {
  expect(problemOf(new WayleaveError(code, "x")).status).toBe(status);
});

test("a retryable failure without a better word is 503", () => {
  expect(problemOf(new WayleaveError("odd-thing", "x", {}, { retryable: true })).status).toBe(503);
});

test("nothing of a bug leaves the process", () => {
  for (const bug of [new Error("password is hunter2"), "hunter2", undefined, { hunter2: 1 }]) {
    const problem = problemOf(bug);
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain("hunter2");
  }
});
