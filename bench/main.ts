/**
 * `npm run bench`: what this machine's parts give, what a whole network on it gives, and how far the two are apart.
 *
 *     npm run bench -- [--quick] [--only limits|network|shaped|sdk|settle|wireless] [--dir DIR] [--port-base N]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "pg";
import { type Bound, bounds } from "./bound.ts";
import type { Figure } from "./figure.ts";
import { benchDatabase } from "./limits/database.ts";
import { benchDisk } from "./limits/disk.ts";
import { benchHttp } from "./limits/http.ts";
import { benchProcessor } from "./limits/processor.ts";
import { benchSettlement } from "./limits/settlement.ts";
import { benchLink } from "./link.ts";
import { LoadGenerator } from "./load/loadGenerator.ts";
import { describeMachine } from "./machine.ts";
import { startBenchNetwork } from "./network/benchNetwork.ts";
import { runSdk } from "./network/sdkWorkload.ts";
import { type WorkloadResult, runWorkload, workloads } from "./network/workloads.ts";
import { boundLines, figureLines, workloadLines } from "./report.ts";
import { type WirelessResult, benchWireless } from "./wireless/wirelessBench.ts";
import { wirelessLines } from "./wireless/wirelessReport.ts";

const PARTS = ["limits", "network", "shaped", "sdk", "settle", "wireless"] as const;
type Part = (typeof PARTS)[number];

const POLICY = { k: 4, n: 6 };
const DEVICES = 6;
/** Two more than pieces: where lines differ, the fastest are what erasure coding lives on. */
const SHAPED_DEVICES = 8;
const HOME = { roundTripMs: 40, upBitsPerS: 20e6, downBitsPerS: 100e6 };
const STRAGGLER = { roundTripMs: 40, upBitsPerS: 2e6, downBitsPerS: 2e6 };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    "port-base": { type: "string", default: "24000" }, // far from a network that somebody runs beside us
    dir: { type: "string", default: path.join(import.meta.dirname, "results") },
  },
});
const unknown = values.only.find((part) => !PARTS.includes(part as Part));
if (unknown !== undefined) throw new Error(`--only knows ${PARTS.join(", ")}, not ${unknown}`);
const wants = (part: Part) => values.only.length === 0 || values.only.includes(part);
mkdirSync(values.dir, { recursive: true });

const machine = describeMachine();
const limits: Figure[] = [];
const sdk: Figure[] = [];
const loopback: WorkloadResult[] = [];
const shaped: WorkloadResult[] = [];
let predicted: Bound[] = [];
let wireless: WirelessResult | null = null;
const say = (line: string) => process.stderr.write(`${line}\n`);
const common = { under: values.dir, portBase: Number(values["port-base"]), policy: POLICY, say };
const print = (lines: readonly string[]) => process.stdout.write(`${lines.join("\n")}\n`);

print([
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Linux ${machine.kernel}, Node ${machine.node}`,
  `commit ${machine.commit}, ${machine.dateIso}, load before ${machine.loadBefore.toFixed(1)}`,
]);
if (machine.loadBefore > machine.cores / 2)
  say("Others are at work on this machine: only processor times are comparable.");
if (wants("limits")) {
  limits.push(...(await benchProcessor(POLICY)), ...(await benchDisk(values.dir)));
  limits.push(...(await benchHttp()), ...(await benchLink()));
}
if (wants("settle")) limits.push(...benchSettlement());
if (wants("network") || wants("sdk")) await onLoopback();
if (wants("shaped")) await onHomeLines();
if (wants("wireless")) wireless = await benchWireless({ ...common, quick: values.quick });
print(["", ...figureLines(limits), "", ...workloadLines(loopback, machine.cores, predicted), ...figureLines(sdk)]);
if (shaped.length > 0) print(["", "Through home lines:", ...workloadLines(shaped, machine.cores, [])]);
print(["", ...boundLines(predicted, machine.cores)]);
if (wireless !== null) print(["", ...wirelessLines(wireless, machine.cores)]);

const result = { machine, quick: values.quick, policy: POLICY, limits, predicted, loopback, sdk, shaped, wireless };
const file = path.join(import.meta.dirname, "results", `${machine.dateIso.replaceAll(":", "-").slice(0, 19)}.json`);
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
say(`Wrote ${file}`);

async function onLoopback(): Promise<void> {
  say("Starting a network of six devices…");
  const network = await startBenchNetwork({ ...common, devices: DEVICES });
  const load = new LoadGenerator();
  try {
    if (wants("limits")) {
      const pool = new Pool({ connectionString: network.running.databaseUrls.get("front")!, max: 1 });
      limits.push(...(await benchDatabase(pool, network.running.postgres!.pid)));
      await pool.end();
      predicted = bounds(limits, POLICY, machine.cores);
    }
    if (wants("network")) {
      await runWorkload(network, load, { name: "warm", sizeBytes: 8 << 20, count: 8, atOnce: 2 });
      for (const workload of workloads(values.quick)) {
        say(`Putting and getting ${workload.count} × ${workload.name}…`);
        loopback.push(...(await runWorkload(network, load, workload)));
      }
    }
    if (wants("sdk")) sdk.push(...(await runSdk(network, workloads(values.quick)[0]!.sizeBytes)));
  } finally {
    load.close();
    await network.stop();
  }
}

async function onHomeLines(): Promise<void> {
  say(`Starting a network of ${SHAPED_DEVICES} devices behind slow lines…`);
  const network = await startBenchNetwork({
    ...common,
    devices: SHAPED_DEVICES,
    lineOf: (device) => (device === SHAPED_DEVICES ? STRAGGLER : HOME),
  });
  const load = new LoadGenerator();
  try {
    const [large, middle, small] = workloads(true);
    for (const workload of [
      { ...large!, sizeBytes: values.quick ? 64 << 20 : large!.sizeBytes },
      { ...middle!, count: values.quick ? 50 : 250 },
      { ...small!, count: values.quick ? 200 : 1_000 },
    ]) {
      say(`Putting and getting ${workload.count} × ${workload.name} through slow lines…`);
      shaped.push(...(await runWorkload(network, load, workload)));
    }
  } finally {
    load.close();
    await network.stop();
  }
}
