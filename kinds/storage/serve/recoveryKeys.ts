import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import { KEY_BYTES, bucketKeyOf } from "../model/encryption.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Every secret of the storage service, each derived from the one recovery key for one purpose. */
export interface RecoveryKeys {
  /** Wraps bucket keys in the database. */
  readonly buckets: KeyObject;
  /** Encrypts metadata snapshots. */
  readonly snapshots: KeyObject;
}

/** @param recoveryKey - 32 secret bytes of full entropy. @see RFC 5869 */
export function recoveryKeys(recoveryKey: Uint8Array): RecoveryKeys {
  if (recoveryKey.byteLength !== KEY_BYTES) throw new RangeError("a recovery key is 32 bytes");
  const derive = (purpose: string): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync("sha256", recoveryKey, new Uint8Array(0), `wayleave/storage/${purpose}`, KEY_BYTES)),
    );
  return { buckets: derive("buckets/v1"), snapshots: derive("snapshots/v1") };
}

/** nonce ‖ ciphertext ‖ tag under a random nonce. @param context - authenticated with it: what the bytes are. */
export function seal(key: KeyObject, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @param sealed - hostile. @returns null when it was not sealed with this key for this context. */
export function unseal(key: KeyObject, sealed: Uint8Array, context: string): Buffer | null {
  if (sealed.byteLength < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.byteLength - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return null; // another key, another context, or changed bytes
  }
}

/** A fresh bucket key, as the database keeps it. */
export function newWrappedBucketKey(keys: RecoveryKeys, bucket: string): Buffer {
  return seal(keys.buckets, randomBytes(KEY_BYTES), `bucket ${bucket}`);
}

/** @throws WayleaveError `recovery-key-wrong` when the database was written under another recovery key. */
export function unwrapBucketKey(keys: RecoveryKeys, bucket: string, wrapped: Uint8Array): KeyObject {
  const secret = unseal(keys.buckets, wrapped, `bucket ${bucket}`);
  if (secret === null) {
    throw new WayleaveError("recovery-key-wrong", "The bucket's key does not open with this recovery key", { bucket });
  }
  return bucketKeyOf(secret);
}
