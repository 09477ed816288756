import type { CodingRate, Modulation } from "@wayleave/kind-wireless/model/radio";
import type { Reception } from "./air.ts";

/**
 * The datagrams of a packet forwarder, written from Semtech's PROTOCOL.TXT and apart from the agent's own reader of
 * them, so that each implementation checks the other.
 */
export const PUSH_DATA = 0;
export const PUSH_ACK = 1;
export const PULL_DATA = 2;
export const PULL_RESP = 3;
export const PULL_ACK = 4;
export const TX_ACK = 5;
const VERSION = 2;

/** What Semtech's forwarder answers when it cannot send. `TX_POWER` is a warning: it sends with less. */
export type TxAckError =
  "TOO_LATE" | "TOO_EARLY" | "COLLISION_PACKET" | "COLLISION_BEACON" | "TX_FREQ" | "TX_POWER" | "GPS_UNLOCKED";

/** One datagram upstream: version, token, kind, gateway EUI, JSON. */
export function upstream(kind: number, token: number, eui: Uint8Array, json = ""): Buffer {
  const head = Buffer.from([VERSION, token >> 8, token & 0xff, kind]);
  return Buffer.concat([head, eui, Buffer.from(json, "utf8")]);
}

/** A datagram downstream; null when it is too short or of another version. */
export function parseDownstream(datagram: Buffer): { kind: number; token: number; json: string } | null {
  if (datagram.byteLength < 4 || datagram[0] !== VERSION) return null;
  return { token: datagram.readUInt16BE(1), kind: datagram[3]!, json: datagram.subarray(4).toString("utf8") };
}

/** One element of `rxpk`, digit for digit as Semtech's forwarder prints it. @param tmst - at the frame's end. */
export function rxpkText({ transmission, rssiDbm, snrDb }: Reception, tmst: number, channel: number, at: Date): string {
  const { payload, frequencyHz, modulation, codingRate } = transmission;
  const radio =
    modulation.kind === "lora"
      ? `"modu":"LORA","datr":"SF${modulation.spreadingFactor}BW${modulation.bandwidthHz / 1_000}",` +
        `"codr":"${codingRate}","lsnr":${snrDb.toFixed(1)}`
      : `"modu":"FSK","datr":${modulation.bitsPerSecond}`;
  return (
    `{"jver":1,"tmst":${tmst},"time":"${at.toISOString()}","chan":${channel},"rfch":0,` +
    `"freq":${(frequencyHz / 1_000_000).toFixed(6)},"stat":1,${radio},"rssi":${Math.round(rssiDbm)},` +
    `"size":${payload.byteLength},"data":"${Buffer.from(payload).toString("base64")}"}`
  );
}

/** What a `txpk` asks for. */
export interface TxRequest {
  /** `"now"`, or the counter's value to send at. */
  readonly when: "now" | number;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly codingRate: CodingRate;
  readonly powerDbm: number;
  readonly inverted: boolean;
  readonly payload: Buffer;
}

const DATA_RATE = /^SF(7|8|9|10|11|12)BW(125|250|500)$/;
const CODING_RATES = ["4/5", "4/6", "4/7", "4/8"] as const;

/** Reads a PULL_RESP's JSON. `null`: malformed, which the forwarder ignores; `"gps"`: by GPS time, which we have not. */
export function parseTxpk(json: string): TxRequest | "gps" | null {
  let txpk: Record<string, unknown>;
  try {
    txpk = (JSON.parse(json) as { txpk: Record<string, unknown> }).txpk;
  } catch {
    return null; // not JSON: Semtech's forwarder logs and goes on
  }
  if (typeof txpk !== "object" || txpk === null) return null;
  const { imme, tmst, tmms, freq, powe, modu, datr, codr, ipol, data } = txpk;
  if (imme !== true && tmst === undefined && tmms !== undefined) return "gps";
  if (imme !== true && !(typeof tmst === "number" && Number.isInteger(tmst) && tmst >= 0 && tmst < 2 ** 32))
    return null;
  if (typeof freq !== "number" || typeof data !== "string") return null;
  const modulation = modulationOf(modu, datr);
  const codingRate = modu === "FSK" ? "4/5" : CODING_RATES.find((rate) => rate === codr);
  if (modulation === null || codingRate === undefined) return null;
  return {
    when: imme === true ? "now" : (tmst as number),
    frequencyHz: Math.round(freq * 1_000_000),
    modulation,
    codingRate,
    powerDbm: typeof powe === "number" ? powe : 14,
    inverted: ipol === true,
    payload: Buffer.from(data, "base64"),
  };
}

function modulationOf(modu: unknown, datr: unknown): Modulation | null {
  if (modu === "FSK") return typeof datr === "number" ? { kind: "fsk", bitsPerSecond: datr } : null;
  const match = modu === "LORA" && typeof datr === "string" ? DATA_RATE.exec(datr) : null;
  if (match === null) return null;
  const bandwidthHz = (Number(match[2]) * 1_000) as 125_000 | 250_000 | 500_000;
  return { kind: "lora", spreadingFactor: Number(match[1]), bandwidthHz };
}
