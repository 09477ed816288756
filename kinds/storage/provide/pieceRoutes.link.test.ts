import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { toHex } from "@wayleave/core/bytes";
import { startDevice, startFront } from "@wayleave/link/testing/linkPair";
import { expect, test } from "vitest";
import { EXPIRES_HEADER } from "../model/pieceApi.ts";
import { pieceDigest } from "../model/pieceTree.ts";
import { signedReceiptSchema } from "../model/receipts.ts";
import { TestDevice, temporaryDirectory } from "./testing/device.ts";

test("over a real link: large and small pieces, ranges, refusals, an upload that is given up", async () => {
  await using directory = await temporaryDirectory();
  const device = await TestDevice.open(directory);
  await using front = await startFront();
  const payer = `0x${"77".repeat(20)}` as const;
  device.gate.links.set(front.key.id, payer);
  startDevice(front, device.provider.routes, { key: device.key });
  const peer = await front.arrivals.next();
  const headers = { [EXPIRES_HEADER]: String(device.clock.now() + 60_000) };
  const path = (id: string): string => `/storage/pieces/${id}`;
  const newId = (): string => randomBytes(32).toString("hex");

  for (const size of [700, 3_000_000]) {
    const [id, bytes] = [newId(), randomBytes(size)];
    const stored = await peer.request({ method: "PUT", path: path(id), headers, body: bytes });
    expect(stored.status).toBe(200);
    const { receipt } = signedReceiptSchema.parse(JSON.parse((await buffer(stored.body)).toString()));
    expect(receipt.pieceRoot).toBe(toHex(pieceDigest(bytes).root));
    const whole = await peer.request({ method: "GET", path: path(id) });
    expect((await buffer(whole.body)).equals(bytes)).toBe(true);
    const part = await peer.request({ method: "GET", path: path(id), headers: { range: "bytes=100-599" } });
    expect(part.status).toBe(206);
    expect((await buffer(part.body)).equals(bytes.subarray(100, 600))).toBe(true);
  }

  const missing = await peer.request({ method: "GET", path: path(newId()) });
  expect(missing.status).toBe(404);
  expect(JSON.parse((await buffer(missing.body)).toString())).toMatchObject({ code: "piece-unknown" });

  const abort = new AbortController();
  const body = new Readable({ read() {} });
  const id = newId();
  const upload = peer.request({ method: "PUT", path: path(id), headers, body, signal: abort.signal });
  body.push(randomBytes(200_000));
  abort.abort();
  await expect(upload).rejects.toThrow();
  // The same id is free again once the device noticed, and nothing of the first attempt counts.
  await expect
    .poll(async () => (await peer.request({ method: "PUT", path: path(id), headers, body: randomBytes(10) })).status)
    .toBe(200);
  expect(device.provider.used()).toMatchObject({ pieces: 3, heldBytes: 3_000_710 });
  await device.provider.close();
});
