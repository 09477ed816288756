import { keccakHex } from "@wayleave/core/hash";
import { toHex, utf8 } from "@wayleave/core/bytes";
import type { Judge, JointInput } from "@wayleave/core/kind";
import { PPM } from "@wayleave/core/money";
import { describe, expect, test } from "vitest";
import { settledTablesJson, settledTablesSchema, previousFrom } from "../store/settledTables.ts";
import { settle } from "./settle.ts";
import { COMPUTE, EPOCH, answerBytes, checked, deviceRow, epochAfter, testEpoch, wordJudge } from "./testEpoch.ts";

/** Each device proves as many units as answers of others say its name, and remembers how many epochs it was seen in. */
function gossipJudge(seen: JointInput[]): Judge {
  return {
    ...wordJudge(COMPUTE),
    assessJointly(input) {
      seen.push(input);
      const units = BigInt(input.answers.length);
      const before = (device: `0x${string}`) => BigInt(input.carried.get(device) ?? "0x00");
      return {
        proven: new Map(input.devices.map(({ device }) => [device, { units, qualityPpm: PPM / 2n, locality: 77n }])),
        carried: new Map(input.devices.map(({ device }) => [device, toHex(Uint8Array.of(Number(before(device)) + 1))])),
        reasons: input.devices.map(({ device }) => ({ about: device, code: "was-heard", facts: { units } })),
      };
    },
  };
}

/** Bundles of a kind that is judged jointly carry its right answers too. */
function withAnswers({ input, data }: ReturnType<typeof testEpoch>, judge: Judge) {
  const bundles = data.map((bundle, v) => {
    const rows = bundle.verdicts.filter(({ kind, outcome }) => kind === COMPUTE && outcome === "pass");
    const answers = rows.map(({ slot }) => answerBytes("right", `3/${v}/${slot}`));
    const evidence = answers.map((response) => ({ digest: keccakHex(response), response }));
    return checked({ ...bundle, evidence: [...bundle.evidence, ...evidence] });
  });
  return { ...input, bundles, judges: new Map([...input.judges, [COMPUTE, judge]]) };
}

describe("a kind whose devices are judged together", () => {
  const epoch = testEpoch();
  const prover = epoch.devices[3]!.id;

  test("sees the right answers and challenges of assigned verifiers, and gives units, quality and place", () => {
    const seen: JointInput[] = [];
    const input = withAnswers(epoch, gossipJudge(seen));
    const settled = settle(input);
    const rows = epoch.data.flatMap(({ verdicts }) => verdicts.filter(({ kind }) => kind === COMPUTE));
    expect(seen[0]!.devices.map(({ device }) => device)).toEqual([prover]);
    expect(seen[0]!.devices[0]!.prefix).toBe("203.0.3.0/24");
    expect(seen[0]!.challenges.map(({ challenge }) => challenge).sort()).toEqual(
      rows.map(({ challenge }) => challenge).sort(),
    );
    expect(seen[0]!.answers).toHaveLength(rows.length);
    expect(deviceRow(settled, prover)).toMatchObject({
      units: BigInt(rows.length),
      qualityPpm: PPM / 2n,
      locality: 77n,
    });
    expect(settled.explanations).toContainEqual(
      expect.objectContaining({ about: prover, code: "was-heard", trust: "attested", kind: COMPUTE }),
    );
    // Storage is judged as ever.
    expect(deviceRow(settled, epoch.devices[0]!.id)).toMatchObject({ qualityPpm: PPM, locality: 64_500n });
  });

  test("a device that was not there itself proved nothing with others", () => {
    const silent = testEpoch({ answer: (device) => (device === 3 ? null : "right") });
    const settled = settle(withAnswers(silent, gossipJudge([])));
    expect(deviceRow(settled, silent.devices[3]!.id)).toMatchObject({ qualityPpm: 0n });
  });

  test("an answer whose digest its row does not name is not heard", () => {
    const seen: JointInput[] = [];
    const input = withAnswers(epoch, gossipJudge(seen));
    const bundles = input.bundles.map((bundle) => {
      const response = utf8("right but not what was recorded");
      return { ...bundle, evidence: [{ digest: keccakHex(response), response }] };
    });
    settle({ ...input, bundles });
    expect(seen[0]!.answers).toEqual([]);
  });

  test("what it carries over comes back in the next epoch, and an altered row leads to another root", () => {
    const judge = gossipJudge([]);
    const first = settle(withAnswers(epoch, judge));
    expect(first.tables.state.carried).toEqual([{ kind: COMPUTE, device: prover, data: "0x01" }]);
    const tables = settledTablesSchema.parse(JSON.parse(settledTablesJson(first)));
    const accepted = { statement: first.statement, statementHash: first.statementHash };
    expect(previousFrom(tables, accepted).state).toEqual(first.tables.state);
    const altered = {
      ...tables,
      state: { ...tables.state, carried: [{ ...tables.state.carried[0]!, data: "0x02" as const }] },
    };
    expect(() => previousFrom(altered, accepted)).toThrow("state");
    const second = settle({ ...withAnswers(epoch, judge), previous: epochAfter(first), epoch: EPOCH });
    expect(second.tables.state.carried).toEqual([{ kind: COMPUTE, device: prover, data: "0x02" }]);
  });
});
