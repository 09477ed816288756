import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { WayleaveError } from "@wayleave/core/errors";

/** One port a part of the network is about to listen on. */
export interface PortUse {
  /** What a person knows it by: `chain`, `verifier 2 links`. */
  readonly part: string;
  readonly port: number;
  /** Absent: TCP. */
  readonly udp?: true;
}

/**
 * Makes sure that nobody listens on any of these loopback ports, before anything is started.
 * @throws WayleaveError `port-taken` naming the first taken port, the part that wants it and `--port-base`;
 *   `port-twice` when two parts want the same one.
 */
export async function requireFreePorts(uses: readonly PortUse[]): Promise<void> {
  const parts = new Map<string, string>();
  for (const { part, port, udp } of uses) {
    const key = `${udp === true ? "udp" : "tcp"}/${port}`;
    const other = parts.get(key);
    if (other !== undefined) {
      throw new WayleaveError("port-twice", `${part} and ${other} both want port ${port}`, { part, other, port });
    }
    parts.set(key, part);
    const problem = await (udp === true ? datagramProblem(port) : bindProblem(port));
    if (problem === null) continue;
    throw new WayleaveError(
      "port-taken",
      `Port ${port} for ${part} is not free (${problem}): stop what listens there, or move all ports with --port-base`,
      { part, port, problem, option: "--port-base" },
    );
  }
}

function bindProblem(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function datagramProblem(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => socket.close(() => resolve(null)));
  });
}
