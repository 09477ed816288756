import { createHash, randomFillSync } from "node:crypto";
import { concatBytes, toHex } from "@wayleave/core/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  HASH_BYTES,
  LEAF_BYTES,
  MAX_PIECE_BYTES,
  PieceHasher,
  pieceDigest,
  pieceLeafHash,
  piecePath,
  piecePathLength,
  pieceRootFromPath,
} from "./pieceTree.ts";

const sha = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash("sha256")
      .update(concatBytes(...parts))
      .digest(),
  );

/** RFC 6962 §2.1 as written: split at the largest power of two below n. */
function recursiveTop(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return sha(Uint8Array.of(0), leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Uint8Array.of(1), recursiveTop(leaves.slice(0, split)), recursiveTop(leaves.slice(split)));
}

function definedRoot(piece: Uint8Array): Uint8Array {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < piece.byteLength; at += LEAF_BYTES) leaves.push(piece.subarray(at, at + LEAF_BYTES));
  return sha(Uint8Array.of(2, 0, 0, leaves.length >> 8, leaves.length & 255), recursiveTop(leaves));
}

const pieces = fc.integer({ min: 1, max: 40 * LEAF_BYTES }).map((size) => randomFillSync(new Uint8Array(size)));

describe("piece root", () => {
  test("is what the definition says, however the bytes arrive", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 9000 }), (piece, step) => {
        const hasher = new PieceHasher();
        for (let at = 0; at < piece.byteLength; at += step) hasher.update(piece.subarray(at, at + step));
        const digest = hasher.digest();
        expect(digest.root).toEqual(definedRoot(piece));
        expect(digest.sizeBytes).toBe(piece.byteLength);
        expect(digest.leafHashes.byteLength).toBe(digest.leafCount * HASH_BYTES);
      }),
      { numRuns: 60 },
    );
  });

  test("a fixed vector", () => {
    expect(toHex(pieceDigest(new Uint8Array(3 * LEAF_BYTES + 1).fill(7)).root)).toBe(
      "0xd350a4773921ef50d93f1106567021c3c7be3f67d3ca873a2aee46645b9787eb",
    );
  });

  test("an empty piece and one that is too large are refused", () => {
    expect(() => new PieceHasher().digest()).toThrow(RangeError);
    expect(() => new PieceHasher().update(new Uint8Array(MAX_PIECE_BYTES + 1))).toThrow(RangeError);
  });
});

describe("paths", () => {
  test("every leaf's path leads to the root, and to no other place", () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (piece, pick) => {
        const { root, leafCount, leafHashes } = pieceDigest(piece);
        const index = pick % leafCount;
        const leaf = pieceLeafHash(piece.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES));
        const path = piecePath(leafHashes, index);
        expect(path.length).toBe(piecePathLength(index, leafCount));
        expect(pieceRootFromPath(leaf, index, leafCount, path)).toEqual(root);
        for (let other = 0; other < leafCount; other++) {
          if (other !== index) expect(pieceRootFromPath(leaf, other, leafCount, path)).not.toEqual(root);
        }
        expect(pieceRootFromPath(leaf, index, leafCount + 1, path)).not.toEqual(root);
        expect(pieceRootFromPath(leaf, index, leafCount, [...path, leaf])).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
