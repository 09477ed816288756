import { utf8 } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import { epochStart, slotMs } from "@wayleave/core/time";
import { describe, expect, test } from "vitest";
import { bucketOf, commitUntilMs, coverageRules, mayBeginBeacon, revealAfterMs } from "../model/coverageRules.ts";
import { type BeaconCase, judgeBeacon } from "./beaconRules.ts";
import { edgeOf } from "./coverageInput.ts";
import { distanceM, freeSpaceLossMilliDb } from "./freeSpace.ts";
import { RULES, SCHEDULE, gateway, reportOf, world } from "./testing/coverageWorld.ts";
import { type WitnessCase, judgeWitness } from "./witnessRules.ts";

const [sender, listener] = [gateway("sender", [52.52, 13.405]), gateway("listener", [52.55, 13.405])];
const agent = world([sender]).agents.get(sender.device)!;
const beacon = agent.beacon!;
const { issuedAtMs } = agent.challenges[0]!;
const nobody = { devices: new Set<`0x${string}`>(), edges: new Set<string>() };

const beaconCase: BeaconCase = {
  gateway: sender,
  beacon,
  region: "EU868",
  gainCentiDb: sender.gainCentiDb,
  issuedAtMs,
  bucketTakenBy: null,
};
const report = reportOf(listener, sender, beacon);
const end = (of: typeof sender) => ({ gateway: of, region: of.region, gainCentiDb: of.gainCentiDb, place: of.antenna });
const untilMs = commitUntilMs(RULES, issuedAtMs);
const witnessCase: WitnessCase = {
  witness: end(listener),
  report,
  beaconer: end(sender),
  beacon,
  issuedAtMs,
  committedAtMs: untilMs,
  revealedAtMs: untilMs + 1,
  firstHeardAtMs: report.receivedAtMs,
};

/** Every rule, in the design's order; each case also breaks all rules below it, so that the order shows. */
const beaconBreaks: readonly [expected: string, change: Partial<BeaconCase>][] = [
  ["beacon-location-unasserted", { gateway: { ...sender, cell: null } }],
  ["beacon-challenge-unknown", { issuedAtMs: null }],
  ["beacon-outside-window", { issuedAtMs: issuedAtMs + RULES.clockSkewMs + 301 }],
  ["beacon-not-full", { gateway: { ...sender, full: false } }],
  ["beacon-bucket-used", { bucketTakenBy: keccakHex(utf8("other")) }],
  ["beacon-payload-mismatch", { region: "US915" }],
  ["beacon-parameters-mismatch", { gainCentiDb: sender.gainCentiDb + 1 }],
];
const changed = (change: Partial<WitnessCase["report"]>) => ({ report: { ...report, ...change } });
const metres = distanceM(sender.antenna, listener.antenna);
const strongest = Math.floor(
  (10 * (beacon.powerCentiDbm + sender.gainCentiDb + listener.gainCentiDb) -
    Number(freeSpaceLossMilliDb(metres, beacon.frequencyHz))) /
    10,
);
const close = gateway("close", [52.5202, 13.405]);
const far = gateway("far", [53.43, 13.405]); // 101 km
const beyondTelling = gateway("beyond telling", [-33, 151]); // H3 counts no cells from Berlin to Sydney
const lateMs = beacon.transmittedAtMs + RULES.witnessLagMs + 1;
const witnessBreaks: readonly [expected: string, change: Partial<WitnessCase>][] = [
  ["witness-location-unasserted", { witness: { ...end(listener), gateway: { ...listener, cell: null } } }],
  ["witness-self", { witness: end(sender) }],
  ["witness-uncommitted", { committedAtMs: null }],
  ["witness-uncommitted", { committedAtMs: untilMs, revealedAtMs: untilMs }],
  ["witness-committed-late", { committedAtMs: untilMs + 1, revealedAtMs: untilMs + 2 }],
  ["witness-revealed-early", { committedAtMs: issuedAtMs, revealedAtMs: untilMs - RULES.clockSkewMs - 1 }],
  ["witness-outside-window", changed({ receivedAtMs: issuedAtMs + RULES.entropyWindowMs + 1 })],
  ["witness-lag", { ...changed({ receivedAtMs: lateMs }), firstHeardAtMs: lateMs - RULES.witnessSpreadMs - 1 }],
  ["witness-payload-mismatch", changed({ payload: new Uint8Array(24) })],
  ["witness-frequency", changed({ frequencyHz: beacon.frequencyHz + 100_001 })],
  ["witness-region", { witness: { ...end(listener), region: "IN865" } }],
  ["witness-too-close", { witness: end(close) }],
  ["witness-too-close", { witness: end(beyondTelling) }],
  ["witness-too-far", { witness: end(far) }],
  ["witness-too-strong", changed({ rssiCentiDbm: strongest + 1 })],
];

describe("beacon rules", () => {
  test("an honest beacon is valid, to the last millisecond and hundredth of a dB", () => {
    expect(judgeBeacon(beaconCase, nobody, RULES)).toBeNull();
    const last = { ...beacon, transmittedAtMs: issuedAtMs + RULES.entropyWindowMs };
    expect(judgeBeacon({ ...beaconCase, beacon: last }, nobody, RULES)).toBeNull();
  });

  test.for(beaconBreaks.map((each, n) => [each[0], n] as const))("%s, before all later rules", ([expected, n]) => {
    expect(judgeBeacon({ ...beaconCase, ...beaconBreaks[n]![1] }, nobody, RULES)).toBe(expected);
    const allBelow = Object.assign(
      {},
      beaconCase,
      ...beaconBreaks
        .slice(n)
        .map(([, change]) => change)
        .reverse(),
    );
    expect(judgeBeacon(allBelow, nobody, RULES)).toBe(expected);
  });

  test("a denied sender", () => {
    expect(judgeBeacon(beaconCase, { ...nobody, devices: new Set([sender.device]) }, RULES)).toBe("beacon-denied");
  });
});

describe("witness rules", () => {
  test("an honest witness is valid, at each rule's edge too", () => {
    const edges: Partial<WitnessCase>[] = [
      {},
      changed({ rssiCentiDbm: strongest }),
      changed({ frequencyHz: beacon.frequencyHz - 100_000 }),
      { ...changed({ receivedAtMs: lateMs }), firstHeardAtMs: lateMs - RULES.witnessSpreadMs },
      { ...changed({ receivedAtMs: lateMs - 1 }), firstHeardAtMs: 0 },
      changed({ receivedAtMs: issuedAtMs - RULES.clockSkewMs }),
    ];
    for (const change of edges) expect(judgeWitness({ ...witnessCase, ...change }, nobody, RULES)).toBeNull();
  });

  test.for(witnessBreaks.map((each, n) => [each[0], n] as const))("%s", ([expected, n]) => {
    expect(judgeWitness({ ...witnessCase, ...witnessBreaks[n]![1] }, nobody, RULES)).toBe(expected);
  });

  test("the deny lists, of pairs in either direction", () => {
    const edges = new Set([edgeOf(listener.device, sender.device)]);
    expect(judgeWitness(witnessCase, { ...nobody, edges }, RULES)).toBe("witness-edge-denied");
    const swapped = { ...witnessCase, witness: end(sender), beaconer: end(listener) };
    expect(judgeWitness(swapped, { ...nobody, edges }, RULES)).toBe("witness-edge-denied");
    expect(judgeWitness(witnessCase, { ...nobody, devices: new Set([listener.device]) }, RULES)).toBe("witness-denied");
  });
});

describe("parameters", () => {
  test("production's buckets are UTC's quarters of a day, the local one is the epoch", () => {
    const midnight = Date.UTC(2026, 10, 22);
    const daily = coverageRules({ ...SCHEDULE, epochMs: 24 * 3_600_000, slotsPerEpoch: 24 });
    const buckets = [0, 5.99, 6, 23.99].map((hours) => bucketOf(daily, midnight + hours * 3_600_000));
    expect(buckets.map((bucket) => bucket - buckets[0]!)).toEqual([0, 0, 1, 3]);
    expect(bucketOf(RULES, SCHEDULE.genesisMs + 3 * SCHEDULE.epochMs)).toBe(3);
  });

  test.for([6, 24, 3, 1])(
    "with %i slots, whatever an agent may still begin can be committed to and revealed",
    (slots) => {
      const day =
        slots === 24 ? { epochMs: 24 * 3_600_000, slotsPerEpoch: 24 } : { epochMs: 20_000, slotsPerEpoch: slots };
      const schedule = { ...SCHEDULE, ...day };
      const rules = coverageRules(schedule);
      const endMs = schedule.leadMs + slots * slotMs(schedule);
      const begins = Array.from({ length: 400 }, (_, n) => Math.floor((n * endMs) / 400));
      for (const at of begins.map((offset) => epochStart(schedule, 9) + offset)) {
        if (!mayBeginBeacon(rules, at)) continue;
        const until = commitUntilMs(rules, at);
        expect(until).toBeLessThanOrEqual(at + rules.commitWindowMs);
        if (slots >= 3) {
          // A slot to be asked in before, and one after, in the same epoch.
          expect(until - at).toBeGreaterThanOrEqual(slotMs(schedule));
          expect(epochStart(schedule, 9) + endMs - until).toBeGreaterThanOrEqual(slotMs(schedule));
        }
        for (const heardMs of [at, at + 300, at + rules.entropyWindowMs]) {
          expect(revealAfterMs(rules, heardMs)).toBeGreaterThanOrEqual(until);
        }
      }
    },
  );
});
