import type { Address } from "@wayleave/core/ids";
import { addressBytes } from "@wayleave/core/ids";
import { compareBytes } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";

/** Somebody a device may dial, as the registry has them. */
export interface RegisteredPeer {
  readonly role: "verifier" | "operator";
  /** The account: a verifier's, or an operator's payer. */
  readonly account: Address;
  /** Id of its pinned link key: whoever answers with another key is hung up on. */
  readonly linkId: Address;
  readonly host: string;
  readonly port: number;
  /** Bonded, and not leaving. */
  readonly active: boolean;
}

export interface LinkLimits {
  /** Each assigned verifier must reach the device; a network has a handful, a hostile registry could list thousands. */
  readonly verifiersMax: number;
  /** Whose customers a device serves. Bounds what registered endpoints can make a fleet dial. */
  readonly operatorsMax: number;
}
export const LINK_LIMITS: LinkLimits = { verifiersMax: 64, operatorsMax: 32 };

/** Names one link: when any part changes the registry has moved it, and it is dialled anew. */
export function linkName({ role, account, linkId, host, port }: RegisteredPeer): string {
  return `${role} ${account} ${linkId} ${host}:${port}`;
}

/**
 * Which links a device should keep. Links it has stay while they are still good; free places go by rendezvous rank of
 * the device and the peer's account, so that a fleet spreads evenly over many operators and nobody can buy a better
 * place by choosing a name after seeing the devices.
 *
 * Pure. @param current - names of the links it has.
 */
export function planLinks(
  device: Address,
  registered: readonly RegisteredPeer[],
  current: ReadonlySet<string>,
  limits: LinkLimits = LINK_LIMITS,
): { readonly add: readonly RegisteredPeer[]; readonly remove: readonly string[] } {
  const wanted = new Map<string, RegisteredPeer>();
  for (const [role, max] of [
    ["verifier", limits.verifiersMax],
    ["operator", limits.operatorsMax],
  ] as const) {
    const seen = new Set<Address>();
    const ranked = registered
      .filter((peer) => peer.role === role && isDialable(peer) && !seen.has(peer.account) && seen.add(peer.account))
      .map((peer) => ({ peer, kept: current.has(linkName(peer)), rank: rankOf(device, peer.account) }))
      .sort((a, b) => Number(b.kept) - Number(a.kept) || compareBytes(a.rank, b.rank));
    for (const { peer } of ranked.slice(0, max)) wanted.set(linkName(peer), peer);
  }
  return {
    add: [...wanted].filter(([name]) => !current.has(name)).map(([, peer]) => peer),
    remove: [...current].filter((name) => !wanted.has(name)),
  };
}

function isDialable({ active, host, port }: RegisteredPeer): boolean {
  return active && host.length > 0 && host.length <= 253 && Number.isInteger(port) && port > 0 && port < 65_536;
}

function rankOf(device: Address, account: Address): Uint8Array {
  return keccak256(addressBytes(device), addressBytes(account));
}
