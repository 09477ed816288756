import type { Bound } from "./bound.ts";
import type { Figure } from "./figure.ts";
import type { WorkloadResult } from "./network/workloads.ts";

/** What the first network is meant to reach on two cores. */
const GOALS: Readonly<Record<string, { readonly value: number; readonly unit: string }>> = {
  "PUT large": { value: 120, unit: "MB/s" },
  "GET large": { value: 200, unit: "MB/s" },
  "PUT 64 KiB": { value: 150, unit: "1/s" },
  "GET 64 KiB": { value: 400, unit: "1/s" },
};

export function figureLines(figures: readonly Figure[]): string[] {
  return figures.map(({ name, unit, value, cpuS }) => {
    const cost = cpuS === undefined ? "" : unit === "MB/s" ? perMegabyte(cpuS) : perAct(unit, cpuS);
    return `  ${name.padEnd(58)} ${amount(value).padStart(9)} ${unit.padEnd(5)} ${cost}`;
  });
}

/** One line for each: seen, what its own processor time would allow on idle cores, and what the unit costs predict. */
export function workloadLines(
  results: readonly WorkloadResult[],
  cores: number,
  predicted: readonly Bound[],
): string[] {
  return results.flatMap((result) => {
    const name = `${result.method} ${result.name}`;
    const cpuS = Object.values(result.cpuS).reduce((sum, each) => sum + each, 0);
    const large = result.count === 1;
    const unit = large ? "MB/s" : "1/s";
    const seen = large ? result.megabytesPerS : result.requestsPerS;
    const done = large ? (result.sizeBytes * result.count) / 1e6 : result.count;
    const ifIdle = done / (cpuS / cores);
    const bound = predicted.find((each) => each.name === name);
    const goal = GOALS[name];
    const { firstByteMs, completeMs } = result;
    return [
      `  ${name.padEnd(12)} ${amount(seen).padStart(8)} ${unit.padEnd(4)} (${amount(result.megabytesPerS)} MB/s)` +
        `  by processor time ${amount(ifIdle)} ${unit}` +
        (bound === undefined
          ? ""
          : `, bound ${amount(bound.value)}: ${percent(ifIdle / bound.value)} (seen ${percent(seen / bound.value)})`) +
        (goal === undefined ? "" : `, goal ${goal.value}`),
      `      first byte p50 ${ms(firstByteMs.p50)} p99 ${ms(firstByteMs.p99)}; complete p50 ${ms(completeMs.p50)} p99 ${ms(completeMs.p99)}` +
        `; processor ${spelled(result.cpuS, (each) => `${each.toFixed(1)} s`)}${result.retries === 0 ? "" : `; ${result.retries} times told to slow down`}; peak memory ${spelled(result.peakMemoryMb, (each) => `${Math.round(each)} MB`)}`,
    ];
  });
}

export function boundLines(predicted: readonly Bound[], cores: number): string[] {
  return predicted.flatMap(({ name, unit, value, steps }) => {
    const totalUs = steps.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
    const per = unit === "MB/s" ? "MB" : "request";
    return [
      `Bound of ${name}: ${cores} cores ÷ ${amount(totalUs)} µs per ${per} = ${amount(value)} ${unit}, from`,
      ...steps.map(
        (step) =>
          `    ${amount(step.cpuUs).padStart(8)} µs  ${percent(step.cpuUs / totalUs).padStart(5)}  ${step.name} × ${amount(step.times)}`,
      ),
    ];
  });
}

function perMegabyte(cpuS: number): string {
  return `${amount(1 / cpuS)} MB per processor second`;
}

function perAct(unit: Figure["unit"], cpuS: number): string {
  return unit === "s" ? `${cpuS.toFixed(2)} s of processor` : `${amount(cpuS * 1e6)} µs of processor each`;
}

function spelled(parts: Readonly<Record<string, number>>, say: (value: number) => string): string {
  return Object.entries(parts)
    .map(([part, value]) => `${part} ${say(value)}`)
    .join(", ");
}

function amount(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function ms(value: number): string {
  return `${amount(value)} ms`;
}
