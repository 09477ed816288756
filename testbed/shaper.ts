import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { Transform, pipeline } from "node:stream";

/** A home's way to the Internet, as a TCP connection feels it. */
export interface LineShape {
  /** Added to every exchange, half of it each way. */
  readonly roundTripMs: number;
  /** From whoever connects to the target: a device's uplink. */
  readonly upBitsPerS: number;
  readonly downBitsPerS: number;
}

export interface ShaperOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly shape: LineShape;
  /** Source address towards the target, so that it still sees whose connection it is. */
  readonly localAddress?: string;
}

export interface Shaper {
  readonly port: number;
  close(): Promise<void>;
}

/** What may be under way in the line beyond one round trip's worth: the queue of a home router. */
const QUEUE_BYTES = 256 * 1024;
/** Data leaves in portions of so much time: finer ones would cost more than they show. */
const PORTION_MS = 2;

/**
 * Forwards TCP connections over a slow line: delays and paces bytes in user space, because kernel shaping (`tc`) is
 * absent from most containers. Nothing is lost or reordered. Listens on loopback, on a port of its own.
 */
export async function startShaper({ target, shape, localAddress }: ShaperOptions): Promise<Shaper> {
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    const from = localAddress === undefined ? {} : { localAddress };
    const far = connect({ ...target, ...from, allowHalfOpen: true });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    }
    const oneWayMs = shape.roundTripMs / 2;
    // A side that breaks takes the other with it.
    pipeline(near, new Line(oneWayMs, shape.upBitsPerS), far, ignore);
    pipeline(far, new Line(oneWayMs, shape.downBitsPerS), near, ignore);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** One direction: bytes leave at the line's rate and arrive `delayMs` after that. */
class Line extends Transform {
  readonly #delayMs: number;
  readonly #bytesPerMs: number;
  readonly #underWay: { readonly atMs: number; readonly bytes: Buffer }[] = [];
  #freeAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #held = 0;
  #waiting: (() => void) | undefined;
  #ending: (() => void) | undefined;

  constructor(delayMs: number, bitsPerS: number) {
    super({ highWaterMark: QUEUE_BYTES });
    this.#delayMs = delayMs;
    this.#bytesPerMs = bitsPerS / 8_000;
  }

  override _transform(chunk: Buffer, _encoding: string, taken: () => void): void {
    const portionBytes = Math.max(1_500, Math.ceil(this.#bytesPerMs * PORTION_MS));
    const now = performance.now();
    for (let at = 0; at < chunk.byteLength; at += portionBytes) {
      const bytes = chunk.subarray(at, at + portionBytes);
      this.#freeAtMs = Math.max(this.#freeAtMs, now) + bytes.byteLength / this.#bytesPerMs;
      this.#underWay.push({ atMs: this.#freeAtMs + this.#delayMs, bytes });
      this.#held += bytes.byteLength;
    }
    this.#arm();
    if (this.#held < this.#mayHold) taken();
    else this.#waiting = taken;
  }

  override _flush(done: () => void): void {
    if (this.#underWay.length === 0) done();
    else this.#ending = done;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    callback(error);
  }

  get #mayHold(): number {
    return QUEUE_BYTES + this.#bytesPerMs * this.#delayMs;
  }

  #arm(): void {
    const next = this.#underWay[0];
    if (next === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#arrive, Math.max(0, next.atMs - performance.now()));
  }

  readonly #arrive = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    let count = 0;
    while (count < this.#underWay.length && this.#underWay[count]!.atMs <= now) {
      const { bytes } = this.#underWay[count++]!;
      this.#held -= bytes.byteLength;
      this.push(bytes);
    }
    this.#underWay.splice(0, count);
    if (this.#waiting !== undefined && this.#held < this.#mayHold) {
      const taken = this.#waiting;
      this.#waiting = undefined;
      taken();
    }
    if (this.#underWay.length === 0) this.#ending?.();
    this.#arm();
  };
}

function ignore(): void {}
