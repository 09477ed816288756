import { concatBytes, hexToBytes, utf8 } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";
import { type Address, addressBytes } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { DownlinkOutcome, Eui64, RadioDownlink, RadioUplink } from "../../model/radio.ts";
import { resolveDestination } from "./destination.ts";
import { type ForwarderCounters, VirtualGateway } from "./virtualGateway.ts";

export type { ForwarderCounters } from "./virtualGateway.ts";

export interface GwmpForwarderOptions {
  /** Hostile: a customer's. Name or address of ChirpStack's gateway bridge or The Things Stack. */
  readonly host: string;
  readonly port: number;
  /** Whether `host` may lie in a private network. Ours to configure, never the customer's. */
  readonly allowPrivate: boolean;
  /** @default {@link KEEPALIVE_MS} */
  readonly keepaliveMs?: number;
  /** @default {@link STAT_MS} */
  readonly statMs?: number;
  /** @default {@link GATEWAYS_MAX} */
  readonly gatewaysMax?: number;
}

export interface GwmpForwarderDependencies {
  /** Sends through an agent's gateway. */
  readonly send: (device: Address, downlink: RadioDownlink) => Promise<DownlinkOutcome>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A gateway as the customer's network server is to know it. */
export interface ForwardedGateway {
  readonly device: Address;
  readonly gatewayEui: Eui64;
  readonly virtualEui: Eui64;
  readonly reachable: boolean;
}

/** Paid uplinks to a customer's own network server, and its downlinks back. */
export interface GwmpForwarder {
  /** Whether a frame of this gateway would go out, or wait for the network server's first word: what is worth buying. */
  takes(device: Address, gatewayEui: Eui64): boolean;
  /** Passes on one copy of one frame. Copies are kept: the other network server deduplicates. Never blocks, never throws. */
  forward(device: Address, uplink: RadioUplink): void;
  counters(): ForwarderCounters;
  gateways(): ForwardedGateway[];
  close(): void;
}

export const KEEPALIVE_MS = 10_000;
export const STAT_MS = 30_000;
/** Gateways one customer's devices are heard by; each is a socket. */
const GATEWAYS_MAX = 512;
/** A gateway that has heard nothing for so long makes place when it is needed. */
const IDLE_MS = 3_600_000;

/**
 * Opens the way to an unmodified ChirpStack or The Things Stack: towards it we are packet forwarders, one for every gateway
 * that heard the customer's devices.
 *
 * @throws WayleaveError `destination-unknown` (retryable), `destination-private`.
 */
export async function openGwmpForwarder(
  options: GwmpForwarderOptions,
  { send, clock, log }: GwmpForwarderDependencies,
): Promise<GwmpForwarder> {
  const destination = await resolveDestination(options.host, options.allowPrivate);
  const counters: ForwarderCounters = {
    forwarded: 0,
    acknowledged: 0,
    droppedUnacknowledged: 0,
    droppedGatewaysFull: 0,
    downlinks: 0,
    downlinkOutcomes: {},
    refused: {},
    lastAcknowledgedMs: null,
  };
  const open = new Map<
    string,
    { readonly device: Address; readonly gatewayEui: Eui64; readonly gateway: VirtualGateway }
  >();
  const gatewaysMax = options.gatewaysMax ?? GATEWAYS_MAX;
  let closed = false;

  function makePlace(): boolean {
    if (open.size < gatewaysMax) return true;
    const idleBeforeMs = clock.monotonicMs() - IDLE_MS;
    for (const [key, { gateway }] of open) {
      if (gateway.usedAtMs >= idleBeforeMs) continue;
      gateway.close();
      open.delete(key);
    }
    return open.size < gatewaysMax;
  }

  function gatewayOf(device: Address, gatewayEui: Eui64): VirtualGateway | null {
    const key = `${device}/${gatewayEui}`;
    const known = open.get(key);
    if (known !== undefined) return known.gateway;
    if (!makePlace()) return null;
    const gateway = new VirtualGateway(
      {
        destination,
        port: options.port,
        gatewayEui,
        virtualEui: virtualEuiOf(device, gatewayEui),
        keepaliveMs: options.keepaliveMs ?? KEEPALIVE_MS,
        statMs: options.statMs ?? STAT_MS,
      },
      { send: (downlink) => send(device, downlink), clock, log, counters },
    );
    open.set(key, { device, gatewayEui, gateway });
    return gateway;
  }

  return {
    takes: (device, gatewayEui) => !closed && (gatewayOf(device, gatewayEui)?.takes ?? false),
    forward(device, uplink) {
      const gateway = closed ? null : gatewayOf(device, uplink.gatewayEui);
      if (gateway === null) counters.droppedGatewaysFull++;
      else gateway.forward(uplink);
    },
    counters: () => structuredClone(counters),
    gateways: () =>
      [...open.values()].map(({ device, gatewayEui, gateway }) => ({
        device,
        gatewayEui,
        virtualEui: virtualEuiOf(device, gatewayEui),
        reachable: gateway.reachable,
      })),
    close() {
      closed = true;
      for (const { gateway } of open.values()) gateway.close();
      open.clear();
    },
  };
}

/**
 * The EUI under which a customer's network server knows a gateway: of the agent's identity and the gateway's word
 * together, so that no agent speaks as another's gateway; locally administered, so that it is no manufacturer's.
 */
export function virtualEuiOf(device: Address, gatewayEui: Eui64): Eui64 {
  const seed = concatBytes(utf8("wayleave gateway"), addressBytes(device), hexToBytes(`0x${gatewayEui}`));
  const bytes = Buffer.from(keccak256(seed).subarray(0, 8));
  bytes[0] = (bytes[0]! & 0xfc) | 0x02;
  return bytes.toString("hex");
}
