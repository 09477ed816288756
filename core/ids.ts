import { z } from "zod";
import { hexToBytes, toHex } from "./bytes.ts";
import { keccak256 } from "./hash.ts";

/** 20 bytes as lower-case `0x` hex: an Ethereum account or a device id. Lower case so that equality is `===`. */
export type Address = `0x${string}`;
/** 32 bytes as lower-case `0x` hex. */
export type Hash32 = `0x${string}`;
/** Any bytes as lower-case `0x` hex. */
export type Hex = `0x${string}`;

/** Hostile text to an {@link Address}; mixed case (checksummed) is accepted and lowered. */
export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be 20 bytes of 0x hex")
  .transform((text) => text.toLowerCase() as Address);

export const hash32Schema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "must be 32 bytes of 0x hex")
  .transform((text) => text.toLowerCase() as Hash32);

export const hexSchema = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "must be 0x hex of whole bytes")
  .transform((text) => text.toLowerCase() as Hex);

/** The id of whoever holds a P-256 key: the last 20 bytes of keccak256 of x‖y (64 bytes, uncompressed, no prefix). */
export function idOfPublicKey(publicKey: Uint8Array): Address {
  if (publicKey.byteLength !== 64)
    throw new RangeError(`a P-256 public key is 64 bytes x‖y, got ${publicKey.byteLength}`);
  return toHex(keccak256(publicKey).subarray(12));
}

export function addressBytes(address: Address): Uint8Array {
  return hexToBytes(address);
}
