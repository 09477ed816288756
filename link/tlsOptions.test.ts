import { constants } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { provenPeer, tlsOptions } from "./tlsOptions.ts";

const PEER_ADDRESS = "192.0.2.1";

test("a resumed session proves nobody, although Node still names the certificate of its first owner", async () => {
  const front = await tlsOptions(generateDeviceKey());
  const owner = generateDeviceKey();
  // A server that does hand out tickets: ours does not, and must not depend on that alone.
  const ticketing = {
    ...front,
    ALPNProtocols: ["h2"],
    secureOptions: front.secureOptions & ~constants.SSL_OP_NO_TICKET,
  };
  const server = createServer({ ...ticketing, sessionIdContext: "test" });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets: TLSSocket[] = [];
  try {
    const dial = async (options: object): Promise<{ near: TLSSocket; far: TLSSocket }> => {
      const arrived = once(server, "secureConnection") as Promise<[TLSSocket]>;
      const { port } = server.address() as AddressInfo;
      const near = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"], ...options });
      const [far] = await arrived;
      sockets.push(near, far);
      return { near, far };
    };
    const first = await dial({ ...(await tlsOptions(owner)), ALPNProtocols: ["h2"] });
    expect(provenPeer(first.far, PEER_ADDRESS).id).toBe(owner.id);
    first.far.write("x"); // after the ticket, so that reading it means having the ticket
    const ticket = once(first.near, "session") as Promise<[Buffer]>;
    first.near.resume();
    const [session] = await ticket;
    const thief = await dial({ session });
    expect(thief.far.isSessionReused()).toBe(true);
    expect(() => provenPeer(thief.far, PEER_ADDRESS)).toThrow(expect.objectContaining({ code: "link-resumed" }));
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});
