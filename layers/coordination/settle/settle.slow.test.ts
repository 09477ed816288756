import { expect, test } from "vitest";
import { settle } from "./settle.ts";
import { testEpoch } from "./testEpoch.ts";

test("ten thousand devices of three verifiers settle in seconds", { timeout: 120_000 }, () => {
  const { input } = testEpoch({ devices: 10_000, keyless: true, payers: 20, escrowMicroUsd: 1n << 50n });
  const before = process.cpuUsage();
  const settled = settle(input);
  const { user, system } = process.cpuUsage(before);
  const cpuMs = Math.round((user + system) / 1_000); // of the processor: other programs slow it down less
  expect(settled.tables.verdicts).toHaveLength(30_000);
  expect(cpuMs).toBeLessThan(20_000); // a quadratic step would take minutes
  console.info(`settle: 10,000 devices, 3 verifiers, 180,000 rows, 30,000 signatures: ${cpuMs} ms of processor time`);
});
