import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** What a crash report quotes: enough for a stack trace and its cause. */
export const LAST_LINES = 20;
/** Longer lines are cut: a program gone wild must not fill the supervisor's memory. */
const LINE_CHARS_MAX = 8_192;
/** Two files of this size at most per program, the older one with `.1` behind its name. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Where a program's output goes: whole lines into a file (mode 0600), the last few kept in memory. */
export interface LineLog {
  /** Takes output as it comes, in any pieces; hostile content is only ever written, never interpreted. */
  write(chunk: string): void;
  lastLines(): readonly string[];
  /** Writes out an unfinished line and closes the file. Idempotent. */
  close(): void;
}

/** @param onLine - told each whole line, without its newline. */
export function openLineLog(path: string, onLine?: (line: string) => void): LineLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Synchronous appends on purpose: no queue to bound, and the last words of a dying program are on disk.
  let file: number | null = openSync(path, "a", 0o600);
  let sizeBytes = statSync(path).size;
  const kept: string[] = [];
  let partial = "";

  function rotate(): void {
    if (file !== null) closeSync(file);
    renameSync(path, `${path}.1`);
    file = openSync(path, "a", 0o600);
    sizeBytes = 0;
  }

  function take(line: string): void {
    kept.push(line);
    if (kept.length > LAST_LINES) kept.shift();
    if (sizeBytes > FILE_BYTES_MAX) rotate();
    if (file !== null) sizeBytes += writeSync(file, `${line}\n`);
    onLine?.(line);
  }

  return {
    write(chunk) {
      const lines = (partial + chunk).split("\n");
      partial = lines.pop()!.slice(0, LINE_CHARS_MAX);
      for (const line of lines) take(line.slice(0, LINE_CHARS_MAX));
    },
    lastLines: () => (partial === "" ? [...kept] : [...kept, partial].slice(-LAST_LINES)),
    close() {
      if (file === null) return;
      if (partial !== "") take(partial);
      partial = "";
      closeSync(file);
      file = null;
    },
  };
}
