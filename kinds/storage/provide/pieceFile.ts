/**
 * One piece on disk, complete in itself, so that the index can be rebuilt from the files alone:
 *
 *     data ‖ leaf hashes (32 bytes each) ‖ description (JSON) ‖ SHA-256(description):32 ‖ its length:4 ‖ "WLPIECE1"
 *
 * Data comes first, so that a range of the piece is a range of the file. The leaf hashes let a challenge be answered
 * without hashing the whole piece.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { concatBytes, equalBytes, toHex, utf8 } from "@wayleave/core/bytes";
import { type Address, type Hash32, addressSchema, hash32Schema } from "@wayleave/core/ids";
import { z } from "zod";
import { metadataNameSchema, pieceClassSchema, type PieceClass } from "../model/pieceApi.ts";
import { HASH_BYTES, LEAF_BYTES, MAX_PIECE_BYTES, leafCountOf, pieceRootOf } from "../model/pieceTree.ts";

export interface StoredPiece {
  readonly payer: Address;
  readonly pieceId: Hash32;
  readonly pieceRoot: Hash32;
  readonly leafCount: number;
  readonly sizeBytes: number;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
  readonly pieceClass: PieceClass;
  readonly name: string | null;
}

const storedPieceSchema = z.strictObject({
  payer: addressSchema,
  pieceId: hash32Schema,
  pieceRoot: hash32Schema,
  leafCount: z.number().int().positive(),
  sizeBytes: z.number().int().min(1).max(MAX_PIECE_BYTES),
  storedAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
  pieceClass: pieceClassSchema,
  name: metadataNameSchema.nullable(),
}) satisfies z.ZodType<StoredPiece>;

const MAGIC = utf8("WLPIECE1");
const TRAILER_BYTES = 32 + 4 + MAGIC.byteLength;
/** A description is under 600 bytes; more is not one of ours. */
const MAX_DESCRIPTION_BYTES = 2048;

/** What follows the data in the file. */
export function pieceTail(piece: StoredPiece, leafHashes: Uint8Array): Uint8Array {
  const description = utf8(JSON.stringify(piece));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(description.byteLength);
  return concatBytes(leafHashes, description, createHash("sha256").update(description).digest(), length, MAGIC);
}

/** Reads `length` bytes at `at`. @returns null when the file ends before. */
export async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer | null> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) return null;
    done += bytesRead;
  }
  return bytes;
}

/**
 * What a file says it is. Checks the description and that the leaf hashes make the root, not the data itself: it was
 * on disk before the file got its name.
 *
 * @returns null when the file is not a whole piece.
 */
export async function describePiece(path: string): Promise<StoredPiece | null> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    if (size < TRAILER_BYTES) return null;
    const trailer = await readAt(handle, size - TRAILER_BYTES, TRAILER_BYTES);
    if (trailer === null || !equalBytes(trailer.subarray(36), MAGIC)) return null;
    const descriptionBytes = trailer.readUInt32BE(32);
    const descriptionAt = size - TRAILER_BYTES - descriptionBytes;
    if (descriptionBytes > MAX_DESCRIPTION_BYTES || descriptionAt < 0) return null;
    const description = await readAt(handle, descriptionAt, descriptionBytes);
    if (description === null) return null;
    if (!equalBytes(createHash("sha256").update(description).digest(), trailer.subarray(0, 32))) return null;
    const piece = storedPieceSchema.parse(JSON.parse(description.toString("utf8")));
    if (piece.leafCount !== leafCountOf(piece.sizeBytes)) return null;
    if (descriptionAt !== piece.sizeBytes + piece.leafCount * HASH_BYTES) return null;
    const leafHashes = await readAt(handle, piece.sizeBytes, piece.leafCount * HASH_BYTES);
    return leafHashes !== null && toHex(pieceRootOf(leafHashes)) === piece.pieceRoot ? piece : null;
  } finally {
    await handle.close();
  }
}

export interface ReadLeaf {
  readonly leaf: Uint8Array;
  readonly leafHashes: Uint8Array;
}

/** One leaf and all leaf hashes of a stored piece. @returns null when the file is shorter than it was. */
export async function readLeaf(path: string, piece: StoredPiece, leafIndex: number): Promise<ReadLeaf | null> {
  const handle = await open(path, "r");
  try {
    const at = leafIndex * LEAF_BYTES;
    const leaf = await readAt(handle, at, Math.min(LEAF_BYTES, piece.sizeBytes - at));
    const leafHashes = await readAt(handle, piece.sizeBytes, piece.leafCount * HASH_BYTES);
    return leaf === null || leafHashes === null ? null : { leaf, leafHashes };
  } finally {
    await handle.close();
  }
}
