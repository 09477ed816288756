import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import { utf8 } from "@wayleave/core/bytes";

/** Keeps secrets at rest that must be read again: SigV4 needs the S3 secret itself. */
export interface SecretSealer {
  /** @param context - public; the same must be given to open it, so that a sealed secret cannot be moved to another row. */
  seal(secret: string, context: string): Uint8Array;
  /** @throws WayleaveError `secret-unreadable-invalid` when the key or the context is another, or a bit was changed. */
  open(sealed: Uint8Array, context: string): string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived from the operator's recovery key, so that a backup of the database alone gives
 * nothing away and a restored one is readable again.
 * @param recoveryKey - at least 32 secret bytes of full entropy.
 * @see RFC 5869 (HKDF); NIST SP 800-38D §8.2.2: random 96-bit nonces are good for 2³² secrets.
 */
export function secretSealer(recoveryKey: Uint8Array): SecretSealer {
  if (recoveryKey.byteLength < 32) throw new RangeError("a recovery key has at least 32 bytes");
  const key = new Uint8Array(hkdfSync("sha256", recoveryKey, new Uint8Array(0), "wayleave s3 secrets v1", 32));
  return {
    seal(secret, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(utf8(context));
      return Buffer.concat([nonce, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, context) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(utf8(context)).setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
        const ciphertext = sealed.subarray(NONCE_BYTES, sealed.byteLength - TAG_BYTES);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
      } catch {
        throw new WayleaveError("secret-unreadable-invalid", "A stored secret does not open with this recovery key", {
          field: "recoveryKey",
          context,
        });
      }
    },
  };
}
