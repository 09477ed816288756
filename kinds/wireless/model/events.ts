/** What a customer is told, over MQTT, webhook, server-sent events and the frame log alike. JSON; bytes are base64. */
import type { DevAddrHex, Eui64, Modulation } from "./radio.ts";

/** One antenna that heard the frame. */
export interface HeardBy {
  /** The wayleave device (the agent) that delivered it. */
  readonly device: string;
  readonly gatewayEui: Eui64;
  readonly rssiDbm: number;
  readonly snrDb: number;
  readonly receivedAt: string;
  /** What it is paid for this frame, in millionths of a dollar with up to six decimals; "0" when its copy was not drawn. */
  readonly paidMicroUsd: string;
}

interface DeviceEvent {
  /** Unique; a receiver may use it to drop repetitions. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly applicationId: string;
  readonly deviceName: string;
  readonly devEui: Eui64;
}

export interface UplinkEvent extends DeviceEvent {
  readonly type: "up";
  readonly devAddr: DevAddrHex;
  readonly fPort: number | null;
  readonly fCnt: number;
  readonly confirmed: boolean;
  readonly adr: boolean;
  /** FRMPayload, decrypted. */
  readonly data: string;
  /** What the profile's decoder made of it; null without one, or when it failed. */
  readonly object: unknown;
  readonly frequencyHz: number;
  readonly dataRate: number;
  readonly modulation: Modulation;
  readonly heardBy: readonly HeardBy[];
  /** Warnings and failures of decoding, limits passed, copies that came late. Codes with a sentence. */
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}
export interface JoinEvent extends DeviceEvent {
  readonly type: "join";
  readonly joinEui: Eui64;
  readonly devAddr: DevAddrHex;
  readonly heardBy: readonly HeardBy[];
}
/** A confirmed downlink was, or was not, acknowledged by the device. */
export interface AckEvent extends DeviceEvent {
  readonly type: "ack";
  readonly downlinkId: string;
  readonly acknowledged: boolean;
  readonly fCntDown: number;
}
/** A gateway sent a downlink, or could not. */
export interface TxAckEvent extends DeviceEvent {
  readonly type: "txack";
  readonly downlinkId: string | null;
  readonly gatewayEui: Eui64;
  readonly outcome: string;
  readonly fCntDown: number | null;
}
/** Battery (0…255 as DevStatusAns has it) and margin in dB. */
export interface StatusEvent extends DeviceEvent {
  readonly type: "status";
  readonly battery: number;
  readonly marginDb: number;
}
export interface ErrorEvent extends DeviceEvent {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}
export type LorawanEvent = UplinkEvent | JoinEvent | AckEvent | TxAckEvent | StatusEvent | ErrorEvent;
export type LorawanEventType = LorawanEvent["type"];

/** What is delivered carries whose it is; never sent to anybody. */
export interface CustomerEvent {
  readonly customer: string;
  readonly event: LorawanEvent;
}

/** An event that is made when it is written down, of what is known by then. Null: there is none after all. */
export type LateEvent = () => CustomerEvent | null;

/** Where the network server puts events: integrations take them from here. Never blocks: the caller is on a deadline. */
export interface EventSink {
  /** It is written down, and then shown, together with what the caller saved before, or after that; never sooner. */
  publish(event: CustomerEvent | LateEvent): void;
  /** Published and not durable yet. From memory. */
  readonly queued: number;
  /** How long the oldest that is not shown waits; 0 without any. */
  readonly lateMs: number;
}
