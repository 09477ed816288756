/** What the processes of a network cost, read from /proc: time of the processor and peak resident memory. */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** Of the clock that /proc counts processor time by. */
const TICKS_PER_S = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
const GONE = /ENOENT|ESRCH/;

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly cpuS: number;
}

/** Processor seconds by part; a part is a process with everything it started. */
export class CpuMeter {
  readonly #parts: ReadonlyMap<string, number>;
  readonly #before: ReadonlyMap<string, number>;

  /** @param parts - root process by name. A root inside another's tree counts for itself alone. */
  constructor(parts: ReadonlyMap<string, number>) {
    this.#parts = parts;
    this.#before = cpuByPart(parts);
  }

  /** Seconds since the meter was made. */
  read(): Map<string, number> {
    const now = cpuByPart(this.#parts);
    return new Map([...now].map(([part, cpuS]) => [part, Math.max(0, cpuS - (this.#before.get(part) ?? 0))]));
  }
}

/** Adds up parts of one kind: `device-3` is of the kind `device`. */
export function byKind(parts: ReadonlyMap<string, number>): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const [part, value] of parts) {
    const kind = part.replace(/-\d+$/, "");
    kinds.set(kind, (kinds.get(kind) ?? 0) + value);
  }
  return kinds;
}

/** Highest resident memory so far (VmHWM), in MB; null for a process that is gone. */
export function peakMemoryMb(pid: number): number | null {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line === null ? null : (Number(line[1]) * 1024) / 1e6;
  } catch (error) {
    if (GONE.test(String(error))) return null;
    throw error;
  }
}

/** Forgets the peak so far, so that the next reading is of what comes now. Without the right to, peaks add up. */
export function resetPeakMemory(pid: number): void {
  try {
    execFileSync("sh", ["-c", `echo 5 > /proc/${pid}/clear_refs`], { stdio: "ignore" });
  } catch {
    // Readings are then of the whole life of the process: higher, never lower.
  }
}

function cpuByPart(parts: ReadonlyMap<string, number>): Map<string, number> {
  const all = runningProcesses();
  const partOfPid = new Map([...parts].map(([name, pid]) => [pid, name]));
  const cpu = new Map([...parts.keys()].map((name) => [name, 0]));
  for (const each of all.values()) {
    const part = nearestPart(each, all, partOfPid);
    if (part !== null) cpu.set(part, cpu.get(part)! + each.cpuS);
  }
  return cpu;
}

function nearestPart(
  start: Running,
  all: ReadonlyMap<number, Running>,
  partOfPid: ReadonlyMap<number, string>,
): string | null {
  for (let at: Running | undefined = start; at !== undefined; at = all.get(at.parent)) {
    const part = partOfPid.get(at.pid);
    if (part !== undefined) return part;
  }
  return null;
}

function runningProcesses(): Map<number, Running> {
  const all = new Map<number, Running>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command's name may hold anything: fields are counted after its closing bracket.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0); // own and of ended children
      all.set(Number(name), { pid: Number(name), parent: Number(fields[1]), cpuS: ticks / TICKS_PER_S });
    } catch (error) {
      if (!GONE.test(String(error))) throw error;
    }
  }
  return all;
}
