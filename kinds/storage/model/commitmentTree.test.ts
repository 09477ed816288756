import { randomFillSync } from "node:crypto";
import { hexToBytes, toHex, uint256Bytes } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import { leafHash, sumTree } from "@wayleave/core/sumTree";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  COMMITMENT_LEAF_TAG,
  type CommittedPiece,
  CommitmentTree,
  challengedLeaf,
  commitmentDepth,
  verifyAbsence,
  verifyCommitted,
} from "./commitmentTree.ts";

const piece = fc
  .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 1, max: 4096 }))
  .map(([root, leafCount]): CommittedPiece => ({ root, leafCount }));
const someRoot = fc.uint8Array({ minLength: 32, maxLength: 32 });
const pieces = fc.uniqueArray(piece, { minLength: 1, maxLength: 40, selector: ({ root }) => toHex(root) });

describe("commitment tree", () => {
  test("has the root and the paths of core's sum tree", () => {
    fc.assert(
      fc.property(pieces, (list) => {
        const tree = new CommitmentTree(list);
        const reference = sumTree(
          Array.from({ length: tree.pieceCount }, (_, i) => tree.piece(i)).map(({ root, leafCount }) => ({
            hash: leafHash(COMMITMENT_LEAF_TAG, root, uint256Bytes(BigInt(leafCount))),
            sum: BigInt(leafCount),
          })),
        );
        expect(toHex(tree.root)).toBe(toHex(reference.root.hash));
        expect(BigInt(tree.totalLeaves)).toBe(reference.root.sum);
        for (let i = 0; i < tree.pieceCount; i++) expect(tree.path(i)).toEqual(reference.proof(i));
      }),
      { numRuns: 50 },
    );
  });

  test("every global leaf is located in the piece that its path proves", () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (list, pick) => {
        const tree = new CommitmentTree(list);
        const global = pick % tree.totalLeaves;
        const { pieceIndex, leafIndex } = tree.locate(global);
        const found = tree.piece(pieceIndex);
        expect(leafIndex).toBeLessThan(found.leafCount);
        expect(verifyCommitted(tree, found, pieceIndex, tree.path(pieceIndex))).toBe(global - leafIndex);
        const swollen = { ...found, leafCount: found.leafCount + 1 };
        expect(verifyCommitted(tree, swollen, pieceIndex, tree.path(pieceIndex))).toBeNull();
        const elsewhere = pieceIndex ^ 1;
        if (elsewhere < 2 ** commitmentDepth(tree.pieceCount)) {
          expect(verifyCommitted(tree, found, elsewhere, tree.path(pieceIndex))).toBeNull();
        }
      }),
    );
  });

  test("order and repetition do not matter", () => {
    fc.assert(
      fc.property(pieces, (list) => {
        expect(new CommitmentTree([...list, ...list].reverse()).root).toEqual(new CommitmentTree(list).root);
      }),
      { numRuns: 30 },
    );
  });
});

describe("absence", () => {
  test("is proved for what is absent and for nothing that is present", () => {
    fc.assert(
      fc.property(fc.oneof(pieces, fc.constant([])), someRoot, (list, root) => {
        const tree = new CommitmentTree(list);
        const proof = tree.proveAbsence(root);
        const present = list.some((held) => toHex(held.root) === toHex(root));
        expect(proof === null).toBe(present);
        if (proof === null) return;
        expect(verifyAbsence(tree, root, proof)).toBe(true);
        for (const held of list) expect(verifyAbsence(tree, held.root, proof)).toBe(false);
        expect(verifyAbsence(tree, root, { ...proof, rightIndex: proof.rightIndex + 1 })).toBe(false);
        expect(verifyAbsence(tree, root, { ...proof, left: null, rightIndex: 0 })).toBe(proof.rightIndex === 0);
      }),
    );
  });

  test("before the first, after the last, and at a full width", () => {
    for (const count of [1, 2, 3, 4, 5, 8]) {
      const list = Array.from({ length: count }, (_, i) => ({
        root: new Uint8Array(32).fill(10 * (i + 1)),
        leafCount: 2,
      }));
      const tree = new CommitmentTree(list);
      for (const byte of [0, 15, 10 * count + 1, 255]) {
        const root = new Uint8Array(32).fill(byte);
        expect(verifyAbsence(tree, root, tree.proveAbsence(root)!)).toBe(true);
      }
    }
  });
});

test("challenged leaves are spread over the whole line and known to anyone", () => {
  const challenge = hexToBytes(keccakHex(Uint8Array.of(1)));
  const drawn = Array.from({ length: 2000 }, (_, i) => challengedLeaf(challenge, i, 10));
  const counts = Array.from({ length: 10 }, (_, leaf) => drawn.filter((one) => one === leaf).length);
  for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(80);
  const packed = new Uint8Array([...challenge, 0, 0, 0, 5]);
  expect(BigInt(challengedLeaf(challenge, 5, 1_000_003))).toBe(BigInt(keccakHex(packed)) % 1_000_003n);
});

test("a tree of 100,000 pieces is built within seconds", () => {
  const bytes = randomFillSync(new Uint8Array(32 * 100_000));
  const list = Array.from({ length: 100_000 }, (_, i) => ({ root: bytes.subarray(32 * i, 32 * i + 32), leafCount: 9 }));
  const start = performance.now();
  expect(new CommitmentTree(list).totalLeaves).toBe(900_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
