import { type KeyObject, hash, randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import { OBJECT_ID_BYTES, objectKey, segmentKey } from "../../model/encryption.ts";
import { type CodePolicy, TAG_BYTES, segmentLayout, segmentMaxBytes } from "../../model/layout.ts";
import { pieceDigest } from "../../model/pieceTree.ts";
import type { BodyCoder, CoderPool } from "./coderPool.ts";
import { type StoredPiece, collectReceipts } from "./collectReceipts.ts";
import type { IntentLog } from "./intentLog.ts";
import type { MemoryBudget } from "./memoryBudget.ts";
import { type PieceClient, randomPieceId } from "./pieceClient.ts";
import { explainPlacement, place } from "./placement.ts";
import { PlainReader } from "./plainReader.ts";
import { SegmentStream } from "./segmentStream.ts";
import { type ShardTarget, WholeUpload } from "./shardUpload.ts";
import type { StorageDevices } from "./storageDevices.ts";
import { encodeStripes } from "./stripeEncoder.ts";

/** Objects up to here stay with their metadata: six devices would cost more than they give. */
export const INLINE_MAX_BYTES = 4096;
/** Plaintext coded at a time: large enough that threads talk rarely, small enough that many uploads fit in memory. */
const BATCH_BYTES = 1 << 20;
const BLOCK_PAYLOAD_BYTES = 65_536 - TAG_BYTES;
/** Up to here coding takes a millisecond, about what a round trip to a busy thread takes. */
const ON_MAIN_THREAD_BYTES = 256 * 1024;
/** Rounds of other devices for a small segment that too few took. */
const WHOLE_ATTEMPTS = 3;

export interface StoredSegment {
  readonly index: number;
  readonly sizeBytes: number;
  readonly policy: CodePolicy;
  readonly pieces: readonly StoredPiece[];
}

/** A body that lies on devices (or is small and here), not yet visible to anybody. */
export interface WrittenContent {
  readonly sizeBytes: number;
  readonly md5: Uint8Array;
  /** From which its key was derived. */
  readonly objectId: Uint8Array;
  readonly segments: readonly StoredSegment[];
  /** Set instead of segments for at most {@link INLINE_MAX_BYTES}: plaintext. */
  readonly inline?: Uint8Array;
  /** To be ended in the transaction that makes the content visible. */
  readonly intents: readonly number[];
}

export interface WriterDependencies {
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly coders: CoderPool;
  readonly intents: IntentLog;
  readonly budget: MemoryBudget;
  readonly log: Logger;
  /** Uniform in [0, 1): placement's dice. */
  readonly random: () => number;
}

export interface BodySource {
  readonly body: Readable;
  readonly sizeBytes?: number;
  readonly contentMd5?: Uint8Array;
}

/** How many uploads more than n are started where devices allow, so that the slowest do not set the pace. */
export function extraShards(n: number): number {
  return Math.max(1, Math.floor(n / 8));
}

/** Encrypts, codes and spreads bodies over devices. Memory is bounded whatever a body's size. */
export class ContentWriter {
  readonly #use: WriterDependencies;

  constructor(dependencies: WriterDependencies) {
    this.#use = dependencies;
  }

  /**
   * @param inlineAllowed - false where there is no row to keep small bytes in.
   * @throws WayleaveError `insufficient-capacity`; or the body's own error. Nothing stays behind that is not on record.
   */
  async write(
    source: BodySource,
    policy: CodePolicy,
    bucketKey: KeyObject,
    inlineAllowed: boolean,
  ): Promise<WrittenContent> {
    const release = await this.#use.budget.take(memoryNeeded(source.sizeBytes, policy));
    const reader = new PlainReader(source.body);
    const intents: number[] = [];
    try {
      return await this.#write(reader, source, policy, bucketKey, inlineAllowed, intents);
    } catch (error) {
      await reader.close().catch(() => undefined);
      await this.#use.intents.abandon(intents);
      throw error;
    } finally {
      release();
    }
  }

  async #write(
    reader: PlainReader,
    source: BodySource,
    policy: CodePolicy,
    bucketKey: KeyObject,
    inlineAllowed: boolean,
    intents: number[],
  ): Promise<WrittenContent> {
    const batchBytes = batchBytesOf(policy.k);
    const first = Buffer.allocUnsafeSlow(Math.min(batchBytes, Math.max(1, source.sizeBytes ?? batchBytes)));
    const firstBytes = await reader.fill(first);
    const objectId = randomBytes(OBJECT_ID_BYTES);
    if (!(await reader.atEnd())) {
      return await this.#writeStream(reader, first, firstBytes, source, policy, objectId, bucketKey, intents);
    }
    const plain = first.subarray(0, firstBytes);
    const md5 = source.contentMd5 ?? hash("md5", plain, "buffer");
    const content = { sizeBytes: firstBytes, md5, objectId, segments: [], intents };
    if (firstBytes === 0) return content;
    if (inlineAllowed && firstBytes <= INLINE_MAX_BYTES) return { ...content, inline: plain };
    const key = segmentKey(objectKey(bucketKey, objectId), 0);
    const segment = await this.#writeWhole(plain, 0, policy, key, intents);
    return { ...content, segments: [segment] };
  }

  /** One segment that lies in memory: it can be sent again when devices fail. */
  async #writeWhole(
    plain: Uint8Array,
    index: number,
    policy: CodePolicy,
    key: KeyObject,
    intents: number[],
  ): Promise<StoredSegment> {
    const layout = segmentLayout(plain.byteLength, policy.k);
    const total = policy.n + extraShards(policy.n);
    let chosen = this.#choose(policy, layout.pieceBytes, total, []);
    const { shards, roots } = await this.#encodeWhole(
      key,
      { k: policy.k, total: chosen.length, blockBytes: layout.blockBytes },
      plain,
    );
    const stored: StoredPiece[] = [];
    const tried = [...chosen];
    for (let attempt = 1; ; attempt++) {
      intents.push(await this.#use.intents.write(chosen));
      const inFlight = chosen.map(
        (target) => new WholeUpload(this.#use.client, target, shards[target.shard]!, hex(roots[target.shard]!)),
      );
      const missing = { ...policy, n: policy.n - stored.length, repairAt: policy.repairAt - stored.length };
      stored.push(...(await collectReceipts(inFlight, roots, layout.pieceBytes, missing, this.#use)));
      if (stored.length >= policy.repairAt) return { index, sizeBytes: plain.byteLength, policy, pieces: stored };
      if (attempt >= WHOLE_ATTEMPTS) throw tooFew(policy, stored.length, "devices failed during the upload");
      chosen = this.#choose(policy, layout.pieceBytes, shards.length - stored.length, tried, stored);
      tried.push(...chosen);
    }
  }

  async #encodeWhole(
    key: KeyObject,
    shape: { readonly k: number; readonly total: number; readonly blockBytes: number },
    plain: Uint8Array,
  ): Promise<{ readonly shards: readonly Uint8Array[]; readonly roots: readonly Uint8Array[] }> {
    if (plain.byteLength <= ON_MAIN_THREAD_BYTES) {
      const shards = encodeStripes(key, shape, plain, 0);
      return { shards, roots: shards.map((shard) => pieceDigest(shard).root) };
    }
    const coder = this.#use.coders.openBody(false);
    try {
      const segment = coder.open(key, shape);
      const owned = new Uint8Array(plain); // a copy: the coder takes its memory for good
      const { shards } = await coder.encode(segment, owned, owned.byteLength, 0);
      return { shards, roots: await coder.finish(segment) };
    } finally {
      coder.close();
    }
  }

  async #writeStream(
    reader: PlainReader,
    first: Uint8Array<ArrayBuffer>,
    firstBytes: number,
    source: BodySource,
    policy: CodePolicy,
    objectId: Uint8Array,
    bucketKey: KeyObject,
    intents: number[],
  ): Promise<WrittenContent> {
    const coder = this.#use.coders.openBody(source.contentMd5 === undefined);
    const key = objectKey(bucketKey, objectId);
    const segments: StoredSegment[] = [];
    const open: SegmentStream[] = [];
    let finishing: Promise<void> = Promise.resolve();
    let sizeBytes = 0;
    let batch = { plain: first, bytes: firstBytes };
    try {
      for (let index = 0; batch.bytes > 0; index++) {
        const remaining = source.sizeBytes === undefined ? undefined : source.sizeBytes - sizeBytes;
        const stream = await this.#openSegment(coder, segmentKey(key, index), policy, remaining, batch.bytes, intents);
        open.push(stream);
        batch = await stream.feed(reader, batch, batchBytesOf(policy.k));
        sizeBytes += stream.plainBytes;
        // One segment's receipts may be outstanding while the next one streams: a disk's sync does not stop the flow.
        await finishing;
        finishing = stream.finish().then((pieces) => {
          if (pieces.length < policy.repairAt) throw tooFew(policy, pieces.length, "devices failed during the upload");
          segments.push({ index, sizeBytes: stream.plainBytes, policy, pieces });
        });
        finishing.catch(() => undefined); // awaited above or below
      }
      await finishing;
      const md5 = source.contentMd5 ?? (await coder.md5());
      return { sizeBytes, md5, objectId, segments, intents };
    } catch (error) {
      for (const stream of open) stream.cancel();
      throw error;
    } finally {
      coder.close();
    }
  }

  /** @param remainingBytes - of the body from this segment on, when announced. @param inHandBytes - read already. */
  async #openSegment(
    coder: BodyCoder,
    key: KeyObject,
    policy: CodePolicy,
    remainingBytes: number | undefined,
    inHandBytes: number,
    intents: number[],
  ): Promise<SegmentStream> {
    const most = segmentMaxBytes(policy.k);
    // What is announced may be wrong; the front's body fails then, before anything of it is committed.
    const announced = remainingBytes === undefined ? undefined : Math.min(most, Math.max(remainingBytes, inHandBytes));
    const layout = segmentLayout(Math.max(announced ?? inHandBytes, inHandBytes), policy.k);
    const spaceBytes = segmentLayout(announced ?? most, policy.k).pieceBytes;
    const targets = this.#choose(policy, spaceBytes, policy.n + extraShards(policy.n), []);
    intents.push(await this.#use.intents.write(targets));
    return new SegmentStream({
      ...this.#use,
      coder,
      key,
      policy,
      targets,
      blockBytes: layout.blockBytes,
      pieceBytes: announced === undefined ? undefined : layout.pieceBytes,
      maxBytes: most,
    });
  }

  /** Devices for shards 0… that are not stored yet. @throws WayleaveError `insufficient-capacity` below the threshold. */
  #choose(
    policy: CodePolicy,
    pieceBytes: number,
    wanted: number,
    tried: readonly ShardTarget[],
    stored: readonly StoredPiece[] = [],
  ): ShardTarget[] {
    const holders = stored.map((piece) => piece.device);
    const failed = new Set(tried.map((target) => target.device.id).filter((id) => !holders.includes(id)));
    const occupied = tried.filter((target) => holders.includes(target.device.id)).map((target) => target.device);
    const placement = place(
      this.#use.devices.candidates(),
      { k: policy.k, n: policy.n, wanted, pieceBytes, occupied, excluded: failed },
      this.#use.random,
    );
    const devices = placement.devices.flatMap((chosen) => this.#use.devices.find(chosen.id) ?? []);
    if (devices.length + stored.length < policy.repairAt) {
      throw tooFew(policy, devices.length + stored.length, explainPlacement(placement));
    }
    const taken = new Set(stored.map((piece) => piece.shard));
    const shards = Array.from({ length: 256 }, (_, shard) => shard).filter((shard) => !taken.has(shard));
    return devices.map((device, i) => ({ device, shard: shards[i]!, pieceId: randomPieceId() }));
  }
}

/** Whole stripes of the largest blocks. */
function batchBytesOf(k: number): number {
  const stripe = k * BLOCK_PAYLOAD_BYTES;
  return Math.max(1, Math.floor(BATCH_BYTES / stripe)) * stripe;
}

/** What one upload holds at most: its plaintext, shards being coded and shards waiting for devices. */
function memoryNeeded(sizeBytes: number | undefined, { k, n }: CodePolicy): number {
  const expansion = (n + extraShards(n)) / k;
  const batch = batchBytesOf(k);
  if (sizeBytes !== undefined && sizeBytes <= batch) return Math.ceil(Math.max(sizeBytes, 16_384) * (2 + expansion));
  return Math.ceil(batch * (3 + 6 * expansion));
}

function tooFew(policy: CodePolicy, have: number, why: string): WayleaveError {
  const facts = { needed: policy.repairAt, have, why };
  return new WayleaveError("insufficient-capacity", "Too few devices to store this safely right now", facts, {
    retryable: true,
  });
}

function hex(bytes: Uint8Array): `0x${string}` {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
