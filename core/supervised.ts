/**
 * A program's side of its supervisor (`wayleave up`): IPC when it was started by one, signals when a person did.
 * Whatever ends first wins: `{ stop: true }`, the supervisor's death (IPC disconnects), SIGTERM or SIGINT.
 */

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
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("message", (message: unknown) => {
    if (typeof message === "object" && message !== null && "stop" in message) end("asked to");
  });
  process.once("disconnect", () => end("supervisor gone"));
  process.on("SIGTERM", () => end("SIGTERM"));
  process.on("SIGINT", () => end("SIGINT"));
}
