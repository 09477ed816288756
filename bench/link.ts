/**
 * The device link between two processes: bytes per second both ways and small requests per second, as storage and every
 * other kind will see them. `node bench/link.ts` prints them.
 */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { readBody } from "@wayleave/link/body";
import { dialLink } from "@wayleave/link/dialer";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer, LinkRoute } from "@wayleave/link/types";
import type { Figure } from "./figure.ts";
import { CpuMeter } from "./processes.ts";

const FRONT_SEED = new Uint8Array(32).fill(1);
const DEVICE_SEED = new Uint8Array(32).fill(2);
const PIECE_BYTES = 16 << 20;
const PIECES = 64;
const AT_ONCE = 2;
const SMALL_REQUESTS = 20_000;
const SMALL_AT_ONCE = 64;
/** What the front hands a link at a time when it streams an object. */
const STREAM_CHUNK_BYTES = 256 * 1024;

/** Runs the device in a second process and asks it from this one. About ten seconds. */
export async function benchLink(): Promise<Figure[]> {
  const key = deviceKeyFromSeed(FRONT_SEED);
  const arrived = Promise.withResolvers<LinkPeer>();
  const listener = await listenForLinks({ key, port: 0, admit: () => true, onPeer: arrived.resolve });
  const device = fork(new URL(import.meta.url), ["device", String(listener.port)]);
  const exited = once(device, "exit");
  try {
    const peer = await Promise.race([arrived.promise, exited.then(() => Promise.reject(new Error("the device left")))]);
    const piece = randomBytes(PIECE_BYTES);
    const get = async () => drained((await peer.request({ method: "GET", path: "/bench/piece" })).body);
    const put = (body: Uint8Array | Readable) => async () =>
      drained((await peer.request({ method: "PUT", path: "/bench/piece", body })).body);
    const getSmall = async () => drained((await peer.request({ method: "GET", path: "/bench/small" })).body);
    const small = async () =>
      drained((await peer.request({ method: "POST", path: "/bench/small/1", body: piece.subarray(0, 100) })).body);
    await get();
    await repeat(2_000, SMALL_AT_ONCE, small);
    const megabytes = (PIECES * PIECE_BYTES) / 1e6;
    const slices = () => Readable.from(slicesOf(piece, STREAM_CHUNK_BYTES), { objectMode: true });
    const measure = async (name: string, unit: Figure["unit"], count: number, turns: () => Promise<number>) => {
      const meter = new CpuMeter(new Map([["both ends", process.pid]]));
      const seconds = await turns();
      return { name, unit, value: count / seconds, cpuS: meter.read().get("both ends")! / count };
    };
    return [
      await measure("link: device to front, 16 MiB pieces", "MB/s", megabytes, () => repeat(PIECES, AT_ONCE, get)),
      await measure("link: front to device, 16 MiB pieces", "MB/s", megabytes, () =>
        repeat(PIECES, AT_ONCE, put(piece)),
      ),
      await measure("link: front to device, 256 KiB stream", "MB/s", megabytes, () =>
        repeat(PIECES, AT_ONCE, () => put(slices())()),
      ),
      await measure("link: small requests", "1/s", SMALL_REQUESTS, () => repeat(SMALL_REQUESTS, SMALL_AT_ONCE, small)),
      await measure("link: requests for 16 KiB", "1/s", SMALL_REQUESTS, () =>
        repeat(SMALL_REQUESTS, SMALL_AT_ONCE, getSmall),
      ),
    ];
  } finally {
    device.disconnect();
    await exited;
    await listener.close();
  }
}

/** Runs `act` `times` times, `atOnce` at a time. @returns seconds. */
async function repeat(times: number, atOnce: number, act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let left = times;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await act();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (performance.now() - begun) / 1e3;
}

async function drained(body: Readable): Promise<number> {
  let sizeBytes = 0;
  body.on("data", (chunk: Buffer) => (sizeBytes += chunk.byteLength));
  await once(body, "end");
  return sizeBytes;
}

function* slicesOf(bytes: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.byteLength; offset += sizeBytes) yield bytes.subarray(offset, offset + sizeBytes);
}

async function runDevice(port: number): Promise<void> {
  const piece = randomBytes(PIECE_BYTES);
  const routes: LinkRoute[] = [
    {
      method: "GET",
      path: "/bench/piece",
      maxBodyBytes: 0,
      handler: () => Promise.resolve({ status: 200, body: piece }),
    },
    {
      method: "GET",
      path: "/bench/small",
      maxBodyBytes: 0,
      handler: () => Promise.resolve({ status: 200, body: piece.subarray(0, 16_384) }),
    },
    {
      method: "PUT",
      path: "/bench/piece",
      maxBodyBytes: PIECE_BYTES,
      handler: async ({ body }) => ({ status: 200, body: Buffer.from(String(await drained(body))) }),
    },
    {
      method: "POST",
      path: "/bench/small/:id",
      maxBodyBytes: 1_024,
      handler: async ({ body, params }) => {
        const { byteLength } = await readBody(body, 1_024);
        return { status: 200, body: Buffer.from(`${params.id} ${byteLength}`) };
      },
    },
  ];
  const expectedPeerId = deviceKeyFromSeed(FRONT_SEED).id;
  const link = dialLink({ key: deviceKeyFromSeed(DEVICE_SEED), host: "127.0.0.1", port, expectedPeerId, routes });
  process.once("disconnect", () => void link.close().then(() => process.exit()));
  await link.closed;
}

if (import.meta.main) {
  if (process.argv[2] === "device") await runDevice(Number(process.argv[3]));
  else for (const { name, unit, value } of await benchLink()) console.log(`${name}: ${Math.round(value)} ${unit}`);
}
