import type { PicoUsd } from "@wayleave/core/money";
import { assert } from "@wayleave/core/errors";
import type { PurchaseRefusal } from "../model/agentApi.ts";
import { workUnitsOf } from "../model/price.ts";

/** Deliveries a payer may still buy, newest first: over a minute and a half of 10,000 frames a second, in 1 MiB. */
export const REMEMBERED_DELIVERIES = 1 << 20;
const UNITS_MASK = 0x1f;
const DOWNLINK_FLAG = 0x20;
const BOUGHT_FLAG = 0x40;

export type DeliveryKind = "copy" | "downlink";
export interface Bought {
  readonly sequence: number;
  readonly workUnits: bigint;
  readonly picoUsd: PicoUsd;
}

/**
 * What was delivered to one payer and not bought yet. A byte for each delivery, so that no amount of traffic costs more
 * than that; of what is older nothing can be bought.
 */
export class DeliveryLedger {
  readonly #entries: Uint8Array;
  readonly #ask: PicoUsd;
  #last = 0;

  /** @param ask - per work unit, for as long as this process lives. */
  constructor(ask: PicoUsd, remembered: number = REMEMBERED_DELIVERIES) {
    this.#entries = new Uint8Array(remembered);
    this.#ask = ask;
  }

  /** @returns the delivery's number: 1, 2, … */
  deliver(payloadBytes: number, kind: DeliveryKind): number {
    const units = Number(workUnitsOf(payloadBytes));
    assert(units >= 1 && units <= UNITS_MASK, "a radio frame has few work units");
    const sequence = ++this.#last;
    this.#entries[sequence % this.#entries.length] = units | (kind === "downlink" ? DOWNLINK_FLAG : 0);
    return sequence;
  }

  /** Takes one purchase, at most once for each delivery. Hostile. @returns why not, or null when it is to be charged. */
  buy({ sequence, workUnits, picoUsd }: Bought, kind: DeliveryKind): PurchaseRefusal | null {
    if (sequence < 1 || sequence > this.#last || sequence <= this.#last - this.#entries.length) {
      return "sequence-unknown";
    }
    const at = sequence % this.#entries.length;
    const entry = this.#entries[at]!;
    if (((entry & DOWNLINK_FLAG) !== 0) !== (kind === "downlink")) return "sequence-unknown";
    if ((entry & BOUGHT_FLAG) !== 0) return "already-bought";
    if (BigInt(entry & UNITS_MASK) !== workUnits) return "units-wrong";
    if (picoUsd > workUnits * this.#ask) return "above-ask";
    this.#entries[at] = entry | BOUGHT_FLAG;
    return null;
  }
}
