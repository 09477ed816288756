import type { Address } from "@wayleave/core/ids";
import type { Clock } from "@wayleave/core/time";
import type { StorageDevices } from "../segments/storageDevices.ts";

/** Restarts and outages shorter than this cost no repair. A local network shrinks it. */
export const OFFLINE_LIMIT_MS = 4 * 3_600_000;

/** Whose pieces count: devices in good standing that are here, or have not been away for long. */
export class Availability {
  readonly #devices: StorageDevices;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #startedMs: number;
  readonly #lastSeenMs = new Map<Address, number>();

  constructor(devices: StorageDevices, clock: Clock, limitMs: number) {
    this.#devices = devices;
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#startedMs = clock.monotonicMs();
  }

  /** Looks who is here. To be called more often than the limit is long. */
  observe(): void {
    const now = this.#clock.monotonicMs();
    for (const device of this.#devices.serving()) this.#lastSeenMs.set(device.id, now);
  }

  counts(device: Address): boolean {
    if (this.#devices.standing(device) !== null) return false;
    if (this.#devices.linked(device) !== null) return true;
    const now = this.#clock.monotonicMs();
    return now - (this.#lastSeenMs.get(device) ?? this.#startedMs) <= this.#limitMs;
  }
}
