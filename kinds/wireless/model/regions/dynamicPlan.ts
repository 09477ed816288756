import { assert } from "@wayleave/core/errors";
import type { RegionName } from "../device.ts";
import type { ChannelMask, PlanRates, ReceiveWindow, Region, SubBand, UplinkChannel } from "./plan.ts";
import { channelNear, columnOf, coverageOn, ratesOf, subBandAt } from "./plan.ts";

/** Frequencies in a CFList of type 0. */
const CF_LIST_FREQUENCIES = 5;
/** CFList and MAC commands count frequencies in 100 Hz. */
const FREQUENCY_STEP_HZ = 100;

export interface DynamicPlan {
  readonly name: RegionName;
  readonly rates: PlanRates;
  /** What every device knows, then what our join accept adds: at most {@link CF_LIST_FREQUENCIES}. */
  readonly defaultFrequenciesHz: readonly number[];
  readonly addedFrequenciesHz: readonly number[];
  readonly channelDataRates: { readonly min: number; readonly max: number };
  readonly joinDataRates: { readonly min: number; readonly max: number };
  /** Row: the uplink's data rate; column: RX1DROffset. Reserved rows are empty. */
  readonly rx1DataRates: readonly (readonly number[])[];
  readonly dwellMinDataRate: number;
  readonly rx2: ReceiveWindow;
  readonly txPowerEirpDbm: readonly number[];
  readonly dwellTime: Region["dwellTime"];
  readonly txParamSetup: Region["txParamSetup"];
  readonly subBands: readonly SubBand[];
  readonly coveragePowerDbm: number;
}

/** A region whose devices are told their frequencies: 16 channels at most, RX1 where the uplink was. */
export function dynamicPlan(plan: DynamicPlan): Region {
  assert(plan.addedFrequenciesHz.length <= CF_LIST_FREQUENCIES, "a CFList holds all frequencies that we add");
  const frequenciesHz = [...plan.defaultFrequenciesHz, ...plan.addedFrequenciesHz];
  const channels = frequenciesHz.map((frequencyHz, index): UplinkChannel => {
    return { index, frequencyHz, minDataRate: plan.channelDataRates.min, maxDataRate: plan.channelDataRates.max };
  });
  const defaults = channels.slice(0, plan.defaultFrequenciesHz.length);
  const { min: minDataRate, max: maxDataRate } = plan.joinDataRates;
  const offsetMax = (plan.rx1DataRates[0]?.length ?? 1) - 1;
  const rates = ratesOf(plan.rates, plan.subBands, plan.dwellTime);

  return {
    ...rates,
    name: plan.name,
    defaultUplinkChannels: defaults,
    joinChannels: defaults.map((channel) => ({ ...channel, minDataRate, maxDataRate })),
    channels,
    networkChannels: channels.map((channel) => channel.index),
    channelGroups: [],
    rx2: plan.rx2,
    rx1DelayS: 1,
    joinAcceptDelay1S: 5,
    rx1DrOffsetMax: offsetMax,
    txPowerEirpDbm: plan.txPowerEirpDbm,
    adrDataRates: plan.channelDataRates,
    dwellTime: plan.dwellTime,
    dwellMinDataRate: plan.dwellMinDataRate,
    txParamSetup: plan.txParamSetup,
    subBands: plan.subBands,
    coverage: coverageOn(frequenciesHz, plan.coveragePowerDbm),
    isUplinkFrequency: (frequencyHz) => subBandAt(plan.subBands, frequencyHz) !== null,
    uplinkChannelAt: (frequencyHz) => channelNear(channels, frequencyHz),
    rx1: ({ frequencyHz, dataRate, rx1DrOffset, dwellLimited = plan.dwellTime.down }) => {
      if (subBandAt(plan.subBands, frequencyHz) === null || rates.dataRate(dataRate, "up") === null) return null;
      const offset = columnOf(rx1DrOffset, offsetMax);
      const answer = plan.rx1DataRates[dataRate]?.[offset];
      if (answer === undefined) return null;
      return {
        frequencyHz: channelNear(channels, frequencyHz)?.frequencyHz ?? Math.round(frequencyHz),
        dataRate: dwellLimited ? Math.max(answer, plan.dwellMinDataRate) : answer,
      };
    },
    cfList: (wanted = channels.map((channel) => channel.index)) => cfListOf(channels, defaults.length, wanted),
    channelMasks: (wanted, current) => masksOf(channels.length, wanted, current),
  };
}

/** Type 0: five frequencies in 100 Hz, little-endian, for the channels after the default ones. @see RP002-1.0.4, "Join-Accept CFList" */
function cfListOf(channels: readonly UplinkChannel[], defaults: number, wanted: readonly number[]): Uint8Array | null {
  const list = new Uint8Array(16);
  let said = 0;
  for (let slot = 0; slot < CF_LIST_FREQUENCIES; slot += 1) {
    const channel = channels[defaults + slot];
    if (channel === undefined || !wanted.includes(channel.index)) continue;
    const steps = Math.round(channel.frequencyHz / FREQUENCY_STEP_HZ);
    list.set([steps & 0xff, (steps >> 8) & 0xff, (steps >> 16) & 0xff], slot * 3);
    said += 1;
  }
  return said === 0 ? null : list;
}

/** ChMaskCntl 0 covers all 16 channels; one command says everything. @see RP002-1.0.4, "LinkADRReq Command" */
function masksOf(channels: number, wanted: readonly number[], current?: readonly number[]): readonly ChannelMask[] {
  assert(wanted.length > 0, "a device keeps at least one channel");
  let chMask = 0;
  for (const index of wanted) {
    assert(Number.isInteger(index) && index >= 0 && index < channels, "the channel is of this plan");
    chMask |= 1 << index;
  }
  const now = current?.reduce((mask, index) => mask | (1 << index), 0);
  return now === chMask ? [] : [{ chMaskCntl: 0, chMask }];
}
