import type { KeyObject } from "node:crypto";
import { Readable } from "node:stream";
import { segmentKey } from "../../model/encryption.ts";
import { segmentLayout } from "../../model/layout.ts";
import type { Address } from "@wayleave/core/ids";
import { type ReadablePiece, type ReaderDependencies, WindowReader } from "./windowReader.ts";

/** Plaintext asked for at a time: half a MiB from each of four devices, so that requests are few beside their bytes. */
const WINDOW_BYTES = 2 << 20;
/** What a busy front reads at a time. */
const BUSY_WINDOW_BYTES = 512 << 10;
/** Windows under way for one reader: while one is sent, one is here and one is coming. */
const WINDOWS_AHEAD = 3;
/** Readers from which each gets less: 16 × 3 × 2 MiB and 64 × 1 × 512 KiB are within 100 MiB. */
const MANY_READERS = 16;

/** One segment of a content, as its row says. */
export interface SegmentRecord {
  readonly id: number;
  readonly index: number;
  readonly sizeBytes: number;
  readonly k: number;
  readonly pieces: readonly ReadablePiece[];
}

/** A run of stored bytes under one key: a whole object, or one part of it. */
export interface ContentRecord {
  readonly id: number;
  readonly sizeBytes: number;
  /** The object's key, from which its segments' are derived. */
  readonly key: KeyObject;
  readonly segments: readonly SegmentRecord[];
}

interface Window {
  readonly segment: SegmentRecord;
  readonly key: KeyObject;
  readonly start: number;
  readonly end: number;
}

/** Reads stored bytes back from devices, a bounded number of windows ahead of its reader. */
export class ContentReader {
  readonly #use: ReaderDependencies;
  #readers = 0;

  constructor(dependencies: ReaderDependencies) {
    this.#use = dependencies;
  }

  /**
   * Bytes [offset, offset + length) of the contents laid end to end. Contents are asked for as they are reached.
   *
   * @param onEgress - every byte a device served for this read.
   */
  read(
    contents: AsyncIterable<ContentRecord>,
    offset: number,
    length: number,
    onEgress: (device: Address, bytes: number) => void,
  ): Readable {
    const abort = new AbortController();
    const chunks = this.#chunks(contents, offset, length, onEgress, abort.signal);
    const stream = Readable.from(chunks, { objectMode: false, highWaterMark: 256 << 10 });
    stream.once("close", () => abort.abort(new Error("the reader is gone")));
    return stream;
  }

  async *#chunks(
    contents: AsyncIterable<ContentRecord>,
    offset: number,
    length: number,
    onEgress: (device: Address, bytes: number) => void,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    this.#readers++;
    const ahead: Promise<Buffer[]>[] = [];
    try {
      for await (const window of this.#windows(contents, offset, length)) {
        const target = { ...window, segment: readable(window.segment) };
        const blocks = new WindowReader(this.#use, target, onEgress, signal).read();
        blocks.catch(() => undefined); // awaited when its turn comes
        ahead.push(blocks);
        while (ahead.length >= this.#windowsAhead()) yield* await ahead.shift()!;
      }
      for (const blocks of ahead.splice(0)) yield* await blocks;
    } finally {
      this.#readers--;
    }
  }

  async *#windows(contents: AsyncIterable<ContentRecord>, offset: number, length: number): AsyncGenerator<Window> {
    let skip = offset;
    let left = length;
    for await (const content of contents) {
      if (left <= 0) return;
      if (skip >= content.sizeBytes) {
        skip -= content.sizeBytes;
        continue;
      }
      for (const segment of content.segments) {
        if (left <= 0) break;
        if (skip >= segment.sizeBytes) {
          skip -= segment.sizeBytes;
          continue;
        }
        const key = segmentKey(content.key, segment.index);
        const end = Math.min(segment.sizeBytes, skip + left);
        for (let at = skip; at < end;) {
          const until = Math.min(end, this.#windowEnd(segment, at));
          yield { segment, key, start: at, end: until };
          left -= until - at;
          at = until;
        }
        skip = 0;
      }
    }
  }

  /** Windows end between stripes, so that no block is fetched twice. */
  #windowEnd(segment: SegmentRecord, from: number): number {
    const { payloadBytes, k } = segmentLayout(segment.sizeBytes, segment.k);
    const stripe = payloadBytes * k;
    const window = this.#readers > MANY_READERS ? BUSY_WINDOW_BYTES : WINDOW_BYTES;
    const stripes = Math.max(1, Math.floor(window / stripe));
    return (Math.floor(from / stripe) + stripes) * stripe;
  }

  #windowsAhead(): number {
    return this.#readers > MANY_READERS ? 1 : WINDOWS_AHEAD;
  }
}

function readable(segment: SegmentRecord) {
  return { id: segment.id, layout: segmentLayout(segment.sizeBytes, segment.k), pieces: segment.pieces };
}
