import { randomBytes, randomFillSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketKeyOf, decryptBlock, encryptBlock, objectKey, segmentKey } from "./encryption.ts";

const bucket = bucketKeyOf(Buffer.alloc(32, 1));
const key = segmentKey(objectKey(bucket, Buffer.alloc(16, 2)), 0);

test("what was encrypted is decrypted, and nothing else", () => {
  const anyCase = fc.record({
    size: fc.integer({ min: 1, max: 5000 }),
    pad: fc.nat(64),
    block: fc.nat(1023),
    flip: fc.nat(),
  });
  fc.assert(
    fc.property(anyCase, ({ size, pad, block, flip }) => {
      const plain = randomFillSync(new Uint8Array(size));
      const stored = randomFillSync(new Uint8Array(size + 16 + pad));
      encryptBlock(key, block, plain, stored);
      expect(decryptBlock(key, block, stored, size)?.equals(plain)).toBe(true);
      expect(stored.subarray(size + 16).every((byte) => byte === 0)).toBe(true);
      expect(decryptBlock(key, block + 1, stored, size)).toBeNull();
      expect(decryptBlock(key, block, stored.subarray(0, size + 15), size)).toBeNull();
      stored[flip % (size + 16)]! ^= 1;
      expect(decryptBlock(key, block, stored, size)).toBeNull();
    }),
  );
});

test("keys differ by bucket, object and segment, and are what they always were", () => {
  const object = objectKey(bucket, Buffer.alloc(16, 2));
  const others = [
    segmentKey(object, 1),
    segmentKey(objectKey(bucket, Buffer.alloc(16, 3)), 0),
    segmentKey(objectKey(bucketKeyOf(randomBytes(32)), Buffer.alloc(16, 2)), 0),
  ];
  for (const other of others) expect(other.equals(key)).toBe(false);
  expect(key.export().toString("hex")).toBe("9d2d2c59caaa102df462265a5a4c8dfb7791f496c9c61fc01128a8a28f1d4778");
  expect(() => bucketKeyOf(randomBytes(31))).toThrow(RangeError);
  expect(() => objectKey(bucket, randomBytes(15))).toThrow(RangeError);
});
