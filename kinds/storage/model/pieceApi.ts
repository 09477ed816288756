/** The words of the device's piece API that both of its ends use: headers, limits and bodies. Bodies are JSON unless bytes. */
import { z } from "zod";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { type Address, type Hash32, addressSchema, hash32Schema } from "@wayleave/core/ids";
import { amountSchema } from "@wayleave/core/money";
import type { SumNode } from "@wayleave/core/sumTree";
import type { AbsenceProof, Neighbour } from "./commitmentTree.ts";
import { MAX_PIECE_LEAVES } from "./pieceTree.ts";
import { signatureSchema, signedDeletionSchema, signedReceiptSchema } from "./receipts.ts";

/** A random 32-byte id in hex without 0x, chosen by the uploader; the file's name at the device, hence so strict. */
export const pieceIdSchema = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 digits of lower-case hex");

/** 0x hex of the root the uploader computed; the device refuses with `piece-root-conflict` when its own differs. */
export const ROOT_HEADER = "x-wayleave-piece-root";
/** Decimal unix milliseconds until when the piece is to be held. */
export const EXPIRES_HEADER = "x-wayleave-expires-at-ms";
/** `data` (default) or `metadata`: an operator's encrypted metadata snapshot, listed separately for recovery. */
export const CLASS_HEADER = "x-wayleave-class";
/** A metadata snapshot's name: at most 128 of `A-Z a-z 0-9 . _ -`. */
export const NAME_HEADER = "x-wayleave-name";
/** Decimal: the most bytes this read may cost. A read that would be larger is refused before a byte is sent. */
export const ORDER_HEADER = "x-wayleave-max-egress-bytes";
/** Of a GET's reply: the piece's root and full size. */
export const SIZE_HEADER = "x-wayleave-piece-size";

export const pieceClassSchema = z.enum(["data", "metadata"]);
export type PieceClass = z.infer<typeof pieceClassSchema>;
export const metadataNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be a plain name");

const integerHeader = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/, "must be a decimal integer")
  .transform(Number);

/** Headers of a PUT, by lower-case name. Hostile. */
export const putHeadersSchema = z.object({
  [ROOT_HEADER]: hash32Schema.optional(),
  [EXPIRES_HEADER]: integerHeader,
  [CLASS_HEADER]: pieceClassSchema.default("data"),
  [NAME_HEADER]: metadataNameSchema.optional(),
  "content-length": integerHeader.optional(),
});

/**
 * An order: the limit a reader sets on what a read may cost. The link's mutual TLS names the reader, so today the limit
 * is a header; `signature` is where an order that is handed on to a third party will be proved.
 */
export const pieceOrderSchema = z.object({ maxEgressBytes: integerHeader, signature: signatureSchema.optional() });

/** One piece as its payer sees it in a list. */
export const pieceRowSchema = z.strictObject({
  pieceId: hash32Schema,
  pieceRoot: hash32Schema,
  leafCount: z.number().int().positive(),
  sizeBytes: z.number().int().positive(),
  storedAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
  name: metadataNameSchema.nullable(),
});
export type PieceRow = z.infer<typeof pieceRowSchema>;
/** Rows of one page: 250 KiB of JSON. */
export const PAGE_ROWS = 1000;
export const pieceListSchema = z.strictObject({
  pieces: z.array(pieceRowSchema).max(PAGE_ROWS),
  /** The `after` of the next page; null at the end. */
  next: hash32Schema.nullable(),
});
export type PieceList = z.infer<typeof pieceListSchema>;

/** The used-space number that both sides see: what a device counts, and will charge, for the asking payer. */
export const usageSchema = z.strictObject({
  payer: addressSchema,
  pieces: z.number().int().nonnegative(),
  heldBytes: z.number().int().nonnegative(),
  byteMs: amountSchema,
  egressBytes: amountSchema,
  picoUsd: amountSchema,
  workUnits: amountSchema,
});
export type Usage = z.infer<typeof usageSchema>;

const sumNodeSchema = z.strictObject({ hash: hash32Schema, sum: amountSchema.pipe(z.bigint().max((1n << 64n) - 1n)) });
/** Paths of the commitment tree have at most 24 nodes. */
const pathSchema = z.array(sumNodeSchema).max(24);
const neighbourSchema = z.strictObject({
  piece: z.strictObject({ root: hash32Schema, leafCount: z.number().int().min(1).max(MAX_PIECE_LEAVES) }).nullable(),
  path: pathSchema,
});
/** Where a piece stands in a committed tree, or proof that it does not and why. */
export const standingSchema = z.discriminatedUnion("present", [
  z.strictObject({
    present: z.literal(true),
    pieceIndex: z.number().int(),
    leafCount: z.number().int(),
    path: pathSchema,
  }),
  z.strictObject({
    present: z.literal(false),
    rightIndex: z.number().int().nonnegative(),
    left: neighbourSchema.nullable(),
    right: neighbourSchema.nullable(),
  }),
]);
export type Standing = z.infer<typeof standingSchema>;
export const absenceJsonSchema = z.strictObject({
  rightIndex: z.number().int().nonnegative(),
  left: neighbourSchema.nullable(),
  right: neighbourSchema.nullable(),
});

/** Where a device shows the deletion a payer signed for one of its pieces; anybody linked may ask, 404 when there is none. */
export function deletionPath(payer: Address, pieceId: Hash32): string {
  return `/storage/deletions/${payer}/${pieceId.slice(2)}`;
}

/** The evidence of a `piece-omitted` claim, as JSON bytes. */
export const omissionClaimSchema = z.strictObject({
  type: z.literal("piece-omitted"),
  receipt: signedReceiptSchema,
  absence: absenceJsonSchema,
  /** The device's defence, when it has one. */
  deletion: signedDeletionSchema.nullable(),
});
export type OmissionClaim = z.infer<typeof omissionClaimSchema>;

type PathJson = readonly { readonly hash: Hash32; readonly sum: bigint }[];
type NeighbourJson = z.infer<typeof neighbourSchema>;

/** For {@link standingSchema}; written with core's `toJson`. */
export function pathToJson(path: readonly SumNode[]): { hash: Hash32; sum: bigint }[] {
  return path.map(({ hash, sum }) => ({ hash: toHex(hash), sum }));
}

export function pathFromJson(path: PathJson): SumNode[] {
  return path.map(({ hash, sum }) => ({ hash: hexToBytes(hash), sum }));
}

export function absenceToJson(proof: AbsenceProof): z.infer<typeof absenceJsonSchema> {
  const side = (neighbour: Neighbour | null): NeighbourJson | null =>
    neighbour && {
      piece: neighbour.piece && { root: toHex(neighbour.piece.root), leafCount: neighbour.piece.leafCount },
      path: pathToJson(neighbour.path),
    };
  return { rightIndex: proof.rightIndex, left: side(proof.left), right: side(proof.right) };
}

export function absenceFromJson(json: z.infer<typeof absenceJsonSchema>): AbsenceProof {
  const side = (neighbour: NeighbourJson | null): Neighbour | null =>
    neighbour && {
      piece: neighbour.piece && { root: hexToBytes(neighbour.piece.root), leafCount: neighbour.piece.leafCount },
      path: pathFromJson(neighbour.path),
    };
  return { rightIndex: json.rightIndex, left: side(json.left), right: side(json.right) };
}
