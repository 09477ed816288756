import { equalBytes } from "@wayleave/core/bytes";
import { localSchedule } from "@wayleave/core/network";
import type { Schedule } from "@wayleave/core/time";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_PACKED_ANSWERS_BYTES } from "@wayleave/core/kind";
import { SALT_BYTES, decodeCoverageAnswer, encodeCoverageAnswer, reportCommitment } from "../model/coverage.ts";
import { packAnswers, unpackAnswers } from "./answerPack.ts";
import { distanceM } from "./freeSpace.ts";
import { jointCoverage } from "./jointCoverage.ts";
import { town } from "./testing/coverageWorld.ts";
import { DOMAIN, type KeyedGateway, jointEpoch, keyed } from "./testing/jointWorld.ts";

const local = localSchedule(1_790_000_000_000);
const HOUR_MS = 3_600_000;
const daily: Schedule = {
  ...{ ...local, genesisMs: Date.UTC(2026, 0, 1), epochMs: 24 * HOUR_MS, slotsPerEpoch: 24 },
  ...{ leadMs: 15 * 60_000, answerDeadlineMs: 10_000 },
};
const metres = (a: KeyedGateway, b: KeyedGateway) => distanceM(a.antenna, b.antenna);
const epochOf = (count: number, schedule: Schedule) =>
  jointEpoch(keyed(town(count)), { schedule, distanceM: (a, b) => distanceM(a.antenna, b.antenna) });

describe("packed answers", () => {
  const { input, recorded, published } = epochOf(9, local);

  test("come to the same assessment as all answers do", () => {
    const all = jointCoverage(input, DOMAIN, local);
    expect(jointCoverage(published, DOMAIN, local)).toEqual(all);
    expect([...all.proven.values()].every(({ units }) => units > 3_000_000n)).toBe(true);
  });

  test("are, unpacked, the very bytes that were signed", () => {
    for (const { device, answers, challengeOf } of recorded) {
      const unpacked = unpackAnswers(packAnswers(answers, { device, epoch: 7 }), { device, epoch: 7, challengeOf });
      expect(unpacked.length).toBeGreaterThan(1);
      for (const { slot, challenge, response } of unpacked) {
        const said = answers.find((each) => each.slot === slot)!;
        expect([challenge, equalBytes(response, said.response)]).toEqual([said.challenge, true]);
      }
    }
  });

  test("are the same whatever was left out by a verifier: what the others packed still counts", () => {
    // Each device's answers to one verifier are gone, another one's for each.
    const without = published.devices.map((device, i) => {
      const gone = new Set(
        recorded
          .find((each) => each.device === device.device && each.verifier === i % 3)!
          .answers.map(({ challenge }) => challenge),
      );
      return { ...device, answers: device.answers.filter(({ challenge }) => !gone.has(challenge)) };
    });
    const { proven } = jointCoverage({ ...published, devices: without }, DOMAIN, local);
    const all = jointCoverage(input, DOMAIN, local).proven;
    expect([...proven.values()].map(({ units }) => units)).toEqual([...all.values()].map(({ units }) => units));
  });

  test("any byte changed: other answers or none, never a throw, and none that its device signed but what it did sign", () => {
    const { device, answers, challengeOf } = recorded[4]!;
    const packed = packAnswers(answers, { device, epoch: 7 });
    const signed = new Set(answers.map(({ response }) => Buffer.from(response).toString("hex")));
    const { publicKey } = input.devices.find((each) => each.device === device)!;
    fc.assert(
      fc.property(fc.nat(packed.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const altered = packed.slice();
        altered[at]! ^= flip;
        const devices = published.devices.filter((each) => each.device === device);
        const said = unpackAnswers(altered, { device, epoch: 7, challengeOf });
        jointCoverage({ ...published, devices: [{ ...devices[0]!, publicKey, answers: said }] }, DOMAIN, local);
        const all = said.filter(({ response }) => signed.has(Buffer.from(response).toString("hex")));
        expect(all.length).toBeLessThan(unpackAnswers(packed, { device, epoch: 7, challengeOf }).length);
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (bytes) => void unpackAnswers(bytes, { device, epoch: 7, challengeOf }),
      ),
    );
    expect(unpackAnswers(packed, { device, epoch: 7, challengeOf: () => null })).toEqual([]);
    expect(unpackAnswers(packed, { device, epoch: 8, challengeOf }).length).toBeGreaterThan(0); // signatures then fail
  });

  test("a device that says without end is heard up to the limit", () => {
    const [{ device, answers, challengeOf }, gateway] = [recorded[0]!, keyed(town(9))[0]!];
    const talkative = answers.map(({ slot, challenge, response }) => {
      const answer = decodeCoverageAnswer(response)!;
      const reveals = Array.from({ length: 256 }, (_, n) => {
        const report = { frequencyHz: 868_100_000, rssiCentiDbm: -9_000, snrCentiDb: n, receivedAtMs: slot };
        return {
          ...report,
          payload: new Uint8Array(24).fill(slot),
          gatewayEui: "00".repeat(8),
          salt: new Uint8Array(SALT_BYTES).fill(n),
        };
      });
      const commitments = reveals.map((report) => reportCommitment(device, { ...report, receivedAtMs: 100 + slot }));
      const signer = { domain: DOMAIN, device, sign: gateway.key.sign };
      return { slot, challenge, response: encodeCoverageAnswer({ ...answer, commitments, reveals }, signer) };
    });
    const packed = packAnswers(talkative, { device, epoch: 7 });
    expect(packed.byteLength).toBeLessThanOrEqual(MAX_PACKED_ANSWERS_BYTES);
    const unpacked = unpackAnswers(packed, { device, epoch: 7, challengeOf });
    expect(unpacked.length).toBeGreaterThan(0);
    for (const { slot, response } of unpacked) {
      expect(equalBytes(response, talkative.find((each) => each.slot === slot)!.response)).toBe(true);
    }
  });
});

test("how many bytes a gateway, an epoch and a verifier cost", () => {
  const figures = [
    { name: "60 s epochs, 2 gateways", schedule: local, count: 2 },
    { name: "60 s epochs, 25 gateways", schedule: local, count: 25 },
    { name: "epochs of a day, 16 gateways", schedule: daily, count: 16 },
  ].map(({ name, schedule, count }) => {
    const gateways = keyed(town(count));
    const heard = gateways.flatMap((a) => gateways.filter((b) => a !== b && metres(a, b) <= 12_000)).length / count;
    const { input, published, packedBytes } = epochOf(count, schedule);
    expect(jointCoverage(published, DOMAIN, schedule)).toEqual(jointCoverage(input, DOMAIN, schedule));
    const answers = input.devices.flatMap((device) => device.answers);
    const before = answers.reduce((sum, { response }) => sum + 32 + response.byteLength, 0);
    const per = (bytes: number) => Math.round(bytes / count / 3);
    return { name, neighbours: heard.toFixed(1), allAnswers: per(before), packed: per(packedBytes) };
  });
  console.info(`answers in a bundle, bytes per gateway, epoch and verifier: ${JSON.stringify(figures)}`);
  for (const { allAnswers, packed } of figures) expect(packed).toBeLessThan(0.4 * allAnswers);
});
