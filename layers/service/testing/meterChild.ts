import { Pool } from "pg";
import { openServiceLayer } from "../serviceLayer.ts";

/** A front that does nothing but meter and flush, and says after each flush how many it has done, until it is killed. */
const pool = new Pool({ connectionString: process.argv[2]!, max: 2 });
let tick = 0;
const silent = () => undefined;
const layer = await openServiceLayer(
  { marginBps: 2_000n, tickAt: () => tick, recoveryKey: new Uint8Array(32) },
  {
    pool,
    clock: { now: () => tick * 1_000, monotonicMs: () => performance.now() },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  },
);
for (; tick < 5_000; tick++) {
  for (let act = 0; act < 10; act++) {
    layer.meter.record({
      ...{ customer: act % 2 === 0 ? "ada" : "bob", kind: "storage", act: "storage.get", subject: `s${act}` },
      ...{ device: `0x${"a1".repeat(20)}`, workUnits: 1n, picoUsd: 1_700_003n },
    });
  }
  await layer.meter.flush();
  process.stdout.write(`${tick + 1}\n`);
}
