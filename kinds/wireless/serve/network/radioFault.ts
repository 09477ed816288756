import type { RadioUplink } from "../../model/radio.ts";
import type { Region } from "../../model/regions/region.ts";

/** MHDR and MIC, which the tables of payload sizes leave out. */
const PHY_OVERHEAD_BYTES = 5;

/** No receiver reports more, either way: a byte in quarters of a decibel. */
const SNR_DB_MAX = 64;

export type RadioFault = "wrong-data-rate" | "wrong-channel" | "payload-too-large" | "wrong-signal";

/**
 * Why a frame cannot have been sent by a device of this region as this gateway says it heard it; null when it can.
 * A fault is the copy's, not the frame's: one gateway's lie must not cost a device its frame.
 */
export function radioFault(region: Region, uplink: RadioUplink): RadioFault | null {
  const dataRate = region.dataRateOf(uplink.modulation, "up");
  if (dataRate === null) return "wrong-data-rate";
  if (!region.isUplinkFrequency(uplink.frequencyHz)) return "wrong-channel";
  // Whether the device keeps to a dwell time is its country's law, which we do not know: the longer limit refuses no honest frame.
  const limit = region.maxPayload(dataRate, "up", false);
  if (limit === null || uplink.payload.byteLength > limit.macPayloadBytes + PHY_OVERHEAD_BYTES) {
    return "payload-too-large";
  }
  // Not a number is not below it either.
  if (!(Math.abs(uplink.snrDb) <= SNR_DB_MAX)) return "wrong-signal";
  return null;
}

/** For people. */
export const RADIO_FAULT_MESSAGES: Readonly<Record<RadioFault, string>> = {
  "wrong-data-rate": "The frame came with a modulation that the profile's region does not have",
  "wrong-channel": "The frame came on a frequency that is no channel of the profile's region",
  "payload-too-large": "The frame is longer than its data rate allows",
  "wrong-signal": "The frame came with a signal strength that no receiver measures",
};
