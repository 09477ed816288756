import fc from "fast-check";
import { expect, test } from "vitest";
import { drawDevAddr, isInRange, rangeOfNetId, rangesOver } from "./devAddrRange.ts";

// LoRaWAN Backend Interfaces 1.0 §13.2; 0x000013 is The Things Network, whose addresses begin with 26 or 27.
test.for([
  [0x00_00_00, { prefix: "00000000", bits: 7 }],
  [0x00_00_01, { prefix: "02000000", bits: 7 }],
  [0x00_00_13, { prefix: "26000000", bits: 7 }],
  [0x60_00_01, { prefix: "e0020000", bits: 15 }],
  [0xc0_00_35, { prefix: "fc00d400", bits: 22 }],
] as const)("NetID %i", ([netId, range]) => {
  expect(rangeOfNetId(netId)).toEqual(range);
});

test("drawn addresses lie in their range, up to both ends", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xff_ff_ff }), fc.double({ min: 0, max: 1, noNaN: true }), (netId, at) => {
      const range = rangeOfNetId(netId);
      const devAddr = drawDevAddr(range, (below) => Math.floor(at * (below - 1)));
      expect(isInRange(devAddr, range)).toBe(true);
    }),
  );
});

test("few ranges hold every address, and no more ranges than asked", () => {
  const address = fc.integer({ min: 0, max: 0xff_ff_ff_ff }).map((value) => value.toString(16).padStart(8, "0"));
  fc.assert(
    fc.property(fc.array(address, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (addresses, max) => {
      const ranges = rangesOver(addresses, max);
      expect(ranges.length).toBeLessThanOrEqual(max);
      for (const devAddr of addresses) expect(ranges.some((range) => isInRange(devAddr, range))).toBe(true);
    }),
  );
});
