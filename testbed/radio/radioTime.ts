/** The time of one simulated radio world, in microseconds: radios need a finer one than timers give. */
export interface RadioTime {
  /** Never goes back. */
  nowUs(): number;
  /** Runs `what` at `atUs`, or as soon as possible when that has passed. @returns takes it back. */
  at(atUs: number, what: () => void): () => void;
}

/**
 * Real time. Timers come up to some milliseconds late; the simulation stays exact because whatever is sent or awaited
 * carries the moment it was meant for.
 */
export const REAL_RADIO_TIME: RadioTime = {
  nowUs: () => Math.floor(performance.now() * 1_000),
  at(atUs, what) {
    const timer = setTimeout(what, Math.max(0, atUs / 1_000 - performance.now()));
    return () => clearTimeout(timer);
  },
};

/** Time that only passes when told to: a test of seconds of radio takes no time, and every run is the same. */
export class VirtualRadioTime implements RadioTime {
  #nowUs = 0;
  #order = 0;
  #due: { readonly atUs: number; readonly order: number; readonly what: () => void }[] = [];

  nowUs(): number {
    return this.#nowUs;
  }

  at(atUs: number, what: () => void): () => void {
    const entry = { atUs: Math.max(atUs, this.#nowUs), order: this.#order++, what };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  /** Lets `forUs` pass, running what falls due in its order, also what is added on the way. */
  runFor(forUs: number): void {
    const untilUs = this.#nowUs + forUs;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.atUs > untilUs) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#nowUs = next.atUs;
      next.what();
    }
    this.#nowUs = untilUs;
  }

  #next(): { readonly atUs: number; readonly order: number; readonly what: () => void } | undefined {
    let next = this.#due[0];
    for (const entry of this.#due)
      if (next === undefined || entry.atUs < next.atUs || (entry.atUs === next.atUs && entry.order < next.order))
        next = entry;
    return next;
  }
}
