/** What is on the air: PHYPayloads parsed and built. LoRaWAN 1.0.x, and enough of 1.1 to name its rejoin-requests. */
import { assert } from "@wayleave/core/errors";
import { type DevAddrHex, type Eui64, PHY_PAYLOAD_BYTES_MAX } from "../radio.ts";
import { devAddrHex, devAddrNumber, euiAt, uint16At, uint32At, writeUint } from "./identifiers.ts";
import {
  DATA_FRAME_BYTES_MIN,
  DOWNLINK,
  type FrameDirection,
  MIC_BYTES,
  type SessionCrypto,
  UPLINK,
} from "./sessionCrypto.ts";

/** Bits 7…5 of the MHDR. @see LoRaWAN 1.0.4 §4.2.1 */
export const MESSAGE_TYPE = {
  joinRequest: 0,
  joinAccept: 1,
  unconfirmedUp: 2,
  unconfirmedDown: 3,
  confirmedUp: 4,
  confirmedDown: 5,
  rejoinRequest: 6,
  proprietary: 7,
} as const;

/** MHDR, JoinEUI, DevEUI, DevNonce, MIC. */
export const JOIN_REQUEST_BYTES = 23;
/** Without and with the 16 bytes of a CFList. */
export const JOIN_ACCEPT_BYTES = [17, 33] as const;
/** By the type in the second byte. @see LoRaWAN 1.1 §6.2.4 */
const REJOIN_BYTES = [19, 24, 19] as const;
/** FOptsLen has four bits. */
export const FOPTS_BYTES_MAX = 15;

export interface JoinRequestFrame {
  readonly ok: true;
  readonly type: "join-request";
  readonly joinEui: Eui64;
  readonly devEui: Eui64;
  /** 16 bits. */
  readonly devNonce: number;
}
/** All but the first byte is encrypted; `parseJoinAccept` reads it with the device's key. */
export interface JoinAcceptFrame {
  readonly ok: true;
  readonly type: "join-accept";
}
export interface DataFrame {
  readonly ok: true;
  readonly type: "data";
  readonly direction: FrameDirection;
  readonly confirmed: boolean;
  readonly devAddr: DevAddrHex;
  readonly adr: boolean;
  /** Uplinks only: the device wants to hear from the network. */
  readonly adrAckReq: boolean;
  readonly ack: boolean;
  /** Downlinks only: more is waiting. */
  readonly fPending: boolean;
  /** Uplinks only: the device listens to beacons. */
  readonly classB: boolean;
  /** The lower 16 bits of the frame counter. */
  readonly fCnt16: number;
  /** MAC commands, in the clear; a view into the frame. */
  readonly fOpts: Uint8Array;
  /** 0: the payload is MAC commands. Null: no payload. */
  readonly fPort: number | null;
  /** FRMPayload, encrypted; a view into the frame. */
  readonly payload: Uint8Array;
}
export interface RejoinRequestFrame {
  readonly ok: true;
  readonly type: "rejoin-request";
  readonly rejoinType: 0 | 1 | 2;
  /** Type 1 only. */
  readonly joinEui: Eui64 | null;
  readonly devEui: Eui64;
  /** RJcount0 or RJcount1. */
  readonly counter: number;
}
export interface ProprietaryFrame {
  readonly ok: true;
  readonly type: "proprietary";
}

/** Why a frame is no LoRaWAN frame: stable names, for counters. */
export const FRAME_FAULTS = [
  "empty",
  "too-long",
  "major-version",
  "join-request-length",
  "join-accept-length",
  "rejoin-type",
  "rejoin-length",
  "data-length",
  "fopts-length",
  "mac-commands-twice",
] as const;
export type FrameFault = (typeof FRAME_FAULTS)[number];
export interface FrameRefusal {
  readonly ok: false;
  readonly reason: FrameFault;
}
export type ParsedFrame =
  JoinRequestFrame | JoinAcceptFrame | DataFrame | RejoinRequestFrame | ProprietaryFrame | FrameRefusal;

/**
 * Reads the structure of a frame. Whether it is genuine is for the MIC: `SessionCrypto.verifyMic`, `verifyJoinRequest`.
 *
 * @param phyPayload - hostile. Never throws on it.
 * @returns with copies of its parts (of an array of up to 64 bytes cheaper than views). Reserved bits of the MHDR and FCtrl are ignored, as a receiver
 *   must (the MIC covers them).
 */
export function parseFrame(phyPayload: Uint8Array): ParsedFrame {
  const length = phyPayload.byteLength;
  if (length === 0) return refuse("empty");
  if (length > PHY_PAYLOAD_BYTES_MAX) return refuse("too-long");
  const header = phyPayload[0]!;
  const type = header >>> 5;
  // What a proprietary frame looks like inside, its version included, is its maker's business.
  if (type === MESSAGE_TYPE.proprietary) return { ok: true, type: "proprietary" };
  if ((header & 0x03) !== 0) return refuse("major-version");
  if (type === MESSAGE_TYPE.joinRequest) {
    if (length !== JOIN_REQUEST_BYTES) return refuse("join-request-length");
    return {
      ok: true,
      type: "join-request",
      joinEui: euiAt(phyPayload, 1),
      devEui: euiAt(phyPayload, 9),
      devNonce: uint16At(phyPayload, 17),
    };
  }
  if (type === MESSAGE_TYPE.joinAccept) {
    if (length !== JOIN_ACCEPT_BYTES[0] && length !== JOIN_ACCEPT_BYTES[1]) return refuse("join-accept-length");
    return { ok: true, type: "join-accept" };
  }
  return type === MESSAGE_TYPE.rejoinRequest ? parseRejoin(phyPayload) : parseData(phyPayload, type);
}

function refuse(reason: FrameFault): FrameRefusal {
  return { ok: false, reason };
}

function parseRejoin(phyPayload: Uint8Array): RejoinRequestFrame | FrameRefusal {
  const rejoinType = phyPayload[1];
  if (rejoinType !== 0 && rejoinType !== 1 && rejoinType !== 2) return refuse("rejoin-type");
  if (phyPayload.byteLength !== REJOIN_BYTES[rejoinType]) return refuse("rejoin-length");
  const devEuiAt = rejoinType === 1 ? 10 : 5;
  return {
    ok: true,
    type: "rejoin-request",
    rejoinType,
    joinEui: rejoinType === 1 ? euiAt(phyPayload, 2) : null,
    devEui: euiAt(phyPayload, devEuiAt),
    counter: uint16At(phyPayload, devEuiAt + 8),
  };
}

const NO_BYTES = new Uint8Array(0);

/** A view would make V8 give the small array memory of its own outside its heap. */
function partOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const part = new Uint8Array(end - start);
  for (let at = start; at < end; at++) part[at - start] = bytes[at]!;
  return part;
}

function parseData(phyPayload: Uint8Array, type: number): DataFrame | FrameRefusal {
  if (phyPayload.byteLength < DATA_FRAME_BYTES_MIN) return refuse("data-length");
  const control = phyPayload[5]!;
  const optionsEnd = 8 + (control & 0x0f);
  const end = phyPayload.byteLength - MIC_BYTES;
  if (optionsEnd > end) return refuse("fopts-length");
  const fPort = optionsEnd < end ? phyPayload[optionsEnd]! : null;
  // @see LoRaWAN 1.0.4 §4.3.1.6: such a frame is to be ignored.
  if (fPort === 0 && optionsEnd > 8) return refuse("mac-commands-twice");
  const isUplink = type === MESSAGE_TYPE.unconfirmedUp || type === MESSAGE_TYPE.confirmedUp;
  return {
    ok: true,
    type: "data",
    direction: isUplink ? UPLINK : DOWNLINK,
    confirmed: type === MESSAGE_TYPE.confirmedUp || type === MESSAGE_TYPE.confirmedDown,
    devAddr: devAddrHex(uint32At(phyPayload, 1)),
    adr: (control & 0x80) !== 0,
    adrAckReq: isUplink && (control & 0x40) !== 0,
    ack: (control & 0x20) !== 0,
    fPending: !isUplink && (control & 0x10) !== 0,
    classB: isUplink && (control & 0x10) !== 0,
    fCnt16: uint16At(phyPayload, 6),
    fOpts: optionsEnd === 8 ? NO_BYTES : partOf(phyPayload, 8, optionsEnd),
    fPort,
    payload: fPort === null ? NO_BYTES : partOf(phyPayload, optionsEnd + 1, end),
  };
}

/** Whether a frame asks to join, by its first byte and length: enough for a gateway's filter on {@link joinEuiOf}. */
export function isJoinRequest(phyPayload: Uint8Array): boolean {
  return phyPayload.byteLength === JOIN_REQUEST_BYTES && (phyPayload[0]! & 0xe3) === 0;
}
/** Of a frame that {@link isJoinRequest}. */
export function joinEuiOf(joinRequest: Uint8Array): Eui64 {
  return euiAt(joinRequest, 1);
}
/** The address of a data uplink as an unsigned number, −1 when it is none. For filters: nothing else is looked at. */
export function devAddrOf(phyPayload: Uint8Array): number {
  if (phyPayload.byteLength < DATA_FRAME_BYTES_MIN || phyPayload.byteLength > PHY_PAYLOAD_BYTES_MAX) return -1;
  const header = phyPayload[0]! & 0xe3;
  if (header !== MESSAGE_TYPE.unconfirmedUp << 5 && header !== MESSAGE_TYPE.confirmedUp << 5) return -1;
  return uint32At(phyPayload, 1);
}

interface DataFields {
  readonly devAddr: DevAddrHex;
  readonly confirmed: boolean;
  /** All 32 bits; the frame carries the lower 16. For devices of 16-bit counters, those. */
  readonly fCnt: number;
  readonly adr: boolean;
  readonly ack: boolean;
  /** Encoded MAC commands, at most 15 bytes. None beside fPort 0. */
  readonly fOpts: Uint8Array;
  /** Null: no payload at all, as in a bare acknowledgement. 0: `payload` is MAC commands. */
  readonly fPort: number | null;
  /** Plain. */
  readonly payload: Uint8Array;
}
export interface DownlinkFields extends DataFields {
  readonly fPending: boolean;
}
export interface UplinkFields extends DataFields {
  readonly adrAckReq: boolean;
  readonly classB: boolean;
}

/** Builds, encrypts and signs what the network sends a device. */
export function buildDownlink(crypto: SessionCrypto, fields: DownlinkFields): Uint8Array {
  const type = fields.confirmed ? MESSAGE_TYPE.confirmedDown : MESSAGE_TYPE.unconfirmedDown;
  return buildData(crypto, fields, type, DOWNLINK, fields.fPending ? 0x10 : 0);
}

/** Builds, encrypts and signs what a device sends: for simulated devices and tests. */
export function buildUplink(crypto: SessionCrypto, fields: UplinkFields): Uint8Array {
  const type = fields.confirmed ? MESSAGE_TYPE.confirmedUp : MESSAGE_TYPE.unconfirmedUp;
  return buildData(crypto, fields, type, UPLINK, (fields.adrAckReq ? 0x40 : 0) | (fields.classB ? 0x10 : 0));
}

/** How long a data frame is, for airtime and regional limits before it is built. */
export function dataFrameBytes(fOptsBytes: number, fPort: number | null, payloadBytes: number): number {
  return DATA_FRAME_BYTES_MIN + fOptsBytes + (fPort === null ? 0 : 1 + payloadBytes);
}

function buildData(
  crypto: SessionCrypto,
  fields: DataFields,
  type: number,
  direction: FrameDirection,
  directionBits: number,
): Uint8Array {
  const { fOpts, fPort, payload } = fields;
  assert(fOpts.byteLength <= FOPTS_BYTES_MAX, "FOpts are at most 15 bytes");
  assert(fPort === null ? payload.byteLength === 0 : fPort >= 0 && fPort <= 0xff, "a payload has a port of 0…255");
  assert(fPort !== 0 || fOpts.byteLength === 0, "MAC commands are in FOpts or under port 0, not in both");
  const length = dataFrameBytes(fOpts.byteLength, fPort, payload.byteLength);
  assert(length <= PHY_PAYLOAD_BYTES_MAX, "a frame is at most 255 bytes");
  assert(Number.isInteger(fields.fCnt) && fields.fCnt >= 0 && fields.fCnt <= 0xffff_ffff, "a counter has 32 bits");

  const frame = new Uint8Array(length);
  frame[0] = type << 5;
  writeUint(devAddrNumber(fields.devAddr), 4, frame, 1);
  frame[5] = (fields.adr ? 0x80 : 0) | (fields.ack ? 0x20 : 0) | directionBits | fOpts.byteLength;
  writeUint(fields.fCnt % 0x1_0000, 2, frame, 6);
  frame.set(fOpts, 8);
  if (fPort !== null) {
    const portAt = 8 + fOpts.byteLength;
    frame[portAt] = fPort;
    crypto.cipher(fPort, fields.fCnt, direction, payload, 0, payload.byteLength, frame, portAt + 1);
  }
  writeMic(crypto.micOf(frame, length - MIC_BYTES, fields.fCnt, direction), frame);
  return frame;
}

/** Puts a MIC at a frame's end. */
export function writeMic(mic: number, frame: Uint8Array): void {
  for (let at = 0; at < MIC_BYTES; at++) frame[frame.byteLength - MIC_BYTES + at] = mic >>> (24 - 8 * at);
}
