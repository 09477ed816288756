import type { Eui64 } from "../../model/radio.ts";
import type { Route } from "./routes.ts";

/** A confirmed downlink that was sent and is not acknowledged yet. */
export interface InFlight {
  readonly id: string;
  readonly fCntDown: number;
  readonly tries: number;
  /** Key of the gateway that sent it last. */
  readonly route: string;
}

/** What is known of a device only until a restart. */
export interface DeviceMemory {
  /** A downlink is on its way; nothing else is sent meanwhile. */
  busy: boolean;
  inFlight: InFlight | null;
  /** Downlinks in a row that only told the device to stop repeating its answers. */
  clearings: number;
  /** Of the last DevStatusReq, monotonic; null: not asked yet. */
  statusAskedMs: number | null;
  /** Class C only: where it was heard last, best first. */
  lastRoutes: readonly Route[];
  cancelAckTimer: (() => void) | null;
}

/** Devices remembered; the one untouched for longest gives way. It loses retries, nothing durable. */
const MEMORIES_MAX = 200_000;

export class DeviceMemories {
  readonly #memories = new Map<Eui64, DeviceMemory>();

  of(devEui: Eui64): DeviceMemory {
    let memory = this.#memories.get(devEui);
    if (memory !== undefined) return memory;
    memory = {
      busy: false,
      inFlight: null,
      clearings: 0,
      statusAskedMs: null,
      lastRoutes: [],
      cancelAckTimer: null,
    };
    this.#memories.set(devEui, memory);
    if (this.#memories.size > MEMORIES_MAX) this.#forgetOne();
    return memory;
  }

  /** A new session. A downlink under way stays so. */
  renew(devEui: Eui64): void {
    const memory = this.#memories.get(devEui);
    if (memory === undefined) return;
    memory.clearings = 0;
    memory.inFlight = null;
    memory.cancelAckTimer?.();
    memory.cancelAckTimer = null;
  }

  close(): void {
    for (const memory of this.#memories.values()) memory.cancelAckTimer?.();
    this.#memories.clear();
  }

  #forgetOne(): void {
    for (const [devEui, memory] of this.#memories) {
      if (memory.busy || memory.inFlight !== null) continue;
      this.#memories.delete(devEui);
      return;
    }
  }
}
