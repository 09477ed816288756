import { cp, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Provider } from "@wayleave/core/kind";
import type { LinkRoute } from "@wayleave/link/types";

/**
 * Ways in which a storage device may cheat, done to an unmodified agent from outside: to its disk, to its process, or to
 * the bytes it answers with. The agent itself knows nothing of them.
 */
export const CHEATS = [
  "lose-data",
  "offline",
  "omit-pieces",
  "restore-snapshot",
  "replay-answers",
  "corrupt-data",
] as const;
export type Cheat = (typeof CHEATS)[number];

/** The fault that verifiers should name for each cheat. */
export const EXPECTED_FAULTS: Record<Cheat, readonly string[]> = {
  "lose-data": ["piece-missing"],
  "corrupt-data": ["piece-missing", "leaf-mismatch"],
  offline: ["offline"],
  "omit-pieces": ["piece-omitted"],
  "restore-snapshot": ["piece-omitted"],
  "replay-answers": ["challenge-mismatch", "stale-commitment"],
};

/** Files of the pieces a device holds. */
async function pieceFiles(storage: string): Promise<string[]> {
  const entries = await readdir(path.join(storage, "pieces"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

export async function countPieces(storage: string): Promise<number> {
  return (await pieceFiles(storage)).length;
}

/** Deletes every `each`-th piece under the running agent: it still believes it has them. */
export async function losePieces(storage: string, each = 2): Promise<number> {
  const lost = (await pieceFiles(storage)).filter((_, i) => i % each === 0);
  for (const file of lost) await rm(file, { force: true });
  return lost.length;
}

/** Overwrites the first half of every `each`-th piece with zeros, keeping its size. */
export async function corruptPieces(storage: string, each = 2): Promise<number> {
  const chosen = (await pieceFiles(storage)).filter((_, i) => i % each === 0);
  for (const file of chosen) {
    const handle = await open(file, "r+");
    const { size } = await handle.stat();
    await handle.write(Buffer.alloc(Math.ceil(size / 2)), 0, Math.ceil(size / 2), 0);
    await handle.close();
  }
  return chosen.length;
}

/** Moves every third piece out of the directory of an agent that is not running: after a start it does not know them. */
export async function hidePieces(storage: string, hidden: string): Promise<number> {
  const chosen = (await pieceFiles(storage)).filter((_, i) => i % 3 === 0);
  await rm(hidden, { recursive: true, force: true });
  await cp(path.join(storage, "pieces"), hidden, { recursive: true });
  for (const file of chosen) await rm(file, { force: true });
  return chosen.length;
}

/** Copies a storage directory as it is, to be put back later. */
export async function takeSnapshot(storage: string, snapshot: string): Promise<void> {
  await rm(snapshot, { recursive: true, force: true });
  await cp(storage, snapshot, { recursive: true });
}

/** Puts an old copy back over the directory of an agent that is not running. */
export async function restoreSnapshot(storage: string, snapshot: string): Promise<void> {
  await rm(storage, { recursive: true, force: true });
  await rename(snapshot, storage);
}

/** Answers every challenge with the first answer it ever gave, signed by the device then. */
export function replayAnswers(provider: Provider<LinkRoute>): Provider<LinkRoute> {
  let first: Promise<Uint8Array> | null = null;
  return { ...provider, answer: (ask) => (first ??= provider.answer(ask)) };
}
