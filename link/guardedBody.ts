import type { Http2Stream } from "node:http2";
import { constants } from "node:http2";
import { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import { bodyAborted, bodyTooLarge } from "./body.ts";
import type { StallWatch, WatchedFlow } from "./stallWatch.ts";

export interface BodyGuard {
  readonly watch: StallWatch;
  readonly maxBytes: number;
  readonly idleMs: number;
  readonly progressBytes: number;
  /** What the peer announced; a body of another length is an error. */
  readonly declaredBytes?: number | undefined;
  /** Whether the reader must begin within `idleMs` too, because an unread body holds a request's place. */
  readonly readerMustBegin?: boolean;
  /** The body failed or its reader gave it up before its end. */
  readonly onGivenUp?: () => void;
}

/**
 * The bytes a peer sends on one HTTP/2 stream, behind limits: at most `maxBytes`, never stalled for longer than
 * `idleMs` while somebody reads, and an error unless the peer ended it properly. Nothing is taken from the stream before
 * somebody reads, so flow control reaches the peer. Destroying it does not destroy the stream: a reply may still follow.
 */
export class GuardedBody extends Readable implements WatchedFlow {
  readonly idleMs: number;
  readonly progressBytes: number;
  movedBytes = 0;
  waitsForPeer = false;
  readonly #stream: Http2Stream;
  readonly #guard: BodyGuard;
  #started = false;
  #done = false;

  constructor(stream: Http2Stream, guard: BodyGuard) {
    // 64 KiB is four TLS records: enough to keep the producer busy while the consumer takes one turn.
    super({ highWaterMark: 65_536, autoDestroy: true });
    this.#stream = stream;
    this.#guard = guard;
    this.idleMs = guard.idleMs;
    this.progressBytes = guard.progressBytes;
    // A body nobody reads may fail without anybody having asked: that must not end the process.
    this.on("error", ignore);
    stream.on("close", this.#onClose);
    if (guard.readerMustBegin !== true) return;
    this.waitsForPeer = true;
    guard.watch.add(this);
  }

  /** Whether the peer has sent all of it and it was within the limits. */
  get complete(): boolean {
    return this.#done && !this.errored;
  }

  override _read(): void {
    if (this.#done) return;
    this.waitsForPeer = true;
    if (this.#started) {
      this.#stream.resume();
      return;
    }
    this.#started = true;
    this.#guard.watch.add(this);
    this.#stream.on("data", this.#onData);
    this.#stream.on("end", this.#onEnd);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const givenUp = !this.#done;
    this.#finish();
    if (givenUp) {
      this.#stream.pause();
      this.#guard.onGivenUp?.();
    }
    callback(error);
  }

  stalled(): void {
    this.destroy(new WayleaveError("body-too-slow", "The body stopped moving", { field: "body", idleMs: this.idleMs }));
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#done) return;
    this.movedBytes += chunk.byteLength;
    if (this.movedBytes > this.#guard.maxBytes) {
      this.destroy(bodyTooLarge(this.#guard.maxBytes));
    } else if (!this.push(chunk)) {
      this.waitsForPeer = false;
      this.#stream.pause();
    }
  };

  readonly #onEnd = (): void => {
    if (this.#done) return;
    // Node also "ends" a stream that was reset or whose connection is gone; only END_STREAM ends a body.
    if (this.#stream.destroyed || this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR) return this.#onClose();
    const declared = this.#guard.declaredBytes;
    if (declared !== undefined && declared !== this.movedBytes) return this.#onClose();
    this.#finish();
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (this.#done) return;
    this.destroy(bodyAborted());
  };

  #finish(): void {
    this.#done = true;
    this.waitsForPeer = false;
    this.#guard.watch.delete(this);
    this.#stream.off("data", this.#onData);
    this.#stream.off("end", this.#onEnd);
    this.#stream.off("close", this.#onClose);
  }
}

function ignore(): void {}
