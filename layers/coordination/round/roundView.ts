import { type AccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { concatBytes, hexToBytes, utf8 } from "@wayleave/core/bytes";
import { type SigningDomain, structType, typedDigest } from "@wayleave/core/eip712";
import { keccakHex } from "@wayleave/core/hash";
import { type Address, addressSchema, type Hash32, hash32Schema, hexSchema } from "@wayleave/core/ids";
import { toJson } from "@wayleave/core/messages";
import { z } from "zod";

/** Verifiers a round is run among; a network with more elects some, and these limits move with it. */
const MAX_VERIFIERS = 64;
/** Turns of one round: after that the epoch is skipped and its vouchers settle in the next. */
export const MAX_TURNS = 16;

const headSchema = z.strictObject({ verifier: addressSchema, head: hash32Schema });
export type RoundHead = z.infer<typeof headSchema>;

const proposalSchema = z.strictObject({
  turn: z.number().int().min(0).max(MAX_TURNS),
  /** Ascending by verifier. */
  heads: z.array(headSchema).min(1).max(MAX_VERIFIERS),
});
export type Proposal = z.infer<typeof proposalSchema>;

/**
 * All that one verifier says in one epoch's round. It grows and is read by the others: nobody pushes anything into a
 * verifier, so there is nothing to flood it with.
 */
export const roundViewSchema = z.strictObject({
  epoch: z.number().int().nonnegative(),
  verifier: addressSchema,
  /** Of its own bundle; null until it is published. */
  head: hash32Schema.nullable(),
  proposals: z.array(proposalSchema).max(MAX_TURNS + 1),
  /** H(statement digest, salt, self), by proposal hash: given before anybody shows a digest, so copying earns nothing. */
  commits: z.array(z.strictObject({ proposal: hash32Schema, commit: hash32Schema })).max(MAX_TURNS + 1),
  reveal: z
    .strictObject({ proposal: hash32Schema, statementDigest: hash32Schema, salt: hash32Schema, signature: hexSchema })
    .nullable(),
});
export type RoundView = z.infer<typeof roundViewSchema>;

export const signedRoundViewSchema = z.strictObject({ view: roundViewSchema, signature: hexSchema });
export type SignedRoundView = z.infer<typeof signedRoundViewSchema>;

const ROUND_VIEW = structType("RoundView", [["viewHash", "bytes32"]]);

export function signView(account: AccountKey, domain: SigningDomain, view: RoundView): SignedRoundView {
  return { view, signature: account.sign(viewDigest(domain, view)) };
}

/** True when the view is its verifier's own word. */
export function isGenuineView(domain: SigningDomain, signed: SignedRoundView): boolean {
  return recoverSigner(viewDigest(domain, signed.view), signed.signature) === signed.view.verifier;
}

function viewDigest(domain: SigningDomain, view: RoundView): Uint8Array {
  return typedDigest(domain, ROUND_VIEW, { viewHash: keccakHex(utf8(toJson(view))) });
}

export function proposalHash(epoch: number, proposal: Proposal): Hash32 {
  return keccakHex(utf8(toJson({ epoch, ...proposal })));
}

export function commitOf(statementDigest: Hash32, salt: Hash32, self: Address): Hash32 {
  return keccakHex(concatBytes(hexToBytes(statementDigest), hexToBytes(salt), hexToBytes(self)));
}
