import type { Clock } from "@wayleave/core/time";

/** The clock of the network server, and its only way of doing something later. Injected, so that tests own time. */
export interface Timeline extends Clock {
  /** Runs `task` once, `delayMs` (≥ 0) from now. @returns what takes it back; harmless afterwards. */
  after(delayMs: number, task: () => void): () => void;
}

/** Timers of this machine over a clock. They never keep the process alive. */
export function machineTimeline(clock: Clock): Timeline {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
