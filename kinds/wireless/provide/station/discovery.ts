import type { Eui64 } from "../../model/radio.ts";
import { readStationEui, writeId6 } from "./stationEui.ts";

/** A `Host` header or configured URL that can go into an answer as it is. */
const BASE_URL = /^(wss?):\/\/((?:[A-Za-z0-9.\-_]+|\[[0-9A-Fa-f:.]+\]))(?::([0-9]{1,5}))?(\/[A-Za-z0-9.\-_/]*)?$/;
/** Longer ones a station does not take. */
const URI_LENGTH_MAX = 127;
/** Any id: it names us, and we are one. */
const MUXS = "::1";

/**
 * Answers "where is my network server?".
 * @param query - hostile: `{"router": ID6 | EUI | number}`.
 * @param base - hostile unless configured: how the station reached us.
 * @returns `reason` when it is refused, to be counted.
 */
export function discoveryAnswer(
  query: unknown,
  { base, allows }: { readonly base: string; readonly allows: (eui: Eui64) => boolean },
): { readonly reason: string | null; readonly answer: object } {
  const router = typeof query === "object" && query !== null ? (query as { router?: unknown }).router : undefined;
  const eui = readStationEui(router);
  if (eui === null) return refusal("discovery-invalid", {}, "The router is no EUI");
  const named = { router: writeId6(eui) };
  if (!allows(eui)) return refusal("eui-not-allowed", named, "This router is not known here");
  const uri = dataUri(base, eui);
  if (uri === null) return refusal("host-invalid", named, "The host asked for is none");
  return { reason: null, answer: { ...named, muxs: MUXS, uri } };
}

/** Null when a station would not take it: it needs a port, even where the scheme has one. */
function dataUri(base: string, eui: Eui64): string | null {
  const [, scheme, host, port, path = ""] = BASE_URL.exec(base) ?? [];
  if (scheme === undefined || host === undefined) return null;
  const uri = `${scheme}://${host}:${port ?? (scheme === "wss" ? 443 : 80)}${path.replace(/\/$/, "")}/router-${eui}`;
  return uri.length <= URI_LENGTH_MAX ? uri : null;
}

function refusal(reason: string, named: object, error: string): { reason: string; answer: object } {
  return { reason, answer: { ...named, error } };
}
