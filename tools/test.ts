/**
 * `npm test`: static checks, then every quick test; `--full` adds the slow ones (`*.slow.test.ts`), one file after the
 * other: each runs whole networks, which must not starve each other. The closing line is `N passed, N failed`, where each
 * static check counts as one test.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { spawn } from "node:child_process";
import { ROOT, staticChecks } from "./staticChecks.ts";

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTotalTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

async function vitest(which: "quick" | "slow"): Promise<Tally> {
  const folder = mkdtempSync(path.join(tmpdir(), "wayleave-test-"));
  const reportFile = path.join(folder, "report.json");
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, "node_modules/vitest/vitest.mjs"), ...args], {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, WAYLEAVE_TESTS: which },
    });
    child.on("close", (status) => resolve(status ?? 1));
  });
  try {
    const report = JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport;
    // A file that fails to load has no tests of its own to count.
    const brokenFiles = report.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    const failed = report.numFailedTests + brokenFiles.length;
    const skipped = report.testResults.flatMap((file) =>
      file.assertionResults
        .filter(({ status }) => status === "pending" || status === "skipped")
        .map(({ fullName }) => fullName),
    );
    return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
  } catch (error) {
    process.stderr.write(`vitest left no report (exit ${code}): ${String(error)}\n`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const full = process.argv.includes("--full");
const checks = await staticChecks({ format: false });
for (const { name, passed, output, seconds } of checks) {
  process.stdout.write(`${passed ? "✔" : "✘"} ${name} (${seconds.toFixed(1)} s)\n${passed ? "" : `${output}\n`}`);
}
const tallies: Tally[] = [await vitest("quick")];
if (full) tallies.push(await vitest("slow"));
for (const name of tallies.flatMap(({ skipped }) => skipped)) process.stdout.write(`skipped: ${name}\n`);
const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
const passed = checks.filter((check) => check.passed).length + sum((tally) => tally.passed);
const failed = checks.filter((check) => !check.passed).length + sum((tally) => tally.failed);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
