import fc from "fast-check";
import type { Address } from "@wayleave/core/ids";
import { PPM, WAY_UNIT } from "@wayleave/core/money";
import { DEFAULT_PARAMETERS, INITIAL_RESERVE, type Parameters } from "./parameters.ts";
import type { Capacity, EpochInput, Served } from "./rewardRule.ts";

/** Worlds for the laws of the rule: small enough to shrink, wild enough to break floors. For tests only. */
export const LOCALITIES = [1n, 2n, 3n, 4n, 5n];

export const TEST_PARAMETERS: Parameters = {
  ...DEFAULT_PARAMETERS,
  treasury: `0x${"77".repeat(20)}`,
  weightBps: [500n, 4_500n, 0n, 500n],
  networkTargets: [null, 5_000_000n, null, null],
  maxWayPerUnit: [WAY_UNIT, WAY_UNIT, WAY_UNIT, WAY_UNIT],
  // Storage too: that its pool goes to the server must hold although somebody lists a cell for it.
  cells: [0, 1, 2, 3].flatMap((kind) =>
    LOCALITIES.slice(0, 4).map((locality) => ({
      kind,
      locality,
      weight: locality * 100n,
      target: 1_000n * locality,
      network: locality % 2n,
    })),
  ),
};

const numbered = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const DEVICES = Array.from({ length: 8 }, (_, i) => numbered(i + 1));
const VERIFIERS = Array.from({ length: 4 }, (_, i) => numbered(i + 160));

const device = fc.constantFrom(...DEVICES);
const kind = fc.nat(3);
export const anyServed: fc.Arbitrary<Served[]> = fc.array(
  fc.record({ device, kind, microUsd: fc.bigInt({ min: 0n, max: 1n << 50n }) }),
  { maxLength: 12 },
);
export const anyCapacity: fc.Arbitrary<Capacity> = fc.record({
  device,
  kind,
  locality: fc.constantFrom(...LOCALITIES),
  units: fc.bigInt({ min: 0n, max: 1n << 40n }),
  qualityPpm: fc.oneof(fc.constant(PPM), fc.bigInt({ min: 0n, max: PPM })),
  fault: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
});
export const anyCapacities: fc.Arbitrary<Capacity[]> = fc.uniqueArray(anyCapacity, {
  selector: (row) => `${row.kind}${row.device}`,
  maxLength: 16,
});

export const anyEpoch: fc.Arbitrary<EpochInput> = fc.record({
  parameters: fc.constant(TEST_PARAMETERS),
  reserve: fc.bigInt({ min: 0n, max: INITIAL_RESERVE }),
  poolToServer: fc.constant(new Set([2])),
  served: anyServed,
  capacities: anyCapacities,
  verifierCredits: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...VERIFIERS), fc.bigInt({ min: 0n, max: 1_000n })), { selector: ([v]) => v })
    .map((entries) => new Map(entries)),
  stipendPot: fc.bigInt({ min: 0n, max: 10_000n * WAY_UNIT }),
});
