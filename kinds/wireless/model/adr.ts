/**
 * Adaptive data rate as ChirpStack's default: the best of the last uplinks says how much louder a device is than it need
 * be; that is spent on data rate first, then on transmit power.
 * @see Semtech, "LoRaWAN – simple rate adaptation recommended algorithm"; ChirpStack v4, default ADR algorithm
 */
import type { MacState } from "./device.ts";
import type { Modulation } from "./radio.ts";
import type { Region } from "./regions/region.ts";

export const ADR_HISTORY_MAX = 20;
/** dB kept in hand for fading. */
const INSTALLATION_MARGIN_DB = 10;
const STEP_DB = 3;
/** SNR that a frame of SF7…SF12 needs at 125 kHz. @see Semtech SX1276 datasheet, table 13 */
const REQUIRED_SNR_DB: readonly number[] = [-7.5, -10, -12.5, -15, -17.5, -20];
/** Below so many percent of lost frames, nbTrans becomes this, by what it is now (1, 2, 3). */
const NB_TRANS_BY_LOSS: readonly { readonly belowPercent: number; readonly nbTrans: readonly number[] }[] = [
  { belowPercent: 5, nbTrans: [1, 1, 2] },
  { belowPercent: 10, nbTrans: [1, 2, 3] },
  { belowPercent: 30, nbTrans: [2, 3, 3] },
  { belowPercent: Infinity, nbTrans: [3, 3, 3] },
];

export type AdrHistory = MacState["adrHistory"];
export interface AdrTarget {
  readonly dataRate: number;
  readonly txPower: number;
  readonly nbTrans: number;
}

/**
 * Adds an uplink to what ADR is computed from: the last {@link ADR_HISTORY_MAX}, one entry a frame (a repetition only
 * raises its SNR). A counter that went back is another session's: history starts again.
 * Clear the history once the device took another data rate or power: what it holds was heard under the old ones.
 */
export function withUplink(history: AdrHistory, uplink: AdrHistory[number]): AdrHistory {
  const last = history.at(-1);
  if (last === undefined || uplink.fCnt < last.fCnt) return [uplink];
  if (uplink.fCnt === last.fCnt) {
    return [...history.slice(0, -1), { ...last, maxSnrDb: Math.max(last.maxSnrDb, uplink.maxSnrDb) }];
  }
  return [...history, uplink].slice(-ADR_HISTORY_MAX);
}

/**
 * What the device should be set to; equal to the state when nothing should change. Never lowers a data rate, except to the
 * region's largest for ADR: a device that is not heard does that itself.
 */
export function adrTarget(state: MacState, region: Region): AdrTarget {
  const maxDataRate = region.adrDataRates.max;
  const maxTxPower = region.txPowerEirpDbm.length - 1;
  const dataRate = Math.min(state.dataRate, maxDataRate);
  const nbTrans = nbTransFor(state.nbTrans, lossPercent(state.adrHistory));
  const unchanged = { dataRate, txPower: state.txPower, nbTrans };
  const modulation = region.dataRate(state.dataRate, "up");
  if (state.adrHistory.length === 0 || modulation === null) return unchanged;

  const maxSnrDb = state.adrHistory.reduce((most, { maxSnrDb: snr }) => Math.max(most, snr), -Infinity);
  const marginDb = maxSnrDb - requiredSnrDb(modulation) - INSTALLATION_MARGIN_DB;
  const steps = Math.trunc(marginDb / STEP_DB);
  // Power goes up only on a full history at this power, or it would swing with every frame.
  const heardAtThisPower = state.adrHistory.filter(({ txPower }) => txPower === state.txPower).length;
  if (steps < 0 && heardAtThisPower !== ADR_HISTORY_MAX) return unchanged;
  return { ...stepped(steps, { dataRate, txPower: state.txPower }, { maxDataRate, maxTxPower }), nbTrans };
}

/** Spends steps of 3 dB: data rate up, then power down; negative ones: power up. */
export function stepped(
  steps: number,
  from: { readonly dataRate: number; readonly txPower: number },
  limits: { readonly maxDataRate: number; readonly maxTxPower: number },
): { readonly dataRate: number; readonly txPower: number } {
  if (steps < 0) return { dataRate: from.dataRate, txPower: Math.max(0, from.txPower + steps) };
  const faster = Math.min(steps, Math.max(0, limits.maxDataRate - from.dataRate));
  const quieter = Math.min(steps - faster, Math.max(0, limits.maxTxPower - from.txPower));
  return { dataRate: from.dataRate + faster, txPower: from.txPower + quieter };
}

/** Frames missing between those heard, per cent of those heard; 0 until the history is full. */
export function lossPercent(history: AdrHistory): number {
  if (history.length < ADR_HISTORY_MAX) return 0;
  let lost = 0;
  for (const [place, { fCnt }] of history.entries()) {
    const before = history[place - 1];
    if (before !== undefined) lost += Math.max(0, fCnt - before.fCnt - 1);
  }
  return (lost / history.length) * 100;
}

export function nbTransFor(now: number, percent: number): number {
  const column = Math.min(Math.max(now, 1), 3) - 1;
  const row = NB_TRANS_BY_LOSS.find(({ belowPercent }) => percent < belowPercent);
  return row?.nbTrans[column] ?? 3;
}

/** As ChirpStack: by spreading factor alone; 0 for what is not LoRa. */
export function requiredSnrDb(modulation: Modulation): number {
  return modulation.kind === "lora" ? (REQUIRED_SNR_DB[modulation.spreadingFactor - 7] ?? 0) : 0;
}
