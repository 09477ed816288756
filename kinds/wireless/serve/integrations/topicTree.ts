/** One level of an MQTT topic filter. */
interface TopicNode<T> {
  readonly children: Map<string, TopicNode<T>>;
  /** Who subscribed to exactly this filter. */
  readonly here: Set<T>;
}

/**
 * Subscribers by MQTT topic filter, `+` and `#` included. Adding the same pair twice counts once.
 * @see MQTT 3.1.1 §4.7: `a/#` also matches `a`; wildcards at the first level do not match topics that begin with `$`.
 */
export class TopicTree<T> {
  readonly #root: TopicNode<T> = { children: new Map(), here: new Set() };
  #size = 0;

  /** Pairs of filter and subscriber. */
  get size(): number {
    return this.#size;
  }

  add(filter: string, subscriber: T): void {
    let node = this.#root;
    for (const level of filter.split("/")) {
      let child = node.children.get(level);
      if (child === undefined) node.children.set(level, (child = { children: new Map(), here: new Set() }));
      node = child;
    }
    if (node.here.has(subscriber)) return;
    node.here.add(subscriber);
    this.#size++;
  }

  remove(filter: string, subscriber: T): void {
    const path: { readonly node: TopicNode<T>; readonly level: string }[] = [];
    let node = this.#root;
    for (const level of filter.split("/")) {
      const child = node.children.get(level);
      if (child === undefined) return;
      path.push({ node, level });
      node = child;
    }
    if (!node.here.delete(subscriber)) return;
    this.#size--;
    // Filters come from customers: what is left empty goes, or the tree would only grow.
    for (const step of path.reverse()) {
      const child = step.node.children.get(step.level)!;
      if (child.here.size > 0 || child.children.size > 0) return;
      step.node.children.delete(step.level);
    }
  }

  /** @param topic - without wildcards. */
  match(topic: string): Set<T> {
    const found = new Set<T>();
    this.#collect(this.#root, topic.split("/"), 0, found);
    return found;
  }

  #collect(node: TopicNode<T>, levels: readonly string[], at: number, found: Set<T>): void {
    const wildcards = at > 0 || !levels[0]!.startsWith("$");
    if (wildcards) for (const subscriber of node.children.get("#")?.here ?? []) found.add(subscriber);
    if (at === levels.length) {
      for (const subscriber of node.here) found.add(subscriber);
      return;
    }
    const exact = node.children.get(levels[at]!);
    if (exact !== undefined) this.#collect(exact, levels, at + 1, found);
    const any = wildcards ? node.children.get("+") : undefined;
    if (any !== undefined) this.#collect(any, levels, at + 1, found);
  }
}
