import fc from "fast-check";
import { expect, test } from "vitest";
import { keccak256 } from "./hash.ts";
import { leafHash, sameNode, type SumLeaf, sumRootFrom, sumTree } from "./sumTree.ts";

const leaves: fc.Arbitrary<SumLeaf[]> = fc.array(
  fc.record({ hash: fc.uint8Array({ minLength: 32, maxLength: 32 }), sum: fc.bigInt(0n, 2n ** 200n) }),
  { minLength: 1, maxLength: 40 },
);

test("every leaf proves itself and the total, and no other place", () => {
  fc.assert(
    fc.property(leaves, (list) => {
      const tree = sumTree(list);
      expect(tree.root.sum).toBe(list.reduce((total, leaf) => total + leaf.sum, 0n));
      list.forEach((leaf, index) => {
        const path = tree.proof(index);
        expect(sameNode(sumRootFrom(leaf, index, path), tree.root)).toBe(true);
        if (path.length > 0 && !list.every((other) => sameNode(other, leaf))) {
          const elsewhere = index ^ 1;
          const moved = sumRootFrom(leaf, elsewhere, path);
          const sibling = path[0]!;
          expect(sameNode(moved, tree.root)).toBe(sameNode(sibling, leaf));
        }
      });
    }),
    { numRuns: 50 },
  );
});

test("one µ$ more in a leaf or a sibling changes the root", () => {
  fc.assert(
    fc.property(leaves, fc.nat(), (list, pick) => {
      const tree = sumTree(list);
      const index = pick % list.length;
      const leaf = list[index]!;
      const path = tree.proof(index);
      expect(sameNode(sumRootFrom({ ...leaf, sum: leaf.sum + 1n }, index, path), tree.root)).toBe(false);
      if (path.length > 0) {
        const cheated = path.with(0, { ...path[0]!, sum: path[0]!.sum + 1n });
        expect(sameNode(sumRootFrom(leaf, index, cheated), tree.root)).toBe(false);
      }
    }),
    { numRuns: 50 },
  );
});

test("an empty tree has a root of its own", () => {
  const tree = sumTree([]);
  expect(tree.root).toEqual({ hash: new Uint8Array(32), sum: 0n });
});

test("a leaf's tag is small and not zero, so that no node passes for a leaf", () => {
  expect(() => leafHash(0)).toThrow();
  expect(() => leafHash(256)).toThrow();
  expect(leafHash(1)).toEqual(keccak256(Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0))));
});
