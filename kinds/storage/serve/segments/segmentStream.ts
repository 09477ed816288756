import type { KeyObject } from "node:crypto";
import type { Logger } from "@wayleave/core/kind";
import { assert } from "@wayleave/core/errors";
import { type CodePolicy, TAG_BYTES } from "../../model/layout.ts";
import type { BodyCoder } from "./coderPool.ts";
import { type StoredPiece, collectReceipts } from "./collectReceipts.ts";
import type { PieceClient } from "./pieceClient.ts";
import type { PlainReader } from "./plainReader.ts";
import { type ShardTarget, StreamedUpload } from "./shardUpload.ts";
import type { StorageDevices } from "./storageDevices.ts";

/** How long enough devices wait for one that is not needed before it is dropped. */
const SPARE_GRACE_MS = 250;
/** How long they wait for one whose loss leaves the segment to be repaired. */
const STALL_GRACE_MS = 5_000;

export interface SegmentStreamOptions {
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly log: Logger;
  readonly coder: BodyCoder;
  readonly key: KeyObject;
  readonly policy: CodePolicy;
  /** By shard, from 0. */
  readonly targets: readonly ShardTarget[];
  readonly blockBytes: number;
  readonly pieceBytes: number | undefined;
  readonly maxBytes: number;
}

/** Plaintext in hand: `bytes` of `plain` count. */
export interface Batch {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly bytes: number;
}

/** One segment on its way: batches are coded on the coder's thread and fed to all its devices at the pace of the slowest needed. */
export class SegmentStream {
  readonly #options: SegmentStreamOptions;
  readonly #uploads: readonly StreamedUpload[];
  readonly #segment: number;
  plainBytes = 0;
  #pieceBytes = 0;
  #wake: (() => void) | undefined;

  constructor(options: SegmentStreamOptions) {
    this.#options = options;
    const { policy, targets, blockBytes, client } = options;
    this.#segment = options.coder.open(options.key, { k: policy.k, total: targets.length, blockBytes });
    this.#uploads = targets.map(
      (target) => new StreamedUpload(client, target, options.pieceBytes, () => this.#wake?.()),
    );
  }

  /**
   * Takes `batch` and what follows from `reader` until the segment is full or the body ends. While one batch is coded
   * the next is read, and the one before goes out.
   *
   * @returns the next segment's first batch, of no bytes at the body's end.
   */
  async feed(reader: PlainReader, batch: Batch, batchBytes: number): Promise<Batch> {
    const { coder, policy, blockBytes, maxBytes } = this.#options;
    const stripeBytes = policy.k * (blockBytes - TAG_BYTES);
    const spare: Uint8Array<ArrayBuffer>[] = [];
    let sending: Promise<void> = Promise.resolve();
    let current = batch;
    for (;;) {
      const { plain, bytes } = current;
      assert(this.plainBytes % stripeBytes === 0, "only a segment's last stripe is short");
      const firstBlock = (this.plainBytes / stripeBytes) * policy.k;
      this.plainBytes += bytes;
      const encoding = coder.encode(this.#segment, plain, bytes, firstBlock);
      encoding.catch(() => undefined); // awaited in `send`, maybe after an error of the body
      const before = sending;
      sending = this.#send(before, encoding, spare);
      sending.catch(() => undefined);
      await before;
      const next = spare.pop() ?? Buffer.allocUnsafeSlow(batchBytes);
      const room = maxBytes - this.plainBytes;
      const target = room === 0 ? next : next.subarray(0, Math.min(next.byteLength, room));
      const filled = await reader.fill(target, stripeBytes);
      current = { plain: next, bytes: filled };
      if (room > 0 && filled > 0) continue;
      await sending;
      return current;
    }
  }

  async #send(
    before: Promise<void>,
    encoding: ReturnType<BodyCoder["encode"]>,
    spare: Uint8Array<ArrayBuffer>[],
  ): Promise<void> {
    await before;
    const { shards, plain } = await encoding;
    spare.push(plain);
    this.#pieceBytes += shards[0]!.byteLength;
    for (const upload of this.#uploads) upload.push(shards[upload.shard]!);
    await this.#room();
  }

  /** Ends the pieces and waits for their receipts. */
  async finish(): Promise<StoredPiece[]> {
    const { coder, policy } = this.#options;
    for (const upload of this.#uploads) upload.end();
    const roots = await coder.finish(this.#segment);
    return await collectReceipts(this.#uploads, roots, this.#pieceBytes, policy, this.#options);
  }

  cancel(): void {
    for (const upload of this.#uploads) upload.cancel("the upload failed");
  }

  /** Waits until every device takes more, dropping the slow ones as soon as the others are enough. */
  async #room(): Promise<void> {
    const { n, repairAt } = this.#options.policy;
    const startedMs = performance.now();
    for (;;) {
      const live = this.#uploads.filter((upload) => upload.failure === undefined);
      const slow = live.filter((upload) => !upload.hasRoom);
      if (slow.length === 0) return;
      const ready = live.length - slow.length;
      const waitedMs = performance.now() - startedMs;
      const graceMs = ready >= n ? SPARE_GRACE_MS : ready >= repairAt ? STALL_GRACE_MS : Number.POSITIVE_INFINITY;
      if (waitedMs >= graceMs) {
        for (const upload of slow) {
          this.#options.devices.noteFailure(upload.device.id, false);
          upload.cancel("too slow");
        }
        return;
      }
      await this.#change(graceMs - waitedMs);
    }
  }

  /** Until an upload took something, ended or failed, or the time is over. */
  #change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      // An upload that stands still for longer is failed by its link, which is a change.
      const timer = Number.isFinite(withinMs) ? setTimeout(done, withinMs) : undefined;
      this.#wake = done;
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}
