/**
 * AES-128, one block at a time, on four 32-bit words: what LoRaWAN's CMAC, payload cipher and join-accept are made of.
 * In JavaScript, because a call into OpenSSL costs ten times what these two or three blocks do.
 *
 * Table lookups depend on the key, so a program on the same processor could learn keys from its cache. A network
 * server's host already holds all session keys in memory; do not use this where such a neighbour is feared.
 *
 * @see FIPS 197
 */
import { assert } from "@wayleave/core/errors";

export const AES_KEY_BYTES = 16;
export const AES_BLOCK_BYTES = 16;
const ROUNDS = 10;
const SCHEDULE_WORDS = 4 * (ROUNDS + 1);

/** 44 round-key words. Secret. */
export type AesSchedule = Int32Array;
/** A block as four words, the first byte the most significant of the first word. */
export type AesState = Int32Array;

const SBOX = new Uint8Array(256);
const INVERSE_SBOX = new Uint8Array(256);
/** SubBytes and MixColumns of a column's first, second, third and fourth byte. */
const ENCRYPT_0 = new Int32Array(256);
const ENCRYPT_1 = new Int32Array(256);
const ENCRYPT_2 = new Int32Array(256);
const ENCRYPT_3 = new Int32Array(256);
/** InvMixColumns alone, so that decryption needs no schedule of its own. */
const UNMIX_0 = new Int32Array(256);
const UNMIX_1 = new Int32Array(256);
const UNMIX_2 = new Int32Array(256);
const UNMIX_3 = new Int32Array(256);

function double(byte: number): number {
  return ((byte << 1) ^ (byte & 0x80 ? 0x1b : 0)) & 0xff;
}
function rotateRight(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** @see FIPS 197 §5.1.1, §5.1.3, §5.3.3 */
function fillTables(): void {
  // p runs through all powers of 3, q through their inverses.
  let p = 1;
  let q = 1;
  do {
    p = p ^ double(p);
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 0xff;
    if (q & 0x80) q ^= 0x09;
    const spread = q | (q << 8);
    SBOX[p] = (q ^ (spread >>> 7) ^ (spread >>> 6) ^ (spread >>> 5) ^ (spread >>> 4) ^ 0x63) & 0xff;
  } while (p !== 1);
  SBOX[0] = 0x63;
  for (let byte = 0; byte < 256; byte++) {
    const substituted = SBOX[byte]!;
    INVERSE_SBOX[substituted] = byte;
    const twice = double(substituted);
    const mixed = (twice << 24) | (substituted << 16) | (substituted << 8) | (twice ^ substituted);
    ENCRYPT_0[byte] = mixed;
    ENCRYPT_1[byte] = rotateRight(mixed, 8);
    ENCRYPT_2[byte] = rotateRight(mixed, 16);
    ENCRYPT_3[byte] = rotateRight(mixed, 24);
    const by2 = double(byte);
    const by4 = double(by2);
    const by8 = double(by4);
    const unmixed = ((by8 ^ by4 ^ by2) << 24) | ((by8 ^ byte) << 16) | ((by8 ^ by4 ^ byte) << 8) | (by8 ^ by2 ^ byte);
    UNMIX_0[byte] = unmixed;
    UNMIX_1[byte] = rotateRight(unmixed, 8);
    UNMIX_2[byte] = rotateRight(unmixed, 16);
    UNMIX_3[byte] = rotateRight(unmixed, 24);
  }
}
fillTables();

/**
 * Expands a key.
 *
 * @param key - 16 bytes, secret.
 * @param schedule - where to: one that is of no use any more.
 * @see FIPS 197 §5.2
 */
export function expandAesKey(key: Uint8Array, schedule: AesSchedule = new Int32Array(SCHEDULE_WORDS)): AesSchedule {
  assert(key.byteLength === AES_KEY_BYTES, "an AES-128 key is 16 bytes");
  for (let word = 0; word < 4; word++) schedule[word] = wordAt(key, 4 * word);
  let roundConstant = 1;
  for (let word = 4; word < SCHEDULE_WORDS; word++) {
    let last = schedule[word - 1]!;
    if (word % 4 === 0) {
      last =
        (SBOX[(last >>> 16) & 0xff]! << 24) |
        (SBOX[(last >>> 8) & 0xff]! << 16) |
        (SBOX[last & 0xff]! << 8) |
        SBOX[last >>> 24]!;
      last ^= roundConstant << 24;
      roundConstant = double(roundConstant);
    }
    schedule[word] = schedule[word - 4]! ^ last;
  }
  return schedule;
}

/** Encrypts `state` in place. Allocates nothing. @see FIPS 197 §5.1 */
export function encryptAesBlock(schedule: AesSchedule, state: AesState): void {
  let a = state[0]! ^ schedule[0]!;
  let b = state[1]! ^ schedule[1]!;
  let c = state[2]! ^ schedule[2]!;
  let d = state[3]! ^ schedule[3]!;
  for (let at = 4; at < 4 * ROUNDS; at += 4) {
    const e =
      ENCRYPT_0[a >>> 24]! ^
      ENCRYPT_1[(b >>> 16) & 0xff]! ^
      ENCRYPT_2[(c >>> 8) & 0xff]! ^
      ENCRYPT_3[d & 0xff]! ^
      schedule[at]!;
    const f =
      ENCRYPT_0[b >>> 24]! ^
      ENCRYPT_1[(c >>> 16) & 0xff]! ^
      ENCRYPT_2[(d >>> 8) & 0xff]! ^
      ENCRYPT_3[a & 0xff]! ^
      schedule[at + 1]!;
    const g =
      ENCRYPT_0[c >>> 24]! ^
      ENCRYPT_1[(d >>> 16) & 0xff]! ^
      ENCRYPT_2[(a >>> 8) & 0xff]! ^
      ENCRYPT_3[b & 0xff]! ^
      schedule[at + 2]!;
    d =
      ENCRYPT_0[d >>> 24]! ^
      ENCRYPT_1[(a >>> 16) & 0xff]! ^
      ENCRYPT_2[(b >>> 8) & 0xff]! ^
      ENCRYPT_3[c & 0xff]! ^
      schedule[at + 3]!;
    a = e;
    b = f;
    c = g;
  }
  state[0] = substitutedRow(SBOX, a, b, c, d) ^ schedule[40]!;
  state[1] = substitutedRow(SBOX, b, c, d, a) ^ schedule[41]!;
  state[2] = substitutedRow(SBOX, c, d, a, b) ^ schedule[42]!;
  state[3] = substitutedRow(SBOX, d, a, b, c) ^ schedule[43]!;
}

/** Decrypts `state` in place. A network "decrypts" a join-accept to send it, so that devices need only encryption. @see FIPS 197 §5.3 */
export function decryptAesBlock(schedule: AesSchedule, state: AesState): void {
  let a = state[0]! ^ schedule[40]!;
  let b = state[1]! ^ schedule[41]!;
  let c = state[2]! ^ schedule[42]!;
  let d = state[3]! ^ schedule[43]!;
  for (let at = 4 * (ROUNDS - 1); at > 0; at -= 4) {
    const e = unmixed(substitutedRow(INVERSE_SBOX, a, d, c, b) ^ schedule[at]!);
    const f = unmixed(substitutedRow(INVERSE_SBOX, b, a, d, c) ^ schedule[at + 1]!);
    const g = unmixed(substitutedRow(INVERSE_SBOX, c, b, a, d) ^ schedule[at + 2]!);
    d = unmixed(substitutedRow(INVERSE_SBOX, d, c, b, a) ^ schedule[at + 3]!);
    a = e;
    b = f;
    c = g;
  }
  state[0] = substitutedRow(INVERSE_SBOX, a, d, c, b) ^ schedule[0]!;
  state[1] = substitutedRow(INVERSE_SBOX, b, a, d, c) ^ schedule[1]!;
  state[2] = substitutedRow(INVERSE_SBOX, c, b, a, d) ^ schedule[2]!;
  state[3] = substitutedRow(INVERSE_SBOX, d, c, b, a) ^ schedule[3]!;
}

/** One column after ShiftRows and SubBytes (or their inverses): a byte each of four columns. */
function substitutedRow(box: Uint8Array, a: number, b: number, c: number, d: number): number {
  return (box[a >>> 24]! << 24) | (box[(b >>> 16) & 0xff]! << 16) | (box[(c >>> 8) & 0xff]! << 8) | box[d & 0xff]!;
}
function unmixed(word: number): number {
  return UNMIX_0[word >>> 24]! ^ UNMIX_1[(word >>> 16) & 0xff]! ^ UNMIX_2[(word >>> 8) & 0xff]! ^ UNMIX_3[word & 0xff]!;
}

/** The four bytes at `offset`, the first the most significant. */
export function wordAt(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
}
/** Reads a block. */
export function loadAesBlock(state: AesState, bytes: Uint8Array, offset: number): void {
  for (let word = 0; word < 4; word++) state[word] = wordAt(bytes, offset + 4 * word);
}
/** Writes a block. */
export function storeAesBlock(state: AesState, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < AES_BLOCK_BYTES; at++) bytes[offset + at] = state[at >>> 2]! >>> (24 - 8 * (at & 3));
}
