import { z } from "zod";
import { addressSchema, hash32Schema, hexSchema } from "./ids.ts";
import { KIND_NAMES, type KindName } from "./kind.ts";
import { countersignedSchema, offerSchema, signedVoucherSchema } from "./messages.ts";
import { amountSchema } from "./money.ts";

/**
 * The JSON of an agent's routes that every kind shares: what verifiers and fronts read from a device, and write to it.
 * The layers are strangers to each other, so the shapes they meet in stand here. Written with `toJson`.
 */

export const kindNameSchema = z.enum(KIND_NAMES as [KindName, ...KindName[]]);

/** `GET /offers/:kind`. Signed by the device over the Settlement's domain. */
export const signedOfferSchema = z.strictObject({ offer: offerSchema, signature: hexSchema });
export type SignedOffer = z.infer<typeof signedOfferSchema>;

/** `GET /device`: who this is, and what it sells. */
export const deviceInfoSchema = z.strictObject({
  device: addressSchema,
  /** x‖y, 64 bytes. */
  publicKey: hexSchema,
  /** Null while nobody claimed it. */
  owner: addressSchema.nullable(),
  kinds: z.array(kindNameSchema).max(KIND_NAMES.length),
  /** The H3 cell it says it stands in; 0 when its kind has none. */
  cell: amountSchema,
  softwareVersion: z.string().max(64),
  offers: z.array(signedOfferSchema).max(KIND_NAMES.length),
});
export type DeviceInfo = z.infer<typeof deviceInfoSchema>;

/** A payer hands over its newest vouchers, at most one for each kind. */
export const MAX_VOUCHERS_PER_POST = 8;
/** `POST /wallet/vouchers`, from the payer's pinned link key only. Answered with {@link meteredSchema}. */
export const voucherPostSchema = z.strictObject({
  vouchers: z.array(signedVoucherSchema).min(1).max(MAX_VOUCHERS_PER_POST),
});

/** `GET /wallet/metered`: what the device metered for the asking payer, and the newest it holds from it. */
export const meteredSchema = z.strictObject({
  metered: z
    .array(
      z.strictObject({
        kind: kindNameSchema,
        /** Lifetime, 10⁻¹² $. */
        picoUsd: amountSchema,
        /** Lifetime. */
        workUnits: amountSchema,
        newest: signedVoucherSchema.nullable(),
        /** Total of the newest voucher with enough countersignatures; 0 without one. */
        firmTotalMicroUsd: amountSchema,
      }),
    )
    .max(KIND_NAMES.length),
});
export type Metered = z.infer<typeof meteredSchema>;

/** More payers than an agent dials (32), times kinds. */
export const MAX_VOUCHERS_PER_PAGE = 256;
/**
 * `GET /wallet/vouchers?after=SEQUENCE`, for verifiers: the newest voucher of every payer and kind, with what
 * countersignatures it has, whose row changed after `after`; ascending by sequence. Ask again with `next`.
 */
export const voucherPageSchema = z.strictObject({
  vouchers: z
    .array(countersignedSchema.extend({ sequence: z.number().int().nonnegative() }))
    .max(MAX_VOUCHERS_PER_PAGE),
  next: z.number().int().nonnegative(),
});
export type VoucherPage = z.infer<typeof voucherPageSchema>;

/** `POST /wallet/countersignatures`, from verifiers. Answered with how many were new and good. */
export const countersignaturePostSchema = z.strictObject({
  countersignatures: z
    .array(z.strictObject({ voucherDigest: hash32Schema, notary: addressSchema, signature: hexSchema }))
    .min(1)
    .max(MAX_VOUCHERS_PER_PAGE),
});

/** `POST /challenges/:kind`, from verifiers. Answered with the kind's own bytes (`application/octet-stream`). */
export const challengePostSchema = z.strictObject({
  epoch: z.number().int().nonnegative(),
  challenge: hash32Schema,
});

const seconds = amountSchema.pipe(z.bigint().max((1n << 64n) - 1n));
/** `POST /register`, from verifiers: a ticket the device may turn into its registration. */
export const ticketPostSchema = z.strictObject({
  ticket: z.strictObject({
    device: addressSchema,
    kind: amountSchema.pipe(z.bigint().max(255n)),
    network: hash32Schema,
    expiresAt: seconds,
  }),
  signature: hexSchema,
});
/** The answer to {@link ticketPostSchema}: signed by the device over the Registry's domain. */
export const registrationSchema = z.strictObject({
  registration: z.strictObject({
    device: addressSchema,
    kind: amountSchema.pipe(z.bigint().max(255n)),
    owner: addressSchema,
    expiresAt: seconds,
  }),
  publicKey: hexSchema,
  signature: hexSchema,
});
export type Registration = z.infer<typeof registrationSchema>;
