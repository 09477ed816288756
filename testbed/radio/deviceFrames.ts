import { createCipheriv } from "node:crypto";
import type { DevAddrHex, Eui64 } from "@wayleave/kind-wireless/model/radio";

/**
 * LoRaWAN 1.0.x frames from the device's side, on OpenSSL's AES alone: shares no line with the network server's codec,
 * so that each implementation checks the other.
 * @see LoRaWAN 1.0.3, §4 (frames), §6.2 (join)
 */

const UP = 0;
const DOWN = 1;

export interface SessionKeys {
  readonly devAddr: DevAddrHex;
  readonly nwkSKey: Buffer;
  readonly appSKey: Buffer;
}

export interface UplinkFields {
  readonly confirmed: boolean;
  readonly adr: boolean;
  readonly adrAckReq: boolean;
  readonly ack: boolean;
  /** 32 bits; the lower 16 are sent. */
  readonly fCnt: number;
  /** At most 15 bytes. */
  readonly fOpts: Uint8Array;
  /** Null: no payload. */
  readonly fPort: number | null;
  readonly payload: Uint8Array;
}

export interface Downlink {
  readonly confirmed: boolean;
  readonly ack: boolean;
  readonly fPending: boolean;
  readonly fCnt: number;
  readonly fOpts: Buffer;
  readonly fPort: number | null;
  /** Decrypted. */
  readonly payload: Buffer;
}

export interface JoinAccept {
  readonly joinNonce: Buffer;
  readonly netId: Buffer;
  readonly devAddr: DevAddrHex;
  readonly rx1DrOffset: number;
  readonly rx2DataRate: number;
  /** 0 stands for 1. */
  readonly rxDelay: number;
  /** 16 bytes, or none. */
  readonly cfList: Buffer;
}

export function buildJoinRequest(joinEui: Eui64, devEui: Eui64, devNonce: number, appKey: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([0x00]), reversedHex(joinEui), reversedHex(devEui), uint16(devNonce)]);
  return Buffer.concat([body, cmac(appKey, body).subarray(0, 4)]);
}

/** Opens a join accept. Null: not one, or not with this key. */
export function openJoinAccept(frame: Uint8Array, appKey: Buffer): JoinAccept | null {
  if (frame[0] !== 0x20 || (frame.byteLength !== 17 && frame.byteLength !== 33)) return null;
  // The network server "decrypts" so that devices need AES's encryption only.
  const plain = Buffer.concat([frame.subarray(0, 1), encryptBlocks(appKey, frame.subarray(1))]);
  const body = plain.subarray(0, -4);
  if (!cmac(appKey, body).subarray(0, 4).equals(plain.subarray(-4))) return null;
  const dlSettings = plain[11]!;
  return {
    joinNonce: plain.subarray(1, 4),
    netId: plain.subarray(4, 7),
    devAddr: Buffer.from(plain.subarray(7, 11)).reverse().toString("hex"),
    rx1DrOffset: (dlSettings >> 4) & 7,
    rx2DataRate: dlSettings & 15,
    rxDelay: plain[12]! & 15,
    cfList: plain.subarray(13, -4),
  };
}

/** 1.0.x: 0x01 or 0x02, AppNonce, NetID, DevNonce, zeros. */
export function deriveKeys(accept: JoinAccept, devNonce: number, appKey: Buffer): SessionKeys {
  const key = (kind: number): Buffer => {
    const block = Buffer.alloc(16);
    Buffer.concat([Buffer.from([kind]), accept.joinNonce, accept.netId, uint16(devNonce)]).copy(block);
    return encryptBlocks(appKey, block);
  };
  return { devAddr: accept.devAddr, nwkSKey: key(1), appSKey: key(2) };
}

export function buildUplink(fields: UplinkFields, keys: SessionKeys): Buffer {
  const control =
    (fields.adr ? 0x80 : 0) | (fields.adrAckReq ? 0x40 : 0) | (fields.ack ? 0x20 : 0) | fields.fOpts.byteLength;
  const parts: Uint8Array[] = [
    Buffer.from([fields.confirmed ? 0x80 : 0x40]),
    reversedHex(keys.devAddr),
    Buffer.from([control]),
    uint16(fields.fCnt),
    fields.fOpts,
  ];
  if (fields.fPort !== null) {
    const key = fields.fPort === 0 ? keys.nwkSKey : keys.appSKey;
    parts.push(Buffer.from([fields.fPort]), crypt(key, UP, keys.devAddr, fields.fCnt, fields.payload));
  }
  const frame = Buffer.concat(parts);
  return Buffer.concat([frame, mic(keys.nwkSKey, UP, keys.devAddr, fields.fCnt, frame)]);
}

/**
 * Opens a downlink for this session. Null: for another device, malformed, its counter not above the last, or forged.
 * @param lastFCnt - 32 bits, −1 before the first.
 */
export function openDownlink(bytes: Uint8Array, keys: SessionKeys, lastFCnt: number): Downlink | null {
  const frame = Buffer.from(bytes);
  const type = frame[0];
  if (frame.byteLength < 12 || (type !== 0x60 && type !== 0xa0)) return null;
  if (!frame.subarray(1, 5).equals(reversedHex(keys.devAddr))) return null;
  const control = frame[5]!;
  const optionsEnd = 8 + (control & 15);
  if (optionsEnd > frame.byteLength - 4) return null;
  const fCnt = fullCounter(lastFCnt, frame.readUInt16LE(6));
  if (fCnt === null) return null;
  const signed = frame.subarray(0, -4);
  if (!mic(keys.nwkSKey, DOWN, keys.devAddr, fCnt, signed).equals(frame.subarray(-4))) return null;
  const fPort = optionsEnd < signed.byteLength ? signed[optionsEnd]! : null;
  const key = fPort === 0 ? keys.nwkSKey : keys.appSKey;
  return {
    confirmed: type === 0xa0,
    ack: (control & 0x20) !== 0,
    fPending: (control & 0x10) !== 0,
    fCnt,
    fOpts: frame.subarray(8, optionsEnd),
    fPort,
    payload: fPort === null ? Buffer.alloc(0) : crypt(key, DOWN, keys.devAddr, fCnt, signed.subarray(optionsEnd + 1)),
  };
}

/** The 32-bit counter above `last` with these lower 16 bits; null past 32 bits. */
function fullCounter(last: number, lower: number): number | null {
  const next = last + 1;
  let full = next - (next % 0x10000) + lower;
  if (full < next) full += 0x10000;
  return full < 2 ** 32 ? full : null;
}

/** Encrypts and decrypts alike: the payload XOR the encrypted blocks A₁, A₂, … */
function crypt(key: Buffer, direction: number, devAddr: DevAddrHex, fCnt: number, payload: Uint8Array): Buffer {
  const count = Math.ceil(payload.byteLength / 16);
  const blocks = Array.from({ length: count }, (_, i) => block(1, direction, devAddr, fCnt, i + 1));
  const stream = encryptBlocks(key, Buffer.concat(blocks));
  return Buffer.from(payload.map((byte, i) => byte ^ stream[i]!));
}

function mic(key: Buffer, direction: number, devAddr: DevAddrHex, fCnt: number, frame: Buffer): Buffer {
  return cmac(key, Buffer.concat([block(0x49, direction, devAddr, fCnt, frame.byteLength), frame])).subarray(0, 4);
}

function block(first: number, direction: number, devAddr: DevAddrHex, fCnt: number, last: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes[0] = first;
  bytes[5] = direction;
  reversedHex(devAddr).copy(bytes, 6);
  bytes.writeUInt32LE(fCnt, 10);
  bytes[15] = last;
  return bytes;
}

/** AES-CMAC. @see RFC 4493 */
function cmac(key: Buffer, message: Buffer): Buffer {
  const k1 = doubled(encryptBlocks(key, Buffer.alloc(16)));
  const whole = message.byteLength > 0 && message.byteLength % 16 === 0;
  const padded = whole ? Buffer.from(message) : Buffer.alloc(16 * (Math.floor(message.byteLength / 16) + 1));
  if (!whole) {
    message.copy(padded);
    padded[message.byteLength] = 0x80;
  }
  const last = padded.subarray(-16);
  const mask = whole ? k1 : doubled(k1);
  for (let i = 0; i < 16; i++) last[i]! ^= mask[i]!;
  const cipher = createCipheriv("aes-128-cbc", key, Buffer.alloc(16)).setAutoPadding(false);
  return cipher.update(padded).subarray(-16);
}

/** Times x in GF(2¹²⁸). */
function doubled(bytes: Buffer): Buffer {
  const shifted = Buffer.alloc(16);
  for (let i = 0; i < 16; i++) shifted[i] = (bytes[i]! << 1) | ((bytes[i + 1] ?? 0) >> 7);
  if (bytes[0]! & 0x80) shifted[15]! ^= 0x87;
  return shifted;
}

function encryptBlocks(key: Buffer, blocks: Uint8Array): Buffer {
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(blocks);
}

function reversedHex(hex: string): Buffer {
  return Buffer.from(hex, "hex").reverse();
}

function uint16(value: number): Buffer {
  return Buffer.from([value & 0xff, (value >> 8) & 0xff]);
}
