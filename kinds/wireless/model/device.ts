/** What a customer registers of an end device, and what the network keeps of it. */
import type { DevAddrHex, Eui64 } from "./radio.ts";

export const REGION_NAMES = ["EU868", "US915", "AU915", "AS923", "IN865", "KR920"] as const;
export type RegionName = (typeof REGION_NAMES)[number];

/** What devices of one type have in common. */
export interface DeviceProfile {
  readonly id: string;
  readonly name: string;
  readonly region: RegionName;
  readonly supportsOtaa: boolean;
  readonly deviceClass: "A" | "C";
  readonly adr: boolean;
  /** Seconds from an uplink's end to RX1: 1…15. RX2 is one later. */
  readonly rx1DelayS: number;
  readonly rx1DrOffset: number;
  /** Null: the region's default. */
  readonly rx2DataRate: number | null;
  readonly rx2FrequencyHz: number | null;
  /** 32-bit frame counters, as nearly all devices have; false: 16 bits that wrap. */
  readonly counters32: boolean;
  /** How many copies of one frame, heard by different gateways, to buy: 1…8. */
  readonly copies: number;
  /** Uplinks expected at least this often, for showing a device as silent. Null: unknown. */
  readonly uplinkIntervalS: number | null;
  readonly decoder:
    | { readonly kind: "none" }
    | { readonly kind: "cayenne-lpp" }
    | { readonly kind: "javascript"; readonly source: string };
}

/** A registered end device. */
export interface LorawanDevice {
  readonly devEui: Eui64;
  readonly joinEui: Eui64;
  readonly applicationId: string;
  readonly customer: string;
  readonly name: string;
  readonly profile: DeviceProfile;
  /** 16 bytes, opened; null for ABP. Secret. */
  readonly appKey: Uint8Array | null;
  readonly disabled: boolean;
}

/** An activated device: what frames are checked and built with. LoRaWAN 1.0.x has one network session key. */
export interface DeviceSession {
  readonly devEui: Eui64;
  readonly devAddr: DevAddrHex;
  /** 16 bytes each. Secret. */
  readonly nwkSKey: Uint8Array;
  readonly appSKey: Uint8Array;
  /** Of the last accepted uplink, 32 bits; −1 before the first. */
  fCntUp: number;
  /** Of the next downlink. */
  fCntDown: number;
  readonly activatedAtMs: number;
  mac: MacState;
}

/** What the network believes the device is set to, and what it learned of it. Plain JSON: it survives restarts. */
export interface MacState {
  readonly dataRate: number;
  /** Index of the region's TXPower table. */
  readonly txPower: number;
  /** 1…15. */
  readonly nbTrans: number;
  readonly rx1DelayS: number;
  readonly rx1DrOffset: number;
  readonly rx2DataRate: number;
  readonly rx2FrequencyHz: number;
  /** Indices of the channels the device uses. */
  readonly channels: readonly number[];
  /** The last uplinks, newest last, at most 20: what ADR is computed from. */
  readonly adrHistory: readonly { readonly fCnt: number; readonly maxSnrDb: number; readonly txPower: number }[];
  /** MAC commands sent and not answered yet, encoded, in the order sent; sent again until answered. */
  readonly pending: readonly { readonly cid: number; readonly payload: string; readonly tries: number }[];
}
