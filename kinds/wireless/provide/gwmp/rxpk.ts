import {
  PHY_PAYLOAD_BYTES_MAX,
  type CodingRate,
  type Eui64,
  type Modulation,
  type RadioUplink,
} from "../../model/radio.ts";
import { isObject } from "./datagram.ts";

/** Why a received packet is not passed on. `crc-bad` is asked first: nothing else in such a packet means anything. */
export type RxpkFault =
  | "crc-bad"
  | "crc-missing"
  | "rxpk-invalid"
  | "stat-invalid"
  | "data-invalid"
  | "size-mismatch"
  | "freq-invalid"
  | "modulation-invalid"
  | "signal-invalid"
  | "tmst-invalid";

export interface RxpkOptions {
  readonly gatewayEui: Eui64;
  readonly receivedAtMs: number;
  /** Whether `stat` 0, a frame sent without a checksum, passes. LoRaWAN's uplinks always have one. */
  readonly acceptWithoutCrc: boolean;
}

/**
 * One element of `rxpk`. Parsed by hand, not by a schema: this runs for every packet of a busy gateway, and each fault
 * has a name of its own that its gateway's owner sees. `time` and `tmms` are not looked at: whoever is paid by the
 * packet must not date it.
 * @param value - hostile.
 */
export function readRxpk(value: unknown, options: RxpkOptions): RadioUplink | RxpkFault {
  if (!isObject(value)) return "rxpk-invalid";
  const { stat, tmst } = value;
  if (stat === -1) return "crc-bad";
  // Without `stat` the MIC will tell.
  if (stat !== undefined && stat !== 1) {
    if (stat !== 0) return "stat-invalid";
    if (!options.acceptWithoutCrc) return "crc-missing";
  }
  const payload = payloadOf(value["data"]);
  if (payload === null) return "data-invalid";
  const size = value["size"];
  if (size !== undefined && size !== payload.byteLength) return "size-mismatch";
  const frequencyHz = frequencyOf(value["freq"]);
  if (frequencyHz === null) return "freq-invalid";
  const modulation = modulationOf(value["modu"], value["datr"]);
  if (modulation === null) return "modulation-invalid";
  if (typeof tmst !== "number" || !Number.isInteger(tmst) || tmst < 0 || tmst > 0xffff_ffff) return "tmst-invalid";
  const signal = signalOf(value, modulation);
  if (signal === null) return "signal-invalid";
  return {
    payload,
    gatewayEui: options.gatewayEui,
    frequencyHz,
    modulation,
    codingRate: modulation.kind === "lora" ? codingRateOf(value["codr"]) : null,
    rssiDbm: signal.rssiDbm,
    snrDb: signal.snrDb,
    context: counterBytes(tmst),
    receivedAtMs: options.receivedAtMs,
  };
}

/** Standard and url-safe letters mixed, with and without padding: all are seen in the wild. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const BASE64_CHARACTERS_MAX = 4 * Math.ceil(PHY_PAYLOAD_BYTES_MAX / 3);

function payloadOf(data: unknown): Uint8Array | null {
  if (typeof data !== "string" || data.length > BASE64_CHARACTERS_MAX || !BASE64.test(data)) return null;
  const bytes = Buffer.from(data, "base64");
  const letters = data.endsWith("=") ? data.indexOf("=") : data.length;
  if (letters % 4 === 1 || bytes.byteLength < 1 || bytes.byteLength > PHY_PAYLOAD_BYTES_MAX) return null;
  // A small Buffer is a window of a shared pool, and a queued uplink must not hold the pool.
  return new Uint8Array(bytes);
}

/** LoRa's bands, with room; 2.4 GHz included. */
const FREQUENCY_HZ_MIN = 100_000_000;
const FREQUENCY_HZ_MAX = 2_500_000_000;

/** MHz as a float, which has no exact hertz. */
function frequencyOf(freq: unknown): number | null {
  if (typeof freq !== "number") return null;
  const hertz = Math.round(freq * 1_000_000);
  return hertz >= FREQUENCY_HZ_MIN && hertz <= FREQUENCY_HZ_MAX ? hertz : null;
}

const LORA_DATA_RATES: ReadonlyMap<string, Modulation> = new Map(
  [125_000, 250_000, 500_000].flatMap((bandwidthHz) =>
    [5, 6, 7, 8, 9, 10, 11, 12].map((spreadingFactor) => {
      const modulation = { kind: "lora", spreadingFactor, bandwidthHz } as Modulation;
      return [`SF${spreadingFactor}BW${bandwidthHz / 1000}`, modulation] as const;
    }),
  ),
);

/** `datr` alone tells: text is LoRa's, a number FSK's. `modu`, where present, must agree. */
function modulationOf(modu: unknown, datr: unknown): Modulation | null {
  if (typeof datr === "string") {
    return modu === undefined || modu === "LORA" ? (LORA_DATA_RATES.get(datr) ?? null) : null;
  }
  if (typeof datr !== "number" || !Number.isInteger(datr) || datr < 1 || datr > 1_000_000) return null;
  return modu === undefined || modu === "FSK" ? { kind: "fsk", bitsPerSecond: datr } : null;
}

export function dataRateText(modulation: Modulation): string | number {
  return modulation.kind === "fsk"
    ? modulation.bitsPerSecond
    : `SF${modulation.spreadingFactor}BW${modulation.bandwidthHz / 1000}`;
}

/** Old forwarders shorten the fraction. */
const CODING_RATES: ReadonlyMap<unknown, CodingRate> = new Map<unknown, CodingRate>([
  ["4/5", "4/5"],
  ["4/6", "4/6"],
  ["4/7", "4/7"],
  ["4/8", "4/8"],
  ["2/3", "4/6"],
  ["1/2", "4/8"],
  ["2/4", "4/8"],
]);
function codingRateOf(codr: unknown): CodingRate | null {
  return CODING_RATES.get(codr) ?? null;
}

interface Signal {
  readonly rssiDbm: number;
  readonly snrDb: number;
}
/** Antennas of the largest known gateway, with room. */
const ANTENNAS_MAX = 16;

/** `rsig` lists several antennas: the one that heard best speaks for all. Otherwise `rssi` and `lsnr`. */
function signalOf(value: Record<string, unknown>, modulation: Modulation): Signal | null {
  const antennas = value["rsig"];
  if (!Array.isArray(antennas) || antennas.length === 0) {
    return oneSignal(value["rssi"], value["lsnr"], modulation);
  }
  if (antennas.length > ANTENNAS_MAX) return null;
  let best: Signal | null = null;
  for (const antenna of antennas as unknown[]) {
    if (!isObject(antenna)) continue;
    const signal = oneSignal(antenna["rssic"] ?? antenna["rssi"], antenna["lsnr"], modulation);
    if (signal !== null && (best === null || isBetter(signal, best))) best = signal;
  }
  return best;
}

function isBetter(a: Signal, b: Signal): boolean {
  return a.snrDb > b.snrDb || (a.snrDb === b.snrDb && a.rssiDbm > b.rssiDbm);
}

/** FSK has no signal-to-noise ratio. */
function oneSignal(rssi: unknown, snr: unknown, modulation: Modulation): Signal | null {
  const snrDb = snr === undefined && modulation.kind === "fsk" ? 0 : snr;
  if (typeof rssi !== "number" || rssi < -300 || rssi > 100) return null;
  if (typeof snrDb !== "number" || snrDb < -100 || snrDb > 100) return null;
  return { rssiDbm: rssi, snrDb };
}

/** `tmst`, the concentrator's microseconds: 4 bytes, most significant first. */
export function counterBytes(tmst: number): Uint8Array {
  return Uint8Array.of(tmst >>> 24, tmst >>> 16, tmst >>> 8, tmst);
}

/** The counter `delayMs` after the one in `context`; it wraps at 2³². Null when this is no context of ours. */
export function counterAfter(context: Uint8Array, delayMs: number): number | null {
  if (context.byteLength !== 4) return null;
  const [a, b, c, d] = context as unknown as [number, number, number, number];
  return (((a << 24) | (b << 16) | (c << 8) | d) + delayMs * 1000) >>> 0;
}
