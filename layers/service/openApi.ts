import { z } from "zod";
import type { ApiRoute } from "./apiRoute.ts";

/** @see RFC 9457, as `core/problem.ts` writes it. */
const PROBLEM = {
  type: "object",
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "Stable, kebab-case" },
    retryable: { type: "boolean" },
    facts: { type: "object", additionalProperties: true },
  },
};

/** The OpenAPI 3.1 document of these routes, from the same schemas that check them. @param version - of the software. */
export function openApiDocument(routes: readonly ApiRoute[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Wayleave front", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        customer: { type: "http", scheme: "bearer", description: "An API key of a customer: wl_…" },
        operator: { type: "http", scheme: "bearer", description: "The operator's admin key" },
      },
    },
  };
}

function operationOf(route: ApiRoute): object {
  const inPath = [...route.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => {
    return { name, in: "path", required: true, schema: { type: "string" } };
  });
  const status = String(route.status ?? 200);
  const json = (schema: object) => ({ "application/json": { schema } });
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, c?: string) => (c ?? "").toUpperCase())}`,
    ...(route.for === "public" ? {} : { security: [{ [route.for]: route.scope === undefined ? [] : [route.scope] }] }),
    parameters: [...inPath, ...queryParameters(route)],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: json(schemaOf(route.body)) } }),
    responses: {
      [status]: {
        description: route.summary,
        ...(route.reply === undefined ? {} : { content: json(schemaOf(route.reply)) }),
      },
      default: {
        description: "What went wrong",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function queryParameters(route: ApiRoute): object[] {
  if (route.query === undefined) return [];
  const schema = schemaOf(route.query) as { properties?: Record<string, object>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    return { name, in: "query", required: schema.required?.includes(name) ?? false, schema: property };
  });
}

/** What a client writes, so before any transformation. */
function schemaOf(schema: z.ZodType): object {
  const document = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.fromEntries(Object.entries(document).filter(([keyword]) => keyword !== "$schema"));
}
