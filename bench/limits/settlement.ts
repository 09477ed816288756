import { settle } from "@wayleave/layer-coordination/settle/settle";
import { testEpoch } from "@wayleave/layer-coordination/settle/testEpoch";
import { type Figure, ownCpuS } from "../figure.ts";

const DEVICES = 10_000;

/** One epoch of ten thousand devices judged and settled as every verifier does it, each for itself. */
export function benchSettlement(devices = DEVICES): Figure[] {
  const { input } = testEpoch({ devices, keyless: true, payers: 20, escrowMicroUsd: 1n << 50n });
  const cpuBefore = ownCpuS();
  const begun = performance.now();
  settle(input);
  const value = (performance.now() - begun) / 1e3;
  return [{ name: `settle an epoch of ${devices} devices`, unit: "s", value, cpuS: ownCpuS() - cpuBefore }];
}
