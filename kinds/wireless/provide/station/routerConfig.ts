import type { RegionName } from "../../model/device.ts";
import { regionOf } from "../../model/regions/region.ts";
import { type ChannelPlan, channelPlanOf } from "./channelPlan.ts";

export interface RouterConfigOptions {
  readonly region: RegionName;
  /** Of US915 and AU915, 0…7. @default 1 */
  readonly subBand?: number;
}

/** One concentrator, whatever its chip: stations map it to theirs. */
const HARDWARE = "sx1301/1";

/**
 * The answer to `version`. A station filters nothing: who is forwarded to is the agent's to know, and a station's filters
 * hold seven bits of a NetID and ten ranges of JoinEUIs.
 * @see https://doc.sm.tc/station/tcproto.html (router_config)
 */
export function routerConfig({ region, subBand }: RouterConfigOptions, nowMs: number): object {
  const plan: ChannelPlan = channelPlanOf(region, subBand);
  return {
    msgtype: "router_config",
    NetID: null,
    JoinEui: null,
    region: plan.name,
    hwspec: HARDWARE,
    freq_range: plan.frequencyRangeHz,
    ...maxEirpOf(region),
    DRs: plan.dataRates,
    sx1301_conf: [plan.concentrator],
    MuxTime: nowMs / 1000,
  };
}

/**
 * What a station may radiate. It lowers its own limits and never raises them, and is the only limit in regions that a
 * station does not know. In EU868 it would lower RX2's too: there a station's own 16 dBm, and 27 dBm at 869.525 MHz, hold.
 */
function maxEirpOf(name: RegionName): { readonly max_eirp?: number } {
  if (name === "EU868") return {};
  const region = regionOf(name);
  const frequencies = [region.rx2.frequencyHz, ...region.channels.map(({ frequencyHz }) => frequencyHz)];
  return { max_eirp: Math.min(...frequencies.flatMap((hertz) => region.maxDownlinkEirpDbm(hertz) ?? [])) };
}
