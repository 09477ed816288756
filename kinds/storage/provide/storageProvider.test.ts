import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { toHex } from "@wayleave/core/bytes";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { describe, expect, test } from "vitest";
import {
  CLASS_HEADER,
  EXPIRES_HEADER,
  NAME_HEADER,
  ORDER_HEADER,
  ROOT_HEADER,
  pieceListSchema,
  usageSchema,
} from "../model/pieceApi.ts";
import { pieceDigest } from "../model/pieceTree.ts";
import { GIB, HOUR_MS } from "../model/price.ts";
import { PIECE_RECEIPT, isSignedBy, signedReceiptSchema } from "../model/receipts.ts";
import { DOMAIN, TestDevice, temporaryDirectory } from "./testing/device.ts";

import { type Operator, HOUR, deletionOf, get, newId, put, remove } from "./testing/operator.ts";

describe("pieces", () => {
  test("a piece comes back whole and in ranges, with a receipt that the device signed", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    for (const size of [1, 5000, 300_000]) {
      const [id, bytes] = [newId(), randomBytes(size)];
      const chunks = Readable.from(
        [bytes.subarray(0, size >> 1), bytes.subarray(size >> 1)].filter((part) => part.length > 0),
      );
      const stored = await put(device, operator, id, chunks, { [ROOT_HEADER]: toHex(pieceDigest(bytes).root) });
      expect(stored.status).toBe(200);
      const { receipt, signature } = signedReceiptSchema.parse(stored.json);
      expect(receipt).toMatchObject({ payer: operator.payer, device: device.key.id, sizeBytes: BigInt(size) });
      expect(receipt.pieceRoot).toBe(toHex(pieceDigest(bytes).root));
      expect(isSignedBy(device.key.publicKey, DOMAIN, PIECE_RECEIPT, receipt, signature)).toBe(true);
      expect((await get(device, operator, id)).bytes.equals(bytes)).toBe(true);
      const part = await get(device, operator, id, { range: `bytes=${size >> 1}-` });
      expect(part.status).toBe(206);
      expect(part.headers["content-range"]).toBe(`bytes ${size >> 1}-${size - 1}/${size}`);
      expect(part.bytes.equals(bytes.subarray(size >> 1))).toBe(true);
      expect((await get(device, operator, id, { range: "bytes=-1" })).bytes).toEqual(bytes.subarray(-1));
    }
    await device.provider.close();
  });

  test("a retry is the same piece; another one under its id is refused", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const [id, bytes] = [newId(), randomBytes(9000)];
    const first = await put(device, operator, id, bytes);
    device.clock.advance(50);
    const again = await put(device, operator, id, bytes);
    expect(again.json.receipt).toEqual(first.json.receipt);
    expect(device.provider.used()).toMatchObject({ pieces: 1, heldBytes: 9000 });
    expect((await put(device, operator, id, randomBytes(9000))).json.code).toBe("piece-exists");
    const slow = new Readable({ read() {} });
    const other = newId();
    const uploading = put(device, operator, other, slow);
    expect((await put(device, operator, other, bytes)).json.code).toBe("piece-busy");
    slow.push(bytes);
    slow.push(null);
    expect((await uploading).status).toBe(200);
    await device.provider.close();
  });

  test("what fails leaves nothing behind", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory, { capacityBytes: 100_000 });
    const operator = device.operator();
    const broken = new Readable({ read() {} }).on("error", () => "as the link's own bodies do");
    const upload = put(device, operator, newId(), broken).catch((error: unknown) => error);
    broken.push(randomBytes(2000));
    broken.destroy(new Error("the link went away"));
    expect(await upload).toMatchObject({ message: "the link went away" });
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const failing = new Readable({ read: () => void failing.destroy(full) });
    expect(await put(device, operator, newId(), failing)).toMatchObject({ status: 507, json: { code: "disk-full" } });
    const bytes = randomBytes(60_000);
    const wrongRoot = { [ROOT_HEADER]: toHex(randomBytes(32)) };
    expect((await put(device, operator, newId(), bytes, wrongRoot)).json.code).toBe("piece-root-conflict");
    expect((await put(device, operator, newId(), bytes, { "content-length": "59999" })).status).toBe(413);
    expect((await put(device, operator, newId(), bytes, { "content-length": "60001" })).status).toBe(400);
    expect((await put(device, operator, newId(), new Uint8Array(0))).status).toBe(400);
    expect(device.provider.used()).toMatchObject({ pieces: 0, heldBytes: 0 });
    expect(await readdir(join(String(directory), "incoming"))).toEqual([]);
    // Nothing of the above holds quota: two that together do not fit show where the limit is.
    const [one, two] = [newId(), newId()];
    const results = await Promise.all([put(device, operator, one, bytes), put(device, operator, two, bytes)]);
    expect(results.map(({ status }) => status).sort()).toEqual([200, 507]);
    const kept = results[0].status === 200 ? one : two;
    expect((await get(device, operator, kept)).bytes.equals(bytes)).toBe(true);
    await device.provider.close();
  });

  test("a file system without its reserve takes nothing more", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory, { freeReserveBytes: 2 ** 52 });
    expect(await put(device, device.operator(), newId(), randomBytes(10))).toMatchObject({ status: 507 });
    await device.provider.close();
  });

  test("expired pieces are not served and their space returns", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const id = newId();
    await put(device, operator, id, randomBytes(5000));
    device.clock.advance(25 * HOUR);
    expect((await get(device, operator, id)).status).toBe(404);
    await device.provider.tick(device.clock.now());
    expect(device.provider.used()).toMatchObject({ pieces: 0, heldBytes: 0, retiredBytes: 0 });
    await device.provider.close();
  });
});

describe("who may do what", () => {
  test("operators reach their own pieces, strangers none, and none that are unpaid for", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const [owner, other] = [device.operator(), device.operator()];
    const stranger = { link: generateDeviceKey(), payer: owner.payer };
    const [id, bytes] = [newId(), randomBytes(100)];
    await put(device, owner, id, bytes);
    expect((await get(device, other, id)).json.code).toBe("piece-unknown");
    expect((await get(device, stranger, id)).status).toBe(403);
    expect((await put(device, stranger, newId(), bytes)).status).toBe(403);
    expect((await device.request({ path: "/storage/pieces", as: stranger.link })).status).toBe(403);
    expect((await device.request({ path: "/storage/usage", as: stranger.link })).status).toBe(403);
    expect((await put(device, other, id, bytes)).status).toBe(200);
    device.gate.unpaid.add(owner.payer);
    expect((await get(device, owner, id)).status).toBe(402);
    expect((await put(device, owner, newId(), bytes)).status).toBe(402);
    expect((await get(device, other, id)).status).toBe(200);
    await device.provider.close();
  });

  test("hostile requests are refused by name", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const id = newId();
    await put(device, operator, id, randomBytes(100));
    for (const bad of ["..%2f..%2findex.sqlite", id.toUpperCase(), id.slice(1), `${id}%00`, "%2e%2e"]) {
      expect((await get(device, operator, bad)).json).toMatchObject({
        code: "request-invalid",
        facts: { field: "pieceId" },
      });
      expect((await put(device, operator, bad, randomBytes(5))).status).toBe(400);
      expect((await remove(device, operator, bad, deletionOf(device, operator, id, randomBytes(32)))).status).toBe(400);
    }
    const headers: Record<string, string>[] = [
      { [EXPIRES_HEADER]: "soon" },
      { [EXPIRES_HEADER]: "5" },
      { [EXPIRES_HEADER]: "999999999999999" },
      { [ROOT_HEADER]: "0x12" },
      { [CLASS_HEADER]: "secret" },
      { [CLASS_HEADER]: "metadata" },
      { [NAME_HEADER]: "nobody" },
      { [CLASS_HEADER]: "metadata", [NAME_HEADER]: "../../etc/passwd" },
      { "content-length": "-1" },
    ];
    for (const bad of headers) expect((await put(device, operator, newId(), randomBytes(5), bad)).status).toBe(400);
    for (const range of ["bytes=100-", "bytes=5-3", "bytes=-0", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b"]) {
      expect((await get(device, operator, id, { range })).json.code).toBe("range-invalid");
    }
    expect((await get(device, operator, id, { [ORDER_HEADER]: "99" })).json.code).toBe("order-refused");
    expect((await get(device, operator, id, { [ORDER_HEADER]: "99", range: "bytes=0-98" })).status).toBe(206);
    for (const path of [
      "/storage/pieces?after=zz",
      "/storage/metadata?after=0x",
      "/storage/commitments/-1",
      "/storage/commitments/1e3",
      "/storage/commitments/1/pieces/0x1",
    ]) {
      expect((await device.request({ path, as: operator.link })).json.code).toBe("request-invalid");
    }
    expect((await device.request({ path: "/storage/commitments/3", as: operator.link })).status).toBe(404);
    expect(device.provider.used().pieces).toBe(1);
    await device.provider.close();
  });

  test("only the payer's own signature deletes, and only that piece", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const [operator, other] = [device.operator(), device.operator()];
    const [id, bytes] = [newId(), randomBytes(7000)];
    const { root } = pieceDigest(bytes);
    await put(device, operator, id, bytes);
    const bad: [Operator, string][] = [
      [operator, "{}"],
      [operator, "not json"],
      [operator, deletionOf(device, operator, id, root, {}, other.link)],
      [operator, deletionOf(device, operator, id, randomBytes(32))],
      [operator, deletionOf(device, operator, newId(), root)],
      [operator, deletionOf(device, operator, id, root, { device: other.payer })],
      [operator, deletionOf(device, operator, id, root, { payer: other.payer })],
      [operator, deletionOf(device, operator, id, root, { deletedAtMs: 5n })],
      [other, deletionOf(device, other, id, root)],
    ];
    for (const [as, body] of bad) expect((await remove(device, as, id, body)).status).toBeGreaterThanOrEqual(400);
    expect((await get(device, operator, id)).status).toBe(200);
    expect((await remove(device, operator, id, deletionOf(device, operator, id, root))).status).toBe(204);
    expect((await get(device, operator, id)).status).toBe(404);
    expect((await put(device, operator, id, bytes)).json.code).toBe("piece-gone");
    await device.provider.close();
  });
});

describe("lists, snapshots and usage", () => {
  test("an operator that lost everything finds its pieces and its metadata again", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const ids = [newId(), newId(), newId()].sort();
    for (const id of ids) await put(device, operator, id, randomBytes(20));
    const snapshot = newId();
    await put(device, operator, snapshot, Buffer.from("sealed"), {
      [CLASS_HEADER]: "metadata",
      [NAME_HEADER]: "snapshot-7",
    });
    const listed = pieceListSchema.parse((await device.request({ path: "/storage/pieces", as: operator.link })).json);
    expect(listed.pieces.map(({ pieceId }) => pieceId.slice(2))).toEqual([...ids, snapshot].sort());
    expect(listed.next).toBeNull();
    const rest = await device.request({ path: `/storage/pieces?after=0x${ids[0]}`, as: operator.link });
    expect(pieceListSchema.parse(rest.json).pieces.every(({ pieceId }) => pieceId > `0x${ids[0]}`)).toBe(true);
    const metadata = pieceListSchema.parse(
      (await device.request({ path: "/storage/metadata", as: operator.link })).json,
    );
    expect(metadata.pieces).toMatchObject([{ name: "snapshot-7", sizeBytes: 6 }]);
    expect((await get(device, operator, snapshot)).bytes.toString()).toBe("sealed");
    await device.provider.close();
  });

  test("held bytes and egress are metered, charged once, and survive a restart", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory, {
      ask: { picoUsdPerGibHour: 1024n ** 3n, picoUsdPerEgressMib: 1024n ** 2n },
    });
    const operator = device.operator();
    const id = newId();
    await put(device, operator, id, randomBytes(1000));
    device.clock.advance(2 * HOUR);
    await get(device, operator, id, { range: "bytes=0-299" });
    await device.provider.tick(device.clock.now());
    // A pico-dollar a byte-hour and a byte: 2,000 held and 300 read.
    expect(device.gate.charged).toEqual([{ payer: operator.payer, workUnits: 0n, picoUsd: 2300n }]);
    await device.provider.tick(device.clock.now());
    expect(device.gate.charged).toHaveLength(1);
    device.clock.advance(HOUR);
    await device.provider.close();
    device.clock.advance(10 * HOUR); // off: nobody is charged for that
    const again = await TestDevice.open(
      directory,
      { ask: { picoUsdPerGibHour: GIB, picoUsdPerEgressMib: 1n } },
      device,
    );
    again.clock.advance(HOUR);
    const usage = usageSchema.parse((await again.request({ path: "/storage/usage", as: operator.link })).json);
    expect(usage).toMatchObject({
      pieces: 1,
      heldBytes: 1000,
      egressBytes: 300n,
      byteMs: 4_000n * HOUR_MS,
      picoUsd: 4300n,
    });
    await again.provider.tick(again.clock.now());
    expect(again.gate.charged.reduce((sum, { picoUsd }) => sum + picoUsd, 0n)).toBe(4300n);
    await again.provider.close();
  });
});
