import colors from "picocolors";
import { type Finding, findings } from "../doctor/findings.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { print, printJson } from "../terminal.ts";

const MARKS = { ok: colors.green("✔ ok  "), warn: colors.yellow("! warn"), fail: colors.red("✘ fail") };

/** Checks everything a network needs. Exit code 1 when anything fails. */
export async function doctor(options: Record<string, string>): Promise<void> {
  const found = await findings(openNetwork(options["dir"]!));
  const healthy = found.every(({ level }) => level !== "fail");
  if (options["json"]) printJson({ healthy, findings: found });
  else print(doctorText(found).join("\n"));
  if (!healthy) process.exitCode = 1;
}

/** One line for each check, with what to do under those that are not well. */
export function doctorText(found: readonly Finding[]): string[] {
  const width = Math.max(...found.map(({ check }) => check.length));
  const count = (level: Finding["level"]) => found.filter((finding) => finding.level === level).length;
  return [
    ...found.flatMap(({ level, check, detail, advice }) => [
      `${MARKS[level]}  ${check.padEnd(width)}  ${detail}`,
      ...(advice === null ? [] : [`${" ".repeat(10 + width)}→ ${advice}`]),
    ]),
    "",
    `${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} failed`,
  ];
}
