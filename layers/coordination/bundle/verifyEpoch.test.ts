import { describe, expect, test } from "vitest";
import { keccakHex } from "@wayleave/core/hash";
import { utf8 } from "@wayleave/core/bytes";
import type { Hash32 } from "@wayleave/core/ids";
import { ZERO_HASH } from "@wayleave/core/messages";
import { settle } from "../settle/settle.ts";
import { SLOTS, type TestEpochOptions, answerBytes, testEpoch } from "../settle/testEpoch.ts";
import { SAMPLE_PERCENT, type VerifyDepth, verifyEpoch } from "./verifyEpoch.ts";

const SALT: Hash32 = keccakHex(utf8("the checker's own"));

function posted(
  options: TestEpochOptions = {},
  recorded: (device: number, verifier: number, slot: number) => string = () => "right",
) {
  const epoch = testEpoch(options);
  const settlement = settle(epoch.input);
  const responses = new Map<Hash32, Uint8Array>();
  const asked: Hash32[] = [];
  for (let device = 0; device < (options.devices ?? 4); device++) {
    for (let verifier = 0; verifier < 3; verifier++) {
      for (let slot = 0; slot < SLOTS; slot++) {
        const about = `${device}/${verifier}/${slot}`;
        responses.set(keccakHex(answerBytes("right", about)), answerBytes(recorded(device, verifier, slot), about));
      }
    }
  }
  const fetchEvidence = async (digest: Hash32) => {
    asked.push(digest);
    return responses.get(digest) ?? null;
  };
  const verify = (depth: VerifyDepth, change: object = {}, tables = {}) =>
    verifyEpoch({
      statement: { ...settlement.statement, ...change },
      settle: epoch.input,
      depth,
      fetchEvidence,
      ...tables,
    });
  return { ...epoch, settlement, verify, asked, responses };
}

describe("an epoch is verified", () => {
  test("in full, by a sample, and for one device", async () => {
    const { verify, asked, devices } = posted();
    expect(await verify({ mode: "full" })).toMatchObject({ ok: true, rowsJudgedAgain: 72, evidenceMissing: 0 });
    asked.length = 0;
    expect(await verify({ mode: "device", device: devices[1]!.id })).toMatchObject({ ok: true, rowsJudgedAgain: 18 });
    expect(asked).toHaveLength(18);
  });

  test("by a sample of about two in a hundred that only its salt tells", async () => {
    const { verify, asked } = posted({ devices: 60, keyless: true });
    await verify({ mode: "sample", salt: SALT });
    const [first, rows] = [[...asked], 60 * 3 * SLOTS];
    expect(first.length).toBeGreaterThan((rows * SAMPLE_PERCENT) / 300);
    expect(first.length).toBeLessThan((rows * SAMPLE_PERCENT) / 33);
    asked.length = 0;
    await verify({ mode: "sample", salt: ZERO_HASH });
    expect(asked).not.toEqual(first);
  });
});

describe("a wrong epoch is named by its first difference", () => {
  test("in the statement's figures", async () => {
    const { verify, settlement } = posted();
    const result = await verify({ mode: "full" }, { devicesDollars: settlement.statement.devicesDollars + 1n });
    expect(result.ok).toBe(false);
    expect(result.firstDifference).toMatchObject({ where: "devicesDollars" });
  });

  test("in a row of the published tables", async () => {
    const { verify, settlement } = posted();
    const devices = settlement.tables.devices.map((row, i) =>
      i === 2 ? { ...row, wayAllotted: row.wayAllotted + 1n } : row,
    );
    const publishedTables = { ...settlement.tables, devices };
    const result = await verify({ mode: "full" }, { devicesRoot: ZERO_HASH }, { publishedTables });
    expect(result.firstDifference).toMatchObject({ where: "devices[2].wayAllotted" });
    const shorter = { ...settlement.tables, payouts: settlement.tables.payouts.slice(0, -1) };
    const cut = await verify({ mode: "full" }, {}, { publishedTables: shorter });
    expect(cut.firstDifference).toMatchObject({ where: `payouts[${shorter.payouts.length}]`, posted: "no such row" });
  });

  test("by a root alone when no tables were published", async () => {
    const { verify } = posted();
    expect((await verify({ mode: "full" }, { stateRoot: ZERO_HASH })).firstDifference).toMatchObject({
      where: "stateRoot",
    });
  });
});

describe("a verifier that passed what fails is found", () => {
  test("when its evidence is not what it named", async () => {
    const { verify } = posted({}, (device, verifier) => (device === 0 && verifier === 0 ? "lost" : "right"));
    const result = await verify({ mode: "full" });
    expect(result).toMatchObject({ ok: false, firstDifference: null });
    expect(result.misjudged.map(({ problem }) => problem)).toEqual(
      Array.from({ length: SLOTS }, () => "evidence-altered"),
    );
  });

  test("when its evidence shows a fault, or there is none", async () => {
    const { input, settlement, responses } = posted();
    const bad = answerBytes("lost", "0/0/0");
    responses.set(keccakHex(bad), bad);
    const verdicts = input.bundles[0]!.verdicts.map((row, i) => {
      if (i === 0) return { ...row, evidence: keccakHex(bad) };
      return i === 1 ? { ...row, evidence: ZERO_HASH } : row;
    });
    const bundles = [{ ...input.bundles[0]!, verdicts }, ...input.bundles.slice(1)];
    const result = await verifyEpoch({
      statement: settlement.statement,
      settle: { ...input, bundles },
      depth: { mode: "full" },
      fetchEvidence: async (digest) => responses.get(digest) ?? null,
    });
    expect(result.misjudged).toMatchObject([
      { problem: "evidence-shows-fault", fault: "lost" },
      { problem: "pass-without-evidence" },
    ]);
  });

  test("unless nobody has the response any more: that is counted", async () => {
    const { input, settlement } = posted();
    const fetchEvidence = async () => null;
    const result = await verifyEpoch({
      statement: settlement.statement,
      settle: input,
      depth: { mode: "full" },
      fetchEvidence,
    });
    expect(result).toMatchObject({ ok: true, rowsJudgedAgain: 0, evidenceMissing: 72 });
  });
});
