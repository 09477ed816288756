import type { Eui64 } from "../../model/radio.ts";

/**
 * Whose counters moved since a snapshot last had them. In memory alone: a trigger would double what each uplink writes.
 * After a start it is everybody, as nobody knows what the process before had shipped.
 */
export class MovedSessions {
  #moved = new Set<Eui64>();
  #taken: ReadonlySet<Eui64> | "all" = "all";

  /** It is durable. */
  add(devEui: Eui64): void {
    this.#moved.add(devEui);
  }

  /** All that moved since the last take that was kept; null: everybody. */
  take(): ReadonlySet<Eui64> | null {
    if (this.#taken !== "all") {
      for (const devEui of this.#taken) this.#moved.add(devEui);
      this.#taken = this.#moved;
    }
    this.#moved = new Set();
    return this.#taken === "all" ? null : this.#taken;
  }

  /** What was taken last is in a snapshot. */
  kept(): void {
    this.#taken = new Set();
  }
}
