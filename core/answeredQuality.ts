import { CLAIM_SLOT, type VerdictRow } from "./kind.ts";
import { PPM } from "./money.ts";

/** Below this share of answered challenges a device's quality is zero. */
export const ANSWERED_MIN_PPM = 800_000n;

/**
 * What its verifiers say of a device that was challenged: the median over them (the lower of two) of
 * ⌊PPM · answered / due⌋, each zero below {@link ANSWERED_MIN_PPM}. A void slot is not due; where none is due, nothing
 * speaks against the device.
 * @param isZero - what in one verifier's rows makes its quality zero whatever else was answered.
 * @returns parts per million; null when no verifier challenged the device.
 */
export function answeredQuality(
  rows: readonly VerdictRow[],
  slotsDue: number,
  isZero: (own: readonly VerdictRow[]) => boolean = () => false,
): bigint | null {
  const challenged = rows.filter(({ slot }) => slot !== CLAIM_SLOT);
  const byVerifier = Map.groupBy(challenged, ({ verifier }) => verifier);
  const shares = [...byVerifier.values()].map((own) => (isZero(own) ? 0n : answeredPpm(own, slotsDue)));
  shares.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return shares[Math.floor((shares.length - 1) / 2)] ?? null;
}

function answeredPpm(rows: readonly VerdictRow[], slotsDue: number): bigint {
  const count = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
  const due = BigInt(Math.max(0, slotsDue - count("void")));
  if (due === 0n) return PPM;
  const share = (PPM * BigInt(count("pass"))) / due; // floors
  return share < ANSWERED_MIN_PPM ? 0n : share > PPM ? PPM : share;
}
