import { spawn } from "node:child_process";
import path from "node:path";

export const ROOT = path.dirname(import.meta.dirname);

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a program of node_modules/.bin or the PATH to its end. Never throws: a program that cannot start is a failure. */
export function runToEnd(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const binaries = path.join(ROOT, "node_modules/.bin");
    const child = spawn(command, args, {
      cwd: ROOT,
      env: {
        ...process.env,
        PATH: `${path.dirname(process.execPath)}:${binaries}:${process.env["PATH"]}`,
        FORCE_COLOR: "0",
      },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

async function check(name: string, run: () => Promise<{ passed: boolean; output: string }>): Promise<CheckResult> {
  const started = performance.now();
  const { passed, output } = await run();
  return { name, passed, output, seconds: (performance.now() - started) / 1000 };
}

async function program(command: string, ...args: string[]): Promise<{ passed: boolean; output: string }> {
  const { code, output } = await runToEnd(command, args);
  return { passed: code === 0, output };
}

const SOURCES = [
  "core",
  "economy",
  "chain",
  "link",
  "layers",
  "kinds",
  "apps",
  "testbed",
  "bench",
  "examples",
  "tools",
];
const CANARY = "tools/importRules.canary.ts";

/** Passes when the canary is the only violation: none found would mean that nothing was checked. */
async function importRules(): Promise<{ passed: boolean; output: string }> {
  const { output } = await runToEnd("depcruise", [
    "--config",
    ".dependency-cruiser.cjs",
    "--output-type",
    "json",
    ...SOURCES,
  ]);
  const start = output.indexOf("{");
  if (start < 0) return { passed: false, output };
  const { summary } = JSON.parse(output.slice(start)) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
  };
  const lines = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  const caught = summary.violations.some(
    ({ from, rule }) => from === CANARY && rule.name === "only-chain-imports-viem",
  );
  const real = summary.violations.filter(({ from }) => from !== CANARY);
  if (!caught)
    lines.push(`${CANARY} was not reported: the rules are not being checked (${summary.totalCruised} modules seen)`);
  return { passed: caught && real.length === 0, output: lines.join("\n") };
}

export async function staticChecks(options: { format: boolean }): Promise<CheckResult[]> {
  return [
    await check("types", () => program("tsc", "--noEmit", "-p", ".")),
    await check("lint", () => program("eslint", "--max-warnings", "0", ...SOURCES)),
    await check(options.format ? "format written" : "format", () =>
      program("prettier", options.format ? "--write" : "--check", "--log-level", "warn", "."),
    ),
    await check("import rules", importRules),
  ];
}
