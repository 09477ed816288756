import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { toHex, utf8 } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { toJson } from "@wayleave/core/messages";
import { readBody } from "@wayleave/link/body";
import type { LinkRoute } from "@wayleave/link/types";
import { z } from "zod";
import { ADMISSION_FILLER_BYTES, ADMISSION_PATH } from "../model/admission.ts";
import { pieceIdSchema } from "../model/pieceApi.ts";
import { LEAF_BYTES, pieceDigest, piecePath } from "../model/pieceTree.ts";

/** Verifiers that challenge one newcomer at the same time; a fourth waits for its next visit. */
const MAX_FILLERS = 8;

/**
 * Holds a verifier's filler while the device is being let in. Filler of an admission that broke off is dropped when the
 * room is needed.
 */
export async function admissionRoutes(directory: string): Promise<LinkRoute[]> {
  const folder = path.join(directory, "admission");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (id: string) => path.join(folder, parsed(pieceIdSchema, id, "id"));
  return [
    {
      method: "PUT",
      path: `${ADMISSION_PATH}/:id`,
      maxBodyBytes: ADMISSION_FILLER_BYTES,
      async handler({ params, body }) {
        const bytes = await readBody(body, ADMISSION_FILLER_BYTES);
        if (bytes.byteLength !== ADMISSION_FILLER_BYTES) {
          throw new WayleaveError("filler-invalid", `The filler is ${ADMISSION_FILLER_BYTES} bytes`, { field: "body" });
        }
        await makeRoom(folder);
        await storeDurably(fileOf(params["id"]!), bytes);
        return { status: 204 };
      },
    },
    {
      method: "GET",
      path: `${ADMISSION_PATH}/:id/leaves/:index`,
      maxBodyBytes: 0,
      async handler({ params }) {
        const bytes = await fillerAt(fileOf(params["id"]!));
        const { root, leafCount, leafHashes } = pieceDigest(bytes);
        const index = parsed(
          z.coerce
            .number()
            .int()
            .min(0)
            .max(leafCount - 1),
          params["index"],
          "index",
        );
        const leaf = bytes.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES);
        const proof = { root: toHex(root), leaf: toHex(leaf), path: piecePath(leafHashes, index).map(toHex) };
        return { status: 200, headers: { "content-type": "application/json" }, body: utf8(toJson(proof)) };
      },
    },
    {
      method: "DELETE",
      path: `${ADMISSION_PATH}/:id`,
      maxBodyBytes: 0,
      async handler({ params }) {
        await rm(fileOf(params["id"]!), { force: true });
        return { status: 204 };
      },
    },
  ];
}

async function makeRoom(folder: string): Promise<void> {
  const held = await readdir(folder);
  for (const name of held.slice(0, Math.max(0, held.length + 1 - MAX_FILLERS)))
    await rm(path.join(folder, name), { force: true });
}

async function storeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "w", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function fillerAt(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new WayleaveError("filler-missing", "No such filler is held here", {}, { cause: error });
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new WayleaveError("request-invalid", `The ${field} is refused: ${result.error.issues[0]?.message}`, { field });
}
