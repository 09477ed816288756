/** The two things a session's keys do: sign frames and hide what is in them. LoRaWAN 1.0.x. */
import { assert } from "@wayleave/core/errors";
import type { DevAddrHex } from "../radio.ts";
import { type AesSchedule, encryptAesBlock, expandAesKey, wordAt } from "./aes.ts";
import { type CmacKey, cmacKey, finishCmac } from "./cmac.ts";
import { devAddrNumber } from "./identifiers.ts";

/** As the blocks B0 and A have it. */
export type FrameDirection = 0 | 1;
export const UPLINK: FrameDirection = 0;
export const DOWNLINK: FrameDirection = 1;

export const MIC_BYTES = 4;
/** MHDR, DevAddr, FCtrl, FCnt and MIC: no data frame is shorter. */
export const DATA_FRAME_BYTES_MIN = 12;

// One thread, and nothing here waits: one scratch block serves all sessions.
const block = new Int32Array(4);

/** A `DeviceSession` will do. Keys are 16 bytes each. */
export interface SessionKeys {
  readonly devAddr: DevAddrHex;
  readonly nwkSKey: Uint8Array;
  readonly appSKey: Uint8Array;
}

/**
 * A session's keys, each expanded when it is first asked for, so that a MIC is a handful of AES blocks and no allocation.
 * Keep it in memory only: it holds secrets.
 */
export class SessionCrypto {
  #keys: SessionKeys;
  #nwkCmac: CmacKey | null = null;
  #isNwkOfKeys = false;
  #appSchedule: AesSchedule | null = null;
  #isAppOfKeys = false;
  /** First half of B0's and A's variable words: they differ between sessions only by the address. */
  #addressLow = 0;
  #addressHigh = 0;

  constructor(keys: SessionKeys) {
    this.#keys = keys;
    this.become(keys);
  }

  /** From now on it is another session's, in the same memory. */
  become(keys: SessionKeys): void {
    this.#keys = keys;
    this.#isNwkOfKeys = false;
    this.#isAppOfKeys = false;
    const devAddr = devAddrNumber(keys.devAddr);
    this.#addressLow = ((devAddr & 0xff) << 8) | ((devAddr >>> 8) & 0xff);
    this.#addressHigh = (((devAddr >>> 16) & 0xff) << 24) | ((devAddr >>> 24) << 16);
  }

  /**
   * The MIC of `frame[0…length)`, as an unsigned number whose most significant byte goes on the air first.
   *
   * @param fCnt - all 32 bits.
   * @see LoRaWAN 1.0.4 §4.4
   */
  micOf(frame: Uint8Array, length: number, fCnt: number, direction: FrameDirection): number {
    const key = this.#nwk();
    block[0] = 0x49000000;
    block[1] = (direction << 16) | this.#addressLow;
    block[2] = this.#addressHigh | ((fCnt & 0xff) << 8) | ((fCnt >>> 8) & 0xff);
    block[3] = (((fCnt >>> 16) & 0xff) << 24) | ((fCnt >>> 24) << 16) | length;
    encryptAesBlock(key.schedule, block);
    finishCmac(key, block, frame, length, true);
    return block[0]! >>> 0;
  }

  /**
   * Whether a data frame ends with this session's MIC. Its direction is that of its MHDR. Never throws on the frame.
   *
   * @param phyPayload - hostile.
   * @param fCnt - all 32 bits, of which the frame says only the lower 16.
   */
  verifyMic(phyPayload: Uint8Array, fCnt: number): boolean {
    const length = phyPayload.byteLength - MIC_BYTES;
    if (length < DATA_FRAME_BYTES_MIN - MIC_BYTES || length > 0xff) return false;
    const direction = (phyPayload[0]! & 0x20) === 0 ? UPLINK : DOWNLINK;
    return this.micOf(phyPayload, length, fCnt, direction) === wordAt(phyPayload, length) >>> 0;
  }

  /**
   * Encrypts or decrypts (they are the same) `source[start…end)` into `target[targetStart…)`, which may be the same
   * place. Port 0, MAC commands, is under the network's key; all others under the application's.
   *
   * @param fCnt - all 32 bits.
   * @see LoRaWAN 1.0.4 §4.3.3
   */
  cipher(
    fPort: number,
    fCnt: number,
    direction: FrameDirection,
    source: Uint8Array,
    start: number,
    end: number,
    target: Uint8Array,
    targetStart: number,
  ): void {
    assert(end - start <= 0xff, "a payload is at most 255 bytes");
    const schedule = fPort === 0 ? this.#nwk().schedule : this.#app();
    const shift = targetStart - start;
    for (let at = start, index = 1; at < end; index++) {
      block[0] = 0x01000000;
      block[1] = (direction << 16) | this.#addressLow;
      block[2] = this.#addressHigh | ((fCnt & 0xff) << 8) | ((fCnt >>> 8) & 0xff);
      block[3] = (((fCnt >>> 16) & 0xff) << 24) | ((fCnt >>> 24) << 16) | index;
      encryptAesBlock(schedule, block);
      const blockEnd = Math.min(at + 16, end);
      for (let byte = 0; at < blockEnd; at++, byte++) {
        target[at + shift] = source[at]! ^ (block[byte >>> 2]! >>> (24 - 8 * (byte & 3)));
      }
    }
  }

  /** A payload decrypted into new bytes. */
  decrypt(fPort: number, fCnt: number, direction: FrameDirection, payload: Uint8Array): Uint8Array {
    const plain = new Uint8Array(payload.byteLength);
    this.cipher(fPort, fCnt, direction, payload, 0, payload.byteLength, plain, 0);
    return plain;
  }

  #nwk(): CmacKey {
    if (this.#nwkCmac !== null && this.#isNwkOfKeys) return this.#nwkCmac;
    this.#isNwkOfKeys = true;
    return (this.#nwkCmac = cmacKey(this.#keys.nwkSKey, this.#nwkCmac ?? undefined));
  }

  #app(): AesSchedule {
    if (this.#appSchedule !== null && this.#isAppOfKeys) return this.#appSchedule;
    this.#isAppOfKeys = true;
    return (this.#appSchedule = expandAesKey(this.#keys.appSKey, this.#appSchedule ?? undefined));
  }
}
