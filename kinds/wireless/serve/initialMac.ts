import { type DeviceProfile, type MacState, UNTOLD_MAC } from "../model/device.ts";
import { regionOf } from "../model/regions/region.ts";
import { untoldTxParams } from "../model/txParams.ts";

/**
 * What a device that never joined is set to: the region's own defaults (LoRaWAN 1.0.4 §5, RP002-1.0.4), because nobody
 * has told it anything yet. What its profile wants otherwise is told by MAC requests.
 */
export function initialMac({ region: name, rx1DelayS, rx1DrOffset }: DeviceProfile): MacState {
  const region = regionOf(name);
  return {
    dataRate: 0,
    txPower: 0,
    nbTrans: 1,
    rx1DelayS,
    rx1DrOffset: Math.min(rx1DrOffset, region.rx1DrOffsetMax),
    rx2DataRate: region.rx2.dataRate,
    rx2FrequencyHz: region.rx2.frequencyHz,
    channels: region.defaultUplinkChannels.map((_, index) => index),
    tx: untoldTxParams(region, false),
    ...UNTOLD_MAC,
  };
}
