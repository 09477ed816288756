/**
 * A program's side of its supervisor (`wayleave up`): IPC when it was started by one, signals when a person did.
 * Whatever ends first wins: `{ stop: true }`, the supervisor's death (IPC disconnects), SIGTERM or SIGINT.
 */

const SUPERVISOR_GONE = "supervisor gone";

/** Tells the supervisor that the program serves. Without one this does nothing. @param facts - public, small. */
export function reportReady(facts: Readonly<Record<string, unknown>>): void {
  if (process.connected) process.send?.({ ready: facts });
}

/**
 * Runs `close` once when the program should end, then ends it: code 0, or 1 when closing failed.
 * @param close - flushes and releases everything; must end by itself (its supervisor kills after 10 s).
 */
export function closeWhenAsked(close: (reason: string) => Promise<void>): void {
  let closing = false;
  const end = (reason: string): void => {
    if (closing) return;
    closing = true;
    close(reason).then(
      () => leave(reason, 0),
      (error: unknown) => {
        console.error(error);
        leave(reason, 1);
      },
    );
  };
  process.on("message", (message: unknown) => {
    if (typeof message === "object" && message !== null && "stop" in message) end("asked to");
  });
  process.once("disconnect", () => end(SUPERVISOR_GONE));
  process.on("SIGTERM", () => end("SIGTERM"));
  process.on("SIGINT", () => end("SIGINT"));
}

/** Everything is closed. Of a dead supervisor nobody reads our output: what flushes a log at an exit would try for ever. */
function leave(reason: string, code: number): void {
  if (reason === SUPERVISOR_GONE) process.kill(process.pid, "SIGKILL");
  else process.exit(code);
}
