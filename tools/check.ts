/**
 * Static checks: types, lint, format and the import rules. `--format` rewrites the format instead of checking it.
 * Exits 1 when one fails and prints every check's result.
 */
import { staticChecks } from "./staticChecks.ts";

const results = await staticChecks({ format: process.argv.includes("--format") });
for (const { name, passed, output, seconds } of results) {
  process.stderr.write(`${passed ? "✔" : "✘"} ${name} (${seconds.toFixed(1)} s)\n`);
  if (!passed) process.stdout.write(`${output}\n`);
}
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
