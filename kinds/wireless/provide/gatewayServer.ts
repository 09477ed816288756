import type { GatewayStatus } from "../model/agentApi.ts";
import { GATEWAYS_MAX } from "../model/agentApi.ts";
import type { DownlinkOutcome, Eui64, RadioDownlink, RadioUplink } from "../model/radio.ts";
import type { Counters } from "./counters.ts";

/** One protocol by which gateways reach this agent. */
export interface GatewayServer {
  /** Where it listens. */
  readonly port: number;
  /** What became of it, at the latest two seconds after it was due. Never rejects. */
  send(downlink: RadioDownlink, options?: SendOptions): Promise<DownlinkOutcome>;
  /** Whether a gateway of this EUI is known here. */
  has(eui: Eui64): boolean;
  gateways(): GatewayStatus[];
  /** Named reasons of what could not be told to belong to a gateway. */
  drops(): Record<string, number>;
  close(): Promise<void>;
}

export interface SendOptions {
  /** Polarity and checksum of an uplink, so that other gateways hear it: a beacon. Station cannot: `refused`. */
  readonly likeUplink?: boolean;
}

/** Called with every frame a gateway heard; must not throw and must not keep the caller long. */
export type OnUplink = (uplink: RadioUplink) => void;

/** Who may be a gateway here. Neither protocol proves an EUI: it is pinned to where it first came from. */
export interface GatewayAdmission {
  /** EUIs that may attach; absent: whoever comes first. */
  readonly allow?: readonly Eui64[];
  /** An EUI belongs to its address until it was silent for so long. Two of the usual statistics intervals. */
  readonly pinnedMs?: number;
  /** @default GATEWAYS_MAX, which is also the most. */
  readonly gatewaysMax?: number;
}
export const PINNED_MS = 60_000;
/** A gateway is offline after this silence: packet forwarders ask every 5 to 10 s, stations are pinged every 15. */
export const OFFLINE_MS = 45_000;

/** What every gateway's record has in common. */
export interface GatewayRecord {
  readonly eui: Eui64;
  /** Where it came from last; nobody else may claim the EUI while it is heard. */
  address: string;
  /** On the monotonic clock. */
  seenAtMs: number;
  /** On the wall clock, for showing. */
  lastSeenMs: number;
  uplinks: number;
  downlinks: number;
  readonly drops: Counters;
}

/** The gateways of one server: at most so many, each EUI from one address at a time. */
export class GatewayBook<G extends GatewayRecord> {
  readonly #gateways = new Map<Eui64, G>();
  readonly #allow: ReadonlySet<Eui64> | null;
  readonly #pinnedMs: number;
  readonly #gatewaysMax: number;
  readonly #create: (eui: Eui64, address: string, nowMs: number) => G;

  constructor(admission: GatewayAdmission, create: (eui: Eui64, address: string, nowMs: number) => G) {
    this.#allow = admission.allow === undefined ? null : new Set(admission.allow.map((eui) => eui.toLowerCase()));
    this.#pinnedMs = admission.pinnedMs ?? PINNED_MS;
    this.#gatewaysMax = Math.min(GATEWAYS_MAX, admission.gatewaysMax ?? GATEWAYS_MAX);
    this.#create = create;
  }

  find(eui: Eui64): G | undefined {
    return this.#gateways.get(eui);
  }
  allows(eui: Eui64): boolean {
    return this.#allow === null || this.#allow.has(eui);
  }
  all(): Iterable<G> {
    return this.#gateways.values();
  }

  /**
   * The gateway that speaks from `address`, known from now on. An owner's silence of the pinned time frees its EUI.
   * @param nowMs - monotonic.
   * @returns a reason when it is not let in.
   */
  admit(eui: Eui64, address: string, nowMs: number): G | "eui-not-allowed" | "eui-taken" | "gateways-full" {
    const known = this.#gateways.get(eui);
    if (known !== undefined) {
      if (known.address === address) return known;
      if (nowMs - known.seenAtMs < this.#pinnedMs) {
        known.drops.add("eui-taken");
        return "eui-taken";
      }
      known.address = address;
      return known;
    }
    if (!this.allows(eui)) return "eui-not-allowed";
    if (this.#gateways.size >= this.#gatewaysMax && !this.#forgetSilent(nowMs)) return "gateways-full";
    const created = this.#create(eui, address, nowMs);
    this.#gateways.set(eui, created);
    return created;
  }

  #forgetSilent(nowMs: number): boolean {
    let oldest: G | undefined;
    for (const gateway of this.#gateways.values()) {
      if (oldest === undefined || gateway.seenAtMs < oldest.seenAtMs) oldest = gateway;
    }
    if (oldest === undefined || nowMs - oldest.seenAtMs < this.#pinnedMs) return false;
    return this.#gateways.delete(oldest.eui);
  }
}
