import { assert, WayleaveError } from "@wayleave/core/errors";
import type { LinkRoute } from "./types.ts";

/** The route a request matched and the values of its `:name` parts. */
export interface RouteMatch {
  readonly route: LinkRoute;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly route: LinkRoute;
  /** A string must match exactly; a `name` takes any one non-empty part. */
  readonly parts: readonly (string | { readonly name: string })[];
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/** Routes by exact method and path. Two that could match the same request are a bug of ours. */
export class RouteTable {
  readonly #exact = new Map<string, LinkRoute>();
  /** Under `"METHOD partCount"`, so that few patterns are tried. */
  readonly #patterns = new Map<string, Pattern[]>();

  constructor(routes: readonly LinkRoute[]) {
    for (const route of routes) this.#add(route);
  }

  /**
   * @param path - hostile; without the query.
   * @throws WayleaveError `route-not-found`, or `path-invalid` when a part does not percent-decode.
   */
  match(method: string, path: string): RouteMatch {
    const exact = this.#exact.get(`${method} ${path}`);
    if (exact !== undefined) return { route: exact, params: NO_PARAMS };
    const parts = path.split("/");
    for (const pattern of this.#patterns.get(`${method} ${parts.length}`) ?? []) {
      const params = paramsOf(pattern, parts);
      if (params !== undefined) return { route: pattern.route, params };
    }
    throw new WayleaveError("route-not-found", "There is nothing at this method and path");
  }

  #add(route: LinkRoute): void {
    assert(route.path.startsWith("/"), `the route ${route.path} begins with /`);
    const shape = `${route.method} ${route.path}`;
    if (!route.path.includes("/:")) {
      assert(!this.#exact.has(shape), `${shape} is declared once`);
      this.#exact.set(shape, route);
      return;
    }
    const parts = route.path.split("/").map((part) => (part.startsWith(":") ? { name: part.slice(1) } : part));
    const key = `${route.method} ${parts.length}`;
    const others = this.#patterns.get(key) ?? [];
    const shapeOf = (pattern: Pattern) =>
      pattern.parts.map((part) => (typeof part === "string" ? part : ":")).join("/");
    const pattern = { route, parts };
    assert(!others.some((other) => shapeOf(other) === shapeOf(pattern)), `${shape} is declared once`);
    this.#patterns.set(key, [...others, pattern]);
  }
}

function paramsOf(pattern: Pattern, parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.parts.entries()) {
    const part = parts[index]!;
    if (typeof wanted === "string") {
      if (wanted !== part) return undefined;
    } else {
      if (part === "") return undefined;
      params[wanted.name] = decoded(part, wanted.name);
    }
  }
  return params;
}

function decoded(part: string, name: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new WayleaveError("path-invalid", `The path's ${name} is not percent-encoded UTF-8`, { field: name });
  }
}
