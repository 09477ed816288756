/** What a customer registers of an end device, and what the network keeps of it. */
import type { DevAddrHex, Eui64 } from "./radio.ts";

export const REGION_NAMES = ["EU868", "US915", "AU915", "AS923", "IN865", "KR920"] as const;
export type RegionName = (typeof REGION_NAMES)[number];

/** In order: `indexOf` compares. */
export const LORAWAN_VERSIONS = ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4"] as const;
export type LorawanVersion = (typeof LORAWAN_VERSIONS)[number];

/** What the network tells a device by MAC commands alone: no join accept carries it. */
export interface ProfileMacSettings {
  /** Which MAC commands the device knows. */
  readonly lorawanVersion: LorawanVersion;
  /** Whether its frames, and those to it, keep under 400 ms: AS923 and AU915. Null: the region's default. */
  readonly uplinkDwellTime: boolean | null;
  readonly downlinkDwellTime: boolean | null;
  /** The most it may radiate: AS923 and AU915. Null: the region's. */
  readonly maxEirpDbm: number | null;
  /** Its share of all airtime is at most 1 / 2 ** maxDutyCycle: 0…15. Null: it is never told. */
  readonly maxDutyCycle: number | null;
  /** Channels whose RX1 is elsewhere than their uplinks. None in US915 and AU915. */
  readonly rx1Frequencies: readonly { readonly uplinkHz: number; readonly downlinkHz: number }[];
}

/** LoRaWAN 1.0.3: most devices sold, and what differs in 1.0.4 is not asked of a network. */
export const DEFAULT_MAC_SETTINGS: ProfileMacSettings = {
  lorawanVersion: "1.0.3",
  uplinkDwellTime: null,
  downlinkDwellTime: null,
  maxEirpDbm: null,
  maxDutyCycle: null,
  rx1Frequencies: [],
};

/** What devices of one type have in common. */
export interface DeviceProfile extends ProfileMacSettings {
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

/** What TxParamSetupReq sets. Null: not known, as the device may have heard a request whose answer we have not. */
export interface TxParams {
  readonly uplinkDwellTime: boolean | null;
  readonly downlinkDwellTime: boolean | null;
  /** Index of `MAX_EIRP_DBM`. */
  readonly maxEirpIndex: number | null;
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
  /** Never changed in place: devices share it. */
  readonly tx: TxParams;
  /** As DutyCycleReq told it. Null: it was not told. */
  readonly maxDutyCycle: number | null;
  /** Channels whose RX1 the device has moved. */
  readonly rx1Moved: readonly { readonly channel: number; readonly frequencyHz: number }[];
  /** The last uplinks, newest last, at most 20: what ADR is computed from. */
  readonly adrHistory: readonly { readonly fCnt: number; readonly maxSnrDb: number; readonly txPower: number }[];
  /** MAC commands sent and not answered yet, encoded, in the order sent; sent again until answered. */
  readonly pending: readonly { readonly cid: number; readonly payload: string; readonly tries: number }[];
  /**
   * Requests that the device refused or never answered, as `macRequestKey` names them, newest last: the same is not asked
   * again in this session.
   */
  readonly refused: readonly string[];
}

/** What every device has that nobody told anything yet. */
export const UNTOLD_MAC: Pick<MacState, "maxDutyCycle" | "rx1Moved" | "adrHistory" | "pending" | "refused"> = {
  maxDutyCycle: null,
  rx1Moved: [],
  adrHistory: [],
  pending: [],
  refused: [],
};
