import fc from "fast-check";
import { cellToCenterChild, cellToParent, getPentagons, gridDisk, latLngToCell } from "h3-js";
import { describe, expect, test } from "vitest";
import { cellOfPath, cellText, neighbourPaths, parentCell, parentPath, pathOf, resolutionOf } from "./cellPath.ts";

const anyCell = fc
  .tuple(
    fc.double({ min: -89, max: 89, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.integer({ min: 1, max: 12 }),
  )
  .map(([lat, lng, resolution]) => latLngToCell(lat, lng, resolution));
/** Pentagons, what is around them, and cells a little inside: where the seventh child is missing. */
const nearPentagons = fc
  .tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 }), fc.nat())
  .map(([which, coarse, finer, pick]) => {
    const disk = gridDisk(getPentagons(coarse)[which]!, 3);
    return cellToCenterChild(disk[pick % disk.length]!, coarse + finer);
  });

describe("H3 by arithmetic", () => {
  test("parents are h3-js's", () => {
    fc.assert(
      fc.property(fc.oneof(anyCell, nearPentagons), fc.nat(), (text, pick) => {
        const cell = BigInt(`0x${text}`);
        const own = resolutionOf(cell);
        const resolution = pick % (own + 1);
        expect(cellText(parentCell(cell, resolution))).toBe(cellToParent(text, resolution));
        expect(cellOfPath(pathOf(cell, resolution), resolution)).toBe(parentCell(cell, resolution));
        if (resolution > 0) expect(parentPath(pathOf(cell, resolution))).toBe(pathOf(cell, resolution - 1));
      }),
    );
  });

  test("neighbours are h3-js's, at pentagons and across base cells too", () => {
    const check = (text: string) => {
      const cell = BigInt(`0x${text}`);
      const resolution = resolutionOf(cell);
      const found = neighbourPaths(pathOf(cell, resolution), resolution).map((path) =>
        cellText(cellOfPath(path, resolution)),
      );
      expect(found.toSorted()).toEqual(
        gridDisk(text, 1)
          .filter((each) => each !== text)
          .toSorted(),
      );
    };
    fc.assert(fc.property(anyCell, check), { numRuns: 2_000 });
    fc.assert(fc.property(nearPentagons, check), { numRuns: 2_000 });
  });

  test("what is no cell has no resolution", () => {
    for (const cell of [0n, -1n, 1n, 1n << 63n, 0xffffffffffffffffn]) expect(resolutionOf(cell)).toBe(-1);
  });
});
