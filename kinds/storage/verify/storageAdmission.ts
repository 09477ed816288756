import { randomBytes, randomInt } from "node:crypto";
import { equalBytes, hexToBytes, toHex } from "@wayleave/core/bytes";
import type { Admission } from "@wayleave/core/kind";
import { PASS, type Verdict, fault } from "@wayleave/core/verdict";
import { readJson } from "@wayleave/link/body";
import type { LinkPeer } from "@wayleave/link/types";
import { ADMISSION_FILLER_BYTES, ADMISSION_PATH, admissionProofSchema } from "../model/admission.ts";
import { leafCountOf, pieceDigest, pieceLeafHash, pieceRootFromPath } from "../model/pieceTree.ts";
import { STORAGE_RULE } from "./storageJudge.ts";

/** A slow home line moves the filler in a few seconds. */
const ADMISSION_TIMEOUT_MS = 20_000;
/** Hex of one leaf and its path, as JSON. */
const MAX_PROOF_BYTES = 16 * 1024;

export type AdmissionFault = "filler-refused" | "leaf-refused" | "root-mismatch" | "path-length" | "leaf-mismatch";

/** Lets storage devices in: see `model/admission.ts` for what it proves and what it does not. */
export const storageAdmission: Admission<LinkPeer> = { rule: STORAGE_RULE, admit };

async function admit(peer: LinkPeer, signal: AbortSignal): Promise<Verdict<AdmissionFault>> {
  const path = `${ADMISSION_PATH}/${randomBytes(32).toString("hex")}`;
  const filler = randomBytes(ADMISSION_FILLER_BYTES);
  const { root } = pieceDigest(filler);
  const asked = { timeoutMs: ADMISSION_TIMEOUT_MS, signal };
  const stored = await peer.request({ method: "PUT", path, body: filler, ...asked });
  stored.body.resume();
  if (stored.status !== 204) return fault("filler-refused");

  // Drawn now: the device acknowledged without knowing which leaf it would be.
  const leafCount = leafCountOf(ADMISSION_FILLER_BYTES);
  const index = randomInt(leafCount);
  const reply = await peer.request({ method: "GET", path: `${path}/leaves/${index}`, ...asked });
  if (reply.status !== 200) {
    reply.body.resume();
    return fault("leaf-refused");
  }
  const verdict = judgeProof(await readJson(reply.body, admissionProofSchema, MAX_PROOF_BYTES), root, index, leafCount);
  const dropped = await peer.request({ method: "DELETE", path, ...asked });
  dropped.body.resume();
  return verdict;
}

/** Pure: does this proof lead from the leaf to the root of the filler that we made? */
export function judgeProof(
  proof: { readonly root: string; readonly leaf: string; readonly path: readonly string[] },
  root: Uint8Array,
  index: number,
  leafCount: number,
): Verdict<AdmissionFault> {
  if (proof.root !== toHex(root)) return fault("root-mismatch");
  const leaf = hexToBytes(proof.leaf);
  if (leaf.byteLength === 0) return fault("leaf-mismatch");
  const found = pieceRootFromPath(pieceLeafHash(leaf), index, leafCount, proof.path.map(hexToBytes));
  if (found === null) return fault("path-length");
  return equalBytes(found, root) ? PASS : fault("leaf-mismatch");
}
