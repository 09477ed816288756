import { recoverSigner } from "@wayleave/core/accountKey";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { VOUCHER } from "@wayleave/core/messages";
import { BUNDLE_FILE_NAMES, type BundleFileName, type Manifest } from "@wayleave/layer-coordination/bundle/bundleData";
import type { GetBundleFile } from "@wayleave/layer-coordination/bundle/fetchBundle";
import { MAX_MANIFEST_BYTES, parseManifest } from "@wayleave/layer-coordination/bundle/manifest";
import { readTable, writeTable } from "@wayleave/layer-coordination/bundle/parquetTable";
import { BadRow, type Table, TABLES } from "@wayleave/layer-coordination/bundle/tables";
import type { Countersigned } from "@wayleave/core/messages";

/**
 * Looks for the place where a file that fails its hash was altered: what no longer reads, the first row that breaks its
 * rules or its signature, or the first byte that is not as its rows are written.
 * @returns null when the file is consistent in itself: then only its hash tells.
 */
export async function locateAlteration(get: GetBundleFile, file: string): Promise<string | null> {
  const name = BUNDLE_FILE_NAMES.find((each) => each === file);
  if (name === undefined) return null;
  try {
    const { manifest } = parseManifest(new TextDecoder().decode(await get("manifest.json", MAX_MANIFEST_BYTES)));
    const expected = manifest.files.find((each) => each.name === name)!;
    const bytes = await get(name, expected.bytes + 1);
    return await locateIn(manifest, name, bytes, expected.rows);
  } catch (error) {
    if (error instanceof WayleaveError) return placeIn(error);
    throw error;
  }
}

/** @param bytes - hostile. */
export async function locateIn(
  manifest: Manifest,
  name: BundleFileName,
  bytes: Uint8Array,
  rows: number,
): Promise<string | null> {
  const table = TABLES[name] as Table<unknown>;
  let read;
  try {
    read = await readTable(name, table.columns, bytes, rows);
  } catch (error) {
    if (error instanceof WayleaveError) return placeIn(error);
    throw error;
  }
  const facts: unknown[] = [];
  for (const [index, row] of read.entries()) {
    try {
      const fact = table.fromRow(row, manifest);
      if (!table.fits(fact, manifest)) return `row ${index} breaks its table's rules`;
      if (name === "vouchers.parquet" && !isSigned(manifest, fact as Countersigned)) {
        return `row ${index}, field signature or what it signs`;
      }
      facts.push(fact);
    } catch (error) {
      if (error instanceof BadRow) return `row ${index}, field ${error.field}`;
      throw error;
    }
  }
  const again = writeTable(
    table.columns,
    facts.map((fact) => table.toRow(fact)),
  );
  const offset = bytes.findIndex((byte, i) => byte !== again[i]);
  return offset === -1 ? null : `byte ${offset}`;
}

function isSigned({ chainId, settlement }: Manifest, { voucher, signature }: Countersigned): boolean {
  const domain: SigningDomain = { chainId, verifyingContract: settlement };
  return recoverSigner(typedDigest(domain, VOUCHER, voucher), toHex(hexToBytes(signature))) === voucher.payer;
}

function placeIn({ message, facts }: WayleaveError): string {
  const { row, field } = facts;
  if (row !== undefined) return `row ${row}${field === undefined ? "" : `, field ${field}`}`;
  return message;
}
