import { equalBytes } from "@wayleave/core/bytes";

/** Packets remembered of one gateway: what a datagram that the network doubled could bring again. */
const REMEMBERED = 32;

/** Tells a packet that came twice, with the same bytes and counter, as UDP may deliver it, from a frame sent again. */
export class RecentPackets {
  readonly #counters = new Float64Array(REMEMBERED).fill(-1);
  readonly #payloads = new Array<Uint8Array>(REMEMBERED);
  #next = 0;

  /** @param counter - 4 bytes. */
  repeats(counter: Uint8Array, payload: Uint8Array): boolean {
    const [a, b, c, d] = counter as unknown as [number, number, number, number];
    const value = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    for (let i = 0; i < REMEMBERED; i++) {
      if (this.#counters[i] === value && equalBytes(this.#payloads[i]!, payload)) return true;
    }
    this.#counters[this.#next] = value;
    this.#payloads[this.#next] = payload;
    this.#next = (this.#next + 1) % REMEMBERED;
    return false;
  }
}
