import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import { constants } from "node:http2";
import { Readable } from "node:stream";
import type { Address } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { UnixMs } from "@wayleave/core/time";
import { WayleaveError } from "@wayleave/core/errors";
import { discardBody } from "./body.ts";
import { endOnlyOnPurpose, markEnd, type EndMark } from "./streamEnd.ts";
import { GuardedBody } from "./guardedBody.ts";
import type { LinkLimits } from "./limits.ts";
import { sendBody } from "./sendBody.ts";
import { watchFor, type StallWatch } from "./stallWatch.ts";
import type { LinkClientReply, LinkClientRequest, LinkIdentity, LinkPeer } from "./types.ts";

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** The client's side of one link. What the device answers is hostile. */
export class ConnectedPeer implements LinkPeer {
  readonly id: Address;
  readonly publicKey: Uint8Array;
  readonly remoteAddress: string;
  readonly connectedAtMs: UnixMs;
  readonly closed: Promise<void>;
  readonly #session: ClientHttp2Session;
  readonly #limits: LinkLimits;
  readonly #log: Logger;
  readonly #watch: StallWatch;
  #inFlight = 0;

  constructor(
    session: ClientHttp2Session,
    options: {
      readonly identity: LinkIdentity;
      readonly connectedAtMs: UnixMs;
      readonly limits: LinkLimits;
      readonly log: Logger;
    },
  ) {
    this.id = options.identity.id;
    this.publicKey = options.identity.publicKey;
    this.remoteAddress = options.identity.remoteAddress;
    this.connectedAtMs = options.connectedAtMs;
    this.#session = session;
    this.#limits = options.limits;
    this.#log = options.log;
    this.#watch = watchFor(options.limits.bodyIdleMs);
    this.closed = new Promise((resolve) => {
      session.once("close", () => {
        this.#watch.close();
        resolve();
      });
    });
  }

  async request(options: LinkClientRequest): Promise<LinkClientReply> {
    try {
      this.#mayRequest(options);
      return await this.#exchange(options);
    } catch (error) {
      // Whoever opened a file for this request must not have to close it.
      if (options.body instanceof Readable) discardBody(options.body);
      throw error;
    }
  }

  close(): void {
    this.#session.destroy();
  }

  /** @throws WayleaveError `link-closed` or `link-busy`, or the signal's reason. */
  #mayRequest({ signal }: LinkClientRequest): void {
    signal?.throwIfAborted();
    if (this.#session.destroyed || this.#session.closed) throw this.#closedError();
    const { streamsMax } = this.#limits;
    const requestsMax = Math.min(streamsMax, this.#session.remoteSettings?.maxConcurrentStreams ?? streamsMax);
    if (this.#inFlight >= requestsMax) throw this.#busyError(requestsMax);
  }

  #exchange(options: LinkClientRequest): Promise<LinkClientReply> {
    const { body, signal } = options;
    const headers: Record<string, string | number> = { ":method": options.method, ":path": options.path };
    if (body instanceof Uint8Array) headers["content-length"] = body.byteLength;
    for (const name in options.headers) headers[name] = options.headers[name]!;
    const empty = body === undefined || (body instanceof Uint8Array && body.byteLength === 0);
    const stream = this.#session.request(headers, { endStream: empty });
    const end = markEnd(stream);
    endOnlyOnPurpose(stream);
    this.#inFlight++;

    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let answered = false;
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const giveUp = (error: unknown): void => {
        settle();
        reject(error as Error);
        stream.close(NGHTTP2_CANCEL);
      };
      const onAbort = (): void => giveUp(signal!.reason);
      const startTimer = (timeoutMs: number): void => {
        timer = setTimeout(() => giveUp(this.#timeoutError(timeoutMs)), timeoutMs);
      };
      stream.on("error", ignore); // "close" follows and is acted upon
      stream.once("close", () => {
        this.#inFlight--;
        if (answered) return;
        settle();
        reject(this.#errorOf(stream));
      });
      stream.once("response", (replyHeaders, flags) => {
        answered = true;
        settle();
        resolve(this.#replyOf(stream, end, replyHeaders, flags, options));
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      if (options.timeoutMs !== undefined) startTimer(options.timeoutMs);
      else if (empty) startTimer(this.#limits.replyTimeoutMs);
      if (empty) return;
      const sent = sendBody(stream, body, { watch: this.#watch, idleMs: this.#limits.bodyIdleMs });
      sent.then(
        () => {
          if (timer === undefined && !answered && !stream.closed) startTimer(this.#limits.replyTimeoutMs);
        },
        // A device that has answered before the body's end has the last word, and its answer outlives the upload.
        (error: unknown) => {
          if (stream.closed) return;
          if (end.arrived) stream.close(NGHTTP2_NO_ERROR);
          else giveUp(error);
        },
      );
    });
  }

  #replyOf(
    stream: ClientHttp2Stream,
    end: EndMark,
    headers: IncomingHttpHeaders & IncomingHttpStatusHeader,
    flags: number,
    options: LinkClientRequest,
  ): LinkClientReply {
    const status = Number(headers[":status"]);
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      stream.resume();
      return { status, headers, body: Readable.from([]) };
    }
    const declared = headers["content-length"];
    const body = new GuardedBody(stream, {
      end,
      watch: this.#watch,
      maxBytes: Number.POSITIVE_INFINITY, // the reader's to bound: it streams, and `readBody` demands a bound
      idleMs: options.bodyIdleMs ?? this.#limits.bodyIdleMs,
      progressBytes: 1,
      declaredBytes: declared === undefined ? undefined : Number(declared),
      readerMustBegin: true,
      onGivenUp: () => {
        stream.close(NGHTTP2_CANCEL);
        stream.destroy();
      },
    });
    return { status, headers, body };
  }

  #errorOf(stream: ClientHttp2Stream): WayleaveError {
    if (stream.rstCode === NGHTTP2_REFUSED_STREAM || stream.rstCode === NGHTTP2_ENHANCE_YOUR_CALM) {
      return this.#busyError(this.#limits.streamsMax);
    }
    return this.#closedError();
  }

  #closedError(): WayleaveError {
    return new WayleaveError("link-closed", "The device's link closed", { peer: this.id }, { retryable: true });
  }

  #busyError(requestsMax: number): WayleaveError {
    const facts = { peer: this.id, requestsMax };
    return new WayleaveError("link-busy", "The device's link is at its limit of requests", facts, { retryable: true });
  }

  #timeoutError(timeoutMs: number): WayleaveError {
    this.#log.debug({ peer: this.id, timeoutMs }, "Give up a request without an answer");
    const facts = { peer: this.id, timeoutMs };
    return new WayleaveError("link-timeout", "The device did not answer in time", facts, { retryable: true });
  }
}

function ignore(): void {}
