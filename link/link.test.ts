import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";
import { readBody, readJson } from "./body.ts";
import { startDevice, startFront, startWire, textOf } from "./testing/linkPair.ts";
import type { LinkRequest, LinkRoute } from "./types.ts";

function route(shape: string, handler: LinkRoute["handler"], maxBodyBytes = 1_024): LinkRoute {
  const [method, path] = shape.split(" ") as [LinkRoute["method"], string];
  return { method, path, handler, maxBodyBytes };
}

const hello = route("GET /hello", () => Promise.resolve({ status: 200, body: Buffer.from("hello") }));

describe("a request over the link", () => {
  test("reaches its route with what the front sent, and the reply comes back", async () => {
    await using front = await startFront();
    const seen: LinkRequest[] = [];
    const device = startDevice(front, [
      route("PUT /storage/pieces/:id/:part", async (request) => {
        seen.push(request);
        const body = await readBody(request.body, 100);
        return { status: 201, headers: { "x-size": String(body.byteLength) }, body };
      }),
    ]);
    const peer = await front.arrivals.next();
    const reply = await peer.request({
      method: "PUT",
      path: "/storage/pieces/a%20b/2?x=1&x=2",
      headers: { "x-ask": "me" },
      body: Buffer.from("bytes"),
    });
    expect([reply.status, reply.headers["x-size"], await textOf(reply)]).toEqual([201, "5", "bytes"]);
    const [request] = seen;
    expect(request!.path).toBe("/storage/pieces/a%20b/2");
    expect(request!.params).toEqual({ id: "a b", part: "2" });
    expect(request!.query.getAll("x")).toEqual(["1", "2"]);
    expect(request!.headers["x-ask"]).toBe("me");
    expect(request!.peer.id).toBe(front.key.id);
    expect(request!.signal.aborted).toBe(false);
    expect(peer.id).toBe(device.key.id);
    expect(peer.remoteAddress).toBe("127.0.0.1");
    expect(front.listener.peers.get(device.key.id)).toBe(peer);
  });

  test("carries large bodies both ways, from bytes and from streams, unchanged", async () => {
    await using front = await startFront();
    const big = randomBytes(9 << 20); // larger than a stream's window
    const digestOf = async (body: Readable) => {
      const hash = createHash("sha256");
      for await (const chunk of body) hash.update(chunk as Buffer);
      return hash.digest("hex");
    };
    startDevice(front, [
      route("PUT /digest", async ({ body }) => ({ status: 200, body: Buffer.from(await digestOf(body)) }), big.length),
      route("GET /bytes", () => Promise.resolve({ status: 200, body: big })),
      route("GET /stream", () => Promise.resolve({ status: 200, body: slicesOf(big) })),
    ]);
    const peer = await front.arrivals.next();
    const digest = createHash("sha256").update(big).digest("hex");
    for (const body of [big, slicesOf(big)]) {
      expect(await textOf(await peer.request({ method: "PUT", path: "/digest", body }))).toBe(digest);
    }
    for (const path of ["/bytes", "/stream"]) {
      expect(await digestOf((await peer.request({ method: "GET", path })).body)).toBe(digest);
    }
  });

  test("without a route is 404", async () => {
    await using front = await startFront();
    startDevice(front, [hello]);
    const peer = await front.arrivals.next();
    for (const path of ["/nothing", "/hello/", "//hello", "/HELLO"]) {
      const reply = await peer.request({ method: "GET", path });
      expect([path, reply.status]).toEqual([path, 404]);
      expect(JSON.parse(await textOf(reply))).toMatchObject({ code: "route-not-found" });
    }
    expect((await peer.request({ method: "POST", path: "/hello", body: Buffer.from("x") })).status).toBe(404);
  });

  test("whose handler fails gets the expected failure's status, and nothing of a bug", async () => {
    await using front = await startFront();
    startDevice(front, [
      route("GET /expected", () => Promise.reject(new WayleaveError("disk-full", "Full", { freeBytes: 3n }))),
      route("GET /bug", () => Promise.reject(new Error("the password is hunter2"))),
      route("GET /header", () => Promise.resolve({ status: 200, headers: { "bad name": "x" } })),
      route("POST /json", async ({ body }) => {
        const value = await readJson(body, z.strictObject({ size: z.int() }), 100);
        return { status: 200, body: Buffer.from(String(value.size)) };
      }),
      hello,
    ]);
    const peer = await front.arrivals.next();
    const expected = await peer.request({ method: "GET", path: "/expected" });
    expect(expected.status).toBe(507);
    expect(expected.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(await textOf(expected))).toMatchObject({ code: "disk-full", facts: { freeBytes: "3" } });
    const bug = await peer.request({ method: "GET", path: "/bug" });
    expect([bug.status, (await textOf(bug)).includes("hunter2")]).toEqual([500, false]);
    await expect(peer.request({ method: "GET", path: "/header" })).rejects.toMatchObject({ code: "link-closed" });
    const json = await peer.request({ method: "POST", path: "/json", body: Buffer.from('{"size":"x"}') });
    expect([json.status, JSON.parse(await textOf(json)).facts.field]).toEqual([400, "size"]);
    expect((await peer.request({ method: "GET", path: "/hello" })).status).toBe(200);
  });

  test("that is aborted tells the handler and frees its place", async () => {
    await using front = await startFront({ limits: { streamsMax: 1 } });
    const aborted = Promise.withResolvers<void>();
    startDevice(front, [
      route("GET /wait", ({ signal }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        return new Promise(() => {});
      }),
      hello,
    ]);
    const peer = await front.arrivals.next();
    const abort = new AbortController();
    const asked = peer.request({ method: "GET", path: "/wait", signal: abort.signal });
    await expect(peer.request({ method: "GET", path: "/hello" })).rejects.toMatchObject({ code: "link-busy" });
    abort.abort(new Error("no longer wanted"));
    await expect(asked).rejects.toThrow("no longer wanted");
    await aborted.promise;
    expect((await peer.request({ method: "GET", path: "/hello" })).status).toBe(200);
  });

  test("that the device never answers times out", async () => {
    await using front = await startFront();
    startDevice(front, [route("POST /wait", () => new Promise(() => {}), 1 << 20), hello]);
    const peer = await front.arrivals.next();
    for (const body of [undefined, Buffer.alloc(10), Buffer.alloc(1 << 20), slicesOf(Buffer.alloc(1 << 20))]) {
      const asked = peer.request({
        method: "POST",
        path: "/wait",
        timeoutMs: 30,
        ...(body === undefined ? {} : { body }),
      });
      await expect(asked).rejects.toMatchObject({ code: "link-timeout", retryable: true });
    }
    expect((await peer.request({ method: "GET", path: "/hello" })).status).toBe(200);
  });

  test("by default times out too, counted from its last byte", async () => {
    await using front = await startFront({ limits: { replyTimeoutMs: 30 } });
    startDevice(front, [route("POST /wait", () => new Promise(() => {}), 1 << 20)]);
    const peer = await front.arrivals.next();
    for (const body of [undefined, Buffer.alloc(1 << 20)]) {
      const asked = peer.request({ method: "POST", path: "/wait", ...(body === undefined ? {} : { body }) });
      await expect(asked).rejects.toMatchObject({ code: "link-timeout" });
    }
  });
});

describe("bodies", () => {
  test("too large are refused, announced or not, and the answer arrives", async () => {
    await using front = await startFront();
    let reached = 0;
    startDevice(front, [
      route(
        "PUT /small",
        async ({ body }) => {
          reached++;
          return { status: 200, body: Buffer.from(String((await readBody(body, 1 << 30)).byteLength)) };
        },
        1_000,
      ),
    ]);
    const peer = await front.arrivals.next();
    const announced = await peer.request({ method: "PUT", path: "/small", body: Buffer.alloc(4 << 20) });
    expect([announced.status, reached]).toEqual([413, 0]);
    const streamed = await peer.request({ method: "PUT", path: "/small", body: slicesOf(Buffer.alloc(4 << 20)) });
    expect([streamed.status, reached]).toEqual([413, 1]);
    expect(JSON.parse(await textOf(streamed))).toMatchObject({ code: "body-too-large", facts: { maxBytes: 1_000 } });
    const exact = await peer.request({ method: "PUT", path: "/small", body: slicesOf(Buffer.alloc(1_000)) });
    expect([exact.status, await textOf(exact)]).toEqual([200, "1000"]);
  });

  test("a source that fails reaches the other end as an error, never as a shorter body", async () => {
    await using front = await startFront();
    const received = Promise.withResolvers<unknown>();
    startDevice(front, [
      route(
        "PUT /in",
        async ({ body }) => {
          const size = await readBody(body, 1 << 30).catch((error: unknown) => error);
          received.resolve(size);
          return { status: 200 };
        },
        1 << 30,
      ),
      route("GET /out", () => Promise.resolve({ status: 200, body: failing() })),
    ]);
    const peer = await front.arrivals.next();
    await expect(peer.request({ method: "PUT", path: "/in", body: failing() })).rejects.toThrow("source broke");
    expect(await received.promise).toMatchObject({ code: "body-aborted" });
    const reply = await peer.request({ method: "GET", path: "/out" });
    await expect(readBody(reply.body, 1 << 30)).rejects.toMatchObject({ code: "body-aborted" });
  });

  test("upload no faster than the device reads", async () => {
    await using front = await startFront({ limits: { streamWindowBytes: 65_536 } });
    const read = Promise.withResolvers<void>();
    startDevice(
      front,
      [
        route(
          "PUT /slow",
          async ({ body }) => {
            await read.promise;
            return { status: 200, body: Buffer.from(String((await readBody(body, 1 << 30)).byteLength)) };
          },
          1 << 30,
        ),
      ],
      { limits: { streamWindowBytes: 65_536 } },
    );
    const peer = await front.arrivals.next();
    let made = 0;
    const source = new Readable({
      read() {
        made++;
        this.push(made > 640 ? null : Buffer.alloc(16_384));
      },
    });
    const asked = peer.request({ method: "PUT", path: "/slow", body: source });
    // Ten round trips on the same link: whatever could be sent has been sent by then.
    for (let i = 0; i < 10; i++) await peer.request({ method: "GET", path: "/nothing" });
    expect(made).toBeLessThan(40);
    read.resolve();
    expect(await textOf(await asked)).toBe(String(640 * 16_384));
  });

  test("a reply given up frees its place and stops the device's source", async () => {
    await using front = await startFront({ limits: { streamsMax: 1 } });
    const stopped = Promise.withResolvers<void>();
    startDevice(front, [
      route("GET /endless", () => {
        const body = new Readable({
          read() {
            this.push(Buffer.alloc(16_384));
          },
        });
        body.once("close", () => stopped.resolve());
        return Promise.resolve({ status: 200, body });
      }),
      hello,
    ]);
    const peer = await front.arrivals.next();
    const { body } = await peer.request({ method: "GET", path: "/endless" });
    body.destroy();
    await stopped.promise;
    expect((await peer.request({ method: "GET", path: "/hello" })).status).toBe(200);
  });

  test("an unread reply does not hold its place for ever", async () => {
    await using front = await startFront({ limits: { streamsMax: 1, bodyIdleMs: 20 } });
    startDevice(front, [hello]);
    const peer = await front.arrivals.next();
    const { body } = await peer.request({ method: "GET", path: "/hello" });
    await new Promise((resolve) => body.once("close", resolve));
    expect(body.errored).toMatchObject({ code: "body-too-slow" });
    expect((await peer.request({ method: "GET", path: "/hello" })).status).toBe(200);
  });
});

describe("the link", () => {
  test("dropped in mid-body is an error at both ends, and comes back", async () => {
    await using front = await startFront();
    const uploads = Promise.withResolvers<unknown>();
    const begun = Promise.withResolvers<void>();
    const device = startDevice(front, [
      route(
        "PUT /in",
        async ({ body }) => {
          body.once("data", () => begun.resolve());
          await readBody(body, 1 << 30).catch(uploads.resolve);
          return { status: 200 };
        },
        1 << 30,
      ),
      route("GET /out", () => Promise.resolve({ status: 200, body: endless() })),
      hello,
    ]);
    const peer = await front.arrivals.next();
    expect((await device.statuses.next()).state).toBe("connected");
    const down = await peer.request({ method: "GET", path: "/out" });
    const read = readBody(down.body, Number.POSITIVE_INFINITY);
    const up = peer.request({ method: "PUT", path: "/in", body: endless() });
    read.catch(() => {});
    up.catch(() => {});
    await begun.promise;
    peer.close();
    await expect(read).rejects.toMatchObject({ code: "body-aborted" });
    await expect(up).rejects.toMatchObject({ code: "link-closed" });
    expect(await uploads.promise).toMatchObject({ code: "body-aborted" });
    await peer.closed;
    const unsent = endless();
    const late = peer.request({ method: "PUT", path: "/in", body: unsent });
    await expect(late).rejects.toMatchObject({ code: "link-closed" });
    expect(unsent.destroyed).toBe(true);
    expect((await device.statuses.next()).state).toBe("disconnected");
    const again = await front.arrivals.next();
    expect((await again.request({ method: "GET", path: "/hello" })).status).toBe(200);
  });

  test("comes back after the front was gone", async () => {
    const front = await startFront();
    const device = startDevice(front, [hello]);
    await front.arrivals.next();
    expect((await device.statuses.next()).state).toBe("connected");
    await front.listener.close();
    expect(await device.statuses.next()).toMatchObject({ state: "disconnected" });
    await using later = await startFront({ key: front.key, port: front.listener.port });
    const peer = await later.arrivals.next();
    expect(await textOf(await peer.request({ method: "GET", path: "/hello" }))).toBe("hello");
  });

  test("is replaced by a newer one of the same device", async () => {
    await using front = await startFront();
    const key = generateDeviceKey();
    const older = startDevice(front, [hello], { key });
    const first = await front.arrivals.next();
    await older.statuses.next();
    // Dialling again, the older one would replace the newer in turn.
    older.statuses.next().then(
      () => older.link.close(),
      () => {},
    );
    startDevice(front, [hello], { key });
    const second = await front.arrivals.next();
    await first.closed;
    expect(second).not.toBe(first);
    expect(second.id).toBe(first.id);
  });

  test("that falls silent is given up by both ends; one that is idle is kept", async () => {
    const limits = { pingIntervalMs: 10, silenceMs: 60 };
    await using front = await startFront({ limits });
    await using wire = await startWire(front.listener.port);
    const device = startDevice({ key: front.key, listener: wire }, [hello], { limits });
    const peer = await front.arrivals.next();
    expect((await device.statuses.next()).state).toBe("connected");
    await new Promise((resolve) => setTimeout(resolve, 4 * limits.silenceMs)); // the time is what is tested
    expect(front.listener.peers.get(peer.id)).toBe(peer);
    wire.freeze();
    expect(await device.statuses.next()).toMatchObject({ state: "disconnected", reason: { code: "link-silent" } });
    await peer.closed;
    expect(front.listener.peers.size).toBe(0);
  });

  test("comes from the address it was told to use", async () => {
    await using front = await startFront();
    startDevice(front, [hello], { localAddress: "127.0.0.2" });
    expect((await front.arrivals.next()).remoteAddress).toBe("127.0.0.2");
  });

  test("is dialled again after pauses that double up to a bound and are spread", async () => {
    const front = await startFront();
    await front.listener.close();
    for (const [random, pausesMs] of [
      [0.999, [4, 8, 16, 16]],
      [0, [1, 2, 4, 4]],
    ] as const) {
      const device = startDevice(front, [], { backoff: { firstMs: 4, maxMs: 16, stableMs: 1 }, random: () => random });
      for (const retryInMs of pausesMs) {
        expect(await device.statuses.next()).toMatchObject({ reason: { code: "link-unreachable" }, retryInMs });
      }
    }
  });

  test("closes for good when its dialler is closed", async () => {
    await using front = await startFront();
    const device = startDevice(front, [hello]);
    const peer = await front.arrivals.next();
    await device.link.close();
    await peer.closed;
    expect(front.listener.peers.size).toBe(0);
    await expect(device.link.connected()).rejects.toMatchObject({ code: "link-closed" });
  });
});

function slicesOf(bytes: Uint8Array, sizeBytes = 65_536): Readable {
  let offset = 0;
  return new Readable({
    read() {
      this.push(offset >= bytes.byteLength ? null : bytes.subarray(offset, (offset += sizeBytes)));
    },
  });
}

function endless(): Readable {
  return new Readable({
    read() {
      this.push(Buffer.alloc(16_384));
    },
  });
}

function failing(): Readable {
  let left = 10;
  return new Readable({
    read() {
      if (left-- > 0) this.push(Buffer.alloc(16_384));
      else this.destroy(new Error("source broke"));
    },
  });
}
