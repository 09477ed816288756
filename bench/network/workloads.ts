/** The same work for every network: large, middle and small objects, put and got back. */
import { presign } from "../load/presign.ts";
import type { LoadGenerator } from "../load/loadGenerator.ts";
import type { LoadJob } from "../load/loadProcess.ts";
import { CpuMeter, byKind, peakMemoryMb, resetPeakMemory } from "../processes.ts";
import type { BenchNetwork } from "./benchNetwork.ts";

export interface Workload {
  /** Objects of one size, asked for `atOnce` at a time. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly count: number;
  readonly atOnce: number;
}

export interface WorkloadResult {
  readonly name: string;
  readonly method: "GET" | "PUT";
  readonly sizeBytes: number;
  readonly count: number;
  readonly wallS: number;
  /** Answers of "slow down". */
  readonly retries: number;
  readonly megabytesPerS: number;
  readonly requestsPerS: number;
  readonly firstByteMs: Percentiles;
  readonly completeMs: Percentiles;
  /** Processor seconds by kind of process while it ran. */
  readonly cpuS: Readonly<Record<string, number>>;
  readonly peakMemoryMb: Readonly<Record<string, number>>;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

const MIB = 2 ** 20;

export function workloads(quick: boolean): Workload[] {
  const few = quick ? 4 : 1;
  return [
    { name: "large", sizeBytes: (quick ? 256 : 1024) * MIB, count: 1, atOnce: 1 },
    { name: "1 MiB", sizeBytes: MIB, count: 1_000 / few, atOnce: 8 },
    { name: "64 KiB", sizeBytes: MIB / 16, count: 5_000 / few, atOnce: 32 },
  ];
}

/** Puts all objects, then gets them all; every byte is compared. */
export async function runWorkload(
  network: BenchNetwork,
  load: LoadGenerator,
  workload: Workload,
): Promise<WorkloadResult[]> {
  return [await runOne(network, load, workload, "PUT"), await runOne(network, load, workload, "GET")];
}

async function runOne(
  network: BenchNetwork,
  load: LoadGenerator,
  { name, sizeBytes, count, atOnce }: Workload,
  method: "GET" | "PUT",
): Promise<WorkloadResult> {
  const { s3, bucket, account, pids } = network;
  const host = `${s3.host}:${s3.port}`;
  const prefix = name.replaceAll(" ", "-");
  const requests: LoadJob["requests"] = Array.from({ length: count }, (_, i) => ({
    ...{ method, sizeBytes },
    target: presign(account, method, host, `/${bucket}/${prefix}/${i}`, Date.now()),
  }));
  for (const pid of pids.values()) resetPeakMemory(pid);
  const meter = new CpuMeter(new Map([...pids, ["load", load.pid]]));
  const { wallMs, timings, retries } = await load.run({ ...s3, atOnce: Math.min(atOnce, count), requests });
  const cpu = byKind(meter.read());
  const memory = new Map<string, number>();
  for (const [part, pid] of pids) {
    const kind = part.replace(/-\d+$/, "");
    memory.set(kind, Math.max(memory.get(kind) ?? 0, peakMemoryMb(pid) ?? 0));
  }
  const wallS = wallMs / 1e3;
  return {
    ...{ name, method, sizeBytes, count, wallS, retries },
    megabytesPerS: (sizeBytes * count) / 1e6 / wallS,
    requestsPerS: count / wallS,
    firstByteMs: percentiles(timings.map((timing) => timing.firstByteMs)),
    completeMs: percentiles(timings.map((timing) => timing.completeMs)),
    cpuS: Object.fromEntries(cpu),
    peakMemoryMb: Object.fromEntries(memory),
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
