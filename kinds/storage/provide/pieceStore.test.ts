import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdir, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { toHex } from "@wayleave/core/bytes";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { describe, expect, test } from "vitest";
import { pieceDigest } from "../model/pieceTree.ts";
import { type Incoming, PieceStore } from "./pieceStore.ts";
import { GIB_BYTES, SILENT, TestClock, temporaryDirectory } from "./testing/device.ts";
import { systemClockForTests } from "./testing/systemClock.ts";

const PAYER: Address = `0x${"ab".repeat(20)}`;
const clock = new TestClock();
const open = (directory: string): Promise<PieceStore> =>
  PieceStore.open(
    { directory: String(directory), capacityBytes: GIB_BYTES, freeReserveBytes: 0 },
    { clock, log: SILENT },
  );

function incoming(over: Partial<Incoming> = {}): Incoming {
  const pieceId = toHex(randomBytes(32));
  return { payer: PAYER, pieceId, expiresAtMs: clock.now() + 1_000_000, pieceClass: "data", name: null, ...over };
}

/** The stored bytes of a piece, hashed anew. */
async function rootOnDisk(store: PieceStore, pieceId: Hash32): Promise<string | null> {
  const piece = store.index.find(PAYER, pieceId);
  if (piece === null) return null;
  const file = await readFile(store.pathOf(piece));
  return toHex(pieceDigest(file.subarray(0, piece.sizeBytes)).root);
}

describe("kill -9", () => {
  test("every acknowledged piece survives, nothing torn is served, leftovers are removed", async () => {
    await using directory = await temporaryDirectory();
    const script = fileURLToPath(new URL("./testing/putForever.ts", import.meta.url));
    const child = spawn(process.execPath, [script, String(directory), PAYER], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const acknowledged = new Map<Hash32, string>();
    for await (const line of createInterface({ input: child.stdout })) {
      const [pieceId, root] = line.split(" ");
      if (root?.length === 66) acknowledged.set(pieceId as Hash32, root);
      if (acknowledged.size === 150) child.kill("SIGKILL");
    }
    await exited;
    expect(acknowledged.size).toBeGreaterThanOrEqual(150);

    const settings = { directory: String(directory), capacityBytes: 2 ** 34, freeReserveBytes: 0 };
    const store = await PieceStore.open(settings, { clock: systemClockForTests, log: SILENT });
    for (const [pieceId, root] of acknowledged) expect(await rootOnDisk(store, pieceId)).toBe(root);
    // Written and not acknowledged is allowed; half written is not.
    const files = await readdir(join(String(directory), "pieces", PAYER.slice(2)));
    for (const name of files)
      expect(await rootOnDisk(store, `0x${name}`)).toBe(store.index.find(PAYER, `0x${name}`)!.pieceRoot);
    expect(store.used().pieces).toBe(files.length);
    expect(await readdir(join(String(directory), "incoming"))).toEqual([]);
    await store.close();

    // The files alone are enough.
    for (const suffix of ["", "-wal", "-shm"])
      await rm(join(String(directory), `index.sqlite${suffix}`), { force: true });
    const rebuilt = await PieceStore.open(settings, { clock: systemClockForTests, log: SILENT });
    expect(rebuilt.used().pieces).toBe(files.length);
    for (const [pieceId, root] of acknowledged) expect(rebuilt.index.find(PAYER, pieceId)?.pieceRoot).toBe(root);
    await rebuilt.close();
  });
});

describe("recovery", () => {
  test("adopts whole files and removes every other", async () => {
    await using directory = await temporaryDirectory();
    const store = await open(directory);
    const pieces = [];
    for (let i = 0; i < 6; i++) pieces.push(await store.put(incoming(), Readable.from([randomBytes(10_000)])));
    const [whole, cut, grown, edited, renamed, lost] = pieces.map((piece) => store.pathOf(piece));
    await store.close();
    const folder = join(String(directory), "pieces", PAYER.slice(2));
    await truncate(cut!, 9_000);
    await appendFile(grown!, "x");
    const bytes = await readFile(edited!);
    bytes[10_050]! ^= 1; // a leaf hash: data ends at 10,000 and three hashes follow
    await writeFile(edited!, bytes);
    await writeFile(join(folder, randomBytes(32).toString("hex")), await readFile(renamed!));
    await rm(renamed!);
    await rm(lost!);
    await writeFile(join(folder, "README"), "not a piece");
    await mkdir(join(folder, randomBytes(32).toString("hex")));
    await writeFile(join(String(directory), "incoming", "left"), "half");
    await rm(join(String(directory), "index.sqlite"));
    const again = await open(directory);
    expect(again.used()).toMatchObject({ pieces: 1, heldBytes: 10_000 });
    expect(await readdir(folder)).toEqual([whole!.split("/").at(-1)]);
    await again.close();
  });

  test("drops rows without a file, and does not revive what was deleted", async () => {
    await using directory = await temporaryDirectory();
    const store = await open(directory);
    const [kept, lost, deleted] = [
      await store.put(incoming(), Readable.from([randomBytes(100)])),
      await store.put(incoming(), Readable.from([randomBytes(100)])),
      await store.put(incoming(), Readable.from([randomBytes(100)])),
    ];
    const copy = await readFile(store.pathOf(deleted));
    const deletion = {
      payer: PAYER,
      device: PAYER,
      pieceId: deleted.pieceId,
      pieceRoot: deleted.pieceRoot,
      deletedAtMs: 1n,
    };
    store.delete(deleted, { deletion, signature: `0x${"00".repeat(64)}` }, null);
    await store.sweep(null);
    await rm(store.pathOf(lost));
    await store.close();
    await writeFile(store.pathOf(deleted), copy); // as if the unlink had not reached the disk
    const again = await open(directory);
    expect(again.used().pieces).toBe(1);
    expect(again.find(PAYER, kept.pieceId)).not.toBeNull();
    expect(await readdir(join(String(directory), "pieces", PAYER.slice(2)))).toEqual([kept.pieceId.slice(2)]);
    await again.close();
  });

  test("two processes never share a directory", async () => {
    await using directory = await temporaryDirectory();
    const store = await open(directory);
    await store.put(incoming(), Readable.from([randomBytes(10)]));
    await expect(open(directory)).rejects.toMatchObject({ code: "store-busy" });
    await store.close();
    await (await open(directory)).close();
  });
});

test("a leaf whose file is cut short or gone is not there", async () => {
  await using directory = await temporaryDirectory();
  const store = await open(directory);
  const piece = await store.put(incoming(), Readable.from([randomBytes(9000)]));
  expect((await store.leaf(piece, 2))?.leaf.byteLength).toBe(9000 - 8192);
  await truncate(store.pathOf(piece), 5000);
  expect(await store.leaf(piece, 2)).toBeNull();
  await rm(store.pathOf(piece));
  expect(await store.leaf(piece, 0)).toBeNull();
  await store.close();
});
