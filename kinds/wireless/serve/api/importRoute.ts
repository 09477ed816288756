import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import { REGION_NAMES, type RegionName } from "../../model/device.ts";
import type { ProfileSettings } from "../records/catalog.ts";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import type { NewDevice } from "../records/records.ts";
import { parseChirpstackCsv, parseChirpstackJson } from "./importChirpstack.ts";
import { type ImportedDevice, type ImportRefusal, type ParsedItem, PROFILE_DEFAULTS } from "./importedDevice.ts";
import { parseTtsCsv, parseTtsJson } from "./importTts.ts";
import { type WirelessRoute, wirelessRoute, writes } from "./wirelessRoute.ts";

const PARSERS = {
  "tts-json": parseTtsJson,
  "tts-csv": parseTtsCsv,
  "chirpstack-json": parseChirpstackJson,
  "chirpstack-csv": parseChirpstackCsv,
} as const;
export const IMPORT_FORMATS = Object.keys(PARSERS) as (keyof typeof PARSERS)[];
/** A TTS device with its session and history has some 3 KB of JSON. */
export const IMPORT_TEXT_CHARS_MAX = 8 << 20;
export const IMPORT_DEVICES_MAX = 10_000;

const importSchema = z.strictObject({
  format: z.enum(IMPORT_FORMATS),
  text: z.string().min(1).max(IMPORT_TEXT_CHARS_MAX),
  applicationId: z.uuid(),
  profileId: z.uuid().optional().describe("for all; absent: profiles are made of what the export says"),
  region: z.enum(REGION_NAMES).optional().describe("of devices for which the export names none"),
});
const refusalReply = z.object({ code: z.string(), field: z.string().nullable(), reason: z.string() });
const lineReply = z.object({ line: z.number(), devEui: z.string().nullable() });
const importReply = z.object({
  created: z.array(lineReply.extend({ name: z.string(), withSession: z.boolean() })),
  skipped: z.array(lineReply.extend(refusalReply.shape)),
  warnings: z.array(lineReply.extend(refusalReply.shape)),
  profiles: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type ImportReport = z.input<typeof importReply>;
export type ImportRequest = z.output<typeof importSchema>;

/** Devices of another network, from its export. */
export function importRoute(records: WirelessRecords): WirelessRoute {
  return wirelessRoute({
    ...{ method: "POST", path: "/v1/wireless/imports", ...writes, bodyBytesMax: 2 * IMPORT_TEXT_CHARS_MAX },
    summary: "Registers the devices of a The Things Stack or ChirpStack export",
    ...{ body: importSchema, reply: importReply },
    handle: ({ customer, body }) => importDevices(records, customer, body),
  });
}

/**
 * Registers what an export describes; sessions come along, so that devices go on without joining again. What is wrong
 * with one device is its own matter and is listed with its line.
 * @throws WayleaveError `body-invalid` when the text is no such export, `application-not-found`, `profile-not-found`.
 */
export async function importDevices(
  records: WirelessRecords,
  customer: string,
  request: ImportRequest,
): Promise<ImportReport> {
  records.catalog.application(customer, request.applicationId);
  const items = PARSERS[request.format](request.text);
  if (items.length === 0) throw new WayleaveError("body-invalid", "text: holds no device", { field: "text" });
  if (items.length > IMPORT_DEVICES_MAX) {
    const facts = { field: "text", max: IMPORT_DEVICES_MAX, found: items.length };
    throw new WayleaveError("body-invalid", "text: holds too many devices at once", facts);
  }
  const report: ImportReport = { created: [], skipped: [], warnings: [], profiles: [] };
  const choose = profileChooser(records, customer, request, report);
  const accepted: { readonly item: ParsedItem; readonly device: NewDevice }[] = [];
  for (const item of items) {
    if ("refusal" in item.outcome) {
      report.skipped.push({ line: item.line, devEui: item.outcome.devEui, ...item.outcome.refusal });
      continue;
    }
    const { device } = item.outcome;
    const chosen = await choose(device);
    if (typeof chosen === "string") accepted.push({ item, device: newDeviceOf(device, request.applicationId, chosen) });
    else report.skipped.push({ line: item.line, devEui: device.devEui, ...chosen });
  }
  const outcomes = await records.devices.createMany(
    customer,
    accepted.map(({ device }) => device),
  );
  outcomes.forEach((outcome, i) => noteOutcome(report, accepted[i]!, outcome));
  report.skipped.sort((a, b) => a.line - b.line);
  return report;
}

function noteOutcome(
  report: ImportReport,
  { item, device }: { readonly item: ParsedItem; readonly device: NewDevice },
  outcome: object,
): void {
  const at = { line: item.line, devEui: device.devEui };
  if (outcome instanceof WayleaveError) {
    const field = typeof outcome.facts["field"] === "string" ? outcome.facts["field"] : null;
    report.skipped.push({ ...at, code: outcome.code, field, reason: outcome.message });
    return;
  }
  report.created.push({ ...at, name: device.name, withSession: device.session !== null });
  for (const warning of item.warnings) report.warnings.push({ ...at, ...warning });
  if (device.appKey !== null && /^0+$/.test(device.joinEui)) {
    const reason = "The export does not name it: joins are heard only once it is set";
    report.warnings.push({ ...at, code: "join-eui-unknown", field: "joinEui", reason });
  }
}

function newDeviceOf(device: ImportedDevice, applicationId: string, profileId: string): NewDevice {
  const { devEui, name, appKey, disabled, session, joinNonce, usedDevNonces } = device;
  const joinEui = device.joinEui ?? "0000000000000000";
  return {
    ...{ devEui, joinEui, name, appKey, disabled, session, joinNonce, usedDevNonces },
    applicationId,
    profileId,
  };
}

/** @returns a profile's id for each device, or why it has none. */
function profileChooser(
  { catalog }: WirelessRecords,
  customer: string,
  { profileId, region }: ImportRequest,
  report: ImportReport,
): (device: ImportedDevice) => Promise<string | ImportRefusal> {
  const given = profileId === undefined ? null : catalog.profile(customer, profileId).profile;
  const bySettings = new Map<string, string>();
  for (const { profile } of catalog.profiles(customer)) {
    const { id, ...settings } = profile;
    bySettings.set(canonical(settings), id);
  }
  return async (device) => {
    if (device.appKey === null && device.session === null) {
      return { code: "keys-missing", field: "appKey", reason: "The export has neither its root key nor a session" };
    }
    if (given !== null) return given.region === (device.profile?.region ?? given.region) ? given.id : otherRegion();
    const settings = device.profile ?? (region === undefined ? null : settingsFor(region, device));
    if (settings === null) {
      const reason = "The export names no region: give `region` or `profileId`";
      return { code: "region-missing", field: "region", reason };
    }
    const known = bySettings.get(canonical(settings));
    if (known !== undefined) return known;
    try {
      const { profile } = await catalog.createProfile(customer, settings);
      bySettings.set(canonical(settings), profile.id);
      report.profiles.push({ id: profile.id, name: profile.name });
      return profile.id;
    } catch (error) {
      if (!(error instanceof WayleaveError) || error.retryable) throw error;
      return { code: error.code, field: "profileId", reason: error.message };
    }
  };
}

function otherRegion(): ImportRefusal {
  return { code: "region-differs", field: "profileId", reason: "The device is of another region than the profile" };
}

function settingsFor(region: RegionName, device: ImportedDevice): ProfileSettings {
  return { ...PROFILE_DEFAULTS, name: `${region}, imported`, region, supportsOtaa: device.appKey !== null };
}

/** The same text for the same settings, whatever order the database gives them back in. */
function canonical(settings: ProfileSettings): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}
