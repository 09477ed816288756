/** Identifiers between the air (least significant byte first) and people (hex, most significant byte first). */
import { assert } from "@wayleave/core/errors";
import type { DevAddrHex, Eui64 } from "../radio.ts";

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Eight bytes off the air as an EUI. The caller knows that they are there. */
export function euiAt(bytes: Uint8Array, offset: number): Eui64 {
  let text = "";
  for (let at = offset + 7; at >= offset; at--) text += HEX_PAIRS[bytes[at]!];
  return text;
}
/** Puts an EUI on the air. */
export function writeEui(eui: Eui64, bytes: Uint8Array, offset: number): void {
  assert(/^[0-9a-fA-F]{16}$/.test(eui), "an EUI is 16 digits of hex");
  for (let at = 0; at < 8; at++) bytes[offset + 7 - at] = Number.parseInt(eui.slice(2 * at, 2 * at + 2), 16);
}

/** An address as an unsigned number, for comparing prefixes. */
export function devAddrNumber(devAddr: DevAddrHex): number {
  assert(/^[0-9a-fA-F]{8}$/.test(devAddr), "a DevAddr is 8 digits of hex");
  return Number.parseInt(devAddr, 16);
}
/** @param devAddr - as {@link devAddrNumber} gives it. */
export function devAddrHex(devAddr: number): DevAddrHex {
  return (
    HEX_PAIRS[devAddr >>> 24]! +
    HEX_PAIRS[(devAddr >>> 16) & 0xff]! +
    HEX_PAIRS[(devAddr >>> 8) & 0xff]! +
    HEX_PAIRS[devAddr & 0xff]!
  );
}

export function uint16At(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}
export function uint24At(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16);
}
export function uint32At(bytes: Uint8Array, offset: number): number {
  return (uint24At(bytes, offset) | (bytes[offset + 3]! << 24)) >>> 0;
}
/** Writes the low `size` bytes of an unsigned number, least significant first. */
export function writeUint(value: number, size: 1 | 2 | 3 | 4, bytes: Uint8Array, offset: number): void {
  assert(
    Number.isInteger(value) && value >= 0 && value < 2 ** (8 * size),
    `must be an unsigned number of ${size} bytes`,
  );
  for (let at = 0; at < size; at++) bytes[offset + at] = value >>> (8 * at);
}
