import type { SigningDomain } from "@wayleave/core/eip712";
import {
  type Assessment,
  CLAIM_SLOT,
  type Judge,
  KIND_NUMBERS,
  type KindRule,
  type VerdictRow,
} from "@wayleave/core/kind";
import { PPM } from "@wayleave/core/money";
import type { Schedule } from "@wayleave/core/time";
import { PASS } from "@wayleave/core/verdict";
import { jointCoverage } from "./jointCoverage.ts";
import { COVERAGE_SIGNED_FAULTS, judgeCoverageAnswer } from "./judgeCoverageAnswer.ts";

/** Wireless counts by H3 cell; its capacity pool goes to proven coverage, not to whoever carried packets. */
export const WIRELESS_RULE: KindRule = {
  name: "wireless",
  number: KIND_NUMBERS.wireless,
  locality: "cell",
  poolToServer: false,
};

/** Below this share of answered challenges a device counts as offline. */
const ANSWERED_MIN_PPM = 800_000n;

/** Wireless inside a verifier, one device at a time. What coverage is worth needs all devices: `jointCoverage.ts`. Pure. */
export function wirelessJudge(options: { readonly domain: SigningDomain; readonly schedule: Schedule }): Judge {
  return {
    rule: WIRELESS_RULE,
    signedFaults: COVERAGE_SIGNED_FAULTS,
    judge: (input) => judgeCoverageAnswer(input, options.domain),
    // There is nothing to accuse a gateway of from outside: what it did not prove does not count.
    judgeClaim: () => PASS,
    assess: assessWireless,
    assessJointly: (input) => jointCoverage(input, options.domain, options.schedule),
  };
}

/**
 * What its answers alone say of a device: whether it was there. Quality is the median over its verifiers (the lower of
 * two) of ⌊PPM · answered / due⌋, zero below 80 %; a void slot is not due, any other failure is not an answer. Zero is
 * the fault `offline`, or the proven fault. Units are the joint assessment's.
 */
export function assessWireless(rows: readonly VerdictRow[], context: { readonly slotsDue: number }): Assessment {
  const challenged = rows.filter(({ slot }) => slot !== CLAIM_SLOT);
  const byVerifier = Map.groupBy(challenged, ({ verifier }) => verifier);
  const shares = [...byVerifier.values()].map((own) => answeredPpm(own, context.slotsDue)).sort(byAmount);
  const median = shares[Math.floor((shares.length - 1) / 2)] ?? 0n;
  const signed = challenged.find(({ outcome }) => COVERAGE_SIGNED_FAULTS.has(outcome))?.outcome ?? null;
  const found = signed ?? (shares.length > 0 && median === 0n ? "offline" : null);
  return { units: 0n, qualityPpm: found === null ? median : 0n, fault: found };
}

function answeredPpm(rows: readonly VerdictRow[], slotsDue: number): bigint {
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const due = BigInt(Math.max(0, slotsDue - count("void")));
  if (due === 0n) return PPM; // every slot was void: nothing speaks against the device
  const share = (PPM * BigInt(count("pass"))) / due; // floors
  return share < ANSWERED_MIN_PPM ? 0n : share > PPM ? PPM : share;
}

function byAmount(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
