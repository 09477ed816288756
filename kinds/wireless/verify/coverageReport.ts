import { type Address, addressSchema } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { amountSchema, mulDivDown, PPM, type Way } from "@wayleave/core/money";
import { z } from "zod";
import { cellText } from "./cellPath.ts";
import { COVERAGE_REASONS } from "./coverageReasons.ts";
import { localityOf } from "./jointCoverage.ts";

/** Rows of one table: a million devices with a beacon and fourteen reports each would fit into none that is served here. */
const ROWS_MAX = 4_000_000;
const factSchema = z.union([z.string().max(1_024), z.number()]);

/** What a statement's published tables say of wireless, of all that they hold. Hostile. */
export const coverageTablesSchema = z.object({
  devices: z
    .array(
      z.object({
        ...{ kind: z.number().int(), locality: amountSchema, device: addressSchema, units: amountSchema },
        ...{ qualityPpm: amountSchema, x: amountSchema, wayAllotted: amountSchema },
        fault: z.string().max(64).nullable(),
      }),
    )
    .max(ROWS_MAX),
  explanations: z
    .array(
      z.object({
        ...{ about: addressSchema, kind: z.number().int().nullable(), code: z.string().max(64) },
        facts: z.record(z.string().max(64), factSchema),
      }),
    )
    .max(ROWS_MAX),
});
export type CoverageTables = z.infer<typeof coverageTablesSchema>;

/** One beacon of a device, or one report of another's, and what became of it. */
export interface CoverageAct {
  readonly act: "beacon" | "witness";
  readonly counted: boolean;
  /** Of {@link COVERAGE_REASONS}, or `beacon-counted` or `witness-counted`. */
  readonly code: string;
  /** The code's sentence. */
  readonly reason: string;
  /** The beacon's payload, when, how many heard it or how strongly and how far away, and what it earned. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What an epoch's statement gives one device for coverage. */
export interface DeviceCoverageReport {
  readonly device: Address;
  /** H3 of resolution 8, as text; null when it asserted no place. */
  readonly cell: string | null;
  /** Millionths of a unit, before density. */
  readonly units: bigint;
  /** Of density, by those units; null without any. */
  readonly scalePpm: bigint | null;
  readonly wayAllotted: Way;
  /** Why nothing counts, whatever it proved; null in good standing. */
  readonly fault: string | null;
  readonly acts: readonly CoverageAct[];
}

export interface CellCoverage {
  readonly cell: string;
  readonly devices: number;
  /** Millionths, of all devices, before density. */
  readonly units: bigint;
  /** What density leaves of them; null without any. */
  readonly scalePpm: bigint | null;
  /** Millionths that the network asks for here; null where it asks for none, and pays nothing. */
  readonly wantedUnits: bigint | null;
  readonly wayAllotted: Way;
}

/** The cells where a network wants coverage, of all that its policy wants. */
export interface WantedCell {
  readonly kind: number;
  readonly locality: bigint;
  /** Millionths of a unit. */
  readonly target: bigint;
}

/** By device, ascending: what counted, and why the rest did not. Pure. */
export function coverageByDevice(tables: CoverageTables): DeviceCoverageReport[] {
  const acts = Map.groupBy(tables.explanations.filter(isAct), ({ about }) => about);
  return tables.devices
    .filter(({ kind }) => kind === KIND_NUMBERS.wireless)
    .map(({ device, locality, units, qualityPpm, wayAllotted, fault }) => ({
      ...{ device, cell: cellName(locality), units, scalePpm: units === 0n ? null : qualityPpm, wayAllotted, fault },
      acts: (acts.get(device) ?? []).map(actOf).sort(inOrder),
    }))
    .sort((a, b) => (a.device < b.device ? -1 : 1));
}

/** By cell, ascending: what is covered, and what the network wants covered, with nothing where nobody is yet. Pure. */
export function coverageByCell(tables: CoverageTables, wanted: readonly WantedCell[]): CellCoverage[] {
  const targets = new Map(
    wanted.flatMap(({ kind, locality, target }): [string, bigint][] => {
      const cell = cellName(locality);
      return kind !== KIND_NUMBERS.wireless || cell === null ? [] : [[cell, target]];
    }),
  );
  const rows = tables.devices.filter(({ kind }) => kind === KIND_NUMBERS.wireless);
  const placed = Map.groupBy(rows, ({ locality }) => cellName(locality));
  const cells = new Set([...placed.keys(), ...targets.keys()].filter((cell) => cell !== null));
  return [...cells].sort().map((cell) => {
    const of = placed.get(cell) ?? [];
    const units = sum(of.map((row) => row.units));
    // Floors. A faulted device's x is 0: its units then weigh the scale down, as they weigh its pay.
    const scalePpm = units === 0n ? null : mulDivDown(sum(of.map(({ x }) => x)), 1n, units);
    return {
      ...{ cell, devices: of.length, units, scalePpm: scalePpm !== null && scalePpm > PPM ? PPM : scalePpm },
      ...{ wantedUnits: targets.get(cell) ?? null, wayAllotted: sum(of.map(({ wayAllotted }) => wayAllotted)) },
    };
  });
}

/** The sentence behind a code; the code itself when it is of a later version. */
export function reasonSentence(code: string): string {
  if (code === "beacon-counted") return "The beacon counts.";
  if (code === "witness-counted") return "The report counts.";
  return (COVERAGE_REASONS as Readonly<Record<string, string>>)[code] ?? code;
}

type ExplanationRow = CoverageTables["explanations"][number];

function isAct({ kind, code }: ExplanationRow): boolean {
  return kind === KIND_NUMBERS.wireless && /^(beacon|witness)-/.test(code);
}

function actOf({ code, facts }: ExplanationRow): CoverageAct {
  const act = code.startsWith("beacon-") ? "beacon" : "witness";
  return { act, counted: code === `${act}-counted`, code, reason: reasonSentence(code), facts };
}

/** Beacons, then reports; each as they came. */
function inOrder(a: CoverageAct, b: CoverageAct): number {
  return a.act < b.act ? -1 : a.act > b.act ? 1 : timeOf(a) - timeOf(b);
}

/** When its challenge was due, or when it was heard; 0 when that is not known. */
export function timeOf({ facts }: CoverageAct): number {
  const at = facts["dueAtMs"] ?? facts["heardAtMs"];
  return typeof at === "number" ? at : 0;
}

function cellName(locality: bigint): string | null {
  const cell = localityOf(locality);
  return cell === 0n ? null : cellText(cell);
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
