import { assert } from "@wayleave/core/errors";

/** Deliveries of one agent process that can be told apart: a thousand a second for thirty years. */
const SEQUENCES = 2 ** 40;
/** Agent processes remembered; older ones have nothing left that could be bought. */
const BOOTS_MAX = 4_096;

/** What an agent delivered, by one number: its process (boot) and its own sequence within that. */
export class BootNumbers {
  readonly #ordinals = new Map<string, number>();
  readonly #boots = new Map<number, string>();
  #next = 0;

  number(bootId: string, sequence: number): number {
    assert(sequence >= 0 && sequence < SEQUENCES, "a sequence is below 2^40");
    let ordinal = this.#ordinals.get(bootId);
    if (ordinal === undefined) {
      ordinal = this.#next;
      this.#next = (this.#next + 1) % BOOTS_MAX;
      const forgotten = this.#boots.get(ordinal);
      if (forgotten !== undefined) this.#ordinals.delete(forgotten);
      this.#ordinals.set(bootId, ordinal);
      this.#boots.set(ordinal, bootId);
    }
    return ordinal * SEQUENCES + sequence;
  }

  /** Null when the boot is forgotten. */
  parse(number: number): { readonly bootId: string; readonly sequence: number } | null {
    const bootId = this.#boots.get(Math.floor(number / SEQUENCES));
    return bootId === undefined ? null : { bootId, sequence: number % SEQUENCES };
  }
}
