import { randomInt } from "node:crypto";
import type { DevAddrHex } from "../../model/radio.ts";

/** Device addresses that begin with the first `bits` of `prefix`. */
export interface DevAddrRange {
  readonly prefix: DevAddrHex;
  /** 0…32. */
  readonly bits: number;
}

/**
 * Length of type prefix and NwkID together, by NetID type.
 * @see LoRaWAN Backend Interfaces 1.0 §13.2, table of DevAddr types
 */
const BITS_OF_TYPE = [7, 8, 12, 15, 17, 19, 22, 25] as const;
const NWK_ID_BITS_OF_TYPE = [6, 6, 9, 11, 12, 13, 15, 17] as const;

/** The addresses of one NetID, 0…0xFFFFFF. 0x000000 and 0x000001 are free for private and experimental networks. */
export function rangeOfNetId(netId: number): DevAddrRange {
  if (!Number.isInteger(netId) || netId < 0 || netId > 0xff_ff_ff) throw new RangeError("a NetID has 24 bits");
  const type = netId >>> 21;
  const bits = BITS_OF_TYPE[type]!;
  const nwkIdBits = NWK_ID_BITS_OF_TYPE[type]!;
  // As many ones as the type says, a zero, then the lowest bits of the NetID.
  const typePrefix = 2 ** (type + 1) - 2;
  const head = typePrefix * 2 ** nwkIdBits + (netId & (2 ** nwkIdBits - 1));
  return { prefix: hexOf(head * 2 ** (32 - bits)), bits };
}

/** The experimental NetID: one of two that nobody else is given. */
export const DEFAULT_DEV_ADDRS: DevAddrRange = rangeOfNetId(0x00_00_01);

/** A uniformly random address of the range. @param random - uniform integer in [0, below). */
export function drawDevAddr({ prefix, bits }: DevAddrRange, random = (below: number) => randomInt(below)): DevAddrHex {
  const free = 2 ** (32 - bits);
  const head = Math.floor(Number.parseInt(prefix, 16) / free) * free;
  return hexOf(head + random(free));
}

export function isInRange(devAddr: DevAddrHex, { prefix, bits }: DevAddrRange): boolean {
  const below = 2 ** (32 - bits);
  return Math.floor(Number.parseInt(devAddr, 16) / below) === Math.floor(Number.parseInt(prefix, 16) / below);
}

/**
 * Few ranges that together hold all these addresses: single ones while they are at most `max`, then ever shorter
 * prefixes. Ranges that hold more than was asked for only bring frames whose MIC nobody knows.
 */
export function rangesOver(devAddrs: Iterable<DevAddrHex>, max: number): DevAddrRange[] {
  let heads = new Set([...devAddrs].map((devAddr) => Number.parseInt(devAddr, 16)));
  let bits = 32;
  while (heads.size > max && bits > 0) {
    const step = bits > 8 ? 4 : 1;
    bits -= step;
    heads = new Set([...heads].map((head) => Math.floor(head / 2 ** step)));
  }
  return [...heads].sort((a, b) => a - b).map((head) => ({ prefix: hexOf(head * 2 ** (32 - bits)), bits }));
}

function hexOf(devAddr: number): DevAddrHex {
  return devAddr.toString(16).padStart(8, "0");
}
