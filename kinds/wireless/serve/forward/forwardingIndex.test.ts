import fc from "fast-check";
import { expect, test } from "vitest";
import { type DevAddrRange, isInRange } from "../records/devAddrRange.ts";
import { ForwardingIndex } from "./forwardingIndex.ts";
import { PaidFrames } from "./paidFrames.ts";

const hex = (number: number): string => (number >>> 0).toString(16).padStart(8, "0");
const devAddr = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const range = fc
  .record({ head: devAddr, bits: fc.integer({ min: 7, max: 32 }) })
  .map(({ head, bits }): DevAddrRange => ({ prefix: hex(head - (head % 2 ** (32 - bits))), bits }));
const uplinkFrom = (address: number): Uint8Array => {
  const frame = Buffer.alloc(12, 0);
  frame[0] = 0x40;
  frame.writeUInt32LE(address, 1);
  return frame;
};

test("an address is found exactly where its range is, at both ends too", () => {
  fc.assert(
    fc.property(range, devAddr, fc.nat(), (given, elsewhere, inside) => {
      const index = new ForwardingIndex<string>();
      index.add({ devAddrs: [given], joinEuis: [] }, "mine");
      const first = Number.parseInt(given.prefix, 16);
      const size = 2 ** (32 - given.bits);
      for (const address of [first, first + size - 1, first + (inside % size), elsewhere, (first + size) % 2 ** 32]) {
        const expected = isInRange(hex(address), given) ? "mine" : null;
        expect(index.at(address)).toBe(expected);
        expect(index.find(uplinkFrom(address))).toBe(expected);
      }
    }),
  );
});

test("no bytes make it throw, and what is no uplink is nobody's", () => {
  const index = new ForwardingIndex<true>();
  for (let head = 0; head < 128; head++) {
    const prefix = hex(head * 2 ** 25);
    index.add({ devAddrs: [{ prefix, bits: 7 }], joinEuis: ["0000000000000001"] }, true);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void index.find(bytes)));
  const downlink = uplinkFrom(1);
  downlink[0] = 0x60;
  expect(index.find(downlink)).toBeNull();
  expect(index.find(uplinkFrom(1))).toBe(true);
});

test("paid frames are known at least as long as promised, and no memory is kept beyond twice that", () => {
  const paid = new PaidFrames(100);
  const frame = (number: number): Uint8Array => uplinkFrom(number);
  for (let i = 0; i < 1_000; i++) {
    paid.add(frame(i));
    for (const back of [0, 50, 99]) if (i >= back) expect(paid.has(frame(i - back))).toBe(true);
    if (i >= 200) expect(paid.has(frame(i - 200))).toBe(false);
  }
  expect(paid.has(frame(5_000))).toBe(false);
});
