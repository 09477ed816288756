/** Stores pieces until it is killed and writes each acknowledged id and root on a line. For the kill −9 test. */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { systemClockForTests } from "./systemClock.ts";
import { PieceStore } from "../pieceStore.ts";
import { SILENT } from "./device.ts";

const [directory, payer] = process.argv.slice(2) as [string, `0x${string}`];
const options = { directory, capacityBytes: 2 ** 34, freeReserveBytes: 0 };
const store = await PieceStore.open(options, { clock: systemClockForTests, log: SILENT });

async function worker(): Promise<never> {
  for (;;) {
    const pieceId = `0x${randomBytes(32).toString("hex")}` as const;
    const incoming = { payer, pieceId, expiresAtMs: Date.now() + 3_600_000, pieceClass: "data" as const, name: null };
    const bytes = randomBytes(1 + (randomBytes(2).readUInt16BE() % 40_000));
    const piece = await store.put(
      incoming,
      Readable.from([bytes.subarray(0, 1), bytes.subarray(1)].filter((b) => b.length)),
    );
    process.stdout.write(`${pieceId} ${piece.pieceRoot}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, worker));
