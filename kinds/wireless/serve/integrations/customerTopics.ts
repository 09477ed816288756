import { TopicTree } from "./topicTree.ts";

/** What a subscriber of the broker is called with. The broker drops a packet it has seen by its counter. */
export interface BrokerPacket {
  readonly cmd: "publish";
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: false;
  readonly dup: false;
  readonly brokerId: string;
  readonly brokerCounter: number;
}
export type Deliver = (packet: BrokerPacket, done: () => void) => void;
type Done = ((error?: Error) => void) | undefined;

const nothing = (): void => undefined;

/**
 * The broker's emitter, with a tree of topics for each customer: nobody's filter, wildcards included, can ever match
 * what belongs to another, and an event costs what its own customer's subscriptions cost.
 *
 * The broker calls `on` while it authorizes a subscription, in the same turn, so {@link subscribingAs} says whose it is.
 * A filter that comes outside of that can only be the broker's own; any but `$SYS` is refused.
 */
export class CustomerTopics {
  readonly #own = new TopicTree<Deliver>();
  readonly #trees = new Map<string, TopicTree<Deliver>>();
  readonly #owners = new Map<Deliver, string>();
  #subscribing: string | null = null;

  /** Runs `authorize`; subscriptions made in it are `customer`'s. */
  subscribingAs(customer: string, authorize: () => void): void {
    this.#subscribing = customer;
    try {
      authorize();
    } finally {
      this.#subscribing = null;
    }
  }

  /** @returns who is to get it; empty when nobody asked for this topic. */
  subscribers(customer: string, topic: string): ReadonlySet<Deliver> {
    return this.#trees.get(customer)?.match(topic) ?? NOBODY;
  }

  /** Whether anybody of this customer subscribed to anything. */
  has(customer: string): boolean {
    return this.#trees.has(customer);
  }

  on(filter: string, deliver: Deliver, done?: Done): this {
    const customer = this.#subscribing;
    if (customer === null) {
      if (!filter.startsWith("$SYS/")) throw new Error("a subscription belongs to a customer");
      this.#own.add(filter, deliver);
    } else {
      let tree = this.#trees.get(customer);
      if (tree === undefined) this.#trees.set(customer, (tree = new TopicTree()));
      tree.add(filter, deliver);
      this.#owners.set(deliver, customer);
    }
    if (done) setImmediate(done);
    return this;
  }

  removeListener(filter: string, deliver: Deliver, done?: Done): this {
    const customer = this.#owners.get(deliver);
    if (customer === undefined) this.#own.remove(filter, deliver);
    else {
      const tree = this.#trees.get(customer);
      tree?.remove(filter, deliver);
      if (tree?.size === 0) this.#trees.delete(customer);
      this.#owners.delete(deliver);
    }
    if (done) setImmediate(done);
    return this;
  }

  /** What the broker publishes: its own notices. What clients publish was taken before and goes to nobody. */
  emit(packet: { readonly topic: string }, done: Done): this {
    if (packet.topic.startsWith("$SYS/")) {
      for (const deliver of this.#own.match(packet.topic)) deliver(packet as BrokerPacket, nothing);
    }
    done?.();
    return this;
  }

  close(done: Done): this {
    this.#trees.clear();
    this.#owners.clear();
    if (done) setImmediate(done);
    return this;
  }
}
const NOBODY: ReadonlySet<Deliver> = new Set();
