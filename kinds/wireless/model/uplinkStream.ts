/**
 * The stream of uplinks from an agent to a front: compact binary, big-endian.
 *
 *     stream    = "WLU1" bootId(16) record*
 *     record    = length(2) body             length of the body, 1…RECORD_BYTES_MAX
 *     heartbeat = 0 serving(1) droppedQueueFull(8) withheldUnpaid(8) withheldUnbought(8)
 *     uplink    = 1 sequence(8) receivedAtMs(8) gatewayEui(8) frequencyHz(4) spreadingFactor(1, 0 is FSK)
 *                 bandwidthHz or bitsPerSecond(4) codingRate(1: 5…8, 0 is none) rssi(2, 0.01 dBm) snr(2, 0.01 dB)
 *                 contextLength(1) context payload
 *
 * Signal strengths are rounded to hundredths: no radio measures finer than a quarter of a decibel.
 */
import { assert, WayleaveError } from "@wayleave/core/errors";
import { bootIdBytes, bootIdFrom } from "./agentApi.ts";
import {
  type CodingRate,
  DOWNLINK_CONTEXT_BYTES_MAX,
  type Eui64,
  type Modulation,
  PHY_PAYLOAD_BYTES_MAX,
  type RadioUplink,
} from "./radio.ts";

const MAGIC = Uint8Array.of(0x57, 0x4c, 0x55, 0x31);
const HEADER_BYTES = MAGIC.byteLength + 16;
const HEARTBEAT = 0;
const UPLINK = 1;
const HEARTBEAT_BYTES = 26;
/** Of an uplink before its context. */
const UPLINK_BYTES = 40;
/** The longest body of a record. */
export const RECORD_BYTES_MAX = UPLINK_BYTES + DOWNLINK_CONTEXT_BYTES_MAX + PHY_PAYLOAD_BYTES_MAX;

export interface StreamBegin {
  readonly type: "begin";
  readonly bootId: string;
}
/** Nothing happened lately, or the subscriber's state changed. */
export interface StreamHeartbeat {
  readonly type: "heartbeat";
  /** False: frames are withheld until the payer's vouchers are firm again. */
  readonly serving: boolean;
  /** Since the agent's process began: the oldest frames, because the stream was not read as fast as frames came. */
  readonly droppedQueueFull: number;
  /** Since the agent's process began. */
  readonly withheldUnpaid: number;
  /** Since the agent's process began: more was shown than the payer's purchases bear. */
  readonly withheldUnbought: number;
}
export interface StreamUplink {
  readonly type: "uplink";
  /** The agent's number of the delivery to this payer, ascending: what is bought is named by it. */
  readonly sequence: number;
  readonly uplink: RadioUplink;
}
export type StreamItem = StreamBegin | StreamHeartbeat | StreamUplink;

export function encodeStreamBegin(bootId: string): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(MAGIC);
  bytes.set(bootIdBytes(bootId), MAGIC.byteLength);
  return bytes;
}

export function encodeHeartbeat(heartbeat: Omit<StreamHeartbeat, "type">): Uint8Array {
  const bytes = new Uint8Array(2 + HEARTBEAT_BYTES);
  bytes[1] = HEARTBEAT_BYTES;
  bytes[2] = HEARTBEAT;
  bytes[3] = heartbeat.serving ? 1 : 0;
  putUint53(bytes, 4, heartbeat.droppedQueueFull);
  putUint53(bytes, 12, heartbeat.withheldUnpaid);
  putUint53(bytes, 20, heartbeat.withheldUnbought);
  return bytes;
}

/** One record with its length. The uplink is ours: what is out of range is a bug. */
export function encodeUplink(sequence: number, uplink: RadioUplink): Uint8Array {
  const { payload, context, modulation } = uplink;
  assert(payload.byteLength >= 1 && payload.byteLength <= PHY_PAYLOAD_BYTES_MAX, "a payload has 1 to 255 bytes");
  assert(context.byteLength <= DOWNLINK_CONTEXT_BYTES_MAX, "a context has at most 32 bytes");
  const bodyBytes = UPLINK_BYTES + context.byteLength + payload.byteLength;
  // Every byte is written below; from a pool, because it lives for milliseconds.
  const bytes = Buffer.allocUnsafe(2 + bodyBytes);
  putUint16(bytes, 0, bodyBytes);
  bytes[2] = UPLINK;
  putUint53(bytes, 3, sequence);
  putUint53(bytes, 11, uplink.receivedAtMs);
  bytes.set(euiBytes(uplink.gatewayEui), 19);
  putUint32(bytes, 27, uplink.frequencyHz);
  bytes[31] = modulation.kind === "lora" ? modulation.spreadingFactor : 0;
  putUint32(bytes, 32, modulation.kind === "lora" ? modulation.bandwidthHz : modulation.bitsPerSecond);
  bytes[36] = uplink.codingRate === null ? 0 : Number(uplink.codingRate[2]);
  putUint16(bytes, 37, hundredths(uplink.rssiDbm));
  putUint16(bytes, 39, hundredths(uplink.snrDb));
  bytes[41] = context.byteLength;
  bytes.set(context, 42);
  bytes.set(payload, 42 + context.byteLength);
  return bytes;
}

/**
 * Reads the stream as its chunks come, in whatever pieces. Keeps at most one unfinished record.
 * Bytes are hostile: the first that do not fit end the stream.
 */
export class UplinkStreamDecoder {
  #rest: Uint8Array = new Uint8Array(0);
  #begun = false;
  #failed = false;
  #sequence = 0;

  /**
   * @returns what became whole with this chunk, in order; memory in proportion to the chunk.
   * @throws WayleaveError `uplink-stream-invalid` naming the `field`; so does every later call.
   */
  push(chunk: Uint8Array): StreamItem[] {
    if (this.#failed) throw invalid("stream");
    const bytes = this.#rest.byteLength === 0 ? chunk : joined(this.#rest, chunk);
    const items: StreamItem[] = [];
    let at = 0;
    try {
      if (!this.#begun) {
        if (!startsLikeMagic(bytes)) throw invalid("magic");
        if (bytes.byteLength < HEADER_BYTES) return this.#keep(bytes, 0, items);
        items.push({ type: "begin", bootId: bootIdFrom(bytes.subarray(MAGIC.byteLength, HEADER_BYTES)) });
        this.#begun = true;
        at = HEADER_BYTES;
      }
      while (bytes.byteLength - at >= 2) {
        const length = uint16(bytes, at);
        if (length < 1 || length > RECORD_BYTES_MAX) throw invalid("length");
        if (bytes.byteLength - at - 2 < length) break;
        items.push(this.#record(bytes, at + 2, length));
        at += 2 + length;
      }
    } catch (error) {
      this.#failed = true;
      this.#rest = new Uint8Array(0);
      throw error;
    }
    return this.#keep(bytes, at, items);
  }

  #keep(bytes: Uint8Array, from: number, items: StreamItem[]): StreamItem[] {
    // A copy, which `slice` of a Buffer is not: the rest must not hold a chunk of the link's, nor change with it.
    this.#rest = new Uint8Array(bytes.subarray(from));
    return items;
  }

  #record(bytes: Uint8Array, at: number, length: number): StreamItem {
    if (bytes[at] === HEARTBEAT) return decodeHeartbeat(bytes.subarray(at, at + length));
    if (bytes[at] !== UPLINK) throw invalid("type");
    const item = decodeUplink(bytes, at, length);
    // A number that comes twice could be bought twice.
    if (item.sequence <= this.#sequence) throw invalid("sequence");
    this.#sequence = item.sequence;
    return item;
  }
}

function decodeHeartbeat(body: Uint8Array): StreamHeartbeat {
  if (body.byteLength !== HEARTBEAT_BYTES || body[1]! > 1) throw invalid("heartbeat");
  return {
    type: "heartbeat",
    serving: body[1] === 1,
    droppedQueueFull: uint53(body, 2, "droppedQueueFull"),
    withheldUnpaid: uint53(body, 10, "withheldUnpaid"),
    withheldUnbought: uint53(body, 18, "withheldUnbought"),
  };
}

/** Ten thousands a second come by: offsets into the chunk, and no views of it. */
function decodeUplink(bytes: Uint8Array, at: number, length: number): StreamUplink {
  if (length <= UPLINK_BYTES) throw invalid("uplink");
  const contextBytes = bytes[at + 39]!;
  const payloadBytes = length - UPLINK_BYTES - contextBytes;
  if (contextBytes > DOWNLINK_CONTEXT_BYTES_MAX) throw invalid("context");
  if (payloadBytes < 1 || payloadBytes > PHY_PAYLOAD_BYTES_MAX) throw invalid("payload");
  const contextEnd = at + UPLINK_BYTES + contextBytes;
  return {
    type: "uplink",
    sequence: uint53(bytes, at + 1, "sequence"),
    uplink: {
      payload: copyOf(bytes, contextEnd, payloadBytes),
      gatewayEui: euiText(bytes, at + 17),
      frequencyHz: uint32(bytes, at + 25),
      modulation: modulationOf(bytes[at + 29]!, uint32(bytes, at + 30)),
      codingRate: codingRateOf(bytes[at + 34]!),
      rssiDbm: int16(bytes, at + 35) / 100,
      snrDb: int16(bytes, at + 37) / 100,
      context: copyOf(bytes, at + UPLINK_BYTES, contextBytes),
      receivedAtMs: uint53(bytes, at + 9, "receivedAtMs"),
    },
  };
}

/** What is kept must not hold the chunk it came in. */
function copyOf(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[at + i]!;
  return copy;
}

/** An agent has few gateways and a front some thousands, while their frames come by the ten thousand a second. */
const EUIS_REMEMBERED_MAX = 4_096;
const bytesOfEui = new Map<Eui64, Uint8Array>();
const textOfEui = new Map<bigint, Eui64>();

function euiBytes(eui: Eui64): Uint8Array {
  const known = bytesOfEui.get(eui);
  if (known !== undefined) return known;
  if (bytesOfEui.size >= EUIS_REMEMBERED_MAX) bytesOfEui.clear();
  const bytes = Uint8Array.from({ length: 8 }, (_, i) => Number.parseInt(eui.slice(2 * i, 2 * i + 2), 16));
  bytesOfEui.set(eui, bytes);
  return bytes;
}

function euiText(body: Uint8Array, at: number): Eui64 {
  const number = (BigInt(uint32(body, at)) << 32n) | BigInt(uint32(body, at + 4));
  const known = textOfEui.get(number);
  if (known !== undefined) return known;
  if (textOfEui.size >= EUIS_REMEMBERED_MAX) textOfEui.clear();
  const text = number.toString(16).padStart(16, "0");
  textOfEui.set(number, text);
  return text;
}

/** By spreading factor and bandwidth: there are few, and every frame has one. */
const LORA: ReadonlyMap<number, Modulation> = new Map(
  ([125_000, 250_000, 500_000] as const).flatMap((bandwidthHz) =>
    [5, 6, 7, 8, 9, 10, 11, 12].map((spreadingFactor) => {
      return [bandwidthHz * 16 + spreadingFactor, { kind: "lora", spreadingFactor, bandwidthHz }] as const;
    }),
  ),
);

function modulationOf(spreadingFactor: number, rate: number): Modulation {
  if (spreadingFactor === 0) {
    if (rate < 1 || rate > 1_000_000) throw invalid("bitsPerSecond");
    return { kind: "fsk", bitsPerSecond: rate };
  }
  if (spreadingFactor < 5 || spreadingFactor > 12) throw invalid("spreadingFactor");
  if (rate !== 125_000 && rate !== 250_000 && rate !== 500_000) throw invalid("bandwidthHz");
  return LORA.get(rate * 16 + spreadingFactor)!;
}

const CODING_RATES: readonly CodingRate[] = ["4/5", "4/6", "4/7", "4/8"];
function codingRateOf(value: number): CodingRate | null {
  if (value === 0) return null;
  const rate = CODING_RATES[value - 5];
  if (rate === undefined) throw invalid("codingRate");
  return rate;
}

function startsLikeMagic(bytes: Uint8Array): boolean {
  return MAGIC.subarray(0, bytes.byteLength).every((byte, i) => bytes[i] === byte);
}
function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
function hundredths(decibels: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(decibels * 100))) & 0xffff;
}
function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
function putUint32(bytes: Uint8Array, at: number, value: number): void {
  putUint16(bytes, at, (value >>> 16) & 0xffff);
  putUint16(bytes, at + 2, value & 0xffff);
}
function putUint53(bytes: Uint8Array, at: number, value: number): void {
  assert(Number.isSafeInteger(value) && value >= 0, "numbers of the stream are safe integers");
  putUint32(bytes, at, Math.floor(value / 0x1_0000_0000));
  putUint32(bytes, at + 4, value >>> 0);
}
function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
function int16(bytes: Uint8Array, at: number): number {
  return (uint16(bytes, at) << 16) >> 16;
}
function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2);
}
function uint53(bytes: Uint8Array, at: number, field: string): number {
  const high = uint32(bytes, at);
  if (high > 0x1f_ffff) throw invalid(field);
  return high * 0x1_0000_0000 + uint32(bytes, at + 4);
}

function invalid(field: string): WayleaveError {
  return new WayleaveError("uplink-stream-invalid", `The stream's ${field} is not readable`, { field });
}
