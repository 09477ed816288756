/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly unit: "MB/s" | "1/s" | "s" | "ms" | "MB";
  readonly value: number;
  /** Processor time of all processes involved, in seconds per MB (10⁶ bytes) or per request: what bounds are made of. */
  readonly cpuS?: number;
}

/** Processor seconds of this process so far, all its threads included. */
export function ownCpuS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Repeats `act`, which handles `bytes`, for about `forMs`, and says its speed and what it cost. The first turns are not
 * counted: compilers and caches warm up in them.
 */
export async function bytesPerS(
  name: string,
  bytes: number,
  act: () => unknown,
  forMs = 400,
): Promise<Figure & { readonly cpuS: number }> {
  const { perS, cpuS } = await repeatFor(act, forMs);
  return { name, unit: "MB/s", value: (perS * bytes) / 1e6, cpuS: cpuS / (bytes / 1e6) };
}

/** The same for acts that are counted. */
export async function actsPerS(
  name: string,
  act: () => unknown,
  forMs = 400,
): Promise<Figure & { readonly cpuS: number }> {
  const { perS, cpuS } = await repeatFor(act, forMs);
  return { name, unit: "1/s", value: perS, cpuS };
}

async function repeatFor(act: () => unknown, forMs: number): Promise<{ perS: number; cpuS: number }> {
  for (const until = performance.now() + forMs / 4; performance.now() < until;) await act();
  const cpuBefore = ownCpuS();
  const begun = performance.now();
  let turns = 0;
  do {
    await act();
    turns++;
  } while (performance.now() - begun < forMs);
  const perS = (turns / (performance.now() - begun)) * 1e3;
  return { perS, cpuS: (ownCpuS() - cpuBefore) / turns };
}
