import { hexToBytes, toHex } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { COMMITMENT, type SignedCommitment } from "@wayleave/core/messages";
import { type CommitmentTree, type CommittedTotals, MAX_COMMITTED_PIECES } from "./commitmentTree.ts";
import { MAX_PIECE_LEAVES } from "./pieceTree.ts";
import { isSignedBy, signatureSchema, signStruct } from "./receipts.ts";

/** The most leaves a commitment can name: a safe integer. */
const MAX_TOTAL_LEAVES = MAX_COMMITTED_PIECES * MAX_PIECE_LEAVES;

/** Core's `Commitment` as storage fills it: root of the commitment tree, total = its leaves, items = its pieces. */
export function signCommitment(
  key: { readonly id: Address; readonly sign: (digest: Uint8Array) => Uint8Array },
  domain: SigningDomain,
  epoch: number,
  tree: CommitmentTree,
): SignedCommitment {
  const commitment = {
    device: key.id,
    kind: BigInt(KIND_NUMBERS.storage),
    epoch: BigInt(epoch),
    root: toHex(tree.root),
    total: BigInt(tree.totalLeaves),
    items: BigInt(tree.pieceCount),
  };
  return { commitment, signature: signStruct(key, domain, COMMITMENT, commitment) };
}

/** Whether it is this device's, for storage, and signed by it. The epoch is the caller's to compare. */
export function isCommitmentOf(
  signed: SignedCommitment,
  device: Address,
  publicKey: Uint8Array,
  domain: SigningDomain,
): boolean {
  const { commitment, signature } = signed;
  if (commitment.device !== device || commitment.kind !== BigInt(KIND_NUMBERS.storage)) return false;
  return (
    signatureSchema.safeParse(signature).success && isSignedBy(publicKey, domain, COMMITMENT, commitment, signature)
  );
}

/** @returns null when the counts are ones that no honest device can have. */
export function totalsOf({ commitment }: SignedCommitment): CommittedTotals | null {
  const { root, total, items } = commitment;
  if (items > BigInt(MAX_COMMITTED_PIECES) || total > BigInt(MAX_TOTAL_LEAVES) || total < items) return null;
  return { root: hexToBytes(root), totalLeaves: Number(total), pieceCount: Number(items) };
}
