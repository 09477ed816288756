import { WayleaveError } from "@wayleave/core/errors";
import { addressSchema } from "@wayleave/core/ids";
import {
  type CellCoverage,
  type CoverageAct,
  type DeviceCoverageReport,
  coverageByCell,
  coverageByDevice,
  timeOf,
} from "@wayleave/kind-wireless/verify/coverageReport";
import colors from "picocolors";
import { openNetwork } from "../network/openNetwork.ts";
import { print, printJson, table, wholeNumber } from "../terminal.ts";
import { scaleText, unitsText, wayText } from "../wireless/figures.ts";
import { settledEpoch } from "../wireless/settledCoverage.ts";

const EPOCH_MAX = 1_000_000_000;
/** Of a beacon's payload: what tells it from the others of an epoch. */
const PAYLOAD_CHARS = 10;

/** What `wayleave coverage` shows. */
export interface CoverageReport {
  readonly epoch: number;
  readonly final: boolean;
  /** Empty when one device was asked for. */
  readonly cells: readonly CellCoverage[];
  readonly devices: readonly DeviceCoverageReport[];
}

/** Shows for every beacon and every report of an epoch why it did or did not count. */
export async function coverage(options: Record<string, string>): Promise<void> {
  const { file } = openNetwork(options["dir"]!);
  const epoch = options["epoch"] === undefined ? null : wholeNumber("epoch", options["epoch"], 0, EPOCH_MAX);
  const device = deviceOption(options["device"]);
  const { posted, tables } = await settledEpoch(file.network, epoch);
  const all = coverageByDevice(tables);
  const devices = device === null ? all : all.filter((report) => report.device === device);
  if (device !== null && devices.length === 0) {
    const message = `Epoch ${posted.epoch} has no gateway agent ${device}: is it another one's, or was it not there?`;
    throw new WayleaveError("device-missing", message, { device, epoch: posted.epoch });
  }
  const cells = device === null ? coverageByCell(tables, file.network.policy.cells) : [];
  const report = { epoch: posted.epoch, final: posted.final, cells, devices };
  if (options["json"]) return printJson(report);
  print(coverageText(report).join("\n"));
}

function deviceOption(text: string | undefined) {
  if (text === undefined) return null;
  const parsed = addressSchema.safeParse(text.toLowerCase());
  if (parsed.success) return parsed.data;
  throw new WayleaveError("usage-invalid", "--device must be a gateway agent's id: 20 bytes of 0x hex", {
    option: "device",
    value: text,
  });
}

/** The report as lines of text. */
export function coverageText({ epoch, final, cells, devices }: CoverageReport): string[] {
  const state = final ? "final" : "in its dispute window";
  const cellRows = cells.map(({ cell, devices: count, units, wantedUnits, scalePpm, wayAllotted }) => [
    ...[cell, String(count), unitsText(units), wantedUnits === null ? "nothing" : unitsText(wantedUnits)],
    ...[scaleText(scalePpm), wayText(wayAllotted)],
  ]);
  return [
    `Coverage as epoch ${epoch} settled it (${state}); wayleave verify ${epoch} recomputes it`,
    ...(cellRows.length === 0
      ? []
      : ["", table([["CELL (RES 8)", "DEVICES", "UNITS", "WANTED", "SCALE", "WAY ALLOTTED"], ...cellRows])]),
    ...(devices.length === 0 ? ["", "No gateway agent was there"] : devices.flatMap(deviceLines)),
  ];
}

function deviceLines({ device, cell, units, scalePpm, wayAllotted, fault, acts }: DeviceCoverageReport): string[] {
  const place = cell === null ? "which asserted no place" : `in ${cell}`;
  const heading =
    `Agent ${device} ${place}: ${unitsText(units)} units, scale ${scaleText(scalePpm)}, ` +
    `${wayText(wayAllotted)} WAY allotted`;
  return [
    "",
    heading,
    ...(fault === null ? [] : [colors.red(`  Nothing counts because of a fault: ${fault}`)]),
    ...(acts.length === 0
      ? ["  No beacon of it and no report of another's was recorded: is its gateway online?"]
      : table([["  ACT", "AT (UTC)", "BEACON", "", "UNITS", "COUNTS", "WHY"], ...acts.map(actRow)]).split("\n")),
  ];
}

function actRow(told: CoverageAct): string[] {
  const { act, counted, facts, code, reason } = told;
  const at = timeOf(told);
  const why = counted ? reason : `${reason} (${code})`;
  return [
    ...[`  ${act}`, at === 0 ? "?" : new Date(at).toISOString().slice(11, 19)],
    ...[
      String(facts["beacon"] ?? "").slice(0, PAYLOAD_CHARS),
      act === "beacon" ? heardText(facts) : hearingText(facts),
    ],
    ...[unitsText(wholeOf(facts["units"])), counted ? "yes" : "no", why],
  ];
}

/** By how many a beacon was heard, and how many of them were paid. */
function heardText(facts: CoverageAct["facts"]): string {
  return `heard by ${facts["reportedBy"] ?? "?"}, paid ${facts["witnesses"] ?? 0}`;
}

/** Whose beacon was heard, from how far, how well, and who shares its unit. */
function hearingText(facts: CoverageAct["facts"]): string {
  const [metres, sharedBy] = [facts["distanceM"], Number(facts["sharedBy"] ?? 0)];
  const far = typeof metres === "number" ? ` ${(metres / 1_000).toFixed(1)} km away` : "";
  const level = ` at ${centi(facts["rssiCentiDbm"])} dBm, SNR ${centi(facts["snrCentiDb"])} dB`;
  return `of ${String(facts["beaconer"]).slice(0, 10)}${far}${level}${sharedBy > 1 ? `, shared by ${sharedBy}` : ""}`;
}

function centi(value: string | number | undefined): string {
  return typeof value === "number" ? (value / 100).toFixed(1) : "?";
}

function wholeOf(value: string | number | undefined): bigint {
  return /^\d{1,40}$/.test(String(value)) ? BigInt(value!) : 0n;
}
