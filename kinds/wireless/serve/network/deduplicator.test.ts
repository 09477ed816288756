import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CopyFate, DEDUPLICATION_LIMITS, Deduplicator, type GatheredFrame } from "./deduplicator.ts";
import type { FrameCopy } from "./frameCopy.ts";
import { SF7, agent } from "./testing/testNetwork.ts";
import { VirtualTimeline } from "./testing/virtualTimeline.ts";

interface Options {
  readonly framesMax?: number;
  readonly isRefused?: (payload: Uint8Array) => boolean;
  readonly answersAgain?: boolean;
}

class Bench {
  readonly timeline = new VirtualTimeline();
  readonly closed: { readonly key: string; readonly copies: number; readonly round: number; readonly atMs: number }[] =
    [];
  firsts = 0;
  readonly dropped: string[] = [];
  readonly #deduplicator: Deduplicator<string>;
  readonly #startMs = this.timeline.now();

  constructor(options: Options = {}) {
    const limits = { ...DEDUPLICATION_LIMITS, framesMax: options.framesMax ?? 1_000 };
    this.#deduplicator = new Deduplicator<string>(limits, this.timeline, {
      first: ({ payload }) => {
        this.firsts++;
        return options.isRefused?.(payload) === true ? null : "content";
      },
      closed: (frame: GatheredFrame<string>) => {
        const atMs = this.timeline.now() - this.#startMs;
        this.closed.push({ key: frame.key, copies: frame.copies.length, round: frame.round, atMs });
      },
      answerAgain: () => options.answersAgain ?? false,
      dropped: (_frame, _copy, fate) => this.dropped.push(fate),
    });
  }
  get size(): number {
    return this.#deduplicator.size;
  }
  hear(payload: Uint8Array, by = 1, gatewayEui = "00", frequencyHz = 868_100_000): CopyFate {
    const copy: FrameCopy = {
      device: agent(by),
      sequence: 1,
      arrivedMs: this.timeline.monotonicMs(),
      uplink: {
        ...{ payload, gatewayEui, frequencyHz, modulation: SF7, codingRate: "4/5", rssiDbm: 0, snrDb: 0 },
        context: new Uint8Array(4),
        receivedAtMs: 0,
      },
    };
    return this.#deduplicator.add(copy);
  }
}

const FRAME = Uint8Array.of(1, 2, 3);

describe("the window", () => {
  test("one frame heard on several channels by several gateways is one, decided after 200 ms", async () => {
    const bench = new Bench();
    expect(bench.hear(FRAME, 1)).toBe("first-copy");
    await bench.timeline.pass(199);
    expect(bench.hear(Uint8Array.from(FRAME), 2, "01", 868_300_000)).toBe("gathered-copy");
    expect(bench.hear(FRAME, 2, "01")).toBe("same-gateway-copy");
    await bench.timeline.pass(1);
    expect(bench.closed).toMatchObject([{ copies: 2, atMs: 200 }]);
    expect(bench.hear(FRAME, 3)).toBe("late-copy");
    await bench.timeline.pass(1_000);
    expect(bench.closed).toHaveLength(1);
    // The frame is not told yet, so that its event can still show the late copy.
    expect(bench.dropped).toEqual([]);
  });

  test("one transmission that several antennas hear is one that comes to nothing", async () => {
    const bench = new Bench();
    bench.hear(FRAME);
    for (let transmission = 0; transmission < 2; transmission++) {
      await bench.timeline.pass(2_000);
      for (let by = 1; by < 4; by++) bench.hear(FRAME, by);
    }
    expect(bench.dropped).toEqual(["retransmission", "retransmission"]);
  });

  test("a copy that keeps coming opens no second window, unless its device sends it again for an answer", async () => {
    for (const answersAgain of [false, true]) {
      const bench = new Bench({ answersAgain });
      for (let second = 0; second < 9; second++) {
        bench.hear(FRAME);
        await bench.timeline.pass(1_000);
      }
      // Every second copy is more than 1.5 s after the round it would belong to.
      expect(bench.closed.map(({ round }) => round)).toEqual(answersAgain ? [0, 1, 2, 3, 4] : [0]);
      expect(bench.firsts).toBe(1);
    }
  });

  test("what is refused once is refused for all its copies without another look", async () => {
    const bench = new Bench({ isRefused: () => true });
    for (let copy = 0; copy < 1_000; copy++) bench.hear(FRAME, copy);
    await bench.timeline.pass(1_000);
    expect(bench.firsts).toBe(1);
    expect(bench.closed).toEqual([]);
  });
});

describe("memory", () => {
  test("is bounded: the oldest decided frame gives way, and nothing that is still gathering", async () => {
    const bench = new Bench({ framesMax: 3 });
    const frames = [0, 1, 2, 3].map((byte) => Uint8Array.of(byte));
    for (const frame of frames) bench.hear(frame);
    expect(bench.hear(frames[3]!)).toBe("overloaded");
    await bench.timeline.pass(200);
    expect(bench.closed).toHaveLength(3);
    expect(bench.hear(frames[3]!)).toBe("first-copy");
    expect(bench.size).toBe(3);
  });

  test.for([true, false])(
    "is let go of when nothing more is heard, and no timer is left (refused: %s)",
    async (refused) => {
      const bench = new Bench({ isRefused: () => refused });
      bench.hear(FRAME);
      await bench.timeline.pass(30_000);
      expect(bench.size).toBe(0);
      expect(bench.timeline.pending).toBe(0);
    },
  );

  test("keeps at most 64 copies of a frame", async () => {
    const bench = new Bench();
    for (let index = 0; index < 100; index++) bench.hear(FRAME, index);
    await bench.timeline.pass(300);
    expect(bench.closed).toMatchObject([{ copies: 64 }]);
  });
});

test("whatever the order and the delays, a frame is decided once, with its distinct copies inside the window", async () => {
  const arrival = fc.record({
    waitMs: fc.integer({ min: 0, max: 120 }),
    frame: fc.integer({ min: 0, max: 4 }),
    by: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 25 }), async (arrivals) => {
      const bench = new Bench();
      const expected = new Map<number, { firstMs: number; heard: Set<number> }>();
      let atMs = 0;
      for (const { waitMs, frame, by } of arrivals) {
        await bench.timeline.pass(waitMs);
        atMs += waitMs;
        const known = expected.get(frame) ?? { firstMs: atMs, heard: new Set() };
        expected.set(frame, known);
        if (atMs - known.firstMs < DEDUPLICATION_LIMITS.windowMs) known.heard.add(by);
        bench.hear(Uint8Array.of(frame), by);
      }
      await bench.timeline.pass(1_000);
      const decided = bench.closed.map(({ key, copies, atMs: closedMs }) => [key.charCodeAt(0), copies, closedMs]);
      expect(new Set(decided.map(([frame]) => frame)).size).toBe(decided.length);
      expect(Object.fromEntries(decided.map(([frame, copies, at]) => [frame, [copies, at]]))).toEqual(
        Object.fromEntries(
          [...expected].map(([frame, { firstMs, heard }]) => [
            frame,
            [heard.size, firstMs + DEDUPLICATION_LIMITS.windowMs],
          ]),
        ),
      );
    }),
    { numRuns: 60 },
  );
});
