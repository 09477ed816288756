import { compareBytes, hexToBytes, toHex } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import {
  CLAIM_SLOT,
  type Claim,
  MAX_CLAIM_BYTES,
  MAX_PACKED_ANSWERS_BYTES,
  type VerdictRow,
} from "@wayleave/core/kind";
import { type Countersigned, type SignedCommitment, ZERO_HASH, toJson } from "@wayleave/core/messages";
import { challengeFor } from "../settle/challenges.ts";
import { byAmount, byText } from "../settle/order.ts";
import {
  type BundleData,
  type Evidence,
  MAX_EVIDENCE_BYTES,
  type PackedAnswers,
  type Sighting,
  type SignedOffer,
} from "./bundleData.ts";
import type { Columns, Row } from "./parquetTable.ts";

/** A row that breaks its table's rules: whoever wrote it did not use `writeBundle`. */
export class BadRow extends Error {
  readonly field: string;
  constructor(field: string) {
    super(field);
    this.field = field;
  }
}

/** What a manifest says of all rows of its bundle. */
export type Context = Pick<BundleData, "epoch" | "verifier" | "seed" | "reveals">;

/** One file of a bundle: which facts, how they are ordered, and how one becomes a row and back. */
export interface Table<T> {
  readonly columns: Columns;
  of(data: BundleData): readonly T[];
  /** Whether a fact can stand in this bundle at all; the writer leaves out what cannot. */
  fits(fact: T, context: Context): boolean;
  /** Sort order and identity: of facts with the same key the first `perKey` in canonical order stay. */
  key(fact: T): string;
  /** Orders facts of the same key; the first stay. */
  tieBreak(a: T, b: T): number;
  readonly perKey: number;
  toRow(fact: T): Row;
  /** @throws BadRow naming the field. */
  fromRow(row: Row, context: Context): T;
}

const ADDRESS = { fixed: 20 } as const;
const HASH = { fixed: 32 } as const;
const DEVICE_SIGNATURE = { fixed: 64 } as const;
const ACCOUNT_SIGNATURE_BYTES = 65;
/** `countersignedSchema`'s limit. */
const MAX_COUNTERSIGNATURES = 8;
/** 63 bits: nine trillion dollars, eight exbibytes. Nothing beyond is ever paid or stored, so it is left out. */
const INT64_END = 1n << 63n;
const KIND_END = 256n;
const OUTCOME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const OUTCOME_CHARS_MAX = 48;
const PREFIX = /^[0-9a-f.:]{2,39}\/[0-9]{1,3}$/;
const NETWORK_END = 2 ** 32;

const fitsInt64 = (...amounts: readonly bigint[]) => amounts.every((amount) => amount >= 0n && amount < INT64_END);
const isBytes = (hex: string, bytes: number) => hex.length === 2 + 2 * bytes;
const kindText = (kind: number | bigint) => kind.toString().padStart(3, "0");
const noTie = () => 0;

const vouchers: Table<Countersigned> = {
  columns: {
    payer: ADDRESS,
    device: ADDRESS,
    kind: "int32",
    total_micro_usd: "int64",
    work_units: "int64",
    tick: "int64",
    signature: { fixed: ACCOUNT_SIGNATURE_BYTES },
    notaries: "blob",
    countersignatures: "blob",
  },
  of: (data) => data.vouchers,
  fits: ({ voucher: v, signature, countersignatures }) =>
    fitsInt64(v.totalMicroUsd, v.workUnits, v.tick) &&
    v.kind < KIND_END &&
    isBytes(signature, ACCOUNT_SIGNATURE_BYTES) &&
    countersignatures.length <= MAX_COUNTERSIGNATURES &&
    countersignatures.every((each) => isBytes(each.signature, ACCOUNT_SIGNATURE_BYTES)),
  key: ({ voucher }) => `${voucher.payer}${voucher.device}${kindText(voucher.kind)}`,
  // Newest first: of a third voucher of one pair only the two newest would stay.
  tieBreak: (a, b) =>
    byAmount(b.voucher.totalMicroUsd, a.voucher.totalMicroUsd) || byText(voucherText(a), voucherText(b)),
  perKey: 2,
  toRow: ({ voucher: v, signature, countersignatures }) => {
    const sorted = sortedCountersignatures(countersignatures);
    return {
      payer: hexToBytes(v.payer),
      device: hexToBytes(v.device),
      kind: Number(v.kind),
      total_micro_usd: v.totalMicroUsd,
      work_units: v.workUnits,
      tick: v.tick,
      signature: hexToBytes(signature),
      notaries: joined(sorted.map((each) => each.notary)),
      countersignatures: joined(sorted.map((each) => each.signature)),
    };
  },
  fromRow: (row) => ({
    voucher: {
      payer: hex(row["payer"]),
      device: hex(row["device"]),
      kind: BigInt(row["kind"] as number),
      totalMicroUsd: row["total_micro_usd"] as bigint,
      workUnits: row["work_units"] as bigint,
      tick: row["tick"] as bigint,
    },
    signature: hex(row["signature"]),
    countersignatures: countersignaturesOf(row["notaries"] as Uint8Array, row["countersignatures"] as Uint8Array),
  }),
};

const verdicts: Table<VerdictRow> = {
  columns: { kind: "int32", device: ADDRESS, slot: "int32", outcome: "text", evidence: HASH },
  of: (data) => data.verdicts,
  fits: (row, context) =>
    row.verifier === context.verifier &&
    row.kind < KIND_END &&
    OUTCOME.test(row.outcome) &&
    row.outcome.length <= OUTCOME_CHARS_MAX &&
    row.challenge === challengeOf(row, context),
  // A slot is judged once; claims share one slot and differ by their evidence.
  key: (row) => `${kindText(row.kind)}${row.device}${kindText(row.slot)}${row.slot === CLAIM_SLOT ? row.evidence : ""}`,
  tieBreak: (a, b) => byText(a.outcome, b.outcome) || byText(a.evidence, b.evidence),
  perKey: 1,
  toRow: (row) => ({
    kind: row.kind,
    device: hexToBytes(row.device),
    slot: row.slot,
    outcome: row.outcome,
    evidence: hexToBytes(row.evidence),
  }),
  fromRow: (row, context) => {
    const judged = { device: hex(row["device"]), slot: row["slot"] as number };
    const challenge = challengeOf(judged, context);
    if (challenge === null) throw new BadRow("slot");
    const rest = { outcome: row["outcome"] as string, evidence: hex(row["evidence"]) };
    return { verifier: context.verifier, kind: row["kind"] as number, ...judged, challenge, ...rest };
  },
};

const commitments: Table<SignedCommitment> = {
  columns: { device: ADDRESS, kind: "int32", root: HASH, total: "int64", items: "int64", signature: DEVICE_SIGNATURE },
  of: (data) => data.commitments,
  fits: ({ commitment: c, signature }, { epoch }) =>
    fitsInt64(c.total, c.items) && c.kind < KIND_END && c.epoch === BigInt(epoch) && isBytes(signature, 64),
  key: ({ commitment: c }) => `${c.device}${kindText(c.kind)}`,
  tieBreak: (a, b) => byText(a.commitment.root, b.commitment.root) || byText(a.signature, b.signature),
  perKey: 1,
  toRow: ({ commitment: c, signature }) => ({
    device: hexToBytes(c.device),
    kind: Number(c.kind),
    root: hexToBytes(c.root),
    total: c.total,
    items: c.items,
    signature: hexToBytes(signature),
  }),
  fromRow: (row, { epoch }) => ({
    commitment: {
      device: hex(row["device"]),
      kind: BigInt(row["kind"] as number),
      epoch: BigInt(epoch),
      root: hex(row["root"]),
      total: row["total"] as bigint,
      items: row["items"] as bigint,
    },
    signature: hex(row["signature"]),
  }),
};

const offers: Table<SignedOffer> = {
  columns: {
    device: ADDRESS,
    kind: "int32",
    epoch: "int64",
    cell: "int64",
    capacity: "int64",
    ask_pico_usd_per_unit_hour: "int64",
    ask_pico_usd_per_work_unit: "int64",
    signature: DEVICE_SIGNATURE,
  },
  of: (data) => data.offers,
  fits: ({ offer: o, signature }) =>
    fitsInt64(o.epoch, o.cell, o.capacity, o.askPicoUsdPerUnitHour, o.askPicoUsdPerWorkUnit) &&
    o.kind < KIND_END &&
    isBytes(signature, 64),
  key: ({ offer: o }) => `${o.device}${kindText(o.kind)}`,
  tieBreak: (a, b) => byAmount(b.offer.epoch, a.offer.epoch) || byText(toJson(a), toJson(b)),
  perKey: 1,
  toRow: ({ offer: o, signature }) => ({
    device: hexToBytes(o.device),
    kind: Number(o.kind),
    epoch: o.epoch,
    cell: o.cell,
    capacity: o.capacity,
    ask_pico_usd_per_unit_hour: o.askPicoUsdPerUnitHour,
    ask_pico_usd_per_work_unit: o.askPicoUsdPerWorkUnit,
    signature: hexToBytes(signature),
  }),
  fromRow: (row) => ({
    offer: {
      device: hex(row["device"]),
      kind: BigInt(row["kind"] as number),
      epoch: row["epoch"] as bigint,
      cell: row["cell"] as bigint,
      capacity: row["capacity"] as bigint,
      askPicoUsdPerUnitHour: row["ask_pico_usd_per_unit_hour"] as bigint,
      askPicoUsdPerWorkUnit: row["ask_pico_usd_per_work_unit"] as bigint,
    },
    signature: hex(row["signature"]),
  }),
};

const sightings: Table<Sighting> = {
  columns: { device: ADDRESS, prefix: "text", network: "int64", cell: "int64" },
  of: (data) => data.sightings,
  fits: ({ prefix, network, cell }) =>
    PREFIX.test(prefix) && Number.isSafeInteger(network) && network >= 0 && network < NETWORK_END && fitsInt64(cell),
  key: ({ device }) => device,
  tieBreak: (a, b) => byText(a.prefix, b.prefix) || a.network - b.network || byAmount(a.cell, b.cell),
  perKey: 1,
  toRow: ({ device, prefix, network, cell }) => ({
    device: hexToBytes(device),
    prefix,
    network: BigInt(network),
    cell,
  }),
  fromRow: (row) => ({
    device: hex(row["device"]),
    prefix: row["prefix"] as string,
    network: Number(row["network"]),
    cell: row["cell"] as bigint,
  }),
};

const claims: Table<Claim> = {
  columns: { device: ADDRESS, kind: "int32", evidence: "blob" },
  of: (data) => data.claims,
  fits: (claim, { epoch }) =>
    claim.epoch === epoch && claim.kind < KIND_END && claim.evidence.byteLength <= MAX_CLAIM_BYTES,
  key: ({ device, kind, evidence }) => `${device}${kindText(kind)}${keccakHex(evidence)}`,
  tieBreak: noTie,
  perKey: 1,
  toRow: ({ device, kind, evidence }) => ({ device: hexToBytes(device), kind, evidence }),
  fromRow: (row, { epoch }) => ({
    device: hex(row["device"]),
    kind: row["kind"] as number,
    epoch,
    evidence: Uint8Array.from(row["evidence"] as Uint8Array),
  }),
};

const evidence: Table<Evidence> = {
  columns: { digest: HASH, response: "blob" },
  of: (data) => data.evidence,
  fits: ({ digest, response }) => response.byteLength <= MAX_EVIDENCE_BYTES && keccakHex(response) === digest,
  key: ({ digest }) => digest,
  tieBreak: noTie,
  perKey: 1,
  toRow: ({ digest, response }) => ({ digest: hexToBytes(digest), response }),
  fromRow: (row) => ({ digest: hex(row["digest"]), response: Uint8Array.from(row["response"] as Uint8Array) }),
};

const answers: Table<PackedAnswers> = {
  columns: { kind: "int32", device: ADDRESS, packed: "blob" },
  of: (data) => data.answers,
  fits: ({ kind, packed }) => kind < KIND_END && packed.byteLength <= MAX_PACKED_ANSWERS_BYTES,
  key: ({ device, kind }) => `${kindText(kind)}${device}`,
  tieBreak: (a, b) => compareBytes(a.packed, b.packed),
  perKey: 1,
  toRow: ({ kind, device, packed }) => ({ kind, device: hexToBytes(device), packed }),
  fromRow: (row) => ({
    kind: row["kind"] as number,
    device: hex(row["device"]),
    packed: Uint8Array.from(row["packed"] as Uint8Array),
  }),
};

/** Every table of a bundle by its file. */
export const TABLES = {
  "vouchers.parquet": vouchers,
  "verdicts.parquet": verdicts,
  "commitments.parquet": commitments,
  "offers.parquet": offers,
  "sightings.parquet": sightings,
  "claims.parquet": claims,
  "evidence.parquet": evidence,
  "answers.parquet": answers,
} as const;

/** What may stand in the file, sorted and without repetitions: the one order in which it is written. */
export function canonicalFacts<T>(table: Table<T>, facts: readonly T[], context: Context): T[] {
  const keyed = facts.filter((fact) => table.fits(fact, context)).map((fact) => ({ key: table.key(fact), fact }));
  keyed.sort((a, b) => byText(a.key, b.key) || table.tieBreak(a.fact, b.fact));
  const kept: T[] = [];
  let run = 0;
  keyed.forEach(({ key, fact }, i) => {
    run = i > 0 && keyed[i - 1]!.key === key ? run + 1 : 0;
    if (run < table.perKey) kept.push(fact);
  });
  return kept;
}

/** Null when the slot was never opened. Claims have no challenge: zero. */
function challengeOf({ device, slot }: { device: Address; slot: number }, context: Context): Hash32 | null {
  if (slot === CLAIM_SLOT) return ZERO_HASH;
  const reveal = context.reveals[slot];
  return reveal === null || reveal === undefined ? null : challengeFor(context.seed, reveal, device, slot);
}

function hex(bytes: Row[string] | undefined): Hex {
  return toHex(bytes as Uint8Array);
}

function joined(parts: readonly Hex[]): Uint8Array {
  return hexToBytes(`0x${parts.map((part) => part.slice(2)).join("")}`);
}

function countersignaturesOf(notaries: Uint8Array, signatures: Uint8Array): Countersigned["countersignatures"] {
  const count = notaries.byteLength / 20;
  if (!Number.isInteger(count) || count > MAX_COUNTERSIGNATURES) throw new BadRow("notaries");
  if (signatures.byteLength !== count * ACCOUNT_SIGNATURE_BYTES) throw new BadRow("countersignatures");
  return Array.from({ length: count }, (_, i) => ({
    notary: toHex(notaries.subarray(20 * i, 20 * i + 20)),
    signature: toHex(signatures.subarray(ACCOUNT_SIGNATURE_BYTES * i, ACCOUNT_SIGNATURE_BYTES * (i + 1))),
  }));
}

/** Ascending by notary, then signature: the one order in which a row carries them. */
export function sortedCountersignatures(each: Countersigned["countersignatures"]): Countersigned["countersignatures"] {
  return each.toSorted((a, b) => byText(a.notary, b.notary) || byText(a.signature, b.signature));
}

function voucherText(signed: Countersigned): string {
  const { voucher, signature, countersignatures } = signed;
  return toJson([voucher, signature, sortedCountersignatures(countersignatures)]);
}
