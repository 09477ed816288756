import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningNetwork, startNetwork } from "../apps/cli/network/startNetwork.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = path.dirname(import.meta.dirname);
const START_TIMEOUT_MS = 120_000;
const EXAMPLE_TIMEOUT_MS = 60_000;
/** Two skipped or unlucky epochs, one whole one, and its settlement. */
const SETTLED_TIMEOUT_MS = 180_000;
const EPOCH_MS = 30_000;
const DEVICES = 6;
const LOOK_MS = 1_000;
/** Away from the default table and from what the other slow tests use. */
const PORT_BASE = 33_000;

const directory = mkdtempSync(path.join(tmpdir(), "wayleave-examples-"));
let network: RunningNetwork;

beforeAll(async () => {
  const sizes = { storage: DEVICES, cheaters: 0, epochMs: EPOCH_MS, quotaBytes: 2 ** 30 };
  network = await startNetwork(
    { directory, portBase: PORT_BASE, ...sizes },
    { phase: (_name, work) => work(), onCrash: ({ name, lastLines }) => console.error(name, lastLines.join("\n")) },
  );
  await everyDeviceServes();
}, 2 * START_TIMEOUT_MS);

afterAll(async () => {
  await network?.stop();
  rmSync(directory, { recursive: true, force: true });
}, START_TIMEOUT_MS);

/** Runs one example as a person would. */
function run(command: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      WAYLEAVE_DIR: directory,
      NO_COLOR: "1",
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"]}`,
    };
    const child = spawn(command, args, { cwd: ROOT, env, timeout: EXAMPLE_TIMEOUT_MS });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

async function json<T>(url: string): Promise<T | null> {
  const response = await fetch(url);
  return response.ok ? ((await response.json()) as T) : null;
}

async function until(what: string, timeoutMs: number, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await pause(LOOK_MS)) if (await holds()) return;
  throw new Error(`not in time: ${what}`);
}

/** Programs are ready before the front has met every device: until then uploads are refused as `SlowDown`. */
const everyDeviceServes = () =>
  until("every device serves", START_TIMEOUT_MS, async () => {
    const status = await json<{ serving: number }>(`${network.file.endpoints.front}/v1/status`);
    return status !== null && status.serving >= DEVICES;
  });

/** The first epochs may be settled without a challenge, while programs start. */
const someEpochHasVerdicts = () =>
  until("an epoch with verdicts is settled", SETTLED_TIMEOUT_MS, async () => {
    const [verifier] = network.file.endpoints.verifiers;
    const status = await json<{ lastStatement: { epoch: number } | null }>(`${verifier}/status`);
    const epoch = status?.lastStatement?.epoch;
    if (epoch === undefined) return false;
    const signed = await json<{ manifest: { files: { name: string; rows: number }[] } }>(
      `${verifier}/bundles/${epoch}/manifest.json`,
    );
    return signed?.manifest.files.some(({ name, rows }) => name === "verdicts.parquet" && rows > 0) ?? false;
  });

describe("examples", () => {
  test("s3.ts", { timeout: EXAMPLE_TIMEOUT_MS }, async () => {
    const { code, output } = await run(process.execPath, "examples/s3.ts");
    expect(code, output).toBe(0);
    expect(output).toContain("stored 12582912 bytes");
    expect(output).toMatch(/any 4 of these 6 devices/);
  });

  test("readBundle.ts", { timeout: SETTLED_TIMEOUT_MS + EXAMPLE_TIMEOUT_MS }, async () => {
    await someEpochHasVerdicts();
    const { code, output } = await run(process.execPath, "examples/readBundle.ts");
    expect(code, output).toBe(0);
    expect(output).toMatch(/verdicts\.parquet +[1-9]/);
    expect(output).toMatch(/pass/);
  });

  test("verify.sh", { timeout: SETTLED_TIMEOUT_MS + EXAMPLE_TIMEOUT_MS }, async () => {
    await someEpochHasVerdicts();
    const { code, output } = await run("sh", "examples/verify.sh");
    expect(code, output).toBe(0);
    expect(output).toMatch(/[1-9][0-9]* passed responses judged again/);
    expect(output).toContain("every figure recomputed");
  });
});
