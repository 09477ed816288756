import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { startShaper } from "./shaper.ts";

/** Sends bytes through a line to an echoing server. @returns when the last came back, and all of them. */
async function echoThrough(shape: Parameters<typeof startShaper>[0]["shape"], sent: Buffer, localAddress?: string) {
  let source = "";
  const echo = createServer({ allowHalfOpen: true }, (socket) => {
    source = socket.remoteAddress!;
    socket.pipe(socket);
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const target = { host: "127.0.0.1", port: (echo.address() as AddressInfo).port };
  const shaper = await startShaper({ target, shape, ...(localAddress === undefined ? {} : { localAddress }) });
  const socket = connect(shaper.port, "127.0.0.1");
  await once(socket, "connect");
  const begun = performance.now();
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.end(sent);
  await once(socket, "end");
  const tookMs = performance.now() - begun;
  await shaper.close();
  echo.close();
  return { tookMs, came: Buffer.concat(chunks), source };
}

const FAST = 1e9;

test("a line delays each way, keeps every byte in order and the source's address", async () => {
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const shape = { roundTripMs: 40, upBitsPerS: FAST, downBitsPerS: FAST };
  const { tookMs, came, source } = await echoThrough(shape, sent, "127.0.9.1");
  expect(came.equals(sent)).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(39);
  expect(source).toBe("127.0.9.1");
});

test.for([
  ["up", { roundTripMs: 0, upBitsPerS: 8e6, downBitsPerS: FAST }],
  ["down", { roundTripMs: 0, upBitsPerS: FAST, downBitsPerS: 8e6 }],
] as const)("a line carries no more than its rate %s", async ([, shape]) => {
  const { tookMs, came } = await echoThrough(shape, Buffer.alloc(200_000));
  expect(came.byteLength).toBe(200_000);
  expect(tookMs).toBeGreaterThanOrEqual(195); // 8 Mbit/s are 1000 bytes a millisecond
});
