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

/** Below this share of answered challenges a device's quality is zero. */
const ANSWERED_MIN_PPM = 800_000n;

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
 * What a storage device's epoch comes to: no capacity units; quality is the median over its verifiers (the lower of two)
 * of ⌊PPM · answered / due⌋, zero below 80 % and zero for a verifier that saw a data fault. A void slot is not due. Too few answers without a
 * data fault is the fault `offline`.
 */
export function assessStorage(rows: readonly VerdictRow[], context: { readonly slotsDue: number }): Assessment {
  const claimed = rows.find((row) => row.slot === CLAIM_SLOT && row.outcome !== "pass" && row.outcome !== "void");
  const byVerifier = Map.groupBy(
    rows.filter((row) => row.slot !== CLAIM_SLOT),
    (row) => row.verifier,
  );
  const qualities = [...byVerifier.values()].map((own) => qualityOf(own, context.slotsDue)).sort(byAmount);
  const median = qualities[Math.floor((qualities.length - 1) / 2)] ?? 0n;
  const dataFault = rows.find((row) => isDataFault(row) && median === 0n);
  const found = (claimed ?? dataFault)?.outcome ?? (qualities.length > 0 && median === 0n ? "offline" : null);
  return { units: 0n, qualityPpm: found === null ? median : 0n, fault: found };
}

function isDataFault({ outcome }: VerdictRow): boolean {
  return outcome !== "pass" && outcome !== "void" && !ABSENCE.has(outcome);
}

function qualityOf(rows: readonly VerdictRow[], slotsDue: number): bigint {
  if (rows.some(isDataFault)) return 0n;
  const voided = rows.filter(({ outcome }) => outcome === "void").length;
  const due = BigInt(Math.max(0, slotsDue - voided));
  if (due === 0n) return PPM; // every slot was void: nothing speaks against the device
  const answered = BigInt(rows.filter(({ outcome }) => outcome === "pass").length);
  const share = (PPM * answered) / due;
  return share < ANSWERED_MIN_PPM ? 0n : share > PPM ? PPM : share;
}

function byAmount(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
