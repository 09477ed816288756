import type { DeviceChannel, DeviceRegion } from "./deviceRegion.ts";
import { type TransmitLimits, limitsAtJoin, lowestDataRate } from "./transmitLimits.ts";

/** What a network may change of an end device, as the device has it now. */
export interface DeviceSettings extends TransmitLimits {
  dataRate: number;
  txPower: number;
  nbTrans: number;
  rx1DelayS: number;
  rx1DrOffset: number;
  rx2DataRate: number;
  rx2FrequencyHz: number;
  /** By index; null where none is defined. */
  channels: (DeviceChannel | null)[];
  enabled: boolean[];
  /** RX1 frequencies that DlChannelReq has moved. */
  downlinkHz: Map<number, number>;
}

export function defaultSettings(region: DeviceRegion, dataRate: number): DeviceSettings {
  return {
    dataRate,
    txPower: 0,
    nbTrans: 1,
    rx1DelayS: 1,
    rx1DrOffset: 0,
    rx2DataRate: region.rx2.dataRate,
    rx2FrequencyHz: region.rx2.frequencyHz,
    channels: [...region.uplinkChannels],
    enabled: region.uplinkChannels.map(() => true),
    downlinkHz: new Map(),
    ...limitsAtJoin(region),
  };
}

/** Takes a join accept's channel list: five frequencies (type 0) or masks (type 1). */
export function applyCfList(settings: DeviceSettings, region: DeviceRegion, cfList: Buffer): void {
  if (cfList.byteLength !== 16) return;
  if (region.fixedChannels) {
    if (cfList[15] !== 1) return;
    settings.enabled = settings.channels.map((_, i) => ((cfList[i >> 3] ?? 0) & (1 << (i & 7))) !== 0);
    return;
  }
  if (cfList[15] !== 0) return;
  for (let i = 0; i < 5; i++) {
    const frequencyHz = cfList.readUIntLE(3 * i, 3) * 100;
    const index = region.uplinkChannels.length + i;
    settings.channels[index] = frequencyHz === 0 ? null : { frequencyHz, minDataRate: 0, maxDataRate: 5 };
    settings.enabled[index] = frequencyHz !== 0;
  }
}

/** The channels a device may send on at its data rate. */
export function usableChannels(settings: DeviceSettings): { readonly index: number; readonly frequencyHz: number }[] {
  return settings.channels.flatMap((channel, index) =>
    channel !== null &&
    settings.enabled[index] === true &&
    settings.dataRate >= channel.minDataRate &&
    settings.dataRate <= channel.maxDataRate
      ? [{ index, frequencyHz: channel.frequencyHz }]
      : [],
  );
}

/** One LinkADRReq. 15 keeps data rate or power; `redundancy` is ChMaskCntl (bits 4–6) and NbTrans (bits 0–3). */
export interface AdrRequest {
  readonly dataRate: number;
  readonly txPower: number;
  readonly mask: number;
  readonly redundancy: number;
}

/**
 * Takes a block of LinkADRReq together: masks one after the other, the last one's data rate, power and repetitions; all
 * of it or nothing. @returns the Status of every answer: bits for power, data rate and mask.
 * @see LoRaWAN 1.0.3 §5.3, RP002 channel mask tables
 */
export function applyAdr(settings: DeviceSettings, region: DeviceRegion, requests: readonly AdrRequest[]): number {
  const enabled = [...settings.enabled];
  let masksOk = true;
  for (const request of requests) masksOk &&= applyMask(enabled, settings, region, request);
  const { dataRate, txPower, redundancy } = requests.at(-1)!;
  const wanted = dataRate === 15 ? settings.dataRate : dataRate;
  const channels = settings.channels.filter((channel, i) => channel !== null && enabled[i] === true);
  masksOk &&= channels.length > 0;
  const rateOk =
    wanted >= lowestDataRate(settings, region) &&
    (region.dataRates[wanted] ?? null) !== null &&
    channels.some((channel) => wanted >= channel!.minDataRate && wanted <= channel!.maxDataRate);
  const powerOk = txPower === 15 || txPower <= region.txPowerMax;
  if (masksOk && rateOk && powerOk) {
    settings.enabled = enabled;
    settings.dataRate = wanted;
    if (txPower !== 15) settings.txPower = txPower;
    if ((redundancy & 15) > 0) settings.nbTrans = redundancy & 15;
  }
  return (powerOk ? 4 : 0) | (rateOk ? 2 : 0) | (masksOk ? 1 : 0);
}

function applyMask(enabled: boolean[], settings: DeviceSettings, region: DeviceRegion, request: AdrRequest): boolean {
  const control = (request.redundancy >> 4) & 7;
  const { mask } = request;
  const set = (from: number, bits: number): boolean => {
    let known = true;
    for (let bit = 0; bit < bits; bit++) {
      const on = (mask & (1 << bit)) !== 0;
      if (on && (settings.channels[from + bit] ?? null) === null) known = false;
      if (from + bit < settings.channels.length) enabled[from + bit] = on;
    }
    return known;
  };
  if (!region.fixedChannels) {
    if (control === 0) return set(0, 16);
    if (control !== 6) return false;
    settings.channels.forEach((channel, i) => (enabled[i] = channel !== null));
    return true;
  }
  if (control < 4) return set(16 * control, 16);
  if (control === 4) return set(64, 8);
  if (control === 5) {
    for (let i = 0; i < 64; i++) enabled[i] = (mask & (1 << (i >> 3))) !== 0;
    return set(64, 8);
  }
  if (control === 7) enabled.fill(false, 0, 64);
  else enabled.fill(true, 0, 64);
  return set(64, 8);
}
