import type { Timeline } from "../timeline.ts";

interface Planned {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** Time that only a test moves. Promises get their turn after every task, as they would between two timers. */
export class VirtualTimeline implements Timeline {
  #nowMs: number;
  #order = 0;
  readonly #planned = new Set<Planned>();

  constructor(startMs = Date.UTC(2026, 0, 5)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }
  monotonicMs(): number {
    return this.#nowMs;
  }
  after(delayMs: number, task: () => void): () => void {
    const planned = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task };
    this.#planned.add(planned);
    return () => this.#planned.delete(planned);
  }
  get pending(): number {
    return this.#planned.size;
  }

  /** Lets time pass, running in order what falls due in it. */
  async pass(spanMs: number): Promise<void> {
    const endMs = this.#nowMs + spanMs;
    await settled();
    for (;;) {
      let next: Planned | null = null;
      for (const planned of this.#planned) {
        if (planned.dueMs > endMs) continue;
        if (
          next === null ||
          planned.dueMs < next.dueMs ||
          (planned.dueMs === next.dueMs && planned.order < next.order)
        ) {
          next = planned;
        }
      }
      if (next === null) break;
      this.#planned.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
      await settled();
    }
    this.#nowMs = endMs;
  }
}

/** One turn of the event loop: every promise that can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
