import { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import type { Hash32 } from "@wayleave/core/ids";
import type { SignedReceipt } from "../../model/receipts.ts";
import type { PieceClient } from "./pieceClient.ts";
import type { StorageDevice } from "./storageDevices.ts";

/** Batches that may wait for one device: four of at most 256 KiB keep a link busy over a hiccup. */
const WAITING_CHUNKS_MAX = 4;

export interface ShardTarget {
  readonly device: StorageDevice;
  readonly shard: number;
  readonly pieceId: Hash32;
}

/** A piece on its way to a device. */
export interface PieceInFlight extends ShardTarget {
  /** Settles when the device answered or the upload failed; never rejects. */
  readonly settled: Promise<void>;
  /** What the device signed, still to be judged against the piece. */
  readonly signed: SignedReceipt | undefined;
  readonly failure: Error | undefined;
  cancel(reason: string): void;
}

abstract class Upload implements PieceInFlight {
  readonly device: StorageDevice;
  readonly shard: number;
  readonly pieceId: Hash32;
  abstract readonly settled: Promise<void>;
  signed: SignedReceipt | undefined;
  failure: Error | undefined;
  protected readonly abort = new AbortController();

  constructor(target: ShardTarget) {
    this.device = target.device;
    this.shard = target.shard;
    this.pieceId = target.pieceId;
  }

  cancel(reason: string): void {
    if (this.signed !== undefined || this.failure !== undefined) return;
    const facts = { device: this.device.id, reason };
    this.failure = new WayleaveError("upload-cancelled", "The upload of a shard was given up", facts);
    this.abort.abort(this.failure);
    this.ended();
  }

  protected watch(reply: Promise<SignedReceipt>): Promise<void> {
    return reply.then(
      (signed) => {
        if (this.failure === undefined) this.signed = signed;
        this.ended();
      },
      (error: unknown) => {
        this.failure ??= error as Error;
        this.ended();
      },
    );
  }

  protected ended(): void {}
}

/** A shard that lies in memory. */
export class WholeUpload extends Upload {
  readonly settled: Promise<void>;

  constructor(client: PieceClient, target: ShardTarget, body: Uint8Array, root: Hash32) {
    super(target);
    const { pieceId } = target;
    this.settled = this.watch(
      client.put(target.device.peer, { pieceId, body, sizeBytes: body.byteLength, root, signal: this.abort.signal }),
    );
  }
}

/** A shard fed as its stripes are coded. */
export class StreamedUpload extends Upload {
  readonly settled: Promise<void>;
  readonly #source: Readable;
  readonly #queue: (Uint8Array | null)[] = [];
  readonly #onChange: () => void;
  #wanted = false;

  /**
   * @param sizeBytes - of the piece, when it is known before its end.
   * @param onChange - called whenever room appeared or the upload ended.
   */
  constructor(client: PieceClient, target: ShardTarget, sizeBytes: number | undefined, onChange: () => void) {
    super(target);
    this.#onChange = onChange;
    this.#source = new Readable({ objectMode: true, highWaterMark: 1, read: () => this.#give() });
    this.#source.on("error", () => undefined); // told by `failure`
    const { pieceId } = target;
    const upload = { pieceId, body: this.#source, signal: this.abort.signal };
    this.settled = this.watch(
      client.put(target.device.peer, sizeBytes === undefined ? upload : { ...upload, sizeBytes }),
    );
  }

  /** Whether it takes more now; one that ended takes anything, and drops it. */
  get hasRoom(): boolean {
    return this.failure !== undefined || this.#queue.length < WAITING_CHUNKS_MAX;
  }

  push(chunk: Uint8Array): void {
    if (this.failure !== undefined) return;
    this.#queue.push(chunk);
    if (this.#wanted) this.#give();
  }

  end(): void {
    if (this.failure !== undefined) return;
    this.#queue.push(null);
    if (this.#wanted) this.#give();
  }

  #give(): void {
    const next = this.#queue.shift();
    this.#wanted = next === undefined;
    if (next === undefined) return;
    this.#source.push(next);
    this.#onChange();
  }

  protected override ended(): void {
    if (this.failure !== undefined) {
      this.#queue.length = 0;
      this.#source.destroy();
    }
    this.#onChange();
  }
}
