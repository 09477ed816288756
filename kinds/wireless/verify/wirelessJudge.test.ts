import { utf8 } from "@wayleave/core/bytes";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { keccakHex } from "@wayleave/core/hash";
import type { VerdictRow } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CoverageAnswer, encodeCoverageAnswer } from "../model/coverage.ts";
import { COVERAGE_SIGNED_FAULTS } from "./judgeCoverageAnswer.ts";
import { SCHEDULE, deviceId } from "./testing/coverageWorld.ts";
import { assessWireless, wirelessJudge } from "./wirelessJudge.ts";

const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const key = generateDeviceKey();
const challenge = keccakHex(utf8("challenge"));
const judge = wirelessJudge({ domain, schedule: SCHEDULE });
const answer: CoverageAnswer = {
  challenge,
  epoch: 7,
  region: "EU868",
  gainCentiDb: 200,
  beacon: null,
  commitments: [],
  reveals: [],
};
const signer = { domain, device: key.id, sign: key.sign };
const asked = { device: key.id, publicKey: key.publicKey, epoch: 7, challenge, commitment: null };
const verdictOn = (response: Uint8Array | null) => judge.judge({ ...asked, response });

describe("judging one answer", () => {
  test("the device's own answer passes", () => {
    expect(verdictOn(encodeCoverageAnswer(answer, signer))).toEqual({ pass: true });
  });

  test("each fault has its name", () => {
    const other = keccakHex(utf8("other"));
    const stranger = generateDeviceKey();
    const cases: [string, Uint8Array | null][] = [
      ["no-answer", null],
      ["answer-malformed", utf8("hello")],
      ["challenge-mismatch", encodeCoverageAnswer({ ...answer, challenge: other }, signer)],
      ["signature-invalid", encodeCoverageAnswer(answer, { ...signer, sign: stranger.sign })],
      ["signature-invalid", encodeCoverageAnswer(answer, { ...signer, domain: { ...domain, chainId: 1 } })],
      ["epoch-mismatch", encodeCoverageAnswer({ ...answer, epoch: 8 }, signer)],
    ];
    for (const [fault, response] of cases) expect(verdictOn(response)).toEqual({ pass: false, fault });
  });

  test("a fault that counts as signed cannot be made without the device's key", () => {
    const bytes = encodeCoverageAnswer(answer, signer);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const forged = bytes.slice();
        forged[at]! ^= flip;
        const verdict = verdictOn(forged);
        expect(!verdict.pass && !COVERAGE_SIGNED_FAULTS.has(verdict.fault)).toBe(true);
      }),
    );
  });
});

describe("what answers alone say", () => {
  const rows = (verifier: string, outcomes: readonly string[]): VerdictRow[] =>
    outcomes.map((outcome, slot) => {
      return { verifier: deviceId(verifier), device: key.id, kind: 0, slot, challenge, outcome, evidence: ZERO_HASH };
    });
  const six = (outcome: string) => Array.from({ length: 6 }, () => outcome);

  test("answered shares, their lower median, and offline below 80 %", () => {
    const half = [...six("pass").slice(3), ...six("no-answer").slice(3)];
    const assess = (...each: (readonly string[])[]) =>
      assessWireless(
        each.flatMap((outcomes, n) => rows(`verifier ${n}`, outcomes)),
        { slotsDue: 6 },
      );
    expect(assess(six("pass"), six("pass"), half)).toEqual({ units: 0n, qualityPpm: 1_000_000n, fault: null });
    expect(assess(six("pass"), half, half)).toEqual({ units: 0n, qualityPpm: 0n, fault: "offline" });
    expect(assess(six("pass"), half)).toMatchObject({ qualityPpm: 0n });
    expect(assess(["no-answer", ...six("pass").slice(1)])).toMatchObject({ qualityPpm: 833_333n });
    expect(assess(six("void"))).toMatchObject({ qualityPpm: 1_000_000n, fault: null });
    expect(assess(["epoch-mismatch", ...six("pass").slice(1)], six("pass"))).toMatchObject({ fault: "epoch-mismatch" });
    expect(assessWireless([], { slotsDue: 0 })).toMatchObject({ fault: null });
  });
});
