/** The codec against lora-packet, an implementation that shares no line with it, on random frames. */
import { type DataFrame, buildDownlink, buildUplink, parseFrame } from "../frame.ts";
import { DOWNLINK, type FrameDirection, SessionCrypto, UPLINK } from "../sessionCrypto.ts";
import { loraPacket } from "./loraPacket.ts";

/** Few enough for lora-packet, many enough that no key is special. */
const SESSIONS = 64;
/** Every frame's structure and MIC is compared; what lora-packet is slow at, of each so many frames one. */
const OPENED_EVERY = 4;
const BUILT_EVERY = 32;

interface ComparedSession {
  readonly devAddr: string;
  readonly nwkSKey: Buffer;
  readonly appSKey: Buffer;
  readonly crypto: SessionCrypto;
}

/** mulberry32: a failure replays from its seed. */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Builds random frames here and reads them with lora-packet, and builds some there to compare the bytes.
 *
 * @param payloadBytesMax - of the plain payload, 0…222.
 * @returns how many frames differed in anything, with the first as hex, and how many were built by both.
 */
export function compareWithLoraPacket(
  frames: number,
  seed: number,
  payloadBytesMax: number,
): { readonly different: number; readonly first: string | null; readonly builtByBoth: number } {
  const random = seeded(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const bytes = (size: number): Buffer => Buffer.from(Uint8Array.from({ length: size }, () => below(256)));
  const sessions = Array.from({ length: SESSIONS }, (): ComparedSession => {
    const keys = { devAddr: bytes(4).toString("hex"), nwkSKey: bytes(16), appSKey: bytes(16) };
    return { ...keys, crypto: new SessionCrypto(keys) };
  });
  let different = 0;
  let builtByBoth = 0;
  let first: string | null = null;
  for (let index = 0; index < frames; index++) {
    const session = sessions[below(SESSIONS)]!;
    const fPort = below(8) === 0 ? null : below(6) === 0 ? 0 : 1 + below(255);
    const fields = {
      devAddr: session.devAddr,
      confirmed: below(2) === 1,
      fCnt: below(2) === 0 ? below(0x1_0000) : below(0x1_0000_0000),
      adr: below(2) === 1,
      ack: below(2) === 1,
      adrAckReq: below(2) === 1,
      classB: false,
      fPending: below(2) === 1,
      fOpts: fPort === 0 || below(2) === 0 ? Buffer.alloc(0) : bytes(below(16)),
      fPort,
      payload: fPort === null ? Buffer.alloc(0) : bytes(below(payloadBytesMax + 1)),
    };
    const direction = below(2) === 0 ? UPLINK : DOWNLINK;
    const frame = (direction === UPLINK ? buildUplink : buildDownlink)(session.crypto, fields);
    let same = readAlike(frame, session, fields, direction, index % OPENED_EVERY === 0);
    if (same && fields.payload.byteLength > 0 && index % BUILT_EVERY === 0) {
      builtByBoth++;
      same = buildAlike(frame, session, fields, direction);
    }
    if (same) continue;
    different++;
    first ??= Buffer.from(frame).toString("hex");
  }
  return { different, first, builtByBoth };
}

type ComparedFields = Parameters<typeof buildUplink>[1] & Parameters<typeof buildDownlink>[1];

/** The upper half of a counter, as it is on no air but in MIC and cipher: least significant byte first. */
function upperHalf(fCnt: number): Buffer {
  const half = Buffer.alloc(2);
  half.writeUInt16LE(Math.floor(fCnt / 0x1_0000));
  return half;
}

function readAlike(
  frame: Uint8Array,
  session: ComparedSession,
  fields: ComparedFields,
  direction: FrameDirection,
  isOpened: boolean,
): boolean {
  const ours = parseFrame(frame);
  const theirs = loraPacket.fromWire(Buffer.from(frame));
  const upper = upperHalf(fields.fCnt);
  if (!ours.ok || ours.type !== "data" || ours.direction !== direction) return false;
  if (!structureAlike(ours, theirs)) return false;
  if (!loraPacket.verifyMIC(theirs, session.nwkSKey, undefined, upper)) return false;
  if (!session.crypto.verifyMic(frame, fields.fCnt)) return false;
  if (fields.payload.byteLength === 0) return ours.payload.byteLength === 0;
  const opened = session.crypto.decrypt(fields.fPort!, fields.fCnt, direction, ours.payload);
  if (Buffer.compare(opened, fields.payload) !== 0) return false;
  return !isOpened || loraPacket.decrypt(theirs, session.appSKey, session.nwkSKey, upper).equals(opened);
}

function structureAlike(ours: DataFrame, theirs: ReturnType<typeof loraPacket.fromWire>): boolean {
  const isUplink = ours.direction === UPLINK;
  return (
    theirs.isDataMessage() &&
    (theirs.getDir() === "up") === isUplink &&
    theirs.isConfirmed() === ours.confirmed &&
    theirs.DevAddr!.toString("hex") === ours.devAddr &&
    theirs.getFCnt() === ours.fCnt16 &&
    theirs.getFPort() === ours.fPort &&
    theirs.getFCtrlADR() === ours.adr &&
    theirs.getFCtrlACK() === ours.ack &&
    (isUplink ? theirs.getFCtrlADRACKReq() === ours.adrAckReq : theirs.getFCtrlFPending() === ours.fPending) &&
    theirs.FOpts!.equals(ours.fOpts) &&
    (theirs.FRMPayload ?? Buffer.alloc(0)).equals(ours.payload)
  );
}

function buildAlike(
  frame: Uint8Array,
  session: ComparedSession,
  fields: ComparedFields,
  direction: FrameDirection,
): boolean {
  const theirs = loraPacket.fromFields(
    {
      MType: `${fields.confirmed ? "Confirmed" : "Unconfirmed"} Data ${direction === UPLINK ? "Up" : "Down"}`,
      DevAddr: Buffer.from(session.devAddr, "hex"),
      FCtrl: {
        ADR: fields.adr,
        ACK: fields.ack,
        ADRACKReq: direction === UPLINK && fields.adrAckReq,
        FPending: direction === DOWNLINK && fields.fPending,
      },
      FCnt: fields.fCnt % 0x1_0000,
      FOpts: Buffer.from(fields.fOpts),
      FPort: fields.fPort!,
      payload: Buffer.from(fields.payload),
    },
    session.appSKey,
    session.nwkSKey,
    undefined,
    upperHalf(fields.fCnt),
  );
  return theirs.PHYPayload!.equals(frame);
}
