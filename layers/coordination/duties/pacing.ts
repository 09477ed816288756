import type { Clock, UnixMs } from "@wayleave/core/time";

/** The longest timer: Node fires longer ones at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits until the clock shows `at` (at once when it already does). @throws the signal's reason when aborted. */
export async function sleepUntil(clock: Clock, at: UnixMs, signal: AbortSignal): Promise<void> {
  for (let rest = at - clock.now(); rest > 0; rest = at - clock.now()) {
    await sleep(Math.min(rest, LONGEST_TIMER_MS), signal);
  }
  signal.throwIfAborted();
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const aborted = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", aborted);
      resolve();
    }, ms);
    signal.addEventListener("abort", aborted, { once: true });
  });
}

/** Runs `work` over `items`, at most `limit` at once; a failure of one is the work's own to handle. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
