import { describe, expect, test } from "vitest";
import { CLAIM_SLOT, type VerdictRow } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import { epochStart, type Schedule } from "@wayleave/core/time";
import { accountOf, deviceOf, STORAGE, wordJudge } from "./settle/testEpoch.ts";
import { standings } from "./standings.ts";

const SCHEDULE: Schedule = {
  genesisMs: 0,
  epochMs: 60_000,
  slotsPerEpoch: 6,
  leadMs: 6_000,
  answerDeadlineMs: 2_000,
  tickMs: 5_000,
  cutMs: 5_000,
  proposerTurnMs: 5_000,
  disputeWindowMs: 20_000,
};
const [BAD, GOOD] = [deviceOf(0).id, deviceOf(1).id];
/** Outcomes by epoch and device, one for each slot from the first. */
type Outcomes = Record<number, readonly (readonly [device: typeof BAD, ...outcomes: string[]])[]>;

function standingsAt(
  epoch: number,
  outcomes: Outcomes,
  devices = new Map([BAD, GOOD].map((id) => [id, { kinds: [STORAGE] }])),
) {
  const rowOf = (device: typeof BAD, outcome: string, slot: number): VerdictRow => ({
    verifier: accountOf("verifier 0").address,
    device,
    kind: STORAGE,
    slot: outcome === "claimed" ? CLAIM_SLOT : slot,
    challenge: ZERO_HASH,
    outcome,
    evidence: ZERO_HASH,
  });
  const store = {
    verdictsOf: async (each: number) =>
      (outcomes[each] ?? []).flatMap(([device, ...words]) => words.map((word, slot) => rowOf(device, word, slot))),
  };
  const judges = new Map([[STORAGE, { ...wordJudge(STORAGE), assess }]]);
  return standings({ store, judges, schedule: SCHEDULE, devices }, epoch, epochStart(SCHEDULE, epoch + 1) - 1);
}

/** The fault of the first row that failed, `offline` when it was absence alone. */
function assess(rows: readonly VerdictRow[], { slotsDue }: { readonly slotsDue: number }) {
  const failed = rows.find(({ outcome }) => outcome !== "pass" && outcome !== "no-answer");
  const passed = rows.filter(({ outcome }) => outcome === "pass").length;
  return { units: 0n, qualityPpm: 0n, fault: failed?.outcome ?? (passed < slotsDue ? "offline" : null) };
}

const PASSES = ["pass", "pass", "pass", "pass"];

describe("a device", () => {
  test("is out for the epoch of its fault and two more, then has its place back", async () => {
    const seen = {
      5: [
        [BAD, "lost"],
        [GOOD, ...PASSES],
      ],
      6: [[BAD, ...PASSES]],
      7: [[BAD, ...PASSES]],
    } as const;
    const expected = [{ device: BAD, kind: STORAGE, fault: "lost", epoch: 5 }];
    for (const epoch of [5, 6, 7]) expect(await standingsAt(epoch, seen)).toEqual(expected);
    expect(await standingsAt(8, seen)).toEqual([]);
  });

  test("is told once, with its newest fault", async () => {
    const found = await standingsAt(6, { 5: [[BAD, "lost"]], 6: [[BAD, "garbled"]] });
    expect(found).toEqual([{ device: BAD, kind: STORAGE, fault: "garbled", epoch: 6 }]);
  });

  test("is not out for a challenge missed early in an epoch", async () => {
    const well = [GOOD, ...PASSES] as const;
    expect(await standingsAt(5, { 5: [[BAD, "no-answer", "no-answer"], well] })).toEqual([]);
    expect(await standingsAt(5, { 5: [[BAD, "no-answer", "no-answer", "no-answer"], well] })).toHaveLength(1);
  });

  test("is not out for the silence of all: then the verifier was cut off", async () => {
    const silence = ["no-answer", "no-answer", "no-answer", "no-answer"];
    expect(
      await standingsAt(5, {
        5: [
          [BAD, ...silence],
          [GOOD, ...silence],
        ],
      }),
    ).toEqual([]);
  });

  test("is out for a claim that was upheld, which is no slot it should have answered in", async () => {
    const found = await standingsAt(5, {
      5: [
        [BAD, ...PASSES, "claimed"],
        [GOOD, ...PASSES],
      ],
    });
    expect(found).toEqual([{ device: BAD, kind: STORAGE, fault: "claimed", epoch: 5 }]);
  });

  test("is not told of when it is not registered for the kind", async () => {
    expect(await standingsAt(5, { 5: [[BAD, "lost"]] }, new Map([[BAD, { kinds: [] }]]))).toEqual([]);
  });
});
