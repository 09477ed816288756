import { setTimeout as pause } from "node:timers/promises";
import { WayleaveError } from "@wayleave/core/errors";

/** Gentle enough for the verifiers' request limit, quick enough for a story. */
const LOOK_EVERY_MS = 500;

/**
 * Looks again and again until `look` finds something.
 * @param look - null while it is not there yet; expected failures (a part that restarts) count as not yet.
 * @throws WayleaveError `not-in-time` with the last failure, when the time is over.
 */
export async function until<T>(what: string, timeoutMs: number, look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last = "";
  for (;;) {
    try {
      const found = await look();
      if (found !== null) return found;
      last = "";
    } catch (error) {
      if (!(error instanceof WayleaveError)) throw error;
      last = `: ${error.message}`;
    }
    if (performance.now() > deadline) {
      throw new WayleaveError("not-in-time", `${what} did not happen within ${timeoutMs / 1000} s${last}`, {
        timeoutMs,
      });
    }
    await pause(LOOK_EVERY_MS);
  }
}
