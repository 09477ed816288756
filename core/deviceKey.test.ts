import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToBigint, uint256Bytes } from "./bytes.ts";
import {
  coordinatesOf,
  deviceKeyFromPem,
  deviceKeyFromSeed,
  generateDeviceKey,
  verifyDeviceSignature,
} from "./deviceKey.ts";
import { idOfPublicKey } from "./ids.ts";

const ORDER = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n;
const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("a device key", () => {
  test("survives its own PEM", () => {
    const key = generateDeviceKey();
    const again = deviceKeyFromPem(key.toPem());
    expect(again.id).toBe(key.id);
    expect(again.id).toBe(idOfPublicKey(key.publicKey));
    expect(again.publicKey).toEqual(key.publicKey);
  });

  test("is the same for the same seed and purpose only", () => {
    const seed = new Uint8Array(32).fill(7);
    expect(deviceKeyFromSeed(seed).id).toBe("0xfe3ba014f580eeed193a935b1da37f949488627a");
    expect(deviceKeyFromSeed(seed, "another purpose").id).not.toBe(deviceKeyFromSeed(seed).id);
    expect(deviceKeyFromSeed(new Uint8Array(32)).id).not.toBe(deviceKeyFromSeed(seed).id);
    expect(() => deviceKeyFromSeed(new Uint8Array(31))).toThrow(RangeError);
    const digest = new Uint8Array(32).fill(1);
    const key = deviceKeyFromSeed(seed);
    expect(verifyDeviceSignature(key.publicKey, digest, key.sign(digest))).toBe(true);
  });

  test("refuses PEM that is no P-256 key, without quoting it", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey;
    for (const other of [rsa, p384]) {
      const pem = other.export({ type: "pkcs8", format: "pem" }) as string;
      expect(() => deviceKeyFromPem(pem)).toThrow(expect.objectContaining({ code: "device-key-invalid" }));
    }
    try {
      deviceKeyFromPem("very secret text");
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toContain("very secret");
    }
  });

  test("signs what OpenSSL verifies over sha256 of the digest, always with low s", () => {
    const key = generateDeviceKey();
    fc.assert(
      fc.property(anyDigest, (digest) => {
        const signature = key.sign(digest);
        expect(signature.byteLength).toBe(64);
        expect(bytesToBigint(signature.subarray(32))).toBeLessThanOrEqual(ORDER / 2n);
        expect(verifyDeviceSignature(key.publicKey, digest, signature)).toBe(true);
        const openssl = { key: createPublicKey(key.privateKey), dsaEncoding: "ieee-p1363" as const };
        expect(verify("sha256", digest, openssl, signature)).toBe(true);
      }),
    );
  });
});

describe("a signature", () => {
  const key = generateDeviceKey();
  const digest = new Uint8Array(32).fill(3);
  const signature = key.sign(digest);

  test("with high s is refused although the curve equation holds", () => {
    const high = signature.slice();
    high.set(uint256Bytes(ORDER - bytesToBigint(signature.subarray(32))), 32);
    const openssl = { key: createPublicKey(key.privateKey), dsaEncoding: "ieee-p1363" as const };
    expect(verify("sha256", digest, openssl, high)).toBe(true);
    expect(verifyDeviceSignature(key.publicKey, digest, high)).toBe(false);
  });

  test("does not survive one changed bit anywhere", () => {
    fc.assert(
      fc.property(fc.nat(64 * 8 - 1), (bit) => {
        const changed = signature.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(verifyDeviceSignature(key.publicKey, digest, changed)).toBe(false);
      }),
    );
  });

  test("of another key or digest is refused", () => {
    expect(verifyDeviceSignature(generateDeviceKey().publicKey, digest, signature)).toBe(false);
    expect(verifyDeviceSignature(key.publicKey, new Uint8Array(32), signature)).toBe(false);
  });

  test("check never throws on hostile bytes of any length", () => {
    const hostile = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(key.publicKey, digest, signature));
    const sized = (size: number) => fc.oneof(hostile, fc.uint8Array({ minLength: size, maxLength: size }));
    fc.assert(
      fc.property(sized(64), sized(32), sized(64), (publicKey, hash, claimed) => {
        const honest = publicKey === key.publicKey && hash === digest && claimed === signature;
        expect(verifyDeviceSignature(publicKey, hash, claimed)).toBe(honest);
      }),
    );
    for (const edge of [0n, 1n, ORDER - 1n, ORDER, 2n ** 256n - 1n]) {
      const claimed = new Uint8Array([...uint256Bytes(edge), ...uint256Bytes(edge)]);
      expect(verifyDeviceSignature(key.publicKey, digest, claimed)).toBe(false);
    }
    expect(verifyDeviceSignature(new Uint8Array(64), digest, signature)).toBe(false);
  });
});

test("keys of other curves have no coordinates here", () => {
  const k1 = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
  const explicit = generateKeyPairSync("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" });
  expect(coordinatesOf(k1.publicKey)).toBeUndefined();
  expect(coordinatesOf(explicit.publicKey)).toBeUndefined();
  expect(coordinatesOf(generateKeyPairSync("ed25519").publicKey)).toBeUndefined();
});
