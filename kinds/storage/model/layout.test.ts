import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  SEGMENT_MAX_BYTES,
  TAG_BYTES,
  blockPlace,
  blocksOfRange,
  pieceRangesOf,
  segmentLayout,
  segmentMaxBytes,
  segmentSizes,
  stripesOfRange,
} from "./layout.ts";

const layouts = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 3_000_000 }), fc.integer({ min: 1, max: SEGMENT_MAX_BYTES })),
    fc.integer({ min: 1, max: 32 }),
  )
  .map(([sizeBytes, k]) => segmentLayout(sizeBytes, k));
const layoutAndRange = layouts.chain((layout) =>
  fc.tuple(fc.nat(layout.sizeBytes - 1), fc.integer({ min: 1, max: 400_000 })).map(([start, length]) => ({
    layout,
    start,
    end: Math.min(layout.sizeBytes, start + length),
  })),
);

describe("layout", () => {
  test("the block size follows the rule and the blocks hold exactly the segment", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { k, sizeBytes, blockBytes } = layout;
        expect(blockBytes).toBe(
          Math.min(65_536, Math.max(1024, Math.ceil((Math.ceil(sizeBytes / k) + 16) / 1024) * 1024)),
        );
        const last = blockPlace(layout, layout.blockCount - 1);
        expect(last.plainOffset + last.plainBytes).toBe(sizeBytes);
        expect(last.plainBytes).toBeGreaterThan(0);
        expect(last.pieceOffset + blockBytes).toBe(layout.pieceBytes);
        expect(last.plainBytes + TAG_BYTES).toBeLessThanOrEqual(blockBytes);
      }),
    );
  });

  test("known sizes", () => {
    expect(segmentLayout(5 * 1024, 8)).toMatchObject({
      blockBytes: 1024,
      blockCount: 6,
      stripeCount: 1,
      pieceBytes: 1024,
    });
    expect(segmentLayout(65_536, 8)).toMatchObject({ blockBytes: 9216, stripeCount: 1, pieceBytes: 9216 });
    const full = segmentMaxBytes(8);
    expect(full).toBeLessThanOrEqual(SEGMENT_MAX_BYTES);
    expect(segmentLayout(full, 8)).toMatchObject({ blockBytes: 65_536, blockCount: 1024, stripeCount: 128 });
    expect(segmentSizes(2 * full + 5, 8)).toEqual([full, full, 5]);
    expect(segmentSizes(0, 8)).toEqual([]);
    for (const bad of [0, -1, 1.5, SEGMENT_MAX_BYTES + 1]) expect(() => segmentLayout(bad, 8)).toThrow(RangeError);
  });

  test("a range's slices are exactly its bytes", () => {
    fc.assert(
      fc.property(layoutAndRange, ({ layout, start, end }) => {
        let at = start;
        for (const { block, from, to } of blocksOfRange(layout, start, end)) {
          expect(blockPlace(layout, block).plainOffset + from).toBe(at);
          expect(to).toBeLessThanOrEqual(blockPlace(layout, block).plainBytes);
          at += to - from;
        }
        expect(at).toBe(end);
      }),
    );
  });

  test("a range's pieces hold all its blocks and begin and end with one", () => {
    fc.assert(
      fc.property(layoutAndRange, ({ layout, start, end }) => {
        const places = blocksOfRange(layout, start, end).map(({ block }) => blockPlace(layout, block));
        const ranges = pieceRangesOf(layout, start, end);
        expect(new Set(ranges.map(({ shard }) => shard))).toEqual(new Set(places.map(({ shard }) => shard)));
        for (const { shard, start: from, end: to } of ranges) {
          const offsets = places.filter((place) => place.shard === shard).map(({ pieceOffset }) => pieceOffset);
          expect(from).toBe(Math.min(...offsets));
          expect(to).toBe(Math.max(...offsets) + layout.blockBytes);
        }
        const { first, last } = stripesOfRange(layout, start, end);
        expect([first, last]).toEqual([places[0]!.stripe, places.at(-1)!.stripe]);
      }),
    );
  });
});
