import { randomFillSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Codec, MAX_SHARD_BYTES, createCodec } from "./codec.ts";
import { generatorMatrix, multiply } from "./galois.ts";
import { kernelsSource, readCommitted } from "./generate.ts";
import { PLAIN_KERNELS } from "./kernels.ts";
import { wasm } from "./wasm.ts";

const POLICIES = [
  [4, 6],
  [8, 14],
  [16, 32],
] as const;

function randomShards(count: number, shardBytes: number): Uint8Array[] {
  return Array.from({ length: count }, () => randomFillSync(new Uint8Array(shardBytes)));
}

/** The code as its definition says, a byte at a time. */
function slowShards(k: number, n: number, data: readonly Uint8Array[]): Uint8Array[] {
  return generatorMatrix(k, n).map((row) =>
    data[0]!.map((_, at) => row.reduce((sum, factor, j) => sum ^ multiply(factor, data[j]![at]!), 0)),
  );
}

function encoded(codec: Codec, data: readonly Uint8Array[]): Uint8Array[] {
  const shardBytes = data[0]!.byteLength;
  const parity = Array.from({ length: codec.n - codec.k }, () => new Uint8Array(shardBytes));
  codec.encode(data, shardBytes, parity);
  return [...data, ...parity];
}

test("the committed kernels are what the generator writes", async () => {
  expect(readCommitted().replaceAll(/\s+/g, "")).toBe((await kernelsSource()).replaceAll(/\s+/g, ""));
});

describe.for(POLICIES)("%i of %i", ([k, n]) => {
  const codec = createCodec(k, n);
  const plain = createCodec(k, n, { kernels: new wasm.Module(Buffer.from(PLAIN_KERNELS, "base64")) });

  test("encodes as the slow tables do, with both kernels", () => {
    for (const shardBytes of [1, 16, 31, 33, 1024]) {
      const data = randomShards(k, shardBytes);
      const expected = slowShards(k, n, data);
      expect(encoded(codec, data)).toEqual(expected);
      expect(encoded(plain, data)).toEqual(expected);
    }
  });

  test("any k of n shards restore all others", () => {
    const shards = encoded(codec, randomShards(k, 96));
    const kept = fc.shuffledSubarray([...shards.keys()], { minLength: k, maxLength: n });
    fc.assert(
      fc.property(kept, (indexes) => {
        const present = new Map(indexes.map((index) => [index, shards[index]!]));
        const all = codec.reconstruct(present, [...shards.keys()], 96);
        expect([...all.keys()].sort((a, b) => a - b)).toEqual([...shards.keys()]);
        for (const [index, bytes] of all) expect(Buffer.compare(bytes, shards[index]!)).toBe(0);
      }),
      { numRuns: 120 },
    );
  });

  test("blocks of 64 KiB written straight into its memory", () => {
    for (let i = 0; i < k; i++) randomFillSync(codec.shard(i, MAX_SHARD_BYTES));
    const data = Array.from({ length: k }, (_, i) => codec.shard(i, MAX_SHARD_BYTES).slice());
    codec.encodeInPlace(MAX_SHARD_BYTES);
    const parity = Array.from({ length: n - k }, (_, i) => codec.shard(k + i, MAX_SHARD_BYTES).slice());
    const present = new Map([...data, ...parity].map((bytes, i) => [i, bytes] as const).slice(n - k));
    const lost = Array.from({ length: n - k }, (_, i) => i);
    const restored = codec.reconstruct(present, lost, MAX_SHARD_BYTES);
    for (const index of lost) {
      const expected = index < k ? data[index]! : parity[index - k]!;
      expect(Buffer.compare(restored.get(index)!, expected)).toBe(0);
    }
  });
});

test("a wrong shard restores wrong data, so the comparison can fail", () => {
  const codec = createCodec(4, 6);
  const shards = encoded(codec, randomShards(4, 64));
  const bad = shards[5]!.slice();
  bad[7]! ^= 1;
  const present = new Map([1, 2, 3, 5].map((i) => [i, i === 5 ? bad : shards[i]!]));
  expect(codec.reconstruct(present, [0], 64).get(0)).not.toEqual(shards[0]);
});

test("refuses what is no code", () => {
  for (const [k, n] of [
    [0, 4],
    [4, 4],
    [8, 257],
    [1.5, 3],
  ] as const)
    expect(() => createCodec(k, n)).toThrow(RangeError);
  const codec = createCodec(2, 3);
  expect(() => codec.reconstruct(new Map([[0, new Uint8Array(4)]]), [1], 4)).toThrow(/k shards/);
  expect(() => codec.shard(3, 4)).toThrow(/index/);
});
