/**
 * Encryption of a segment's blocks, before they leave the front. AES-256-GCM with the block's number as nonce: that is
 * safe because every segment of every object version has a key of its own (HKDF over a random object id), and is
 * written once. Never derive with an object id that was used before.
 *
 * @see NIST SP 800-38D §8.2.1: deterministic construction of the 96-bit nonce. @see RFC 5869
 */
import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from "node:crypto";
import { assert } from "@wayleave/core/errors";
import { TAG_BYTES } from "./layout.ts";

export const KEY_BYTES = 32;
/** Random, one for each stored version of an object. */
export const OBJECT_ID_BYTES = 16;
const NONCE_BYTES = 12;
const CIPHER = "aes-256-gcm";
const OPTIONS = { authTagLength: TAG_BYTES };

/** A bucket's secret as Node wants it: a KeyObject, with which the cipher is twice as fast as with raw bytes. */
export function bucketKeyOf(secret: Uint8Array): KeyObject {
  if (secret.byteLength !== KEY_BYTES) throw new RangeError("a bucket key is 32 bytes");
  return createSecretKey(secret);
}

/** The key of one object version; whoever is given it can read that version and nothing else. */
export function objectKey(bucketKey: KeyObject, objectId: Uint8Array): KeyObject {
  if (objectId.byteLength !== OBJECT_ID_BYTES) throw new RangeError("an object id is 16 bytes");
  return derive(bucketKey, objectId, "wayleave/storage/object/v1");
}

/** @param segment - index in its object, in [0, 2³²). */
export function segmentKey(key: KeyObject, segment: number): KeyObject {
  assert(Number.isInteger(segment) && segment >= 0 && segment < 2 ** 32, "a segment's index fits 32 bits");
  return derive(key, new Uint8Array(0), `wayleave/storage/segment/v1/${segment}`);
}

function derive(key: KeyObject, salt: Uint8Array, info: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", key, salt, info, KEY_BYTES)));
}

function nonceOf(block: number): Uint8Array {
  assert(Number.isInteger(block) && block >= 0 && block < 2 ** 32, "a block's number fits 32 bits");
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(block, NONCE_BYTES - 4);
  return nonce;
}

/**
 * Writes ciphertext ‖ tag ‖ zeros into `out`, one whole block: may be a view of a codec's memory.
 *
 * @param out - at least `plain.byteLength + 16` bytes.
 */
export function encryptBlock(key: KeyObject, block: number, plain: Uint8Array, out: Uint8Array): void {
  assert(out.byteLength >= plain.byteLength + TAG_BYTES, "a block has room for its tag");
  const cipher = createCipheriv(CIPHER, key, nonceOf(block), OPTIONS);
  out.set(cipher.update(plain));
  cipher.final(); // a stream mode: nothing is left
  out.set(cipher.getAuthTag(), plain.byteLength);
  out.fill(0, plain.byteLength + TAG_BYTES);
}

/**
 * @param stored - hostile: a block as it came from a device or from reconstruction.
 * @param plainBytes - as `blockPlace` says.
 * @returns the plaintext, or null when the block was changed: ask other shards then.
 */
export function decryptBlock(key: KeyObject, block: number, stored: Uint8Array, plainBytes: number): Buffer | null {
  if (stored.byteLength < plainBytes + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, nonceOf(block), OPTIONS);
  const plain = decipher.update(stored.subarray(0, plainBytes));
  decipher.setAuthTag(stored.subarray(plainBytes, plainBytes + TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return null; // the tag does not match
  }
}
