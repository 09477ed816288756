/**
 * How the bytes of one segment lie in blocks, stripes and shards. Pure arithmetic; every number is a safe integer.
 *
 * A segment's plaintext is cut into payloads of `blockBytes − 16`; each, encrypted with its tag, is one block of
 * `blockBytes` (the last one is padded with zeros to that length). Block i lies in data shard i mod k, stripe ⌊i / k⌋;
 * the blocks a last stripe lacks are zeros. A shard, which is one device's piece, is its blocks one after another.
 */
import { assert } from "@wayleave/core/errors";
import { MAX_PIECE_BYTES } from "./pieceTree.ts";

export const SEGMENT_MAX_BYTES = 64 * 1024 * 1024;
/** AES-GCM's tag, inside the block. */
export const TAG_BYTES = 16;
const BLOCK_MIN_BYTES = 1024;
const BLOCK_MAX_BYTES = 65_536;
const BLOCK_STEP_BYTES = 1024;

/** Any k of n shards restore a segment. */
export interface CodePolicy {
  readonly k: number;
  readonly n: number;
  /** At this many healthy shards or fewer a segment is repaired. */
  readonly repairAt: number;
}

/** @see storage.md: losses per segment-year at the repair threshold 1e-2, 9e-7, 5e-17. */
export const POLICIES = {
  small: { k: 4, n: 6, repairAt: 5 },
  standard: { k: 8, n: 14, repairAt: 11 },
  durable: { k: 16, n: 32, repairAt: 24 },
} as const satisfies Record<string, CodePolicy>;

export interface SegmentLayout {
  readonly k: number;
  /** Plaintext, ≥ 1. */
  readonly sizeBytes: number;
  readonly blockBytes: number;
  /** Plaintext in one block. */
  readonly payloadBytes: number;
  readonly blockCount: number;
  readonly stripeCount: number;
  /** Length of each of the n pieces. */
  readonly pieceBytes: number;
}

/** The most plaintext one segment takes under k: whole stripes of the largest blocks, so that full segments pad nothing. */
export function segmentMaxBytes(k: number): number {
  const stripe = k * (BLOCK_MAX_BYTES - TAG_BYTES);
  return Math.floor(SEGMENT_MAX_BYTES / stripe) * stripe;
}

/** Sizes of the segments that an object of `sizeBytes` ≥ 0 is cut into: all full but the last. */
export function segmentSizes(sizeBytes: number, k: number): number[] {
  const most = segmentMaxBytes(k);
  const full = Math.floor(sizeBytes / most);
  const rest = sizeBytes - full * most;
  return [...Array.from({ length: full }, () => most), ...(rest > 0 ? [rest] : [])];
}

/** @throws RangeError unless 1 ≤ sizeBytes ≤ 64 MiB and 1 ≤ k ≤ 255. */
export function segmentLayout(sizeBytes: number, k: number): SegmentLayout {
  if (!Number.isInteger(sizeBytes) || sizeBytes < 1 || sizeBytes > SEGMENT_MAX_BYTES) {
    throw new RangeError(`a segment has 1 byte to 64 MiB, got ${sizeBytes}`);
  }
  if (!Number.isInteger(k) || k < 1 || k > 255) throw new RangeError(`k is in [1, 255], got ${k}`);
  const even = Math.ceil(sizeBytes / k) + TAG_BYTES;
  const rounded = Math.ceil(even / BLOCK_STEP_BYTES) * BLOCK_STEP_BYTES;
  const blockBytes = Math.min(BLOCK_MAX_BYTES, Math.max(BLOCK_MIN_BYTES, rounded));
  const payloadBytes = blockBytes - TAG_BYTES;
  const blockCount = Math.ceil(sizeBytes / payloadBytes);
  const stripeCount = Math.ceil(blockCount / k);
  const pieceBytes = stripeCount * blockBytes;
  assert(pieceBytes <= MAX_PIECE_BYTES, "every segment's pieces fit the largest piece");
  return { k, sizeBytes, blockBytes, payloadBytes, blockCount, stripeCount, pieceBytes };
}

export interface BlockPlace {
  /** Data shard, in [0, k). */
  readonly shard: number;
  readonly stripe: number;
  /** Of the block's first byte, inside its piece. */
  readonly pieceOffset: number;
  /** Of its first plaintext byte, inside the segment. */
  readonly plainOffset: number;
  /** Plaintext bytes in it. Its ciphertext and tag are 16 longer, its padding fills the rest of the block. */
  readonly plainBytes: number;
}

export function blockPlace(layout: SegmentLayout, block: number): BlockPlace {
  assert(block >= 0 && block < layout.blockCount, "a block is inside its segment");
  const stripe = Math.floor(block / layout.k);
  const plainOffset = block * layout.payloadBytes;
  return {
    shard: block % layout.k,
    stripe,
    pieceOffset: stripe * layout.blockBytes,
    plainOffset,
    plainBytes: Math.min(layout.payloadBytes, layout.sizeBytes - plainOffset),
  };
}

/** What of one block a ranged read wants: plaintext bytes [from, to) of that block. */
export interface BlockSlice {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

/** The blocks under segment bytes [start, end), 0 ≤ start < end ≤ sizeBytes, in order. */
export function blocksOfRange(layout: SegmentLayout, start: number, end: number): BlockSlice[] {
  assert(start >= 0 && start < end && end <= layout.sizeBytes, "a range lies inside its segment and is not empty");
  const slices: BlockSlice[] = [];
  const last = Math.floor((end - 1) / layout.payloadBytes);
  for (let block = Math.floor(start / layout.payloadBytes); block <= last; block++) {
    const plainOffset = block * layout.payloadBytes;
    slices.push({
      block,
      from: Math.max(start - plainOffset, 0),
      to: Math.min(end - plainOffset, layout.payloadBytes),
    });
  }
  return slices;
}

/** Bytes [start, end) of one data shard's piece. */
export interface PieceRange {
  readonly shard: number;
  readonly start: number;
  readonly end: number;
}

/** What to fetch from which data shard for segment bytes [start, end): one contiguous range a shard, whole blocks. */
export function pieceRangesOf(layout: SegmentLayout, start: number, end: number): PieceRange[] {
  const ranges = new Map<number, PieceRange>();
  const first = Math.floor(start / layout.payloadBytes);
  const last = Math.floor((end - 1) / layout.payloadBytes);
  assert(start >= 0 && start < end && end <= layout.sizeBytes, "a range lies inside its segment and is not empty");
  for (let shard = 0; shard < layout.k; shard++) {
    const firstHere = first + ((shard - (first % layout.k) + layout.k) % layout.k);
    if (firstHere > last) continue;
    const lastHere = last - (((last % layout.k) - shard + layout.k) % layout.k);
    ranges.set(shard, {
      shard,
      start: Math.floor(firstHere / layout.k) * layout.blockBytes,
      end: (Math.floor(lastHere / layout.k) + 1) * layout.blockBytes,
    });
  }
  return [...ranges.values()];
}

/** The stripes under segment bytes [start, end): what a read without some data shards restores from any k pieces. */
export function stripesOfRange(layout: SegmentLayout, start: number, end: number): { first: number; last: number } {
  assert(start >= 0 && start < end && end <= layout.sizeBytes, "a range lies inside its segment and is not empty");
  const stripePlain = layout.payloadBytes * layout.k;
  return { first: Math.floor(start / stripePlain), last: Math.floor((end - 1) / stripePlain) };
}
