import { Readable } from "node:stream";
import { createHash, timingSafeEqual } from "node:crypto";
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { z } from "zod";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { Network } from "@wayleave/core/network";
import { WayleaveError } from "@wayleave/core/errors";
import { toJson } from "@wayleave/core/messages";
import { PROBLEM_MEDIA_TYPE, problemOf } from "@wayleave/core/problem";
import { accountRoutes, operatorRoutes } from "./accountRoutes.ts";
import { hasScope } from "./apiKeys.ts";
import { type ApiRoute, apiRoute, type Principal } from "./apiRoute.ts";
import { boundedCache } from "./boundedCache.ts";
import { prefixOf } from "./deviceDirectory.ts";
import { openApiDocument } from "./openApi.ts";
import type { Reconciliation } from "./reconcile.ts";
import type { ServiceLayer } from "./serviceLayer.ts";
import { type TokenBucket, tokenBucket } from "./tokenBucket.ts";

const ADMIN_KEY = /^[\x21-\x7e]{32,512}$/;
/** The largest request is a new key with its limits. Kinds that take more serve it elsewhere (S3 has its own port). */
const BODY_BYTES_MAX = 65_536;
/** A line of the bill: its day, kind, act and subject in base64url. */
const PARAM_CHARS_MAX = 1_024;
/** From the first byte to the last of a request: slow ones hold a connection, not a thread. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Of one IPv4 address or IPv6 /48: a person's programs and the console together stay far below. */
const REQUESTS_PER_ADDRESS = { ratePerS: 200, burst: 1_000 };
/** A wrong key costs as much as this many requests: ten guesses a second, of 2²⁵⁶. */
const WRONG_KEY_COST = 20;
const ADDRESSES_MAX = 20_000;

export interface HttpApiOptions {
  /** The operator's own key: 32 to 512 printable characters without spaces. */
  readonly adminKey: string;
  readonly softwareVersion: string;
}

export interface HttpApiDeps {
  readonly layer: ServiceLayer;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Logger;
  /** What `GET /v1/status` shows. Public. */
  readonly status: () => Promise<object>;
  /** Compares the books with the chain, for the operator. */
  readonly reconcile: () => Promise<Reconciliation>;
  /** Operations of the kinds, documented and guarded like ours. */
  readonly routes?: readonly ApiRoute[];
  /** Anything else: the console's files. Served without authentication unless it asks for it itself. */
  readonly plugins?: readonly FastifyPluginAsync[];
}

/**
 * The front's HTTP API, not yet listening. Everything that arrives is hostile; failures leave as RFC 9457 problems.
 * There are no cookies, so a browser of any origin may call it: what it can do is what its key can do.
 */
export async function httpApi(options: HttpApiOptions, deps: HttpApiDeps): Promise<FastifyInstance> {
  if (!ADMIN_KEY.test(options.adminKey)) throw new RangeError("an admin key is 32 to 512 printable characters");
  const app = fastify({
    ...{ bodyLimit: BODY_BYTES_MAX, requestTimeout: REQUEST_TIMEOUT_MS, logger: false },
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
  });
  const guard = addressGuard(deps.clock);
  const authenticate = authenticator(options.adminKey, deps.layer, guard);
  guardAll(app, guard, deps.log);
  const routes = [
    ...publicRoutes(deps),
    ...accountRoutes(deps.layer, deps.clock),
    ...operatorRoutes(deps.layer),
    apiRoute({
      ...{ method: "GET", path: "/v1/reconciliation", summary: "Whether the books agree", for: "operator" },
      handle: () => deps.reconcile(),
    }),
    ...(deps.routes ?? []),
  ];
  const document = toJson(openApiDocument(routes, options.softwareVersion));
  app.get("/openapi.json", async (_, reply) => reply.type("application/json").send(document));
  for (const route of routes) serve(app, route, authenticate, deps.layer);
  for (const plugin of deps.plugins ?? []) await app.register(plugin);
  return app;
}

function publicRoutes({ network, status }: HttpApiDeps): readonly ApiRoute[] {
  const networkAt = (path: string) =>
    apiRoute({
      ...{ method: "GET", path, summary: "What a program must know to take part in this network", for: "public" },
      handle: async () => network,
    });
  return [
    networkAt("/network"),
    networkAt("/v1/network"),
    apiRoute({
      ...{ method: "GET", path: "/v1/status", summary: "How this front is doing", for: "public" },
      handle: () => status(),
    }),
  ];
}

function serve(
  app: FastifyInstance,
  route: ApiRoute,
  authenticate: (request: FastifyRequest) => Promise<Principal>,
  { customers }: ServiceLayer,
): void {
  app.route({
    method: route.method,
    url: route.path,
    ...(route.bodyBytesMax === undefined ? {} : { bodyLimit: route.bodyBytesMax }),
    async handler(request, reply) {
      const principal: Principal = route.for === "public" ? { role: "public" } : await authenticate(request);
      const customer = customerFor(route, principal);
      // For the balance of this moment. Not admitted, though: an empty balance or a suspension must not hide the bill.
      if (customer !== "") await customers.load(customer);
      const outcome = await route.handle({
        ...{ customer, principal },
        body: route.body === undefined ? undefined : parsed(route.body, request.body, "body"),
        query: route.query === undefined ? undefined : parsed(route.query, request.query, "query"),
        params: request.params as Record<string, string>,
        ...lastEventIdOf(request),
        signal: goneSignal(reply),
      });
      if (route.streams !== undefined) {
        const stream = Readable.from(outcome as AsyncIterable<string>, { objectMode: false });
        return reply.type(route.streams).header("cache-control", "no-store").send(stream);
      }
      const status = route.status ?? 200;
      if (status === 204) return reply.code(204).send();
      return reply.code(status).type("application/json").send(toJson(outcome));
    },
  });
}

function lastEventIdOf(request: FastifyRequest): { readonly lastEventId?: string } {
  const id = request.headers["last-event-id"];
  return typeof id === "string" ? { lastEventId: id } : {};
}

/** Of the answer, not of its connection: that may carry thousands of requests, and would keep a listener for each. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => gone.abort());
  return gone.signal;
}

/** @throws WayleaveError when this principal may not use this route. */
function customerFor(route: ApiRoute, principal: Principal): string {
  if (route.for === "public") return "";
  if (route.for === "operator") {
    if (principal.role === "operator") return "";
    throw new WayleaveError("operator-forbidden", "This is for the operator's admin key only");
  }
  if (principal.role !== "customer") {
    throw new WayleaveError("customer-forbidden", "This is for a customer's API key: the admin key has no account");
  }
  if (route.scope !== undefined && !hasScope(principal.key, route.scope)) {
    throw new WayleaveError("scope-forbidden", "This key lacks the scope", { scope: route.scope });
  }
  return principal.customer;
}

function authenticator(adminKey: string, { apiKeys }: ServiceLayer, guard: AddressGuard) {
  const adminHash = createHash("sha256").update(adminKey).digest();
  return async (request: FastifyRequest): Promise<Principal> => {
    const secret = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? "")?.[1];
    if (secret !== undefined) {
      if (timingSafeEqual(createHash("sha256").update(secret).digest(), adminHash)) return { role: "operator" };
      const key = await apiKeys.authenticate(secret);
      if (key !== null) return { role: "customer", customer: key.customer, key };
      guard.take(request.ip, WRONG_KEY_COST);
    }
    throw new WayleaveError("key-unauthenticated", "Send a valid API key as `authorization: Bearer …`");
  };
}

interface AddressGuard {
  /** @throws WayleaveError `rate-limited`. */
  take(ipAddress: string, cost: number): void;
}

function addressGuard(clock: Clock): AddressGuard {
  const buckets = boundedCache<string, TokenBucket>(ADDRESSES_MAX);
  return {
    take(ipAddress, cost) {
      const place = ipAddress.includes(":") && !ipAddress.includes(".") ? prefixOf(ipAddress) : ipAddress;
      const bucket = buckets.get(place) ?? tokenBucket(REQUESTS_PER_ADDRESS, () => clock.monotonicMs());
      buckets.set(place, bucket);
      if (bucket.take(cost)) return;
      throw new WayleaveError("rate-limited", "Too many requests from this address", {}, { retryable: true });
    },
  };
}

/** What holds for every request, known path or not. */
function guardAll(app: FastifyInstance, guard: AddressGuard, log: Logger): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("access-control-allow-origin", "*");
    reply.header("x-content-type-options", "nosniff");
    reply.header("cache-control", "no-store");
    guard.take(request.ip, 1);
  });
  app.options("*", async (_, reply) =>
    reply
      .header("access-control-allow-methods", "GET, POST, PUT, DELETE")
      .header("access-control-allow-headers", "authorization, content-type")
      .header("access-control-max-age", "86400")
      .code(204)
      .send(),
  );
  app.setNotFoundHandler((_, reply) =>
    sendProblem(reply, new WayleaveError("route-not-found", "There is nothing here")),
  );
  app.setErrorHandler((error, request, reply) => {
    const shown = shownError(error);
    // Never headers or the query: they may hold a key.
    if (!(shown instanceof WayleaveError)) {
      log.error({ method: request.method, route: request.routeOptions.url, reason: String(error) }, "Failed a request");
    }
    return sendProblem(reply, shown);
  });
}

/** Fastify's own refusals (malformed JSON, too large a body) in our words; anything else stays what it is. */
function shownError(error: unknown): unknown {
  if (error instanceof WayleaveError || !(error instanceof Error)) return error;
  const { statusCode } = error as { statusCode?: number };
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return error;
  if (statusCode === 413) {
    return new WayleaveError("body-too-large", "The body is larger than accepted here", { maxBytes: BODY_BYTES_MAX });
  }
  return new WayleaveError("request-invalid", "The request is malformed", { field: "body", reason: error.message });
}

function sendProblem(reply: FastifyReply, error: unknown) {
  const { status, body } = problemOf(error);
  if (status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(status).type(PROBLEM_MEDIA_TYPE).send(toJson(body));
}

/** @throws WayleaveError `body-invalid` or `query-invalid` naming the first field that is wrong. */
function parsed<T>(schema: z.ZodType<T>, value: unknown, where: "body" | "query"): T {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0]!;
  const field = issue.path.map(String).join(".") || (issue.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : "");
  throw new WayleaveError(`${where}-invalid`, `${field === "" ? `The ${where}` : field}: ${issue.message}`, { field });
}
