/** Over-the-air activation of LoRaWAN 1.0.x, both sides of it. @see LoRaWAN 1.0.4 §6.2 */
import { assert } from "@wayleave/core/errors";
import type { DevAddrHex, Eui64 } from "../radio.ts";
import {
  AES_BLOCK_BYTES,
  type AesSchedule,
  decryptAesBlock,
  encryptAesBlock,
  expandAesKey,
  loadAesBlock,
  storeAesBlock,
  wordAt,
} from "./aes.ts";
import { cmacHead, cmacKey } from "./cmac.ts";
import { JOIN_ACCEPT_BYTES, JOIN_REQUEST_BYTES, MESSAGE_TYPE, isJoinRequest, writeMic } from "./frame.ts";
import { devAddrHex, devAddrNumber, uint24At, uint32At, writeEui, writeUint } from "./identifiers.ts";
import { MIC_BYTES } from "./sessionCrypto.ts";

/** Whether a join-request was made with this device's key. @param phyPayload - hostile. @param appKey - 16 bytes, secret. */
export function verifyJoinRequest(appKey: Uint8Array, phyPayload: Uint8Array): boolean {
  if (!isJoinRequest(phyPayload)) return false;
  const length = JOIN_REQUEST_BYTES - MIC_BYTES;
  return cmacHead(cmacKey(appKey), phyPayload, length) === wordAt(phyPayload, length) >>> 0;
}

/** What a device sends to join. */
export function buildJoinRequest(
  appKey: Uint8Array,
  fields: { readonly joinEui: Eui64; readonly devEui: Eui64; readonly devNonce: number },
): Uint8Array {
  const frame = new Uint8Array(JOIN_REQUEST_BYTES);
  frame[0] = MESSAGE_TYPE.joinRequest << 5;
  writeEui(fields.joinEui, frame, 1);
  writeEui(fields.devEui, frame, 9);
  writeUint(fields.devNonce, 2, frame, 17);
  writeMic(cmacHead(cmacKey(appKey), frame, frame.byteLength - MIC_BYTES), frame);
  return frame;
}

export interface JoinAcceptFields {
  /** 24 bits. AppNonce in versions before 1.0.4. */
  readonly joinNonce: number;
  /** 24 bits. */
  readonly netId: number;
  readonly devAddr: DevAddrHex;
  /** 0…7. */
  readonly rx1DrOffset: number;
  /** 0…15. */
  readonly rx2DataRate: number;
  /** 1…15. On the air 0 means 1 too. */
  readonly rx1DelayS: number;
  /** 16 bytes; null when the region's default channels are all. */
  readonly cfList: Uint8Array | null;
}

/** What the network answers. Signed, then "decrypted", so that a device needs AES encryption only. */
export function buildJoinAccept(appKey: Uint8Array, fields: JoinAcceptFields): Uint8Array {
  const { rx1DrOffset, rx2DataRate, rx1DelayS, cfList } = fields;
  assert(rx1DrOffset >= 0 && rx1DrOffset <= 7, "RX1DROffset is 0…7");
  assert(rx2DataRate >= 0 && rx2DataRate <= 15, "RX2DataRate is 0…15");
  assert(rx1DelayS >= 1 && rx1DelayS <= 15, "RxDelay is 1…15 s");
  assert(cfList === null || cfList.byteLength === CF_LIST_BYTES, "a CFList is 16 bytes");
  const frame = new Uint8Array(JOIN_ACCEPT_BYTES[cfList === null ? 0 : 1]);
  frame[0] = MESSAGE_TYPE.joinAccept << 5;
  writeUint(fields.joinNonce, 3, frame, 1);
  writeUint(fields.netId, 3, frame, 4);
  writeUint(devAddrNumber(fields.devAddr), 4, frame, 7);
  frame[11] = (rx1DrOffset << 4) | rx2DataRate;
  frame[12] = rx1DelayS;
  if (cfList !== null) frame.set(cfList, 13);
  const key = cmacKey(appKey);
  writeMic(cmacHead(key, frame, frame.byteLength - MIC_BYTES), frame);
  eachBlock(decryptAesBlock, key.schedule, frame);
  return frame;
}

export type ParsedJoinAccept =
  (JoinAcceptFields & { readonly ok: true }) | { readonly ok: false; readonly reason: "not-a-join-accept" | "mic" };

/** A device's reading of its join-accept. @param phyPayload - hostile; left as it is. */
export function parseJoinAccept(appKey: Uint8Array, phyPayload: Uint8Array): ParsedJoinAccept {
  const length = phyPayload.byteLength;
  const isAccept =
    (length === JOIN_ACCEPT_BYTES[0] || length === JOIN_ACCEPT_BYTES[1]) &&
    (phyPayload[0]! & 0xe3) === MESSAGE_TYPE.joinAccept << 5;
  if (!isAccept) return { ok: false, reason: "not-a-join-accept" };
  const key = cmacKey(appKey);
  const frame = Uint8Array.from(phyPayload);
  eachBlock(encryptAesBlock, key.schedule, frame);
  const signed = length - MIC_BYTES;
  if (cmacHead(key, frame, signed) !== wordAt(frame, signed) >>> 0) return { ok: false, reason: "mic" };
  return {
    ok: true,
    joinNonce: uint24At(frame, 1),
    netId: uint24At(frame, 4),
    devAddr: devAddrHex(uint32At(frame, 7)),
    rx1DrOffset: (frame[11]! >>> 4) & 0x07,
    rx2DataRate: frame[11]! & 0x0f,
    rx1DelayS: Math.max(1, frame[12]! & 0x0f),
    cfList: length === JOIN_ACCEPT_BYTES[1] ? frame.slice(13, signed) : null,
  };
}

/** All blocks after the MHDR, in place. */
function eachBlock(
  change: (schedule: AesSchedule, state: Int32Array) => void,
  schedule: AesSchedule,
  frame: Uint8Array,
): void {
  const state = new Int32Array(4);
  for (let at = 1; at < frame.byteLength; at += AES_BLOCK_BYTES) {
    loadAesBlock(state, frame, at);
    change(schedule, state);
    storeAesBlock(state, frame, at);
  }
}

/**
 * Session keys of a 1.0.x device.
 *
 * @param appKey - 16 bytes, secret.
 * @returns 16 bytes each, secret.
 * @see LoRaWAN 1.0.4 §6.2.5
 */
export function deriveSessionKeys(
  appKey: Uint8Array,
  drawn: { readonly joinNonce: number; readonly netId: number; readonly devNonce: number },
): { readonly nwkSKey: Uint8Array; readonly appSKey: Uint8Array } {
  const schedule = expandAesKey(appKey);
  const derive = (label: number): Uint8Array => {
    const key = new Uint8Array(AES_BLOCK_BYTES);
    key[0] = label;
    writeUint(drawn.joinNonce, 3, key, 1);
    writeUint(drawn.netId, 3, key, 4);
    writeUint(drawn.devNonce, 2, key, 7);
    const state = new Int32Array(4);
    loadAesBlock(state, key, 0);
    encryptAesBlock(schedule, state);
    storeAesBlock(state, key, 0);
    return key;
  };
  return { nwkSKey: derive(1), appSKey: derive(2) };
}

export const CF_LIST_BYTES = 16;
/** A CFList's last byte: five frequencies, or masks of channels. @see LoRaWAN Regional Parameters RP002-1.0.4 §2.1 */
const CF_LIST_TYPE = { frequencies: 0, channelMasks: 1 } as const;
const CF_LIST_FREQUENCIES = 5;
const CF_LIST_MASKS = 7;
/** Frequencies are in steps of 100 Hz. */
const FREQUENCY_STEP_HZ = 100;

export type CfList =
  | { readonly kind: "frequencies"; readonly frequenciesHz: readonly number[] }
  /** 16 channels each, the lowest bit the first. */
  | { readonly kind: "channel-masks"; readonly masks: readonly number[] };

/** Encodes at most 5 frequencies (multiples of 100 Hz, 0 for an unused place) or 7 masks; the rest is zeros. */
export function encodeCfList(list: CfList): Uint8Array {
  const bytes = new Uint8Array(CF_LIST_BYTES);
  if (list.kind === "frequencies") {
    assert(list.frequenciesHz.length <= CF_LIST_FREQUENCIES, "a CFList has five frequencies");
    list.frequenciesHz.forEach((hz, index) => writeUint(hz / FREQUENCY_STEP_HZ, 3, bytes, 3 * index));
    bytes[15] = CF_LIST_TYPE.frequencies;
  } else {
    assert(list.masks.length <= CF_LIST_MASKS, "a CFList has seven masks");
    list.masks.forEach((mask, index) => writeUint(mask, 2, bytes, 2 * index));
    bytes[15] = CF_LIST_TYPE.channelMasks;
  }
  return bytes;
}

/** Null for a type that is reserved. @param bytes - 16 of them. */
export function decodeCfList(bytes: Uint8Array): CfList | null {
  if (bytes.byteLength !== CF_LIST_BYTES) return null;
  if (bytes[15] === CF_LIST_TYPE.frequencies) {
    const places = Array.from({ length: CF_LIST_FREQUENCIES }, (_, index) => uint24At(bytes, 3 * index));
    return { kind: "frequencies", frequenciesHz: places.map((steps) => steps * FREQUENCY_STEP_HZ) };
  }
  if (bytes[15] !== CF_LIST_TYPE.channelMasks) return null;
  const masks = Array.from({ length: CF_LIST_MASKS }, (_, index) => bytes[2 * index]! | (bytes[2 * index + 1]! << 8));
  return { kind: "channel-masks", masks };
}
