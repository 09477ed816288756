import { mkdtemp, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { type Figure, actsPerS, ownCpuS } from "../figure.ts";
import { bodyPattern } from "../load/pattern.ts";

const FILE_BYTES = 256 << 20;
const STEP_BYTES = 256 * 1024;
/** What one device keeps of a 64 KiB object at 4 of 6. */
const SMALL_BYTES = 17 * 1024;

/** What the disk under `directory` gives: one large file, and small ones as a device writes pieces. */
export async function benchDisk(directory: string): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(directory, "disk-"));
  try {
    const file = path.join(folder, "large");
    const write = await timed("disk: write and fsync", async () => {
      const handle = await open(file, "wx");
      for (let at = 0; at < FILE_BYTES; at += STEP_BYTES) await handle.write(block, 0, STEP_BYTES, at);
      await handle.datasync();
      await handle.close();
    });
    const read = await timed("disk: read, from memory where cached", async () => {
      const handle = await open(file, "r");
      const buffer = Buffer.allocUnsafeSlow(STEP_BYTES);
      for (let at = 0; at < FILE_BYTES; at += STEP_BYTES) await handle.read(buffer, 0, STEP_BYTES, at);
      await handle.close();
    });
    const listing = await open(folder, "r");
    let count = 0;
    const small = await actsPerS("disk: small piece, fsync, rename, fsync of the directory", async () => {
      const name = path.join(folder, String(count++));
      const handle = await open(`${name}.part`, "wx");
      await handle.write(block, 0, SMALL_BYTES, 0);
      await handle.datasync();
      await handle.close();
      await rename(`${name}.part`, name);
      await listing.sync();
    });
    await listing.close();
    const smallRead = await actsPerS("disk: open and read a small piece", async () => {
      const handle = await open(path.join(folder, "0"), "r");
      await handle.read(Buffer.allocUnsafe(SMALL_BYTES), 0, SMALL_BYTES, 0);
      await handle.close();
    });
    return [write, read, small, smallRead];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const block = bodyPattern().subarray(0, STEP_BYTES);

async function timed(name: string, act: () => Promise<void>): Promise<Figure> {
  const cpuBefore = ownCpuS();
  const begun = performance.now();
  await act();
  const seconds = (performance.now() - begun) / 1e3;
  const megabytes = FILE_BYTES / 1e6;
  return { name, unit: "MB/s", value: megabytes / seconds, cpuS: (ownCpuS() - cpuBefore) / megabytes };
}
