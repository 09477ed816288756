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
  let heardBytes = receivedBytes();
  let heardAtMs = performance.now();
  const heard = (): void => {
    heardAtMs = performance.now();
  };
  const timer = setInterval(() => {
    const bytes = receivedBytes();
    if (bytes !== heardBytes) {
      heardBytes = bytes;
      heard();
    }
    if (performance.now() - heardAtMs >= limits.silenceMs) {
      clearInterval(timer);
      onSilent();
      return;
    }
    // False when ten are unanswered already; then silence decides.
    session.ping((error) => {
      if (error === null) heard();
    });
  }, limits.pingIntervalMs).unref();
  session.once("close", () => clearInterval(timer));
}
