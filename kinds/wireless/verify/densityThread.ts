import { Worker } from "node:worker_threads";
import { WayleaveError } from "@wayleave/core/errors";
import type { DensityReply, DensityRequest } from "./densityWorker.ts";

/** Questions waiting for the thread: each is answered within a second, so more means that it hangs. */
const WAITING_MAX = 1_024;

/** A density map in a thread of its own. Not pure. */
export interface DensityThread {
  /**
   * Applies changes, then tells the scales of `asked`, in their order, in PPM.
   * @throws WayleaveError `density-closed` or `density-busy` (retryable).
   */
  update(change: Omit<DensityRequest, "id">): Promise<readonly bigint[]>;
  close(): Promise<void>;
}

export function startDensityThread(): DensityThread {
  const worker = new Worker(new URL("./densityWorker.ts", import.meta.url));
  worker.unref(); // never keeps a program alive by itself
  const waiting = new Map<number, PromiseWithResolvers<readonly bigint[]>>();
  let nextId = 0;
  let closed: WayleaveError | null = null;
  const end = (cause: unknown) => {
    closed ??= new WayleaveError("density-closed", "The density thread has ended", {}, { cause });
    for (const { reject } of waiting.values()) reject(closed);
    waiting.clear();
  };
  worker.on("message", ({ id, scalesPpm }: DensityReply) => {
    waiting.get(id)?.resolve(scalesPpm);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
  });
  worker.on("error", end);
  worker.on("exit", end);
  return {
    update(change) {
      if (closed !== null) return Promise.reject(closed);
      if (waiting.size >= WAITING_MAX) {
        const facts = { waiting: waiting.size };
        return Promise.reject(
          new WayleaveError("density-busy", "The density thread is busy", facts, { retryable: true }),
        );
      }
      const promised = Promise.withResolvers<readonly bigint[]>();
      const id = nextId++;
      waiting.set(id, promised);
      worker.ref();
      worker.postMessage({ id, ...change } satisfies DensityRequest);
      return promised.promise;
    },
    async close() {
      await worker.terminate();
    },
  };
}
