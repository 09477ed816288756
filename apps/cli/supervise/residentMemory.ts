import { readFileSync } from "node:fs";

/** More processes than any program of ours starts; bounds the walk. */
const TREE_MAX = 512;

/** Resident bytes of one process (VmRSS). @returns null when it is gone or /proc is not there. */
export function residentBytes(pid: number): number | null {
  return kibibytesOf(`/proc/${pid}/status`, "VmRSS");
}

/**
 * Resident bytes of a process and its descendants, shared pages counted once (the sum of PSS): what PostgreSQL with its
 * backends really takes. @returns null when the process is gone.
 */
export function residentBytesOfTree(pid: number): number | null {
  const pending = [pid];
  let total: number | null = null;
  for (let visited = 0; pending.length > 0 && visited < TREE_MAX; visited++) {
    const next = pending.pop()!;
    const bytes = kibibytesOf(`/proc/${next}/smaps_rollup`, "Pss") ?? residentBytes(next);
    if (bytes !== null) total = (total ?? 0) + bytes;
    pending.push(...childrenOf(next));
  }
  return total;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return []; // gone meanwhile
  }
}

function kibibytesOf(path: string, field: string): number | null {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(path, "utf8"));
    return match === null ? null : Number(match[1]) * 1024;
  } catch {
    return null; // gone meanwhile
  }
}
