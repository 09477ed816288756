import { z } from "zod";
import { type StructValue, structType } from "./eip712.ts";
import { type Address, type Hash32, addressSchema, hash32Schema, hexSchema } from "./ids.ts";
import { amountSchema } from "./money.ts";

/**
 * Every message that somebody signs, as an EIP-712 struct, its TypeScript value and the schema that hostile JSON passes
 * first. JSON carries integers as decimal strings. The domain's contract is the Settlement unless a docstring says the
 * Registry. `SIGNED_BY` tells whose key.
 */

/** Lifetime total that a payer promises one device for one kind. Signed by the payer's account. Cumulative: the newest one is all. */
export const VOUCHER = structType("Voucher", [
  ["payer", "address"],
  ["device", "address"],
  ["kind", "uint8"],
  ["totalMicroUsd", "uint128"],
  ["workUnits", "uint128"],
  ["tick", "uint64"],
]);
export type Voucher = StructValue<typeof VOUCHER.fields>;

export const voucherSchema = z.strictObject({
  payer: addressSchema,
  device: addressSchema,
  kind: amountSchema.pipe(z.bigint().max(255n)),
  totalMicroUsd: amountSchema.pipe(z.bigint().max((1n << 128n) - 1n)),
  workUnits: amountSchema.pipe(z.bigint().max((1n << 128n) - 1n)),
  tick: amountSchema.pipe(z.bigint().max((1n << 64n) - 1n)),
});

/** A payer's voucher with its signature. */
export interface SignedVoucher {
  readonly voucher: Voucher;
  readonly signature: `0x${string}`;
}
export const signedVoucherSchema = z.strictObject({ voucher: voucherSchema, signature: hexSchema });

/** A notary's word that the payer's deposit covers this voucher. Signed by the verifier's account. */
export const COUNTERSIGNATURE = structType("Countersignature", [["voucherDigest", "bytes32"]]);

export interface Countersigned extends SignedVoucher {
  readonly countersignatures: readonly { readonly notary: Address; readonly signature: `0x${string}` }[];
}
/** More notaries than any payer has. */
const MAX_COUNTERSIGNATURES = 8;
export const countersignedSchema = z.strictObject({
  voucher: voucherSchema,
  signature: hexSchema,
  countersignatures: z
    .array(z.strictObject({ notary: addressSchema, signature: hexSchema }))
    .max(MAX_COUNTERSIGNATURES),
});

/** How many notaries make a voucher firm: paid in full. */
export const FIRM_COUNTERSIGNATURES = 2;

/** A verifier's word that a newcomer passed a challenge. Domain: the Registry. Signed by the verifier's account. */
export const TICKET = structType("Ticket", [
  ["device", "address"],
  ["kind", "uint8"],
  ["network", "bytes32"],
  ["expiresAt", "uint64"],
]);
export type Ticket = StructValue<typeof TICKET.fields>;

/** The device's wish to be registered. Domain: the Registry. Signed by the device's P-256 key over sha256(digest). */
export const REGISTER_DEVICE = structType("RegisterDevice", [
  ["device", "address"],
  ["kind", "uint8"],
  ["owner", "address"],
  ["expiresAt", "uint64"],
]);
export type RegisterDevice = StructValue<typeof REGISTER_DEVICE.fields>;

/**
 * Gives an ownerless device its owner. Domain: the Registry. Signed by the device's P-256 key over sha256(digest) and by
 * the owner's account over the digest. `nonce` is the device's next one in the registry.
 */
export const CLAIM_OWNER = structType("ClaimOwner", [
  ["device", "address"],
  ["owner", "address"],
  ["nonce", "uint64"],
]);
export type ClaimOwner = StructValue<typeof CLAIM_OWNER.fields>;

/**
 * What a device says it holds in one epoch, frozen before the epoch's seed exists. `root` and `total` mean what the kind
 * says (storage: a Merkle-sum tree over piece roots, and its number of leaves). Signed by the device.
 */
export const COMMITMENT = structType("Commitment", [
  ["device", "address"],
  ["kind", "uint8"],
  ["epoch", "uint64"],
  ["root", "bytes32"],
  ["total", "uint128"],
  ["items", "uint64"],
]);
export type Commitment = StructValue<typeof COMMITMENT.fields>;

export const commitmentSchema = z.strictObject({
  device: addressSchema,
  kind: amountSchema,
  epoch: amountSchema,
  root: hash32Schema,
  total: amountSchema,
  items: amountSchema,
});
export interface SignedCommitment {
  readonly commitment: Commitment;
  /** 64 bytes r‖s of the device's P-256 key. */
  readonly signature: `0x${string}`;
}
export const signedCommitmentSchema = z.strictObject({ commitment: commitmentSchema, signature: hexSchema });

/** A device's answer to one challenge: the device signs the challenge and the hash of its answer together. */
export const ANSWER = structType("Answer", [
  ["device", "address"],
  ["challenge", "bytes32"],
  ["answerHash", "bytes32"],
]);
export type Answer = StructValue<typeof ANSWER.fields>;

/** What a device asks and where it stands. Signed by the device; bundles carry it. */
export const OFFER = structType("Offer", [
  ["device", "address"],
  ["kind", "uint8"],
  ["epoch", "uint64"],
  ["cell", "uint64"],
  ["capacity", "uint128"],
  ["askPicoUsdPerUnitHour", "uint128"],
  ["askPicoUsdPerWorkUnit", "uint128"],
]);
export type Offer = StructValue<typeof OFFER.fields>;

export const offerSchema = z.strictObject({
  device: addressSchema,
  kind: amountSchema,
  epoch: amountSchema,
  cell: amountSchema,
  capacity: amountSchema,
  askPicoUsdPerUnitHour: amountSchema,
  askPicoUsdPerWorkUnit: amountSchema,
});

export const ZERO_HASH: Hash32 = `0x${"00".repeat(32)}`;
export const ZERO_ADDRESS: Address = `0x${"00".repeat(20)}`;

/** JSON with bigints as decimal strings: the only way a message of ours is written. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
}
