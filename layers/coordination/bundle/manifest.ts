import { z } from "zod";
import { recoverSigner } from "@wayleave/core/accountKey";
import { utf8 } from "@wayleave/core/bytes";
import { structType, typedDigest } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { keccakHex } from "@wayleave/core/hash";
import { type Address, type Hash32, addressSchema, hash32Schema, hexSchema } from "@wayleave/core/ids";
import { BUNDLE_FILE_NAMES, type BundleFile, type Manifest, type SignedManifest } from "./bundleData.ts";
import { MAX_FILE_BYTES, MAX_FILE_ROWS } from "./parquetTable.ts";

/** What a verifier signs of its bundle. Two that differ for one epoch are equivocation. */
export const BUNDLE = structType("Bundle", [
  ["epoch", "uint64"],
  ["verifier", "address"],
  ["head", "bytes32"],
]);

/** Slots are numbered in one byte, below that of claims. */
const MAX_SLOTS = 254;
/** A manifest is ~2 kB plus 70 bytes for each slot. */
export const MAX_MANIFEST_BYTES = 64 * 1024;

const count = z.number().int().nonnegative();
const fileSchema = z.strictObject({
  name: z.enum(BUNDLE_FILE_NAMES),
  keccak: hash32Schema,
  bytes: count.max(MAX_FILE_BYTES),
  rows: count.max(MAX_FILE_ROWS),
}) satisfies z.ZodType<BundleFile>;

const manifestSchema = z.strictObject({
  version: z.literal(2),
  chainId: count.min(1),
  settlement: addressSchema,
  registry: addressSchema,
  epoch: count,
  verifier: addressSchema,
  seed: hash32Schema,
  revealHead: hash32Schema,
  reveals: z.array(hash32Schema.nullable()).min(1).max(MAX_SLOTS),
  createdAtMs: count,
  files: z
    .array(fileSchema)
    .refine(
      (files) => files.map(({ name }) => name).join() === BUNDLE_FILE_NAMES.join(),
      "must name every file, in order",
    ),
});
const signedManifestSchema = z.strictObject({ manifest: manifestSchema, signature: hexSchema });

/** The one JSON text of a manifest: fields in the order of the schema, no spaces. */
export function manifestText(signed: SignedManifest): string {
  return JSON.stringify({ manifest: canonical(signed.manifest), signature: signed.signature });
}

/**
 * Hostile text to a manifest. Only the canonical text is accepted, so that one altered byte never means the same.
 * @throws WayleaveError `bundle-manifest` naming the field.
 */
export function parseManifest(text: string): SignedManifest {
  if (text.length > MAX_MANIFEST_BYTES) throw badManifest("", `is longer than ${MAX_MANIFEST_BYTES} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badManifest("", "is not JSON", {}, cause);
  }
  const parsed = signedManifestSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badManifest(issue!.path.join("."), issue!.message);
  }
  const canonicalText = manifestText(parsed.data);
  if (canonicalText !== text) {
    const offset = [...canonicalText].findIndex((character, i) => character !== text[i]);
    throw badManifest("", "is not in canonical form", { offset: offset === -1 ? canonicalText.length : offset });
  }
  return parsed.data;
}

/** keccak256 of the manifest's canonical text: what statements and dissenters name a bundle by. */
export function manifestHead(manifest: Manifest): Hash32 {
  return keccakHex(utf8(JSON.stringify(canonical(manifest))));
}

/** EIP-712 digest that the verifier's account signs (domain: the Settlement). */
export function bundleDigest(manifest: Manifest, head: Hash32): Uint8Array {
  const domain = { chainId: manifest.chainId, verifyingContract: manifest.settlement };
  return typedDigest(domain, BUNDLE, { epoch: BigInt(manifest.epoch), verifier: manifest.verifier, head });
}

/** @returns the head. @throws WayleaveError `bundle-manifest` when the verifier that it names did not sign it. */
export function checkManifestSignature({ manifest, signature }: SignedManifest): Hash32 {
  const head = manifestHead(manifest);
  const signer: Address | null = recoverSigner(bundleDigest(manifest, head), signature);
  if (signer !== manifest.verifier) {
    throw badManifest("signature", "is not its verifier's", { verifier: manifest.verifier, signer });
  }
  return head;
}

export function badManifest(
  field: string,
  what: string,
  facts: Record<string, string | number | null> = {},
  cause?: unknown,
): WayleaveError {
  const message = `The bundle's manifest${field === "" ? "" : `: ${field}`} ${what}`;
  return new WayleaveError("bundle-manifest", message, { file: "manifest.json", field, ...facts }, { cause });
}

function canonical(m: Manifest): Manifest {
  const files = m.files.map(({ name, keccak, bytes, rows }) => ({ name, keccak, bytes, rows }));
  const { version, chainId, settlement, registry, epoch, verifier, seed, revealHead, reveals, createdAtMs } = m;
  return { version, chainId, settlement, registry, epoch, verifier, seed, revealHead, reveals, createdAtMs, files };
}
