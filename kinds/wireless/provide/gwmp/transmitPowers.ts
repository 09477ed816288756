/**
 * How far below the power asked for another is tried. The tables that Semtech ships have gaps of up to 4 dB and end at
 * 27 dBm, where regions allow up to 36; a radio that can do nothing within this is configured wrongly.
 */
const STEPS_DB_MAX = 12;

/**
 * The powers that one gateway's radio can be set to, learned from its refusals: Semtech's forwarder for the SX1301
 * sends with exactly the powers of its own gain table and refuses all others, and the protocol does not tell that
 * table. Later forwarders take the next lower power by themselves.
 */
export class TransmitPowers {
  readonly #refusedDbm = new Set<number>();

  /** @returns the highest power not known to be refused, at most `askedDbm`; null when all near it are. */
  highestDbm(askedDbm: number): number | null {
    for (let dbm = askedDbm; dbm >= askedDbm - STEPS_DB_MAX; dbm--) {
      if (!this.#refusedDbm.has(dbm)) return dbm;
    }
    return null;
  }

  refused(dbm: number): void {
    this.#refusedDbm.add(dbm);
  }

  /** Another forwarder, or one started with another table. */
  forget(): void {
    this.#refusedDbm.clear();
  }
}
