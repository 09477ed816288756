import { equalBytes, hexToBytes } from "@wayleave/core/bytes";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { JudgeInput } from "@wayleave/core/kind";
import { PASS, type Verdict, fault } from "@wayleave/core/verdict";
import { type AnswerItem, LEAVES_PER_CHALLENGE, answerDigest, decodeAnswer } from "../model/answer.ts";
import { isCommitmentOf, totalsOf } from "../model/commitment.ts";
import { type CommittedTotals, challengedLeaf, verifyCommitted } from "../model/commitmentTree.ts";
import { LEAF_BYTES, MAX_PIECE_LEAVES, pieceLeafHash, pieceRootFromPath } from "../model/pieceTree.ts";

/** Why an answer failed. Whoever has the bundle's evidence can reproduce each. */
export type StorageFault =
  /** Nothing was committed for the epoch before its seed. */
  | "no-commitment"
  /** The commitment, or the answer, is for another epoch or another tree. */
  | "stale-commitment"
  /** The commitment's counts are impossible. */
  | "commitment-invalid"
  /** Nothing came before the deadline: attested, never slashed. */
  | "no-answer"
  | "answer-malformed"
  /** An answer to another challenge: a replay. */
  | "challenge-mismatch"
  | "signature-invalid"
  /** The device signed that it lacks the leaf. */
  | "piece-missing"
  | "path-length"
  /** The piece is not where the commitment has the challenged leaf. */
  | "sum-path-mismatch"
  /** The leaf is not the one whose hash the piece's root was made of. */
  | "leaf-mismatch";

/**
 * Judges a device's answer to one storage challenge: does it hold the six leaves that the challenge names on the line
 * of all leaves it committed to? Pure: same inputs, same verdict, on every machine. Never throws on what devices send.
 *
 * @param input - `commitment` and `response` are hostile; the rest is the verifier's own.
 * @param domain - of the network's Settlement contract.
 * @returns the first fault found, cheapest check first.
 */
export function judgeStorage(input: JudgeInput, domain: SigningDomain): Verdict<StorageFault> {
  const { commitment, response } = input;
  if (commitment === null) return fault("no-commitment");
  if (commitment.commitment.epoch !== BigInt(input.epoch)) return fault("stale-commitment");
  const totals = totalsOf(commitment);
  if (totals === null) return fault("commitment-invalid");
  if (!isCommitmentOf(commitment, input.device, input.publicKey, domain)) return fault("signature-invalid");
  if (response === null) return fault("no-answer");

  const answer = decodeAnswer(response);
  if (answer === null) return fault("answer-malformed");
  if (answer.challenge !== input.challenge) return fault("challenge-mismatch");
  if (answer.epoch !== input.epoch || answer.committedRoot !== commitment.commitment.root)
    return fault("stale-commitment");
  const digest = answerDigest(domain, input.device, input.challenge, answer.answerHash);
  if (!verifyDeviceSignature(input.publicKey, digest, answer.signature)) return fault("signature-invalid");

  // A device that holds nothing is asked nothing: its signed, empty answer shows that it is there.
  const due = totals.totalLeaves === 0 ? 0 : LEAVES_PER_CHALLENGE;
  if (answer.items.length !== due) return fault("answer-malformed");
  const challenge = hexToBytes(input.challenge);
  for (const [i, item] of answer.items.entries()) {
    const verdict = judgeItem(item, challengedLeaf(challenge, i, totals.totalLeaves), totals);
    if (!verdict.pass) return verdict;
  }
  return PASS;
}

/** One leaf of the answer. @param globalLeaf - where the challenge points, in [0, totalLeaves). */
export function judgeItem(item: AnswerItem, globalLeaf: number, totals: CommittedTotals): Verdict<StorageFault> {
  const { piece, pieceIndex, sumPath, held } = item;
  if (held === null) return fault("piece-missing");
  if (piece.leafCount < 1 || piece.leafCount > MAX_PIECE_LEAVES) return fault("sum-path-mismatch");
  const firstLeaf = verifyCommitted(totals, piece, pieceIndex, sumPath);
  if (firstLeaf === null) return fault("sum-path-mismatch");
  const leafIndex = globalLeaf - firstLeaf;
  if (leafIndex < 0 || leafIndex >= piece.leafCount) return fault("sum-path-mismatch");

  const isLast = leafIndex === piece.leafCount - 1;
  if (held.leaf.byteLength < 1 || (!isLast && held.leaf.byteLength !== LEAF_BYTES)) return fault("leaf-mismatch");
  const root = pieceRootFromPath(pieceLeafHash(held.leaf), leafIndex, piece.leafCount, held.path);
  if (root === null) return fault("path-length");
  return equalBytes(root, piece.root) ? PASS : fault("leaf-mismatch");
}
