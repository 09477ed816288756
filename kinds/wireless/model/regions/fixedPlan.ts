import { assert } from "@wayleave/core/errors";
import type { RegionName } from "../device.ts";
import type { ChannelMask, PlanRates, Region, SubBand, UplinkChannel } from "./plan.ts";
import { channelNear, columnOf, coverageOn, powersFrom, ratesOf } from "./plan.ts";

const NARROW_CHANNELS = 64;
const WIDE_CHANNELS = 8;
const DOWNLINK_CHANNELS = 8;
const DOWNLINK_FIRST_HZ = 923_300_000;
const DOWNLINK_STEP_HZ = 600_000;
const NARROW_STEP_HZ = 200_000;
const WIDE_STEP_HZ = 1_600_000;
/** Groups of 16 channels that one mask covers: four of 125 kHz and the 500 kHz ones. */
const MASKS = 5;
const ALL_16 = 0xffff;
const ALL_8 = 0xff;
/** "All 125 kHz channels on" and "off"; the mask then says the 500 kHz ones. @see RP002-1.0.4, "LinkADRReq Command" */
const CNTL_ALL_ON = 6;
const CNTL_ALL_OFF = 7;
/** Channels 8–15 and 65: what nearly all public networks of both regions use, so what devices and gateways ship with. */
const NETWORK_GROUP = 1;

export interface FixedPlan {
  readonly name: RegionName;
  readonly rates: PlanRates;
  readonly firstNarrowHz: number;
  readonly firstWideHz: number;
  readonly narrowDataRates: { readonly min: number; readonly max: number };
  readonly narrowJoinDataRates: { readonly min: number; readonly max: number };
  readonly wideDataRate: number;
  readonly rx1DataRates: readonly (readonly number[])[];
  readonly dwellTime: Region["dwellTime"];
  readonly dwellMinDataRate: number;
  readonly txParamSetup: Region["txParamSetup"];
  readonly subBands: readonly SubBand[];
  readonly coveragePowerDbm: number;
}

/** A region of 64 + 8 uplink and 8 downlink channels: RX1 is on the uplink channel's number modulo 8. */
export function fixedPlan(plan: FixedPlan): Region {
  const channels = channelsOf(plan, plan.narrowDataRates);
  const groups = Array.from({ length: WIDE_CHANNELS }, (_, group) => [
    ...Array.from({ length: 8 }, (_unused, place) => group * 8 + place),
    NARROW_CHANNELS + group,
  ]);
  const networkChannels = groups[NETWORK_GROUP] ?? [];
  const offsetMax = (plan.rx1DataRates[0]?.length ?? 1) - 1;
  const rates = ratesOf(plan.rates, plan.subBands, plan.dwellTime);

  return {
    ...rates,
    name: plan.name,
    defaultUplinkChannels: channels,
    joinChannels: channelsOf(plan, plan.narrowJoinDataRates),
    channels,
    networkChannels,
    channelGroups: groups,
    rx2: { frequencyHz: DOWNLINK_FIRST_HZ, dataRate: 8 },
    rx1DelayS: 1,
    joinAcceptDelay1S: 5,
    rx1DrOffsetMax: offsetMax,
    txPowerEirpDbm: powersFrom(30, 14),
    adrDataRates: plan.narrowDataRates,
    dwellTime: plan.dwellTime,
    dwellMinDataRate: plan.dwellMinDataRate,
    txParamSetup: plan.txParamSetup,
    subBands: plan.subBands,
    coverage: coverageOn(
      channels.slice(NETWORK_GROUP * 8, NETWORK_GROUP * 8 + 8).map((channel) => channel.frequencyHz),
      plan.coveragePowerDbm,
    ),
    isUplinkFrequency: (frequencyHz) => channelNear(channels, frequencyHz) !== null,
    uplinkChannelAt: (frequencyHz) => channelNear(channels, frequencyHz),
    rx1: ({ frequencyHz, dataRate, rx1DrOffset }) => {
      const channel = channelNear(channels, frequencyHz);
      const offset = columnOf(rx1DrOffset, offsetMax);
      const answer = plan.rx1DataRates[dataRate]?.[offset];
      if (channel === null || answer === undefined || rates.dataRate(dataRate, "up") === null) return null;
      const place = channel.index % DOWNLINK_CHANNELS;
      return { frequencyHz: DOWNLINK_FIRST_HZ + place * DOWNLINK_STEP_HZ, dataRate: answer };
    },
    cfList: (wanted = networkChannels) => cfListOf(wanted),
    channelMasks: masksOf,
  };
}

function channelsOf(plan: FixedPlan, narrow: FixedPlan["narrowDataRates"]): readonly UplinkChannel[] {
  return Array.from({ length: NARROW_CHANNELS + WIDE_CHANNELS }, (_, index): UplinkChannel => {
    const isNarrow = index < NARROW_CHANNELS;
    return {
      index,
      frequencyHz: isNarrow
        ? plan.firstNarrowHz + index * NARROW_STEP_HZ
        : plan.firstWideHz + (index - NARROW_CHANNELS) * WIDE_STEP_HZ,
      minDataRate: isNarrow ? narrow.min : plan.wideDataRate,
      maxDataRate: isNarrow ? narrow.max : plan.wideDataRate,
    };
  });
}

/** Type 1: five masks of 16 channels, little-endian; the rest is reserved. @see RP002-1.0.4, "Join-Accept CFList" */
function cfListOf(wanted: readonly number[]): Uint8Array {
  const list = new Uint8Array(16);
  groupMasks(wanted).forEach((mask, group) => list.set([mask & 0xff, mask >> 8], group * 2));
  list[15] = 1;
  return list;
}

/**
 * The shortest of three ways: all 125 kHz channels off, then some on; all on, then some off; or only what differs.
 * Never ChMaskCntl 5 (whole groups at once), which devices before LoRaWAN 1.0.3 do not know.
 */
function masksOf(wanted: readonly number[], current?: readonly number[]): readonly ChannelMask[] {
  assert(wanted.length > 0, "a device keeps at least one channel");
  const want = groupMasks(wanted);
  const wide = want[MASKS - 1] ?? 0;
  const now = current === undefined ? null : groupMasks(current);
  const commands = (from: (group: number) => number | null): ChannelMask[] =>
    want.flatMap((chMask, chMaskCntl) => (from(chMaskCntl) === chMask ? [] : [{ chMaskCntl, chMask }]));

  const fromNow = commands((group) => now?.[group] ?? null);
  if (fromNow.length === 0) return [];
  const narrowFrom = (base: number): ChannelMask[] => commands((group) => (group === MASKS - 1 ? wide : base));
  const fromOff = [{ chMaskCntl: CNTL_ALL_OFF, chMask: wide }, ...narrowFrom(0)];
  const fromOn = [{ chMaskCntl: CNTL_ALL_ON, chMask: wide }, ...narrowFrom(ALL_16)];
  return [fromOff, fromOn, fromNow].reduce((best, way) => (way.length < best.length ? way : best));
}

function groupMasks(channels: readonly number[]): readonly number[] {
  const masks = new Array<number>(MASKS).fill(0);
  for (const index of channels) {
    assert(
      Number.isInteger(index) && index >= 0 && index < NARROW_CHANNELS + WIDE_CHANNELS,
      "the channel is of this plan",
    );
    masks[index >> 4] = (masks[index >> 4] ?? 0) | (1 << (index & 15));
  }
  assert((masks[MASKS - 1] ?? 0) <= ALL_8, "there are eight 500 kHz channels");
  return masks;
}
