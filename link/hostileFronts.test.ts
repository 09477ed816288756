import { once } from "node:events";
import { connect, type ClientHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions, type TLSSocket } from "node:tls";
import { describe, expect, test, vi } from "vitest";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { readBody } from "./body.ts";
import { createLinkCertificate } from "./certificate.ts";
import { clientHello, frame, getRequest, resetStream } from "./testing/hostileFrames.ts";
import { Happenings, startDevice, startFront, textOf } from "./testing/linkPair.ts";
import type { LinkRoute } from "./types.ts";

/** Whoever holds the pinned key and has turned against its devices. */
async function startHostileFront(options: TlsOptions = {}) {
  const key = generateDeviceKey();
  const arrivals = new Happenings<TLSSocket>();
  const server = createServer(
    {
      key: key.toPem(),
      cert: await createLinkCertificate(key),
      ALPNProtocols: ["h2"],
      requestCert: true,
      rejectUnauthorized: false,
      ...options,
    },
    arrivals.add,
  );
  const sockets = new Set<TLSSocket>();
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    key,
    arrivals,
    listener: { port: (server.address() as AddressInfo).port },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

function clientOn(socket: TLSSocket): ClientHttp2Session {
  // Lets the client send headers of any size.
  const session = connect("https://device", { createConnection: () => socket, maxSendHeaderBlockLength: 1 << 20 });
  session.on("error", () => {});
  return session;
}

async function statusOf(session: ClientHttp2Session, headers: Record<string, string>, body?: Buffer): Promise<number> {
  const stream = session.request(headers, { endStream: body === undefined });
  const refused = once(stream, "error").then(() => 0); // stays unused when an answer comes
  if (body !== undefined) stream.write(body);
  const answered = once(stream, "response").then(([reply]) => {
    stream.resume();
    return Number((reply as { ":status": number })[":status"]);
  });
  return Promise.race([answered, refused]);
}

const READ: LinkRoute = {
  method: "POST",
  path: "/read",
  maxBodyBytes: 1_000,
  handler: async ({ body }) => ({ status: 200, body: await readBody(body, 1_000) }),
};

describe("a device does not serve", () => {
  test("whoever answers under the pinned address with another key", async () => {
    const handler = vi.fn(() => Promise.resolve({ status: 200 }));
    await using front = await startFront();
    const routes: LinkRoute[] = [{ method: "GET", path: "/secret", maxBodyBytes: 0, handler }];
    const device = startDevice(front, routes, { expectedPeerId: generateDeviceKey().id });
    const status = await device.statuses.next();
    expect(status).toMatchObject({ state: "disconnected", reason: { code: "link-peer-wrong" } });
    expect(device.link.peer).toBeUndefined();
    expect(front.listener.peers.size).toBe(0);
  });

  test.for([
    ["TLS 1.2", { maxVersion: "TLSv1.2" }],
    ["no HTTP/2", { ALPNProtocols: ["http/1.1"] }],
  ] as const)("a peer of %s", async ([, options]) => {
    await using front = await startHostileFront({
      ...options,
      ...("ALPNProtocols" in options ? { ALPNProtocols: [...options.ALPNProtocols] } : {}),
    } as TlsOptions);
    const device = startDevice(front, [READ]);
    expect((await device.statuses.next()).state).toBe("disconnected");
  });

  test("a peer that stays silent after TLS, or sends garbage", async () => {
    await using front = await startHostileFront();
    const device = startDevice(front, [READ], { limits: { handshakeTimeoutMs: 200 } });
    await front.arrivals.next();
    expect(await device.statuses.next()).toMatchObject({ state: "disconnected", reason: { code: "link-timeout" } });
    (await front.arrivals.next()).write(Buffer.alloc(1_000, 0x41));
    expect(await device.statuses.next()).toMatchObject({ state: "disconnected", reason: { code: "link-unreachable" } });
  });
});

describe("a device goes on serving when its peer", () => {
  test("sends headers, paths or escapes that are too much", async () => {
    const handler = vi.fn(() => Promise.resolve({ status: 200 }));
    await using front = await startHostileFront();
    startDevice(front, [{ method: "GET", path: "/a/:id", maxBodyBytes: 0, handler }]);
    const session = clientOn(await front.arrivals.next());
    await once(session, "remoteSettings");
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, "1"]));
    expect(await statusOf(session, { ":path": "/a/1", "x-large": "x".repeat(40_000) })).not.toBe(200);
    expect(await statusOf(session, { ":path": "/a/1", ...many })).not.toBe(200);
    expect(await statusOf(session, { ":path": `/a/${"1".repeat(3_000)}` })).toBe(400);
    expect(await statusOf(session, { ":path": "/a/%ff" })).toBe(400);
    for (const method of ["HEAD", "OPTIONS", "TRACE", "get", "__proto__"]) {
      expect([method, await statusOf(session, { ":method": method, ":path": "/a/1" })]).toEqual([method, 404]);
    }
    expect(handler).not.toHaveBeenCalled();
    expect(await statusOf(session, { ":path": "/a/1" })).toBe(200);
  });

  test("sends a body that stands still, or drips", async () => {
    await using front = await startHostileFront();
    startDevice(front, [READ], { limits: { bodyIdleMs: 50, bodyProgressBytes: 100 } });
    const session = clientOn(await front.arrivals.next());
    expect(await statusOf(session, { ":method": "POST", ":path": "/read" }, Buffer.from("x"))).toBe(408);
    const dripping = session.request({ ":method": "POST", ":path": "/read" });
    dripping.on("error", () => {});
    const drip = setInterval(() => dripping.writable && dripping.write("x"), 5);
    const [reply] = (await once(dripping, "response")) as [Record<string, unknown>];
    clearInterval(drip);
    expect(reply[":status"]).toBe(408);
    const honest = session.request({ ":method": "POST", ":path": "/read" });
    honest.end("all of it");
    expect(await textOf({ body: honest })).toBe("all of it");
  });

  test("does not take the reply it asked for", async () => {
    const aborted = Promise.withResolvers<void>();
    await using front = await startHostileFront();
    const big: LinkRoute = {
      method: "GET",
      path: "/big",
      maxBodyBytes: 0,
      handler: ({ signal }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        return Promise.resolve({ status: 200, body: Buffer.alloc(4 << 20) });
      },
    };
    startDevice(front, [big, READ], { limits: { bodyIdleMs: 50 } });
    const session = clientOn(await front.arrivals.next());
    const stream = session.request({ ":path": "/big" });
    stream.on("error", () => {});
    await once(stream, "response"); // and never reads
    await aborted.promise;
  });
});

describe("a device hangs up on a peer that", () => {
  test("floods requests beyond the rate", async () => {
    let served = 0;
    const route: LinkRoute = {
      method: "GET",
      path: "/x",
      maxBodyBytes: 0,
      handler: () => Promise.resolve({ status: 200 + 0 * served++ }),
    };
    await using front = await startHostileFront();
    const device = startDevice(front, [route], { limits: { requestsPerS: 0.001, requestsBurst: 20 } });
    const socket = await front.arrivals.next();
    socket.resume().write(clientHello());
    expect((await device.statuses.next()).state).toBe("connected");
    socket.write(Buffer.concat(Array.from({ length: 100 }, (_, i) => getRequest(2 * i + 1, "/x"))));
    expect(await device.statuses.next()).toMatchObject({ state: "disconnected", reason: { code: "link-flooded" } });
    expect(served).toBeLessThanOrEqual(20);
  });

  test("resets streams by the hundred", async () => {
    await using front = await startHostileFront();
    const device = startDevice(front, [READ], { limits: { resetsPerS: 1, resetsBurst: 50 } });
    const socket = await front.arrivals.next();
    socket.resume().write(clientHello());
    expect((await device.statuses.next()).state).toBe("connected");
    for (let id = 1; id < 1_000; id += 2) socket.write(Buffer.concat([getRequest(id, "/x"), resetStream(id)]));
    expect((await device.statuses.next()).state).toBe("disconnected");
  });
});

test.for([false, true])("streams beyond the limits reach no handler; each reset at once: %s", async (reset) => {
  let running = 0;
  const handler = () => {
    running++;
    return new Promise<never>(() => {});
  };
  await using front = await startHostileFront();
  const limits = { streamsMax: 4, handlersMax: 8, resetsBurst: 10_000 };
  const routes: LinkRoute[] = [{ method: "GET", path: "/wait", maxBodyBytes: 0, handler }];
  const device = startDevice(front, routes, { limits });
  const socket = await front.arrivals.next();
  socket.resume().write(Buffer.concat([clientHello(), frame(4, 1, 0, Buffer.alloc(0))]));
  expect((await device.statuses.next()).state).toBe("connected");
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  for (let id = 1; id < 80 && !socket.destroyed; id += 2) {
    // The ping's answer comes after the reset was dealt with: only handlers, not streams, are left of it then.
    const answered = once(socket, "data");
    const last = reset ? resetStream(id) : Buffer.alloc(0);
    socket.write(Buffer.concat([getRequest(id, "/wait"), last, frame(6, 0, 0, Buffer.alloc(8))]));
    await Promise.race([answered, closed]); // nghttp2 itself may hang up on one stream too many
  }
  socket.end();
  expect((await device.statuses.next()).state).toBe("disconnected");
  expect(running).toBe(reset ? limits.handlersMax : limits.streamsMax);
});
