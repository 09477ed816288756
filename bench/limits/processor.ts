import { createSecretKey, hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { deviceKeyFromSeed, verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { decryptBlock, encryptBlock } from "@wayleave/kind-storage/model/encryption";
import { TAG_BYTES } from "@wayleave/kind-storage/model/layout";
import { pieceDigest } from "@wayleave/kind-storage/model/pieceTree";
import { PIECE_RECEIPT, isSignedBy, signStruct } from "@wayleave/kind-storage/model/receipts";
import { createCodec } from "@wayleave/kind-storage/model/reedSolomon/codec";
import { type Figure, actsPerS, bytesPerS } from "../figure.ts";
import { bodyPattern } from "../load/pattern.ts";

const BLOCK_BYTES = 65_536;

/** What one core gives: the steps an object's bytes go through, each alone. */
export async function benchProcessor(policy: { readonly k: number; readonly n: number }): Promise<Figure[]> {
  const { k, n } = policy;
  const megabyte = bodyPattern().subarray(0, 1 << 20);
  const key = createSecretKey(Buffer.alloc(32, 7));
  const plain = megabyte.subarray(0, BLOCK_BYTES - TAG_BYTES);
  const block = Buffer.alloc(BLOCK_BYTES);
  encryptBlock(key, 1, plain, block);
  const codec = createCodec(k, n);
  for (let i = 0; i < k; i++)
    codec.shard(i, BLOCK_BYTES).set(megabyte.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
  return [
    await bytesPerS("SHA-256", megabyte.byteLength, () => hash("sha256", megabyte, "buffer")),
    await bytesPerS("MD5", megabyte.byteLength, () => hash("md5", megabyte, "buffer")),
    await bytesPerS("CRC32", megabyte.byteLength, () => crc32(megabyte)),
    await bytesPerS("AES-256-GCM: encrypt 64 KiB", plain.byteLength, () => encryptBlock(key, 1, plain, block)),
    await bytesPerS("AES-256-GCM: decrypt 64 KiB", plain.byteLength, () =>
      decryptBlock(key, 1, block, plain.byteLength),
    ),
    await bytesPerS(`Reed–Solomon ${k} of ${n}`, k * BLOCK_BYTES, () => codec.encodeInPlace(BLOCK_BYTES)),
    await bytesPerS("piece hashing (4 KiB leaves)", megabyte.byteLength, () => pieceDigest(megabyte)),
    ...(await benchSignatures()),
  ];
}

async function benchSignatures(): Promise<Figure[]> {
  const device = deviceKeyFromSeed(new Uint8Array(32).fill(3));
  const digest = new Uint8Array(32).fill(9);
  const signature = device.sign(digest);
  const domain = { chainId: 31_415, verifyingContract: `0x${"5e".repeat(20)}` } as const;
  const receipt = {
    payer: device.id,
    device: device.id,
    pieceId: `0x${"11".repeat(32)}`,
    pieceRoot: `0x${"22".repeat(32)}`,
    leafCount: 5n,
    sizeBytes: 17_408n,
    storedAtMs: 1_700_000_000_000n,
    expiresAtMs: 1_800_000_000_000n,
  } as const;
  const signed = signStruct(device, domain, PIECE_RECEIPT, receipt);
  return [
    await actsPerS("P-256: sign", () => device.sign(digest)),
    await actsPerS("P-256: verify", () => verifyDeviceSignature(device.publicKey, digest, signature)),
    await actsPerS("receipt: hash and sign", () => signStruct(device, domain, PIECE_RECEIPT, receipt)),
    await actsPerS("receipt: hash and verify", () =>
      isSignedBy(device.publicKey, domain, PIECE_RECEIPT, receipt, signed),
    ),
  ];
}
