import type { DeviceRegion } from "./deviceRegion.ts";
import type { DeviceSettings } from "./deviceSettings.ts";

/** FOpts has four bits of length. */
const FOPTS_BYTES_MAX = 15;
/** FHDR without FOpts. */
const HEADER_BYTES = 7;

/** What TxParamSetupReq and DutyCycleReq set. */
export interface TransmitLimits {
  uplinkDwell: boolean;
  downlinkDwell: boolean;
  maxEirpDbm: number;
  /** The share of all airtime is at most 1 / 2 ** maxDutyCycle. */
  maxDutyCycle: number;
}

const MAX_EIRP_DBM = [8, 10, 12, 13, 14, 16, 18, 20, 21, 24, 26, 27, 29, 30, 33, 36];

export function limitsAtJoin(region: DeviceRegion): TransmitLimits {
  const { dwell, eirpDbmMax } = region;
  return {
    uplinkDwell: dwell?.upAtJoin ?? false,
    downlinkDwell: dwell?.downAtJoin ?? false,
    maxEirpDbm: eirpDbmMax,
    maxDutyCycle: 0,
  };
}

/** Does as TxParamSetupReq says. @returns whether the region has it: a device that does not know a command is silent. */
export function setTransmitParameters(
  settings: DeviceSettings,
  { dwell, eirpDbmMax }: DeviceRegion,
  byte: number,
): boolean {
  if (dwell === null) return false;
  settings.downlinkDwell = dwell.limitsDownlinks && (byte & 0x20) !== 0;
  settings.uplinkDwell = (byte & 0x10) !== 0;
  settings.maxEirpDbm = Math.min(eirpDbmMax, MAX_EIRP_DBM[byte & 15]!);
  settings.dataRate = Math.max(settings.dataRate, lowestDataRate(settings, { dwell }));
  return true;
}

/** Of an uplink. */
export function lowestDataRate({ uplinkDwell }: TransmitLimits, { dwell }: Pick<DeviceRegion, "dwell">): number {
  return uplinkDwell ? (dwell?.minDataRate ?? 0) : 0;
}

export function lowestRx1DataRate({ downlinkDwell }: TransmitLimits, { dwell }: DeviceRegion): number {
  return downlinkDwell ? (dwell?.minDataRate ?? 0) : 0;
}

/** How long it must be silent after a frame. */
export function silenceUs({ maxDutyCycle }: TransmitLimits, airtimeUs: number): number {
  return airtimeUs * (2 ** maxDutyCycle - 1);
}

/**
 * Room for FOpts beside a payload. @throws RangeError when the payload alone is too long for the dwell time: a real stack
 * refuses to send it.
 */
export function optionsRoomBytes(
  settings: DeviceSettings,
  { dwell }: DeviceRegion,
  payloadBytes: number | null,
): number {
  if (!settings.uplinkDwell || dwell === null) return FOPTS_BYTES_MAX;
  const most = dwell.macPayloadBytes[settings.dataRate] ?? 0;
  const left = most - HEADER_BYTES - (payloadBytes === null ? 0 : 1 + payloadBytes);
  if (left < 0) throw new RangeError(`DR${settings.dataRate} takes ${most} bytes within 400 ms`);
  return Math.min(FOPTS_BYTES_MAX, left);
}
