/** What a radio heard and what it is to send: the words that gateways' protocols, agent and network server share. */

/** 8 bytes as 16 digits of lower-case hex, most significant byte first, as printed on devices. */
export type Eui64 = string;
/** 4 bytes as 8 digits of lower-case hex, most significant byte first. */
export type DevAddrHex = string;

export type Modulation =
  | {
      readonly kind: "lora";
      /** 5…12. */
      readonly spreadingFactor: number;
      readonly bandwidthHz: 125_000 | 250_000 | 500_000;
    }
  | { readonly kind: "fsk"; readonly bitsPerSecond: number };

export type CodingRate = "4/5" | "4/6" | "4/7" | "4/8";

/** One frame as one antenna heard it. Everything but `receivedAtMs` is the gateway's word. */
export interface RadioUplink {
  /** The PHYPayload, 1…255 bytes. */
  readonly payload: Uint8Array;
  readonly gatewayEui: Eui64;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly codingRate: CodingRate | null;
  readonly rssiDbm: number;
  readonly snrDb: number;
  /**
   * What the gateway needs to answer relative to this frame, opaque and exact: a concentrator's counter (GWMP `tmst`),
   * or Basics Station's `rctx` and `xtime`. At most {@link DOWNLINK_CONTEXT_BYTES_MAX} bytes.
   */
  readonly context: Uint8Array;
  /** When the agent had it, on the agent's clock. */
  readonly receivedAtMs: number;
}
export const DOWNLINK_CONTEXT_BYTES_MAX = 32;
/** LoRa's and GWMP's limit. */
export const PHY_PAYLOAD_BYTES_MAX = 255;

/** One frame to send by one gateway. Always sent with inverted polarity, as LoRaWAN downlinks are. */
export interface RadioDownlink {
  readonly payload: Uint8Array;
  readonly gatewayEui: Eui64;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly codingRate: CodingRate;
  /** Radiated power, EIRP. */
  readonly powerDbm: number;
  /** So many milliseconds after the frame that `context` belongs to; null context: at once (class C). */
  readonly timing: { readonly context: Uint8Array; readonly delayMs: number } | null;
}

/** What became of a downlink. Only `sent` is paid. */
export const DOWNLINK_OUTCOMES = [
  "sent",
  "too-late",
  "too-early",
  "collision-packet",
  "collision-beacon",
  "tx-freq",
  "tx-power",
  "gps-unlocked",
  "gateway-offline",
  "queue-full",
  "no-acknowledgement",
  "refused",
] as const;
export type DownlinkOutcome = (typeof DOWNLINK_OUTCOMES)[number];
