import type { z } from "zod";
import type { ApiKey } from "./apiKeys.ts";

/** Who asks, as the key in `authorization: Bearer` proved. */
export type Principal =
  | { readonly role: "operator" }
  | { readonly role: "customer"; readonly customer: string; readonly key: ApiKey }
  | { readonly role: "public" };

export interface ApiRequest<Body, Query> {
  /** The customer behind the key. Only on routes for customers. */
  readonly customer: string;
  readonly principal: Principal;
  readonly body: Body;
  readonly query: Query;
  /** Hostile text, from the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Where a stream of events is to go on; hostile text. */
  readonly lastEventId?: string;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** One operation of the front's API: what is checked, served and documented comes from the same lines. */
export interface ApiRoute<Body = unknown, Query = unknown> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Under the API's root; `:name` takes one part. */
  readonly path: string;
  readonly summary: string;
  /** `operator`: the admin key. `customer`: an API key with `scope`. `public`: anybody. */
  readonly for: "operator" | "customer" | "public";
  readonly scope?: string;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /** Of the reply, for the document only. */
  readonly reply?: z.ZodType;
  readonly status?: 200 | 201 | 204;
  /** Where more (or less) is taken than what the API takes of any request. */
  readonly bodyBytesMax?: number;
  /** Its answer does not end: `handle` returns an `AsyncIterable<string>`, which is sent under this media type. */
  readonly streams?: "text/event-stream";
  /** @returns what is sent as JSON, with bigints as decimal strings; undefined for 204. */
  handle(request: ApiRequest<Body, Query>): Promise<unknown>;
}

/** Keeps the types of body and query inside one route, so that routes of different bodies fit one list. */
export function apiRoute<Body = unknown, Query = unknown>(route: ApiRoute<Body, Query>): ApiRoute {
  return route as unknown as ApiRoute;
}
