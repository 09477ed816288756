import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { decryptAesBlock, encryptAesBlock, expandAesKey, loadAesBlock, storeAesBlock } from "./aes.ts";

test("5,000 random blocks under random keys, as OpenSSL encrypts and decrypts them", () => {
  for (let round = 0; round < 5000; round++) {
    const key = randomBytes(16);
    const block = randomBytes(16);
    const schedule = expandAesKey(key);
    const state = new Int32Array(4);
    const out = new Uint8Array(16);
    loadAesBlock(state, block, 0);
    encryptAesBlock(schedule, state);
    storeAesBlock(state, out, 0);
    expect(createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block).equals(out)).toBe(true);
    loadAesBlock(state, block, 0);
    decryptAesBlock(schedule, state);
    storeAesBlock(state, out, 0);
    expect(createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block).equals(out)).toBe(true);
  }
});

test("a key of another length is a bug", () => {
  expect(() => expandAesKey(new Uint8Array(15))).toThrow();
  expect(() => expandAesKey(new Uint8Array(32))).toThrow();
});
