import { answeredQuality } from "@wayleave/core/answeredQuality";
import type { SigningDomain } from "@wayleave/core/eip712";
import {
  type Assessment,
  CLAIM_SLOT,
  type Judge,
  KIND_NUMBERS,
  type KindRule,
  type VerdictRow,
} from "@wayleave/core/kind";
import type { Schedule } from "@wayleave/core/time";
import { PASS } from "@wayleave/core/verdict";
import { packAnswers, unpackAnswers } from "./answerPack.ts";
import { jointCoverage } from "./jointCoverage.ts";
import { COVERAGE_SIGNED_FAULTS, judgeCoverageAnswer } from "./judgeCoverageAnswer.ts";

/** Wireless counts by H3 cell; its capacity pool goes to proven coverage, not to whoever carried packets. */
export const WIRELESS_RULE: KindRule = {
  name: "wireless",
  number: KIND_NUMBERS.wireless,
  locality: "cell",
  poolToServer: false,
};

/** Wireless inside a verifier, one device at a time. What coverage is worth needs all devices: `jointCoverage.ts`. Pure. */
export function wirelessJudge(options: { readonly domain: SigningDomain; readonly schedule: Schedule }): Judge {
  return {
    rule: WIRELESS_RULE,
    signedFaults: COVERAGE_SIGNED_FAULTS,
    judge: (input) => judgeCoverageAnswer(input, options.domain),
    // There is nothing to accuse a gateway of from outside: what it did not prove does not count.
    judgeClaim: () => PASS,
    assess: assessWireless,
    joint: {
      pack: packAnswers,
      unpack: unpackAnswers,
      assess: (input) => jointCoverage(input, options.domain, options.schedule),
    },
  };
}

/**
 * What its answers alone say of a device: whether it was there. Any failure but a void slot is no answer. Quality zero is
 * the fault `offline`, or the proven fault. Units are the joint assessment's.
 */
export function assessWireless(rows: readonly VerdictRow[], context: { readonly slotsDue: number }): Assessment {
  const quality = answeredQuality(rows, context.slotsDue);
  const signed = rows.find(({ slot, outcome }) => slot !== CLAIM_SLOT && COVERAGE_SIGNED_FAULTS.has(outcome));
  const found = signed?.outcome ?? (quality === 0n ? "offline" : null);
  return { units: 0n, qualityPpm: found === null ? (quality ?? 0n) : 0n, fault: found };
}
