import { keccakHex } from "@wayleave/core/hash";
import type { Hex } from "@wayleave/core/ids";
import {
  BUNDLE_FILE_NAMES,
  type BundleData,
  type BundleFile,
  type BundleFileName,
  type CheckedBundle,
  type Manifest,
  type WrittenBundle,
} from "./bundleData.ts";
import { bundleDigest, manifestHead } from "./manifest.ts";
import { writeTable } from "./parquetTable.ts";
import { type Context, TABLES, type Table, canonicalFacts, sortedCountersignatures } from "./tables.ts";

/**
 * Makes one verifier's bundle of an epoch: deterministic files and a signed manifest. Facts that cannot stand in a bundle
 * (another verifier's rows, a slot that was never opened, amounts beyond 63 bits) are left out and counted.
 *
 * @param sign - the verifier account's signature over a 32-byte digest (`AccountKey.sign`).
 * @returns also `bundle`: the facts exactly as everybody else will read them. Settle with that, not with `data`.
 */
export function writeBundle(
  data: BundleData,
  sign: (digest: Uint8Array) => Hex,
): WrittenBundle & { readonly bundle: CheckedBundle; readonly leftOut: number } {
  const { network, epoch, verifier, seed, revealHead, reveals, createdAtMs } = data;
  const canonical = canonicalData(data);
  const files = encodeFiles(canonical);
  const described = BUNDLE_FILE_NAMES.map((name): BundleFile => {
    const { bytes, rows } = files.get(name)!;
    return { name, keccak: keccakHex(bytes), bytes: bytes.byteLength, rows };
  });
  const parties = { chainId: network.chainId, settlement: network.settlement, registry: network.registry };
  const about = { epoch, verifier, seed, revealHead, reveals, createdAtMs };
  const manifest: Manifest = { version: 2, ...parties, ...about, files: described };
  const head = manifestHead(manifest);
  return {
    manifest: { manifest, signature: sign(bundleDigest(manifest, head)) },
    head,
    files: new Map([...files].map(([name, { bytes }]) => [name, bytes])),
    bundle: { ...canonical, head },
    leftOut: countFacts(data) - countFacts(canonical),
  };
}

/** The facts of a bundle as its files hold them: sorted, without repetitions and without what cannot stand there. */
export function canonicalData(data: BundleData): BundleData {
  const listOf = <T>(table: Table<T>) => canonicalFacts(table, table.of(data), data);
  return {
    ...data,
    vouchers: listOf(TABLES["vouchers.parquet"]).map((each) => ({
      ...each,
      countersignatures: sortedCountersignatures(each.countersignatures),
    })),
    verdicts: listOf(TABLES["verdicts.parquet"]),
    commitments: listOf(TABLES["commitments.parquet"]),
    offers: listOf(TABLES["offers.parquet"]),
    sightings: listOf(TABLES["sightings.parquet"]),
    claims: listOf(TABLES["claims.parquet"]),
    evidence: listOf(TABLES["evidence.parquet"]),
    answers: listOf(TABLES["answers.parquet"]),
  };
}

/** @param data - as {@link canonicalData} returns it. */
export function encodeFiles(data: BundleData): Map<BundleFileName, { bytes: Uint8Array; rows: number }> {
  return new Map(BUNDLE_FILE_NAMES.map((name) => [name, encodeFile(TABLES[name] as Table<unknown>, data)]));
}

function encodeFile<T>(table: Table<T>, data: BundleData) {
  const facts = table.of(data);
  return {
    bytes: writeTable(
      table.columns,
      facts.map((fact) => table.toRow(fact)),
    ),
    rows: facts.length,
  };
}

function countFacts(data: BundleData & Context): number {
  return BUNDLE_FILE_NAMES.reduce((sum, name) => sum + (TABLES[name] as Table<unknown>).of(data).length, 0);
}
