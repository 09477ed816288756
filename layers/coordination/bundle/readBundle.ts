import { equalBytes } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import { opensHead } from "../settle/challenges.ts";
import {
  BUNDLE_FILE_NAMES,
  type BundleData,
  type BundleFile,
  type BundleFileName,
  type CheckedBundle,
  type Manifest,
  type SignedManifest,
} from "./bundleData.ts";
import { badManifest, checkManifestSignature } from "./manifest.ts";
import { badFile, readTable } from "./parquetTable.ts";
import { BadRow, type Context, TABLES, type Table } from "./tables.ts";
import { canonicalData, encodeFiles } from "./writeBundle.ts";

/**
 * Reads a verifier's bundle. All of it is hostile: the manifest's signature, every reveal against the head, each file's
 * length, hash and schema are checked, and that the files are byte for byte what their facts are written as. What the
 * facts claim (a voucher's signature, a verdict) is judged by `settle`.
 *
 * @param signed - through `parseManifest`.
 * @param files - every file that the manifest names; others are ignored.
 * @throws WayleaveError `bundle-manifest` (field) or `bundle-file` (file; row and field, or hash, or byte offset).
 */
export async function readBundle(
  signed: SignedManifest,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<CheckedBundle> {
  const { manifest } = signed;
  const head = checkManifestSignature(signed);
  checkReveals(manifest);
  for (const file of manifest.files) checkFile(file, files.get(file.name));

  const read = async <T>(name: BundleFileName, table: Table<T>) =>
    readFacts(
      manifest,
      table,
      manifest.files.find((file) => file.name === name)!,
      files.get(name)!,
    );
  const { epoch, verifier, seed, revealHead, reveals, createdAtMs } = manifest;
  const data: BundleData = {
    network: { chainId: manifest.chainId, settlement: manifest.settlement, registry: manifest.registry },
    ...{ epoch, verifier, seed, revealHead, reveals, createdAtMs },
    vouchers: await read("vouchers.parquet", TABLES["vouchers.parquet"]),
    verdicts: await read("verdicts.parquet", TABLES["verdicts.parquet"]),
    commitments: await read("commitments.parquet", TABLES["commitments.parquet"]),
    offers: await read("offers.parquet", TABLES["offers.parquet"]),
    sightings: await read("sightings.parquet", TABLES["sightings.parquet"]),
    claims: await read("claims.parquet", TABLES["claims.parquet"]),
    evidence: await read("evidence.parquet", TABLES["evidence.parquet"]),
    answers: await read("answers.parquet", TABLES["answers.parquet"]),
  };
  checkCanonical(data, files);
  return { ...data, head };
}

function checkReveals({ reveals, revealHead }: Manifest): void {
  reveals.forEach((reveal, slot) => {
    if (reveal !== null && !opensHead(revealHead, slot, reveal)) {
      throw badManifest(`reveals.${slot}`, "does not open the committed head", { slot, revealHead });
    }
  });
}

function checkFile(expected: BundleFile, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) throw badFile(expected.name, "is missing", { expected: expected.keccak });
  if (bytes.byteLength !== expected.bytes) {
    throw badFile(expected.name, "has another length", { bytes: bytes.byteLength, expected: expected.bytes });
  }
  const found = keccakHex(bytes);
  if (found !== expected.keccak) {
    throw badFile(expected.name, "was altered", { from: 0, to: bytes.byteLength, found, expected: expected.keccak });
  }
}

async function readFacts<T>(context: Context, table: Table<T>, file: BundleFile, bytes: Uint8Array): Promise<T[]> {
  const rows = await readTable(file.name, table.columns, bytes, file.rows);
  return rows.map((row, index) => {
    try {
      const fact = table.fromRow(row, context);
      if (!table.fits(fact, context)) throw new BadRow("*");
      return fact;
    } catch (error) {
      if (error instanceof BadRow)
        throw badFile(file.name, "holds a row that breaks its rules", { row: index, field: error.field });
      throw error;
    }
  });
}

/** Sorted, nothing twice, nothing between the lines: writing the facts again must give the very same files. */
function checkCanonical(data: BundleData, files: ReadonlyMap<string, Uint8Array>): void {
  const again = encodeFiles(canonicalData(data));
  for (const name of BUNDLE_FILE_NAMES) {
    const [found, canonical] = [files.get(name)!, again.get(name)!.bytes];
    if (equalBytes(found, canonical)) continue;
    const offset = found.findIndex((byte, i) => byte !== canonical[i]);
    throw badFile(name, "is not in canonical form", { offset: offset === -1 ? canonical.byteLength : offset });
  }
}
