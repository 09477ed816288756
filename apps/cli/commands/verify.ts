import { WayleaveError } from "@wayleave/core/errors";
import { type Address, addressSchema } from "@wayleave/core/ids";
import { KIND_NAMES } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { formatUsd, formatWay } from "@wayleave/core/money";
import type { EpochVerification } from "@wayleave/layer-coordination/bundle/verifyEpoch";
import colors from "picocolors";
import { openNetwork } from "../network/openNetwork.ts";
import { print, printJson, table, wholeNumber } from "../terminal.ts";
import { type Depth, type VerifyReport, verifyReport } from "../verify/verifyReport.ts";

/** Recomputes an epoch and says which checks passed. Exit code 1 when anything differs. */
export async function verify(epochText: string, options: Record<string, string>): Promise<void> {
  const epoch = wholeNumber("epoch", epochText, 0, Number.MAX_SAFE_INTEGER);
  const depth = depthOf(options);
  const { file } = openNetwork(options["dir"]!);
  const report = await verifyReport(file.network, epoch, depth);
  const device = depth.mode === "device" ? depth.device : null;
  if (options["json"]) printJson(jsonOf(report, device));
  else print(verifyText(report, device).join("\n"));
  if (!report.ok) process.exitCode = 1;
}

/** @throws WayleaveError `usage-invalid`. */
function depthOf(options: Record<string, unknown>): Depth {
  const { device, sample, full } = options;
  const asked = [device, sample, full].filter((option) => option !== undefined && option !== false);
  if (asked.length > 1) {
    throw new WayleaveError("usage-invalid", "Choose one of --device, --sample and --full", { option: "device" });
  }
  if (typeof device === "string") {
    const parsed = addressSchema.safeParse(device);
    if (parsed.success) return { mode: "device", device: parsed.data };
    throw new WayleaveError("usage-invalid", `--device ${parsed.error.issues[0]!.message}`, { option: "device" });
  }
  return { mode: full ? "full" : sample ? "sample" : "bundles" };
}

/** Trees and every row stay out: `GET /statements/N` of any verifier has them. */
function jsonOf({ verification, ...rest }: VerifyReport, device: Address | null): object {
  if (verification === null) return { ...rest, verification: null };
  const { computed, ...result } = verification;
  const of = device === null ? null : deviceRows(computed, device);
  return {
    ...rest,
    verification: { ...result, statement: computed.statement, ...(of === null ? {} : { device: of }) },
  };
}

/** The report as lines of text. */
export function verifyText({ epoch, ok, checks, verification }: VerifyReport, device: Address | null): string[] {
  return [
    ...checks.flatMap(({ check, passed, detail, differences }) => [
      `${passed ? colors.green("✔") : colors.red("✘")} ${check.padEnd(10)} ${detail}`,
      ...differences.map((difference) => colors.red(`    ${difference}`)),
    ]),
    ...(verification === null || device === null ? [] : deviceLines(verification, device)),
    "",
    ...(verification === null
      ? []
      : verification.rests.map(({ on, trust }) => colors.dim(`${trust.padEnd(8)}  ${on}`))),
    ok
      ? `Epoch ${epoch} is what its bundles and the chain say: every figure recomputed`
      : colors.red(
          verification === null
            ? `Epoch ${epoch} CANNOT BE RECOMPUTED: what it was made of is missing or altered`
            : `Epoch ${epoch} IS NOT what its bundles and the chain say`,
        ),
  ];
}

function deviceRows({ tables }: EpochVerification["computed"], device: Address) {
  return {
    pay: tables.devices.filter((row) => row.device === device),
    verdicts: tables.verdicts.filter((row) => row.device === device),
    vouchers: tables.vouchers.filter((row) => row.device === device),
  };
}

function deviceLines({ computed, explanations }: EpochVerification, device: Address): string[] {
  const { pay, verdicts, vouchers } = deviceRows(computed, device);
  if (pay.length + verdicts.length === 0) return ["", `Device ${device}: nothing stands about it in this epoch`];
  return [
    "",
    `Device ${device}`,
    ...pay.map(
      (row) =>
        `  ${KIND_NAMES[row.kind] ?? row.kind}: paid $${formatUsd(row.serviceMicroUsd + row.poolMicroUsd)} and ` +
        `${formatWay(row.wayAllotted)} WAY to ${row.account}; quality ${Number(row.qualityPpm) / 10_000} %` +
        `${row.fault === null ? "" : `, fault ${row.fault}`} (${row.trust})`,
    ),
    ...vouchers.map(
      (row) =>
        `  vouchers of ${row.payer}: $${formatUsd(row.paidMicroUsd)} settled now, ` +
        `$${formatUsd(row.settledMicroUsd)} of $${formatUsd(row.newestMicroUsd)} promised in all`,
    ),
    table([
      ["  VERIFIER", "JUDGED", "CREDITED", "QUALITY", "FAULT"],
      ...verdicts.map((row) => [
        ...[`  ${row.verifier}`, String(row.judged), String(row.credited)],
        ...[`${Number(row.qualityPpm) / 10_000} %`, row.fault ?? "none"],
      ]),
    ]),
    ...explanations.map(({ code, trust, facts }) => `  ${code} (${trust}) ${toJson(facts)}`),
  ];
}
