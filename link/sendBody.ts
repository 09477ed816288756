import { constants, type Http2Stream } from "node:http2";
import { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import type { StallWatch, WatchedFlow } from "./stallWatch.ts";

/** One write is at most this long, so that progress of a large body can be seen and a stalled one given up. */
const SLICE_BYTES = 1 << 20;

/** Bodies up to here are one write that the kernel's and the stream's windows take at once. */
const SMALL_BODY_BYTES = 65_536;

export interface SendGuard {
  readonly watch: StallWatch;
  readonly idleMs: number;
}

/**
 * Writes a body to a stream and ends it, waiting whenever the peer does not take more.
 * @throws WayleaveError `body-too-slow` when the peer stopped taking bytes; the source's or the stream's error otherwise.
 */
export function sendBody(stream: Http2Stream, body: Uint8Array | Readable, guard: SendGuard): Promise<void> {
  if (body instanceof Readable) return new SourceFlow(stream, body, guard).done;
  if (body.byteLength > SMALL_BODY_BYTES) return new BytesFlow(stream, body, guard).done;
  stream.end(body);
  return Promise.resolve();
}

abstract class Flow implements WatchedFlow {
  readonly done: Promise<void>;
  readonly idleMs: number;
  readonly progressBytes = 1;
  movedBytes = 0;
  waitsForPeer = true;
  protected readonly stream: Http2Stream;
  readonly #watch: StallWatch;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  protected constructor(stream: Http2Stream, guard: SendGuard) {
    this.stream = stream;
    this.idleMs = guard.idleMs;
    this.#watch = guard.watch;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    stream.once("close", this.#onClose);
    guard.watch.add(this);
  }

  stalled(): void {
    this.fail(new WayleaveError("body-too-slow", "The peer stopped taking the body", { idleMs: this.idleMs }));
  }

  protected finish(): void {
    this.#leave();
    this.#resolve();
  }

  protected fail(error: unknown): void {
    this.#leave();
    this.#reject(error);
  }

  protected leaving(): void {}

  readonly #onClose = (): void => {
    // nghttp2 may close a stream whose last byte is sent before Node calls back for that byte.
    if (!this.stream.aborted && this.stream.writableEnded && this.stream.rstCode === constants.NGHTTP2_NO_ERROR) {
      return this.finish();
    }
    this.fail(new WayleaveError("body-aborted", "The peer gave the exchange up before the body's end"));
  };

  #leave(): void {
    this.#watch.delete(this);
    this.stream.off("close", this.#onClose);
    this.leaving();
  }
}

class BytesFlow extends Flow {
  readonly #bytes: Uint8Array;

  constructor(stream: Http2Stream, bytes: Uint8Array, guard: SendGuard) {
    super(stream, guard);
    this.#bytes = bytes;
    this.#next();
  }

  readonly #next = (error?: Error | null): void => {
    if (error) return; // "close" follows and says so
    if (this.movedBytes >= this.#bytes.byteLength) return this.finish();
    const slice = this.#bytes.subarray(this.movedBytes, this.movedBytes + SLICE_BYTES);
    const last = this.movedBytes + slice.byteLength >= this.#bytes.byteLength;
    const written = (failure?: Error | null): void => {
      if (!failure) this.movedBytes += slice.byteLength;
      this.#next(failure);
    };
    if (last) this.stream.end(slice, () => written());
    else this.stream.write(slice, written);
  };
}

class SourceFlow extends Flow {
  readonly #source: Readable;

  constructor(stream: Http2Stream, source: Readable, guard: SendGuard) {
    super(stream, guard);
    this.waitsForPeer = false;
    this.#source = source;
    source.on("data", this.#onData);
    source.once("end", this.#onEnd);
    source.once("error", this.#onError);
    source.once("close", this.#onSourceClose);
    stream.on("drain", this.#onDrain);
    if (source.errored) this.fail(source.errored);
    else if (source.destroyed && !source.readableEnded) this.#onSourceClose();
  }

  protected override leaving(): void {
    this.#source.off("data", this.#onData);
    this.#source.off("end", this.#onEnd);
    this.#source.off("close", this.#onSourceClose);
    this.stream.off("drain", this.#onDrain);
    // Whoever opened a file for us must not keep it open when the peer has gone.
    if (!this.#source.readableEnded) this.#source.destroy();
  }

  readonly #onData = (chunk: Uint8Array | string): void => {
    this.movedBytes += chunk.length;
    if (this.stream.write(chunk)) return;
    this.#source.pause();
    this.waitsForPeer = true;
  };

  readonly #onDrain = (): void => {
    this.waitsForPeer = false;
    this.#source.resume();
  };

  readonly #onEnd = (): void => {
    this.waitsForPeer = true;
    this.stream.end(() => this.finish());
  };

  readonly #onError = (error: unknown): void => this.fail(error);

  readonly #onSourceClose = (): void => {
    if (!this.#source.readableEnded) this.fail(new WayleaveError("body-aborted", "The body's source closed early"));
  };
}
