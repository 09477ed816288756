import type { Address } from "@wayleave/core/ids";
import type { DeviceDirectory, ServingDevice } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import { GIB } from "../../model/price.ts";
import type { PlacementDevice } from "./placement.ts";
import { type ReputationBook, VETTING, type Vetting, isVetted, reputationOf } from "./reputation.ts";

export type StorageDevice = ServingDevice<LinkPeer>;

/** A device that just failed is asked last for this long: its timeouts would cost every reader. */
const SUSPECT_MS = 15_000;
/** What a device is expected to take before it has been measured. */
const LATENCY_START_MS = 30;
const LATENCY_WEIGHT = 0.2;

interface Observed {
  latencyMs: number;
  suspectUntilMs: number;
}

/** The directory's storage devices, with what this front has seen of them. */
export class StorageDevices {
  readonly #directory: DeviceDirectory<LinkPeer>;
  readonly #clock: Clock;
  readonly #reputation: ReputationBook;
  readonly #vetting: Vetting;
  readonly #observed = new Map<Address, Observed>();

  constructor(
    directory: DeviceDirectory<LinkPeer>,
    clock: Clock,
    reputation: ReputationBook,
    vetting: Vetting = VETTING,
  ) {
    this.#directory = directory;
    this.#clock = clock;
    this.#reputation = reputation;
    this.#vetting = vetting;
  }

  serving(): readonly StorageDevice[] {
    return this.#directory.serving("storage");
  }

  /** Null unless it is linked and in good standing. */
  find(device: Address): StorageDevice | null {
    const found = this.#directory.find(device);
    return found === null || this.#directory.standing(device) !== null ? null : found;
  }

  /** Linked at all: deletions and reads, after all others, are also asked of a device in bad standing. */
  linked(device: Address): StorageDevice | null {
    return this.#directory.find(device);
  }

  standing(device: Address): { readonly fault: string; readonly epoch: number } | null {
    return this.#directory.standing(device);
  }

  candidates(): PlacementDevice[] {
    return this.serving().map((device) => this.asCandidate(device));
  }

  asCandidate(device: StorageDevice): PlacementDevice {
    const standing = this.#reputation.of(device.id);
    return {
      id: device.id,
      owner: device.owner,
      network: device.network,
      prefix: device.prefix,
      freeBytes: Number(device.freeUnits * GIB),
      reputation: reputationOf(standing),
      vetted: isVetted(standing, this.#clock.now(), this.#vetting),
    };
  }

  /** A request of ours came to a good end. @param tookMs - of a read, for the order in which devices are asked. */
  noteSuccess(device: Address, tookMs?: number): void {
    this.#reputation.observe(device, true);
    const seen = this.#of(device);
    seen.suspectUntilMs = 0;
    if (tookMs !== undefined) seen.latencyMs += LATENCY_WEIGHT * (tookMs - seen.latencyMs);
  }

  /** @param atFault - false when only slow or gone: that is the verifiers' to count, not a sign of lost data. */
  noteFailure(device: Address, atFault: boolean): void {
    if (atFault) this.#reputation.observe(device, false);
    this.#of(device).suspectUntilMs = this.#clock.monotonicMs() + SUSPECT_MS;
  }

  /** Asked only when others do not suffice: it failed just now, or verifiers named a fault of it. */
  isSuspect(device: Address): boolean {
    if (this.#directory.standing(device) !== null) return true;
    return this.#of(device).suspectUntilMs > this.#clock.monotonicMs();
  }

  expectedLatencyMs(device: Address): number {
    return this.#of(device).latencyMs;
  }

  #of(device: Address): Observed {
    let seen = this.#observed.get(device);
    if (seen === undefined) {
      seen = { latencyMs: LATENCY_START_MS, suspectUntilMs: 0 };
      this.#observed.set(device, seen);
    }
    return seen;
  }
}
