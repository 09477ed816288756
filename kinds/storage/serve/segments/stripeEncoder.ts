import type { KeyObject } from "node:crypto";
import { encryptBlock } from "../../model/encryption.ts";
import { TAG_BYTES } from "../../model/layout.ts";
import { type Codec, createCodec } from "../../model/reedSolomon/codec.ts";

/** Codecs by shape: each holds a stripe's memory, so only the few shapes in use are kept. */
const codecs = new Map<string, Codec>();
const CODECS_MAX = 16;

/**
 * A codec for k data shards and `total` shards in all. Rows of the code depend on their index alone, so shard i is the
 * same bytes whatever `total` is: an upload may start more shards than a segment keeps.
 */
export function codecFor(k: number, total: number): Codec {
  const name = `${k}/${total}`;
  const known = codecs.get(name);
  if (known !== undefined) return known;
  if (codecs.size >= CODECS_MAX) codecs.delete(codecs.keys().next().value!);
  const codec = createCodec(k, Math.max(total, k + 1));
  codecs.set(name, codec);
  return codec;
}

export interface StripeShape {
  readonly k: number;
  /** Shards to make, in [k, 256]. */
  readonly total: number;
  readonly blockBytes: number;
}

/**
 * Encrypts and codes whole stripes.
 *
 * @param plain - payloads of consecutive blocks; only the last stripe of a segment may be short.
 * @param firstBlock - number of the first block in its segment: a multiple of k.
 * @returns `total` shards of ⌈plain / stripe payload⌉ blocks each, in fresh memory that may be transferred.
 */
export function encodeStripes(
  key: KeyObject,
  shape: StripeShape,
  plain: Uint8Array,
  firstBlock: number,
): Uint8Array<ArrayBuffer>[] {
  const { k, total, blockBytes } = shape;
  const payloadBytes = blockBytes - TAG_BYTES;
  const stripes = Math.ceil(plain.byteLength / (payloadBytes * k));
  const codec = codecFor(k, total);
  const shards = Array.from({ length: total }, () => Buffer.allocUnsafeSlow(stripes * blockBytes));
  for (let stripe = 0; stripe < stripes; stripe++) {
    for (let i = 0; i < k; i++) {
      const from = (stripe * k + i) * payloadBytes;
      const block = codec.shard(i, blockBytes);
      if (from >= plain.byteLength) block.fill(0);
      else encryptBlock(key, firstBlock + stripe * k + i, plain.subarray(from, from + payloadBytes), block);
    }
    codec.encodeInPlace(blockBytes);
    for (let i = 0; i < total; i++) shards[i]!.set(codec.shard(i, blockBytes), stripe * blockBytes);
  }
  return shards;
}
