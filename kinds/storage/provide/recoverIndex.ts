import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { type StoredPiece, describePiece } from "./pieceFile.ts";
import type { PieceIndex } from "./pieceIndex.ts";

/** Files described before they are put into the index together. */
const ADOPT_BATCH = 1000;

export interface Recovery {
  /** Whole files that the index did not know. */
  readonly adopted: number;
  /** Index rows whose file is gone. */
  readonly dropped: number;
  /** Files that were not whole, not named like a piece, or deleted already. */
  readonly removed: number;
}

/**
 * Brings a storage directory's files and index together after whatever happened: a crash between rename and insert, a
 * lost or restored index, files removed by hand. The files are the truth about what is held, the deletions about what
 * is not.
 */
export async function recoverIndex(directory: string, index: PieceIndex, now: number): Promise<Recovery> {
  let adopted = 0;
  let dropped = 0;
  let removed = 0;
  const incoming = join(directory, "incoming");
  for (const name of await readdir(incoming)) {
    await rm(join(incoming, name), { recursive: true, force: true });
    removed++;
  }
  const root = join(directory, "pieces");
  const payers = new Set<Address>(index.payers());
  for (const name of await readdir(root)) if (/^[0-9a-f]{40}$/.test(name)) payers.add(`0x${name}`);
  for (const payer of payers) {
    const known = index.idsOf(payer);
    const folder = join(root, payer.slice(2));
    const batch: StoredPiece[] = [];
    const adopt = (): void => {
      const pieces = batch.splice(0);
      index.bulk(() => pieces.forEach((piece) => index.insert(piece)));
      adopted += pieces.length;
    };
    for (const name of await readdir(folder).catch(none)) {
      const pieceId: Hash32 = `0x${name}`;
      if (known.delete(pieceId)) continue;
      const piece = await adoptable(join(folder, name), payer, pieceId, index, now);
      if (piece === null) {
        await rm(join(folder, name), { recursive: true, force: true });
        removed++;
      } else if (batch.push(piece) >= ADOPT_BATCH) adopt();
    }
    if (batch.length > 0) adopt();
    const lost = [...known].map((pieceId) => ({ payer, pieceId: pieceId as Hash32 }) as StoredPiece);
    index.remove(lost);
    dropped += lost.length;
  }
  return { adopted, dropped, removed };
}

async function adoptable(
  path: string,
  payer: Address,
  pieceId: Hash32,
  index: PieceIndex,
  now: number,
): Promise<StoredPiece | null> {
  if (!/^0x[0-9a-f]{64}$/.test(pieceId)) return null;
  if (index.isDeleted(payer, pieceId)) return null;
  const piece = await describePiece(path).catch(unreadable);
  if (piece === null || piece.payer !== payer || piece.pieceId !== pieceId) return null;
  return piece.expiresAtMs > now ? piece : null;
}

/** The index may know a payer whose folder is gone: then it holds nothing of it. */
function none(): string[] {
  return [];
}

/** A directory in a piece's place, or a description that is no description. */
function unreadable(): null {
  return null;
}
