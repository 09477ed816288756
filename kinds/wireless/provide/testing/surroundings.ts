import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";

export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A clock that tests move. */
export class TestClock implements Clock {
  #elapsedMs = 0;
  now = (): number => 1_800_000_000_000 + this.#elapsedMs;
  monotonicMs = (): number => this.#elapsedMs;
  advance(ms: number): void {
    this.#elapsedMs += ms;
  }
}

/** Things that happen, each taken once and in order by whoever waits for them. */
export class Arrivals<T> {
  readonly past: T[] = [];
  readonly #waiting: ((arrived: T) => void)[] = [];

  readonly add = (arrived: T): void => {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.past.push(arrived);
    else waiting(arrived);
  };

  next(): Promise<T> {
    if (this.past.length > 0) return Promise.resolve(this.past.shift()!);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
