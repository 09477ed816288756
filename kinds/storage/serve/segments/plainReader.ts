import type { Readable } from "node:stream";

/** Devices give an upload up that stands still for 20 s, however slow the customer's own line is. */
const SLOW_FILL_MS = 2_000;

/** Reads a body in pieces of the reader's choosing. Copies once, because a chunk's memory may be shared with others. */
export class PlainReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array | undefined;
  #ended = false;

  constructor(body: Readable) {
    this.#chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  /**
   * @param step - a slow body fills fewer bytes, but a multiple of this, so that what follows is not kept waiting.
   * @returns how many bytes of `target` were filled: all, or those until the body's end, or a multiple of `step`.
   * @throws the body's error.
   */
  async fill(target: Uint8Array, step = target.byteLength): Promise<number> {
    const impatientAt = performance.now() + SLOW_FILL_MS;
    let at = 0;
    while (at < target.byteLength && !(await this.atEnd())) {
      const taken = this.#rest!.subarray(0, target.byteLength - at);
      target.set(taken, at);
      at += taken.byteLength;
      this.#rest = this.#rest!.subarray(taken.byteLength);
      if (at > step && at < target.byteLength && performance.now() > impatientAt) {
        const kept = at - (at % step);
        this.#rest = Buffer.concat([target.subarray(kept, at), this.#rest]);
        return kept;
      }
    }
    return at;
  }

  /** Whether the body ended cleanly right here; waits for its next byte. */
  async atEnd(): Promise<boolean> {
    while (!this.#ended && (this.#rest === undefined || this.#rest.byteLength === 0)) {
      const { value, done } = await this.#chunks.next();
      if (done === true) this.#ended = true;
      else this.#rest = value;
    }
    return this.#ended;
  }

  /** Gives the body up. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
