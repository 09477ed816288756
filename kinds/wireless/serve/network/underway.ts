import type { Timeline } from "./timeline.ts";

/** What was begun and has not ended, so that a program that closes can wait for it. */
export class Underway {
  readonly #timeline: Timeline;
  #count = 0;
  #onIdle: (() => void)[] = [];

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get count(): number {
    return this.#count;
  }

  /** @param work - its failure is its owner's: here it only ends. */
  add(work: Promise<unknown>): void {
    this.#count++;
    const end = (): void => {
      this.#count--;
      if (this.#count > 0) return;
      for (const resolve of this.#onIdle.splice(0)) resolve();
    };
    work.then(end, end);
  }

  /** Resolves once nothing is under way, at the latest after `limitMs`. */
  idle(limitMs: number): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#timeline.after(limitMs, resolve);
    this.#onIdle.push(() => {
      cancel();
      resolve();
    });
    return promise;
  }
}
