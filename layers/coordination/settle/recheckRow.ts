import type { Address } from "@wayleave/core/ids";
import { CLAIM_SLOT, type Judge, type KeyDirectory, type VerdictRow } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import type { Verdict } from "@wayleave/core/verdict";
import type { BundleIndex } from "./bundleIndex.ts";
import type { RegistrySnapshot } from "./settleInput.ts";

/** What one published row is worth after its recorded response was judged again. */
export interface Recheck {
  /** With the outcome that the evidence shows, `void` where it shows nothing. */
  readonly row: VerdictRow;
  /** It carries what the device answered. */
  readonly answered: boolean;
  /** Nothing came: one verifier's word about time. */
  readonly timeout: boolean;
  /** The verifier recorded a failure where its own evidence shows none. Proven. */
  readonly misjudged: boolean;
  /** A failure whose response is not in the bundle: it counts against nobody. */
  readonly unproven: boolean;
  /** `proven`: the device signed what brings it about and nothing excuses it, so one verifier's record is enough. */
  readonly fault: { readonly code: string; readonly proven: boolean } | null;
}

export interface RecheckContext {
  readonly judge: Judge;
  readonly device: Address;
  readonly publicKey: Uint8Array;
  readonly epoch: number;
  readonly index: BundleIndex;
  readonly directory: KeyDirectory;
}

const NOTHING = { answered: false, timeout: false, misjudged: false, unproven: false, fault: null };

/** Judges a failed row again from the response in its verifier's bundle. Rows that passed are taken as attested. */
export function recheckRow(context: RecheckContext, row: VerdictRow): Recheck {
  const hasEvidence = row.evidence !== ZERO_HASH;
  if (row.outcome === "pass" || row.outcome === "void") {
    return { ...NOTHING, row, answered: hasEvidence && row.slot !== CLAIM_SLOT };
  }
  const isProof = (code: string) => context.judge.signedFaults?.has(code) ?? false;
  if (row.slot === CLAIM_SLOT) return judged(row, judgeClaimRow(context, row), isProof, false);
  if (!hasEvidence) return { ...NOTHING, row, timeout: true };
  return judged(row, judgeResponseRow(context, row), isProof, true);
}

function judged(
  row: VerdictRow,
  verdict: Verdict | null,
  isProof: (code: string) => boolean,
  answered: boolean,
): Recheck {
  if (verdict === null) return { ...NOTHING, row: { ...row, outcome: "void" }, unproven: true };
  if (verdict.pass) return { ...NOTHING, row: { ...row, outcome: "pass" }, answered, misjudged: true };
  const code = verdict.fault;
  return { ...NOTHING, row: { ...row, outcome: code }, answered, fault: { code, proven: isProof(code) } };
}

function judgeResponseRow({ judge, device, publicKey, epoch, index }: RecheckContext, row: VerdictRow): Verdict | null {
  const response = index.evidenceOf(row.evidence);
  if (response === null) return null;
  const commitment = index.commitmentOf(device, row.kind);
  return judge.judge({ device, publicKey, epoch, challenge: row.challenge, commitment, response });
}

function judgeClaimRow(context: RecheckContext, row: VerdictRow): Verdict | null {
  const { judge, device, publicKey, epoch, index, directory: registry } = context;
  const claim = index.claimOf(device, row.kind, row.evidence);
  if (claim === null) return null;
  const commitment = index.commitmentOf(device, row.kind);
  return judge.judgeClaim({ device, publicKey, epoch, commitment, claim, registry });
}

/** Keys as judges of claims ask for them. */
export function directoryOf(registry: RegistrySnapshot): KeyDirectory {
  return {
    deviceKey: (device) => registry.devices.get(device)?.publicKey ?? null,
    operatorKey: (payer) => registry.payers.get(payer)?.linkKey ?? null,
  };
}
