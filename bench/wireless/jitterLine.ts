import { type AddressInfo, type Socket, connect, createServer } from "node:net";

/** A mobile operator's line: everything that passes is late, and every piece by another time; in order, as TCP is. */
export interface JitterLine {
  readonly port: number;
  close(): Promise<void>;
}

/** Each piece, each way, is 0…`oneWayMsMax` late. Because nothing overtakes, a busy line is close to the most. */
export async function startJitterLine(targetPort: number, oneWayMsMax: number): Promise<JitterLine> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      const underWay: { readonly atMs: number; readonly bytes: Buffer }[] = [];
      let freeAtMs = 0;
      const arrive = () => {
        while (underWay.length > 0 && underWay[0]!.atMs <= performance.now()) to.write(underWay.shift()!.bytes);
      };
      from.on("data", (bytes) => {
        const nowMs = performance.now();
        freeAtMs = Math.max(freeAtMs, nowMs + oneWayMsMax * Math.random());
        underWay.push({ atMs: freeAtMs, bytes });
        setTimeout(arrive, Math.ceil(freeAtMs - nowMs)); // timers may fire out of order, bytes may not
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
