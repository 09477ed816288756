/** Devices that lost their front dial again within five seconds, busy ones some more. */
const PATIENCE_MS = 12_000;
const LOOK_MS = 250;

/**
 * Waits until every registered device has linked, or long enough for all that still live: what is read from the first
 * one alone may be older than what the others have.
 */
export async function waitForDevices(options: {
  readonly registered: () => number;
  readonly linked: () => number;
  readonly patienceMs?: number;
}): Promise<void> {
  const { registered, linked, patienceMs = PATIENCE_MS } = options;
  for (let waitedMs = 0; waitedMs < patienceMs && linked() < registered(); waitedMs += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
