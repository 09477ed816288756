import { keccakHex } from "@wayleave/core/hash";
import { utf8 } from "@wayleave/core/bytes";
import type { Address } from "@wayleave/core/ids";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type WitnessPlace, drawnGroups, witnessGroups } from "./witnessGroups.ts";

const id = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const place = (n: number, cell8: bigint, prefix: string): WitnessPlace => ({ device: id(n), cell8, prefix });
const draw = { seed: keccakHex(utf8("seed")), challenge: keccakHex(utf8("challenge")), most: 14 };
const anyPlaces = fc.uniqueArray(
  fc.tuple(fc.nat(60), fc.bigInt(1n, 12n), fc.nat(12)).map(([n, cell, net]) => place(n, cell, `10.0.${net}.0/24`)),
  { selector: ({ device }) => device, maxLength: 40 },
);

describe("witness groups", () => {
  test("a cell, a /24, and what is connected by both, count once; an unknown network joins nobody", () => {
    const groups = witnessGroups([
      place(1, 5n, "10.0.0.0/24"),
      place(2, 5n, "10.0.1.0/24"),
      place(3, 7n, "10.0.1.0/24"),
      place(4, 9n, "unknown"),
      place(5, 8n, "unknown"),
    ]);
    expect(groups.map(({ members }) => members.map(({ device }) => Number(device)))).toEqual([[1, 2, 3], [4], [5]]);
    expect(groups.map(({ cell8 }) => cell8)).toEqual([5n, 9n, 8n]);
  });

  test("no two groups share a cell or a network, whatever the order", () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        const groups = witnessGroups(places);
        expect(witnessGroups(places.toReversed())).toEqual(groups);
        expect(groups.flatMap(({ members }) => members).length).toBe(places.length);
        for (const key of ["cell8", "prefix"] as const) {
          const seen = groups.flatMap(({ members }) => [...new Set(members.map((member) => member[key]))]);
          expect(new Set(seen).size).toBe(seen.length);
        }
      }),
    );
  });

  test("one more identity in a group's cell changes neither the number of groups nor who is drawn", () => {
    fc.assert(
      fc.property(anyPlaces, fc.nat(), (places, pick) => {
        fc.pre(places.length > 0);
        const whose = places[pick % places.length]!;
        const [before, after] = [witnessGroups(places), witnessGroups([...places, { ...whose, device: id(1_000) }])];
        const cells = (groups: typeof before) => drawnGroups(groups, draw).map(({ cell8 }) => cell8);
        expect(cells(after)).toEqual(cells(before));
      }),
    );
  });

  test("fourteen are drawn, by the seed and the challenge", () => {
    const groups = witnessGroups(Array.from({ length: 30 }, (_, n) => place(n, BigInt(n + 1), `10.0.${n}.0/24`)));
    const drawn = drawnGroups(groups, draw);
    expect(drawn.length).toBe(14);
    expect(drawnGroups(groups.toReversed(), draw)).toEqual(drawn);
    expect(drawnGroups(groups, { ...draw, challenge: draw.seed })).not.toEqual(drawn);
  });
});
