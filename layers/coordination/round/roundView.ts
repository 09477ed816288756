import { type AccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { concatBytes, hexToBytes, utf8 } from "@wayleave/core/bytes";
import { type SigningDomain, structType, typedDigest } from "@wayleave/core/eip712";
import { keccakHex } from "@wayleave/core/hash";
import { type Address, addressSchema, type Hash32, hash32Schema, hexSchema } from "@wayleave/core/ids";
import { toJson } from "@wayleave/core/messages";
import { z } from "zod";

/** Verifiers a round is run among; a network with more elects some, and these limits move with it. */
export const MAX_VERIFIERS = 64;
/** Turns of one round: after that the epoch is skipped and its vouchers settle in the next. */
export const MAX_TURNS = 16;
/** Of one turn: a second one proves that its proposer equivocates, a third proves nothing more. */
export const PROPOSALS_PER_TURN = 2;
/** Different bundles of one verifier: likewise, and one to spare. */
export const HEADS_PER_VERIFIER = 3;
/** A view of all this is below; a longer one is not read on. */
export const MAX_VIEW_BYTES = 1024 * 1024;
const MAX_PROPOSALS = MAX_TURNS * PROPOSALS_PER_TURN;

const headSchema = z.strictObject({ verifier: addressSchema, head: hash32Schema });
/** Which bundle: `head` is keccak256 of its manifest. */
export type RoundHead = z.infer<typeof headSchema>;

const proposalSchema = z.strictObject({
  turn: z
    .number()
    .int()
    .min(0)
    .max(MAX_TURNS - 1),
  /** Struct hash of the statement that this one follows. */
  previous: hash32Schema,
  /** Ascending by verifier. */
  heads: z.array(headSchema).min(1).max(MAX_VERIFIERS),
});
export type Proposal = z.infer<typeof proposalSchema>;

const signedProposalSchema = z.strictObject({ proposal: proposalSchema, signature: hexSchema });
export type SignedProposal = z.infer<typeof signedProposalSchema>;

const commitSchema = z.strictObject({ verifier: addressSchema, commit: hash32Schema });

/**
 * All that one verifier says in one epoch's round. It only grows, and is read by the others: nobody pushes anything into
 * a verifier, so there is nothing to flood it with.
 */
export const roundViewSchema = z.strictObject({
  epoch: z.number().int().nonnegative(),
  verifier: addressSchema,
  /** Of its own bundle. */
  head: hash32Schema,
  /** Bundles that it fetched whole and hands on, its own among them: whoever serves one verifier has served all. */
  held: z.array(headSchema).max(MAX_VERIFIERS * HEADS_PER_VERIFIER),
  /** Its own and what it heard, each signed by whose turn it was: two of one turn prove that one equivocates. */
  proposals: z.array(signedProposalSchema).max(MAX_PROPOSALS),
  /** H(statement digest, salt, self), by proposal hash: given before anybody shows a digest, so copying earns nothing. */
  commits: z.array(z.strictObject({ proposal: hash32Schema, commit: hash32Schema })).max(MAX_PROPOSALS),
  reveal: z
    .strictObject({
      proposal: hash32Schema,
      statementDigest: hash32Schema,
      salt: hash32Schema,
      signature: hexSchema,
      /** Others' commits to the proposal that were known before this was shown. */
      committed: z.array(commitSchema).max(MAX_VERIFIERS),
    })
    .nullable(),
});
export type RoundView = z.infer<typeof roundViewSchema>;

export const signedRoundViewSchema = z.strictObject({ view: roundViewSchema, signature: hexSchema });
export type SignedRoundView = z.infer<typeof signedRoundViewSchema>;

/** What a verifier must still know after a restart, so that it does not contradict itself. Holds secrets: the salts. */
export const rememberedRoundSchema = z.strictObject({
  view: roundViewSchema,
  /** By proposal hash. */
  salts: z.record(hash32Schema, hash32Schema),
});
export type RememberedRound = z.infer<typeof rememberedRoundSchema>;

const ROUND_VIEW = structType("RoundView", [["viewHash", "bytes32"]]);
const PROPOSAL = structType("Proposal", [["proposalHash", "bytes32"]]);

export function signView(account: AccountKey, domain: SigningDomain, view: RoundView): SignedRoundView {
  return { view, signature: account.sign(viewDigest(domain, view)) };
}

/** True when the view is its verifier's own word. */
export function isGenuineView(domain: SigningDomain, signed: SignedRoundView): boolean {
  return recoverSigner(viewDigest(domain, signed.view), signed.signature) === signed.view.verifier;
}

/** Whether `newer` takes nothing back of what `older` said. `held` may shrink: bundles are fetched again after a restart. */
export function extendsView(older: RoundView, newer: RoundView): boolean {
  const commits = new Map(newer.commits.map(({ proposal, commit }) => [proposal, commit]));
  const proposals = new Set(newer.proposals.map(({ signature }) => signature));
  return (
    newer.head === older.head &&
    older.commits.every(({ proposal, commit }) => commits.get(proposal) === commit) &&
    commits.size === newer.commits.length &&
    older.proposals.every(({ signature }) => proposals.has(signature)) &&
    (older.reveal === null || toJson(older.reveal) === toJson(newer.reveal))
  );
}

function viewDigest(domain: SigningDomain, view: RoundView): Uint8Array {
  return typedDigest(domain, ROUND_VIEW, { viewHash: keccakHex(utf8(toJson(view))) });
}

export function proposalHash(epoch: number, { turn, previous, heads }: Proposal): Hash32 {
  return keccakHex(utf8(toJson({ epoch, turn, previous, heads })));
}

export function signProposal(
  account: AccountKey,
  domain: SigningDomain,
  epoch: number,
  proposal: Proposal,
): SignedProposal {
  const digest = typedDigest(domain, PROPOSAL, { proposalHash: proposalHash(epoch, proposal) });
  return { proposal, signature: account.sign(digest) };
}

export function proposedBy(domain: SigningDomain, epoch: number, { proposal, signature }: SignedProposal) {
  return recoverSigner(typedDigest(domain, PROPOSAL, { proposalHash: proposalHash(epoch, proposal) }), signature);
}

export function commitOf(statementDigest: Hash32, salt: Hash32, self: Address): Hash32 {
  return keccakHex(concatBytes(hexToBytes(statementDigest), hexToBytes(salt), hexToBytes(self)));
}
