import type { z } from "zod";

/** What a route of a front's HTTP API is handed: body and query have passed its schemas. */
export interface ApiRequest<Body = unknown, Query = unknown> {
  /** The customer behind the key. Only on routes for customers. */
  readonly customer: string;
  readonly body: Body;
  readonly query: Query;
  /** Hostile text, from the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Where a stream of events is to go on; hostile text. */
  readonly lastEventId?: string;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** One operation of a front's HTTP API: what is checked, served and documented comes from the same lines. */
export interface ApiRoute<Body = unknown, Query = unknown, Request = ApiRequest<Body, Query>> {
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
  handle(request: Request): Promise<unknown>;
}
