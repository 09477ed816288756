import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { Credentials } from "./credentials.ts";
import type { ObjectStore } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";
import { S3_LIMITS, type S3Limits } from "./s3Limits.ts";
import { errorAnswer, sendAnswer } from "./sendAnswer.ts";
import { breakBody, serveRequest, type Serving } from "./serveRequest.ts";
import { SigningKeys } from "./sigv4/signingKeys.ts";

export interface S3ServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly store: ObjectStore;
  readonly credentials: Credentials;
  /** What clients sign for and are told. `us-east-1`, the default of most clients, is accepted too. */
  readonly region: string;
  /** Domains under which `bucket.domain` names a bucket, without port. Path-style addressing always works. */
  readonly virtualHosts?: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Overrides of {@link S3_LIMITS}. */
  readonly limits?: Partial<S3Limits>;
}

export interface S3Server {
  readonly port: number;
  /** Stops accepting, lets running requests finish for `closeGraceMs`, then cuts them. */
  close(): Promise<void>;
}

/**
 * Serves S3 over plain HTTP/1.1 (TLS, if wanted, ends in front of it).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const limits = { ...S3_LIMITS, ...options.limits };
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    // Node's default of 300 s kills slow uploads. What is bounded instead is a body that makes no progress (idleMs).
    requestTimeout: 0,
    headersTimeout: limits.idleMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(limits.idleMs, 30_000),
    // A body may be waiting for the store for long; see serveRequest's own watch.
    noDelay: true,
  });
  server.timeout = limits.idleMs;
  server.maxConnections = limits.connectionsMax;
  const serving: Serving = {
    store: options.store,
    credentials: options.credentials,
    region: options.region,
    regions: [...new Set([options.region, "us-east-1"])],
    virtualHosts: (options.virtualHosts ?? []).map((domain) => domain.toLowerCase()),
    clock: options.clock,
    log: options.log,
    limits,
    signingKeys: new SigningKeys(),
    nextRequestId: requestIds(),
    running: 0,
    stories: new WeakMap(),
  };
  listenFor(server, serving);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return { port, close: () => closeServer(server, limits.closeGraceMs) };
}

function listenFor(server: Server, serving: Serving): void {
  const serve = (message: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    serveRequest(message, response, expectsContinue, serving).catch((error: unknown) => {
      serving.log.error({ cause: error instanceof Error ? error.stack : String(error) }, "Dropped request");
      response.destroy();
    });
  };
  server.on("request", (message, response) => serve(message, response, false));
  // The client waits for our word before it sends the body: it gets it when an operation wants the first byte.
  server.on("checkContinue", (message, response) => serve(message, response, true));
  server.on("checkExpectation", (message: IncomingMessage, response: ServerResponse) => {
    const requestId = serving.nextRequestId();
    response.setHeader("connection", "close").setHeader("x-amz-request-id", requestId);
    const answer = errorAnswer(new S3Error("ExpectationFailed"), message.method ?? "", "/", requestId);
    sendAnswer(response, answer).catch(() => response.destroy());
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    refuseUnreadable(error, socket, serving);
  });
}

/** What is not HTTP, or too much of it, never becomes a request; it is answered on the bare socket. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex, serving: Serving): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  if (breakBody(socket, serving)) return;
  const refusal =
    error.code === "HPE_HEADER_OVERFLOW"
      ? new S3Error("RequestHeaderSectionTooLarge")
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? new S3Error("RequestTimeout")
        : new S3Error("InvalidRequest", "The request is not well-formed HTTP.");
  const requestId = serving.nextRequestId();
  serving.log.info({ requestId, code: refusal.s3Code, cause: error.code }, "Refused connection");
  const body = String(errorAnswer(refusal, "GET", "/", requestId).body);
  const reason = refusal.status === 431 ? "Request Header Fields Too Large" : "Bad Request";
  socket.end(
    `HTTP/1.1 ${refusal.status} ${reason}\r\nConnection: close\r\nContent-Type: application/xml\r\n` +
      `x-amz-request-id: ${requestId}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Unique over restarts and cheap: a random start and a counter. */
function requestIds(): () => string {
  const start = randomBytes(5).toString("hex").toUpperCase();
  let count = 0;
  return () => `${start}${(count++ % 2 ** 32).toString(16).toUpperCase().padStart(8, "0")}`;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
