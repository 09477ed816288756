import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reportCommitment } from "../model/coverage.ts";
import { type CoverageAssessment, assessCoverage } from "./assessCoverage.ts";
import { COVERAGE_REASONS } from "./coverageReasons.ts";
import { DensityMap } from "./density.ts";
import { RULES, gateway, town, world } from "./testing/coverageWorld.ts";
import { UNIT } from "./units.ts";

const nine = town(9);

describe("assessCoverage", () => {
  test("a town of honest gateways: every beacon and every witness counts, at full scale", () => {
    const { devices, beacons, witnesses, history } = assessCoverage(world(nine).input());
    expect(new Set(beacons.map(({ reason }) => reason))).toEqual(new Set([null]));
    expect(new Set(witnesses.map(({ reason }) => reason))).toEqual(new Set([null]));
    expect(beacons.length).toBe(9);
    expect(witnesses.length).toBeGreaterThan(50);
    for (const device of devices) {
      expect(device.units).toBeGreaterThan(3n * UNIT);
      expect(device.qualityPpm).toBe(1_000_000n);
    }
    const paid =
      witnesses.reduce((sum, { units }) => sum + units, 0n) + beacons.reduce((sum, { units }) => sum + units, 0n);
    expect(devices.reduce((sum, { units }) => sum + units, 0n)).toBe(paid);
    expect(history.map(({ device }) => device)).toEqual(devices.map(({ device }) => device));
  });

  test("the order of inputs changes nothing", () => {
    const input = world(nine).input();
    const expected = assessCoverage(input);
    const shuffle = <T>(items: readonly T[], by: number) => items.toSorted((a, b) => order(a, by) - order(b, by));
    const order = (item: unknown, by: number) =>
      JSON.stringify(item, (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v)).length ^ by;
    fc.assert(
      fc.property(fc.nat(), (by) => {
        const { gateways, challenges, answers } = input;
        const mixed = {
          gateways: shuffle(gateways, by).toReversed(),
          challenges: shuffle(challenges, by).toReversed(),
          answers: by % 2 === 0 ? answers.toReversed() : [...answers, ...answers],
        };
        expect(assessCoverage({ ...input, ...mixed })).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });

  test("near witnesses share one unit, by cell or by network, and their number is not the formula's", () => {
    const alone = assessCoverage(world(nine).input());
    const [first] = nine;
    // Two more in the cell of the first, on other lines, and one elsewhere behind its line.
    const twins = ["a", "b"].map((name) => ({
      ...first!,
      device: gateway(name, [0, 0]).device,
      prefix: `10.9.${name === "a" ? 1 : 2}.0/24`,
    }));
    const behind = { ...gateway("c", [52.535, 13.45]), prefix: first!.prefix };
    const crowded = assessCoverage(world([...nine, ...twins, behind]).input());
    const beaconer = nine[3]!.device;
    const of = (result: typeof alone) => result.witnesses.filter((each) => each.beaconer === beaconer);
    const group = of(crowded).filter(({ sharedBy }) => sharedBy > 1);
    expect(group.length).toBe(4);
    const unit = of(alone).find(({ device }) => device === first!.device)!.units;
    expect(group.map(({ units }) => units)).toEqual([0, 1, 2, 3].map(() => unit / 4n));
    const beaconOf = (result: typeof alone) => result.beacons.find(({ device }) => device === beaconer)!;
    expect(beaconOf(crowded).witnesses).toBe(beaconOf(alone).witnesses);
  });

  test("fourteen groups are paid, the others told so, and it is always the same fourteen", () => {
    const city = town(25).map((each, n) => {
      // Closer together than a town, so that one beacon has more than fourteen witnesses.
      return gateway(`city ${n}`, [52.5 + Math.floor(n / 5) * 0.012, 13.4 + (n % 5) * 0.02], { prefix: each.prefix });
    });
    const { beacons, witnesses } = assessCoverage(world(city).input());
    expect(beacons[0]!.witnesses).toBe(RULES.paidWitnesses);
    const { challenge } = beacons[0]!;
    const reasons = witnesses.filter((each) => each.challenge === challenge).map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === null).length).toBe(14);
    expect(reasons.filter((reason) => reason === "witness-not-drawn").length).toBe(24 - 14);
  });

  test("recency: who only listens, or only beacons, does not count; history carries over", () => {
    const [silent, deaf] = [nine[1]!.device, nine[2]!.device];
    const bent = (epoch: number, history: Parameters<typeof world>[1] = {}) => {
      const bentWorld = world(nine, { epoch, ...history });
      bentWorld.agents.get(silent)!.beacon = null;
      for (const agent of bentWorld.agents.values()) {
        const gone = world(nine, { epoch }).agents.get(silent)!.beacon!.payload;
        agent.reports = agent.reports.filter(({ payload }) => Buffer.compare(payload, gone) !== 0);
      }
      bentWorld.agents.get(deaf)!.reports = [];
      return assessCoverage(bentWorld.input());
    };
    const fresh = bent(9);
    const listened = fresh.witnesses.filter(({ device }) => device === silent);
    expect(listened.length).toBeGreaterThan(4);
    const ofValid = listened.filter(({ beaconer }) => beaconer !== deaf);
    expect(new Set(ofValid.map(({ reason }) => reason))).toEqual(new Set(["witness-no-recent-beacon"]));
    expect(fresh.beacons.find(({ device }) => device === deaf)!.reason).toBe("beacon-no-recent-witness");
    const worth = (result: typeof fresh, device: string) =>
      result.devices.find((each) => each.device === device)!.units;
    expect([worth(fresh, silent), worth(fresh, deaf)]).toEqual([0n, 0n]);

    const before = assessCoverage(world(nine, { epoch: 8 }).input());
    const after = bent(9, { history: before.history });
    expect(worth(after, silent)).toBeGreaterThan(0n);
    expect(worth(after, deaf)).toBeGreaterThan(0n);
    // Two and a half epochs later nothing of it is left.
    const late = bent(12, { history: before.history });
    expect([worth(late, silent), worth(late, deaf)]).toEqual([0n, 0n]);
  });

  test("a beacon nobody heard earns nothing, and does not count in the map", () => {
    const { devices, beacons } = assessCoverage(world([gateway("hermit", [60, 20])]).input());
    expect(beacons.map(({ reason }) => reason)).toEqual(["beacon-unwitnessed"]);
    expect(devices).toMatchObject([{ units: 0n, qualityPpm: 0n, densityPpm: 200_000n }]);
  });

  test("a place that is no cell of resolution 11 or 12 is no place", () => {
    const input = world(nine).input();
    for (const cell of [0n, 12345n, -1n, 1n << 70n, 0x871f1d489ffffffn]) {
      const gateways = input.gateways.map((each) => ({ ...each, cell }));
      const { beacons } = assessCoverage({ ...input, gateways });
      expect(new Set(beacons.map(({ reason }) => reason))).toEqual(new Set(["beacon-location-unasserted"]));
    }
  });

  test("answers to nobody's challenge, and bytes that are no answer, change nothing", () => {
    const input = world(nine).input();
    const junk = [
      { challenge: `0x${"11".repeat(32)}`, response: input.answers[0]!.response },
      { challenge: `0x${"22".repeat(32)}`, response: new Uint8Array(10) },
    ] as const;
    expect(assessCoverage({ ...input, answers: [...input.answers, ...junk] })).toEqual(assessCoverage(input));
  });

  test("a commitment in the same answer as its report is none", () => {
    const bent = world(nine);
    const liar = bent.agents.get(nine[0]!.device)!;
    liar.bend = (answer) => {
      const commitments = answer.reveals.map((report) => reportCommitment(liar.gateway.device, report));
      return { ...answer, commitments };
    };
    const { witnesses } = assessCoverage(bent.input());
    const told = witnesses.filter(({ device }) => device === liar.gateway.device).map(({ reason }) => reason);
    expect(new Set(told)).toEqual(new Set(["witness-uncommitted"]));
  });

  test("every reason has its sentence", () => {
    for (const [code, sentence] of Object.entries(COVERAGE_REASONS)) {
      expect(code).toMatch(/^(beacon|witness)(-[a-z]+)+$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("a density map that is kept through epochs, gaps and other networks' epochs gives what one from nothing gives", () => {
    const crowd = Array.from({ length: 12 }, (_, n) => gateway(`crowd ${n}`, [52.52 + n * 0.0015, 13.405 + n * 0.001]));
    const kept = new DensityMap();
    const steps = fc.array(fc.tuple(fc.nat(9), fc.subarray([...nine, ...crowd], { minLength: 2 })), { maxLength: 4 });
    fc.assert(
      fc.property(steps, (epochs) => {
        let history: CoverageAssessment["history"] = [];
        for (const [gap, gateways] of epochs) {
          const epoch = 7 + gap;
          const input = world(gateways, { epoch, history }).input();
          const fromNothing = assessCoverage(input);
          expect(assessCoverage(input, kept)).toEqual(fromNothing);
          history = fromNothing.history;
        }
      }),
      { numRuns: 6 },
    );
  });
});
