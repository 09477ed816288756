/**
 * What a device says it holds in one epoch: the Merkle-sum tree of `@wayleave/core/sumTree` over
 *
 *     leaf = keccak256(uint256(83) ‖ pieceRoot ‖ uint256(leafCount)),  sum = leafCount
 *
 * sorted by pieceRoot without duplicates. The sums place every 4 KiB leaf of every piece on one line [0, totalLeaves),
 * so a random number names one leaf, and the order makes absence provable by two neighbours. `SumTree` of core keeps
 * an object a node; this one keeps the same tree in flat buffers, because a device may hold millions of pieces.
 */
import { type SumNode, leafHash as sumLeafHash, sameNode, sumRootFrom } from "@wayleave/core/sumTree";
import { bytesToBigint, compareBytes, equalBytes, uint256Bytes } from "@wayleave/core/bytes";
import { assert } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import { HASH_BYTES, MAX_PIECE_LEAVES } from "./pieceTree.ts";

/** Tag word of this tree's leaves: `S`. */
export const COMMITMENT_LEAF_TAG = 83;
/** 2²⁴ pieces in one device: 1 PiB of 64 MiB pieces. Bounds a path to 24 nodes. */
export const MAX_COMMITTED_PIECES = 2 ** 24;
export const MAX_COMMITMENT_PATH = 24;
const ROOT_BYTES = 32;
const NODE_BYTES = 128;

export interface CommittedPiece {
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** 1…{@link MAX_PIECE_LEAVES}. */
  readonly leafCount: number;
}

interface Level {
  readonly hashes: Uint8Array;
  readonly sums: Float64Array;
}

export interface LeafPosition {
  readonly pieceIndex: number;
  /** Of the leaf, inside its piece. */
  readonly leafIndex: number;
}

const ZERO = new Uint8Array(HASH_BYTES);

/** The frozen list of one device and epoch. */
export class CommitmentTree {
  readonly root: Uint8Array;
  readonly totalLeaves: number;
  readonly pieceCount: number;
  readonly #roots: Uint8Array;
  readonly #counts: Uint32Array;
  readonly #offsets: Float64Array;
  readonly #levels: readonly Level[];
  readonly #padding: readonly Uint8Array[];

  /** @param pieces - in any order; pieces of the same root count once. */
  constructor(pieces: Iterable<CommittedPiece>) {
    const sorted = [...pieces].sort((a, b) => compareBytes(a.root, b.root));
    const distinct = sorted.filter((piece, i) => i === 0 || !equalBytes(piece.root, sorted[i - 1]!.root));
    assert(distinct.length <= MAX_COMMITTED_PIECES, "a device commits to at most 2^24 pieces");
    this.pieceCount = distinct.length;
    this.#roots = new Uint8Array(distinct.length * ROOT_BYTES);
    this.#counts = new Uint32Array(distinct.length);
    this.#offsets = new Float64Array(distinct.length);
    let total = 0;
    distinct.forEach(({ root, leafCount }, i) => {
      assert(leafCount >= 1 && leafCount <= MAX_PIECE_LEAVES, "a piece has between one leaf and the most a piece may");
      this.#roots.set(root, i * ROOT_BYTES);
      this.#counts[i] = leafCount;
      this.#offsets[i] = total;
      total += leafCount;
    });
    this.totalLeaves = total;
    [this.#levels, this.#padding] = buildLevels(this.#roots, this.#counts);
    this.root = this.#levels.at(-1)!.hashes.slice(0, HASH_BYTES);
  }

  piece(pieceIndex: number): CommittedPiece {
    assert(pieceIndex >= 0 && pieceIndex < this.pieceCount, "a piece's index is inside the tree");
    return {
      root: this.#roots.slice(pieceIndex * ROOT_BYTES, (pieceIndex + 1) * ROOT_BYTES),
      leafCount: this.#counts[pieceIndex]!,
    };
  }

  /** Which piece, and which leaf of it, lies at `globalLeaf` ∈ [0, totalLeaves). */
  locate(globalLeaf: number): LeafPosition {
    assert(globalLeaf >= 0 && globalLeaf < this.totalLeaves, "a challenged leaf is inside the commitment");
    let low = 0;
    let high = this.pieceCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offsets[middle]! <= globalLeaf) low = middle;
      else high = middle - 1;
    }
    return { pieceIndex: low, leafIndex: globalLeaf - this.#offsets[low]! };
  }

  /** Index of the first piece whose root is ≥ `root`; pieceCount when there is none. */
  lowerBound(root: Uint8Array): number {
    let low = 0;
    let high = this.pieceCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = this.#roots.subarray(middle * ROOT_BYTES, (middle + 1) * ROOT_BYTES);
      if (compareBytes(there, root) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** From the piece's sibling up. `index` may also name padding, up to the next power of two. */
  path(index: number): SumNode[] {
    return this.#levels.slice(0, -1).map(({ hashes, sums }, depth) => {
      const sibling = (index >> depth) ^ 1;
      if (sibling >= sums.length) return { hash: this.#padding[depth]!, sum: 0n };
      return { hash: hashes.slice(sibling * HASH_BYTES, (sibling + 1) * HASH_BYTES), sum: BigInt(sums[sibling]!) };
    });
  }

  /** @returns null when the piece is in the tree. */
  proveAbsence(root: Uint8Array): AbsenceProof | null {
    const right = this.lowerBound(root);
    if (right < this.pieceCount && equalBytes(this.piece(right).root, root)) return null;
    const width = 2 ** commitmentDepth(this.pieceCount);
    const neighbour = (index: number): Neighbour | null => {
      if (index < 0 || index >= width) return null;
      const piece = index < this.pieceCount ? this.piece(index) : null;
      return { piece, path: this.path(index) };
    };
    return { rightIndex: right, left: neighbour(right - 1), right: neighbour(right) };
  }
}

function buildLevels(roots: Uint8Array, counts: Uint32Array): [Level[], Uint8Array[]] {
  const leaves: Level = {
    hashes: new Uint8Array(Math.max(1, counts.length) * HASH_BYTES),
    sums: new Float64Array(Math.max(1, counts.length)),
  };
  counts.forEach((leafCount, i) => {
    leaves.hashes.set(pieceLeaf(roots.subarray(i * ROOT_BYTES, (i + 1) * ROOT_BYTES), leafCount), i * HASH_BYTES);
    leaves.sums[i] = leafCount;
  });
  const levels = [leaves];
  const padding: Uint8Array[] = [ZERO];
  const input = new Uint8Array(NODE_BYTES);
  const view = new DataView(input.buffer);
  while (levels.at(-1)!.sums.length > 1) {
    const below = levels.at(-1)!;
    const width = below.sums.length;
    const empty = padding.at(-1)!;
    const level: Level = {
      hashes: new Uint8Array(((width + 1) >> 1) * HASH_BYTES),
      sums: new Float64Array((width + 1) >> 1),
    };
    for (let i = 0; i < width; i += 2) {
      const rightSum = below.sums[i + 1] ?? 0;
      input.set(below.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), 0);
      view.setBigUint64(56, BigInt(below.sums[i]!));
      input.set(i + 1 < width ? below.hashes.subarray((i + 1) * HASH_BYTES, (i + 2) * HASH_BYTES) : empty, 64);
      view.setBigUint64(120, BigInt(rightSum));
      level.hashes.set(keccak256(input), (i >> 1) * HASH_BYTES);
      level.sums[i >> 1] = below.sums[i]! + rightSum;
    }
    levels.push(level);
    padding.push(keccak256(empty, uint256Bytes(0n), empty, uint256Bytes(0n)));
  }
  return [levels, padding];
}

function pieceLeaf(root: Uint8Array, leafCount: number): Uint8Array {
  return sumLeafHash(COMMITMENT_LEAF_TAG, root, uint256Bytes(BigInt(leafCount)));
}

/** Length of every path in a tree of so many pieces. */
export function commitmentDepth(pieceCount: number): number {
  return pieceCount <= 1 ? 0 : Math.ceil(Math.log2(pieceCount));
}

/** What a commitment says, as numbers: see `storageCommitment`. */
export interface CommittedTotals {
  readonly root: Uint8Array;
  readonly totalLeaves: number;
  readonly pieceCount: number;
}

/**
 * Where a piece's leaves lie on the committed line.
 *
 * @param path - hostile; null `piece` stands for padding.
 * @returns the piece's first global leaf, or null when the path does not lead to the committed root and total.
 */
export function verifyCommitted(
  totals: CommittedTotals,
  piece: CommittedPiece | null,
  index: number,
  path: readonly SumNode[],
): number | null {
  const depth = commitmentDepth(totals.pieceCount);
  if (path.length !== depth || index < 0 || index >= 2 ** depth) return null;
  const leaf: SumNode =
    piece === null
      ? { hash: ZERO, sum: 0n }
      : { hash: pieceLeaf(piece.root, piece.leafCount), sum: BigInt(piece.leafCount) };
  const reached = sumRootFrom(leaf, index, path);
  if (!sameNode(reached, { hash: totals.root, sum: BigInt(totals.totalLeaves) })) return null;
  let offset = 0n;
  path.forEach(({ sum }, level) => {
    if ((index >> level) & 1) offset += sum;
  });
  return Number(offset);
}

/** One side of the gap where an absent piece would stand. Null `piece`: padding. */
export interface Neighbour {
  readonly piece: CommittedPiece | null;
  readonly path: readonly SumNode[];
}

/** Two adjacent places of the tree, or one at an end. */
export interface AbsenceProof {
  /** Where the absent piece would stand: left is at rightIndex − 1. */
  readonly rightIndex: number;
  /** Null only when rightIndex is 0. */
  readonly left: Neighbour | null;
  /** Null only when rightIndex is the width of the tree. */
  readonly right: Neighbour | null;
}

/**
 * Whether `root` is proved not to be in the committed tree. `proof` is hostile. Does not rely on the device's count of
 * pieces being true beyond the tree's depth: the end of the list is shown by its padding.
 */
export function verifyAbsence(totals: CommittedTotals, root: Uint8Array, proof: AbsenceProof): boolean {
  const width = 2 ** commitmentDepth(totals.pieceCount);
  const { rightIndex, left, right } = proof;
  if (!Number.isInteger(rightIndex) || rightIndex < 0 || rightIndex > width) return false;
  if ((left === null) !== (rightIndex === 0) || (right === null) !== (rightIndex === width)) return false;
  if (left !== null) {
    if (verifyCommitted(totals, left.piece, rightIndex - 1, left.path) === null) return false;
    if (left.piece === null || compareBytes(left.piece.root, root) >= 0) return false;
  }
  if (right !== null) {
    if (verifyCommitted(totals, right.piece, rightIndex, right.path) === null) return false;
    if (right.piece !== null && compareBytes(right.piece.root, root) <= 0) return false;
  }
  return true;
}

/** keccak256(challenge ‖ uint32be(i)) mod totalLeaves: which leaf question i of a challenge names. */
export function challengedLeaf(challenge: Uint8Array, i: number, totalLeaves: number): number {
  const input = new Uint8Array(36);
  input.set(challenge);
  new DataView(input.buffer).setUint32(32, i);
  return Number(bytesToBigint(keccak256(input)) % BigInt(totalLeaves));
}
