/**
 * Things kept for customers until they can be had, oldest first for each: bounded for one customer, so that none takes
 * the others' room, and in all. What does not fit pushes out the oldest of the same customer.
 */
export class BoundedBacklog<Item> {
  readonly #perCustomerMax: number;
  readonly #totalMax: number;
  readonly #items = new Map<string, Item[]>();
  #total = 0;

  constructor(limits: { readonly perCustomerMax: number; readonly totalMax: number }) {
    this.#perCustomerMax = limits.perCustomerMax;
    this.#totalMax = limits.totalMax;
  }

  get total(): number {
    return this.#total;
  }
  sizeOf(customer: string): number {
    return this.#items.get(customer)?.length ?? 0;
  }

  /** Whoever has something here. */
  customers(): string[] {
    return [...this.#items.keys()];
  }

  /** @returns how many items were lost by it: 0, or 1 (the customer's oldest, or this one when all room is others'). */
  add(customer: string, item: Item): number {
    const items = this.#items.get(customer) ?? [];
    if (items.length === 0 && this.#total >= this.#totalMax) return 1;
    let lost = 0;
    if (items.length >= this.#perCustomerMax || this.#total >= this.#totalMax) {
      items.shift();
      this.#total--;
      lost = 1;
    }
    items.push(item);
    this.#total++;
    this.#items.set(customer, items);
    return lost;
  }

  peek(customer: string): Item | null {
    return this.#items.get(customer)?.[0] ?? null;
  }
  /** Takes the oldest away. */
  take(customer: string): Item | null {
    const items = this.#items.get(customer);
    const item = items?.shift();
    if (items === undefined || item === undefined) return null;
    this.#total--;
    if (items.length === 0) this.#items.delete(customer);
    return item;
  }
}
