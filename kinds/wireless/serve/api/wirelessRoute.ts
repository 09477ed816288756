import { z } from "zod";
import type { ApiRoute } from "@wayleave/core/apiRoute";
import { WayleaveError } from "@wayleave/core/errors";
import type { Eui64 } from "../../model/radio.ts";

/** One operation for the front's HTTP API. */
export type WirelessRoute<Body = unknown, Query = unknown> = ApiRoute<Body, Query>;

/** What a key needs. */
export const WIRELESS_SCOPES = { read: "wireless:read", write: "wireless:write" } as const;

/** Who may, and under which path: what all routes share. */
export const reads = { for: "customer", scope: WIRELESS_SCOPES.read } as const;
export const writes = { for: "customer", scope: WIRELESS_SCOPES.write } as const;

/** Keeps the types of body and query inside one route, so that routes of different bodies fit one list. */
export function wirelessRoute<Body = unknown, Query = unknown>(route: WirelessRoute<Body, Query>): WirelessRoute {
  return route as unknown as WirelessRoute;
}

/** Hex as people paste it: separated by `-`, `:` or blanks, in either case. Given back in lower case. */
export function hexSchema(bytes: number) {
  return z
    .string()
    .max(bytes * 4)
    .transform((text) => text.replaceAll(/[-: ]/g, "").toLowerCase())
    .pipe(z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `must be ${bytes} bytes of hex`));
}
export const euiSchema = hexSchema(8);
export const devAddrSchema = hexSchema(4);
/** Never shown in a message: zod quotes no input in the checks used here. */
export const keySchema = hexSchema(16).transform((hex) => new Uint8Array(Buffer.from(hex, "hex")));

/** The device a path names. @throws WayleaveError `path-invalid` naming `devEui`. */
export function devEuiOf(params: Readonly<Record<string, string>>): Eui64 {
  const parsed = euiSchema.safeParse(params["devEui"] ?? "");
  if (parsed.success) return parsed.data;
  throw new WayleaveError("path-invalid", "devEui: must be 8 bytes of hex", { field: "devEui" });
}

/** A record that a path names. @throws WayleaveError `path-invalid` naming `id`. */
export function idOf(params: Readonly<Record<string, string>>): string {
  const id = params["id"] ?? "";
  if (/^[0-9a-f-]{36}$/.test(id)) return id;
  throw new WayleaveError("path-invalid", "id: must be a UUID in lower case", { field: "id" });
}

/** ISO 8601, or null. */
export function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** zod says `undefined` for what was left out; exact optional properties want it left out. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
