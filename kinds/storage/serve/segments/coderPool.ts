import type { KeyObject } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { AssertionFailure, assert } from "@wayleave/core/errors";
import type { CoderReply, CoderRequest } from "./coderWorker.ts";
import type { StripeShape } from "./stripeEncoder.ts";

/** One upload keeps one thread at most three quarters busy at a gigabit; half the cores are left to everything else. */
const WORKERS_MAX = 4;

/** One body being stored: its plaintext MD5 and its segments, all on one thread, so that order is kept. */
export interface BodyCoder {
  /** @returns the segment's id for {@link encode} and {@link finish}. */
  open(key: KeyObject, shape: StripeShape): number;
  /**
   * @param plain - given away: it comes back empty of meaning, for reuse.
   * @param bytes - how much of `plain` is meant.
   */
  encode(segment: number, plain: Uint8Array<ArrayBuffer>, bytes: number, firstBlock: number): Promise<EncodedBatch>;
  /** Roots of all pieces, by shard. */
  finish(segment: number): Promise<readonly Uint8Array[]>;
  /** MD5 of everything encoded. */
  md5(): Promise<Uint8Array>;
  /** Frees what the thread holds for this body. Always to be called. */
  close(): void;
}

export interface EncodedBatch {
  readonly shards: readonly Uint8Array<ArrayBuffer>[];
  readonly plain: Uint8Array<ArrayBuffer>;
}

class CoderThread {
  readonly #worker: Worker;
  readonly #waiting: { readonly resolve: (reply: CoderReply) => void; readonly reject: (error: Error) => void }[] = [];
  #failure: Error | undefined;
  bodies = 0;

  constructor() {
    this.#worker = new Worker(new URL("./coderWorker.ts", import.meta.url), { name: "storage-coder" });
    this.#worker.unref();
    this.#worker.on("message", (reply: CoderReply) => {
      const next = this.#waiting.shift();
      assert(next !== undefined, "a coder answers only what it was asked");
      if (reply.type === "failed") next.reject(new AssertionFailure(`coder: ${reply.message}`));
      else next.resolve(reply);
    });
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", () => this.#fail(new AssertionFailure("a coder thread ended")));
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  tell(request: CoderRequest): void {
    if (this.#failure === undefined) this.#worker.postMessage(request);
  }

  ask<T extends CoderReply["type"]>(
    request: CoderRequest,
    transfer: ArrayBuffer[] = [],
  ): Promise<Extract<CoderReply, { type: T }>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (reply: CoderReply) => void, reject });
      this.#worker.postMessage(request, transfer);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** The coder threads of one front. A thread that dies is replaced; the uploads on it fail. */
export class CoderPool {
  readonly #threads: CoderThread[] = [];
  readonly #size: number;
  #nextId = 1;

  constructor(size = Math.max(1, Math.min(WORKERS_MAX, Math.floor(availableParallelism() / 2)))) {
    this.#size = size;
  }

  openBody(wantsMd5: boolean): BodyCoder {
    const thread = this.#leastBusy();
    thread.bodies++;
    const body = this.#nextId++;
    const segments = new Set<number>();
    let closed = false;
    return {
      open: (key, shape) => {
        const segment = this.#nextId++;
        segments.add(segment);
        thread.tell({ type: "open", segment, key, shape });
        return segment;
      },
      encode: (segment, plain, bytes, firstBlock) =>
        thread.ask<"encoded">({ type: "encode", segment, body: wantsMd5 ? body : null, plain, bytes, firstBlock }, [
          plain.buffer,
        ]),
      finish: async (segment) => {
        const { roots } = await thread.ask<"finished">({ type: "finish", segment });
        segments.delete(segment);
        return roots;
      },
      md5: async () => {
        assert(wantsMd5, "an MD5 is asked for in advance");
        return (await thread.ask<"digested">({ type: "digest", body })).md5;
      },
      close: () => {
        if (closed) return;
        closed = true;
        thread.bodies--;
        for (const segment of segments) thread.tell({ type: "forget", segment, body: null });
        thread.tell({ type: "forget", segment: null, body });
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  #leastBusy(): CoderThread {
    const failed = this.#threads.findIndex((thread) => thread.failed);
    if (failed >= 0) this.#threads.splice(failed, 1);
    const idle = this.#threads.find((thread) => thread.bodies === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.#size) {
      const fresh = new CoderThread();
      this.#threads.push(fresh);
      return fresh;
    }
    return this.#threads.reduce((best, thread) => (thread.bodies < best.bodies ? thread : best));
  }
}
