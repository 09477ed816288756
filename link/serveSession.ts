import type {
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from "node:http2";
import { constants } from "node:http2";
import { Readable } from "node:stream";
import type { Logger } from "@wayleave/core/kind";
import { WayleaveError } from "@wayleave/core/errors";
import { PROBLEM_MEDIA_TYPE, problemOf } from "@wayleave/core/problem";
import { bodyTooLarge, discardBody } from "./body.ts";
import { endOnlyOnPurpose, markEnd } from "./streamEnd.ts";
import { GuardedBody } from "./guardedBody.ts";
import type { LinkLimits } from "./limits.ts";
import { RateLimit } from "./rateLimit.ts";
import type { RouteMatch, RouteTable } from "./routes.ts";
import { sendBody } from "./sendBody.ts";
import { watchFor, type StallWatch } from "./stallWatch.ts";
import type { LinkIdentity, LinkReply, LinkRequest } from "./types.ts";

const { HTTP2_HEADER_STATUS, NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } =
  constants;

/** How soon to look again whether a refused upload's reply has left. Rare: the socket is full at that moment. */
const END_SENT_POLL_MS = 5;

// Without the date header, which costs bytes and tells a peer nothing that it may trust.
const HEADERS_ONLY: ServerStreamResponseOptions = Object.freeze({ endStream: true, sendDate: false });
const HEADERS_THEN_BODY: ServerStreamResponseOptions = Object.freeze({ endStream: false, sendDate: false });

export interface ServeOptions {
  readonly routes: RouteTable;
  readonly peer: LinkIdentity;
  readonly limits: LinkLimits;
  readonly log: Logger;
}

/**
 * Answers the requests of one connection by its routes until it closes. Everything that arrives is hostile: a request
 * that breaks a limit gets an error, a peer that floods loses the connection.
 */
export function serveSession(session: ServerHttp2Session, options: ServeOptions): void {
  const { limits } = options;
  const watch = watchFor(limits.bodyIdleMs);
  const rate = new RateLimit(limits.requestsPerS, limits.requestsBurst, performance.now());
  let running = 0;
  session.once("close", () => watch.close());
  session.on("stream", (stream, headers, flags) => {
    stream.on("error", ignore); // every error closes the stream too, and "close" is what is acted upon
    if (!rate.take(performance.now())) {
      options.log.warn({ peer: options.peer.id }, "Close a link that floods requests");
      session.destroy(new WayleaveError("link-flooded", "The peer floods requests"), NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    if (running >= limits.handlersMax) {
      stream.close(NGHTTP2_REFUSED_STREAM);
      return;
    }
    running++;
    const withoutBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    endOnlyOnPurpose(stream);
    // Node resets a stream nobody reads as soon as its reply is written, which can overtake the reply's END_STREAM.
    if (withoutBody) stream.resume();
    void answer(stream, headers, withoutBody, watch, options).finally(() => running--);
  });
}

/** Never rejects. */
async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  withoutBody: boolean,
  watch: StallWatch,
  options: ServeOptions,
): Promise<void> {
  let body: GuardedBody | undefined;
  try {
    let reply: LinkReply;
    try {
      const request = arrivedRequest(stream, headers, withoutBody, watch, options);
      body = request.guarded;
      reply = await request.match.route.handler(request);
    } catch (error) {
      reply = problemReply(error, options);
    }
    await send(stream, reply, watch, options);
  } catch (error) {
    options.log.debug({ peer: options.peer.id, reason: String(error) }, "Give up a reply");
    stream.close(stream.closed ? NGHTTP2_NO_ERROR : NGHTTP2_CANCEL);
  }
  if (withoutBody || body?.complete === true) return;
  stopUpload(stream);
}

/** @throws WayleaveError for a request that is refused before its handler sees it. */
function arrivedRequest(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  withoutBody: boolean,
  watch: StallWatch,
  { routes, peer, limits }: ServeOptions,
): ArrivedRequest {
  const method = headers[":method"] ?? "";
  const target = headers[":path"] ?? "";
  if (target.length > limits.pathBytesMax)
    throw new WayleaveError("path-invalid", "The path is too long", { field: "path" });
  const queryStart = target.indexOf("?");
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  const match = routes.match(method, path);
  if (withoutBody) {
    return new ArrivedRequest(stream, headers, target, queryStart, match, peer, undefined);
  }
  const { maxBodyBytes } = match.route;
  // nghttp2 has refused what is not a decimal number, and holds the body to it.
  const declared = headers["content-length"];
  const declaredBytes = declared === undefined ? undefined : Number(declared);
  if (declaredBytes !== undefined && declaredBytes > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
  const body = new GuardedBody(stream, {
    end: markEnd(stream, stream.state.remoteClose === 1),
    watch,
    maxBytes: maxBodyBytes,
    idleMs: limits.bodyIdleMs,
    progressBytes: limits.bodyProgressBytes,
    declaredBytes,
  });
  return new ArrivedRequest(stream, headers, target, queryStart, match, peer, body);
}

/** Parts that few handlers look at are made when they do. */
class ArrivedRequest implements LinkRequest {
  readonly headers: IncomingHttpHeaders;
  readonly match: RouteMatch;
  readonly peer: LinkIdentity;
  readonly guarded: GuardedBody | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #target: string;
  readonly #queryStart: number;
  #empty: Readable | undefined;
  #query: URLSearchParams | undefined;
  #abort: AbortController | undefined;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    target: string,
    queryStart: number,
    match: RouteMatch,
    peer: LinkIdentity,
    guarded: GuardedBody | undefined,
  ) {
    this.#stream = stream;
    this.headers = headers;
    this.#target = target;
    this.#queryStart = queryStart;
    this.match = match;
    this.peer = peer;
    this.guarded = guarded;
  }

  get method(): string {
    return this.match.route.method;
  }

  get path(): string {
    return this.#queryStart < 0 ? this.#target : this.#target.slice(0, this.#queryStart);
  }

  get params(): Readonly<Record<string, string>> {
    return this.match.params;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#queryStart < 0 ? "" : this.#target.slice(this.#queryStart));
    return this.#query;
  }

  get body(): Readable {
    return this.guarded ?? (this.#empty ??= Readable.from([]));
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = (this.#abort = new AbortController());
      const look = (): void => {
        if (this.#stream.aborted || this.#stream.rstCode !== NGHTTP2_NO_ERROR) abort.abort();
      };
      if (this.#stream.closed) look();
      else this.#stream.once("close", look);
    }
    return this.#abort.signal;
  }
}

async function send(
  stream: ServerHttp2Stream,
  reply: LinkReply,
  watch: StallWatch,
  options: ServeOptions,
): Promise<void> {
  const { body } = reply;
  if (stream.destroyed || stream.closed) {
    if (body instanceof Readable) discardBody(body);
    return;
  }
  const headers: OutgoingHttpHeaders = { [HTTP2_HEADER_STATUS]: reply.status };
  if (body instanceof Uint8Array) headers["content-length"] = body.byteLength;
  for (const name in reply.headers) headers[name] = reply.headers[name];
  const empty = body === undefined || (body instanceof Uint8Array && body.byteLength === 0);
  try {
    stream.respond(headers, empty ? HEADERS_ONLY : HEADERS_THEN_BODY);
  } catch (error) {
    if (body instanceof Readable) discardBody(body);
    throw error;
  }
  if (!empty) await sendBody(stream, body, { watch, idleMs: options.limits.bodyIdleMs });
}

/** The reply is complete, the rest of the request is of no interest: RFC 9113 §8.1 ends it with NO_ERROR. */
function stopUpload(stream: ServerHttp2Stream): void {
  const stop = (): void => {
    // "finish" may come before END_STREAM is on its way, and a reset would overtake it.
    if (!stream.destroyed && !stream.closed && stream.state.localClose === 0) {
      setTimeout(stop, END_SENT_POLL_MS).unref();
      return;
    }
    stream.close(NGHTTP2_NO_ERROR);
    stream.destroy();
  };
  if (stream.destroyed || stream.writableFinished) stop();
  else stream.once("finish", stop);
}

function problemReply(error: unknown, { log, peer }: ServeOptions): LinkReply {
  const { status, body } = problemOf(error);
  if (status === 500) {
    log.warn(
      { peer: peer.id, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      "Fail a request",
    );
  }
  return { status, headers: { "content-type": PROBLEM_MEDIA_TYPE }, body: Buffer.from(JSON.stringify(body)) };
}

function ignore(): void {}
