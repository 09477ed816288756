import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodeAbiParameters, keccak256 } from "viem";
import {
  DAILY_LAMBDA,
  DEFAULT_PARAMETERS,
  checkParameters,
  paramsHash,
  policyHash,
  scaledLambda,
} from "./parameters.ts";

const struct = [
  {
    type: "tuple",
    components: [
      { name: "deviceBps", type: "uint16" },
      { name: "poolBps", type: "uint16" },
      { name: "verificationBps", type: "uint16" },
      { name: "burnBps", type: "uint16" },
      { name: "lambdaPerBillion", type: "uint32" },
      { name: "stipendPerEpoch", type: "uint96" },
      { name: "weightBps", type: "uint16[4]" },
    ],
  },
] as const;

describe("parameters", () => {
  test("hash as the contract's keccak256(abi.encode(Params))", () => {
    const p = DEFAULT_PARAMETERS;
    const encoded = encodeAbiParameters(struct, [
      {
        deviceBps: Number(p.deviceBps),
        poolBps: Number(p.poolBps),
        verificationBps: Number(p.verificationBps),
        burnBps: Number(p.burnBps),
        lambdaPerBillion: Number(p.lambdaPerBillion),
        stipendPerEpoch: p.stipendPerEpoch,
        weightBps: p.weightBps.map(Number) as unknown as readonly [number, number, number, number],
      },
    ]);
    expect(paramsHash(p)).toBe(keccak256(encoded));
  });

  test("hash as the contract's vector says", () => {
    const vectors = JSON.parse(
      readFileSync(new URL("../contracts/vectors/settlement.json", import.meta.url), "utf8"),
    ) as {
      params: Record<(typeof struct)[0]["components"][number]["name"], string & string[]>;
      paramsHash: string;
    };
    const { weightBps, ...scalars } = vectors.params;
    const parsed = Object.fromEntries(Object.entries(scalars).map(([name, text]) => [name, BigInt(text as string)]));
    expect(paramsHash({ ...DEFAULT_PARAMETERS, ...parsed, weightBps: weightBps.map(BigInt) })).toBe(vectors.paramsHash);
  });

  test("scale λ with the epoch's length", () => {
    expect(scaledLambda(86_400_000)).toBe(DAILY_LAMBDA);
    expect(scaledLambda(60_000)).toBe(329n);
    expect(scaledLambda(1)).toBe(1n);
  });

  test("name the field that is out of bounds", () => {
    expect(() => checkParameters(DEFAULT_PARAMETERS)).not.toThrow();
    const broken = [
      [{ deviceBps: 9_500n }, "deviceBps"],
      [{ deviceBps: 9_250n, burnBps: 50n }, "burnBps"],
      [{ deviceBps: 7_000n, verificationBps: 2_000n }, "verificationBps"],
      [{ weightBps: [9_000n, 4_500n, 0n, 500n] }, "weightBps"],
      [{ vestingEpochs: 0n }, "vestingEpochs"],
      [{ cells: [2n, 1n].map((locality) => ({ kind: 0, locality, weight: 1n, target: 1n, network: 0n })) }, "cells[1]"],
    ] as const;
    for (const [change, field] of broken) {
      const facts = expect.objectContaining({ field });
      expect(() => checkParameters({ ...DEFAULT_PARAMETERS, ...change })).toThrow(expect.objectContaining({ facts }));
    }
  });

  test("of the verifiers' own part have one name", () => {
    const cell = { kind: 1, locality: 5n, weight: 1n, target: 2n, network: 0n };
    const hashes = [{}, { vestingEpochs: 91n }, { cells: [cell] }, { networkTargets: [0n, null, null, null] }].map(
      (change) => policyHash({ ...DEFAULT_PARAMETERS, ...change }),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
