import { expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { toJson } from "@wayleave/core/messages";
import { latLngToCell } from "h3-js";
import { coverageByCell, coverageByDevice, coverageTablesSchema, reasonSentence } from "./coverageReport.ts";
import { COVERAGE_REASONS } from "./coverageReasons.ts";

const device = (n: number): Address => `0x${String(n).repeat(40)}`;
const cellAt = (latitude: number, resolution: number) => BigInt(`0x${latLngToCell(latitude, 7.4474, resolution)}`);
const BERN = cellAt(46.948, 8);
const THUN = cellAt(46.758, 8);
const ELSEWHERE = cellAt(10, 8);

const row = (n: number, change: object = {}) => ({
  ...{
    kind: 0,
    locality: BERN,
    device: device(n),
    units: 1_250_000n,
    qualityPpm: 1_000_000n,
    x: 1_250_000n * 1_000_000n,
  },
  ...{ wayAllotted: 7n, fault: null, ...change },
});
const said = (n: number, code: string, facts: Record<string, string | number> = {}, kind: number | null = 0) => {
  return { about: device(n), kind, code, facts };
};
const wanted = (locality: bigint, kind = 0) => ({ kind, locality, target: 12_000_000n });

test("a device's acts have their sentences, beacons first; other kinds' rows and other explanations are left out", () => {
  const [first, second, ...rest] = coverageByDevice({
    devices: [row(2, { units: 0n, x: 0n, fault: "no-answer" }), row(1), row(3, { kind: 2 })],
    explanations: [
      said(1, "witness-lag", { rssiCentiDbm: -11_200 }),
      said(1, "beacon-counted", { witnesses: 1 }),
      said(1, "device-fault"),
      said(1, "beacon-counted", {}, 2),
      said(2, "beacon-of-a-later-version"),
    ],
  });
  expect(rest).toEqual([]);
  expect(first).toMatchObject({ device: device(1), cell: BERN.toString(16), scalePpm: 1_000_000n, fault: null });
  expect(first!.acts).toEqual([
    { act: "beacon", counted: true, code: "beacon-counted", reason: "The beacon counts.", facts: { witnesses: 1 } },
    {
      ...{ act: "witness", counted: false, code: "witness-lag", reason: COVERAGE_REASONS["witness-lag"] },
      facts: { rssiCentiDbm: -11_200 },
    },
  ]);
  expect(second).toMatchObject({ device: device(2), scalePpm: null, fault: "no-answer" });
  expect(second!.acts[0]!.reason).toBe("beacon-of-a-later-version");
});

test("acts are told in the order in which they came", () => {
  const tables = {
    devices: [row(1)],
    explanations: [
      said(1, "witness-counted", { heardAtMs: 4 }),
      said(1, "beacon-bucket-used", { dueAtMs: 9 }),
      said(1, "witness-lag", { heardAtMs: 2 }),
      said(1, "beacon-counted", { dueAtMs: 3 }),
    ],
  };
  const acts = coverageByDevice(tables)[0]!.acts.map(({ code }) => code);
  expect(acts).toEqual(["beacon-counted", "beacon-bucket-used", "witness-lag", "witness-counted"]);
});

test("cells add up their devices; wanted ones are there without any, and unwanted ones say so", () => {
  const half = { units: 1_000_000n, qualityPpm: 500_000n, x: 1_000_000n * 500_000n, locality: cellAt(46.948, 12) };
  const cells = coverageByCell(
    { devices: [row(1), row(2, half), row(3, { locality: ELSEWHERE }), row(4, { locality: 0n })], explanations: [] },
    [wanted(BERN), wanted(THUN), wanted(cellAt(50, 8), 2)],
  );
  const of = (cell: bigint) => cells.find((each) => each.cell === cell.toString(16));
  expect(cells).toHaveLength(3);
  // (1.25·1 + 1·0.5) / 2.25, floored
  expect(of(BERN)).toEqual({
    ...{ cell: BERN.toString(16), devices: 2, units: 2_250_000n, scalePpm: 777_777n },
    ...{ wantedUnits: 12_000_000n, wayAllotted: 14n },
  });
  expect(of(THUN)).toMatchObject({ devices: 0, units: 0n, scalePpm: null, wantedUnits: 12_000_000n, wayAllotted: 0n });
  expect(of(ELSEWHERE)).toMatchObject({ devices: 1, wantedUnits: null });
});

test("published tables are read back as they were, and hostile ones refused", () => {
  const tables = { devices: [row(1)], explanations: [said(1, "witness-self", { units: "0" })] };
  expect(coverageTablesSchema.parse(JSON.parse(toJson(tables)))).toEqual(tables);
  const bad = { ...tables, explanations: [said(1, "x".repeat(65))] };
  expect(coverageTablesSchema.safeParse(JSON.parse(toJson(bad))).success).toBe(false);
});

test.for(Object.entries(COVERAGE_REASONS))("%s has its sentence", ([code, sentence]) => {
  expect(reasonSentence(code)).toBe(sentence);
});
