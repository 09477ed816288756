import fc from "fast-check";
import { expect, test } from "vitest";
import type { Hash32 } from "@wayleave/core/ids";
import { drawCopies } from "./drawCopies.ts";
import type { FrameCopy } from "./frameCopy.ts";
import { SF7, agent } from "./testing/testNetwork.ts";

const SEED: Hash32 = `0x${"11".repeat(32)}`;

function copyBy(
  by: number,
  fields: { readonly eui?: number; readonly snrDb?: number; readonly arrivedMs?: number } = {},
): FrameCopy {
  return {
    device: agent(by),
    sequence: by,
    arrivedMs: fields.arrivedMs ?? 0,
    uplink: {
      payload: new Uint8Array(20),
      gatewayEui: String(fields.eui ?? 0),
      ...{
        frequencyHz: 868_100_000,
        modulation: SF7,
        codingRate: "4/5" as const,
        rssiDbm: 0,
        snrDb: fields.snrDb ?? 0,
      },
      context: new Uint8Array(4),
      receivedAtMs: 0,
    },
  };
}
function frame(number: number): Uint8Array {
  return Uint8Array.of(number, number >>> 8, 3, 4);
}

test("neither arriving first, nor a strong signal, nor many gateways' names win more than a fair share", () => {
  const honest = [2, 3, 4].map((by) => copyBy(by, { arrivedMs: 150, snrDb: -5 }));
  const greedy = [0, 1, 2, 3, 4, 5].map((eui) => copyBy(1, { eui, snrDb: 99 }));
  const wins = [0, 0, 0, 0, 0];
  const frames = 4_000;
  for (let number = 0; number < frames; number++) {
    for (const { device } of drawCopies(frame(number), SEED, [...greedy, ...honest], 1)) wins[Number(device)]!++;
  }
  // Four agents: a quarter each, within five standard deviations.
  const slack = 5 * Math.sqrt(frames * 0.25 * 0.75);
  for (const by of [1, 2, 3, 4]) expect(Math.abs(wins[by]! - frames / 4)).toBeLessThan(slack);
});

test("at most as many as wanted, each agent once, whatever the order in which they came", () => {
  const agents = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(agents, fc.integer({ min: 1, max: 8 }), fc.nat(65_535), (bys, count, number) => {
      const copies = bys.map((by) => copyBy(by));
      const drawn = drawCopies(frame(number), SEED, copies, count).map(({ device }) => device);
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(drawn).toHaveLength(Math.min(count, bys.length));
      const reversed = drawCopies(frame(number), SEED, copies.toReversed(), count).map(({ device }) => device);
      expect(reversed).toEqual(drawn);
    }),
  );
});

test("another epoch draws otherwise", () => {
  const copies = [1, 2, 3, 4, 5, 6].map((by) => copyBy(by));
  const drawnBy = (seed: Hash32): string =>
    Array.from({ length: 20 }, (_, number) => drawCopies(frame(number), seed, copies, 1)[0]!.device).join();
  expect(drawnBy(SEED)).not.toBe(drawnBy(`0x${"22".repeat(32)}`));
});
