import type { Logger } from "@wayleave/core/kind";
import type { Clock, UnixMs } from "@wayleave/core/time";

/**
 * The longest single timer. Timers stand still while a machine sleeps and know nothing of a clock that was set: the
 * clock is looked at again at least this often.
 */
const LONGEST_TIMER_MS = 10_000;
/** Between attempts at something that failed: a node that restarts is back within a few of them. */
const RETRY_MS = 1_000;

/** Waits until the clock shows `at` (at once when it already does). @throws the signal's reason when aborted. */
export async function sleepUntil(clock: Pick<Clock, "now">, at: UnixMs, signal: AbortSignal): Promise<void> {
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

/**
 * Does `work`, again and again while it fails and the clock is before `until`: a chain or database that is away for a
 * moment must not cost a whole epoch. `work` may have happened when it failed: it is idempotent.
 * @throws what the last attempt threw, or the signal's reason.
 */
export async function insist<T>(
  work: () => Promise<T>,
  options: {
    readonly what: string;
    readonly until: UnixMs;
    readonly clock: Pick<Clock, "now">;
    readonly log: Logger;
    readonly signal: AbortSignal;
  },
): Promise<T> {
  const { what, until, clock, log, signal } = options;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || clock.now() + RETRY_MS >= until) throw error;
      log.warn({ what, reason: String(error) }, "Tries again");
    }
    await sleepUntil(clock, clock.now() + RETRY_MS, signal);
  }
}
