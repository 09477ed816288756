import type { RegionName } from "../device.ts";
import { AS923 } from "./as923.ts";
import { AU915 } from "./au915.ts";
import { EU868 } from "./eu868.ts";
import { IN865 } from "./in865.ts";
import { KR920 } from "./kr920.ts";
import type { Region } from "./plan.ts";
import { US915 } from "./us915.ts";

export type {
  ChannelMask,
  CoverageRadio,
  DataRate,
  Direction,
  PayloadLimit,
  ReceiveWindow,
  Region,
  SubBand,
  UplinkChannel,
} from "./plan.ts";
export { FREQUENCY_TOLERANCE_HZ, subBandAt } from "./plan.ts";

const REGIONS: Readonly<Record<RegionName, Region>> = { EU868, US915, AU915, AS923, IN865, KR920 };

/** The channel plan of a region, after RP002-1.0.4. */
export function regionOf(name: RegionName): Region {
  return REGIONS[name];
}
