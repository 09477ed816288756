/** MQTT's PUBACK: sent once for every event a customer gets at QoS 1, so it is no sign of flooding. */
const PUBACK = 4;
/** One byte of type and at most four of length. */
const HEADER_BYTES_MAX = 5;

export type PacketFault = "packet-too-large" | "packet-rate" | "packet-malformed";

export interface PacketLimits {
  readonly packetBytesMax: number;
  /** Sustained; PUBACK does not count. */
  readonly packetsPerS: number;
  readonly packetsBurst: number;
}

/**
 * Reads the frame headers of one client's MQTT stream, ahead of the broker's parser: that one would gather up to 256 MB
 * of a packet before it looked at it. Hostile bytes in any pieces.
 * @see MQTT 3.1.1 §2.2: fixed header.
 */
export class PacketGuard {
  readonly #limits: PacketLimits;
  readonly #monotonicMs: () => number;
  readonly #header: number[] = [];
  /** Of the current packet's rest. */
  #skip = 0;
  #tokens: number;
  #refilledMs: number;

  constructor(limits: PacketLimits, monotonicMs: () => number) {
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
    this.#tokens = limits.packetsBurst;
    this.#refilledMs = monotonicMs();
  }

  /** @returns the first fault; the connection is to be closed then. */
  admit(chunk: Uint8Array): PacketFault | null {
    for (let at = 0; at < chunk.length;) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++]!;
      this.#header.push(byte);
      if (this.#header.length === 1 || (byte & 0x80) !== 0) {
        if (this.#header.length >= HEADER_BYTES_MAX) return "packet-malformed";
        continue;
      }
      const type = this.#header[0]! >> 4;
      const size = this.#header.slice(1).reduce((sum, part, i) => sum + (part & 0x7f) * 128 ** i, 0);
      if (size > this.#limits.packetBytesMax) return "packet-too-large";
      if (type !== PUBACK && !this.#takeToken()) return "packet-rate";
      this.#header.length = 0;
      this.#skip = size;
    }
    return null;
  }

  #takeToken(): boolean {
    const nowMs = this.#monotonicMs();
    const refill = ((nowMs - this.#refilledMs) / 1_000) * this.#limits.packetsPerS;
    this.#tokens = Math.min(this.#limits.packetsBurst, this.#tokens + refill);
    this.#refilledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
