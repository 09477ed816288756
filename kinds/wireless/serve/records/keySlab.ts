export const KEY_BYTES = 16;
/** Small enough that one key that lives on does not keep much; large enough that the buffer's own cost is shared. */
const KEYS_PER_SLAB = 64;

/** Keeps many keys as views of few buffers: a key of its own costs three times the memory. */
export class KeySlab {
  #slab = new ArrayBuffer(0);
  #used = 0;

  /** @returns a copy of these 16 bytes, which shares its buffer with other keys. */
  keep(key: Uint8Array): Uint8Array {
    if (key.byteLength !== KEY_BYTES) throw new RangeError("a key has 16 bytes");
    if (this.#used === this.#slab.byteLength) {
      this.#slab = new ArrayBuffer(KEYS_PER_SLAB * KEY_BYTES);
      this.#used = 0;
    }
    const kept = new Uint8Array(this.#slab, this.#used, KEY_BYTES);
    kept.set(key);
    this.#used += KEY_BYTES;
    return kept;
  }
}
