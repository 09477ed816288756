import { hexToBytes } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { JudgeInput, KeyDirectory } from "@wayleave/core/kind";
import type { UnixMs } from "@wayleave/core/time";
import { PASS, type Verdict, fault } from "@wayleave/core/verdict";
import { isCommitmentOf, totalsOf } from "../model/commitment.ts";
import { verifyAbsence } from "../model/commitmentTree.ts";
import { type OmissionClaim, absenceFromJson, omissionClaimSchema } from "../model/pieceApi.ts";
import { PIECE_DELETION, PIECE_RECEIPT, isSignedBy } from "../model/receipts.ts";

export type OmissionFault = "piece-omitted";

/** Core's claim input, less the challenge, and the epoch's surroundings. */
export interface OmissionInput extends Pick<JudgeInput, "device" | "publicKey" | "epoch" | "commitment"> {
  readonly evidence: Uint8Array;
  readonly registry: KeyDirectory;
  /** The receipt must be older than this: a device freezes its list at some moment around the epoch's start. */
  readonly storedBeforeMs: UnixMs;
  /** The receipt must run at least until then. */
  readonly heldUntilMs: UnixMs;
}

/**
 * Judges the accusation that a device left out of its commitment a piece it gave a receipt for. Upheld only by the
 * device's own two signatures (receipt and commitment) and a proof that the piece is absent; a deletion signed by the
 * payer, for this piece and not older than the receipt, clears the device. Whoever shows the claim may have left that
 * deletion out, so the device is heard first (`storageHearing.ts`) and one verifier's record is no proof. Pure; never throws on hostile evidence.
 *
 * @returns `piece-omitted` when upheld, a pass when the claim proves nothing.
 */
export function judgeOmission(input: OmissionInput, domain: SigningDomain): Verdict<OmissionFault> {
  const { commitment, device, publicKey } = input;
  const claim = parseOmissionClaim(input.evidence);
  if (claim === null || commitment === null) return PASS;
  const { receipt, signature } = claim.receipt;
  if (receipt.device !== device) return PASS;
  if (receipt.storedAtMs >= input.storedBeforeMs || receipt.expiresAtMs < input.heldUntilMs) return PASS;
  if (commitment.commitment.epoch !== BigInt(input.epoch)) return PASS;
  if (clears(claim, input.registry, domain)) return PASS;
  if (!isSignedBy(publicKey, domain, PIECE_RECEIPT, receipt, signature)) return PASS;
  if (!isCommitmentOf(commitment, device, publicKey, domain)) return PASS;
  const totals = totalsOf(commitment);
  if (totals === null) return PASS;
  const absent = verifyAbsence(totals, hexToBytes(receipt.pieceRoot), absenceFromJson(claim.absence));
  return absent ? fault("piece-omitted") : PASS;
}

/** Hostile bytes. @returns null when they are no such claim: it proves nothing. */
export function parseOmissionClaim(evidence: Uint8Array): OmissionClaim | null {
  try {
    const parsed = omissionClaimSchema.safeParse(
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(evidence)),
    );
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not UTF-8 or not JSON: a claim that proves nothing
  }
}

/** Whether the payer itself released the device from this receipt. */
function clears(
  { receipt: { receipt }, deletion }: OmissionClaim,
  registry: KeyDirectory,
  domain: SigningDomain,
): boolean {
  if (deletion === null) return false;
  const { deletion: release, signature } = deletion;
  if (release.payer !== receipt.payer || release.device !== receipt.device) return false;
  if (release.pieceId !== receipt.pieceId || release.pieceRoot !== receipt.pieceRoot) return false;
  if (release.deletedAtMs < receipt.storedAtMs) return false;
  const payerKey = registry.operatorKey(receipt.payer);
  return payerKey !== null && isSignedBy(payerKey, domain, PIECE_DELETION, release, signature);
}
