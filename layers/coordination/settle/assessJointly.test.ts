import { concatBytes, toHex, utf8 } from "@wayleave/core/bytes";
import type { JointDevice, JointInput, JointJudge, Judge, RecordedAnswer } from "@wayleave/core/kind";
import { PPM } from "@wayleave/core/money";
import { describe, expect, test } from "vitest";
import { settledTablesJson, settledTablesSchema, previousFrom } from "../store/settledTables.ts";
import { settle, settleWith } from "./settle.ts";
import { COMPUTE, EPOCH, answerBytes, checked, deviceRow, epochAfter, testEpoch, wordJudge } from "./testEpoch.ts";

const PER_ANSWER = 3;

/** Slot, then the answer's length, then the answer. */
const packed: JointJudge["pack"] = (answers) =>
  concatBytes(
    ...answers.flatMap(({ slot, response }) => [
      Uint8Array.of(slot, ...[response.byteLength >> 8, response.byteLength & 255]),
      response,
    ]),
  );

/** Each device proves as many units as it has answers, and remembers how many epochs it was seen in. */
function gossipJudge(seen: JointInput[]): Judge {
  return {
    ...wordJudge(COMPUTE),
    joint: {
      pack: packed,
      unpack(bytes, { challengeOf }) {
        const answers: RecordedAnswer[] = [];
        for (let at = 0; at < bytes.byteLength;) {
          const [slot, end] = [bytes[at]!, at + PER_ANSWER + ((bytes[at + 1]! << 8) | bytes[at + 2]!)];
          answers.push({ slot, challenge: challengeOf(slot)!, response: bytes.slice(at + PER_ANSWER, end) });
          at = end;
        }
        return answers;
      },
      assess(input) {
        seen.push(input);
        const before = (carried: `0x${string}` | null) => Number(BigInt(carried ?? "0x00"));
        const shareOf = ({ answers }: JointDevice) => {
          return { units: BigInt(answers.length), qualityPpm: PPM / 2n, locality: 77n };
        };
        return {
          proven: new Map(input.devices.map((each) => [each.device, shareOf(each)])),
          carried: new Map(
            input.devices.map(({ device, carried }) => [device, toHex(Uint8Array.of(before(carried) + 1))]),
          ),
          reasons: input.devices.map(({ device }) => ({ about: device, code: "was-heard", facts: {} })),
        };
      },
    },
  };
}

/** Bundles of a kind that is judged jointly carry its right answers too. */
function withAnswers({ input, data, devices }: ReturnType<typeof testEpoch>, judge: Judge, said?: Uint8Array) {
  const device = devices[3]!.id;
  const bundles = data.map((bundle, v) => {
    const rows = bundle.verdicts.filter(({ kind, outcome }) => kind === COMPUTE && outcome === "pass");
    const right = rows.map(({ slot, challenge }) => {
      return { slot, challenge, response: said ?? answerBytes("right", `3/${v}/${slot}`) };
    });
    const answers = [{ device, kind: COMPUTE, packed: packed(right, { device, epoch: EPOCH }) }];
    return checked({ ...bundle, answers });
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
    const [only] = seen[0]!.devices;
    expect(only!.challenges.map(({ challenge }) => challenge).sort()).toEqual(
      rows.map(({ challenge }) => challenge).sort(),
    );
    expect(only!.answers).toHaveLength(rows.length);
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
    settle(withAnswers(epoch, gossipJudge(seen), utf8("right but not what was recorded")));
    expect(seen[0]!.devices[0]!.answers).toEqual([]);
  });

  test("computed elsewhere it is the same settlement, and what contradicts itself is refused before", async () => {
    const judge = gossipJudge([]);
    const input = withAnswers(epoch, judge);
    const asked: number[] = [];
    const elsewhere = await settleWith(input, async (kind, { devices, ...source }) => {
      asked.push(kind);
      expect([...devices()]).toEqual([...devices()]); // as often as it is asked for
      return judge.joint!.assess({ ...source, devices: [...devices()] });
    });
    expect(asked).toEqual([COMPUTE]);
    expect(elsewhere.statementHash).toBe(settle(input).statementHash);
    const other = { ...input, epoch: EPOCH + 1 };
    const never = () => Promise.reject(new Error("asked"));
    await expect(settleWith(other, never)).rejects.toMatchObject({ code: "settle-input" });
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
