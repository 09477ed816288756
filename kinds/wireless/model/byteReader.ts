/** Goes through hostile bytes once; beyond the end it marks itself failed and yields zeros, so that callers check once. */
export class ByteReader {
  at = 0;
  failed = false;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.at === this.#bytes.byteLength;
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return start < 0 ? new Uint8Array(length) : this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    const start = this.#advance(1);
    return start < 0 ? 0 : this.#view.getUint8(start);
  }

  uint16(): number {
    const start = this.#advance(2);
    return start < 0 ? 0 : this.#view.getUint16(start);
  }

  int16(): number {
    const start = this.#advance(2);
    return start < 0 ? 0 : this.#view.getInt16(start);
  }

  uint32(): number {
    const start = this.#advance(4);
    return start < 0 ? 0 : this.#view.getUint32(start);
  }

  /** Eight bytes that a number holds exactly; more is a failure. */
  safeUint64(): number {
    const start = this.#advance(8);
    const value = start < 0 ? 0n : this.#view.getBigUint64(start);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.failed = true;
    return this.failed ? 0 : Number(value);
  }

  /** Where the next `length` bytes begin; −1 once there are not as many. */
  #advance(length: number): number {
    if (this.at + length > this.#bytes.byteLength) this.failed = true;
    if (this.failed) return -1;
    this.at += length;
    return this.at - length;
  }
}
