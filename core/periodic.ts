import type { Logger } from "./kind.ts";

/** Work that repeats: never twice at once, again after a failure, and at an end when told. */
export interface Periodic {
  /** Does not wait for the interval: something happened. */
  wake(): void;
  /** Lets the round under way finish. */
  stop(): Promise<void>;
}

/** @param pauseMs - between the end of one round and the beginning of the next. */
export function startPeriodic(
  name: string,
  pauseMs: number,
  log: Logger,
  round: (signal: AbortSignal) => Promise<unknown>,
): Periodic {
  const abort = new AbortController();
  let endPause: (() => void) | undefined;
  let woken = false;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, woken ? 0 : pauseMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
      woken = false;
    });
  const loop = async (): Promise<void> => {
    for (;;) {
      await pause();
      if (abort.signal.aborted) return;
      try {
        await round(abort.signal);
      } catch (error) {
        log.warn({ work: name, reason: String(error) }, "Fail in periodic work, and go on");
      }
    }
  };
  const done = loop();
  return {
    wake() {
      woken = true;
      endPause?.();
    },
    async stop() {
      abort.abort(new Error("the service stops"));
      endPause?.();
      await done;
    },
  };
}
