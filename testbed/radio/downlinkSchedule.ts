import { airtimeUs } from "./airtime.ts";
import type { TxAckError, TxRequest } from "./forwarderDatagrams.ts";

/** The figures of Semtech's just-in-time queue. @see lora_pkt_fwd, jitqueue.c */
const START_DELAY_US = 1_500;
const MARGIN_US = 1_000;
const PROGRAM_US = 30_000;
const ADVANCE_MAX_US = 512_000_000;
const QUEUE_MAX = 32;

export interface ScheduledDownlink {
  readonly request: TxRequest;
  /** On the air's clock. */
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * What a gateway has agreed to send. Refuses as Semtech's queue does, its surprise included: the difference to the
 * counter is unsigned, so a frame whose moment has passed is `TOO_EARLY`, and `TOO_LATE` only in the last 32.5 ms before it.
 */
export class DownlinkSchedule {
  #entries: ScheduledDownlink[] = [];

  /** @param counter - the concentrator's 32 bits at `nowUs`. */
  add(request: TxRequest, nowUs: number, counter: number): ScheduledDownlink | TxAckError {
    this.#entries = this.#entries.filter(({ endUs }) => endUs > nowUs);
    if (this.#entries.length >= QUEUE_MAX) return "COLLISION_PACKET";
    const lengthUs = airtimeUs(request.modulation, request.codingRate, request.payload.byteLength, false);
    let startUs: number;
    if (request.when === "now") startUs = this.#soonest(nowUs + 2 * PROGRAM_US, lengthUs);
    else {
      const aheadUs = (request.when - counter) >>> 0;
      if (aheadUs <= START_DELAY_US + MARGIN_US + PROGRAM_US) return "TOO_LATE";
      if (aheadUs > ADVANCE_MAX_US) return "TOO_EARLY";
      startUs = nowUs + aheadUs;
      if (this.#collides(startUs, lengthUs)) return "COLLISION_PACKET";
    }
    const scheduled = { request, startUs, endUs: startUs + lengthUs };
    this.#entries.push(scheduled);
    return scheduled;
  }

  #collides(startUs: number, lengthUs: number): boolean {
    const beforeUs = START_DELAY_US + PROGRAM_US + MARGIN_US;
    return this.#entries.some(
      (other) => startUs - beforeUs < other.endUs && startUs + lengthUs > other.startUs - beforeUs,
    );
  }

  #soonest(fromUs: number, lengthUs: number): number {
    let startUs = fromUs;
    for (const other of this.#entries.toSorted((a, b) => a.startUs - b.startUs))
      if (this.#collides(startUs, lengthUs)) startUs = other.endUs + START_DELAY_US + PROGRAM_US + 2 * MARGIN_US;
    return startUs;
  }
}
