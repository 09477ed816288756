/**
 * What each known way of cheating coverage gains, against an honest baseline. Where a rule prevents it, the bound is
 * asserted; where nothing can, the gain is asserted too, so that the table in README.md cannot become wrong unnoticed.
 */
import type { Address } from "@wayleave/core/ids";
import { describe, expect, test } from "vitest";
import { beaconPlan } from "../model/beacon.ts";
import { assessCoverage } from "./assessCoverage.ts";
import { placeOf } from "./freeSpace.ts";
import { type SimulatedGateway, type World, gateway, reportOf, town, world } from "./testing/coverageWorld.ts";

const nine = town(9);
const attacker = nine[0]!;
const others = nine.slice(1);

/** Σ q·s of some devices, in units. */
function earned({ input }: World, devices: readonly Address[]): number {
  const mine = assessCoverage(input()).devices.filter(({ device }) => devices.includes(device));
  return Number(mine.reduce((sum, { units, qualityPpm }) => sum + units * qualityPpm, 0n)) / 1e12;
}
const ids = (gateways: readonly SimulatedGateway[]) => gateways.map(({ device }) => device);
const agentOf = (of: World, { device }: SimulatedGateway) => of.agents.get(device)!;
const reasonsOf = (of: World, { device }: SimulatedGateway) =>
  assessCoverage(of.input())
    .witnesses.filter((each) => each.device === device)
    .map(({ reason }) => reason);

const honest = earned(world(nine), ids([attacker]));
const gain = (of: World, mine: readonly SimulatedGateway[]) => earned(of, ids(mine)) / honest;

/** The same antenna under more names. */
function identities(count: number, rest: (n: number) => Partial<SimulatedGateway>): SimulatedGateway[] {
  return Array.from({ length: count }, (_, n) => {
    const named = gateway(`identity ${n}`, [0, 0]);
    return { ...attacker, device: named.device, prefix: named.prefix, ...rest(n) };
  });
}

/** A gateway in Munich that says Berlin; somebody with a receiver in Berlin sends it what is heard there. */
function relayedReports(): { readonly relayed: World; readonly accomplice: SimulatedGateway } {
  const liar = { ...attacker, antenna: gateway("", [48.1, 11.6]).antenna };
  const relayed = world([...others, liar]);
  const accomplice = { ...liar, antenna: attacker.antenna };
  agentOf(relayed, liar).reports = others.map((sender) => {
    const report = reportOf(accomplice, sender, agentOf(relayed, sender).beacon!);
    return { ...report, receivedAtMs: report.receivedAtMs + 200 };
  });
  return { relayed, accomplice };
}

test("the baseline is worth something, and everybody's is", () => {
  expect(honest).toBeGreaterThan(4);
});

describe("prevented", () => {
  test("four gateways on one antenna in one place: no more than one", () => {
    const four = identities(4, () => ({}));
    expect(gain(world([...others, ...four]), four)).toBeLessThanOrEqual(1);
    expect(gain(world([...others, ...four]), four)).toBeGreaterThan(0.9);
  });

  test("a report relayed from where the attacker does not claim to be: nothing", () => {
    const remote = gateway("remote", [48.1, 11.6]); // Munich, 500 km away, and says so
    const relayed = world([...others, remote]);
    agentOf(relayed, remote).reports = others.map((sender) =>
      reportOf(remote, sender, agentOf(relayed, sender).beacon!),
    );
    expect(gain(relayed, [remote])).toBe(0);
    expect(new Set(reasonsOf(relayed, remote))).toEqual(new Set(["witness-too-far"]));
  });

  test("reports relayed to a false place, but no beacon on the air there: nothing", () => {
    const { relayed, accomplice } = relayedReports();
    expect(gain(relayed, [accomplice])).toBe(0);
    expect(new Set(reasonsOf(relayed, accomplice))).toEqual(new Set(["witness-no-recent-beacon"]));
  });

  test("RSSI above what free space allows: nothing; below: not a unit more than the truth", () => {
    const inflated = (centiDb: number) => {
      const bent = world(nine);
      const agent = agentOf(bent, attacker);
      agent.reports = agent.reports.map((each) => ({ ...each, rssiCentiDbm: each.rssiCentiDbm + centiDb }));
      return bent;
    };
    expect(gain(inflated(1_400), [attacker])).toBe(1);
    expect(new Set(reasonsOf(inflated(1_600), attacker))).toEqual(new Set(["witness-too-strong"]));
    expect(gain(inflated(1_600), [attacker])).toBe(0); // not even its beacon: it witnesses nobody any more
  });

  test("every report twenty times over: as one, and nobody else loses", () => {
    const flooded = world(nine);
    const agent = agentOf(flooded, attacker);
    const copies = others.flatMap((sender) =>
      Array.from({ length: 20 }, (_, n) => reportOf(attacker, sender, agentOf(flooded, sender).beacon!, `copy ${n}`)),
    );
    agent.reports = [...agent.reports, ...copies];
    expect(gain(flooded, [attacker])).toBe(1);
    expect(earned(flooded, ids(others))).toBe(earned(world(nine), ids(others)));
    expect(reasonsOf(flooded, attacker).filter((reason) => reason === "witness-duplicate").length).toBeGreaterThan(100);
  });

  test("frames that nobody was due to send, and beacons of the epoch before: nothing", () => {
    const before = world(nine, { epoch: 6 });
    const replayed = world(nine);
    const agent = agentOf(replayed, attacker);
    const old = others.map((sender) => reportOf(attacker, sender, agentOf(before, sender).beacon!));
    const { receivedAtMs } = agent.reports[0]!;
    agent.reports = [...agent.reports, ...old.map((each) => ({ ...each, receivedAtMs }))];
    expect(gain(replayed, [attacker])).toBe(1);
    expect(reasonsOf(replayed, attacker).filter((reason) => reason === "witness-payload-unknown").length).toBe(
      old.length,
    );

    const resent = world(nine);
    agentOf(resent, attacker).beacon = agentOf(before, attacker).beacon;
    const { beacons } = assessCoverage(resent.input());
    expect(beacons.find(({ device }) => device === attacker.device)!.reason).toBe("beacon-challenge-unknown");
  });

  test("another device's beacon as its own: nothing, and the true sender keeps it", () => {
    const stolen = world(nine);
    const victim = others[0]!;
    agentOf(stolen, attacker).beacon = { ...agentOf(stolen, victim).beacon! };
    const { beacons } = assessCoverage(stolen.input());
    expect(beacons.find(({ device }) => device === attacker.device)).toMatchObject({
      reason: "beacon-challenge-unknown",
    });
    expect(beacons.find(({ device }) => device === victim.device)).toMatchObject({ reason: null });
  });

  test("a beacon on every challenge: one an epoch counts", () => {
    const eager = world(nine);
    const agent = agentOf(eager, attacker);
    agent.bend = (answer, issuedAtMs) => {
      // Each answer tells of a genuine beacon, made of the newest challenge before.
      const newest = agent.challenges.findLast((each) => each.issuedAtMs < issuedAtMs);
      if (answer.beacon === null || newest === undefined) return answer;
      const { powerMaxCentiDbm: _, ...plan } = beaconPlan(attacker.region, newest.challenge);
      const { challenge, issuedAtMs: transmittedAtMs } = newest;
      return { ...answer, beacon: { ...answer.beacon, ...plan, challenge, transmittedAtMs } };
    };
    const own = assessCoverage(eager.input()).beacons.filter(({ device }) => device === attacker.device);
    expect(own.length).toBeGreaterThan(5);
    expect(own.map(({ reason }) => reason)).toEqual([null, ...own.slice(1).map(() => "beacon-bucket-used")]);
    expect(gain(eager, [attacker])).toBeLessThanOrEqual(1);
  });

  test("commitments copied from a neighbour: they are the neighbour's", () => {
    const copied = world(nine);
    const thief = agentOf(copied, attacker);
    const victim = agentOf(copied, others[0]!);
    thief.reports = [];
    thief.bend = (answer, issuedAtMs) => {
      const ripe = victim.reports.filter((each) => each.receivedAtMs + 30_000 < issuedAtMs);
      return { ...answer, commitments: [], reveals: ripe };
    };
    expect(gain(copied, [attacker])).toBe(0);
    // One of what the neighbour heard was the thief's own beacon.
    expect(new Set(reasonsOf(copied, attacker))).toEqual(new Set(["witness-uncommitted", "witness-self"]));
  });

  test("splitting one witness into five in its cell, behind five lines: no unit more", () => {
    const five = identities(5, () => ({}));
    const split = world([...others, ...five]);
    for (const each of five) agentOf(split, each).beacon = null; // as witnesses alone
    const single = world([attacker, ...others]);
    agentOf(single, attacker).beacon = null;
    // Recency from an honest epoch before, or neither would count.
    const history = [...ids(five), ...ids(nine)].sort().map((device) => {
      const at = agentOf(single, attacker).challenges[0]!.issuedAtMs - 60_000;
      return { device, lastBeaconAtMs: at, lastWitnessAtMs: at, lastCountedAtMs: null };
    });
    const worth = (of: World, mine: readonly SimulatedGateway[]) =>
      earned({ ...of, input: () => ({ ...of.input(), history }) }, ids(mine));
    expect(worth(single, [attacker])).toBeGreaterThan(1);
    expect(worth(split, five)).toBeLessThanOrEqual(worth(single, [attacker]));
  });
});

describe("not prevented: stated", () => {
  /** Two names for one antenna, the second said to be 1.5 km away. */
  const apart = (samePrefix: boolean) =>
    identities(2, (n) => ({
      ...(n === 0 ? {} : { cell: gateway("", [52.532, 13.417]).cell }),
      ...(samePrefix ? { prefix: attacker.prefix } : {}),
    }));

  test("one antenna under two identities, the second at a false place 1.5 km away: more than one earns", () => {
    const [behindOne, behindTwo] = [apart(true), apart(false)];
    const [one, two] = [
      gain(world([...others, ...behindOne]), behindOne),
      gain(world([...others, ...behindTwo]), behindTwo),
    ];
    expect(one).toBeGreaterThan(1);
    expect(one).toBeLessThan(two); // the shared line still costs the second its witness units
    expect(two).toBeLessThan(2.2);
  });

  test("reports and beacon relayed to a false place near the senders: as much as an honest gateway there", () => {
    const { relayed, accomplice } = relayedReports();
    for (const other of others) {
      const report = reportOf(other, accomplice, agentOf(relayed, accomplice).beacon!);
      agentOf(relayed, other).reports.push(report);
    }
    expect(gain(relayed, [accomplice])).toBe(1);
  });

  test("a false place out of a crowd: from a tenth of a beacon's worth to all of it", () => {
    const crowd = Array.from({ length: 9 }, (_, n) => gateway(`crowd ${n}`, [52.52, 13.405]));
    const scaleOf = (of: World) =>
      Number(assessCoverage(of.input()).devices.find(({ device }) => device === attacker.device)!.densityPpm);
    const told = world([...nine, ...crowd]);
    const spoofed = { ...attacker, cell: gateway("", [52.538, 13.435]).cell };
    const moved = world([...others, spoofed, ...crowd]);
    expect(scaleOf(told)).toBe(100_000);
    expect(scaleOf(moved)).toBe(1_000_000);
    expect(earned(moved, ids([spoofed])) / earned(told, ids([attacker]))).toBeGreaterThan(1);
  });

  test("five identities without any radio, vouching for each other in empty land: as five honest gateways", () => {
    const antenna = placeOf(attacker.cell);
    const fakes = town(5, [60, 25]).map((each, n) => ({
      ...each,
      device: gateway(`fake ${n}`, [0, 0]).device,
      antenna,
    }));
    const genuine = world([...nine, ...town(5, [60, 25]).map((each, n) => ({ ...each, device: fakes[n]!.device }))]);
    const faked = world([...nine, ...fakes]);
    for (const fake of fakes) {
      const placed = (each: SimulatedGateway) => ({ ...each, antenna: placeOf(each.cell) });
      agentOf(faked, fake).reports = fakes
        .filter(({ device }) => device !== fake.device)
        .map((sender) => reportOf(placed(fake), placed(sender), agentOf(faked, sender).beacon!));
    }
    for (const other of nine) {
      const own = new Set(fakes.map((fake) => Buffer.from(agentOf(faked, fake).beacon!.payload).toString("hex")));
      const agent = agentOf(faked, other);
      agent.reports = agent.reports.filter(({ payload }) => !own.has(Buffer.from(payload).toString("hex")));
    }
    expect(earned(faked, ids(fakes))).toBe(earned(genuine, ids(fakes)));
    expect(earned(faked, ids(fakes))).toBeGreaterThan(5);
  });

  test("one more identity on an honest neighbour's spot halves what the neighbour's beacons are worth", () => {
    const victim = others[0]!;
    const intruder = { ...victim, device: gateway("intruder", [0, 0]).device };
    const of = assessCoverage(world([...nine, intruder]).input());
    expect(of.devices.find(({ device }) => device === victim.device)!.densityPpm).toBe(500_000n);
  });
});
