import { type DeviceProfile, LORAWAN_VERSIONS, type LorawanVersion, type TxParams } from "./device.ts";
import { MAX_EIRP_DBM } from "./lorawan/macCommands.ts";
import type { Region } from "./regions/region.ts";

/** Where there is no TxParamSetupReq there is no dwell time to set either. */
const UNLIMITED: TxParams = { uplinkDwellTime: false, downlinkDwellTime: false, maxEirpIndex: null };

/** @param hasJoined - a join reset it; otherwise another network may have told it anything. */
export function untoldTxParams({ txParamSetup }: Region, hasJoined: boolean): TxParams {
  if (txParamSetup === null) return UNLIMITED;
  return hasJoined ? txParamSetup.joined : { ...txParamSetup.joined, uplinkDwellTime: null, maxEirpIndex: null };
}

/** All known. */
export type WantedTxParams = { readonly [K in keyof TxParams]: NonNullable<TxParams[K]> };

/**
 * What a device of this profile should be set to by TxParamSetupReq: the region's own, unless the profile says otherwise.
 * Null: it does not know the command.
 */
export function wantedTxParams(profile: DeviceProfile, region: Region): WantedTxParams | null {
  const { txParamSetup, dwellTime } = region;
  if (txParamSetup === null || !knows(profile.lorawanVersion, txParamSetup.since)) return null;
  return {
    uplinkDwellTime: profile.uplinkDwellTime ?? dwellTime.up,
    downlinkDwellTime: txParamSetup.limitsDownlinks && (profile.downlinkDwellTime ?? dwellTime.down),
    maxEirpIndex: maxEirpIndex(Math.min(profile.maxEirpDbm ?? Infinity, region.txPowerEirpDbm[0]!)),
  };
}

/** Whether a device of one version has what came with another. */
export function knows(version: LorawanVersion, since: LorawanVersion): boolean {
  return LORAWAN_VERSIONS.indexOf(version) >= LORAWAN_VERSIONS.indexOf(since);
}

/** The largest power of the table that is not above this one; its smallest when all are. */
function maxEirpIndex(dbm: number): number {
  const index = MAX_EIRP_DBM.findLastIndex((each) => each <= dbm);
  return Math.max(0, index);
}
