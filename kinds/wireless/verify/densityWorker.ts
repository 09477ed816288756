/** Runs a {@link DensityMap} in a thread: building one of 200,000 devices takes most of a second. Not pure. */
import { parentPort } from "node:worker_threads";
import { assert } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import { DensityMap } from "./density.ts";

/** Changes, then a question about some devices; answered in the order of arrival. */
export interface DensityRequest {
  readonly id: number;
  readonly removed: readonly Address[];
  readonly added: readonly (readonly [Address, bigint])[];
  readonly asked: readonly Address[];
}
export interface DensityReply {
  readonly id: number;
  /** Of the devices asked for, in their order: PPM. */
  readonly scalesPpm: readonly bigint[];
}

if (parentPort !== null) {
  const port = parentPort;
  const map = new DensityMap();
  port.on("message", ({ id, removed, added, asked }: DensityRequest) => {
    map.update(removed, added);
    const scalesPpm = asked.map((device) => map.scalePpm(device));
    port.postMessage({ id, scalesPpm } satisfies DensityReply);
  });
} else {
  assert(false, "densityWorker.ts runs as a worker; import densityThread.ts");
}
