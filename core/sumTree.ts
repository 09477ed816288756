import { concatBytes, equalBytes, uint256Bytes } from "./bytes.ts";
import { assert } from "./errors.ts";
import { keccak256 } from "./hash.ts";

/** A leaf's 32-byte hash and the amount it adds to every node above it. */
export interface SumLeaf {
  readonly hash: Uint8Array;
  /** In [0, 2²⁵⁶); several sums may be packed into one word as long as no part overflows into the next. */
  readonly sum: bigint;
}

export interface SumNode {
  readonly hash: Uint8Array;
  readonly sum: bigint;
}

const EMPTY: SumNode = { hash: new Uint8Array(32), sum: 0n };
/** No tree of ours is deeper: 2³² leaves. Bounds what a hostile proof can make us hash. */
export const MAX_DEPTH = 32;

/**
 * A keccak Merkle-sum tree: every node commits to the sum of its leaves, so a total can be proved, not only membership.
 * Padded with (0, 0) to a power of two; node = keccak256(leftHash ‖ leftSum ‖ rightHash ‖ rightSum). A leaf's preimage
 * begins with a small tag word and a node's with a hash (or zero), so neither passes for the other. The contract checks
 * the same tree (`Settlement.claim`).
 */
export interface SumTree {
  readonly root: SumNode;
  readonly leafCount: number;
  /** From the leaf's sibling up. @throws AssertionFailure outside [0, leafCount). */
  proof(index: number): SumNode[];
}

export function sumTree(leaves: readonly SumLeaf[]): SumTree {
  const levels: SumNode[][] = [leaves.length === 0 ? [EMPTY] : [...leaves]];
  let padding: SumNode = EMPTY;
  for (let width = levels[0]!.length; width > 1; width = Math.ceil(width / 2)) {
    const below = levels.at(-1)!;
    const level: SumNode[] = [];
    for (let i = 0; i < below.length; i += 2) level.push(parentOf(below[i]!, below[i + 1] ?? padding));
    padding = parentOf(padding, padding);
    levels.push(level);
  }
  return {
    root: levels.at(-1)![0]!,
    leafCount: leaves.length,
    proof(index) {
      assert(index >= 0 && index < leaves.length, "a proof is for a leaf of this tree");
      return proofIn(levels, index);
    },
  };
}

function proofIn(levels: readonly SumNode[][], index: number): SumNode[] {
  const path: SumNode[] = [];
  let padding: SumNode = EMPTY;
  for (let depth = 0; depth < levels.length - 1; depth++) {
    path.push(levels[depth]![(index >> depth) ^ 1] ?? padding);
    padding = parentOf(padding, padding);
  }
  return path;
}

function parentOf(left: SumNode, right: SumNode): SumNode {
  return {
    hash: keccak256(left.hash, uint256Bytes(left.sum), right.hash, uint256Bytes(right.sum)),
    sum: left.sum + right.sum,
  };
}

/** Recomputes the root a proof leads to. `path` is hostile; its length must be ≤ {@link MAX_DEPTH}. */
export function sumRootFrom(leaf: SumLeaf, index: number, path: readonly SumNode[]): SumNode {
  assert(path.length <= MAX_DEPTH, "a path is no longer than the deepest tree");
  let node: SumNode = leaf;
  path.forEach((sibling, depth) => {
    node = (index >> depth) & 1 ? parentOf(sibling, node) : parentOf(node, sibling);
  });
  return node;
}

export function sameNode(a: SumNode, b: SumNode): boolean {
  return a.sum === b.sum && equalBytes(a.hash, b.hash);
}

/** keccak256 of a tag word (1…255, one per tree) and ABI words: how every leaf of the settlement is hashed. */
export function leafHash(tag: number, ...words: readonly Uint8Array[]): Uint8Array {
  assert(tag >= 1 && tag <= 255, "a leaf's tag is small and not zero: no hash passes for one");
  return keccak256(concatBytes(uint256Bytes(BigInt(tag)), ...words));
}
