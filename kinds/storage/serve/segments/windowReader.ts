import type { KeyObject } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { decryptBlock } from "../../model/encryption.ts";
import { type SegmentLayout, blockPlace, blocksOfRange, pieceRangesOf, stripesOfRange } from "../../model/layout.ts";
import type { PieceClient } from "./pieceClient.ts";
import type { StorageDevices } from "./storageDevices.ts";
import { codecFor } from "./stripeEncoder.ts";

/** A piece as a reader needs it. */
export interface ReadablePiece {
  readonly shard: number;
  readonly device: Address;
  readonly pieceId: Hash32;
  readonly bad: boolean;
}

export interface ReadableSegment {
  readonly id: number;
  readonly layout: SegmentLayout;
  readonly pieces: readonly ReadablePiece[];
}

export interface ReaderDependencies {
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly log: Logger;
  /** A device served bytes that are not the piece's. */
  readonly reportBad: (segmentId: number, piece: ReadablePiece) => void;
}

/** A device that takes so many times longer than it usually does is not waited for alone. */
const HEDGE_FACTOR = 4;
const HEDGE_MIN_MS = 60;
/** Subsets tried when parity lies: three lying shards among nine. */
const SUBSETS_MAX = 84;

interface Fetch {
  readonly start: number;
  readonly end: number;
  readonly overdueAt: number;
  bytes: Buffer | null;
}

/**
 * Reads one range of one segment: the data shards' bytes alone while all is well; as soon as a device is absent, slow or
 * wrong, whole stripes from any k others beside it. Nothing leaves before its authentication tag matched.
 */
export class WindowReader {
  readonly #use: ReaderDependencies;
  readonly #segment: ReadableSegment;
  readonly #key: KeyObject;
  readonly #start: number;
  readonly #end: number;
  readonly #onEgress: (device: Address, bytes: number) => void;
  readonly #fetches = new Map<number, Fetch>();
  readonly #wholeFetches = new Map<number, Fetch>();
  readonly #failed = new Set<number>();
  readonly #abort = new AbortController();
  readonly #usable: readonly ReadablePiece[];
  #wake: (() => void) | undefined;
  /** Shards to have before stripes are restored; grows when some of them lie. */
  #shardsWanted: number;

  /** Segment bytes [start, end). @param signal - the reader gave up. */
  constructor(
    use: ReaderDependencies,
    target: {
      readonly segment: ReadableSegment;
      readonly key: KeyObject;
      readonly start: number;
      readonly end: number;
    },
    onEgress: (device: Address, bytes: number) => void,
    signal: AbortSignal,
  ) {
    this.#use = use;
    this.#segment = target.segment;
    this.#key = target.key;
    this.#start = target.start;
    this.#end = target.end;
    this.#onEgress = onEgress;
    this.#shardsWanted = target.segment.layout.k;
    // Also of devices in bad standing, which are asked last: what they serve carries its own proof.
    this.#usable = target.segment.pieces.filter((piece) => !piece.bad && use.devices.linked(piece.device) !== null);
    const abort = (): void => {
      this.#abort.abort(signal.reason);
      this.#wake?.();
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true, signal: this.#abort.signal });
  }

  /** @returns plaintext, in order. @throws WayleaveError `data-unavailable` when too few devices serve it. */
  async read(): Promise<Buffer[]> {
    try {
      return await this.#read();
    } finally {
      this.#abort.abort(new WayleaveError("read-ended", "The read ended"));
      // What arrived was decrypted into other memory; what is still on its way keeps its own.
      for (const fetches of [this.#fetches, this.#wholeFetches]) {
        for (const { bytes } of fetches.values()) if (bytes !== null) this.#use.client.recycle(bytes);
      }
    }
  }

  async #read(): Promise<Buffer[]> {
    const needed = pieceRangesOf(this.#segment.layout, this.#start, this.#end);
    // A suspect may still be asked for whole stripes, after all others.
    const passedOver = new Set<number>();
    for (const { shard, start, end } of needed) {
      const piece = this.#usable.find((candidate) => candidate.shard === shard);
      if (piece === undefined) this.#failed.add(shard);
      else if (this.#use.devices.isSuspect(piece.device)) passedOver.add(shard);
      else this.#fetch(this.#fetches, piece, start, end);
    }
    for (;;) {
      if (this.#abort.signal.aborted) throw this.#abort.signal.reason;
      const direct = this.#decodeDirect(needed.map((range) => range.shard));
      if (direct !== null) return direct;
      if (
        this.#mustRestore(
          needed.map((range) => range.shard),
          passedOver,
        )
      ) {
        const restored = this.#restore();
        if (restored !== null) return restored;
        this.#askOthers();
      }
      await this.#change();
    }
  }

  #decodeDirect(shards: readonly number[]): Buffer[] | null {
    if (!shards.every((shard) => this.#fetches.get(shard)?.bytes && !this.#failed.has(shard))) return null;
    return this.#decode((shard, offset) => {
      const { bytes, start } = this.#fetches.get(shard)!;
      return bytes!.subarray(offset - start, offset - start + this.#segment.layout.blockBytes);
    });
  }

  #mustRestore(shards: readonly number[], passedOver: ReadonlySet<number>): boolean {
    const now = performance.now();
    return shards.some((shard) => {
      if (this.#failed.has(shard) || passedOver.has(shard)) return true;
      const fetch = this.#fetches.get(shard);
      return fetch === undefined || (fetch.bytes === null && fetch.overdueAt <= now);
    });
  }

  /** Restores stripes from the shards that are here whole. Null: more are needed. */
  #restore(): Buffer[] | null {
    const { k } = this.#segment.layout;
    const ready = this.#readyShards();
    if (ready.length < Math.max(k, this.#shardsWanted)) return null;
    for (const subset of subsetsOf(ready, k)) {
      const blocks = this.#decodeFrom(subset);
      if (blocks === null) continue;
      // Whoever had to be left out for the tags to match has lied.
      const liars = this.#shardsWanted > k ? ready.filter((shard) => !subset.includes(shard)) : [];
      for (const shard of liars) this.#accuse(shard);
      return blocks;
    }
    for (const shard of ready) if (shard < k && !this.#isGenuine(shard)) this.#accuse(shard);
    this.#shardsWanted = Math.max(k, Math.min(this.#readyShards().length + 1, 2 * k));
    return null;
  }

  #readyShards(): number[] {
    const { start, end } = this.#stripeBytes();
    const ready = new Set<number>();
    for (const fetches of [this.#fetches, this.#wholeFetches]) {
      for (const [shard, fetch] of fetches) {
        if (fetch.bytes !== null && fetch.start <= start && fetch.end >= end && !this.#failed.has(shard))
          ready.add(shard);
      }
    }
    return [...ready].sort((a, b) => a - b);
  }

  #stripeBytes(): { readonly start: number; readonly end: number } {
    const { layout } = this.#segment;
    const { first, last } = stripesOfRange(layout, this.#start, this.#end);
    return { start: first * layout.blockBytes, end: (last + 1) * layout.blockBytes };
  }

  #block(shard: number, offset: number): Buffer {
    const { start, end } = this.#stripeBytes();
    const covers = (fetch: Fetch | undefined) =>
      fetch !== undefined && fetch.bytes !== null && fetch.start <= start && fetch.end >= end;
    const direct = this.#fetches.get(shard);
    const fetch = covers(direct) ? direct! : this.#wholeFetches.get(shard)!;
    return fetch.bytes!.subarray(offset - fetch.start, offset - fetch.start + this.#segment.layout.blockBytes);
  }

  #decodeFrom(subset: readonly number[]): Buffer[] | null {
    const { layout, pieces } = this.#segment;
    const codec = codecFor(layout.k, Math.max(...pieces.map((piece) => piece.shard)) + 1);
    const missing = Array.from({ length: layout.k }, (_, shard) => shard).filter((shard) => !subset.includes(shard));
    let restoredOffset = -1;
    let restored = new Map<number, Uint8Array>();
    return this.#decode((shard, offset) => {
      if (subset.includes(shard)) return this.#block(shard, offset);
      if (restoredOffset !== offset) {
        const present = new Map(subset.map((index) => [index, this.#block(index, offset)]));
        restored = codec.reconstruct(present, missing, layout.blockBytes);
        restoredOffset = offset;
      }
      return restored.get(shard)!;
    }, subset);
  }

  /** @param blockAt - the stored block of a data shard at a piece offset. @param trusted - shards that came as they are. */
  #decode(blockAt: (shard: number, offset: number) => Uint8Array, trusted?: readonly number[]): Buffer[] | null {
    const { layout } = this.#segment;
    const plain: Buffer[] = [];
    for (const { block, from, to } of blocksOfRange(layout, this.#start, this.#end)) {
      const { shard, pieceOffset, plainBytes } = blockPlace(layout, block);
      const bytes = decryptBlock(this.#key, block, blockAt(shard, pieceOffset), plainBytes);
      if (bytes === null) {
        if (trusted === undefined || trusted.includes(shard)) this.#accuse(shard);
        return null;
      }
      plain.push(bytes.subarray(from, to));
    }
    return plain;
  }

  /** Whether every block of this data shard that is here whole has a matching tag. */
  #isGenuine(shard: number): boolean {
    const { layout } = this.#segment;
    const { start, end } = this.#stripeBytes();
    for (let offset = start; offset < end; offset += layout.blockBytes) {
      const block = (offset / layout.blockBytes) * layout.k + shard;
      if (block >= layout.blockCount) break;
      const { plainBytes } = blockPlace(layout, block);
      if (decryptBlock(this.#key, block, this.#block(shard, offset), plainBytes) === null) return false;
    }
    return true;
  }

  #accuse(shard: number): void {
    if (this.#failed.has(shard)) return;
    this.#failed.add(shard);
    const piece = this.#usable.find((candidate) => candidate.shard === shard);
    if (piece === undefined) return;
    this.#use.devices.noteFailure(piece.device, true);
    this.#use.log.warn({ device: piece.device, segment: this.#segment.id, shard }, "Find wrong bytes in a piece");
    this.#use.reportBad(this.#segment.id, piece);
  }

  /** Asks as many devices for whole stripes as are missing, not counting those that are overdue. */
  #askOthers(): void {
    const now = performance.now();
    const { start, end } = this.#stripeBytes();
    const ready = new Set(this.#readyShards());
    let expected = ready.size;
    const asked = new Set<number>();
    for (const fetches of [this.#fetches, this.#wholeFetches]) {
      for (const [shard, fetch] of fetches) {
        if (fetch.start > start || fetch.end < end) continue;
        asked.add(shard);
        if (fetch.bytes === null && fetch.overdueAt > now && !this.#failed.has(shard)) expected++;
      }
    }
    const others = this.#usable
      .filter((piece) => !asked.has(piece.shard) && !this.#failed.has(piece.shard))
      .sort((a, b) => this.#preference(a) - this.#preference(b));
    for (const piece of others.slice(0, Math.max(0, this.#shardsWanted - expected))) {
      this.#fetch(this.#wholeFetches, piece, start, end);
      expected++;
    }
    const isPending = [this.#fetches, this.#wholeFetches].some((fetches) =>
      [...fetches].some(([shard, fetch]) => fetch.bytes === null && !this.#failed.has(shard)),
    );
    if (!isPending && this.#readyShards().length < this.#shardsWanted) throw this.#unavailable();
  }

  /** Lower is asked earlier. */
  #preference(piece: ReadablePiece): number {
    const suspect = this.#use.devices.isSuspect(piece.device) ? 1e6 : 0;
    return suspect + this.#use.devices.expectedLatencyMs(piece.device);
  }

  #fetch(into: Map<number, Fetch>, piece: ReadablePiece, start: number, end: number): void {
    const device = this.#use.devices.linked(piece.device);
    if (device === null) {
      this.#failed.add(piece.shard);
      return;
    }
    const startedMs = performance.now();
    const patienceMs = Math.max(HEDGE_MIN_MS, HEDGE_FACTOR * this.#use.devices.expectedLatencyMs(piece.device));
    const fetch: Fetch = { start, end, overdueAt: startedMs + patienceMs, bytes: null };
    into.set(piece.shard, fetch);
    this.#use.client.read(device.peer, piece.pieceId, start, end, this.#abort.signal).then(
      (bytes) => {
        this.#onEgress(piece.device, bytes.byteLength);
        this.#use.devices.noteSuccess(piece.device, performance.now() - startedMs);
        fetch.bytes = bytes;
        this.#wake?.();
      },
      (error: unknown) => {
        if (this.#abort.signal.aborted) return;
        const code = error instanceof WayleaveError ? error.code : "failed";
        const status = error instanceof WayleaveError ? error.facts["status"] : undefined;
        this.#use.log.debug({ device: piece.device, shard: piece.shard, code, status }, "Miss a shard of a read");
        // A device that says it has no such piece has lost it, or lies: both are repaired.
        if (status === 404) this.#accuse(piece.shard);
        else {
          this.#use.devices.noteFailure(piece.device, false);
          this.#failed.add(piece.shard);
        }
        this.#wake?.();
      },
    );
  }

  /** Until a fetch settled or the next one became overdue. */
  #change(): Promise<void> {
    const now = performance.now();
    let nextOverdue = Number.POSITIVE_INFINITY;
    for (const fetches of [this.#fetches, this.#wholeFetches]) {
      for (const { bytes, overdueAt } of fetches.values()) {
        if (bytes === null && overdueAt > now) nextOverdue = Math.min(nextOverdue, overdueAt);
      }
    }
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = Number.isFinite(nextOverdue) ? setTimeout(done, nextOverdue - now + 1) : undefined;
      this.#wake = done;
    });
  }

  #unavailable(): WayleaveError {
    const facts = { segment: this.#segment.id, needed: this.#segment.layout.k, reachable: this.#readyShards().length };
    return new WayleaveError("data-unavailable", "Too few devices serve this data right now", facts, {
      retryable: true,
    });
  }
}

/** Subsets of `size`, the first ones (data shards) preferred. At most {@link SUBSETS_MAX}. */
function* subsetsOf(items: readonly number[], size: number): Generator<number[]> {
  let given = 0;
  const pick = function* (from: number, chosen: readonly number[]): Generator<number[]> {
    if (chosen.length === size) {
      given++;
      yield [...chosen];
      return;
    }
    for (let i = from; i <= items.length - (size - chosen.length) && given < SUBSETS_MAX; i++) {
      yield* pick(i + 1, [...chosen, items[i]!]);
    }
  };
  yield* pick(0, []);
}
