import type { DeviceProfile, DeviceSession, LorawanDevice, MacState } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";

/** What limits one customer, and memory: every record is held in it. */
export interface RecordLimits {
  readonly applicationsPerCustomer: number;
  readonly profilesPerCustomer: number;
  readonly devicesPerCustomer: number;
  /** Of all customers: about a kilobyte each. */
  readonly devices: number;
  /** Every distinct JoinEUI is part of what each gateway is subscribed to. */
  readonly joinEuisPerCustomer: number;
  readonly joinEuis: number;
  /** Of all devices of a customer; one device's queue holds {@link QUEUE_PER_DEVICE_MAX}. */
  readonly downlinksPerCustomer: number;
  readonly forwardingsPerCustomer: number;
  /** Of all customers: each is sockets, and up to sixteen ranges of what each gateway is subscribed to. */
  readonly forwardings: number;
}
export const DEFAULT_RECORD_LIMITS: RecordLimits = {
  applicationsPerCustomer: 100,
  profilesPerCustomer: 200,
  devicesPerCustomer: 50_000,
  devices: 250_000,
  joinEuisPerCustomer: 256,
  joinEuis: 4_096,
  downlinksPerCustomer: 20_000,
  forwardingsPerCustomer: 4,
  forwardings: 200,
};
/** As `ports.ts` promises. */
export const QUEUE_PER_DEVICE_MAX = 64;

export interface Application {
  readonly id: string;
  readonly customer: string;
  readonly name: string;
  readonly createdMs: number;
}

/** A profile and whose it is. */
export interface OwnedProfile {
  readonly customer: string;
  readonly createdMs: number;
  readonly profile: DeviceProfile;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** All that is kept of one device. One of these lives for each, so it is small and always of one shape. */
export class DeviceRecord {
  readonly device: Mutable<LorawanDevice>;
  session: DeviceSession | null;
  /** The last JoinNonce that was drawn; 0 before the first. */
  joinNonce: number;
  /** When a frame of it last counted; null before the first. */
  seenMs: number | null;
  /** `fCntUp` when `seenMs` was set: a save that moved only the downlink counter is no sign of life. */
  seenFCntUp: number;
  readonly createdMs: number;

  constructor(device: LorawanDevice, createdMs: number, joinNonce: number) {
    this.device = device;
    this.session = null;
    this.joinNonce = joinNonce;
    this.seenMs = null;
    this.seenFCntUp = -1;
    this.createdMs = createdMs;
  }
}

/** What a session is when it comes from outside: ABP, or an import. */
export interface GivenSession {
  readonly devAddr: string;
  readonly nwkSKey: Uint8Array;
  readonly appSKey: Uint8Array;
  /** Of the last accepted uplink; −1 before the first. */
  readonly fCntUp: number;
  /** Of the next downlink. */
  readonly fCntDown: number;
  /** Channels whose RX1 another network moved. Absent: none. */
  readonly rx1Moved?: MacState["rx1Moved"];
}

/** A device to register. Checked by its caller; keys are 16 bytes. */
export interface NewDevice {
  readonly devEui: Eui64;
  readonly joinEui: Eui64;
  readonly applicationId: string;
  readonly profileId: string;
  readonly name: string;
  readonly appKey: Uint8Array | null;
  readonly disabled: boolean;
  /** The last JoinNonce another network gave it; 0 for a device that never joined. */
  readonly joinNonce?: number;
  /** Spent at another network. */
  readonly usedDevNonces?: readonly number[];
  readonly session?: GivenSession | null;
}
