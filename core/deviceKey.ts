import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import type { Address } from "./ids.ts";
import { bytesToBigint, compareBytes, equalBytes, uint256Bytes } from "./bytes.ts";
import { WayleaveError } from "./errors.ts";
import { idOfPublicKey } from "./ids.ts";

/** Order of P-256's base point. @see SEC 2 §2.4.2 */
const CURVE_ORDER = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n;
const HALF_ORDER_BYTES = uint256Bytes(CURVE_ORDER / 2n);

/** Everything of a P-256 SubjectPublicKeyInfo before x‖y: named curve, uncompressed point. @see RFC 5480 §2 */
const SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");

/** A live verifier meets this many devices at a time; an imported key costs about 1 KB and saves half of a verification. */
const IMPORTED_KEYS_MAX = 4_096;

/** The P-256 key of one device, or of one end of a link. Holding this object is being that device. */
export interface DeviceKey {
  readonly id: Address;
  /** Uncompressed x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** For TLS, which needs the key itself. Never logged, never sent. */
  readonly privateKey: KeyObject;
  /**
   * Signs a 32-byte digest (an EIP-712 digest, usually).
   * @returns 64 bytes r‖s of ECDSA over `sha256(digest)`, s in the lower half as the contracts demand.
   */
  sign(digest: Uint8Array): Uint8Array;
  /** PKCS8 PEM: a secret, to be stored with mode 0600. */
  toPem(): string;
}

/** A new random key. */
export function generateDeviceKey(): DeviceKey {
  return deviceKeyOf(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
}

/**
 * Reads a key that {@link DeviceKey.toPem} wrote (any unencrypted PKCS8 or SEC 1 P-256 PEM).
 * @throws WayleaveError `device-key-invalid`; the text itself is never quoted.
 */
export function deviceKeyFromPem(pem: string): DeviceKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    // The cause is dropped on purpose: OpenSSL's errors may quote what they failed to read.
    throw new WayleaveError("device-key-invalid", "The device key is not readable PEM", { field: "pem" });
  }
  if (privateKey.asymmetricKeyType !== "ec" || privateKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw new WayleaveError("device-key-invalid", "The device key is not a P-256 key", { field: "pem" });
  }
  return deviceKeyOf(privateKey);
}

/**
 * The key that a secret seed stands for: the same seed gives the same key on every machine, so a recovery key can
 * recreate it.
 * @param seed - 32 secret bytes of full entropy (not a password).
 * @param purpose - separates the keys made of one seed; the default is the link.
 * @see FIPS 186-5 A.2.1: 16 bytes more than the order's length, so that the reduction is not biased.
 */
export function deviceKeyFromSeed(seed: Uint8Array, purpose = "wayleave link key v1"): DeviceKey {
  if (seed.byteLength !== 32) throw new RangeError(`a seed is 32 bytes, got ${seed.byteLength}`);
  const wide = new Uint8Array(hkdfSync("sha256", seed, new Uint8Array(0), purpose, 48));
  const wideScalar = (bytesToBigint(wide.subarray(0, 16)) << 256n) | bytesToBigint(wide.subarray(16));
  const scalar = uint256Bytes((wideScalar % (CURVE_ORDER - 1n)) + 1n);
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const coordinates = { x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const jwk = { kty: "EC", crv: "P-256", ...coordinates, d: Buffer.from(scalar).toString("base64url") };
  return deviceKeyOf(createPrivateKey({ key: jwk, format: "jwk" }));
}

/**
 * Whether `signature` is `publicKey`'s over `digest`, as {@link DeviceKey.sign} makes it and the contracts accept it:
 * exactly 64 bytes r‖s with s in the lower half. All three are hostile; never throws.
 */
export function verifyDeviceSignature(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.byteLength !== 64 || digest.byteLength !== 32 || signature.byteLength !== 64) return false;
  // Both s and n−s verify; only one may count, or a stranger could make a second valid signature out of the first.
  if (compareBytes(signature.subarray(32), HALF_ORDER_BYTES) > 0) return false;
  try {
    return verify("sha256", digest, { key: importedKey(publicKey), dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false;
  }
}

/**
 * x‖y of a public key. @returns undefined unless it is P-256 by name (not by explicit parameters, which could move the
 * base point) and uncompressed.
 */
export function coordinatesOf(publicKey: KeyObject): Uint8Array | undefined {
  if (publicKey.asymmetricKeyType !== "ec") return undefined;
  const spki = publicKey.export({ type: "spki", format: "der" });
  if (spki.byteLength !== SPKI_PREFIX.byteLength + 64) return undefined;
  if (!equalBytes(spki.subarray(0, SPKI_PREFIX.byteLength), SPKI_PREFIX)) return undefined;
  return new Uint8Array(spki.subarray(SPKI_PREFIX.byteLength));
}

function deviceKeyOf(privateKey: KeyObject): DeviceKey {
  const publicKey = coordinatesOf(createPublicKey(privateKey));
  if (publicKey === undefined) {
    throw new WayleaveError("device-key-invalid", "The device key is not an uncompressed P-256 key", { field: "pem" });
  }
  return {
    id: idOfPublicKey(publicKey),
    publicKey,
    privateKey,
    sign: (digest) => signDigest(privateKey, digest),
    toPem: () => privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

function signDigest(key: KeyObject, digest: Uint8Array): Uint8Array {
  if (digest.byteLength !== 32) throw new RangeError(`a digest is 32 bytes, got ${digest.byteLength}`);
  const signature = new Uint8Array(sign("sha256", digest, { key, dsaEncoding: "ieee-p1363" }));
  const s = signature.subarray(32);
  if (compareBytes(s, HALF_ORDER_BYTES) > 0) s.set(uint256Bytes(CURVE_ORDER - bytesToBigint(s)));
  return signature;
}

const importedKeys = new Map<string, KeyObject>();

/** Least recently used first: a Map iterates in the order of insertion, and a hit is inserted again. */
function importedKey(publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString("latin1");
  const known = importedKeys.get(name);
  if (known !== undefined) {
    importedKeys.delete(name);
    importedKeys.set(name, known);
    return known;
  }
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
  if (importedKeys.size >= IMPORTED_KEYS_MAX) importedKeys.delete(importedKeys.keys().next().value!);
  importedKeys.set(name, key);
  return key;
}
