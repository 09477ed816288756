import type { Address } from "@wayleave/core/ids";
import fc from "fast-check";
import { cellToChildren, cellToParent, getPentagons, gridDisk, latLngToCell } from "h3-js";
import { describe, expect, test } from "vitest";
import { DensityMap, OUTSIDE_SCALE_PPM } from "./density.ts";

const CONFIG: Record<number, [n: number, target: number, max: number]> = {
  4: [2, 500, 1000],
  5: [4, 100, 200],
  6: [4, 25, 50],
  7: [4, 5, 10],
  8: [2, 1, 1],
  9: [2, 1, 1],
  10: [2, 1, 1],
};

/** wireless.md's pseudocode, word for word, on h3-js. @returns PPM by device. */
function scalesByTheBook(devices: ReadonlyMap<string, string>): Map<string, number> {
  const un = new Map<string, number>();
  const cl = new Map<string, number>();
  for (const cell of devices.values()) un.set(cell, (un.get(cell) ?? 0) + 1);
  for (const [cell, count] of un) cl.set(cell, count);
  let children = [...un.keys()];
  for (let r = 10; r >= 4; r--) {
    const [N, target, max] = CONFIG[r]!;
    const here = new Set<string>();
    for (const child of children) {
      const p = cellToParent(child, r);
      here.add(p);
      un.set(p, (un.get(p) ?? 0) + cl.get(child)!);
    }
    for (const p of here) {
      const occ = gridDisk(p, 1).filter((q) => (un.get(q) ?? 0) >= target).length;
      cl.set(p, Math.min(un.get(p)!, Math.min(max, target * Math.max(occ - N + 1, 1))));
    }
    children = [...here];
  }
  return new Map(
    [...devices].map(([device, cell]) => {
      let scale = 1;
      for (let r = 11; r >= 4; r--) {
        const at = cellToParent(cell, r);
        scale *= cl.get(at)! / un.get(at)!;
      }
      return [device, Math.round(scale * 10_000) * 100];
    }),
  );
}

const id = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const big = (cell: string) => BigInt(`0x${cell}`);

/** Crowded on purpose: pools of few places at several distances, a pentagon's surroundings among them. */
const berlin = latLngToCell(52.52, 13.405, 7);
const pools = [
  gridDisk(latLngToCell(52.52, 13.405, 11), 4),
  gridDisk(berlin, 2).flatMap((cell) => cellToChildren(cell, 9).map((child) => cellToChildren(child, 11)[3]!)),
  gridDisk(getPentagons(7)[3]!, 2).flatMap((cell) =>
    cellToChildren(cell, 9).map((child) => cellToChildren(child, 11)[0]!),
  ),
];
const anyPlace = fc.tuple(fc.nat(2), fc.nat()).map(([pool, n]) => pools[pool]![n % pools[pool]!.length]!);

function expectByTheBook(map: DensityMap, devices: ReadonlyMap<string, string>): void {
  const book = scalesByTheBook(devices);
  // The book multiplies floats: at exactly half of the fourth place it could round the other way. None of these does.
  for (const [device, ppm] of book) expect(Number(map.scalePpm(device as Address))).toBe(ppm);
}

describe("density", () => {
  test("one device alone keeps everything, a crowd on one spot shares one", () => {
    const map = new DensityMap();
    const spot = big(latLngToCell(40.4, -3.7, 12));
    map.update([], [[id(1), spot]]);
    expect(map.scalePpm(id(1))).toBe(1_000_000n);
    map.update(
      [],
      [1, 2, 3, 4].map((n) => [id(n), spot]),
    );
    expect([1, 2, 3, 4].map((n) => map.scalePpm(id(n)))).toEqual([250_000n, 250_000n, 250_000n, 250_000n]);
    expect(map.scalePpm(id(5))).toBe(OUTSIDE_SCALE_PPM);
    map.update([id(1), id(2), id(3), id(9)], []);
    expect(map.scalePpm(id(4))).toBe(1_000_000n);
  });

  test("every step of additions, moves and removals is what the book says from nothing", () => {
    const step = fc.record({
      added: fc.array(fc.tuple(fc.nat(400), anyPlace), { maxLength: 150 }),
      removed: fc.array(fc.nat(400), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const map = new DensityMap();
        const devices = new Map<string, string>();
        for (const { added, removed } of steps) {
          map.update(
            removed.map(id),
            added.map(([n, cell]) => [id(n), big(cell)] as const),
          );
          for (const n of removed) devices.delete(id(n));
          for (const [n, cell] of added) devices.set(id(n), cell);
          expect(map.size).toBe(devices.size);
          expectByTheBook(map, devices);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a neighbour that passes the target changes the limit of the cells beside it", () => {
    // Every res-8 cell of 19 res-7 cells, at Berlin and at a pentagon: each res-7 cell stands above its target of 5.
    const around = [berlin, getPentagons(7)[3]!].flatMap((cell) => gridDisk(cell, 2));
    const full = around.flatMap((cell) => cellToChildren(cell, 8).map((child) => cellToChildren(child, 11)[5]!));
    const all = new Map(full.map((cell, n) => [id(n), cell]));
    const crossing = fc.record({ cell: fc.nat(full.length), leaving: fc.integer({ min: 1, max: 7 }) });
    fc.assert(
      fc.property(fc.array(crossing, { minLength: 1, maxLength: 20 }), (steps) => {
        const [map, devices] = [new DensityMap(), new Map<string, string>(all)];
        map.update(
          [],
          [...all].map(([device, cell]) => [device, big(cell)] as const),
        );
        for (const { cell, leaving } of steps) {
          const group = [...all.keys()].slice(7 * Math.floor(cell / 7)).slice(0, leaving);
          const gone = group.filter((device) => devices.has(device));
          const back = group.filter((device) => !devices.has(device));
          for (const device of gone) devices.delete(device);
          for (const device of back) devices.set(device, all.get(device)!);
          map.update(
            gone,
            back.map((device) => [device, big(all.get(device)!)] as const),
          );
        }
        expectByTheBook(map, devices);
      }),
      { numRuns: 30 },
    );
  });

  test("a city of thousands, where every resolution clips", () => {
    const city = gridDisk(berlin, 9).flatMap((cell) => cellToChildren(cell, 9).slice(0, 24));
    const devices = new Map(city.map((cell, n) => [id(n), cellToChildren(cell, 11)[n % 40]!]));
    const map = new DensityMap();
    map.update(
      [],
      [...devices].map(([device, cell]) => [device as Address, big(cell)] as const),
    );
    expectByTheBook(map, devices);
    expect(new Set([...devices.keys()].map((device) => map.scalePpm(device as Address))).size).toBeGreaterThan(5);
  });
});
