import { createRequire } from "node:module";
import { randomBytes } from "node:crypto";
import type { Address, Hex } from "./ids.ts";
import { hexToBytes, toHex } from "./bytes.ts";
import { assert } from "./errors.ts";
import { keccak256 } from "./hash.ts";

interface Secp256k1 {
  ecdsaSign(digest: Uint8Array, key: Uint8Array): { signature: Uint8Array; recid: number };
  ecdsaRecover(signature: Uint8Array, recid: number, digest: Uint8Array, compressed: boolean): Uint8Array;
  publicKeyCreate(key: Uint8Array, compressed: boolean): Uint8Array;
  privateKeyVerify(key: Uint8Array): boolean;
}

// The package's main entry falls back without a word to JavaScript that is 25 times slower; this entry throws instead.
const secp256k1 = createRequire(import.meta.url)("secp256k1/bindings") as Secp256k1;

/** Half the order of secp256k1: signatures with a larger s are malleable twins and are refused (EIP-2). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** An Ethereum account that holds tokens or signs vouchers. The private key never leaves this object. */
export interface AccountKey {
  readonly address: Address;
  /** @param digest - 32 bytes, already domain-separated (EIP-712). @returns 65 bytes r‖s‖v, v ∈ {27, 28}, low s. */
  sign(digest: Uint8Array): Hex;
  /** For handing the key to a wallet library or a 0600 file. A secret. */
  exportPrivateKey(): Hex;
}

export function accountKey(privateKey: Uint8Array): AccountKey {
  if (privateKey.byteLength !== 32 || !secp256k1.privateKeyVerify(privateKey)) {
    throw new RangeError("a secp256k1 private key is 32 bytes in [1, n-1]");
  }
  const key = Uint8Array.from(privateKey);
  const address = toHex(keccak256(secp256k1.publicKeyCreate(key, false).subarray(1)).subarray(12));
  return {
    address,
    sign(digest) {
      assert(digest.byteLength === 32, "a digest is 32 bytes");
      const { signature, recid } = secp256k1.ecdsaSign(digest, key);
      return toHex(Uint8Array.of(...signature, 27 + recid));
    },
    exportPrivateKey: () => toHex(key),
  };
}

export function randomAccountKey(): AccountKey {
  for (;;) {
    const candidate = randomBytes(32);
    if (secp256k1.privateKeyVerify(candidate)) return accountKey(candidate); // all but 2⁻¹²⁸ of them
  }
}

/** Who signed `digest`. Never throws on a hostile signature. @returns null when it is malformed, malleable or recovers nobody. */
export function recoverSigner(digest: Uint8Array, signature: string): Address | null {
  if (!/^0x[0-9a-f]{130}$/.test(signature)) return null;
  const bytes = hexToBytes(signature);
  const recid = bytes[64]! - 27;
  if (recid !== 0 && recid !== 1) return null;
  if (BigInt(toHex(bytes.subarray(32, 64))) > HALF_ORDER) return null;
  try {
    return toHex(
      keccak256(secp256k1.ecdsaRecover(bytes.subarray(0, 64), recid, digest, false).subarray(1)).subarray(12),
    );
  } catch {
    return null; // r or s out of range, or a point at infinity: a signature nobody made
  }
}
