/** One body under way. */
export interface WatchedFlow {
  /** Whether it waits for the peer. One that waits for our own side is never the peer's fault. */
  readonly waitsForPeer: boolean;
  /** Bytes moved so far. */
  readonly movedBytes: number;
  readonly idleMs: number;
  /** Fewer bytes than this in `idleMs` is no progress. */
  readonly progressBytes: number;
  /** Called once, when the flow made too little progress for `idleMs`; it is no longer watched then. */
  stalled(): void;
}

interface Mark {
  bytes: number;
  atTick: number;
}

/**
 * Gives up bodies that do not move. One timer per connection looks at all of them, so a request costs no timer and a
 * chunk costs nothing; a stall is noticed between `idleMs` and `idleMs` + one tick.
 */
export class StallWatch {
  readonly #marks = new Map<WatchedFlow, Mark>();
  readonly #tickMs: number;
  readonly #timer: NodeJS.Timeout;
  #tick = 0;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
    this.#timer = setInterval(() => this.#look(), tickMs).unref();
  }

  add(flow: WatchedFlow): void {
    // It may have been added at any moment of the running tick: count from the next.
    this.#marks.set(flow, { bytes: flow.movedBytes, atTick: this.#tick + 1 });
  }

  delete(flow: WatchedFlow): void {
    this.#marks.delete(flow);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#marks.clear();
  }

  #look(): void {
    this.#tick++;
    for (const [flow, mark] of this.#marks) {
      if (!flow.waitsForPeer || flow.movedBytes - mark.bytes >= flow.progressBytes) {
        mark.bytes = flow.movedBytes;
        mark.atTick = this.#tick;
      } else if ((this.#tick - mark.atTick) * this.#tickMs >= flow.idleMs) {
        this.#marks.delete(flow);
        flow.stalled();
      }
    }
  }
}

/** Ticks of a quarter of the shortest stall, at most one second: fine enough to notice, too rare to cost. */
export function watchFor(idleMs: number): StallWatch {
  return new StallWatch(Math.max(5, Math.min(1_000, Math.floor(idleMs / 4))));
}
