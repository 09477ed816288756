import type { Address } from "@wayleave/core/ids";
import type { DeviceDirectory, KindName, ServingDevice } from "@wayleave/core/kind";
import type { PicoUsd } from "@wayleave/core/money";
import type { ServedPeer } from "./servedPeer.ts";

/** What the registry has of a device. */
export interface RegisteredDevice {
  readonly owner: Address;
  readonly kind: KindName;
}

/** What a device sells now, from its signed offer. */
export interface CurrentOffer {
  readonly freeUnits: bigint;
  readonly askPicoUsdPerUnitHour: PicoUsd;
  readonly askPicoUsdPerWorkUnit: PicoUsd;
}

/** Where a directory learns things; all are asked on every call and must be cheap. */
export interface DirectorySources<Peer extends ServedPeer> {
  readonly linked: () => Iterable<Peer>;
  /** The newest link of a device, or undefined. */
  readonly linkOf: (device: Address) => Peer | undefined;
  /** Null when it is not registered, or withdrawn. */
  readonly registered: (device: Address) => RegisteredDevice | null;
  /** The fault that cost it its last epoch, from the settlement's feed; null while in good standing. */
  readonly standing: (device: Address) => { readonly fault: string; readonly epoch: number } | null;
  /** Null until the device's offer was read over this link and its signature held. */
  readonly offer: (device: Address) => CurrentOffer | null;
  /** Autonomous system of an address; 0 when the table does not have it. */
  readonly networkOf: (ipAddress: string) => number;
}

/** Answers from what is linked, registered and in good standing at the moment of asking: nothing is kept in here. */
export function deviceDirectory<Peer extends ServedPeer>(sources: DirectorySources<Peer>): DeviceDirectory<Peer> {
  const describe = (peer: Peer, kind: KindName | null): ServingDevice<Peer> | null => {
    const registered = sources.registered(peer.id);
    if (registered === null || (kind !== null && registered.kind !== kind)) return null;
    const offer = sources.offer(peer.id);
    if (offer === null) return null;
    const { id, remoteAddress } = peer;
    const network = sources.networkOf(remoteAddress);
    return { id, peer, owner: registered.owner, network, prefix: prefixOf(remoteAddress), ...offer };
  };
  return {
    serving(kind) {
      const devices: ServingDevice<Peer>[] = [];
      const seen = new Set<Address>();
      for (const peer of sources.linked()) {
        if (seen.has(peer.id) || sources.standing(peer.id) !== null) continue;
        const device = describe(peer, kind);
        if (device === null) continue;
        seen.add(peer.id);
        devices.push(device);
      }
      return devices;
    },
    find(id) {
      const peer = sources.linkOf(id);
      return peer === undefined ? null : describe(peer, null);
    },
    standing: (id) => sources.standing(id),
  };
}

/** The /24 of an IPv4 address or the /48 of an IPv6 one, in text: one prefix is one place to fail. */
export function prefixOf(ipAddress: string): string {
  const v4 = ipAddress.startsWith("::ffff:") ? ipAddress.slice(7) : ipAddress;
  if (v4.includes(".")) return `${v4.split(".").slice(0, 3).join(".")}.0/24`;
  const [head = "", tail = ""] = v4.split("%")[0]!.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const missing = Math.max(0, 8 - left.length - right.length);
  const groups = v4.includes("::") ? [...left, ...Array<string>(missing).fill("0"), ...right] : left;
  const [a, b, c] = groups.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${a}:${b}:${c}::/48`;
}
