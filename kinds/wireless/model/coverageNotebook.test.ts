import { utf8 } from "@wayleave/core/bytes";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import { localSchedule } from "@wayleave/core/network";
import { epochStart } from "@wayleave/core/time";
import { expect, test } from "vitest";
import { type BeaconPlan, beaconPayload } from "./beacon.ts";
import { reportCommitment } from "./coverage.ts";
import { CoverageNotebook } from "./coverageNotebook.ts";
import { coverageRules, lastBeaconMs, revealAfterMs } from "./coverageRules.ts";
import type { RadioUplink } from "./radio.ts";

const schedule = localSchedule(1_790_000_000_000);
const rules = coverageRules(schedule);
const self = { device: `0x${"aa".repeat(20)}`, region: "EU868", gainCentiDb: 300 } as const;
const challengeOf = (n: number) => keccakHex(utf8(`challenge ${n}`));
const start = schedule.genesisMs + 1_000;
const askOf = (epoch: number) => ({ epoch, challenge: challengeOf(2), epochStartMs: epochStart(schedule, epoch) });

/** @param fill - of the bytes that decide when beacons begin; salts differ anyway. */
function notebook(fill = 0) {
  let drawn = 0;
  const salt = (size: number) => keccak256(Uint8Array.of(drawn++)).subarray(0, size);
  const randomBytes = (size: number) => (size === 2 ? new Uint8Array(size).fill(fill) : salt(size));
  return new CoverageNotebook(self, { rules, randomBytes });
}
const frame = (n: number, receivedAtMs: number): RadioUplink => ({
  payload: beaconPayload("EU868", challengeOf(n)),
  gatewayEui: "0102030405060708",
  frequencyHz: 868_100_000,
  modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
  codingRate: "4/5",
  rssiDbm: -101.5,
  snrDb: 7.25,
  context: new Uint8Array(),
  receivedAtMs,
});

test("three challenges of a bucket ask for a beacon each, which answers of its epoch then tell of in turn", () => {
  const book = notebook();
  const ask = (epoch: number, n: number) => ({ epoch, challenge: challengeOf(n) });
  const plan = book.challenged(ask(0, 1), start) as BeaconPlan;
  expect(book.challenged(ask(0, 2), start + 10)).toBeNull();
  expect(book.answer(askOf(0), start + 20).beacon).toBeNull();
  book.sent(plan, { epoch: 0, challenge: challengeOf(1), atMs: start + 30, radiatedCentiDbm: 1_400 });
  const told = { challenge: challengeOf(1), payload: plan.payload, transmittedAtMs: start + 30, powerCentiDbm: 1_100 };
  expect(book.answer(askOf(0), start + 40).beacon).toMatchObject(told);
  const middle = start + Math.ceil((lastBeaconMs(rules, start) - start) / 3);
  expect(book.challenged(ask(0, 3), middle - 1)).toBeNull();
  const spare = book.challenged(ask(0, 4), middle) as BeaconPlan;
  expect(book.challenged(ask(0, 5), middle + 1)).toBeNull();
  expect(book.challenged(ask(0, 6), lastBeaconMs(rules, start))).not.toBeNull();
  expect(book.challenged(ask(0, 7), lastBeaconMs(rules, start))).toBeNull();
  book.sent(spare, { epoch: 0, challenge: challengeOf(4), atMs: middle, radiatedCentiDbm: 1_400 });
  const tellings = [1, 2, 3, 4].map((n) => book.answer(askOf(0), middle + n).beacon!.challenge);
  expect(new Set(tellings)).toEqual(new Set([challengeOf(1), challengeOf(4)]));
  expect(book.answer(askOf(1), start + schedule.epochMs).beacon).toBeNull();
});

test("a beacon that was refused is asked for again; one that is too late, or of an epoch that is over, is not", () => {
  const book = notebook();
  const next = start + schedule.epochMs;
  // A challenge that was on its way when its epoch ended spends nothing.
  expect(book.challenged({ epoch: 0, challenge: challengeOf(4) }, next)).toBeNull();
  expect(book.challenged({ epoch: 1, challenge: challengeOf(3) }, next)).not.toBeNull();
  book.notSent();
  expect(book.challenged({ epoch: 1, challenge: challengeOf(5) }, next + 1)).not.toBeNull();
  expect(book.challenged({ epoch: 1, challenge: challengeOf(6) }, next + 2)).toBeNull();
  const late = epochStart(schedule, 3) - 6_000;
  expect(book.challenged({ epoch: 2, challenge: challengeOf(7) }, late)).toBeNull();
});

test("agents that draw otherwise beacon at other times", () => {
  const beaconsAt = [0, 128, 255].map((fill) => {
    const book = notebook(fill);
    const asked = Array.from({ length: 300 }, (_, n) => start + n * 100);
    return asked.filter((at) => book.challenged({ epoch: 0, challenge: challengeOf(at) }, at) !== null);
  });
  for (const times of beaconsAt) expect(times.length).toBe(3);
  expect(new Set(beaconsAt.flat()).size).toBe(9);
});

test("what was heard is committed to, then revealed, then forgotten", () => {
  const book = notebook();
  book.heard(frame(7, start));
  book.heard(frame(7, start + 1)); // another antenna of the same agent
  book.heard({ ...frame(8, start), payload: utf8("no beacon") });
  const ask = askOf(0);
  const ripeMs = revealAfterMs(rules, start);
  const young = book.answer(ask, ripeMs - 1);
  expect([young.commitments.length, young.reveals.length]).toEqual([1, 0]);
  const ripe = book.answer(ask, ripeMs);
  expect(ripe.commitments).toEqual([]);
  expect(ripe.reveals.map((report) => reportCommitment(self.device, report))).toEqual(young.commitments);
  expect(ripe.reveals).toMatchObject([{ rssiCentiDbm: -10_150, snrCentiDb: 725, receivedAtMs: start }]);
  // Of an epoch that is over: nobody would find the beacon that it was.
  book.heard(frame(9, start + schedule.epochMs - 2_000));
  expect(book.answer(askOf(1), start + schedule.epochMs + 1)).toMatchObject({ commitments: [], reveals: [] });
});

test("a flood is bounded, and counted", () => {
  const book = notebook();
  for (let n = 0; n < 300; n++) book.heard(frame(n, start));
  expect(book.answer(askOf(0), start).commitments.length).toBe(256);
  expect(book.dropped).toBe(44);
});
