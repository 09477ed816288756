import { WayleaveError } from "@wayleave/core/errors";
import { toJson } from "@wayleave/core/messages";
import colors from "picocolors";

/** Data: what a script or a person asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(JSON.parse(toJson(value)), null, 2));
}

/** Progress: for whoever watches; never mixed with data. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Columns aligned to their widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((found, row) => row.map((cell, i) => Math.max(found[i] ?? 0, cell.length)), []);
  return rows
    .map((row, i) => {
      const line = row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd();
      return i === 0 ? colors.dim(line) : line;
    })
    .join("\n");
}

export function gib(bytes: number | bigint): string {
  return `${(Number(bytes) / 2 ** 30).toFixed(2)} GiB`;
}

export function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** Says what failed and what its facts are; a bug shows its stack. Ends the program with code 1. */
export function reportFailure(error: unknown): never {
  if (error instanceof WayleaveError) {
    const { lastLines, ...facts } = error.facts;
    say(`${colors.red("✘")} ${error.message}`);
    if (typeof lastLines === "string" && lastLines !== "") say(colors.dim(lastLines));
    if (Object.keys(facts).length > 0) say(colors.dim(toJson(facts)));
  } else {
    say(`${colors.red("✘")} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  process.exit(1);
}

/** A whole number option. @throws WayleaveError `usage-invalid` naming the option. */
export function wholeNumber(option: string, text: string | undefined, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new WayleaveError("usage-invalid", `--${option} must be a whole number from ${min} to ${max}`, {
      option,
      value: text,
    });
  }
  return value;
}
