import { type LorawanVersion, REGION_NAMES, type RegionName } from "../../model/device.ts";
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
import { DECODER_SOURCE_BYTES_MAX } from "./profileSchema.ts";

/** Deep enough for every message of the API; deeper is hostile. */
const DEPTH_MAX = 8;

/**
 * Devices of ChirpStack v4 as its REST API or gRPC clients give them, in camelCase or snake_case. Each item is one
 * device, flat or as `device`, with `deviceKeys` and `deviceActivation` beside it; or all of them as `devices`, with
 * `deviceProfiles` beside them. Hostile text.
 * @throws WayleaveError `body-invalid` when it is not JSON at all.
 * @see https://github.com/chirpstack/chirpstack/blob/master/api/proto/api/device.proto
 */
export function parseChirpstackJson(exported: string): ParsedItem[] {
  const items = jsonItems(exported).map(({ line, value }) => ({ line, value: camelCased(value, 0) }));
  const profiles = new Map<string, unknown>();
  const devices: { line: number; value: unknown }[] = [];
  for (const { line, value } of items) {
    for (const each of listOf(value, "deviceProfiles") ?? []) noteProfile(profiles, at(each, "deviceProfile") ?? each);
    const list = listOf(value, "devices") ?? listOf(value, "result");
    if (list !== null) devices.push(...list.map((each) => ({ line, value: each })));
    else if (
      at(value, "deviceProfile") !== undefined &&
      at(value, "device") === undefined &&
      at(value, "devEui") === undefined
    ) {
      noteProfile(profiles, at(value, "deviceProfile"));
    } else if (listOf(value, "deviceProfiles") === null) devices.push({ line, value });
  }
  return devices.map(({ line, value }) => {
    const device = at(value, "device") ?? value;
    return parsedItem(line, at(device, "devEui"), (warn) => deviceOf(value, device, profiles, warn));
  });
}

/**
 * A CSV file of devices as ChirpStack's importing scripts take them: columns named as the API's fields, in any spelling
 * (`DevEUI`, `dev_eui`); region by column or by the profile given to the import. Hostile text.
 * @throws WayleaveError `body-invalid` when it is not CSV at all.
 */
export function parseChirpstackCsv(exported: string): ParsedItem[] {
  const plain = (title: string) => title.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return csvItems(exported, plain).map(({ line, value }) =>
    parsedItem(line, at(value, "deveui"), (warn) => {
      const row = value as Readonly<Record<string, string>>;
      const nwkSKey = row["nwksenckey"] ?? row["nwkskey"];
      const device = {
        devEui: row["deveui"],
        joinEui: row["joineui"] ?? row["appeui"],
        name: row["name"] ?? row["devicename"],
        isDisabled: row["isdisabled"],
        deviceKeys: { nwkKey: row["nwkkey"], appKey: row["appkey"] },
        deviceActivation: {
          ...{ devAddr: row["devaddr"], appSKey: row["appskey"], nwkSEncKey: nwkSKey },
          ...{ fCntUp: row["fcntup"], nFCntDown: row["nfcntdown"] ?? row["fcntdown"] },
        },
        deviceProfile:
          row["region"] === undefined ? undefined : { region: row["region"], macVersion: row["macversion"] },
      };
      return deviceOf(device, device, new Map(), warn);
    }),
  );
}

function listOf(value: unknown, name: string): unknown[] | null {
  const list = at(value, name);
  return Array.isArray(list) ? list : null;
}

function noteProfile(profiles: Map<string, unknown>, profile: unknown): void {
  const id = at(profile, "id");
  if (typeof id === "string") profiles.set(id, profile);
}

function deviceOf(
  value: unknown,
  device: unknown,
  profiles: ReadonlyMap<string, unknown>,
  warn: (warning: ImportRefusal) => void,
): ImportedDevice {
  const devEui = requireDevEui(at(device, "devEui"));
  const profileId = at(device, "deviceProfileId");
  const profile = at(value, "deviceProfile") ?? (typeof profileId === "string" ? profiles.get(profileId) : undefined);
  const version = lorawan10Version(at(profile, "macVersion"));
  const keys = at(value, "deviceKeys") ?? at(value, "keys");
  // For LoRaWAN 1.0.x ChirpStack keeps the AppKey as `nwkKey`; `appKey` is then empty or zero.
  const appKey = rootKey("nwkKey", at(keys, "nwkKey")) ?? rootKey("appKey", at(keys, "appKey"));
  const session = sessionOf(at(value, "deviceActivation") ?? at(value, "activation"));
  return {
    devEui,
    joinEui: knownJoinEui(at(device, "joinEui")),
    name: nameOf(at(device, "name")),
    appKey,
    disabled: flag("isDisabled", at(device, "isDisabled")) ?? false,
    profile: profile === undefined ? null : heldToRegion(profileOf(profile, appKey !== null, version), warn),
    session,
    joinNonce: counter("joinNonce", at(keys, "joinNonce")) ?? JOIN_NONCE_AFTER_IMPORT,
    usedDevNonces: [],
  };
}

function rootKey(name: string, value: unknown): Uint8Array | null {
  const found = key(name, value);
  return found === null || found.every((byte) => byte === 0) ? null : found;
}

/** ChirpStack writes zeros until the device joined. */
function knownJoinEui(value: unknown): string | null {
  const joinEui = eui("joinEui", value);
  return joinEui === null || /^0+$/.test(joinEui) ? null : joinEui;
}

function sessionOf(activation: unknown): GivenSession | null {
  const address = devAddr("devAddr", at(activation, "devAddr"));
  const nwkSKey = key("nwkSEncKey", at(activation, "nwkSEncKey"));
  const appSKey = key("appSKey", at(activation, "appSKey"));
  if (address === null && nwkSKey === null && appSKey === null) return null;
  if (address === null || nwkSKey === null || appSKey === null) {
    const missing = address === null ? "devAddr" : nwkSKey === null ? "nwkSEncKey" : "appSKey";
    throw new FieldFault("field-missing", missing, "a session has an address and two keys");
  }
  const networkDown = counter("nFCntDown", at(activation, "nFCntDown")) ?? 0;
  const applicationDown = counter("aFCntDown", at(activation, "aFCntDown")) ?? 0;
  return {
    ...{ devAddr: address, nwkSKey, appSKey },
    // ChirpStack's is the next it expects, ours the last it took.
    fCntUp: (counter("fCntUp", at(activation, "fCntUp")) ?? 0) - 1,
    fCntDown: Math.max(networkDown, applicationDown),
  };
}

function profileOf(profile: unknown, joins: boolean, version: LorawanVersion | null): ProfileSettings {
  const region = text("region", at(profile, "region"));
  if (!REGION_NAMES.includes(region as RegionName)) {
    throw new FieldFault("region-unsupported", "region", `no region of ours: ${(region ?? "none").slice(0, 32)}`);
  }
  const positive = (name: string) => {
    const value = counter(name, at(profile, name)) ?? 0;
    return value === 0 ? null : value;
  };
  const supportsOtaa = flag("supportsOtaa", at(profile, "supportsOtaa")) ?? joins;
  const abp = <T>(value: T, otherwise: T): T => (supportsOtaa ? otherwise : value);
  return {
    ...PROFILE_DEFAULTS,
    name: nameOf(at(profile, "name"), `${region}, from ChirpStack`),
    region: region as RegionName,
    deviceClass: flag("supportsClassC", at(profile, "supportsClassC")) === true ? "C" : "A",
    supportsOtaa,
    rx1DelayS: Math.min(15, positive("rx1Delay") ?? abp(positive("abpRx1Delay"), null) ?? 1),
    rx1DrOffset: Math.min(7, abp(positive("abpRx1DrOffset"), null) ?? 0),
    // Zero is both data rate 0 and "not set" here: as long as a frequency is given it was meant.
    rx2DataRate: abp(positive("abpRx2Freq") === null ? null : (positive("abpRx2Dr") ?? 0), null),
    rx2FrequencyHz: abp(positive("abpRx2Freq"), null),
    uplinkIntervalS: positive("uplinkInterval"),
    decoder: decoderOf(profile),
    lorawanVersion: version ?? PROFILE_DEFAULTS.lorawanVersion,
  };
}

function decoderOf(profile: unknown): ProfileSettings["decoder"] {
  const runtime = at(profile, "payloadCodecRuntime");
  if (runtime === "CAYENNE_LPP") return { kind: "cayenne-lpp" };
  const source = text("payloadCodecScript", at(profile, "payloadCodecScript"));
  if (runtime !== "JS" || source === null) return { kind: "none" };
  if (Buffer.byteLength(source) <= DECODER_SOURCE_BYTES_MAX) return { kind: "javascript", source };
  throw new FieldFault("decoder-too-large", "payloadCodecScript", `has more than ${DECODER_SOURCE_BYTES_MAX} bytes`);
}

/** snake_case names to camelCase, all the way down: clients print both. */
function camelCased(value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => camelCased(each, depth + 1));
  const entries = Object.entries(value).map(([name, each]) => {
    return [name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()), camelCased(each, depth + 1)];
  });
  return Object.fromEntries(entries) as unknown;
}
