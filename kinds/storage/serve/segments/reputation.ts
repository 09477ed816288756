import type { Address } from "@wayleave/core/ids";
import type { UnixMs } from "@wayleave/core/time";

/** @see storage.md (after Storj): success α ← λα + 1, β ← λβ; failure swapped. */
const FORGETTING = 0.999;
const ALPHA_START = 1000;

export interface Standing {
  readonly alpha: number;
  readonly beta: number;
  /** Acts judged so far. */
  readonly observed: number;
  readonly firstSeenMs: UnixMs;
}

/** When a newcomer counts as known. */
export interface Vetting {
  readonly observations: number;
  readonly ageMs: number;
}
export const VETTING: Vetting = { observations: 100, ageMs: 21 * 86_400_000 };

export function newStanding(now: UnixMs): Standing {
  return { alpha: ALPHA_START, beta: 0, observed: 0, firstSeenMs: now };
}

/** One act after another: a piece stored, served or proved, or failed. Pure. */
export function observe(standing: Standing, success: boolean): Standing {
  const { alpha, beta, observed, firstSeenMs } = standing;
  return {
    alpha: FORGETTING * alpha + Number(success),
    beta: FORGETTING * beta + Number(!success),
    observed: observed + 1,
    firstSeenMs,
  };
}

/** In [0, 1]. */
export function reputationOf({ alpha, beta }: Standing): number {
  return alpha / (alpha + beta);
}

export function isVetted(standing: Standing, now: UnixMs, vetting: Vetting): boolean {
  return standing.observed >= vetting.observations && now - standing.firstSeenMs >= vetting.ageMs;
}

/** More devices than a front ever serves; the oldest entries go first. */
const DEVICES_MAX = 100_000;

/** Standings in memory, written out by `save` when they changed. */
export class ReputationBook {
  readonly #standings = new Map<Address, Standing>();
  readonly #changed = new Set<Address>();
  readonly #now: () => UnixMs;

  constructor(now: () => UnixMs, known: Iterable<readonly [Address, Standing]> = []) {
    this.#now = now;
    for (const [device, standing] of known) this.#standings.set(device, standing);
  }

  of(device: Address): Standing {
    return this.#standings.get(device) ?? this.#set(device, newStanding(this.#now()));
  }

  observe(device: Address, success: boolean): void {
    this.#set(device, observe(this.of(device), success));
  }

  /** What changed since the last call. */
  takeChanged(): [Address, Standing][] {
    const changed = [...this.#changed].map((device): [Address, Standing] => [device, this.of(device)]);
    this.#changed.clear();
    return changed;
  }

  #set(device: Address, standing: Standing): Standing {
    if (!this.#standings.has(device) && this.#standings.size >= DEVICES_MAX) {
      this.#standings.delete(this.#standings.keys().next().value!);
    }
    this.#standings.set(device, standing);
    this.#changed.add(device);
    return standing;
  }
}
