import { describe, expect, test } from "vitest";
import { REGION_NAMES } from "../device.ts";
import { regionOf } from "./region.ts";

describe.for(REGION_NAMES)("%s", (name) => {
  test("is the plan of its name", () => {
    expect(regionOf(name).name).toBe(name);
  });
});
