import { once } from "node:events";
import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { describe, expect, test, vi } from "vitest";
import { generateDeviceKey, type DeviceKey } from "@wayleave/core/deviceKey";
import { readBody } from "./body.ts";
import { createLinkCertificate } from "./certificate.ts";
import { credentialsOf, P384, RSA, withWrongSignature } from "./testing/certificates.ts";
import { replyBegun, resetStream, serverHello } from "./testing/hostileFrames.ts";
import { startDevice, startFront, type Front } from "./testing/linkPair.ts";

const H2 = { ALPNProtocols: ["h2"] };

async function deviceCredentials(key: DeviceKey = generateDeviceKey()) {
  return { key: key.toPem(), cert: await createLinkCertificate(key) };
}

function dial(front: Front, options: ConnectionOptions): TLSSocket {
  const socket = connect({ host: "127.0.0.1", port: front.listener.port, rejectUnauthorized: false, ...options });
  socket.on("error", () => {});
  socket.resume();
  return socket;
}

/** However it closes: `events.once` would reject with the error that a refused handshake is. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** A device that proves its key and then does as it likes with its side of HTTP/2. */
async function startHostileDevice(front: Front): Promise<ServerHttp2Session> {
  const socket = dial(front, { ...H2, ...(await deviceCredentials()) });
  await once(socket, "secureConnect");
  const session = performServerHandshake(socket);
  session.on("error", () => {});
  return session;
}

type Credentials = () => Promise<ConnectionOptions>;

describe("a dialler that is not linked", () => {
  test.for<readonly [string, Credentials]>([
    ["shows no certificate", async () => H2],
    ["shows an RSA certificate", async () => ({ ...H2, ...(await credentialsOf(RSA)) })],
    ["shows a certificate of another curve", async () => ({ ...H2, ...(await credentialsOf(P384, "SHA-384")) })],
    [
      "shows a certificate with a wrong signature",
      async () => {
        const { key, cert } = await deviceCredentials();
        return { ...H2, key, cert: withWrongSignature(cert) };
      },
    ],
    ["speaks TLS 1.2", async () => ({ ...H2, maxVersion: "TLSv1.2" as const, ...(await deviceCredentials()) })],
    ["does not speak HTTP/2", async () => ({ ALPNProtocols: ["http/1.1"], ...(await deviceCredentials()) })],
    ["names no protocol", deviceCredentials],
  ])("because it %s", async ([, options]) => {
    const admit = vi.fn(() => true);
    await using front = await startFront({ admit });
    await closed(dial(front, await options()));
    expect(admit).not.toHaveBeenCalled();
    expect(front.listener.peers.size).toBe(0);
    startDevice(front, []);
    await front.arrivals.next();
  });

  test.for<readonly [string, () => boolean | Promise<boolean>]>([
    ["false", () => false],
    ["rejects", () => Promise.reject(new Error("registry unreachable"))],
    ["never answers", () => new Promise<boolean>(() => {})],
  ])("because admission %s", async ([, admit]) => {
    await using front = await startFront({ admit, limits: { handshakeTimeoutMs: 100 } });
    const device = startDevice(front, []);
    expect(await device.statuses.next()).toMatchObject({ state: "disconnected" });
    expect(front.listener.peers.size).toBe(0);
  });

  test("because it resumes somebody's session instead of proving a key", async () => {
    const admit = vi.fn(() => true);
    await using front = await startFront({ admit });
    const victim = dial(front, { ...H2, ...(await deviceCredentials()) });
    let session: Buffer | undefined;
    victim.on("session", (ticket) => (session = ticket));
    await once(victim, "secureConnect");
    performServerHandshake(victim).on("error", () => {});
    await front.arrivals.next();
    session ??= victim.getSession();
    expect(admit).toHaveBeenCalledTimes(1);
    const thief = dial(front, { ...H2, ...(session === undefined ? {} : { session }) });
    await closed(thief);
    expect(admit).toHaveBeenCalledTimes(1);
  });

  test("because it sends garbage instead of TLS, or of HTTP/2", async () => {
    await using front = await startFront();
    const raw = connectTcp(front.listener.port, "127.0.0.1");
    raw.on("error", () => {});
    raw.resume().write(Buffer.alloc(1_000, 0x41));
    await closed(raw);
    const socket = dial(front, { ...H2, ...(await deviceCredentials()) });
    await once(socket, "secureConnect");
    socket.write(Buffer.alloc(1_000, 0x41));
    await closed(socket);
    expect(front.listener.peers.size).toBe(0);
  });

  test("because it says nothing: before TLS, or before HTTP/2", async () => {
    await using front = await startFront({ limits: { handshakeTimeoutMs: 50 } });
    const raw = connectTcp(front.listener.port, "127.0.0.1").resume();
    raw.on("error", () => {});
    await Promise.all([closed(raw), closed(dial(front, { ...H2, ...(await deviceCredentials()) }))]);
    expect(front.listener.peers.size).toBe(0);
  });

  test("because its network holds its share of connections already", async () => {
    await using front = await startFront({ limits: { connectionsPerNetworkMax: 2, halfOpenPerNetworkMax: 1 } });
    const first = startDevice(front, []);
    await front.arrivals.next();
    const idle = connectTcp(front.listener.port, "127.0.0.1");
    idle.on("error", () => {});
    await once(idle, "connect");
    const refused = connectTcp(front.listener.port, "127.0.0.1").resume();
    refused.on("error", () => {});
    await closed(refused);
    idle.destroy();
    await first.link.close();
    startDevice(front, []);
    startDevice(front, []);
    await front.arrivals.next();
    await front.arrivals.next(); // refused while the other is half open, then let in
    expect(front.listener.peers.size).toBe(2);
    const third = startDevice(front, []);
    expect(await third.statuses.next()).toMatchObject({ state: "disconnected" });
    expect(front.listener.peers.size).toBe(2);
  });
});

describe("a hostile device's reply", () => {
  test("shorter than it announced is an error", async () => {
    await using front = await startFront();
    const session = await startHostileDevice(front);
    session.on("stream", (stream) => {
      stream.on("error", () => {});
      stream.respond({ ":status": 200, "content-length": 100 });
      stream.end("short");
    });
    const peer = await front.arrivals.next();
    const { body } = await peer.request({ method: "GET", path: "/" });
    await expect(readBody(body, 1_000)).rejects.toMatchObject({ code: "body-aborted" });
  });

  test("reset without an error before its announced end is an error", async () => {
    await using front = await startFront();
    const socket = dial(front, { ...H2, ...(await deviceCredentials()) });
    await once(socket, "secureConnect");
    socket.write(serverHello());
    const peer = await front.arrivals.next();
    const asked = peer.request({ method: "GET", path: "/" });
    socket.write(Buffer.concat([replyBegun(1, "100", "short"), resetStream(1, 0)]));
    await expect(readBody((await asked).body, 1_000)).rejects.toMatchObject({ code: "body-aborted" });
  });

  test("that stands still is given up", async () => {
    await using front = await startFront({ limits: { bodyIdleMs: 30 } });
    const session = await startHostileDevice(front);
    const reset = Promise.withResolvers<void>();
    session.on("stream", (stream) => {
      stream.on("error", () => {});
      stream.once("close", reset.resolve);
      stream.respond({ ":status": 200 });
      stream.write("x");
    });
    const peer = await front.arrivals.next();
    const { body } = await peer.request({ method: "GET", path: "/" });
    await expect(readBody(body, 1_000)).rejects.toMatchObject({ code: "body-too-slow" });
    await reset.promise;
  });

  test("with endless headers is refused", async () => {
    await using front = await startFront();
    const session = await startHostileDevice(front);
    session.on("stream", (stream) => {
      stream.on("error", () => {});
      stream.respond({ ":status": 200, "x-large": "x".repeat(40_000) }, { endStream: true });
    });
    const peer = await front.arrivals.next();
    await expect(peer.request({ method: "GET", path: "/" })).rejects.toMatchObject({ retryable: true });
  });

  test("that stops taking an upload makes the upload fail", async () => {
    await using front = await startFront({ limits: { bodyIdleMs: 30 } });
    const session = await startHostileDevice(front);
    session.on("stream", (stream) => stream.on("error", () => {}).pause());
    const peer = await front.arrivals.next();
    const asked = peer.request({ method: "PUT", path: "/", body: Buffer.alloc(4 << 20) });
    await expect(asked).rejects.toMatchObject({ code: "body-too-slow" });
  });

  test("that refuses streams is a busy link", async () => {
    await using front = await startFront();
    const session = await startHostileDevice(front);
    session.on("stream", (stream) => stream.on("error", () => {}).close(7));
    const peer = await front.arrivals.next();
    await expect(peer.request({ method: "GET", path: "/" })).rejects.toMatchObject({ code: "link-busy" });
  });
});
