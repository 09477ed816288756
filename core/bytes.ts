import type { Hex } from "./ids.ts";

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes to lower-case `0x` hex. */
export function toHex(bytes: Uint8Array): Hex {
  let text = "0x";
  for (const byte of bytes) text += HEX_PAIRS[byte];
  return text as Hex;
}

/** Value of each hexadecimal character by its code, 255 for all others. A table is ten times faster than parsing text. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase());
  return value === -1 ? 255 : value;
});

/** `0x` hex to bytes. @throws RangeError when it is not whole bytes of hex. */
export function hexToBytes(hex: string): Uint8Array {
  if (!hex.startsWith("0x") || hex.length % 2 !== 0) throw new RangeError("must be 0x hex of whole bytes");
  const bytes = new Uint8Array(hex.length / 2 - 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = NIBBLES[hex.charCodeAt(2 + 2 * i)] ?? 255;
    const low = NIBBLES[hex.charCodeAt(3 + 2 * i)] ?? 255;
    if ((high | low) > 15) throw new RangeError("must be 0x hex of whole bytes");
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && compareBytes(a, b) === 0;
}

/** Lexicographic order of unsigned bytes: the order of every sorted leaf list. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.byteLength, b.byteLength);
  for (let i = 0; i < shorter; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.byteLength - b.byteLength;
}

/** Unsigned big-endian, left-padded to 32 bytes: how Solidity's ABI lays out every integer. @throws RangeError outside [0, 2²⁵⁶). */
export function uint256Bytes(value: bigint): Uint8Array {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError("must fit an unsigned 256-bit integer");
  const bytes = new Uint8Array(32);
  if (value < 0x1_0000_0000n) {
    // Most words of a leaf are small: no view, no big integers.
    const small = Number(value);
    bytes[28] = small >>> 24;
    bytes[29] = small >>> 16;
    bytes[30] = small >>> 8;
    bytes[31] = small;
    return bytes;
  }
  const view = new DataView(bytes.buffer);
  let rest = value;
  for (let offset = 24; rest > 0n; offset -= 8) {
    view.setBigUint64(offset, rest & 0xffff_ffff_ffff_ffffn);
    rest >>= 64n;
  }
  return bytes;
}

/** Big-endian bytes (at most 32) to an unsigned integer. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  return bytes.byteLength === 0 ? 0n : BigInt(toHex(bytes));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
