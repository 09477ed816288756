import type { RegionName } from "@wayleave/kind-wireless/model/device";
import type { DevAddrHex, Eui64 } from "@wayleave/kind-wireless/model/radio";
import type { Downlink } from "./deviceFrames.ts";
import type { Position } from "./pathLoss.ts";

export type Activation =
  | { readonly kind: "otaa"; readonly joinEui: Eui64; readonly appKey: Uint8Array }
  | {
      readonly kind: "abp";
      readonly devAddr: DevAddrHex;
      readonly nwkSKey: Uint8Array;
      readonly appSKey: Uint8Array;
      /** Of the next uplink. Default 0. */
      readonly fCntUp?: number;
    };

export interface EndDeviceOptions {
  readonly devEui: Eui64;
  readonly position: Position;
  readonly region: RegionName;
  readonly deviceClass: "A" | "C";
  readonly activation: Activation;
  readonly adr?: boolean;
  /** Of the first uplinks; ADR may change it. Default: the region's for joins. */
  readonly dataRate?: number;
  /** Indices of the channels it begins with, such as one sub-band of US915. Default: all of the region's. */
  readonly channels?: readonly number[];
  /** How often a confirmed uplink is sent until it is acknowledged. Default 8. */
  readonly confirmedTriesMax?: number;
  /** Whether it sends an empty frame when it owes an answer and has nothing else to send. Default: yes. */
  readonly answersAtOnce?: boolean;
  /** Default 1.0.3. */
  readonly lorawanVersion?: "1.0.3" | "1.0.4";
  /** AS923: whether its frames, and those to it, keep under 400 ms until it is told otherwise. Default: as older stacks, both. */
  readonly uplinkDwell?: boolean;
  readonly downlinkDwell?: boolean;
  /** DevNonces. Default: random, as 1.0.2 has it. */
  readonly nextDevNonce?: () => number;
  /** 0: mains; 1…254: battery; 255: unknown. */
  readonly battery?: number;
  readonly onDownlink?: (downlink: Downlink) => void;
  readonly seed?: number;
}

export interface UplinkRequest {
  readonly payload: Uint8Array;
  readonly fPort: number | null;
  readonly confirmed?: boolean;
  /** Asks for LinkCheckAns and DeviceTimeAns along with it. */
  readonly linkCheck?: boolean;
  readonly deviceTime?: boolean;
}

export interface SendOutcome {
  readonly fCnt: number;
  /** Null for an unconfirmed uplink. */
  readonly acknowledged: boolean | null;
  readonly transmissions: number;
}

export interface DeviceCounters {
  uplinks: number;
  transmissions: number;
  downlinks: number;
  /** Acknowledgements and other frames heard in the first receive window, and in the second. */
  rx1: number;
  rx2: number;
  /** Frames on its channel that were for others, repeated or forged. */
  ignored: number;
}
