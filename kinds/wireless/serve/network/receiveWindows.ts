import type { MacState } from "../../model/device.ts";
import type { Modulation, RadioUplink } from "../../model/radio.ts";
import type { Region } from "../../model/regions/region.ts";

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

/** RX1 follows what this gateway says of the uplink. Null when that has none (it was no uplink of the region). */
export function rx1Of(
  region: Region,
  uplink: Pick<RadioUplink, "frequencyHz" | "modulation">,
  rx1DrOffset: number,
  delayMs: number,
): Window | null {
  const dataRate = region.dataRateOf(uplink.modulation, "up");
  if (dataRate === null) return null;
  const rx1 = region.rx1({ frequencyHz: uplink.frequencyHz, dataRate, rx1DrOffset });
  return rx1 === null ? null : windowAt(region, 1, rx1.frequencyHz, rx1.dataRate, delayMs);
}

/** RX2 as the device is set; also where a class C device listens all the time. */
export function rx2Of(
  region: Region,
  mac: Pick<MacState, "rx2FrequencyHz" | "rx2DataRate">,
  delayMs: number,
): Window | null {
  return windowAt(region, 2, mac.rx2FrequencyHz, mac.rx2DataRate, delayMs);
}

function windowAt(
  region: Region,
  number: 1 | 2,
  frequencyHz: number,
  dataRate: number,
  delayMs: number,
): Window | null {
  const modulation = region.dataRate(dataRate, "down");
  const powerDbm = region.maxDownlinkEirpDbm(frequencyHz);
  const limit = region.maxPayload(dataRate, "down");
  if (modulation === null || powerDbm === null || limit === null) return null;
  const bytesMax = limit.macPayloadBytes + PHY_OVERHEAD_BYTES;
  return { number, frequencyHz, dataRate, modulation, delayMs, powerDbm, bytesMax };
}
