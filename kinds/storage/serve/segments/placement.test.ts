import fc from "fast-check";
import { expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { POLICIES } from "../../model/layout.ts";
import {
  type PlacementDevice,
  REPUTATION_MIN,
  UNVETTED_SHARE,
  explainPlacement,
  isOutOfPlacement,
  place,
  shardsPerNetworkMax,
} from "./placement.ts";

const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const GIB = 2 ** 30;
const device = (n: number, over: Partial<PlacementDevice> = {}): PlacementDevice => ({
  ...{ id: address(n), owner: address(1000 + n), network: n, prefix: `10.0.${n}.0/24`, freeBytes: GIB },
  ...{ reputation: 1, vetted: true },
  ...over,
});
/** @see Steele, Lea & Flood, SplitMix: enough for a test's dice. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}

const anyDevices = fc.array(
  fc.record({
    owner: fc.nat(8).map(address),
    network: fc.nat(4),
    prefix: fc.nat(8).map((n) => `10.0.${n}.0/24`),
    freeBytes: fc.constantFrom(0, 2 << 20, GIB),
    reputation: fc.constantFrom(0.9, REPUTATION_MIN, 1),
    vetted: fc.boolean(),
  }),
  { maxLength: 30 },
);

test("no rule is ever bent, and none keeps out more than it must", () => {
  fc.assert(
    fc.property(anyDevices, fc.constantFrom(...Object.values(POLICIES)), fc.integer(), (shapes, policy, seed) => {
      const devices = shapes.map((shape, i) => device(i, shape));
      const occupied = devices.slice(0, 2);
      const request = { ...policy, wanted: policy.n, pieceBytes: 1 << 20, occupied };
      const { devices: chosen } = place(devices, request, seeded(seed));
      const all = [...occupied, ...chosen];
      for (const { id, owner, prefix } of chosen) {
        expect(all.filter((other) => other.id === id)).toHaveLength(1);
        expect(all.filter((other) => other.owner === owner)).toHaveLength(1);
        expect(all.filter((other) => other.prefix === prefix)).toHaveLength(1);
      }
      for (const { network, freeBytes, reputation } of chosen) {
        expect(all.filter((other) => other.network === network).length).toBeLessThanOrEqual(
          shardsPerNetworkMax(policy.k, policy.n),
        );
        expect(freeBytes).toBeGreaterThan(1 << 20);
        expect(reputation).toBeGreaterThanOrEqual(REPUTATION_MIN);
      }
      if (chosen.length === policy.n) return;
      for (const left of devices.filter((candidate) => !all.includes(candidate))) {
        const sameNetwork = all.filter((other) => other.network === left.network).length;
        const kept =
          left.freeBytes <= 2 << 20 ||
          left.reputation < REPUTATION_MIN ||
          all.some((other) => other.owner === left.owner || other.prefix === left.prefix) ||
          sameNetwork >= shardsPerNetworkMax(policy.k, policy.n);
        expect(kept).toBe(true);
      }
    }),
  );
});

test("it says why not", () => {
  const devices = [
    device(1),
    device(2, { owner: address(1001) }),
    device(3, { freeBytes: 0 }),
    device(4, { freeBytes: 0 }),
  ];
  const placement = place(devices, { k: 4, n: 6, wanted: 6, pieceBytes: 1024 }, seeded(1));
  expect(placement.devices).toHaveLength(1);
  expect(explainPlacement(placement)).toBe("2 no-space, 1 same-owner");
});

test("newcomers together get their share, and all of it when there is nobody else", () => {
  const devices = [
    ...Array.from({ length: 10 }, (_, i) => device(i)),
    ...Array.from({ length: 30 }, (_, i) => device(100 + i, { vetted: false })),
  ];
  const random = seeded(7);
  let newcomers = 0;
  const rounds = 20_000;
  for (let i = 0; i < rounds; i++) {
    const chosen = place(devices, { k: 4, n: 6, wanted: 1, pieceBytes: 1024 }, random).devices[0]!;
    if (!chosen.vetted) newcomers++;
  }
  expect(newcomers / rounds).toBeGreaterThan(UNVETTED_SHARE / 2);
  expect(newcomers / rounds).toBeLessThan(UNVETTED_SHARE * 2);
  expect(place(devices.slice(10), { k: 4, n: 6, wanted: 6, pieceBytes: 1024 }, random).devices).toHaveLength(6);
});

test("holders that came to share an owner, a prefix or a network are out of placement", () => {
  const holders = [device(1), device(2), device(3)];
  expect(isOutOfPlacement(holders, POLICIES.small)).toBe(false);
  for (const over of [{ owner: holders[0]!.owner }, { prefix: holders[0]!.prefix }, { network: holders[0]!.network }]) {
    expect(isOutOfPlacement([holders[0]!, { ...holders[1]!, ...over }, holders[2]!], POLICIES.small)).toBe(true);
  }
});
