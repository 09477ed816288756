import { z } from "zod";
import {
  type CodingRate,
  type DownlinkOutcome,
  type Modulation,
  PHY_PAYLOAD_BYTES_MAX,
  type RadioUplink,
} from "../../model/radio.ts";

/** Semtech's UDP protocol from the packet forwarder's side: the version. */
const VERSION = 2;
const HEADER_BYTES = 4;
/** 255 bytes of payload in base64 and some twenty fields are under one kilobyte. */
const DATAGRAM_BYTES_MAX = 4_096;

/** One datagram to the network server. @param eui - 8 bytes. */
export function upstream(kind: number, token: number, eui: Uint8Array, json?: object): Buffer {
  const head = Buffer.from([VERSION, token >> 8, token & 0xff, kind]);
  return Buffer.concat([head, eui, Buffer.from(json === undefined ? "" : JSON.stringify(json), "utf8")]);
}

/** An uplink as `rxpk` says it. @param tmst - of the virtual gateway's counter. */
export function rxpkOf(uplink: RadioUplink, tmst: number): object {
  const { modulation, payload } = uplink;
  return {
    tmst,
    time: new Date(uplink.receivedAtMs).toISOString(),
    chan: 0,
    rfch: 0,
    freq: uplink.frequencyHz / 1_000_000,
    stat: 1,
    ...(modulation.kind === "lora"
      ? {
          modu: "LORA",
          datr: `SF${modulation.spreadingFactor}BW${modulation.bandwidthHz / 1_000}`,
          codr: uplink.codingRate ?? "OFF",
          lsnr: Math.round(uplink.snrDb * 10) / 10,
        }
      : { modu: "FSK", datr: modulation.bitsPerSecond }),
    rssi: Math.round(uplink.rssiDbm),
    size: payload.byteLength,
    data: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("base64"),
  };
}

/** What the network server asks to be sent. */
export interface AskedDownlink {
  readonly payload: Uint8Array;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly codingRate: CodingRate;
  readonly powerDbm: number;
  /** Of the virtual gateway's counter; null: at once. */
  readonly tmst: number | null;
}

export type DownstreamFault = "oversized" | "truncated" | "version" | "json" | "txpk" | "not-inverted" | "gps-time";

const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const txpkSchema = z.object({
  txpk: z
    .object({
      imme: z.boolean().optional(),
      tmst: uint32.optional(),
      tmms: z.number().optional(),
      freq: z.number().min(100).max(3_000),
      powe: z.number().min(-20).max(36).default(14),
      ipol: z.boolean().default(true),
      data: z
        .string()
        .min(1)
        .max(2 * PHY_PAYLOAD_BYTES_MAX)
        .regex(/^[A-Za-z0-9+/_-]+={0,2}$/),
    })
    .and(
      z.union([
        z.object({
          modu: z.literal("LORA"),
          datr: z.string().regex(/^SF(5|6|7|8|9|10|11|12)BW(125|250|500)$/),
          codr: z.enum(["4/5", "4/6", "4/7", "4/8"]),
        }),
        z.object({ modu: z.literal("FSK"), datr: z.int().min(500).max(250_000) }),
      ]),
    ),
});

/** The kind and token of a datagram of the network server. @param datagram - hostile. */
export function readDownstream(datagram: Buffer): { kind: number; token: number; body: Buffer } | DownstreamFault {
  if (datagram.byteLength > DATAGRAM_BYTES_MAX) return "oversized";
  if (datagram.byteLength < HEADER_BYTES) return "truncated";
  if (datagram[0] !== VERSION) return "version";
  return { kind: datagram[3]!, token: datagram.readUInt16BE(1), body: datagram.subarray(HEADER_BYTES) };
}

/** What PULL_RESP asks. Never throws. @param body - hostile JSON. */
export function readTxpk(body: Buffer): AskedDownlink | DownstreamFault {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    return "json";
  }
  const parsed = txpkSchema.safeParse(json);
  if (!parsed.success) return "txpk";
  const { txpk } = parsed.data;
  // Our gateways send downlinks only; what is not inverted is heard by gateways, as a beacon. FSK has no polarity, and
  // ChirpStack and The Things Stack say false for it.
  if (!txpk.ipol && txpk.modu === "LORA") return "not-inverted";
  const payload = Buffer.from(txpk.data, "base64");
  if (payload.byteLength === 0 || payload.byteLength > PHY_PAYLOAD_BYTES_MAX) return "txpk";
  const immediately = txpk.imme === true;
  if (!immediately && txpk.tmst === undefined) return txpk.tmms === undefined ? "txpk" : "gps-time";
  return {
    payload,
    frequencyHz: Math.round(txpk.freq * 1_000_000),
    powerDbm: txpk.powe,
    tmst: immediately ? null : txpk.tmst!,
    ...(txpk.modu === "FSK"
      ? { modulation: { kind: "fsk", bitsPerSecond: txpk.datr }, codingRate: "4/5" }
      : { modulation: loraOf(txpk.datr), codingRate: txpk.codr }),
  };
}

function loraOf(datr: string): Modulation {
  const [spreadingFactor, bandwidthKhz] = datr.slice(2).split("BW").map(Number) as [number, number];
  return { kind: "lora", spreadingFactor, bandwidthHz: (bandwidthKhz * 1_000) as 125_000 | 250_000 | 500_000 };
}

/**
 * The word of TX_ACK for an outcome. The protocol knows only those of a radio: what it has no word for is `TOO_LATE`,
 * after which network servers try another window or gateway.
 */
export function txAckOf(outcome: DownlinkOutcome): object {
  switch (outcome) {
    case "sent":
      return { txpk_ack: { error: "NONE" } };
    case "too-early":
    case "collision-packet":
    case "collision-beacon":
    case "tx-freq":
    case "tx-power":
    case "gps-unlocked":
      return { txpk_ack: { error: outcome.toUpperCase().replace("-", "_") } };
    case "queue-full":
      return { txpk_ack: { error: "COLLISION_PACKET" } };
    default:
      return { txpk_ack: { error: "TOO_LATE" } };
  }
}
