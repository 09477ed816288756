/** Frame counters: 32 bits of which the air carries 16, and never the same twice under one key. */

/**
 * How many uplinks may be missing between two that are heard. Further ahead, the 16 bits on the air are taken for an old
 * frame's rather than for a guess at the upper half.
 * @see LoRaWAN 1.0.3 §2.6.5 MAX_FCNT_GAP (1.0.4 leaves it to the network)
 */
export const FCNT_GAP_MAX = 16_384;
const UINT16_SPAN = 0x1_0000;
const UINT32_SPAN = 0x1_0000_0000;

export type CounterVerdict =
  | {
      readonly ok: true;
      /** What to remember once the MIC was right. Of 16-bit devices too it grows beyond 16 bits. */
      readonly fCnt: number;
      /** What the MIC and the cipher take. */
      readonly cryptoFCnt: number;
      /** Uplinks never heard between the last and this one. 0 for a session's first. */
      readonly missed: number;
    }
  | {
      readonly ok: false;
      /**
       * `repeat`: the last accepted frame again, as a device with NbTrans > 1 or without its acknowledgement sends it.
       * `replay`: older than that. `gap`: too far ahead. `exhausted`: the session has no counters left.
       */
      readonly reason: "repeat" | "replay" | "gap" | "exhausted";
    };

/**
 * Judges an uplink's counter against the last accepted one. An ABP device that restarted and begins at 0 again is a
 * replay: its keys and counters were used before, and taking it would take every recording of it too.
 *
 * @param last - of the last accepted uplink, −1 before the first.
 * @param fCnt16 - off the air, hostile.
 * @param counters32 - false: the device counts 16 bits that wrap. Its frames of 65,536 uplinks ago cannot be told from
 *   new ones; that is why 1.0.4 ended such devices.
 */
export function judgeUplinkCounter(
  last: number,
  fCnt16: number,
  counters32: boolean,
  gapMax: number = FCNT_GAP_MAX,
): CounterVerdict {
  // Nothing to compare with: an ABP device may have counted elsewhere before it came here.
  if (last < 0) return { ok: true, fCnt: fCnt16, cryptoFCnt: fCnt16, missed: 0 };
  const ahead = (fCnt16 - (last % UINT16_SPAN) + UINT16_SPAN) % UINT16_SPAN;
  if (ahead === 0) return { ok: false, reason: "repeat" };
  if (ahead > gapMax) {
    // As far behind as it is ahead of the next roll-over: nearer the past, it is the past.
    const behind = UINT16_SPAN - ahead;
    return { ok: false, reason: behind <= last && behind <= ahead ? "replay" : "gap" };
  }
  const fCnt = last + ahead;
  if (fCnt >= UINT32_SPAN) return { ok: false, reason: "exhausted" };
  return { ok: true, fCnt, cryptoFCnt: cryptoCounter(fCnt, counters32), missed: ahead - 1 };
}

/** What the MIC and the cipher take of a counter, up or down. */
export function cryptoCounter(fCnt: number, counters32: boolean): number {
  return counters32 ? fCnt : fCnt % UINT16_SPAN;
}
