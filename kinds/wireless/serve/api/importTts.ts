import type { ProfileMacSettings, RegionName } from "../../model/device.ts";
import { regionOf } from "../../model/regions/region.ts";
import type { ProfileSettings } from "../records/catalog.ts";
import type { GivenSession } from "../records/records.ts";
import { csvItems, jsonItems } from "./exportText.ts";
import {
  at,
  counter,
  devAddr,
  eui,
  FieldFault,
  flag,
  heldToRegion,
  type ImportedDevice,
  type ImportRefusal,
  JOIN_NONCE_AFTER_IMPORT,
  key,
  nameOf,
  type ParsedItem,
  parsedItem,
  PROFILE_DEFAULTS,
  requireDevEui,
  lorawan10Version,
  text,
} from "./importedDevice.ts";

/** Frequency plans whose channels are those of a region of ours; groups 2 to 4 of AS923 lie elsewhere. */
const REGION_OF_PLAN: readonly (readonly [RegExp, RegionName])[] = [
  [/^EU_863_870/, "EU868"],
  [/^US_902_928/, "US915"],
  [/^AU_915_928/, "AU915"],
  [/^AS_(920_923|923_925|923)(_(LBT|TTN|TTN_AU).*)?$/, "AS923"],
  [/^IN_865_867/, "IN865"],
  [/^KR_920_923/, "KR920"],
];

/**
 * Devices of The Things Stack: `ttn-lw-cli end-devices get|list|export` (a JSON stream), or a JSON list. Hostile text.
 * @throws WayleaveError `body-invalid` when it is not JSON at all.
 * @see https://www.thethingsindustries.com/docs/hardware/devices/adding-devices/adding-devices-in-bulk/device-json/
 */
export function parseTtsJson(exported: string): ParsedItem[] {
  return jsonItems(exported)
    .flatMap(({ line, value }) => {
      const list = at(value, "end_devices");
      return Array.isArray(list) ? list.map((each: unknown) => ({ line, value: each })) : [{ line, value }];
    })
    .map(({ line, value }) => parsedItem(line, at(value, "ids", "dev_eui"), (warn) => deviceOf(value, warn)));
}

/**
 * Devices in The Things Stack's CSV format. Hostile text.
 * @throws WayleaveError `body-invalid` when it is not CSV at all.
 * @see https://www.thethingsindustries.com/docs/hardware/devices/adding-devices/adding-devices-in-bulk/device-csv/
 */
export function parseTtsCsv(exported: string): ParsedItem[] {
  return csvItems(exported, (title) => title.toLowerCase()).map(({ line, value }) =>
    parsedItem(line, at(value, "dev_eui"), (warn) => deviceOf(jsonOfRow(value as Record<string, string>), warn)),
  );
}

/** A CSV row in the shape of the JSON. */
function jsonOfRow(row: Readonly<Record<string, string>>): object {
  const envelope = (name: string) => ({ key: row[name] });
  return {
    ids: { device_id: row["id"], dev_eui: row["dev_eui"], join_eui: row["join_eui"] ?? row["app_eui"] },
    name: row["name"],
    lorawan_version: row["lorawan_version"],
    frequency_plan_id: row["frequency_plan_id"],
    supports_join: row["app_key"] !== undefined,
    supports_class_c: row["supports_class_c"],
    root_keys: { app_key: envelope("app_key") },
    mac_settings: {
      rx1_delay: { value: row["rx1_delay"] },
      supports_32_bit_f_cnt: { value: row["supports_32_bit_f_cnt"] },
    },
    session: {
      dev_addr: row["dev_addr"],
      keys: { f_nwk_s_int_key: envelope("f_nwk_s_int_key"), app_s_key: envelope("app_s_key") },
      last_f_cnt_up: row["last_f_cnt_up"],
      last_n_f_cnt_down: row["last_n_f_cnt_down"],
      last_a_f_cnt_down: row["last_a_f_cnt_down"],
    },
  };
}

function deviceOf(value: unknown, warn: (warning: ImportRefusal) => void): ImportedDevice {
  const devEui = requireDevEui(at(value, "ids", "dev_eui"));
  const version = lorawan10Version(at(value, "lorawan_version"));
  const appKey = key("appKey", at(value, "root_keys", "app_key", "key"));
  const session = sessionOf(at(value, "session"));
  const settings = profileOf(value, appKey !== null, session !== null);
  const versioned = settings === null || version === null ? settings : { ...settings, lorawanVersion: version };
  const profile = versioned === null ? null : heldToRegion(versioned, warn);
  return {
    devEui,
    joinEui: eui("joinEui", at(value, "ids", "join_eui")),
    name: nameOf(at(value, "name"), at(value, "ids", "device_id")),
    appKey,
    disabled: false,
    profile,
    session: session === null || profile === null ? session : { ...session, rx1Moved: movedIn(profile) },
    joinNonce: counter("lastJoinNonce", at(value, "last_join_nonce")) ?? JOIN_NONCE_AFTER_IMPORT,
    usedDevNonces: devNoncesOf(value),
  };
}

function sessionOf(session: unknown): GivenSession | null {
  const address = devAddr("devAddr", at(session, "dev_addr"));
  const nwkSKey = key("nwkSKey", at(session, "keys", "f_nwk_s_int_key", "key"));
  const appSKey = key("appSKey", at(session, "keys", "app_s_key", "key"));
  if (address === null && nwkSKey === null && appSKey === null) return null;
  if (address === null || nwkSKey === null || appSKey === null) {
    const missing = address === null ? "devAddr" : nwkSKey === null ? "nwkSKey" : "appSKey";
    throw new FieldFault("field-missing", missing, "a session has an address and two keys");
  }
  const networkDown = counter("lastNFCntDown", at(session, "last_n_f_cnt_down")) ?? 0;
  const applicationDown = counter("lastAFCntDown", at(session, "last_a_f_cnt_down")) ?? 0;
  return {
    ...{ devAddr: address, nwkSKey, appSKey },
    // Zeros are left out of the JSON: a device whose frame 0 was the last one may have it accepted once more.
    fCntUp: counter("lastFCntUp", at(session, "last_f_cnt_up")) ?? -1,
    // The next one: a gap is allowed, a repetition is not.
    fCntDown: Math.max(networkDown, applicationDown) + 1,
  };
}

function profileOf(value: unknown, joins: boolean, hasSession: boolean): ProfileSettings | null {
  const plan = text("frequencyPlanId", at(value, "frequency_plan_id"));
  if (plan === null) return null;
  const region = REGION_OF_PLAN.find(([pattern]) => pattern.test(plan))?.[1];
  if (region === undefined) throw new FieldFault("region-unsupported", "frequencyPlanId", `no region of ours: ${plan}`);
  const settings = at(value, "mac_settings");
  // What the device is set to now. Without a session the next join sets it.
  const current = hasSession ? at(value, "mac_state", "current_parameters") : undefined;
  const delayText = text("rx1Delay", at(current, "rx1_delay") ?? at(settings, "rx1_delay", "value"));
  const delayS = delayText === null ? null : counter("rx1Delay", delayText.replace(/^RX_DELAY_/, ""));
  const rx2Text = text(
    "rx2DataRate",
    at(current, "rx2_data_rate_index") ?? at(settings, "rx2_data_rate_index", "value"),
  );
  const rx2DataRate = rx2Text === null ? null : counter("rx2DataRate", rx2Text.replace(/^DATA_RATE_/, ""));
  const rx2FrequencyHz = counter(
    "rx2Frequency",
    at(current, "rx2_frequency") ?? at(settings, "rx2_frequency", "value"),
  );
  const deviceClass = flag("supportsClassC", at(value, "supports_class_c")) === true ? "C" : "A";
  return {
    ...PROFILE_DEFAULTS,
    name: `${region} class ${deviceClass}, from The Things Stack`,
    region,
    deviceClass,
    supportsOtaa: joins,
    // The Things Stack's own default for devices that join.
    rx1DelayS: Math.min(15, Math.max(1, delayS ?? (joins ? 5 : 1))),
    rx2DataRate,
    rx2FrequencyHz,
    counters32: flag("supports32BitFCnt", at(settings, "supports_32_bit_f_cnt", "value")) ?? true,
    ...macSettingsOf(settings, hasSession ? at(value, "mac_state", "desired_parameters") : undefined, current),
  };
}

/** The device's RX1 is already where its profile wants it: that is where it was found. */
function movedIn({ region, rx1Frequencies }: ProfileSettings): NonNullable<GivenSession["rx1Moved"]> {
  const { channels } = regionOf(region);
  return rx1Frequencies.flatMap(({ uplinkHz, downlinkHz: frequencyHz }) =>
    channels.filter((each) => each.frequencyHz === uplinkHz).map(({ index: channel }) => ({ channel, frequencyHz })),
  );
}

/** @param desired - what the other network was bringing the device to. */
function macSettingsOf(settings: unknown, desired: unknown, current: unknown): Partial<ProfileMacSettings> {
  // False is left out of the JSON, so an empty object says it.
  const dwellTime = (name: string): boolean | null => {
    const given = at(settings, name) ?? at(desired, name);
    return typeof given === "object" && given !== null ? (flag(name, at(given, "value")) ?? false) : null;
  };
  const numbered = (name: string, prefix: string): number | null => {
    const given = text(name, at(settings, name, "value"));
    return given === null ? null : counter(name, given.replace(prefix, ""));
  };
  // DUTY_CYCLE_128 is 1/128.
  const cycle = numbered("desired_max_duty_cycle", "DUTY_CYCLE_") ?? numbered("max_duty_cycle", "DUTY_CYCLE_");
  const channels = at(current, "channels");
  return {
    uplinkDwellTime: dwellTime("uplink_dwell_time"),
    downlinkDwellTime: dwellTime("downlink_dwell_time"),
    maxEirpDbm: numbered("desired_max_eirp", "DEVICE_EIRP_"),
    maxDutyCycle: cycle === null || cycle === 0 ? null : Math.min(15, Math.floor(Math.log2(cycle))),
    rx1Frequencies: (Array.isArray(channels) ? channels.slice(0, 16) : []).flatMap((channel) => {
      const uplinkHz = counter("uplinkFrequency", at(channel, "uplink_frequency"));
      const downlinkHz = counter("downlinkFrequency", at(channel, "downlink_frequency"));
      return uplinkHz === null || downlinkHz === null || uplinkHz === downlinkHz ? [] : [{ uplinkHz, downlinkHz }];
    }),
  };
}

/** The Join Server keeps a list, or the last one where they count up: then all below it are spent too. */
function devNoncesOf(value: unknown): number[] {
  const used = at(value, "used_dev_nonces");
  const nonces = Array.isArray(used) ? used.slice(0, 0x1_00_00).map((each) => counter("usedDevNonces", each) ?? 0) : [];
  const last = counter("lastDevNonce", at(value, "last_dev_nonce"));
  // The newest are what a recorder is likeliest to have; all 65,536 would be a megabyte of rows for each device.
  const counted = last === null ? [] : Array.from({ length: Math.min(last, 255) + 1 }, (_, i) => last - i);
  return [...new Set([...nonces, ...counted])].filter((nonce) => nonce <= 0xff_ff);
}
