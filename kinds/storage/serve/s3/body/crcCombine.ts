import { assert } from "@wayleave/core/errors";
import type { ChecksumAlgorithm } from "../objectStore.ts";

const WIDTHS = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CrcAlgorithm = keyof typeof WIDTHS;

export function isCrc(algorithm: ChecksumAlgorithm): algorithm is CrcAlgorithm {
  return Object.hasOwn(WIDTHS, algorithm);
}

/**
 * The CRC of parts put together, from the CRCs and lengths of the parts: the full-object checksum of a multipart upload
 * without reading it again.
 *
 * @param parts - in order; at least one. `crc` big-endian.
 * @see zlib's crc32_combine: crc(a‖b) = crc(a)·x^(8·|b|) mod P xor crc(b); works for any CRC whose start equals its end mask.
 */
export function combineCrcs(
  algorithm: CrcAlgorithm,
  parts: readonly { readonly crc: Uint8Array; readonly sizeBytes: number }[],
): Buffer {
  assert(parts.length > 0, "there is a part to combine");
  const { bits, polynomial } = WIDTHS[algorithm];
  const multiply = (a: bigint, b: bigint) => multiplyModulo(a, b, bits, polynomial);
  // Parts mostly share one length, so the shift is worked out once per length.
  const shifts = new Map<number, bigint>();
  let combined = toBigInt(parts[0]!.crc);
  for (const { crc, sizeBytes } of parts.slice(1)) {
    const shift = shifts.get(sizeBytes) ?? powerOfX(BigInt(sizeBytes) * 8n, bits, multiply);
    shifts.set(sizeBytes, shift);
    combined = multiply(combined, shift) ^ toBigInt(crc);
  }
  return Buffer.from(combined.toString(16).padStart(Number(bits) / 4, "0"), "hex");
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Product of two reflected polynomials: the highest bit is x^0. */
function multiplyModulo(a: bigint, b: bigint, bits: bigint, polynomial: bigint): bigint {
  let product = 0n;
  for (let mask = 1n << (bits - 1n); mask !== 0n; mask >>= 1n) {
    if ((a & mask) !== 0n) product ^= b;
    b = (b & 1n) === 1n ? (b >> 1n) ^ polynomial : b >> 1n;
  }
  return product;
}

function powerOfX(exponent: bigint, bits: bigint, multiply: (a: bigint, b: bigint) => bigint): bigint {
  let power = 1n << (bits - 1n);
  let square = 1n << (bits - 2n);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}
