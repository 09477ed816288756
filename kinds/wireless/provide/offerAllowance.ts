import type { Clock } from "@wayleave/core/time";
import type { DeliveryKind } from "./deliveryLedger.ts";

/** What a payer is shown on trust: an hour's, at ten frames a second, before it has bought anything. */
export const OFFERS_MAX = 36_000;
export const OFFERS_PER_S = 10;
/**
 * Of each bought copy. A payer hears a frame through many gateways and buys one to eight of its copies, others may use
 * its DevAddr ranges, and a front that is offered more than it can do drops most: one in fifty is a payer that buys what
 * is its own.
 */
export const OFFERS_PER_COPY = 50;
/**
 * A downlink is airtime that nobody else has: so much dearer, until it is bought. Five hundred acknowledgements a second,
 * each bought a second later, are a third of {@link OFFERS_MAX}.
 */
export const OFFERS_PER_DOWNLINK = 20;

/**
 * How many more deliveries a payer may have that it does not buy. Who asks for everything and buys nothing is left with
 * {@link OFFERS_PER_S}, about a kilobyte a second of the provider's line: deliveries are offered, not sold (ADR 0016).
 */
export class OfferAllowance {
  readonly #clock: Pick<Clock, "monotonicMs">;
  #left = OFFERS_MAX;
  #filledMs: number;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
    this.#filledMs = clock.monotonicMs();
  }

  /** @returns false when the allowance is used up: nothing is to be delivered. */
  take(kind: DeliveryKind): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#add(((nowMs - this.#filledMs) / 1_000) * OFFERS_PER_S);
    this.#filledMs = nowMs;
    const cost = kind === "copy" ? 1 : OFFERS_PER_DOWNLINK;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }

  bought(kind: DeliveryKind): void {
    this.#add(kind === "copy" ? OFFERS_PER_COPY : OFFERS_PER_DOWNLINK);
  }

  #add(offers: number): void {
    this.#left = Math.min(OFFERS_MAX, this.#left + offers);
  }
}
