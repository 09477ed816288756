import { createServer } from "node:net";

/**
 * A loopback port that nobody listens on at this moment. Somebody may take it before it is used: only for programs that
 * cannot bind port 0 themselves, and with a retry.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port bound")),
      );
    });
  });
}
