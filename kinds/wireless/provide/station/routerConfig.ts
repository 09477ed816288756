import type { RegionName } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import { regionOf } from "../../model/regions/region.ts";
import { type ChannelPlan, channelPlanOf } from "./channelPlan.ts";

export interface RouterConfigOptions {
  readonly region: RegionName;
  /** Of US915 and AU915, 0…7. @default 1 */
  readonly subBand?: number;
  /** Stations drop data frames of other networks; absent: none. */
  readonly netIds?: readonly number[];
  /** Stations drop join requests outside of these, ends included; absent: none. */
  readonly joinEuiRanges?: readonly (readonly [Eui64, Eui64])[];
  /** For laboratories: no listening before talking, no duty cycle, no dwell time. Sent only where true. */
  readonly nocca?: boolean;
  readonly nodc?: boolean;
  readonly nodwell?: boolean;
}

/** One concentrator, whatever its chip: stations map it to theirs. */
const HARDWARE = "sx1301/1";

/** The answer to `version`; write it with `exactJson`. @see https://doc.sm.tc/station/tcproto.html (router_config) */
export function routerConfig(options: RouterConfigOptions, nowMs: number): object {
  const plan: ChannelPlan = channelPlanOf(options.region, options.subBand);
  const { netIds, joinEuiRanges } = options;
  const flags = (["nocca", "nodc", "nodwell"] as const).filter((flag) => options[flag] === true);
  return {
    msgtype: "router_config",
    NetID: netIds ?? null,
    JoinEui: joinEuiRanges?.map(([first, last]) => [BigInt(`0x${first}`), BigInt(`0x${last}`)]) ?? null,
    region: plan.name,
    hwspec: HARDWARE,
    freq_range: plan.frequencyRangeHz,
    max_eirp: maxEirpDbm(options.region),
    DRs: plan.dataRates,
    sx1301_conf: [plan.concentrator],
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    MuxTime: nowMs / 1000,
  };
}

/**
 * What a station may radiate wherever it has no limits of its own: those have them for EU863, US902 and KR920, and send
 * with 14 dBm in the other regions unless told.
 */
function maxEirpDbm(name: RegionName): number {
  const region = regionOf(name);
  const frequencies = [region.rx2.frequencyHz, ...region.channels.map(({ frequencyHz }) => frequencyHz)];
  return Math.min(...frequencies.flatMap((hertz) => region.maxDownlinkEirpDbm(hertz) ?? []));
}
