import type { Http2Stream } from "node:http2";
import { constants } from "node:http2";
import { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import { bodyAborted, bodyTooLarge } from "./body.ts";
import type { EndMark } from "./streamEnd.ts";
import type { StallWatch, WatchedFlow } from "./stallWatch.ts";

export interface BodyGuard {
  /** Whether all of it has arrived: only END_STREAM ends a body. */
  readonly end: EndMark;
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
 * `idleMs` while somebody reads, and an error unless the peer ended it properly; whatever becomes of the stream after
 * that, a body that arrived is whole. Nothing is taken from the stream before somebody reads, so flow control reaches the
 * peer. Destroying it does not destroy the stream: a reply may still follow.
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
    // Node throws away what arrived on a stream that closes before its first reader, unless it is paused.
    stream.pause();
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
    if (!this.#started) {
      this.#started = true;
      this.#guard.watch.add(this);
      this.#stream.on("data", this.#onData);
      this.#stream.on("end", this.#onEnd);
    }
    this.#stream.resume();
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
    if (!this.#take(chunk) && !this.#done) {
      this.waitsForPeer = false;
      this.#stream.pause();
    }
  };

  readonly #onEnd = (): void => {
    if (this.#done) return;
    if (this.#isWhole()) {
      this.#finish();
      this.push(null);
    } else {
      this.destroy(bodyAborted());
    }
  };

  readonly #onClose = (): void => {
    this.#takeRest();
    this.#onEnd();
  };

  #isWhole(): boolean {
    const { end, declaredBytes } = this.#guard;
    // A Node that gives a body up may say END_STREAM first; the error code after it is what it means.
    if (this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR) return false;
    // It may also drop END_STREAM in favour of an errorless reset; a body of its announced length is whole all the same.
    return declaredBytes === undefined ? end.arrived : declaredBytes === this.movedBytes;
  }

  /** What arrived before a stream's end and waited for our reader is still there when the stream is destroyed. */
  #takeRest(): void {
    this.#stream.off("data", this.#onData);
    for (let chunk: unknown; !this.#done && (chunk = this.#stream.read()) !== null;) this.#take(chunk as Buffer);
  }

  /** @returns whether the reader wants more. */
  #take(chunk: Buffer): boolean {
    if (this.#done) return false;
    this.movedBytes += chunk.byteLength;
    if (this.movedBytes <= this.#guard.maxBytes) return this.push(chunk);
    this.destroy(bodyTooLarge(this.#guard.maxBytes));
    return false;
  }

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
