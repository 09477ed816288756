import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";

/** Keeps device keys at rest that must be read again. */
export interface KeySealer {
  /** @param context - public; the same must be given to open it, so that a sealed key cannot be moved to another row. */
  seal(keys: Uint8Array, context: string): Buffer;
  /** @throws WayleaveError `secret-unreadable-invalid` when the secret or the context is another, or a bit was changed. */
  open(sealed: Uint8Array, context: string): Uint8Array;
  /** 8 hex digits by which its owner tells keys apart. Keyed, so that a weak key cannot be looked up by it. */
  fingerprint(key: Uint8Array): string;
}

export const OPERATOR_SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FINGERPRINT_DIGITS = 8;

/**
 * AES-256-GCM under a key derived from the operator's secret, so that a backup of the database alone gives no key away.
 * @param operatorSecret - 32 secret bytes of full entropy.
 * @see RFC 5869 (HKDF); NIST SP 800-38D §8.2.2: random 96-bit nonces are good for 2³² seals.
 */
export function keySealer(operatorSecret: Uint8Array): KeySealer {
  if (operatorSecret.byteLength !== OPERATOR_SECRET_BYTES) throw new RangeError("an operator secret has 32 bytes");
  const derived = (purpose: string) =>
    new Uint8Array(hkdfSync("sha256", operatorSecret, new Uint8Array(0), `wayleave wireless ${purpose} v1`, 32));
  const sealKey = derived("device keys");
  const fingerprintKey = derived("key fingerprints");
  return {
    seal(keys, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealKey, nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(keys), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, context) {
      try {
        const nonce = sealed.subarray(0, NONCE_BYTES);
        const end = sealed.byteLength - TAG_BYTES;
        const decipher = createDecipheriv("aes-256-gcm", sealKey, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(end));
        const opened = decipher.update(sealed.subarray(NONCE_BYTES, end));
        decipher.final();
        return opened;
      } catch {
        const facts = { field: "operatorSecret", context };
        throw new WayleaveError("secret-unreadable-invalid", "A stored key does not open with this secret", facts);
      }
    },
    fingerprint: (key) => createHmac("sha256", fingerprintKey).update(key).digest("hex").slice(0, FINGERPRINT_DIGITS),
  };
}

/** What a device's root key is sealed for. */
export const appKeyContext = (devEui: string): string => `${devEui}:app-key`;
/** What a session's two keys, NwkSKey ‖ AppSKey, are sealed for. */
export const sessionKeysContext = (devEui: string): string => `${devEui}:session-keys`;
