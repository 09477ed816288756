import { assert } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";

/** What placement asks of a device; facts come from the directory, reputation from `reputation.ts`. */
export interface PlacementDevice {
  readonly id: Address;
  readonly owner: Address;
  /** Autonomous system. */
  readonly network: number;
  /** /24 or /48 in text. */
  readonly prefix: string;
  readonly freeBytes: number;
  /** α / (α + β) ∈ [0, 1]. */
  readonly reputation: number;
  /** Has passed its probation; see {@link UNVETTED_SHARE}. */
  readonly vetted: boolean;
}

export type PlacementRule =
  "excluded" | "no-space" | "low-reputation" | "same-device" | "same-owner" | "same-prefix" | "same-network";

export interface PlacementRequest {
  readonly k: number;
  readonly n: number;
  /** How many devices are wanted, in order of preference: any number may come back. */
  readonly wanted: number;
  readonly pieceBytes: number;
  /** Devices that hold, or are sent, other shards of the segment: every rule counts them. */
  readonly occupied?: readonly Pick<PlacementDevice, "id" | "owner" | "network" | "prefix">[];
  /** Never to be chosen: they failed this upload already. */
  readonly excluded?: ReadonlySet<Address>;
}

export interface Placement {
  readonly devices: readonly PlacementDevice[];
  /** How many of the candidates each rule kept out: the answer to "why not". */
  readonly keptOut: Readonly<Partial<Record<PlacementRule, number>>>;
}

/** Below this a device gets nothing new. @see storage.md (after Storj) */
export const REPUTATION_MIN = 0.96;
/** Of all placements, what devices on probation get together, so that a flood of newcomers holds little. */
export const UNVETTED_SHARE = 0.01;
/** A full disk helps nobody: it is left this much. */
const SPARE_BYTES = 1 << 20;

/** At most this many shards of a segment in one autonomous system: losing it must not use up the redundancy. */
export function shardsPerNetworkMax(k: number, n: number): number {
  return Math.max(1, Math.floor((n - k) / 2));
}

/**
 * Chooses devices for shards of one segment: at most one per owner and per prefix and a bounded number per autonomous
 * system, drawn without replacement with a probability that grows with free space and reputation. Pure.
 *
 * @param random - uniform in [0, 1).
 * @returns at most `wanted` devices; fewer when the rules leave no more. No rule is ever bent.
 */
export function place(
  candidates: readonly PlacementDevice[],
  request: PlacementRequest,
  random: () => number,
): Placement {
  const { k, n, wanted, pieceBytes, occupied = [], excluded } = request;
  assert(k >= 1 && n > k && wanted >= 0, "placement is for k of n");
  const perNetwork = shardsPerNetworkMax(k, n);
  const ids = new Set(occupied.map((device) => device.id));
  const owners = new Set(occupied.map((device) => device.owner));
  const prefixes = new Set(occupied.map((device) => device.prefix));
  const networks = new Map<number, number>();
  for (const { network } of occupied) networks.set(network, (networks.get(network) ?? 0) + 1);

  const whyNot = (device: PlacementDevice): PlacementRule | null => {
    if (excluded?.has(device.id) === true) return "excluded";
    if (ids.has(device.id)) return "same-device";
    if (device.freeBytes < pieceBytes + SPARE_BYTES) return "no-space";
    if (device.reputation < REPUTATION_MIN) return "low-reputation";
    if (owners.has(device.owner)) return "same-owner";
    if (prefixes.has(device.prefix)) return "same-prefix";
    if ((networks.get(device.network) ?? 0) >= perNetwork) return "same-network";
    return null;
  };

  const chosen: PlacementDevice[] = [];
  const keptOut: Partial<Record<PlacementRule, number>> = {};
  for (const device of inRandomOrder(candidates, random)) {
    if (chosen.length >= wanted) break;
    const rule = whyNot(device);
    if (rule !== null) {
      keptOut[rule] = (keptOut[rule] ?? 0) + 1;
      continue;
    }
    chosen.push(device);
    ids.add(device.id);
    owners.add(device.owner);
    prefixes.add(device.prefix);
    networks.set(device.network, (networks.get(device.network) ?? 0) + 1);
  }
  return { devices: chosen, keptOut };
}

/**
 * Weighted order without replacement: keys u^(1/w), descending.
 * @see Efraimidis & Spirakis, "Weighted random sampling with a reservoir" (2006)
 */
function inRandomOrder(devices: readonly PlacementDevice[], random: () => number): PlacementDevice[] {
  const weightOf = weights(devices);
  return devices
    .map((device) => ({ device, key: Math.log(1 - random()) / weightOf(device) }))
    .sort((a, b) => b.key - a.key)
    .map(({ device }) => device);
}

/** Free space by its square root, so that one huge newcomer does not draw everything, times reputation. */
function weights(devices: readonly PlacementDevice[]): (device: PlacementDevice) => number {
  const base = (device: PlacementDevice) =>
    Math.sqrt(Math.max(1, device.freeBytes)) * Math.max(0.01, device.reputation);
  let vettedWeight = 0;
  let unvettedWeight = 0;
  for (const device of devices) {
    if (device.vetted) vettedWeight += base(device);
    else unvettedWeight += base(device);
  }
  if (vettedWeight === 0 || unvettedWeight === 0) return base;
  const factor = Math.min(1, (UNVETTED_SHARE / (1 - UNVETTED_SHARE)) * (vettedWeight / unvettedWeight));
  return (device) => (device.vetted ? base(device) : base(device) * factor);
}

/** One line for people: `2 same-owner, 1 no-space`. */
export function explainPlacement(placement: Placement): string {
  const kept = Object.entries(placement.keptOut).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = kept.map(([rule, count]) => `${count} ${rule}`);
  return parts.length === 0 ? "no other devices" : parts.join(", ");
}

/** True when devices that hold a segment's shards break a rule: two of them became one owner's, or moved together. */
export function isOutOfPlacement(
  holders: readonly Pick<PlacementDevice, "owner" | "network" | "prefix">[],
  policy: { readonly k: number; readonly n: number },
): boolean {
  const perNetwork = shardsPerNetworkMax(policy.k, policy.n);
  const networks = new Map<number, number>();
  for (const { network } of holders) networks.set(network, (networks.get(network) ?? 0) + 1);
  return (
    new Set(holders.map((holder) => holder.owner)).size < holders.length ||
    new Set(holders.map((holder) => holder.prefix)).size < holders.length ||
    Math.max(0, ...networks.values()) > perNetwork
  );
}
