import { hash } from "node:crypto";

/** Frames remembered at least; at most twice as many, some twenty megabytes. */
export const PAID_FRAMES_MIN = 131_072;

/**
 * Frames that somebody paid for, by a hash of their PHYPayload. Without a device's keys nobody here can know its frame
 * counter, so a frame that is played back after the window of deduplication is known by its bytes alone.
 */
export class PaidFrames {
  readonly #min: number;
  #newer = new Set<string>();
  #older = new Set<string>();

  constructor(min = PAID_FRAMES_MIN) {
    this.#min = min;
  }

  has(payload: Uint8Array): boolean {
    const key = keyOf(payload);
    return this.#newer.has(key) || this.#older.has(key);
  }

  add(payload: Uint8Array): void {
    if (this.#newer.size >= this.#min) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(keyOf(payload));
  }
}

/** 96 bits: who finds two frames of one hash gets one of them for nothing. */
function keyOf(payload: Uint8Array): string {
  return hash("sha256", payload, "base64url").slice(0, 16);
}
