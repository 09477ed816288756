import { utf8 } from "@wayleave/core/bytes";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BEACON_BYTES, BEACON_MHDR, beaconPayload, beaconPlan, mayBeBeacon } from "./beacon.ts";
import {
  COMMITMENTS_MAX,
  type CoverageAnswer,
  MAX_COVERAGE_ANSWER_BYTES,
  REVEALS_MAX,
  SALT_BYTES,
  type WitnessReport,
  decodeCoverageAnswer,
  encodeCoverageAnswer,
  isCoverageAnswerOf,
  reportCommitment,
} from "./coverage.ts";
import { REGION_NAMES } from "./device.ts";
import { regionOf } from "./regions/region.ts";

const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const key = generateDeviceKey();
const signer = { domain, device: key.id, sign: key.sign };
const challenge = keccakHex(utf8("challenge"));

const anyReport: fc.Arbitrary<WitnessReport> = fc.record({
  payload: fc.uint8Array({ minLength: BEACON_BYTES, maxLength: BEACON_BYTES }),
  frequencyHz: fc.nat(0x7fffffff),
  rssiCentiDbm: fc.integer({ min: -20_000, max: 3_000 }),
  snrCentiDb: fc.integer({ min: -3_000, max: 3_000 }),
  receivedAtMs: fc.nat(2 ** 48),
  gatewayEui: fc.bigInt(0n, (1n << 64n) - 1n).map((eui) => eui.toString(16).padStart(16, "0")),
  salt: fc.uint8Array({ minLength: SALT_BYTES, maxLength: SALT_BYTES }),
});
const anyAnswer: fc.Arbitrary<CoverageAnswer> = fc.record({
  challenge: fc.constant(challenge),
  epoch: fc.nat(1e9),
  region: fc.constantFrom(...REGION_NAMES),
  gainCentiDb: fc.nat(1_500),
  beacon: fc.option(
    fc.record({
      challenge: fc.constant(challenge),
      payload: fc.constant(beaconPayload("EU868", challenge)),
      transmittedAtMs: fc.nat(2 ** 48),
      frequencyHz: fc.nat(0x7fffffff),
      modulation: fc.constant({ kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 } as const),
      powerCentiDbm: fc.integer({ min: -3_000, max: 3_000 }),
    }),
  ),
  commitments: fc.array(
    fc.nat(1e6).map((n) => keccakHex(utf8(`${n}`))),
    { maxLength: 20 },
  ),
  reveals: fc.array(anyReport, { maxLength: 20 }),
});

describe("coverage answers", () => {
  test("come back as they were written, sorted, and are their device's", () => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        const decoded = decodeCoverageAnswer(encodeCoverageAnswer(answer, signer))!;
        const { challenge, epoch, region, gainCentiDb, beacon } = answer;
        expect(decoded).toMatchObject({ challenge, epoch, region, gainCentiDb, beacon });
        expect(decoded.commitments).toEqual([...new Set(answer.commitments)].sort());
        const hashes = (reports: readonly WitnessReport[]) =>
          reports.map((each) => reportCommitment(key.id, each)).sort();
        expect(hashes(decoded.reveals)).toEqual(hashes(answer.reveals));
        expect(isCoverageAnswerOf(decoded, key.id, key.publicKey, domain)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("any byte changed is another answer, or none: never the device's", () => {
    const answer = fc.sample(anyAnswer, { seed: 4, numRuns: 3 })[2]!;
    const bytes = encodeCoverageAnswer(answer, signer);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const forged = bytes.slice();
        forged[at]! ^= flip;
        const decoded = decodeCoverageAnswer(forged);
        expect(decoded !== null && isCoverageAnswerOf(decoded, key.id, key.publicKey, domain)).toBe(false);
      }),
    );
    for (let end = 0; end < bytes.byteLength; end += 7) expect(decodeCoverageAnswer(bytes.subarray(0, end))).toBeNull();
    expect(decodeCoverageAnswer(new Uint8Array(MAX_COVERAGE_ANSWER_BYTES + 1))).toBeNull();
  });

  test("hostile bytes are refused without a throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void decodeCoverageAnswer(bytes)));
    const bytes = encodeCoverageAnswer(fc.sample(anyAnswer, { seed: 9, numRuns: 1 })[0]!, signer);
    fc.assert(
      fc.property(fc.nat(120), fc.uint8Array({ maxLength: 40 }), (at, junk) => {
        const forged = bytes.slice();
        forged.set(junk.subarray(0, forged.byteLength - at), at);
        decodeCoverageAnswer(forged);
      }),
    );
  });

  test("unsorted or repeated commitments are no answer", () => {
    const commitments = [keccakHex(utf8("a")), keccakHex(utf8("b"))];
    const answer = {
      challenge,
      epoch: 1,
      region: "EU868",
      gainCentiDb: 0,
      beacon: null,
      commitments,
      reveals: [],
    } as const;
    const bytes = encodeCoverageAnswer(answer, signer);
    const first = 45 + 2;
    const swapped = bytes.slice();
    swapped.set(bytes.subarray(first, first + 32), first + 32);
    swapped.set(bytes.subarray(first + 32, first + 64), first);
    expect(decodeCoverageAnswer(swapped)).toBeNull();
    const repeated = bytes.slice();
    repeated.set(bytes.subarray(first, first + 32), first + 32);
    expect(decodeCoverageAnswer(repeated)).toBeNull();
  });

  test("a full answer fits the limit, and one more is a bug of the caller", () => {
    const reveals = Array.from({ length: REVEALS_MAX }, (_, n): WitnessReport => {
      const rest = { frequencyHz: n, rssiCentiDbm: -9_000, snrCentiDb: 0, receivedAtMs: 1, gatewayEui: "00".repeat(8) };
      return { payload: new Uint8Array(BEACON_BYTES), ...rest, salt: new Uint8Array(SALT_BYTES) };
    });
    const commitments = Array.from({ length: COMMITMENTS_MAX }, (_, n) => keccakHex(utf8(`${n}`)));
    const answer = {
      challenge,
      epoch: 1,
      region: "EU868",
      gainCentiDb: 0,
      beacon: null,
      commitments,
      reveals,
    } as const;
    const bytes = encodeCoverageAnswer(answer, signer);
    expect(bytes.byteLength).toBeLessThan(MAX_COVERAGE_ANSWER_BYTES);
    expect(decodeCoverageAnswer(bytes)?.reveals.length).toBe(REVEALS_MAX);
    const extra = [...commitments, keccakHex(utf8("one more"))];
    expect(() => encodeCoverageAnswer({ ...answer, commitments: extra }, signer)).toThrow("bounded");
  });

  test("a commitment is one device's and one report's", () => {
    const [report, other] = fc.sample(anyReport, { seed: 1, numRuns: 2 });
    const commitment = reportCommitment(key.id, report!);
    expect(reportCommitment(generateDeviceKey().id, report!)).not.toBe(commitment);
    expect(reportCommitment(key.id, { ...report!, salt: other!.salt })).not.toBe(commitment);
  });
});

describe("beacons", () => {
  test("are proprietary frames of fixed length, different for each challenge and region", () => {
    const payloads = REGION_NAMES.flatMap((region) =>
      [1, 2, 3].map((n) => beaconPayload(region, keccakHex(utf8(`${n}`)))),
    );
    for (const payload of payloads) expect(mayBeBeacon(payload)).toBe(true);
    expect(new Set(payloads.map((payload) => Buffer.from(payload).toString("hex"))).size).toBe(payloads.length);
    expect(payloads[0]![0]).toBe(BEACON_MHDR);
    expect(mayBeBeacon(payloads[0]!.subarray(1))).toBe(false);
  });

  test("use the region's channels", () => {
    const heard = new Set(
      Array.from(
        { length: 64 },
        (_, n) => beaconPlan("EU868", `0x${Buffer.from(keccak256(Uint8Array.of(n))).toString("hex")}`).frequencyHz,
      ),
    );
    expect([...heard].sort()).toEqual([...regionOf("EU868").coverage.frequenciesHz].sort());
  });
});
