import { WayleaveError } from "./errors.ts";

/**
 * What the registry says of a verifier's or an operator's endpoint: the base URL of its HTTP API, and the port on the
 * same host where it takes links: `https://verifier.example#7802`. On chain it is text that anybody may have written.
 */
export interface Endpoint {
  readonly url: string;
  readonly host: string;
  readonly linkPort: number;
}

/** @throws WayleaveError `endpoint-invalid`. */
export function parseEndpoint(text: string): Endpoint {
  const invalid = (why: string) =>
    new WayleaveError("endpoint-invalid", `A registered endpoint ${why}`, { endpoint: text.slice(0, 100) });
  const parsed = URL.parse(text);
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol)) throw invalid("is not an http(s) URL");
  if (parsed.username !== "" || parsed.password !== "" || parsed.search !== "")
    throw invalid("carries credentials or a query");
  const linkPort = Number(parsed.hash.slice(1));
  if (!Number.isInteger(linkPort) || linkPort < 1 || linkPort > 65_535) throw invalid("names no link port after #");
  return { url: `${parsed.origin}${parsed.pathname.replace(/\/$/, "")}`, host: parsed.hostname, linkPort };
}

export function formatEndpoint(url: string, linkPort: number): string {
  return `${url}#${linkPort}`;
}

/** Where its HTTP API is. @throws WayleaveError `endpoint-invalid`. */
export function endpointUrl(text: string): string {
  return parseEndpoint(text).url;
}
