import type { Region } from "../../model/regions/region.ts";
import type { AgreedCopies } from "./frameContent.ts";
import type { FrameCopy } from "./frameCopy.ts";
import { type RadioFault, radioFault } from "./radioFault.ts";

/** LoRa receivers measure no more. Whoever claims it would make ADR ask too much of a device. */
const SNR_DB_MAX = 15;

/**
 * Leaves out copies that no device of the region can have sent, and takes the word of most gateways for the data rate and
 * the channel: what one of them says wrongly costs that one its part.
 *
 * @returns the first fault when no copy is left.
 */
export function agreedCopies(region: Region, copies: readonly FrameCopy[]): AgreedCopies | RadioFault {
  const able: { copy: FrameCopy; dataRate: number }[] = [];
  let fault: RadioFault | null = null;
  for (const copy of copies) {
    const copyFault = radioFault(region, copy.uplink);
    if (copyFault === null) able.push({ copy, dataRate: region.dataRateOf(copy.uplink.modulation, "up") ?? 0 });
    else fault ??= copyFault;
  }
  let typical = able[0];
  if (typical === undefined) return fault ?? "wrong-channel";
  if (able.length > 2) {
    let most = 0;
    for (const one of able) {
      const votes = able.reduce((sum, other) => sum + (saysTheSame(one, other) ? 1 : 0), 0);
      if (votes <= most) continue;
      most = votes;
      typical = one;
    }
  }
  let bestSnrDb = Number.NEGATIVE_INFINITY;
  for (const { copy } of able) bestSnrDb = Math.max(bestSnrDb, Math.min(copy.uplink.snrDb, SNR_DB_MAX));
  return { copies: able.map(({ copy }) => copy), typical: typical.copy, dataRate: typical.dataRate, bestSnrDb };
}

function saysTheSame(
  one: { readonly copy: FrameCopy; readonly dataRate: number },
  other: { readonly copy: FrameCopy; readonly dataRate: number },
): boolean {
  return one.dataRate === other.dataRate && one.copy.uplink.frequencyHz === other.copy.uplink.frequencyHz;
}
