/** AES-CMAC, whose first four bytes are LoRaWAN's MIC. @see RFC 4493 */
import { assert } from "@wayleave/core/errors";
import { type AesSchedule, type AesState, encryptAesBlock, expandAesKey, wordAt } from "./aes.ts";

/** A key's schedule and subkeys. Secret. */
export interface CmacKey {
  readonly schedule: AesSchedule;
  /** K1, four words, and K2, four words. */
  readonly subkeys: Int32Array;
}

// One thread, and nothing here waits.
const scratch = new Int32Array(4);

/**
 * @param key - 16 bytes, secret.
 * @param target - where to: one that is of no use any more.
 * @see RFC 4493 §2.3
 */
export function cmacKey(key: Uint8Array, target?: CmacKey): CmacKey {
  const schedule = expandAesKey(key, target?.schedule);
  const subkeys = target?.subkeys ?? new Int32Array(8);
  scratch.fill(0);
  encryptAesBlock(schedule, scratch);
  for (let at = 0; at < 8; at += 4) {
    const carry = scratch[0]! < 0 ? 0x87 : 0;
    for (let word = 0; word < 3; word++) scratch[word] = (scratch[word]! << 1) | (scratch[word + 1]! >>> 31);
    scratch[3] = (scratch[3]! << 1) ^ carry;
    for (let word = 0; word < 4; word++) subkeys[at + word] = scratch[word]!;
  }
  return target ?? { schedule, subkeys };
}

/**
 * Ends a CMAC: absorbs `message[0…length)` and leaves the tag in `state`. Allocates nothing.
 *
 * @param state - zeros to begin with, or the encrypted blocks absorbed before (LoRaWAN's B0).
 * @param hasPrefix - whether blocks were absorbed before; `message` is not empty then.
 */
export function finishCmac(
  key: CmacKey,
  state: AesState,
  message: Uint8Array,
  length: number,
  hasPrefix: boolean,
): void {
  // A prefix alone would have needed its last block held back; no LoRaWAN message is empty.
  assert(length > 0 || !hasPrefix, "a message after a prefix is not empty");
  const { schedule, subkeys } = key;
  let at = 0;
  for (; length - at > 16; at += 16) {
    state[0] = state[0]! ^ wordAt(message, at);
    state[1] = state[1]! ^ wordAt(message, at + 4);
    state[2] = state[2]! ^ wordAt(message, at + 8);
    state[3] = state[3]! ^ wordAt(message, at + 12);
    encryptAesBlock(schedule, state);
  }
  const rest = length - at;
  let byte = 0;
  for (; byte <= rest - 4; byte += 4) state[byte >>> 2] = state[byte >>> 2]! ^ wordAt(message, at + byte);
  for (; byte < rest; byte++) state[byte >>> 2] = state[byte >>> 2]! ^ (message[at + byte]! << (24 - 8 * (byte & 3)));
  if (rest < 16) state[rest >>> 2] = state[rest >>> 2]! ^ (0x80 << (24 - 8 * (rest & 3)));
  const subkey = rest === 16 ? 0 : 4;
  state[0] = state[0]! ^ subkeys[subkey]!;
  state[1] = state[1]! ^ subkeys[subkey + 1]!;
  state[2] = state[2]! ^ subkeys[subkey + 2]!;
  state[3] = state[3]! ^ subkeys[subkey + 3]!;
  encryptAesBlock(schedule, state);
}

/** The first four bytes of the CMAC of `message[0…length)`, the first byte the most significant: an unsigned number. */
export function cmacHead(key: CmacKey, message: Uint8Array, length: number = message.byteLength): number {
  scratch.fill(0);
  finishCmac(key, scratch, message, length, false);
  return scratch[0]! >>> 0;
}
