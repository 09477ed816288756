import { z } from "zod";
import type { ProfileSettings } from "../records/catalog.ts";
import type { GivenSession } from "../records/records.ts";
import { DEFAULT_MAC_SETTINGS, LORAWAN_VERSIONS, type LorawanVersion } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import { profileSchema } from "./profileSchema.ts";
import { devAddrSchema, euiSchema, keySchema } from "./wirelessRoute.ts";

/** A device as another network's export describes it, in our words. */
export interface ImportedDevice {
  readonly devEui: Eui64;
  /** Null: the export does not say. */
  readonly joinEui: Eui64 | null;
  readonly name: string;
  readonly appKey: Uint8Array | null;
  readonly disabled: boolean;
  /** Null when the export names no region of ours; the import may be given a profile for it. */
  readonly profile: ProfileSettings | null;
  readonly session: GivenSession | null;
  readonly joinNonce: number;
  readonly usedDevNonces: readonly number[];
}

/** Why one device of an export is not taken, or not as a whole. */
export interface ImportRefusal {
  /** Kebab-case, stable. */
  readonly code: string;
  readonly field: string | null;
  readonly reason: string;
}

export interface ParsedItem {
  readonly line: number;
  readonly outcome:
    { readonly device: ImportedDevice } | { readonly devEui: Eui64 | null; readonly refusal: ImportRefusal };
  /** It was taken, but something of it could not be. */
  readonly warnings: readonly ImportRefusal[];
}

/**
 * Where a device's JoinNonce goes on when the export does not say. The other network gave it at most one for each of its
 * 2¹⁶ DevNonces, so this is above all of them: a device of LoRaWAN 1.0.4 takes no JoinNonce twice or lower.
 */
export const JOIN_NONCE_AFTER_IMPORT = 0x1_00_00;

export const PROFILE_DEFAULTS: Omit<ProfileSettings, "name" | "region"> = {
  supportsOtaa: true,
  deviceClass: "A",
  adr: true,
  rx1DelayS: 1,
  rx1DrOffset: 0,
  rx2DataRate: null,
  rx2FrequencyHz: null,
  counters32: true,
  copies: 1,
  uplinkIntervalS: null,
  decoder: { kind: "none" },
  ...DEFAULT_MAC_SETTINGS,
};

/** A field of a foreign export that is not as it must be. */
export class FieldFault extends Error {
  readonly refusal: ImportRefusal;
  constructor(code: string, field: string | null, reason: string) {
    super(reason);
    this.refusal = { code, field, reason };
  }
}

function field<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FieldFault("field-invalid", name, parsed.error.issues[0]!.message);
}

/** Absent, null and empty mean the same in exports. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";
const optional =
  <T>(schema: z.ZodType<T>) =>
  (name: string, value: unknown): T | null =>
    isAbsent(value) ? null : field(schema, name, value);

/** @throws FieldFault on each of these, naming the field. Null when absent. */
export const eui = optional(euiSchema);
export const devAddr = optional(devAddrSchema);
export const key = optional(keySchema);
/** 32-bit counters; protobuf writes 64-bit ones as text. */
export const counter = optional(z.coerce.number().int().min(0).max(0xff_ff_ff_ff));
export const text = optional(z.coerce.string().max(65_536));
export const flag = optional(z.union([z.boolean(), z.stringbool()]));

export function requireDevEui(value: unknown): Eui64 {
  const devEui = eui("devEui", value);
  if (devEui === null) throw new FieldFault("field-missing", "devEui", "a device has a DevEUI");
  return devEui;
}

/** Exports hold longer names and descriptions than we show. */
export function nameOf(...candidates: unknown[]): string {
  for (const candidate of candidates) {
    if (typeof candidate === "string" && candidate.trim() !== "") return candidate.trim().slice(0, 128);
  }
  return "device";
}

/**
 * LoRaWAN 1.1 has other keys and another join.
 * @returns null when the export names none that we know.
 * @throws FieldFault `lorawan-version-unsupported`.
 */
export function lorawan10Version(version: unknown): LorawanVersion | null {
  const digits = typeof version === "string" ? /(\d+)[._](\d+)(?:[._](\d+))?/.exec(version) : null;
  if (digits === null) return null;
  if (digits[1] === "1" && digits[2] === "0") {
    return LORAWAN_VERSIONS.find((known) => known === `1.0.${digits[3] ?? ""}`) ?? null;
  }
  throw new FieldFault(
    "lorawan-version-unsupported",
    "lorawanVersion",
    `only LoRaWAN 1.0.x is served, not ${digits[0]}`,
  );
}

/** Takes back what our profiles do not have, for this region and version or at all: a device goes on without it. */
export function heldToRegion(settings: ProfileSettings, warn: (warning: ImportRefusal) => void): ProfileSettings {
  const held: Record<string, unknown> = { ...settings };
  const without = new Set<number>();
  for (const { path, message } of profileSchema.safeParse(settings).error?.issues ?? []) {
    const [field, index] = path;
    const name = String(field);
    if (!Object.hasOwn(PROFILE_DEFAULTS, name)) continue;
    // One channel that we do not have leaves the others as they are.
    if (typeof index === "number") without.add(index);
    else held[name] = PROFILE_DEFAULTS[name as keyof typeof PROFILE_DEFAULTS];
    warn({ code: "setting-left-out", field: name, reason: `${path.join(".")}: ${message}` });
  }
  const rx1Frequencies = (held as unknown as ProfileSettings).rx1Frequencies.filter((_, index) => !without.has(index));
  return { ...(held as unknown as ProfileSettings), rx1Frequencies };
}

/** An object's own field; foreign JSON has any shape. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

/** Runs `parse` on one item; what is wrong with it is its own matter. */
export function parsedItem(
  line: number,
  devEuiValue: unknown,
  parse: (warn: (warning: ImportRefusal) => void) => ImportedDevice,
): ParsedItem {
  const warnings: ImportRefusal[] = [];
  try {
    return { line, outcome: { device: parse((warning) => warnings.push(warning)) }, warnings };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    const known = euiSchema.safeParse(devEuiValue);
    return { line, outcome: { devEui: known.success ? known.data : null, refusal: error.refusal }, warnings };
  }
}
