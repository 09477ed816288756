import type { DeviceSession } from "../../model/device.ts";
import { SessionCrypto } from "../../model/lorawan/sessionCrypto.ts";

/**
 * The keys of one session at a time. A device sends every few minutes and there are a hundred thousand of them: what is
 * expanded for one frame is not asked for again, and expanding costs less than half a microsecond. Kept ones were a tenth
 * of all that the collector had to move.
 */
export class SessionCryptos {
  #session: DeviceSession | null = null;
  #crypto: SessionCrypto | null = null;

  /** Use it at once: the next call makes it another session's. */
  of(session: DeviceSession): SessionCrypto {
    if (this.#crypto === null) this.#crypto = new SessionCrypto(session);
    else if (this.#session !== session) this.#crypto.become(session);
    this.#session = session;
    return this.#crypto;
  }
}
