import type { Http2Session } from "node:http2";
import type { LinkLimits } from "./limits.ts";

/**
 * Pings the other end and calls `onSilent` once when nothing at all has arrived for `silenceMs`. Any received byte
 * counts, not only the answer: behind a full uplink a ping may wait longer than the link has been dead.
 *
 * @param receivedBytes - how many bytes the connection has received so far.
 */
export function keepAlive(
  session: Http2Session,
  receivedBytes: () => number,
  limits: Pick<LinkLimits, "pingIntervalMs" | "silenceMs">,
  onSilent: () => void,
): void {
  // Counted in ticks, not by the clock: when this process stood still itself, one tick passes and not a whole silence.
  const ticksMax = Math.ceil(limits.silenceMs / limits.pingIntervalMs);
  let heardBytes = receivedBytes();
  let silentTicks = 0;
  const timer = setInterval(() => {
    const bytes = receivedBytes();
    silentTicks = bytes === heardBytes ? silentTicks + 1 : 0;
    heardBytes = bytes;
    if (silentTicks >= ticksMax) {
      clearInterval(timer);
      onSilent();
      return;
    }
    // False when ten are unanswered already; then silence decides.
    session.ping(ignore);
  }, limits.pingIntervalMs).unref();
  session.once("close", () => clearInterval(timer));
}

function ignore(): void {}
