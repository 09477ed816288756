import { expect, test } from "vitest";
import { compareVectors } from "./storageVectors.ts";

test("the committed vectors are what the code makes", () => {
  const { committed, current } = compareVectors();
  expect(JSON.parse(committed)).toEqual(JSON.parse(current));
});
