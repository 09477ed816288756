import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToBigint, hexToBytes, toHex, uint256Bytes } from "./bytes.ts";

describe("hex", () => {
  test("survives a round trip in either case", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(hexToBytes(toHex(bytes))).toEqual(bytes);
        expect(hexToBytes(`0x${toHex(bytes).slice(2).toUpperCase()}`)).toEqual(bytes);
      }),
    );
  });

  test("of anything else is refused", () => {
    for (const bad of ["", "0", "0x0", "00", "0X00", "0xgg", "0x0 ", "0x0\u0130", "0x0\uff11", "0x-1", "0x0\u0000"]) {
      expect(() => hexToBytes(bad)).toThrow(RangeError);
    }
    const anyText = fc.string({ unit: "binary", maxLength: 12 }).map((text) => `0x${text}`);
    fc.assert(
      fc.property(anyText, (text) => {
        const isHex = /^0x([0-9a-fA-F]{2})*$/.test(text) && !text.endsWith("\n");
        if (isHex) expect(() => hexToBytes(text)).not.toThrow();
        else expect(() => hexToBytes(text)).toThrow(RangeError);
      }),
    );
  });
});

test("a word holds every unsigned 256-bit integer and nothing else", () => {
  const edges = [0n, 1n, (1n << 32n) - 1n, 1n << 32n, (1n << 64n) - 1n, 1n << 64n, (1n << 256n) - 1n];
  for (const value of edges) expect(bytesToBigint(uint256Bytes(value))).toBe(value);
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 256n) - 1n), (value) => {
      expect(bytesToBigint(uint256Bytes(value))).toBe(value);
    }),
  );
  for (const value of [-1n, 1n << 256n]) expect(() => uint256Bytes(value)).toThrow(RangeError);
});
