import type { Timeline } from "./timeline.ts";

/**
 * Error events of one customer in a minute: whoever floods frames in the name of all its devices must not fill its log,
 * its webhooks or its storage. A thousandth of what a front can log.
 */
export const ERRORS_PER_CUSTOMER_MAX = 300;
const WINDOW_MS = 60_000;

interface Spent {
  startedMs: number;
  events: number;
  /** Errors that no event told, since the last one that did. */
  untold: number;
}

/** How many errors each customer may still be told. As many entries as customers that ever had an error. */
export class ErrorBudget {
  readonly #timeline: Pick<Timeline, "monotonicMs">;
  readonly #spent = new Map<string, Spent>();

  constructor(timeline: Pick<Timeline, "monotonicMs">) {
    this.#timeline = timeline;
  }

  /**
   * One more event of so many errors.
   * @returns how many errors were left out before it, to be told with it; null: it is left out itself.
   */
  take(customer: string, errors: number): number | null {
    const nowMs = this.#timeline.monotonicMs();
    const spent = this.#spent.get(customer) ?? { startedMs: nowMs, events: 0, untold: 0 };
    this.#spent.set(customer, spent);
    if (nowMs - spent.startedMs >= WINDOW_MS) Object.assign(spent, { startedMs: nowMs, events: 0 });
    if (spent.events >= ERRORS_PER_CUSTOMER_MAX) {
      spent.untold += errors;
      return null;
    }
    spent.events++;
    const { untold } = spent;
    spent.untold = 0;
    return untold;
  }
}
