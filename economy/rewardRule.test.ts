import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { BPS, PPM, WAY_UNIT } from "@wayleave/core/money";
import { brokenBound } from "./chainBounds.ts";
import { DAILY_LAMBDA, DEFAULT_PARAMETERS, INITIAL_RESERVE, MAX_UNITS } from "./parameters.ts";
import { type Capacity, type EpochInput, capacityBudgetDown, rewardRule, vest } from "./rewardRule.ts";
import { TEST_PARAMETERS, anyEpoch } from "./testWorld.ts";

const device = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const quiet: EpochInput = {
  parameters: TEST_PARAMETERS,
  reserve: INITIAL_RESERVE,
  poolToServer: new Set([2]),
  served: [],
  capacities: [],
  verifierCredits: new Map(),
  stipendPot: 0n,
};

describe("known values of economy.md", () => {
  test("C at epoch 1", () => {
    expect(capacityBudgetDown(INITIAL_RESERVE, DAILY_LAMBDA)).toBe(237160500000000000000000n);
  });

  test("half of the reserve over 1461 epochs", () => {
    let reserve = INITIAL_RESERVE;
    for (let epoch = 0; epoch < 1461; epoch++) reserve -= capacityBudgetDown(reserve, DAILY_LAMBDA);
    expect(INITIAL_RESERVE - reserve).toBe(250000050154498308398634990n);
  });

  test("$1.50 of storage: the device gets 93 %, verification 2 %, the auction the rest", () => {
    const rewards = rewardRule({
      ...quiet,
      served: [{ device: device(1), kind: 2, microUsd: 1_500_000n }],
      verifierCredits: new Map([
        [device(0xa1), 3n],
        [device(0xa2), 1n],
      ]),
    });
    expect(rewards.devices).toMatchObject([{ serviceMicroUsd: 1_320_000n, poolMicroUsd: 75_000n, wayAllotted: 0n }]);
    expect(rewards.treasuryMicroUsd).toBe(12_000n);
    expect(rewards.verifiers.map((row) => row.microUsd)).toEqual([13_500n, 4_500n]);
    expect(rewards.auctionDollars).toBe(75_000n);
  });

  test("two compute devices share a cell's pools by x, and 1 unit at v = 1 earns at most p", () => {
    const cells = [{ kind: 1, locality: 7n, weight: 1n, target: 1_000n, network: 0n }];
    const capacity = (n: number, units: bigint): Capacity => {
      return { device: device(n), kind: 1, locality: 7n, units, qualityPpm: PPM, fault: false };
    };
    const rewards = rewardRule({
      ...quiet,
      parameters: { ...TEST_PARAMETERS, networkTargets: [null, null, null, null], cells },
      served: [{ device: device(1), kind: 1, microUsd: 1_000_000n }],
      capacities: [capacity(1, 1n), capacity(2, 3n)],
    });
    expect(rewards.devices.map((row) => row.poolMicroUsd)).toEqual([12_500n, 37_500n]);
    expect(rewards.devices.map((row) => row.wayAllotted)).toEqual([WAY_UNIT, 3n * WAY_UNIT]);
    expect(rewards.reserveAfter).toBe(INITIAL_RESERVE - 4n * WAY_UNIT);
  });
});

describe("saturation", () => {
  const cell = (locality: bigint, target: bigint, network: bigint) => ({
    kind: 1,
    locality,
    weight: 2n,
    target,
    network,
  });
  const capacity = (n: number, locality: bigint, units: bigint): Capacity => {
    return { device: device(n), kind: 1, locality, units, qualityPpm: PPM, fault: false };
  };
  const localities = (cells: ReturnType<typeof cell>[], cap: bigint | null, capacities: Capacity[]) => {
    const parameters = { ...TEST_PARAMETERS, cells, networkTargets: [null, cap, null, null] };
    return rewardRule({ ...quiet, parameters, capacities }).localities.map((row) => row.weighted / PPM);
  };

  test("a cell weighs no more than its target", () => {
    expect(localities([cell(1n, 100n, 0n)], null, [capacity(1, 1n, 60n)])).toEqual([120n]);
    expect(localities([cell(1n, 100n, 0n)], null, [capacity(1, 1n, 60n), capacity(2, 1n, 500n)])).toEqual([200n]);
    expect(localities([], null, [capacity(1, 1n, 60n)])).toEqual([0n]);
  });

  test("the cells of one network together weigh no more than its target", () => {
    const cells = [cell(1n, 1_000n, 9n), cell(2n, 1_000n, 9n), cell(3n, 1_000n, 8n), cell(4n, 1_000n, 0n)];
    const everywhere = [capacity(1, 1n, 300n), capacity(2, 2n, 100n), capacity(3, 3n, 200n), capacity(4, 4n, 900n)];
    expect(localities(cells, 400n, everywhere)).toEqual([300n, 100n, 400n, 1_800n]);
  });
});

describe("laws of the rule", () => {
  test("1, 2: dollars are conserved exactly and every bound of the contract holds", () => {
    fc.assert(
      fc.property(anyEpoch, (epoch) => {
        const rewards = rewardRule(epoch);
        const rows = sum(rewards.devices.map((row) => row.serviceMicroUsd + row.poolMicroUsd));
        expect(rows).toBe(rewards.devicesDollars);
        const verification = rewards.treasuryMicroUsd + sum(rewards.verifiers.map((row) => row.microUsd));
        expect(verification).toBe(rewards.verificationDollars);
        expect(rows + verification + rewards.auctionDollars).toBe(sum(epoch.served.map((row) => row.microUsd)));
        expect(brokenBound(rewards, epoch.parameters, epoch)).toBeNull();
      }),
    );
  });

  test("3: the reserve falls by exactly what devices are allotted", () => {
    fc.assert(
      fc.property(anyEpoch, (epoch) => {
        const rewards = rewardRule(epoch);
        const allotted = sum(rewards.devices.map((row) => row.wayAllotted));
        expect(allotted).toBe(rewards.wayAllotted);
        expect(rewards.reserveAfter).toBe(epoch.reserve - allotted);
      }),
    );
  });

  test("5: splitting a device never raises its owner's pay", () => {
    const twin = device(0xdead);
    fc.assert(
      fc.property(anyEpoch, fc.nat(1_000), fc.nat(1_000), fc.nat(), (epoch, capacityPart, servedPart, pick) => {
        fc.pre(epoch.capacities.length > 0);
        const whole = epoch.capacities[pick % epoch.capacities.length]!;
        const moved = (whole.units * BigInt(capacityPart)) / 1_000n;
        const split: EpochInput = {
          ...epoch,
          capacities: epoch.capacities.flatMap((row) =>
            row === whole
              ? [
                  { ...row, units: row.units - moved },
                  { ...row, device: twin, units: moved },
                ]
              : [row],
          ),
          served: epoch.served.flatMap((row) => {
            if (row.device !== whole.device || row.kind !== whole.kind) return [row];
            const given = (row.microUsd * BigInt(servedPart)) / 1_000n;
            return [
              { ...row, microUsd: row.microUsd - given },
              { ...row, device: twin, microUsd: given },
            ];
          }),
        };
        const [before, after] = [incomeOf(epoch, [whole.device]), incomeOf(split, [whole.device, twin])];
        expect(after.dollars).toBeLessThanOrEqual(before.dollars);
        expect(after.way).toBeLessThanOrEqual(before.way);
      }),
    );
  });

  test("6: the order of inputs changes nothing", () => {
    fc.assert(
      fc.property(anyEpoch, (epoch) => {
        const reversed: EpochInput = {
          ...epoch,
          served: epoch.served.toReversed(),
          capacities: epoch.capacities.toReversed(),
          verifierCredits: new Map([...epoch.verifierCredits].reverse()),
        };
        expect(rewardRule(reversed)).toEqual(rewardRule(epoch));
      }),
    );
  });

  test("1 of theorem: WAY does not depend on demand", () => {
    fc.assert(
      fc.property(anyEpoch, (epoch) => {
        const { allottedByKind } = rewardRule({ ...epoch, served: [] });
        expect(rewardRule(epoch).allottedByKind).toEqual(allottedByKind);
      }),
    );
  });

  test("a fault forfeits the kind's pay to the auction, and nobody else gains by it", () => {
    fc.assert(
      fc.property(anyEpoch, fc.nat(), (epoch, pick) => {
        fc.pre(epoch.capacities.length > 0);
        const victim = epoch.capacities[pick % epoch.capacities.length]!;
        const withFault = (fault: boolean) =>
          rewardRule({
            ...epoch,
            capacities: epoch.capacities.map((row) => (row === victim ? { ...row, fault } : row)),
          });
        const [honest, faulty] = [withFault(false), withFault(true)];
        const isVictim = (row: { device: Address; kind: number }) =>
          row.device === victim.device && row.kind === victim.kind;
        const forfeited = honest.devices.find(isVictim)!;
        expect(faulty.devices.find(isVictim)).toMatchObject({ serviceMicroUsd: 0n, poolMicroUsd: 0n, wayAllotted: 0n });
        const others = (rewards: typeof honest) => rewards.devices.filter((row) => !isVictim(row));
        expect(others(faulty)).toEqual(others(honest));
        expect(faulty.auctionDollars - honest.auctionDollars).toBe(forfeited.serviceMicroUsd + forfeited.poolMicroUsd);
      }),
    );
  });

  test("9: no product reaches 2²⁵⁶ at the largest inputs, and the guard bites beyond them", () => {
    const cells = Array.from({ length: 500 }, (_, i) => {
      return { kind: 1, locality: BigInt(i), weight: 10_000n, target: MAX_UNITS - 1n, network: 1n };
    });
    const capacities = cells.flatMap(({ locality }, i) =>
      [0, 1].map((n): Capacity => {
        return { device: device(2 * i + n), kind: 1, locality, units: MAX_UNITS - 1n, qualityPpm: PPM, fault: false };
      }),
    );
    const served = [{ device: device(1), kind: 1, microUsd: (1n << 128n) - 1n }];
    const networkTargets = [null, MAX_UNITS - 1n, null, null];
    const parameters = { ...TEST_PARAMETERS, cells, networkTargets, maxWayPerUnit: [0n, (1n << 96n) - 1n, 0n, 0n] };
    const largest: EpochInput = { ...quiet, parameters, capacities, served };
    expect(() => rewardRule(largest)).not.toThrow();
    expect(() => rewardRule({ ...largest, served: [{ ...served[0]!, microUsd: 1n << 250n }] })).toThrow(/2²⁵⁶/);
  });
});

describe("vesting", () => {
  test("pays a ninetieth a day, never more than was allotted, and burns all with a fault", () => {
    expect(vest(900n, 5n, false, 90n)).toEqual({ vested: 10n, unvestedAfter: 895n, burned: 0n });
    expect(vest(900n, 5n, true, 90n)).toEqual({ vested: 0n, unvestedAfter: 0n, burned: 905n });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.bigInt(0n, 1n << 90n), fc.boolean()), { maxLength: 50 }), (epochs) => {
        let [unvested, vested, allotted, burned] = [0n, 0n, 0n, 0n];
        for (const [way, fault] of epochs) {
          const step = vest(unvested, way, fault, DEFAULT_PARAMETERS.vestingEpochs);
          [unvested, vested, allotted, burned] = [
            step.unvestedAfter,
            vested + step.vested,
            allotted + way,
            burned + step.burned,
          ];
          expect(vested + unvested + burned).toBe(allotted);
        }
      }),
    );
  });
});

function incomeOf(epoch: EpochInput, devices: readonly Address[]) {
  const mine = rewardRule(epoch).devices.filter((row) => devices.includes(row.device));
  return {
    dollars: sum(mine.map((row) => row.serviceMicroUsd + row.poolMicroUsd)),
    way: sum(mine.map((row) => row.wayAllotted)),
  };
}

test("the default shares leave μ to the auction", () => {
  const { deviceBps, poolBps, verificationBps, burnBps } = DEFAULT_PARAMETERS;
  expect(deviceBps + poolBps + verificationBps + burnBps).toBe(BPS);
});
