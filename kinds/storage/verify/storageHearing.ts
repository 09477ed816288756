import { utf8 } from "@wayleave/core/bytes";
import type { Claim, Hearing } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { readJson } from "@wayleave/link/body";
import type { LinkPeer } from "@wayleave/link/types";
import { deletionPath } from "../model/pieceApi.ts";
import { signedDeletionSchema } from "../model/receipts.ts";
import { parseOmissionClaim } from "./judgeOmission.ts";
import { STORAGE_RULE } from "./storageJudge.ts";

/** A signed deletion is 700 bytes of JSON. */
const MAX_DELETION_BYTES = 4096;

/**
 * Lets a device that is accused of leaving a piece out show the deletion its payer signed: a payer that accuses it of
 * doing as it was told would leave that out. What the device shows is judged, not believed.
 */
export const storageHearing: Hearing<LinkPeer> = { rule: STORAGE_RULE, hear };

async function hear(peer: LinkPeer, claim: Claim, signal: AbortSignal): Promise<Claim> {
  const omission = parseOmissionClaim(claim.evidence);
  if (omission === null) return claim;
  const { payer, pieceId } = omission.receipt.receipt;
  const reply = await peer.request({ method: "GET", path: deletionPath(payer, pieceId), signal });
  if (reply.status !== 200) {
    reply.body.resume();
    return claim;
  }
  const deletion = await readJson(reply.body, signedDeletionSchema, MAX_DELETION_BYTES);
  return { ...claim, evidence: utf8(toJson({ ...omission, deletion })) };
}
