import { utf8 } from "@wayleave/core/bytes";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import { localSchedule } from "@wayleave/core/network";
import { epochStart } from "@wayleave/core/time";
import { expect, test } from "vitest";
import { type BeaconPlan, beaconPayload } from "./beacon.ts";
import { reportCommitment } from "./coverage.ts";
import { CoverageNotebook } from "./coverageNotebook.ts";
import { coverageRules, revealAfterMs } from "./coverageRules.ts";
import type { RadioUplink } from "./radio.ts";

const schedule = localSchedule(1_790_000_000_000);
const rules = coverageRules(schedule);
const self = { device: `0x${"aa".repeat(20)}`, region: "EU868", gainCentiDb: 300 } as const;
const challengeOf = (n: number) => keccakHex(utf8(`challenge ${n}`));
const start = schedule.genesisMs + 1_000;
const askOf = (epoch: number) => ({ epoch, challenge: challengeOf(2), epochStartMs: epochStart(schedule, epoch) });

function notebook() {
  let drawn = 0;
  return new CoverageNotebook(self, {
    rules,
    randomBytes: (size) => keccak256(Uint8Array.of(drawn++)).subarray(0, size),
  });
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

test("the first challenge of a bucket asks for a beacon, which answers of its epoch then tell of", () => {
  const book = notebook();
  const plan = book.challenged({ epoch: 0, challenge: challengeOf(1) }, start) as BeaconPlan;
  expect(book.challenged({ epoch: 0, challenge: challengeOf(2) }, start + 10)).toBeNull();
  const ask = askOf(0);
  expect(book.answer(ask, start + 20).beacon).toBeNull();
  book.sent(plan, { epoch: 0, challenge: challengeOf(1), atMs: start + 30, radiatedCentiDbm: 1_400 });
  const told = { challenge: challengeOf(1), payload: plan.payload, transmittedAtMs: start + 30, powerCentiDbm: 1_100 };
  expect(book.answer(ask, start + 40).beacon).toMatchObject(told);
  expect(book.answer(askOf(1), start + schedule.epochMs).beacon).toBeNull();
  // A challenge that was on its way when its epoch ended spends nothing; one at an epoch's end is too late for others.
  expect(book.challenged({ epoch: 0, challenge: challengeOf(4) }, start + schedule.epochMs)).toBeNull();
  expect(book.challenged({ epoch: 1, challenge: challengeOf(3) }, start + schedule.epochMs)).not.toBeNull();
  book.notSent();
  expect(book.challenged({ epoch: 1, challenge: challengeOf(5) }, start + schedule.epochMs + 1)).not.toBeNull();
  expect(book.challenged({ epoch: 1, challenge: challengeOf(6) }, start + schedule.epochMs + 2)).toBeNull();
  const late = epochStart(schedule, 3) - 6_000;
  expect(book.challenged({ epoch: 2, challenge: challengeOf(7) }, late)).toBeNull();
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
