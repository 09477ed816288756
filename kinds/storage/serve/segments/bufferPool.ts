/** Below this a fresh buffer costs less than the bookkeeping. */
const POOLED_MIN_BYTES = 64 << 10;
/** Idle buffers kept: the windows of five readers. */
const IDLE_BYTES_MAX = 32 << 20;

/**
 * Memory for bytes that arrive and are soon copied on. Freed buffers of half a MiB reach the allocator only when the
 * garbage collector gets to them, by when many more were allocated: reuse keeps a large read's memory flat.
 */
export class BufferPool {
  readonly #idle = new Map<number, Buffer[]>();
  #idleBytes = 0;

  take(bytes: number): Buffer {
    const found = this.#idle.get(bytes)?.pop();
    if (found === undefined) return Buffer.allocUnsafeSlow(bytes);
    this.#idleBytes -= bytes;
    return found;
  }

  /** @param buffer - that nobody reads or writes any more. */
  give(buffer: Buffer): void {
    const bytes = buffer.byteLength;
    if (bytes < POOLED_MIN_BYTES || bytes + this.#idleBytes > IDLE_BYTES_MAX) return;
    const sameSize = this.#idle.get(bytes) ?? [];
    this.#idle.set(bytes, sameSize);
    sameSize.push(buffer);
    this.#idleBytes += bytes;
  }
}
