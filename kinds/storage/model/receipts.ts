/**
 * What front and device sign about pieces. All of it is EIP-712 over the Settlement's domain, signed with P-256 keys
 * (`@wayleave/core/deviceKey`): receipts by the device, deletions and orders by the payer's link key.
 */
import { z } from "zod";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { type DeviceKey, verifyDeviceSignature } from "@wayleave/core/deviceKey";
import {
  type SigningDomain,
  type StructFields,
  type StructType,
  type StructValue,
  structType,
  typedDigest,
} from "@wayleave/core/eip712";
import { type Hex, addressSchema, hash32Schema } from "@wayleave/core/ids";
import { amountSchema } from "@wayleave/core/money";

const uint64Schema = amountSchema.pipe(z.bigint().max((1n << 64n) - 1n));
/** r‖s. */
export const signatureSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{128}$/, "must be 64 bytes of 0x hex")
  .transform((text) => text.toLowerCase() as Hex);

/** A device's word that it holds a piece for a payer until `expiresAtMs`. What `piece-omitted` is judged by. */
export const PIECE_RECEIPT = structType("PieceReceipt", [
  ["payer", "address"],
  ["device", "address"],
  ["pieceId", "bytes32"],
  ["pieceRoot", "bytes32"],
  ["leafCount", "uint64"],
  ["sizeBytes", "uint64"],
  ["storedAtMs", "uint64"],
  ["expiresAtMs", "uint64"],
]);
export type PieceReceipt = StructValue<typeof PIECE_RECEIPT.fields>;
export const pieceReceiptSchema = z.strictObject({
  payer: addressSchema,
  device: addressSchema,
  pieceId: hash32Schema,
  pieceRoot: hash32Schema,
  leafCount: uint64Schema,
  sizeBytes: uint64Schema,
  storedAtMs: uint64Schema,
  expiresAtMs: uint64Schema,
});
export const signedReceiptSchema = z.strictObject({ receipt: pieceReceiptSchema, signature: signatureSchema });
export interface SignedReceipt {
  readonly receipt: PieceReceipt;
  readonly signature: Hex;
}

/** A payer's word that a device need not hold a piece any more. Ends every receipt of that piece stored before it. */
export const PIECE_DELETION = structType("PieceDeletion", [
  ["payer", "address"],
  ["device", "address"],
  ["pieceId", "bytes32"],
  ["pieceRoot", "bytes32"],
  ["deletedAtMs", "uint64"],
]);
export type PieceDeletion = StructValue<typeof PIECE_DELETION.fields>;
export const pieceDeletionSchema = z.strictObject({
  payer: addressSchema,
  device: addressSchema,
  pieceId: hash32Schema,
  pieceRoot: hash32Schema,
  deletedAtMs: uint64Schema,
});
export const signedDeletionSchema = z.strictObject({ deletion: pieceDeletionSchema, signature: signatureSchema });
export interface SignedDeletion {
  readonly deletion: PieceDeletion;
  readonly signature: Hex;
}

/** Signs any of the structs above. */
export function signStruct<F extends StructFields>(
  key: Pick<DeviceKey, "sign">,
  domain: SigningDomain,
  type: StructType<F>,
  value: StructValue<F>,
): Hex {
  return toHex(key.sign(typedDigest(domain, type, value)));
}

/** Never throws on a value that passed its schema. */
export function isSignedBy<F extends StructFields>(
  publicKey: Uint8Array,
  domain: SigningDomain,
  type: StructType<F>,
  value: StructValue<F>,
  signature: Hex,
): boolean {
  return verifyDeviceSignature(publicKey, typedDigest(domain, type, value), hexToBytes(signature));
}
