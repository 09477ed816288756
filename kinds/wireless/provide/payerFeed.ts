import { Readable } from "node:stream";
import type { Address } from "@wayleave/core/ids";
import type { PicoUsd } from "@wayleave/core/money";
import type { Clock } from "@wayleave/core/time";
import { HEARTBEAT_MS, type PurchaseRefusal, type UplinkFilter } from "../model/agentApi.ts";
import type { RadioUplink } from "../model/radio.ts";
import { encodeHeartbeat, encodeStreamBegin, encodeUplink } from "../model/uplinkStream.ts";
import { type Bought, DeliveryLedger, type DeliveryKind } from "./deliveryLedger.ts";
import { OfferAllowance } from "./offerAllowance.ts";
import { CompiledFilter, type FrameAddress } from "./uplinkFilter.ts";

/** Frames that wait for a subscriber: most of a second of a flood, some megabytes. A device's deadline is one second. */
export const QUEUED_UPLINKS_MAX = 8_192;
/** Written at a time: an HTTP/2 frame's usual size. */
const CHUNK_BYTES = 16_384;
/**
 * Between two writes of a busy stream: each costs both ends more than all frames in it, and a device's deadline is a
 * second. A frame that comes after a pause goes at once.
 */
const WRITE_EVERY_MS = 5;

export interface PayerFeedDependencies {
  readonly bootId: string;
  readonly ask: PicoUsd;
  readonly mayServe: () => boolean;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Called at the first delivery that is withheld because too few were bought. */
  readonly onUnbought?: () => void;
  readonly queuedMax?: number;
}

/** One payer at this agent: what it wants to hear, its open stream, and what it was delivered. */
export class PayerFeed {
  readonly payer: Address;
  delivered = 0;
  droppedQueueFull = 0;
  withheldUnpaid = 0;
  withheldUnbought = 0;
  readonly #dependencies: PayerFeedDependencies;
  readonly #ledger: DeliveryLedger;
  readonly #allowance: OfferAllowance;
  #stream: UplinkBody | null = null;
  #filter: CompiledFilter | null = null;
  #serving = true;

  constructor(payer: Address, dependencies: PayerFeedDependencies) {
    this.payer = payer;
    this.#ledger = new DeliveryLedger(dependencies.ask);
    this.#allowance = new OfferAllowance(dependencies.clock);
    this.#dependencies = dependencies;
  }

  get isOpen(): boolean {
    return this.#stream !== null;
  }

  /** Opens the payer's stream and ends an older one: two would be billed for the same frames. */
  open(filter: UplinkFilter): Readable {
    this.#stream?.finish();
    const stream = new UplinkBody(this.#dependencies.queuedMax ?? QUEUED_UPLINKS_MAX, {
      begin: encodeStreamBegin(this.#dependencies.bootId),
      encode: (uplink) => {
        this.delivered++;
        return encodeUplink(this.#ledger.deliver(uplink.payload.byteLength, "copy"), uplink);
      },
      heartbeat: () => this.#heartbeat(),
    });
    stream.once("close", () => {
      if (this.#stream === stream) this.#stream = null;
    });
    this.#filter = new CompiledFilter(filter);
    this.#stream = stream;
    return stream;
  }

  /** @returns whether the frame is this payer's, delivered or not. */
  offer(uplink: RadioUplink, address: FrameAddress): boolean {
    const stream = this.#stream;
    if (stream === null || !this.#filter!.wants(address)) return false;
    this.refresh();
    if (!this.#serving) this.withheldUnpaid++;
    else if (!this.mayOffer("copy")) return true;
    else if (!stream.add(uplink)) this.droppedQueueFull++;
    return true;
  }

  /** Takes one delivery from what the payer may leave unbought. */
  mayOffer(kind: DeliveryKind): boolean {
    if (this.#allowance.take(kind)) return true;
    if (this.withheldUnbought++ === 0) this.#dependencies.onUnbought?.();
    return false;
  }

  /** Numbers a downlink that was sent. */
  sent(payloadBytes: number): number {
    return this.#ledger.deliver(payloadBytes, "downlink");
  }

  /** Takes one purchase. Hostile. @returns why not, or null when it is to be charged. */
  buy(act: Bought, kind: DeliveryKind): PurchaseRefusal | null {
    const refusal = this.#ledger.buy(act, kind);
    if (refusal === null) this.#allowance.bought(kind);
    return refusal;
  }

  /** Asks again whether the payer may be served, and tells it when that changed. */
  refresh(): void {
    const serving = this.#dependencies.mayServe();
    if (serving === this.#serving) return;
    this.#serving = serving;
    this.#stream?.beat();
  }

  close(): void {
    this.#stream?.finish();
  }

  #heartbeat(): Uint8Array {
    const { droppedQueueFull, withheldUnpaid, withheldUnbought } = this;
    return encodeHeartbeat({ serving: this.#serving, droppedQueueFull, withheldUnpaid, withheldUnbought });
  }
}

interface UplinkBodySource {
  readonly begin: Uint8Array;
  /** Called when the record is about to be written, so that what is dropped from the queue has no number. */
  readonly encode: (uplink: RadioUplink) => Uint8Array;
  readonly heartbeat: () => Uint8Array;
}

/** A reply's endless body: a bounded queue of frames that loses its oldest, and a heartbeat. */
class UplinkBody extends Readable {
  readonly #source: UplinkBodySource;
  readonly #queue: RadioUplink[];
  readonly #timer: NodeJS.Timeout;
  #first = 0;
  #queued = 0;
  #wanted = false;
  #begun = false;
  #beat = false;
  #flushing = false;
  #finished = false;
  #flushedMs = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(queuedMax: number, source: UplinkBodySource) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#source = source;
    this.#queue = new Array<RadioUplink>(queuedMax);
    this.#timer = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** @returns false when an older frame had to go. */
  add(uplink: RadioUplink): boolean {
    const size = this.#queue.length;
    const fits = this.#queued < size;
    if (!fits) {
      this.#first = (this.#first + 1) % size;
      this.#queued--;
    }
    this.#queue[(this.#first + this.#queued) % size] = uplink;
    this.#queued++;
    this.#schedule();
    return fits;
  }

  /** At most one heartbeat waits. */
  beat(): void {
    this.#beat = true;
    this.#schedule();
  }

  finish(): void {
    clearInterval(this.#timer);
    if (this.#finished || this.destroyed) return;
    this.#finished = true;
    this.push(null);
  }

  override _read(): void {
    this.#wanted = true;
    this.#flush();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearInterval(this.#timer);
    clearTimeout(this.#pause);
    this.#queued = 0;
    callback(error);
  }

  /** Frames that came in one turn of the event loop, or within {@link WRITE_EVERY_MS} of the last write, are one chunk. */
  #schedule(): void {
    if (!this.#wanted || this.#flushing) return;
    this.#flushing = true;
    const flush = (): void => {
      this.#flushing = false;
      this.#flush();
    };
    const sinceMs = performance.now() - this.#flushedMs;
    if (sinceMs >= WRITE_EVERY_MS) setImmediate(flush);
    else this.#pause = setTimeout(flush, WRITE_EVERY_MS - sinceMs);
  }

  #flush(): void {
    this.#flushedMs = performance.now();
    while (this.#wanted && !this.destroyed && !this.#finished) {
      const chunk = this.#chunk();
      if (chunk === null) return;
      this.#wanted = this.push(chunk);
    }
  }

  #chunk(): Uint8Array | null {
    const records: Uint8Array[] = [];
    let bytes = 0;
    const take = (record: Uint8Array): void => {
      records.push(record);
      bytes += record.byteLength;
    };
    if (!this.#begun) take(this.#source.begin);
    if (!this.#begun || this.#beat) take(this.#source.heartbeat());
    this.#begun = true;
    this.#beat = false;
    while (this.#queued > 0 && bytes < CHUNK_BYTES) {
      const uplink = this.#queue[this.#first]!;
      delete this.#queue[this.#first];
      this.#first = (this.#first + 1) % this.#queue.length;
      this.#queued--;
      take(this.#source.encode(uplink));
    }
    return records.length === 0 ? null : Buffer.concat(records, bytes);
  }
}
