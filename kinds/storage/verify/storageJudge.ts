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
import { type Schedule, epochStart } from "@wayleave/core/time";
import { judgeOmission } from "./judgeOmission.ts";
import { judgeStorage } from "./judgeStorage.ts";

/** Storage counts by network, and its device also gets the kind's pool: capacity cannot be told from paid use. */
export const STORAGE_RULE: KindRule = {
  name: "storage",
  number: KIND_NUMBERS.storage,
  locality: "network",
  poolToServer: true,
};

/** Faults that say something about time and reachability, not about data. */
const ABSENCE = new Set(["no-answer", "no-commitment"]);

/** Faults found only after the answer's own signature held: one verifier's record of them convinces everybody. */
const SIGNED_FAULTS: ReadonlySet<string> = new Set([
  "piece-missing",
  "path-length",
  "sum-path-mismatch",
  "leaf-mismatch",
]);

/** Storage inside a verifier. Pure. */
export function storageJudge(options: { readonly domain: SigningDomain; readonly schedule: Schedule }): Judge {
  const { domain, schedule } = options;
  return {
    rule: STORAGE_RULE,
    signedFaults: SIGNED_FAULTS,
    judge: (input) => judgeStorage(input, domain),
    judgeClaim: (input) =>
      judgeOmission(
        {
          ...input,
          evidence: input.claim.evidence,
          storedBeforeMs: epochStart(schedule, input.epoch - 1),
          heldUntilMs: epochStart(schedule, input.epoch + 1),
        },
        domain,
      ),
    assess: assessStorage,
  };
}

/**
 * What a storage device's epoch comes to: no capacity units; quality is what was answered, zero for a verifier that saw a
 * data fault. Too few answers without a data fault is the fault `offline`.
 */
export function assessStorage(rows: readonly VerdictRow[], context: { readonly slotsDue: number }): Assessment {
  const claimed = rows.find((row) => row.slot === CLAIM_SLOT && row.outcome !== "pass" && row.outcome !== "void");
  const quality = answeredQuality(rows, context.slotsDue, (own) => own.some(isDataFault));
  const dataFault = rows.find((row) => isDataFault(row) && (quality ?? 0n) === 0n);
  const found = (claimed ?? dataFault)?.outcome ?? (quality === 0n ? "offline" : null);
  return { units: 0n, qualityPpm: found === null ? (quality ?? 0n) : 0n, fault: found };
}

function isDataFault({ outcome }: VerdictRow): boolean {
  return outcome !== "pass" && outcome !== "void" && !ABSENCE.has(outcome);
}
