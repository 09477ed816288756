import { once } from "node:events";
import { performServerHandshake, type ServerHttp2Stream } from "node:http2";
import { Readable } from "node:stream";
import { connect } from "node:tls";
import { describe, expect, test } from "vitest";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { readBody } from "./body.ts";
import { createLinkCertificate } from "./certificate.ts";
import { endOnlyOnPurpose } from "./streamEnd.ts";
import { Happenings, startDevice, startFront, textOf, type Front } from "./testing/linkPair.ts";
import type { LinkPeer, LinkRoute } from "./types.ts";

const REPLY = Buffer.alloc(520, "r");

function route(shape: string, handler: LinkRoute["handler"], maxBodyBytes = 1 << 30): LinkRoute {
  const [method, path] = shape.split(" ") as [LinkRoute["method"], string];
  return { method, path, handler, maxBodyBytes };
}

/** A device that answers its streams in whatever way `answer` does. */
async function startOddDevice(front: Front, answer: (stream: ServerHttp2Stream) => void) {
  const key = generateDeviceKey();
  const socket = connect({
    host: "127.0.0.1",
    port: front.listener.port,
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
    key: key.toPem(),
    cert: await createLinkCertificate(key),
  });
  await once(socket, "secureConnect");
  const session = performServerHandshake(socket);
  session.on("error", () => {});
  session.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    if (headers[":path"] === "/after") return stream.respond({ ":status": 200 }, { endStream: true });
    endOnlyOnPurpose(stream);
    answer(stream);
  });
  return session;
}

/** Whatever the device sent before has arrived and was seen by every layer. */
async function roundTrip(peer: LinkPeer): Promise<void> {
  await textOf(await peer.request({ method: "GET", path: "/after" }));
}

/** How many bytes a body had, or what it failed with. */
function outcomeOf(body: Readable): Promise<number | string> {
  return readBody(body, 1 << 20).then(
    (bytes) => bytes.byteLength,
    (error: { code: string }) => error.code,
  );
}

/** A source that gives `bytes` and then nothing, not even an end. */
function unending(bytes: Uint8Array): Readable {
  return new Readable({
    read() {
      if (bytes.byteLength > 0) this.push(bytes);
      bytes = Buffer.alloc(0);
    },
  });
}

describe("a reply that arrived whole is whole", () => {
  const declared = { "content-type": "text/plain" };
  const routes = [
    route("PUT /bytes", async ({ body }) => {
      await readBody(body, 1 << 20);
      return { status: 200, headers: declared, body: REPLY };
    }),
    route("PUT /stream", async ({ body }) => {
      await readBody(body, 1 << 20);
      return { status: 200, body: Readable.from([REPLY]) };
    }),
    route("PUT /early", () => Promise.resolve({ status: 507, body: REPLY })),
    route("GET /after", () => Promise.resolve({ status: 200, body: Buffer.from("after") })),
  ];

  test.for(["/bytes", "/stream"])("though nobody reads %s before the exchange is over", async (path) => {
    await using front = await startFront();
    startDevice(front, routes);
    const peer = await front.arrivals.next();
    const reply = await peer.request({ method: "PUT", path, body: Buffer.alloc(16_384) });
    await roundTrip(peer);
    expect(await outcomeOf(reply.body)).toBe(REPLY.byteLength);
  });

  test("though the link is gone when it is read", async () => {
    await using front = await startFront();
    const device = startDevice(front, routes);
    const peer = await front.arrivals.next();
    const replies = [];
    for (const path of ["/bytes", "/stream", "/early"]) {
      replies.push(await peer.request({ method: "PUT", path, body: Buffer.alloc(16_384) }));
    }
    await roundTrip(peer);
    await device.link.close();
    await peer.closed;
    for (const { body } of replies) expect((await readBody(body, 1_000)).byteLength).toBe(REPLY.byteLength);
  });

  test("though the upload had not ended, and never would", async () => {
    await using front = await startFront();
    startDevice(front, routes);
    const peer = await front.arrivals.next();
    for (const readAtOnce of [true, false]) {
      const source = unending(Buffer.alloc(100_000));
      const reply = await peer.request({ method: "PUT", path: "/early", body: source });
      if (!readAtOnce) await roundTrip(peer);
      expect([reply.status, await textOf(reply)]).toEqual([507, String(REPLY)]);
      if (!source.closed) await once(source, "close");
    }
  });

  test("though the upload's source fails after it", async () => {
    await using front = await startFront();
    await startOddDevice(front, (stream) => {
      stream.respond({ ":status": 200 });
      stream.end(REPLY); // and never takes the rest of the upload, nor refuses it
    });
    const peer = await front.arrivals.next();
    const source = unending(Buffer.alloc(10));
    const reply = await peer.request({ method: "PUT", path: "/", body: source });
    await roundTrip(peer);
    const closed = new Promise((resolve) => source.once("close", resolve));
    source.destroy(new Error("source broke"));
    await closed;
    expect(await textOf(reply)).toBe(String(REPLY));
  });

  test("though it takes longer than an answer may, counted from the upload's end", async () => {
    const replyTimeoutMs = 40;
    await using front = await startFront({ limits: { replyTimeoutMs } });
    const rest = Promise.withResolvers<void>();
    startDevice(front, [
      route("POST /echo", ({ body }) => Promise.resolve({ status: 200, body: Readable.from(slowly(body)) })),
    ]);
    async function* slowly(body: Readable) {
      yield "first ";
      for await (const chunk of body) yield chunk;
      await rest.promise;
      yield " last";
    }
    const peer = await front.arrivals.next();
    const upload = new Readable({ read() {} });
    const reply = await peer.request({ method: "POST", path: "/echo", body: upload });
    upload.push("upload");
    upload.push(null);
    setTimeout(rest.resolve, 3 * replyTimeoutMs); // the time is what is tested
    expect(await textOf(reply)).toBe("first upload last");
  });
});

describe("a reply cut short is an error", () => {
  const cuts: Record<string, (stream: ServerHttp2Stream) => void> = {
    "by an errorless reset": (stream) => stream.destroy(),
    "by a reset": (stream) => stream.close(8),
    "by the session's end": (stream) => stream.session!.destroy(),
    "by the connection's end": (stream) => stream.session!.socket.destroy(),
  };
  test.for(Object.keys(cuts))("%s, whether announced or not, read at once or later", async (cut) => {
    for (const length of [{}, { "content-length": 1_000 }]) {
      for (const readAtOnce of [true, false]) {
        await using front = await startFront();
        const device = await startOddDevice(front, (stream) => {
          stream.respond({ ":status": 200, ...length });
          stream.write(REPLY, () => setImmediate(() => cuts[cut]!(stream)));
        });
        const peer = await front.arrivals.next();
        const { body } = await peer.request({ method: "GET", path: "/" });
        if (!readAtOnce) await (cut.endsWith("reset") ? roundTrip(peer) : peer.closed);
        expect(await outcomeOf(body)).toBe("body-aborted");
        device.destroy();
      }
    }
  });

  test("when the device's own dialler closes in mid-reply", async () => {
    await using front = await startFront();
    const device = startDevice(front, [
      route("GET /", () => Promise.resolve({ status: 200, body: unending(Buffer.alloc(100)) })),
    ]);
    const peer = await front.arrivals.next();
    const { body } = await peer.request({ method: "GET", path: "/" });
    const read = readBody(body, 1_000);
    read.catch(() => {});
    await device.link.close();
    await expect(read).rejects.toMatchObject({ code: "body-aborted" });
  });
});

describe("a request's body", () => {
  test("cut short is an error, whether announced or not", async () => {
    await using front = await startFront();
    const outcomes = new Happenings<number | string>();
    startDevice(front, [
      route("PUT /", async ({ body }) => {
        outcomes.add(await outcomeOf(body));
        return { status: 200 };
      }),
    ]);
    const peer = await front.arrivals.next();
    for (const headers of [undefined, { "content-length": "1000" }]) {
      for (let i = 0; i < 5; i++) {
        const source = new Readable({ read() {} });
        source.push(Buffer.alloc(500));
        const asked = peer.request({ method: "PUT", path: "/", body: source, ...(headers && { headers }) });
        await roundTrip(peer);
        source.destroy(new Error("source broke"));
        await expect(asked).rejects.toThrow("source broke");
        expect(await outcomes.next()).toBe("body-aborted");
      }
    }
    const asked = peer.request({ method: "PUT", path: "/", body: unending(Buffer.alloc(500)) });
    asked.catch(() => {});
    await roundTrip(peer);
    peer.close();
    expect(await outcomes.next()).toBe("body-aborted");
  });

  test("that arrived whole is whole, though the reply came first", async () => {
    await using front = await startFront();
    const read = Promise.withResolvers<string>();
    const answered = Promise.withResolvers<void>();
    startDevice(front, [
      route("PUT /", ({ body }) => {
        void answered.promise.then(() => readBody(body, 1_000)).then((bytes) => read.resolve(String(bytes.byteLength)));
        return Promise.resolve({ status: 200, body: REPLY });
      }),
    ]);
    const peer = await front.arrivals.next();
    await textOf(await peer.request({ method: "PUT", path: "/", body: Readable.from([Buffer.alloc(500)]) }));
    await peer.request({ method: "GET", path: "/after" });
    answered.resolve();
    expect(await read.promise).toBe("500");
  });
});
