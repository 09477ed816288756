import { assert } from "@wayleave/core/errors";
import type { SubBand } from "./regions/plan.ts";
import { subBandAt } from "./regions/plan.ts";

/** "In any hour". @see ETSI EN 300 220-1 V3.1.1 §5.4: the observation period */
const WINDOW_MS = 3_600_000;
/** Airtime is kept by slots of a second, each frame in that of its start. */
const SLOT_MS = 1000;
/** No frame is longer: LoRa's longest (SF12, 255 bytes, 4/8) lasts 14.1 s. */
const FRAME_SLOTS_MAX = 15;
/**
 * An hour that begins within a slot touches one slot more than its length, and frames that reach into it may have begun
 * {@link FRAME_SLOTS_MAX} slots before, rounded up: counting so many whole slots never counts too little.
 */
const SPAN_SLOTS = WINDOW_MS / SLOT_MS + FRAME_SLOTS_MAX + 2;
/** Twice the span: whatever may share an hour with a frame that is asked for a span late is still known. */
const HISTORY_SLOTS = 2 * SPAN_SLOTS;
/** From here on there is no limit, and nothing to keep. */
const UNLIMITED_PER_MILLE = 1000;

/**
 * One gateway's airtime in the sub-bands of its region, so that a duty cycle is never passed in any hour, wherever the
 * hour begins. Pure: times are the caller's. Frames may be recorded ahead and out of order, as RX1 is a second off and
 * class C at once.
 */
export class DutyCycle {
  readonly #subBands: readonly SubBand[];
  /** Per sub-band, microseconds by slot. */
  readonly #used: readonly Map<number, number>[];
  #newestSlot = Number.NEGATIVE_INFINITY;

  constructor(subBands: readonly SubBand[]) {
    this.#subBands = subBands;
    this.#used = subBands.map(() => new Map());
  }

  /**
   * Whether a frame may begin then and there. False, too, outside all sub-bands, and for a time so far behind what was
   * recorded that nothing is known of it any more.
   */
  mayTransmit(atMs: number, airtimeUs: number, frequencyHz: number): boolean {
    assertFrame(airtimeUs);
    const found = this.#at(frequencyHz);
    if (found === null) return false;
    const { subBand, used } = found;
    if (subBand.dutyCyclePerMille >= UNLIMITED_PER_MILLE) return true;
    const slot = Math.floor(atMs / SLOT_MS);
    if (slot < this.#newestSlot - SPAN_SLOTS) return false;
    const budgetUs = WINDOW_MS * subBand.dutyCyclePerMille;
    return airtimeUs + mostAround(used, slot) <= budgetUs;
  }

  /** Counts a frame that was, or surely will be, sent. */
  record(atMs: number, airtimeUs: number, frequencyHz: number): void {
    assertFrame(airtimeUs);
    const found = this.#at(frequencyHz);
    if (found === null || found.subBand.dutyCyclePerMille >= UNLIMITED_PER_MILLE) return;
    const slot = Math.floor(atMs / SLOT_MS);
    found.used.set(slot, (found.used.get(slot) ?? 0) + airtimeUs);
    if (slot <= this.#newestSlot) return;
    this.#newestSlot = slot;
    for (const used of this.#used) forget(used, slot - HISTORY_SLOTS);
  }

  #at(frequencyHz: number): { readonly subBand: SubBand; readonly used: Map<number, number> } | null {
    const subBand = subBandAt(this.#subBands, frequencyHz);
    const used = subBand === null ? undefined : this.#used[this.#subBands.indexOf(subBand)];
    return subBand === null || used === undefined ? null : { subBand, used };
  }
}

/** The most microseconds in any run of {@link SPAN_SLOTS} slots that holds this one. */
function mostAround(used: ReadonlyMap<number, number>, slot: number): number {
  const near = [...used].filter(([at]) => Math.abs(at - slot) < SPAN_SLOTS).sort(([one], [other]) => one - other);
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const [at, us] of near) {
    sum += us;
    for (let oldest = near[first]; oldest !== undefined && oldest[0] <= at - SPAN_SLOTS; oldest = near[first]) {
      sum -= oldest[1];
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}

function forget(used: Map<number, number>, beforeSlot: number): void {
  for (const slot of used.keys()) if (slot < beforeSlot) used.delete(slot);
}

function assertFrame(airtimeUs: number): void {
  assert(airtimeUs >= 0 && airtimeUs <= FRAME_SLOTS_MAX * SLOT_MS * 1000, "a frame lasts at most fifteen seconds");
}
