import type { DeviceSession } from "../../model/device.ts";
import { SessionCrypto } from "../../model/lorawan/sessionCrypto.ts";

interface Entry {
  readonly session: DeviceSession;
  readonly crypto: SessionCrypto;
}

/**
 * Expanded keys of the sessions heard lately. Expanding takes a few microseconds and more than a kilobyte, so that not all
 * of a hundred thousand devices' are kept: at most twice `generationSize`, in two generations, the older of which is
 * dropped whole. What is needed is that a frame finds its keys again when its window is over: half a second of traffic.
 */
export class SessionCryptoCache {
  readonly #generationSize: number;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();

  constructor(generationSize = 8_192) {
    this.#generationSize = generationSize;
  }

  of(session: DeviceSession): SessionCrypto {
    const { devEui } = session;
    const young = this.#young.get(devEui);
    if (young !== undefined && sameKeys(young.session, session)) return young.crypto;
    const old = this.#old.get(devEui);
    const crypto = old !== undefined && sameKeys(old.session, session) ? old.crypto : new SessionCrypto(session);
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(devEui, { session, crypto });
    return crypto;
  }
}

/** A device that joins again has other keys under the same name. */
function sameKeys(a: DeviceSession, b: DeviceSession): boolean {
  return a === b || (a.nwkSKey === b.nwkSKey && a.appSKey === b.appSKey && a.devAddr === b.devAddr);
}
