import { hexToBytes } from "@wayleave/core/bytes";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { CLAIM_SLOT, type VerdictRow } from "@wayleave/core/kind";
import { ZERO_HASH, toJson } from "@wayleave/core/messages";
import { STATEMENT, type Statement } from "@wayleave/core/statement";
import { uint64Bytes } from "@wayleave/core/time";
import { settle } from "../settle/settle.ts";
import type { SettleInput } from "../settle/settleInput.ts";
import type { Explanation, Settlement, SettlementTables, Trust } from "../settle/settlement.ts";
import type { CheckedBundle } from "./bundleData.ts";

/** How many recorded responses are judged again beside all that failed. */
export type VerifyDepth =
  | { readonly mode: "full" }
  /** 2 % of the rows that passed. The salt is the checker's own: a verifier must not know which rows are looked at. */
  | { readonly mode: "sample"; readonly salt: Hash32 }
  | { readonly mode: "device"; readonly device: Address };

export const SAMPLE_PERCENT = 2;
/** Responses fetched at once: two verifiers' worth of patience, not a flood. */
const FETCHES_AT_ONCE = 16;

export interface VerifyEpochInput {
  /** As the contract accepted it. */
  readonly statement: Statement;
  /** All that the statement was made of, bundles through `readBundle`. */
  readonly settle: SettleInput;
  /** Tables that a verifier published for the statement; compared row by row where the statement differs. */
  readonly publishedTables?: SettlementTables;
  readonly depth: VerifyDepth;
  /** A response by its keccak256; null when nobody has it any more. What comes back is hostile. */
  readonly fetchEvidence: (digest: Hash32) => Promise<Uint8Array | null>;
}

/** The first thing that is not as the bundles say. */
export interface Difference {
  /** A field of the statement, or `devices[17].x`. */
  readonly where: string;
  readonly posted: string;
  readonly computed: string;
}

/** A row that its own evidence contradicts. Proven: anybody who fetches the response sees the same. */
export interface MisjudgedRow {
  readonly row: VerdictRow;
  readonly problem: "evidence-altered" | "evidence-shows-fault" | "pass-without-evidence";
  readonly fault: string | null;
}

export interface EpochVerification {
  /** Nothing differs and nothing was misjudged. */
  readonly ok: boolean;
  readonly firstDifference: Difference | null;
  readonly misjudged: readonly MisjudgedRow[];
  readonly rowsJudgedAgain: number;
  /** Rows to be judged again whose response nobody could hand over: attested only. */
  readonly evidenceMissing: number;
  /** What the result rests on. */
  readonly rests: readonly { readonly on: string; readonly trust: Trust }[];
  /** Of the recomputed epoch; in device mode those about that device only. */
  readonly explanations: readonly Explanation[];
  readonly computed: Settlement;
}

/**
 * Recomputes one epoch from bundles and the chain's snapshot and compares it with the posted statement; judges recorded
 * responses again as deep as asked. Never throws for what a verifier did wrong: that is its result.
 * @throws WayleaveError `settle-input` when the inputs do not belong together.
 */
export async function verifyEpoch(input: VerifyEpochInput): Promise<EpochVerification> {
  const computed = settle(input.settle);
  const firstDifference = differenceOf(input, computed);
  const rows = input.settle.bundles.flatMap((bundle) =>
    bundle.verdicts.filter((row) => isDue(row, input.depth)).map((row) => ({ bundle, row })),
  );
  const misjudged: MisjudgedRow[] = [];
  let evidenceMissing = 0;
  for (let from = 0; from < rows.length; from += FETCHES_AT_ONCE) {
    const batch = rows.slice(from, from + FETCHES_AT_ONCE);
    for (const result of await Promise.all(batch.map(({ bundle, row }) => judgeAgain(input, bundle, row)))) {
      if (result === "missing") evidenceMissing++;
      else if (result !== "agrees") misjudged.push(result);
    }
  }
  const lied = computed.explanations.some(({ code }) => code === "verdict-misjudged");
  return {
    ok: firstDifference === null && misjudged.length === 0 && !lied,
    firstDifference,
    misjudged,
    rowsJudgedAgain: rows.length - evidenceMissing,
    evidenceMissing,
    rests: REST,
    explanations: computed.explanations.filter((each) => concerns(each, input.depth)),
    computed,
  };
}

const REST: EpochVerification["rests"] = [
  { on: "vouchers, countersignatures, commitments, failed responses and all arithmetic", trust: "proven" },
  { on: "rows that passed and whose response was not judged again", trust: "attested" },
  { on: "time-outs, quality and places: what a majority of assigned verifiers saw", trust: "attested" },
  { on: "the chain's snapshot: registry, escrow balances, seed and committed heads", trust: "trusted" },
];

function differenceOf({ statement, publishedTables }: VerifyEpochInput, computed: Settlement): Difference | null {
  const tables = publishedTables === undefined ? null : tableDifference(publishedTables, computed.tables);
  for (const [field] of STATEMENT.fields) {
    if (statement[field] !== computed.statement[field]) {
      // A row says more than the root over it; figures speak for themselves.
      if (field.endsWith("Root") && tables !== null) return tables;
      return { where: field, posted: String(statement[field]), computed: String(computed.statement[field]) };
    }
  }
  return tables;
}

function tableDifference(posted: SettlementTables, computed: SettlementTables): Difference | null {
  const lists = (tables: SettlementTables): Record<string, readonly object[]> => {
    const { state, ...flat } = tables;
    return { ...flat, unvested: state.unvested, settled: state.settled };
  };
  const [ours, theirs] = [lists(computed), lists(posted)];
  for (const [name, rows] of Object.entries(ours)) {
    const others = theirs[name] ?? [];
    for (let i = 0; i < Math.max(rows.length, others.length); i++) {
      const difference = rowDifference(`${name}[${i}]`, others[i], rows[i]);
      if (difference !== null) return difference;
    }
  }
  return null;
}

function rowDifference(where: string, posted: object | undefined, computed: object | undefined): Difference | null {
  if (posted === undefined || computed === undefined) {
    const text = (row: object | undefined) => (row === undefined ? "no such row" : toJson(row));
    return { where, posted: text(posted), computed: text(computed) };
  }
  const values = posted as Record<string, unknown>;
  for (const [field, value] of Object.entries(computed)) {
    if (toJson(values[field] ?? null) !== toJson(value)) {
      return { where: `${where}.${field}`, posted: toJson(values[field] ?? null), computed: toJson(value) };
    }
  }
  return null;
}

/** Failed rows with a recorded response were judged again by `settle` itself, from the bundle. */
function isDue(row: VerdictRow, depth: VerifyDepth): boolean {
  if (row.slot === CLAIM_SLOT || (row.outcome !== "pass" && row.outcome !== "void")) return false;
  if (depth.mode === "full") return true;
  if (depth.mode === "device") return row.device === depth.device;
  const ticket = keccak256(
    hexToBytes(depth.salt),
    hexToBytes(row.verifier),
    hexToBytes(row.device),
    uint64Bytes(row.kind),
    uint64Bytes(row.slot),
  );
  return (((ticket[0]! << 8) | ticket[1]!) * 100) >> 16 < SAMPLE_PERCENT;
}

async function judgeAgain(
  { settle: epoch, fetchEvidence }: VerifyEpochInput,
  bundle: CheckedBundle,
  row: VerdictRow,
): Promise<MisjudgedRow | "agrees" | "missing"> {
  const judge = epoch.judges.get(row.kind);
  const registered = epoch.registry.devices.get(row.device);
  if (judge === undefined || registered === undefined) return "agrees"; // such rows count for nothing
  if (row.evidence === ZERO_HASH) return { row, problem: "pass-without-evidence", fault: null };
  const response = await fetchEvidence(row.evidence);
  if (response === null) return "missing";
  if (keccakHex(response) !== row.evidence) return { row, problem: "evidence-altered", fault: null };
  const commitment = bundle.commitments.find(
    ({ commitment: c }) => c.device === row.device && c.kind === BigInt(row.kind),
  );
  const verdict = judge.judge({
    device: row.device,
    publicKey: registered.publicKey,
    epoch: epoch.epoch,
    challenge: row.challenge,
    commitment: commitment ?? null,
    response,
  });
  return verdict.pass ? "agrees" : { row, problem: "evidence-shows-fault", fault: verdict.fault };
}

function concerns(explanation: Explanation, depth: VerifyDepth): boolean {
  if (depth.mode !== "device") return true;
  return explanation.about === depth.device || explanation.facts["device"] === depth.device;
}
