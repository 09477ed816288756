/** A map that forgets what was used longest ago. */
export interface BoundedCache<Key, Value> {
  /** Counts as a use. */
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
  readonly size: number;
}

/** @param entriesMax - what the caller can afford to remember, > 0. */
export function boundedCache<Key, Value>(entriesMax: number): BoundedCache<Key, Value> {
  // A Map iterates in the order of insertion, and a hit is inserted again: the first key is the least recently used.
  const entries = new Map<Key, Value>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      if (entries.size >= entriesMax) entries.delete(entries.keys().next().value!);
      entries.set(key, value);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
}
