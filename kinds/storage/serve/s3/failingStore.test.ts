import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import { describe, expect, test } from "vitest";
import { sendAnswer } from "./sendAnswer.ts";
import { directoryStore } from "./testing/directoryStore.ts";
import { exchange, RawConnection, signedBytes } from "./testing/rawClient.ts";
import { ALICE, startTestServer } from "./testing/testServer.ts";

describe("a store that fails", () => {
  const failing = (error: unknown) =>
    startTestServer({
      store: {
        ...directoryStore("/nowhere"),
        async getObject() {
          throw error;
        },
      },
    });

  test.for<[unknown, string]>([
    [new WayleaveError("insufficient-capacity", "too few devices"), "503 SlowDown"],
    [new WayleaveError("insufficient-funds", "balance 0"), "402 PaymentRequired"],
    [new WayleaveError("quota-exceeded", "the cap"), "403 QuotaExceeded"],
    [new WayleaveError("suspended", "stopped"), "403 AccountProblem"],
    [new WayleaveError("data-unavailable", "3 of 8 shards"), "503 ServiceUnavailable"],
    [new Error("password=hunter2"), "500 InternalError"],
  ])("%s", async ([error, expected]) => {
    const broken = await failing(error);
    const answer = await exchange(broken.port, await signedBytes({ path: "/shared/k" }));
    expect(`${answer.status} ${answer.code}`).toBe(expected);
    expect(answer.body).not.toContain("hunter2");
    await broken.close();
  });

  test("a read whose devices are gone before its first byte", async () => {
    const gone = new WayleaveError("data-unavailable", "3 of 4 shards");
    const stream = () => {
      const body: Readable = new Readable({ read: () => void body.destroy(gone) });
      return body;
    };
    const broken = await startTestServer({
      store: { ...directoryStore("/nowhere"), getObject: async () => ({ info, read: stream }) },
    });
    const answer = await exchange(broken.port, await signedBytes({ path: "/shared/k" }));
    expect(`${answer.status} ${answer.code}`).toBe("503 ServiceUnavailable");
    await broken.close();
  });

  const info = { bucket: "shared", key: "k", etag: "e", lastModifiedMs: 0, sizeBytes: 1000, metadata: { user: {} } };

  test.for<[string, () => Readable]>([
    [
      "fails midway",
      () =>
        Readable.from(
          (function* () {
            yield Buffer.alloc(10);
            throw new Error("shards gone");
          })(),
        ),
    ],
    ["ends early", () => Readable.from([Buffer.alloc(999)])],
    ["never ends", () => Readable.from([Buffer.alloc(1001)])],
  ])("a read that %s shows as a short body", async ([, stream]) => {
    const broken = await startTestServer({
      store: { ...directoryStore("/nowhere"), getObject: async () => ({ info, read: stream }) },
    });
    const connection = new RawConnection(broken.port);
    connection.write(await signedBytes({ path: "/shared/k" }));
    await connection.closed();
    const answer = await connection.answer().catch(() => ({ body: "" }));
    expect(answer.body.length).toBeLessThan(1000);
    await broken.close();
  });

  test("a reader that goes away frees the stream", async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    const broken = await startTestServer({
      store: {
        ...directoryStore("/nowhere"),
        getObject: async () => ({ info: { ...info, sizeBytes: 1e12 }, read: () => endless }),
      },
    });
    const connection = new RawConnection(broken.port);
    connection.write(await signedBytes({ path: "/shared/k" }));
    await expect.poll(() => connection.socket.bytesRead).toBeGreaterThan(0);
    connection.destroy();
    await expect.poll(() => endless.destroyed).toBe(true);
    await broken.close();
  });

  test("a reader that stops reading is given up", async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    const broken = await startTestServer({
      limits: { idleMs: 100 },
      store: {
        ...directoryStore("/nowhere"),
        getObject: async () => ({ info: { ...info, sizeBytes: 1e12 }, read: () => endless }),
      },
    });
    const connection = new RawConnection(broken.port);
    connection.socket.pause();
    connection.write(await signedBytes({ path: "/shared/k" }));
    await expect.poll(() => endless.destroyed, { timeout: 5_000 }).toBe(true);
    connection.destroy();
    await broken.close();
  });
});

test("more requests at once than allowed are told to slow down", async () => {
  const busy = await startTestServer({ limits: { requestsMax: 1 } });
  await busy.store.createBucket(ALICE, "shared");
  const first = new RawConnection(busy.port);
  first.write(
    (await signedBytes({ method: "PUT", path: "/shared/k", headers: { expect: "100-continue" }, body: "x" })).subarray(
      0,
      -1,
    ),
  );
  expect((await first.answer()).status).toBe(100);
  expect((await exchange(busy.port, await signedBytes({ path: "/shared" }))).code).toBe("SlowDown");
  first.write("x");
  expect((await first.answer()).status).toBe(200);
  expect((await exchange(busy.port, await signedBytes({ path: "/shared" }))).status).toBe(200);
  first.destroy();
  await busy.close();
});

test("a client that left while the store was looking is not waited for", async () => {
  const stream = new Readable({ read: () => undefined });
  const sent = Promise.withResolvers<number>();
  const server = createServer((_, response) => {
    // Only after `close` was emitted does the store find the object.
    response.on("close", () => sent.resolve(sendAnswer(response, { status: 200, body: { stream, lengthBytes: 10 } })));
    client.destroy();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(await sent.promise).toBe(0);
  expect(stream.destroyed).toBe(true);
  server.close();
});
