import { isIPv6 } from "node:net";
import type { ListenerLimits } from "./limits.ts";

interface Count {
  total: number;
  halfOpen: number;
}

/** One connection's place. Each step may be called twice; the second does nothing. */
export interface Place {
  /** The handshake is over. */
  open(): void;
  /** The connection is gone. */
  leave(): void;
}

/** Bounds connections before anything is known of who makes them: overall, per network, and the unproven ones apart. */
export class AdmissionGate {
  readonly #limits: ListenerLimits;
  readonly #networks = new Map<string, Count>();
  readonly #all: Count = { total: 0, halfOpen: 0 };

  constructor(limits: ListenerLimits) {
    this.#limits = limits;
  }

  /** @returns undefined when there is no place left for that address. */
  enter(remoteAddress: string): Place | undefined {
    const network = networkOf(remoteAddress);
    const mine = this.#networks.get(network) ?? { total: 0, halfOpen: 0 };
    const { connectionsMax, connectionsPerNetworkMax, halfOpenMax, halfOpenPerNetworkMax } = this.#limits;
    if (this.#all.total >= connectionsMax || this.#all.halfOpen >= halfOpenMax) return undefined;
    if (mine.total >= connectionsPerNetworkMax || mine.halfOpen >= halfOpenPerNetworkMax) return undefined;
    this.#networks.set(network, mine);
    for (const count of [mine, this.#all]) {
      count.total++;
      count.halfOpen++;
    }
    let halfOpen = true;
    let present = true;
    const open = (): void => {
      if (!halfOpen) return;
      halfOpen = false;
      mine.halfOpen--;
      this.#all.halfOpen--;
    };
    const leave = (): void => {
      open();
      if (!present) return;
      present = false;
      mine.total--;
      this.#all.total--;
      if (mine.total === 0) this.#networks.delete(network);
    };
    return { open, leave };
  }
}

/** IPv4 mapped into IPv6 as plain IPv4: one host, one spelling. */
export function plainAddress(address: string | undefined): string {
  const text = address ?? "unknown";
  return text.startsWith("::ffff:") && text.includes(".") ? text.slice(7) : text;
}

/** An IPv4 address, or the /64 of an IPv6 one: within it a single host picks addresses as it likes (RFC 4291 §2.5.4). */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const leading = head === "" ? [] : head.split(":");
  const trailing = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - leading.length - trailing.length);
  const groups = [...leading, ...Array<string>(zeros).fill("0"), ...trailing];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
