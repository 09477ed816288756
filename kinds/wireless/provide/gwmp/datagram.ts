/**
 * The frame around GWMP's JSON: version, token, type, and in the gateway's datagrams its EUI.
 * @see https://github.com/Lora-net/packet_forwarder/blob/master/PROTOCOL.TXT
 */
import { type PULL_ACK, PULL_DATA, PULL_RESP, type PUSH_ACK, PUSH_DATA, TX_ACK } from "../../model/gwmp.ts";
import type { Eui64 } from "../../model/radio.ts";

/** Version, token, type. */
const HEAD_BYTES = 4;
const HEAD_AND_EUI_BYTES = 12;

/** What a gateway sent, as far as its head says. */
export interface GatewayDatagram {
  /** 2, or 1 of old forwarders: the same but for TX_ACK, which they never send. */
  readonly version: number;
  readonly token: number;
  readonly type: typeof PUSH_DATA | typeof PULL_DATA | typeof TX_ACK;
  readonly eui: Eui64;
}
export type DatagramFault = "truncated" | "version-unknown" | "type-unknown";

/** @param bytes - hostile. */
export function readDatagram(bytes: Buffer): GatewayDatagram | DatagramFault {
  if (bytes.byteLength < HEAD_BYTES) return "truncated";
  const version = bytes[0]!;
  if (version !== 2 && version !== 1) return "version-unknown";
  const type = bytes[3]!;
  if (type !== PUSH_DATA && type !== PULL_DATA && type !== TX_ACK) return "type-unknown";
  if (bytes.byteLength < HEAD_AND_EUI_BYTES) return "truncated";
  const token = (bytes[1]! << 8) | bytes[2]!;
  return { version, token, type, eui: bytes.toString("hex", HEAD_BYTES, HEAD_AND_EUI_BYTES) };
}

/**
 * The JSON object behind the head. An empty or blank rest is null: some forwarders send nothing for "no error", or a
 * NUL at the end.
 */
export function readJsonObject(bytes: Buffer): Record<string, unknown> | null | "json-invalid" {
  let end = bytes.byteLength;
  while (end > HEAD_AND_EUI_BYTES && bytes[end - 1] === 0) end--;
  if (end === HEAD_AND_EUI_BYTES) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8", HEAD_AND_EUI_BYTES, end));
    return isObject(value) ? value : "json-invalid";
  } catch {
    return "json-invalid";
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** PUSH_ACK or PULL_ACK, with the token it acknowledges. */
export function acknowledgement(version: number, token: number, type: typeof PUSH_ACK | typeof PULL_ACK): Uint8Array {
  return Uint8Array.of(version, token >>> 8, token & 0xff, type);
}

export function pullResponse(version: number, token: number, txpk: object): Buffer {
  const head = Buffer.of(version, token >>> 8, token & 0xff, PULL_RESP);
  return Buffer.concat([head, Buffer.from(JSON.stringify({ txpk }))]);
}
