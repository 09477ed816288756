import { expect, test } from "vitest";
import { printed, stateFixture, networkFixture } from "../testing/networkFixture.ts";
import { coverageReport } from "../testing/wirelessFixture.ts";
import { scaleText, unitsText } from "../wireless/figures.ts";
import { coverage, coverageText } from "./coverage.ts";

const cell = { cell: "881f8342cdfffff", devices: 1, units: 1_250_000n, scalePpm: 500_000n, wayAllotted: 10n ** 18n };

test("every beacon and every report is there with what it earned and why", () => {
  const report = {
    epoch: 7,
    final: false,
    cells: [{ ...cell, wantedUnits: 12_000_000n }],
    devices: [coverageReport()],
  };
  const text = coverageText(report).join("\n");
  expect(text).toContain("Coverage as epoch 7 settled it (in its dispute window)");
  expect(text).toMatch(/881f8342cdfffff +1 +1\.25 +12 +0\.5 +1$/m);
  const beacon = /beacon +22:13:20 +0xe05be1e1 +heard by 1, paid 0 +0 +no +Nobody validly .* \(beacon-unwitnessed\)/;
  expect(text).toMatch(beacon);
  const heard = "of 0xd2d2d2d2 2\\.3 km away at -112\\.0 dBm, SNR 7\\.3 dB, shared by 2";
  expect(text).toMatch(new RegExp(`witness +22:13:20 +0xe006dfd2 +${heard} +0\\.5 +yes +The report counts\\.`));
});

test("faults, unwanted cells and agents that did nothing are said", () => {
  const idle = coverageReport({ fault: "no-answer", units: 0n, scalePpm: null, cell: null, acts: [] });
  const report = { epoch: 7, final: true, cells: [{ ...cell, wantedUnits: null }], devices: [idle] };
  const text = coverageText(report).join("\n");
  expect(text).toMatch(/881f8342cdfffff +1 +1\.25 +nothing/);
  expect(text).toContain("which asserted no place: 0 units, scale -");
  expect(text).toContain("Nothing counts because of a fault: no-answer");
  expect(text).toContain("is its gateway online?");
  expect(coverageText({ epoch: 7, final: true, cells: [], devices: [] }).at(-1)).toBe("No gateway agent was there");
});

test("wrong options are named before anything is asked", async () => {
  const { state, remove } = stateFixture(networkFixture());
  for (const [option, options] of [
    ["epoch", { epoch: "-1" }],
    ["device", { device: "0x12" }],
  ] as const) {
    await expect(printed(() => coverage({ dir: state.root, ...options }))).rejects.toMatchObject({
      ...{ code: "usage-invalid", facts: { option } },
    });
  }
  remove();
});

test.for([
  [0n, "0"],
  [1_250_000n, "1.25"],
  [12_000_000n, "12"],
  [999n, "0"],
  [1_001_999n, "1.001"],
] as const)("%s millionths are %s units", ([millionths, text]) => {
  expect(unitsText(millionths)).toBe(text);
});

test.for([
  [null, "-"],
  [1_000_000n, "1"],
  [500_000n, "0.5"],
  [200_000n, "0.2"],
  [777_777n, "0.7778"],
] as const)("a scale of %s ppm is %s", ([ppm, text]) => {
  expect(scaleText(ppm)).toBe(text);
});
