import type { Region } from "../../model/regions/region.ts";

/** Values of ChMaskCntl that mean more than 16 channels. @see RP002-1.0.4 §2.4.5, §2.5.5 */
const ALL_ON = 6;
const ALL_OFF = 7;
const NARROW_CHANNELS = 64;

/** The channels a device is on after one LinkADRReq of a block. @returns sorted indices of the region's plan. */
export function withChannelMask(
  region: Region,
  channels: readonly number[],
  control: number,
  mask: number,
): readonly number[] {
  const isFixed = region.channelGroups.length > 0;
  if (!isFixed) {
    if (control === ALL_ON) return region.channels.map(({ index }) => index);
    return control === 0 ? masked(mask, 0) : channels;
  }
  if (control === ALL_ON || control === ALL_OFF) {
    const narrow = Array.from({ length: control === ALL_ON ? NARROW_CHANNELS : 0 }, (_, index) => index);
    return [...narrow, ...masked(mask, NARROW_CHANNELS)];
  }
  const first = 16 * control;
  const kept = channels.filter((index) => index < first || index >= first + 16);
  return [...kept, ...masked(mask, first)].sort((a, b) => a - b);
}

function masked(mask: number, first: number): readonly number[] {
  const channels: number[] = [];
  for (let bit = 0; bit < 16; bit++) if ((mask & (1 << bit)) !== 0) channels.push(first + bit);
  return channels;
}
