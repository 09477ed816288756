import type * as core from "@wayleave/core/apiRoute";
import type { ApiKey } from "./apiKeys.ts";

/** Who asks, as the key in `authorization: Bearer` proved. */
export type Principal =
  | { readonly role: "operator" }
  | { readonly role: "customer"; readonly customer: string; readonly key: ApiKey }
  | { readonly role: "public" };

export interface ApiRequest<Body, Query> extends core.ApiRequest<Body, Query> {
  readonly principal: Principal;
}

/** A route that may know who asks; one of a kind's, which does not, is one too. */
export type ApiRoute<Body = unknown, Query = unknown> = core.ApiRoute<Body, Query, ApiRequest<Body, Query>>;

/** Keeps the types of body and query inside one route, so that routes of different bodies fit one list. */
export function apiRoute<Body = unknown, Query = unknown>(route: ApiRoute<Body, Query>): ApiRoute {
  return route as unknown as ApiRoute;
}
