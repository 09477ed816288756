import path from "node:path";
import { type AgentConfig, agentSettingsSchema } from "@wayleave/app-agent/config";
import { WayleaveError } from "@wayleave/core/errors";
import { addressSchema } from "@wayleave/core/ids";
import type { Network } from "@wayleave/core/network";
import { REGION_NAMES } from "@wayleave/kind-wireless/model/device";
import { cellOfPlace } from "@wayleave/kind-wireless/provide/cellOfPlace";
import { wholeNumber } from "../terminal.ts";
import { euiOption } from "../wireless/customerKey.ts";

const GIB = 2 ** 30;
const QUOTA_GIB = "20";
const QUOTA_GIB_MAX = 1_000_000;
const PORT_MAX = 65_535;
/** What packet forwarders and Basics Stations are set to when they come. */
const GWMP_PORT = "1700";
const STATION_PORT = "1887";
const OFF = "off";
/** Gateways are on another machine more often than not. */
const ALL_ADDRESSES = "0.0.0.0";
const JOINABLE = ["storage", "wireless"] as const;
export type JoinKind = (typeof JOINABLE)[number];

/** Options that mean something for one kind only: a mistyped command is told, not half obeyed. */
const ONLY_STORAGE = ["quotaGib", "cell"] as const;
const ONLY_WIRELESS = ["region", "place", "gwmpPort", "stationPort", "listen", "gateway", "antennaGainDbi"] as const;

export type JoinConfig = ReturnType<typeof joinConfig>;

/** @throws WayleaveError `usage-invalid` naming the option. */
export function joinKind(options: Record<string, string>): JoinKind {
  const kind = JOINABLE.find((each) => each === (options["kind"] ?? "storage"));
  if (kind === undefined) throw wrong("kind", `must be one of ${JOINABLE.join(", ")}`, options["kind"]);
  for (const name of kind === "storage" ? ONLY_WIRELESS : ONLY_STORAGE) {
    if (options[name] === undefined) continue;
    throw wrong(optionOf(name), `means nothing for --kind ${kind}`, options[name]);
  }
  return kind;
}

/** Where a device of this kind keeps its key, unless told otherwise. */
export function joinDirectory(options: Record<string, string>, kind: JoinKind): string {
  return path.resolve(options["deviceDir"] ?? (kind === "storage" ? "wayleave-device" : "wayleave-gateway"));
}

/** What the agent is started with. @throws WayleaveError `usage-invalid` naming the option. */
export function joinConfig(options: Record<string, string>, kind: JoinKind, directory: string, network: Network) {
  const { owner, localAddress } = options;
  if (owner !== undefined && !addressSchema.safeParse(owner).success) {
    throw wrong("owner", "must be 20 bytes of 0x hex", owner);
  }
  const common = { directory, owner: owner ?? null, localAddress: localAddress ?? null };
  const own = kind === "storage" ? storageSettings(options) : wirelessSettings(options);
  const parsed = agentSettingsSchema.omit({ network: true }).safeParse({ ...common, ...own });
  if (parsed.success) return { ...parsed.data, network };
  const issue = parsed.error.issues[0]!;
  const option = issue.path.map(String).join(".");
  throw new WayleaveError("usage-invalid", `--${option} ${issue.message}`, { option });
}

function storageSettings(options: Record<string, string>): Pick<AgentConfig, "quotaBytes" | "cell"> {
  const quotaBytes = wholeNumber("quota-gib", options["quotaGib"] ?? QUOTA_GIB, 1, QUOTA_GIB_MAX) * GIB;
  return { quotaBytes, ...(options["cell"] === undefined ? {} : { cell: options["cell"] }) };
}

function wirelessSettings(options: Record<string, string>): Pick<AgentConfig, "wireless" | "cell"> {
  const { region: regionText, listen = ALL_ADDRESSES } = options;
  const region = REGION_NAMES.find((name) => name === regionText?.toUpperCase());
  if (region === undefined) {
    throw wrong("region", `must be the radio region of the gateway: one of ${REGION_NAMES.join(", ")}`, regionText);
  }
  const gwmp = endpoint("gwmp-port", options["gwmpPort"] ?? GWMP_PORT, listen);
  const station = endpoint("station-port", options["stationPort"] ?? STATION_PORT, listen);
  if (gwmp === null && station === null) {
    throw wrong("gwmp-port", "and --station-port are both off: no gateway could come", OFF);
  }
  return {
    cell: placeOption(options["place"]),
    wireless: {
      ...{ region, gwmp, station, antennaGainDbi: gainOption(options["antennaGainDbi"]) },
      gateways: options["gateway"]?.split(",").map((eui) => euiOption("--gateway", eui)) ?? null,
    },
  };
}

function endpoint(option: string, text: string, host: string): { host: string; port: number } | null {
  return text === OFF ? null : { host, port: wholeNumber(option, text, 1, PORT_MAX) };
}

/** `46.948,7.4474`: degrees, north and east positive. */
function placeOption(text: string | undefined): string {
  if (text === undefined) {
    const message =
      "says where the antenna stands, as latitude,longitude in degrees (--place 46.948,7.4474): without a place " +
      "nothing that the gateway covers can count";
    throw wrong("place", message, "nothing");
  }
  const [latitude, longitude] = /^\s*(-?\d{1,2}(?:\.\d{1,15})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*$/
    .exec(text)
    ?.slice(1)
    .map(Number) ?? [Number.NaN, Number.NaN];
  if (Math.abs(latitude!) <= 90 && Math.abs(longitude!) <= 180) return cellOfPlace(latitude!, longitude!);
  throw wrong("place", "must be latitude,longitude in degrees, like 46.948,7.4474 or -33.86,151.21", text);
}

function gainOption(text = "0"): number {
  const gain = Number(text);
  if (/^\d{1,2}(\.\d{1,2})?$/.test(text) && gain <= 15) return gain;
  throw wrong("antenna-gain-dbi", "must be 0 to 15, the antenna's gain less the cable's loss", text);
}

function optionOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function wrong(option: string, message: string, value: string | undefined): WayleaveError {
  return new WayleaveError("usage-invalid", `--${option} ${message}`, { option, value: value ?? "nothing" });
}
