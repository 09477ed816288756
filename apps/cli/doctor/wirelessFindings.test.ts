import { expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import type { GatewayAgentView } from "../network/frontStatus.ts";
import { wirelessLines } from "../status/wirelessLines.ts";
import { agentView, coverageReport, wirelessStatus } from "../testing/wirelessFixture.ts";
import { wirelessFindings } from "./wirelessFindings.ts";

const found = (agents: GatewayAgentView[], change: object = {}, counters: Record<string, number> = {}) =>
  wirelessFindings({
    ...{ ...wirelessStatus(agents, counters), devices: agents.map(() => ({ kind: "wireless" })) as never },
    ...{ expected: true, coverage: { epoch: 7, devices: [coverageReport()], reason: null }, ...change },
  });
const summary = (findings: ReturnType<typeof found>) => findings.map(({ check, level }) => `${check} ${level}`);

test("a network whose gateways are heard, paid and counted is well", () => {
  expect(summary(found([agentView()]))).toEqual(["Wireless ok", "Coverage ok"]);
  expect(found([], { expected: false })).toEqual([]);
  expect(summary(found([]))).toEqual(["Wireless warn"]);
  expect(found([agentView()], { front: { status: null, reason: "away" } })).toEqual([]);
});

test("no agent, no gateway and one that went silent are told apart, each with advice", () => {
  const silent = { ...agentView(), gateways: [], gatewaysOnline: 0 };
  expect(summary(found([{ ...agentView(), connected: false }]))[0]).toBe("Wireless fail");
  const [all] = found([silent]);
  expect(summary(found([silent, silent]))).toEqual(["Wireless fail", "Coverage ok"]);
  expect(all).toMatchObject({ level: "fail", detail: expect.stringContaining("no gateway online") });
  expect(all!.advice).toContain("packet forwarder");
  expect(summary(found([agentView(), silent]))).toEqual(["Wireless ok", "Agent 0xd1d1d1d1… warn", "Coverage ok"]);
});

test("an agent that withholds, and uplinks held for an empty balance, are named with how many", () => {
  const unpaid = { ...agentView(), serving: false, withheldUnpaid: 12 };
  expect(found([unpaid])[1]).toMatchObject({ level: "warn", detail: expect.stringContaining("unpaid (12 so far)") });
  const held = found([agentView()], {}, { "now-held-uplinks": 3, "uplink-held": 9 });
  expect(held[1]).toMatchObject({ check: "Held uplinks", level: "warn", detail: expect.stringContaining("3 uplinks") });
});

test("coverage that did not count says why, in a sentence", () => {
  const of = (...devices: ReturnType<typeof coverageReport>[]) =>
    found([agentView()], { coverage: { epoch: 7, devices, reason: null } }).slice(1);
  const unwitnessed = coverageReport({ units: 0n, scalePpm: null });
  expect(of(unwitnessed)).toMatchObject([
    { level: "warn", detail: expect.stringContaining("Nobody validly witnessed") },
  ]);
  expect(of(coverageReport({ fault: "no-answer" }))[0]!.detail).toContain("no-answer");
  expect(of(coverageReport({ units: 0n, cell: null }))[0]!.detail).toContain("has not asserted a place");
  expect(of(coverageReport({ units: 0n, acts: [] }))[0]!.detail).toContain("sent no beacon");
  const missing = found([agentView()], { coverage: { epoch: 7, devices: null, reason: "nobody serves them" } });
  expect(missing[1]).toMatchObject({ check: "Coverage", level: "warn", detail: "nobody serves them" });
  expect(summary(found([agentView()], { coverage: { epoch: null, devices: null, reason: null } }))[1]).toBe(
    "Coverage ok",
  );
});

test("a status shows agents, gateways, counters and coverage; a network without gateways shows nothing of it", () => {
  const agents = [
    agentView(),
    {
      ...agentView(),
      device: `0x${"d2".repeat(20)}` as Address,
      serving: false,
      gateways: null,
      drops: { "token-bad": 4 },
    },
  ];
  const status = wirelessStatus(agents, { "mic-mismatch": 1, "uplink-delivered": 8 });
  const coverage = { epoch: 7, devices: [coverageReport()], reason: null };
  const text = wirelessLines({ ...status, coverage }).join("\n");
  expect(text).toContain("2 of 2 agents connected, 2 of 2 gateways online");
  expect(text).toContain("Counters   uplink-delivered 8, mic-mismatch 1");
  expect(text).toMatch(/0xd1d1\w+ +02577761796c0001 +gwmp +online +4 s ago +9 +2 +crc-bad 1/);
  expect(text).toMatch(/0xd2d2\w+ +not told yet +withholds: unpaid +token-bad 4/);
  expect(text).toContain("Coverage as epoch 7 settled it");
  expect(text).toMatch(/0xd1d1\w+ +881f8342cdfffff +1\.25 +0\.5 +1 +none +beacon-unwitnessed 1/);
  expect(wirelessLines({ ...wirelessStatus([], {}), coverage: null })).toEqual([]);
});
