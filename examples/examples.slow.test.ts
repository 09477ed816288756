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
/** Two skipped or unlucky epochs of 20 s, one whole one, and its settlement. */
const SETTLED_TIMEOUT_MS = 150_000;
const LOOK_MS = 1_000;
/** Away from the default table and from what the other slow tests use. */
const PORT_BASE = 33_000;

const directory = mkdtempSync(path.join(tmpdir(), "wayleave-examples-"));
let network: RunningNetwork;

beforeAll(async () => {
  const sizes = { storage: 6, cheaters: 0, epochMs: 20_000, quotaBytes: 2 ** 30 };
  network = await startNetwork(
    { directory, portBase: PORT_BASE, ...sizes },
    { phase: (_name, work) => work(), onCrash: ({ name, lastLines }) => console.error(name, lastLines.join("\n")) },
  );
}, START_TIMEOUT_MS);

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

/** Until a verifier has seen a statement that the contract accepted. */
async function someEpochIsSettled(): Promise<void> {
  const url = `${network.file.endpoints.verifiers[0]}/status`;
  for (const until = Date.now() + SETTLED_TIMEOUT_MS; Date.now() < until; await pause(LOOK_MS)) {
    const { lastStatement } = (await (await fetch(url)).json()) as { lastStatement: object | null };
    if (lastStatement !== null) return;
  }
  throw new Error("no epoch was settled in time");
}

describe("examples", () => {
  test("s3.ts", { timeout: EXAMPLE_TIMEOUT_MS }, async () => {
    const { code, output } = await run(process.execPath, "examples/s3.ts");
    expect(code, output).toBe(0);
    expect(output).toContain("stored 12582912 bytes");
    expect(output).toMatch(/any 4 of these 6 devices/);
  });

  test("readBundle.ts", { timeout: SETTLED_TIMEOUT_MS + EXAMPLE_TIMEOUT_MS }, async () => {
    await someEpochIsSettled();
    const { code, output } = await run(process.execPath, "examples/readBundle.ts");
    expect(code, output).toBe(0);
    expect(output).toMatch(/verdicts\.parquet +[1-9]/);
    expect(output).toMatch(/pass/);
  });

  test("verify.sh", { timeout: SETTLED_TIMEOUT_MS + EXAMPLE_TIMEOUT_MS }, async () => {
    await someEpochIsSettled();
    const { code, output } = await run("sh", "examples/verify.sh");
    expect(code, output).toBe(0);
    expect(output).toMatch(/[1-9][0-9]* passed responses judged again/);
    expect(output).toContain("every figure recomputed");
  });
});
