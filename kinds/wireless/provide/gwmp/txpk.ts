import type { DownlinkOutcome, RadioDownlink } from "../../model/radio.ts";
import type { SendOptions } from "../gatewayServer.ts";
import { isObject } from "./datagram.ts";
import { counterAfter, dataRateText } from "./rxpk.ts";

/** FSK's deviation in LoRaWAN: half of the bit rate. */
const FSK_DEVIATION_SHARE = 0.5;

/**
 * The `txpk` object of PULL_RESP; null when the timing's context is none of this protocol's.
 * @param emittedDbm - what the radio is told to emit; not above what {@link emittedDbmMax} says.
 */
export function txpkOf(
  downlink: RadioDownlink,
  { emittedDbm, likeUplink = false }: SendOptions & { readonly emittedDbm: number },
): object | null {
  const { payload, timing, modulation } = downlink;
  const counter = timing === null ? null : counterAfter(timing.context, timing.delayMs);
  if (timing !== null && counter === null) return null;
  return {
    // Some forwarders cannot do without `imme` where it says nothing: those on the semtech-udp crate.
    ...(counter === null ? { imme: true } : { imme: false, tmst: counter }),
    freq: downlink.frequencyHz / 1_000_000,
    rfch: 0,
    powe: emittedDbm,
    modu: modulation.kind === "lora" ? "LORA" : "FSK",
    datr: dataRateText(modulation),
    ...(modulation.kind === "lora"
      ? { codr: downlink.codingRate, ipol: !likeUplink, ncrc: !likeUplink }
      : { fdev: Math.round(modulation.bitsPerSecond * FSK_DEVIATION_SHARE) }),
    size: payload.byteLength,
    data: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("base64"),
  };
}

/** Whole decibels, and never above what is allowed to be radiated. */
export function emittedDbmMax({ powerDbm }: RadioDownlink, antennaGainDbi: number): number {
  return Math.floor(powerDbm - antennaGainDbi);
}

const OUTCOMES: ReadonlyMap<string, DownlinkOutcome> = new Map<string, DownlinkOutcome>([
  ["", "sent"],
  ["NONE", "sent"],
  ["TOO_LATE", "too-late"],
  // Forwarders subtract their counter unsigned: what is past comes as hours ahead. Really early, beyond their eight
  // minutes, nothing of ours can be.
  ["TOO_EARLY", "too-late"],
  ["COLLISION_PACKET", "collision-packet"],
  ["COLLISION_BEACON", "collision-beacon"],
  ["TX_FREQ", "tx-freq"],
  ["TX_POWER", "tx-power"],
  ["GPS_UNLOCKED", "gps-unlocked"],
]);

/**
 * What TX_ACK says: no JSON, an empty object or no error all mean sent, and so does a `warn` (sent with less power).
 * @param json - hostile.
 * @returns null when it cannot be read.
 */
export function outcomeOf(json: Record<string, unknown> | null | "json-invalid"): DownlinkOutcome | null {
  if (json === "json-invalid") return null;
  const answer = json?.["txpk_ack"];
  if (answer === undefined) return "sent";
  if (!isObject(answer)) return null;
  const error = answer["error"];
  if (error === undefined || error === null) return "sent";
  return typeof error === "string" ? (OUTCOMES.get(error.toUpperCase()) ?? "refused") : null;
}
