/**
 * What the network server core needs of its surroundings. Its own clock is a deadline of a second, so everything it asks
 * on that path is answered from memory; what must be durable is a promise that it waits for before it tells anybody.
 */
import type { Address } from "@wayleave/core/ids";
import type { PicoUsd } from "@wayleave/core/money";
import type { DeviceSession, LorawanDevice } from "../model/device.ts";
import type { DevAddrHex, DownlinkOutcome, Eui64, RadioDownlink } from "../model/radio.ts";

/** All registered devices and their sessions. Reads are from memory; promises resolve when the change is durable. */
export interface DeviceBook {
  device(devEui: Eui64): LorawanDevice | null;
  session(devEui: Eui64): DeviceSession | null;
  /** Several devices may share an address: the MIC tells them apart. */
  sessionsAt(devAddr: DevAddrHex): readonly DeviceSession[];
  /** Keeps a session's counters and MAC state as they are now. Many callers' changes are one transaction. */
  save(session: DeviceSession): Promise<void>;
  /**
   * Takes a join: burns the DevNonce, draws the next JoinNonce and an address, and makes `derive`'s session the device's
   * only one. Null when the nonce was used before (a replay). Durable when it resolves.
   */
  activate(
    devEui: Eui64,
    devNonce: number,
    derive: (drawn: { readonly joinNonce: number; readonly devAddr: DevAddrHex }) => DeviceSession,
  ): Promise<DeviceSession | null>;
  /** DevAddr ranges and JoinEUIs that frames of this book's devices carry: what gateways are subscribed to. */
  filters(): {
    readonly devAddrs: readonly { readonly prefix: DevAddrHex; readonly bits: number }[];
    readonly joinEuis: readonly Eui64[];
  };
}

/** One downlink a customer asked for. */
export interface QueuedDownlink {
  readonly id: string;
  readonly devEui: Eui64;
  readonly fPort: number;
  /** Plain FRMPayload. */
  readonly data: Uint8Array;
  readonly confirmed: boolean;
}

/** Customers' downlinks, oldest first for each device, at most 64. Reads from memory, changes durable when they resolve. */
export interface DownlinkQueue {
  head(devEui: Eui64): QueuedDownlink | null;
  size(devEui: Eui64): number;
  /** Sent under this frame counter; a confirmed one stays until it is acknowledged or given up. */
  sent(id: string, fCntDown: number): Promise<void>;
  /** Leaves the queue: sent unconfirmed, acknowledged, or given up. */
  done(id: string): Promise<void>;
}

/** One copy of a frame, as the gateway's agent delivered it. */
export interface PurchasedCopy {
  readonly device: Address;
  /** The agent's number of the delivery. */
  readonly sequence: number;
  readonly workUnits: bigint;
  readonly picoUsd: PicoUsd;
}

/** Pays for packets. */
export interface PacketPurse {
  /** Sets aside what a frame may cost its customer, before it is delivered. False: out of balance. From memory. */
  reserve(customer: string, picoUsd: PicoUsd): boolean;
  /** Ends a reservation and buys these copies of it. `subject` is the application. */
  buy(purchase: {
    readonly customer: string;
    readonly act: "wireless.uplink" | "wireless.join" | "wireless.downlink";
    readonly subject: string;
    readonly reservedPicoUsd: PicoUsd;
    readonly copies: readonly PurchasedCopy[];
  }): void;
  /** What one work unit costs at this gateway. */
  askOf(device: Address): PicoUsd;
}

/** What became of a downlink, and the agent's number that it is bought by; null when there is nothing to buy. */
export interface DownlinkReport {
  readonly outcome: DownlinkOutcome;
  readonly sequence: number | null;
}

/** Gateways, by the agent that drives them. */
export interface GatewayFleet {
  /** Resolves with what became of it, at the latest two seconds after it was due. Never rejects. */
  send(device: Address, downlink: RadioDownlink): Promise<DownlinkReport>;
}
