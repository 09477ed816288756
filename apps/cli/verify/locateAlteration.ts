import { recoverSigner } from "@wayleave/core/accountKey";
import { hexToBytes } from "@wayleave/core/bytes";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { type SigningDomain, typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hex } from "@wayleave/core/ids";
import {
  COMMITMENT,
  COUNTERSIGNATURE,
  type Countersigned,
  OFFER,
  type SignedCommitment,
  VOUCHER,
} from "@wayleave/core/messages";
import {
  BUNDLE_FILE_NAMES,
  type BundleFileName,
  type Manifest,
  type SignedOffer,
} from "@wayleave/layer-coordination/bundle/bundleData";
import type { GetBundleFile } from "@wayleave/layer-coordination/bundle/fetchBundle";
import { MAX_MANIFEST_BYTES, parseManifest } from "@wayleave/layer-coordination/bundle/manifest";
import { readTable, writeTable } from "@wayleave/layer-coordination/bundle/parquetTable";
import { BadRow, type Table, TABLES } from "@wayleave/layer-coordination/bundle/tables";

/** P-256 x‖y of a registered device; null when it is not known. */
export type KeyOf = (device: Address) => Uint8Array | null;

const SIGNATURE = "signature or what it signs";

/**
 * Looks for the place where a file that fails its hash was altered: what no longer reads, the first row that breaks its
 * rules or its signature, or the first byte that is not as its rows are written.
 * @returns null when the file is consistent in itself: then only its hash tells.
 */
export async function locateAlteration(get: GetBundleFile, file: string, keyOf: KeyOf): Promise<string | null> {
  const name = BUNDLE_FILE_NAMES.find((each) => each === file);
  if (name === undefined) return null;
  try {
    const { manifest } = parseManifest(new TextDecoder().decode(await get("manifest.json", MAX_MANIFEST_BYTES)));
    const expected = manifest.files.find((each) => each.name === name)!;
    const bytes = await get(name, expected.bytes + 1);
    return await locateIn(manifest, name, bytes, expected.rows, keyOf);
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
  keyOf: KeyOf,
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
      const field = unsignedField(manifest, name, fact, keyOf);
      if (field !== null) return `row ${index}, field ${field}`;
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

/** The signed part of a row that no longer bears its signature; null when all hold, or the row has none. */
function unsignedField(manifest: Manifest, name: BundleFileName, fact: unknown, keyOf: KeyOf): string | null {
  const domain: SigningDomain = { chainId: manifest.chainId, verifyingContract: manifest.settlement };
  if (name === "vouchers.parquet") return unsignedVoucherField(domain, fact as Countersigned);
  const isDevices = (device: Address, digest: Uint8Array, signature: Hex) => {
    const key = keyOf(device);
    return key === null || verifyDeviceSignature(key, digest, hexToBytes(signature));
  };
  if (name === "commitments.parquet") {
    const { commitment, signature } = fact as SignedCommitment;
    return isDevices(commitment.device, typedDigest(domain, COMMITMENT, commitment), signature) ? null : SIGNATURE;
  }
  if (name === "offers.parquet") {
    const { offer, signature } = fact as SignedOffer;
    return isDevices(offer.device, typedDigest(domain, OFFER, offer), signature) ? null : SIGNATURE;
  }
  return null;
}

function unsignedVoucherField(domain: SigningDomain, signed: Countersigned): string | null {
  const { voucher, signature, countersignatures } = signed;
  const voucherDigest = typedDigestHex(domain, VOUCHER, voucher);
  if (recoverSigner(hexToBytes(voucherDigest), signature) !== voucher.payer) return SIGNATURE;
  const seen = typedDigest(domain, COUNTERSIGNATURE, { voucherDigest });
  const genuine = countersignatures.every(({ notary, signature: by }) => recoverSigner(seen, by) === notary);
  return genuine ? null : "countersignatures or notaries";
}

function placeIn({ message, facts }: WayleaveError): string {
  const { row, field } = facts;
  if (row !== undefined) return `row ${row}${field === undefined ? "" : `, field ${field}`}`;
  return message;
}
