/** Contents that are being read: the collector leaves them alone. */
export class Pins {
  readonly #counts = new Map<number, number>();

  /** @returns what ends it; once. */
  pin(contentIds: readonly number[]): () => void {
    for (const id of contentIds) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      for (const id of contentIds) {
        const count = this.#counts.get(id)! - 1;
        if (count === 0) this.#counts.delete(id);
        else this.#counts.set(id, count);
      }
    };
  }

  get pinned(): number[] {
    return [...this.#counts.keys()];
  }
}
