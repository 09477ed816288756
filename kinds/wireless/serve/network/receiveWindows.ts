import type { MacState } from "../../model/device.ts";
import type { Modulation, RadioUplink } from "../../model/radio.ts";
import type { ReceiveWindow, Region } from "../../model/regions/region.ts";

/** MHDR and MIC, which the tables of payload sizes leave out. */
const PHY_OVERHEAD_BYTES = 5;

/** When, where and how a device listens. */
export interface Window {
  readonly number: 1 | 2;
  readonly frequencyHz: number;
  readonly dataRate: number;
  readonly modulation: Modulation;
  /** After the end of the uplink. */
  readonly delayMs: number;
  /** EIRP. */
  readonly powerDbm: number;
  /** Of a PHYPayload. */
  readonly bytesMax: number;
}

/** What a device is set to, as far as its windows go. */
export type Rx1Settings = Pick<MacState, "rx1DrOffset" | "rx1Moved"> &
  DwellTime & {
    /** Whether an uplink slower than a dwell time allows is taken to tell that the device has none, either way. */
    readonly slowTells?: boolean;
  };
export type Rx2Settings = Pick<MacState, "rx2FrequencyHz" | "rx2DataRate"> & DwellTime;
interface DwellTime {
  readonly tx: Pick<MacState["tx"], "uplinkDwellTime" | "downlinkDwellTime">;
}

/**
 * RX1 follows what this gateway says of the uplink. Null when that has none (it was no uplink of the region), or when
 * nobody can tell its data rate, because that hangs on a dwell time that is not known.
 */
export function rx1Of(
  region: Region,
  uplink: Pick<RadioUplink, "frequencyHz" | "modulation">,
  settings: Rx1Settings,
  delayMs: number,
): Window | null {
  const dataRate = region.dataRateOf(uplink.modulation, "up");
  if (dataRate === null) return null;
  const { rx1DrOffset } = settings;
  const downlinkDwellTime = knownDwellTime(settings, dataRate < region.dwellMinDataRate);
  const at = (dwellLimited: boolean): ReceiveWindow | null =>
    region.rx1({ frequencyHz: uplink.frequencyHz, dataRate, rx1DrOffset, dwellLimited });
  const rx1 = at(downlinkDwellTime ?? true);
  if (rx1 === null || (downlinkDwellTime === null && at(false)?.dataRate !== rx1.dataRate)) return null;
  const frequencyHz = movedHz(region, uplink.frequencyHz, settings.rx1Moved) ?? rx1.frequencyHz;
  return windowAt(region, { number: 1, frequencyHz, dataRate: rx1.dataRate, delayMs }, downlinkDwellTime);
}

/** RX2 as the device is set; also where a class C device listens all the time. */
export function rx2Of(region: Region, settings: Rx2Settings, delayMs: number): Window | null {
  const { rx2FrequencyHz: frequencyHz, rx2DataRate: dataRate } = settings;
  return windowAt(region, { number: 2, frequencyHz, dataRate, delayMs }, settings.tx.downlinkDwellTime);
}

function knownDwellTime({ tx, slowTells = false }: Rx1Settings, isSlow: boolean): boolean | null {
  return slowTells && isSlow && tx.uplinkDwellTime === null ? (tx.downlinkDwellTime ?? false) : tx.downlinkDwellTime;
}

function movedHz(region: Region, uplinkHz: number, moved: Rx1Settings["rx1Moved"]): number | undefined {
  if (moved.length === 0) return undefined;
  const index = region.uplinkChannelAt(uplinkHz)?.index;
  return moved.find(({ channel }) => channel === index)?.frequencyHz;
}

function windowAt(
  region: Region,
  where: Pick<Window, "number" | "frequencyHz" | "dataRate" | "delayMs">,
  dwellTime: boolean | null,
): Window | null {
  const modulation = region.dataRate(where.dataRate, "down");
  const powerDbm = region.maxDownlinkEirpDbm(where.frequencyHz);
  const macPayloadBytes = macPayloadMax(region, where.dataRate, dwellTime);
  if (modulation === null || powerDbm === null || macPayloadBytes === 0) return null;
  return { ...where, modulation, powerDbm, bytesMax: macPayloadBytes + PHY_OVERHEAD_BYTES };
}

/** Unknown, the shorter of both; where a dwell time lets nothing through, the device listening there has none. */
function macPayloadMax(region: Region, dataRate: number, dwellTime: boolean | null): number {
  const bytes = (dwellLimited: boolean): number =>
    region.maxPayload(dataRate, "down", dwellLimited)?.macPayloadBytes ?? 0;
  return dwellTime === null ? bytes(true) || bytes(false) : bytes(dwellTime);
}
