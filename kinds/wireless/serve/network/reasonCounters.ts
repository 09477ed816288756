/**
 * Why frames, copies and downlinks went no further, and how many did. Names are kebab-case, public and stable; they are
 * ours, never a sender's, so there is a bounded number of them.
 */
export class ReasonCounters {
  readonly #counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get(reason: string): number {
    return this.#counts.get(reason) ?? 0;
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
