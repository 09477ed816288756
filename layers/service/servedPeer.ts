import type { Address } from "@wayleave/core/ids";
import type { Readable } from "node:stream";

/** What this layer needs of a linked device; `LinkPeer` of the link is one. Replies are hostile. */
export interface ServedPeer {
  readonly id: Address;
  readonly remoteAddress: string;
  request(options: {
    readonly method: "GET" | "PUT" | "POST" | "DELETE";
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array | Readable;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly status: number; readonly body: Readable }>;
}

/** Runs `work` on every item, at most `atOnce` at a time. `work` handles its own failures. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
