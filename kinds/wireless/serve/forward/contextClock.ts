/** A downlink may begin so long after the uplink it belongs to: RX2 of the longest delay comes after 16 s. */
export const CONTEXT_MS_MAX = 20_000;
/** Uplinks of one gateway whose context is kept: twenty seconds of fifty frames each, far above what a gateway hears. */
const CONTEXTS_MAX = 1_024;
const SECOND_US = 1_000_000;
const WRAP = 2 ** 32;

interface Entry {
  /** Not wrapped. */
  readonly us: number;
  readonly context: Uint8Array;
}

/** When to send, in the words of our gateways: after the frame of a context; or in so many milliseconds, without one. */
export type DownlinkMoment =
  | { readonly kind: "after"; readonly context: Uint8Array; readonly delayMs: number }
  | { readonly kind: "in"; readonly delayMs: number };

/**
 * The concentrator's counter of a virtual gateway: gives every uplink a `tmst` and knows, when a downlink names one of a
 * whole number of seconds later, which uplink it answers. LoRaWAN's receive windows open after whole seconds, so no
 * two live uplinks share their microsecond within a second: each `tmst` then leads to one context only.
 */
export class ContextClock {
  readonly #monotonicMs: () => number;
  readonly #byResidue = new Map<number, Entry>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  get size(): number {
    return this.#byResidue.size;
  }

  /** Keeps an uplink's context. @returns its `tmst`, 32 bits. */
  stamp(context: Uint8Array): number {
    this.#forget();
    let us = this.#nowUs();
    while (this.#byResidue.has(us % SECOND_US)) us++;
    this.#byResidue.set(us % SECOND_US, { us, context });
    return us % WRAP;
  }

  /** Where a downlink's `tmst` lies. Null: passed, or farther ahead than any window. @param tmst - hostile, 32 bits. */
  momentOf(tmst: number): DownlinkMoment | null {
    this.#forget();
    const nowUs = this.#nowUs();
    const us = nowUs + ((tmst - (nowUs % WRAP)) | 0);
    const answered = this.#byResidue.get(((us % SECOND_US) + SECOND_US) % SECOND_US);
    const entry = answered !== undefined && this.#follows(answered, us) ? answered : this.#newestBefore(us);
    // Rounded: what is not a window of the uplink's is for class C, which always listens.
    if (entry !== null) return { kind: "after", context: entry.context, delayMs: Math.round((us - entry.us) / 1_000) };
    const delayMs = Math.round((us - nowUs) / 1_000);
    return delayMs >= 0 && delayMs <= CONTEXT_MS_MAX ? { kind: "in", delayMs } : null;
  }

  #follows(entry: Entry, us: number): boolean {
    return us > entry.us && us - entry.us <= CONTEXT_MS_MAX * 1_000;
  }

  #newestBefore(us: number): Entry | null {
    let newest: Entry | null = null;
    for (const entry of this.#byResidue.values()) if (this.#follows(entry, us)) newest = entry;
    return newest;
  }

  /** Entries are in the order of their time. */
  #forget(): void {
    const keepFromUs = this.#nowUs() - CONTEXT_MS_MAX * 1_000;
    for (const [residue, { us }] of this.#byResidue) {
      if (us >= keepFromUs && this.#byResidue.size < CONTEXTS_MAX) return;
      this.#byResidue.delete(residue);
    }
  }

  #nowUs(): number {
    return Math.floor(this.#monotonicMs() * 1_000);
  }
}
