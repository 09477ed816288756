import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { planBody } from "./body/bodyPlan.ts";
import { readWhole, RequestBody } from "./body/requestBody.ts";
import type { Answer, Call, Operation } from "./call.ts";
import type { AccessKey, Credentials } from "./credentials.ts";
import type { Account, ObjectStore } from "./objectStore.ts";
import { parseCopySource } from "./operations/objects.ts";
import { routeRequest } from "./routeRequest.ts";
import { loggableFailure, S3Error, toS3Error } from "./s3Error.ts";
import type { S3Limits } from "./s3Limits.ts";
import { parseS3Request, type S3Request } from "./s3Request.ts";
import { errorAnswer, sendAnswer } from "./sendAnswer.ts";
import { authenticate, type Authenticated } from "./sigv4/authenticate.ts";
import type { SigningKeys } from "./sigv4/signingKeys.ts";
import { parseXml } from "./xml.ts";

/** What all requests of one server share. */
export interface Serving {
  readonly store: ObjectStore;
  readonly credentials: Credentials;
  readonly region: string;
  readonly regions: readonly string[];
  readonly virtualHosts: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: S3Limits;
  readonly signingKeys: SigningKeys;
  readonly nextRequestId: () => string;
  /** Requests in progress. */
  running: number;
  /** The request each busy connection is in the middle of. */
  readonly stories: WeakMap<object, Story>;
}

/** One request's story, for the log line at its end. Never headers or the query: they carry signatures. */
export interface Story {
  readonly requestId: string;
  readonly startedMs: number;
  /** Set when the connection broke inside the request's body. */
  broken?: S3Error;
  operation?: string;
  bucket?: string;
  customerId?: string;
  body?: RequestBody;
}

/** One request on its way. */
interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly serving: Serving;
  readonly story: Story;
  /** False while the client waits for our `100 Continue`. */
  continued: boolean;
}

/** Serves one request from first byte to last: parse, authenticate, admit, run, answer, log. */
export async function serveRequest(
  message: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
  serving: Serving,
): Promise<void> {
  const story: Story = { requestId: serving.nextRequestId(), startedMs: serving.clock.monotonicMs() };
  const exchange: Exchange = { message, response, serving, story, continued: !expectsContinue };
  response.setHeader("x-amz-request-id", story.requestId);
  watchIdleness(exchange);
  serving.running++;
  serving.stories.set(message.socket, story);
  let failure: S3Error | undefined;
  let sentBytes = 0;
  try {
    const explain = (error: unknown): Answer => {
      failure = toS3Error(error);
      return errorAnswer(failure, message.method ?? "", pathOf(message), story.requestId);
    };
    const answer = await run(exchange).catch(explain);
    // Node closes by itself after an answer that was not preceded by the 100 its client waited for.
    if (story.broken !== undefined) response.setHeader("connection", "close");
    sentBytes = await sendAnswer(response, answer).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) throw error;
      return sendAnswer(response, explain(error));
    });
  } catch (error) {
    // The answer itself failed midway: the connection is cut already.
    failure = toS3Error(error);
  } finally {
    serving.running--;
    if (serving.stories.get(message.socket) === story) serving.stories.delete(message.socket);
    lingerFor(message, response, serving.limits.lingerMs);
    log(exchange, failure, sentBytes);
  }
}

async function run(exchange: Exchange): Promise<Answer> {
  const { message, serving, story } = exchange;
  const { limits, store, region } = serving;
  if (serving.running > limits.requestsMax) throw new S3Error("SlowDown");
  const request = parseS3Request(message, serving.virtualHosts);
  if (request.bucket !== undefined) story.bucket = request.bucket;
  const nowMs = serving.clock.now();
  const { signingKeys, credentials, regions } = serving;
  const options = { credentials, signingKeys, regions, clockSkewMs: limits.clockSkewMs };
  const authenticated = await authenticate(request, nowMs, options);
  const { customerId } = authenticated.accessKey;
  story.customerId = customerId;
  const operation = routeRequest(request);
  story.operation = operation.name;
  checkKeyLimits(authenticated.accessKey, operation, request);
  await admit(serving, authenticated, operation, request);
  const open = (sizeBytesMax: number) => openBody(exchange, request, authenticated, sizeBytesMax);
  const call: Call = {
    request,
    account: accountOf(authenticated.accessKey),
    store,
    region,
    limits,
    nowMs,
    openBody: () => open(limits.uploadBytesMax),
    async readXml(root) {
      if (!hasBody(request)) return undefined;
      const bytes = await open(limits.xmlBodyBytesMax).then(readWhole).catch(tooLong);
      return bytes.byteLength === 0 ? undefined : parseXml(bytes, root);
    },
  };
  return operation.run(call);
}

/** A document beyond its limit has another error than an object. */
function tooLong(error: unknown): never {
  if (error instanceof S3Error && error.s3Code === "EntityTooLarge") throw new S3Error("MaxMessageLengthExceeded");
  throw error;
}

function hasBody(request: S3Request): boolean {
  const length = request.headers.get("content-length");
  return request.headers.has("transfer-encoding") || (length !== undefined && length !== "0");
}

async function openBody(
  exchange: Exchange,
  request: S3Request,
  { payloadHash, chain }: Authenticated,
  sizeBytesMax: number,
): Promise<RequestBody> {
  const { message, response, serving, story } = exchange;
  const plan = planBody(request, payloadHash, sizeBytesMax);
  const onStart = () => {
    if (!exchange.continued) response.writeContinue();
    exchange.continued = true;
  };
  const body = await RequestBody.open(message, { plan, chain, sizeBytesMax, clock: serving.clock, onStart });
  if (story.broken !== undefined) throw story.broken;
  story.body = body;
  return body;
}

/**
 * The connection broke inside a request's body (it ended too early, or its framing is wrong).
 *
 * @returns false when no request was under way on this connection: there is nobody to answer through.
 */
export function breakBody(socket: object, serving: Serving): boolean {
  const story = serving.stories.get(socket);
  if (story === undefined) return false;
  story.broken = new S3Error("IncompleteBody");
  story.body?.destroy(story.broken);
  return true;
}

function checkKeyLimits(accessKey: AccessKey, operation: Operation, request: S3Request): void {
  const { limits, customerId } = accessKey;
  const expectedOwner = request.headers.get("x-amz-expected-bucket-owner");
  if (expectedOwner !== undefined && expectedOwner !== customerId) throw new S3Error("AccessDenied");
  if (limits?.readOnly === true && operation.kind === "write")
    throw new S3Error("AccessDenied", "This access key may only read.");
  if (limits?.buckets === undefined) return;
  const named = request.headers.has("x-amz-copy-source")
    ? [request.bucket, parseCopySource(request).bucket]
    : [request.bucket];
  // Listing the customer's buckets names none and is refused too: it tells more than the key is for.
  if (named.some((bucket) => bucket === undefined || !limits.buckets!.includes(bucket)))
    throw new S3Error("AccessDenied", "This access key is for other buckets.");
}

function accountOf({ customerId, limits }: AccessKey): Account {
  const storageBytesMax = limits?.storageBytesMax;
  return { customerId, ...(storageBytesMax === undefined ? {} : { storageBytesMax }) };
}

async function admit(
  serving: Serving,
  { accessKeyId, accessKey }: Authenticated,
  operation: Operation,
  request: S3Request,
): Promise<void> {
  const length = request.headers.get("x-amz-decoded-content-length") ?? request.headers.get("content-length") ?? "0";
  const uploadBytes = /^\d{1,15}$/.test(length) ? Number(length) : 0;
  const cost = { accessKeyId, operation: operation.name, kind: operation.kind, uploadBytes };
  if (!(await serving.credentials.admit(accessKey.customerId, cost))) throw new S3Error("SlowDown");
}

/**
 * Gives up a request whose client makes no progress for `idleMs`. A socket that is silent because the store is still at
 * work is left alone.
 */
function watchIdleness({ message, response, story, serving }: Exchange): void {
  response.on("timeout", () => {
    const { idleMs } = serving.limits;
    const waitedMs = story.body?.waitedMs();
    if (waitedMs !== undefined && waitedMs >= idleMs) story.body?.destroy(new S3Error("RequestTimeout"));
    else if (response.writableNeedDrain || response.writableEnded) response.destroy();
    // Rounded up: a timer may fire a fraction early and would then spin.
    else message.socket.setTimeout(Math.ceil(idleMs - (waitedMs ?? 0)) + 1);
  });
}

/**
 * After an answer that did not wait for the whole body: the client may go on sending for a while, so that it gets to
 * read the answer (closing at once would reset the connection under it); then the connection is cut.
 */
function lingerFor(message: IncomingMessage, response: ServerResponse, lingerMs: number): void {
  if (message.complete || message.destroyed) return;
  message.resume();
  const cut = setTimeout(() => response.socket?.destroy() ?? message.socket.destroy(), lingerMs);
  cut.unref();
  const stop = () => clearTimeout(cut);
  message.once("end", stop);
  message.once("close", stop);
}

function log(exchange: Exchange, failure: S3Error | undefined, sentBytes: number): void {
  const { message, response, serving, story } = exchange;
  const fields = {
    requestId: story.requestId,
    method: message.method,
    operation: story.operation,
    bucket: story.bucket,
    customerId: story.customerId,
    status: response.statusCode,
    sentBytes,
    durationMs: Math.round(serving.clock.monotonicMs() - story.startedMs),
    ...(failure === undefined ? {} : loggableFailure(failure)),
  };
  if (failure === undefined) serving.log.debug(fields, "Served request");
  else if (failure.s3Code === "InternalError") serving.log.error(fields, "Failed request");
  else serving.log.info(fields, "Refused request");
}

/** The path without its query, for the error document. */
function pathOf(message: IncomingMessage): string {
  return (message.url ?? "/").replace(/\?.*$/s, "").slice(0, 2048);
}
