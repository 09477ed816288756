import type { DeviceSession, LorawanDevice } from "../../model/device.ts";
import { cryptoCounter, judgeUplinkCounter } from "../../model/lorawan/counters.ts";
import type { DataFrame } from "../../model/lorawan/frame.ts";
import type { DeviceBook } from "../ports.ts";
import type { SessionCryptos } from "./sessionCryptos.ts";

/**
 * Sessions tried under one address. Addresses are drawn at random, so that a hundred thousand devices share them by
 * twos at most; this bounds what a customer costs us who registers thousands of ABP devices under one.
 */
export const CANDIDATES_MAX = 64;

export type SessionMatch =
  | {
      readonly ok: true;
      readonly device: LorawanDevice;
      readonly session: DeviceSession;
      readonly fCnt: number;
      readonly cryptoFCnt: number;
      /** The last accepted frame, sent again. */
      readonly repeat: boolean;
    }
  /** Genuine and refused. */
  | {
      readonly ok: false;
      readonly reason: "replayed-counter" | "counter-gap" | "counter-exhausted" | "device-disabled";
      readonly device: LorawanDevice;
      readonly fCnt16: number;
      readonly lastFCnt: number;
    }
  | { readonly ok: false; readonly reason: "unknown-device" | "wrong-mic"; readonly device: null };

/** Whose frame it is: the session under its address whose MIC it carries. Never throws on the frame. */
export function matchSession(
  book: DeviceBook,
  cryptos: SessionCryptos,
  frame: DataFrame,
  payload: Uint8Array,
): SessionMatch {
  const sessions = book.sessionsAt(frame.devAddr);
  if (sessions.length === 0) return { ok: false, reason: "unknown-device", device: null };
  const tried = Math.min(sessions.length, CANDIDATES_MAX);
  for (let index = 0; index < tried; index++) {
    const session = sessions[index]!;
    const device = book.device(session.devEui);
    if (device === null) continue;
    const match = tryCandidate(device, session, cryptos, frame, payload);
    if (match !== null) return match;
  }
  return { ok: false, reason: "wrong-mic", device: null };
}

function tryCandidate(
  device: LorawanDevice,
  session: DeviceSession,
  cryptos: SessionCryptos,
  { fCnt16 }: DataFrame,
  payload: Uint8Array,
): SessionMatch | null {
  const { counters32 } = device.profile;
  const crypto = cryptos.of(session);
  const isAt = (fCnt: number): boolean => crypto.verifyMic(payload, cryptoCounter(fCnt, counters32));
  const refuse = (reason: "replayed-counter" | "counter-gap" | "counter-exhausted"): SessionMatch => {
    return { ok: false, reason, device, fCnt16, lastFCnt: session.fCntUp };
  };
  const verdict = judgeUplinkCounter(session.fCntUp, fCnt16, counters32);
  if (verdict.ok) {
    const { fCnt, cryptoFCnt } = verdict;
    if (crypto.verifyMic(payload, cryptoFCnt)) {
      if (device.disabled) return { ok: false, reason: "device-disabled", device, fCnt16, lastFCnt: session.fCntUp };
      return { ok: true, device, session, fCnt, cryptoFCnt, repeat: false };
    }
    // Nearer to the next roll-over than to itself: an old frame, or a device that began to count anew.
    const past = olderThan(session.fCntUp, fCnt16);
    return past !== null && isAt(past) ? refuse("replayed-counter") : null;
  }
  switch (verdict.reason) {
    case "repeat": {
      const last = session.fCntUp;
      if (!isAt(last)) return null;
      if (device.disabled) return { ok: false, reason: "device-disabled", device, fCnt16, lastFCnt: last };
      return { ok: true, device, session, fCnt: last, cryptoFCnt: cryptoCounter(last, counters32), repeat: true };
    }
    case "replay": {
      const past = olderThan(session.fCntUp, fCnt16);
      return past !== null && isAt(past) ? refuse("replayed-counter") : null;
    }
    case "gap": {
      const ahead = (fCnt16 - (session.fCntUp % 0x1_0000) + 0x1_0000) % 0x1_0000;
      if (isAt(session.fCntUp + ahead)) return refuse("counter-gap");
      const past = olderThan(session.fCntUp, fCnt16);
      return past !== null && isAt(past) ? refuse("replayed-counter") : null;
    }
    case "exhausted":
      return isAt(fCnt16) ? refuse("counter-exhausted") : null;
  }
}

/** The newest counter at or before `last` with these 16 bits; null when there was none. */
function olderThan(last: number, fCnt16: number): number | null {
  const behind = ((last % 0x1_0000) - fCnt16 + 0x1_0000) % 0x1_0000;
  return behind <= last ? last - behind : null;
}
