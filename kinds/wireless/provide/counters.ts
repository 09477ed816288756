/** Named reasons and how often each happened. Names come from the program, never from a peer, so they are few. */
export class Counters {
  readonly #counts = new Map<string, number>();

  add(reason: string, times = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + times);
  }
  get(reason: string): number {
    return this.#counts.get(reason) ?? 0;
  }
  toJson(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
