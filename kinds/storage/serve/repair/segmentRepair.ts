import { equalBytes, hexToBytes } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { type CodePolicy, type SegmentLayout, segmentLayout } from "../../model/layout.ts";
import { PieceHasher } from "../../model/pieceTree.ts";
import { type Database, statement } from "../database/database.ts";
import type { EgressMeter } from "../metering/egressMeter.ts";
import { OPERATOR } from "../metering/egressMeter.ts";
import { type StoredPiece, collectReceipts } from "../segments/collectReceipts.ts";
import type { IntentLog } from "../segments/intentLog.ts";
import { type PieceClient, randomPieceId } from "../segments/pieceClient.ts";
import { type PlacementDevice, place, shardsPerNetworkMax } from "../segments/placement.ts";
import { type ShardTarget, StreamedUpload } from "../segments/shardUpload.ts";
import type { StorageDevices } from "../segments/storageDevices.ts";
import { codecFor } from "../segments/stripeEncoder.ts";
import type { Availability } from "./availability.ts";
import type { BadPieces } from "./badPieces.ts";

/** Of each source shard at a time: a repair holds k + n − k times this. */
const WINDOW_PIECE_BYTES = 256 << 10;
/** Sources that fail or lie are left out, one attempt after another. */
const ATTEMPTS_MAX = 6;

interface PieceRow {
  readonly shard: number;
  readonly device: Address;
  readonly piece_id: Hash32;
  readonly root: Buffer;
  readonly bad: boolean;
  readonly expires_ms: UnixMs;
}

const SEGMENT = statement(
  "repair-segment",
  "select size_bytes, data_shards, repair_at, total_shards from storage.segment where id = $1",
);
const PIECES = statement(
  "repair-pieces",
  "select shard, device, piece_id, root, bad, expires_ms from storage.piece where segment_id = $1 order by shard",
);
const LOCK = statement("lock-segment", "select id from storage.segment where id = $1 for key share");
const REPLACE = statement(
  "replace-piece",
  "select storage.replace_piece($1, $2::smallint, $3, $4, $5, $6, $7, $8, $9, $10)",
);

export interface RepairDependencies {
  readonly database: Database;
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly availability: Availability;
  readonly badPieces: BadPieces;
  readonly intents: IntentLog;
  readonly egress: EgressMeter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** What became of one segment's repair. `rebuiltBytes` went to new devices. */
export type RepairOutcome =
  | { readonly outcome: "repaired"; readonly shards: number; readonly rebuiltBytes: number }
  | { readonly outcome: "nothing-to-do" | "no-spare-devices" | "unreadable" | "gone" };

interface Source {
  readonly piece: PieceRow;
  readonly hasher: PieceHasher;
}

/** A source turned out not to serve or not to be what it was: the repair begins again without it. */
class SourceFailed extends Error {
  readonly shard: number;
  constructor(shard: number) {
    super("a source of a repair failed");
    this.shard = shard;
  }
}

/** Rebuilds what one segment lacks on other devices, from any k shards that prove to be what they were. */
export class SegmentRepair {
  readonly #use: RepairDependencies;

  constructor(dependencies: RepairDependencies) {
    this.#use = dependencies;
  }

  /** @param renewBeforeMs - pieces whose receipts end before are replaced too. */
  async repair(segmentId: number, renewBeforeMs: UnixMs): Promise<RepairOutcome> {
    const { database } = this.#use;
    const [row] = await database.rows<{
      size_bytes: number;
      data_shards: number;
      repair_at: number;
      total_shards: number;
    }>(SEGMENT, [segmentId]);
    if (row === undefined) return { outcome: "gone" };
    const policy = { k: row.data_shards, repairAt: row.repair_at, n: row.total_shards };
    const layout = segmentLayout(row.size_bytes, policy.k);
    const pieces = await database.rows<PieceRow>(PIECES, [segmentId]);
    const readable = pieces.filter((piece) => !piece.bad && this.#use.devices.linked(piece.device) !== null);
    const kept = this.#keptInPlace(pieces, policy, renewBeforeMs);
    const targets = this.#targets(pieces, kept, policy, layout.pieceBytes, renewBeforeMs);
    if (targets === null) return { outcome: "nothing-to-do" };
    if (targets.length === 0) return { outcome: "no-spare-devices" };
    const failed = new Set<number>();
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const sources = this.#chooseSources(readable, failed, policy.k);
      if (sources === null) return { outcome: "unreadable" };
      // New names for each attempt: what an abandoned one sent under the old ones is deleted a little later.
      const fresh = targets.map((target) => ({ ...target, pieceId: randomPieceId() }));
      try {
        return await this.#rebuild(segmentId, layout, policy, sources, fresh);
      } catch (error) {
        if (!(error instanceof SourceFailed)) throw error;
        failed.add(error.shard);
      }
    }
    return { outcome: "unreadable" };
  }

  /** Pieces that stay where they are: good ones, as many as the placement rules allow beside each other. */
  #keptInPlace(pieces: readonly PieceRow[], policy: CodePolicy, renewBeforeMs: UnixMs): PieceRow[] {
    const kept: PieceRow[] = [];
    const owners = new Set<Address>();
    const prefixes = new Set<string>();
    const networks = new Map<number, number>();
    for (const piece of pieces) {
      if (piece.bad || piece.expires_ms <= renewBeforeMs || !this.#use.availability.counts(piece.device)) continue;
      const device = this.#use.devices.linked(piece.device);
      if (device !== null) {
        const inNetwork = networks.get(device.network) ?? 0;
        if (
          owners.has(device.owner) ||
          prefixes.has(device.prefix) ||
          inNetwork >= shardsPerNetworkMax(policy.k, policy.n)
        )
          continue;
        owners.add(device.owner);
        prefixes.add(device.prefix);
        networks.set(device.network, inNetwork + 1);
      }
      kept.push(piece);
    }
    return kept;
  }

  /** @returns null when nothing is lacking; fewer than are lacking when devices are. */
  #targets(
    pieces: readonly PieceRow[],
    kept: readonly PieceRow[],
    policy: CodePolicy,
    pieceBytes: number,
    renewBeforeMs: UnixMs,
  ): Omit<ShardTarget, "pieceId">[] | null {
    const lacking = policy.n - kept.length;
    if (lacking <= 0) return null;
    const { devices, random } = this.#use;
    const occupied = kept.flatMap((piece) => devices.linked(piece.device) ?? []);
    const faulty = new Set(pieces.filter((piece) => piece.bad).map((piece) => piece.device));
    const request = { k: policy.k, n: policy.n, wanted: lacking, pieceBytes, occupied };
    const candidates: PlacementDevice[] = devices.candidates();
    let chosen = place(candidates, { ...request, excluded: faulty }, random).devices;
    // A device that lost one piece may get another rather than leave the segment as it is.
    if (chosen.length === 0) chosen = place(candidates, request, random).devices;
    const stays = new Set(kept.map((piece) => piece.shard));
    const shards = Array.from({ length: 256 }, (_, shard) => shard).filter((shard) => !stays.has(shard));
    const stillGood = pieces.filter((piece) => !piece.bad && piece.expires_ms > renewBeforeMs);
    return chosen.flatMap(({ id }, i) => {
      const device = devices.find(id);
      // Where the only free place is the one a misplaced piece has now, moving it there changes nothing.
      const changesNothing = stillGood.some((piece) => piece.shard === shards[i] && piece.device === id);
      return device === null || changesNothing ? [] : [{ device, shard: shards[i]! }];
    });
  }

  #chooseSources(readable: readonly PieceRow[], failed: ReadonlySet<number>, k: number): Source[] | null {
    const usable = readable.filter((piece) => !failed.has(piece.shard));
    if (usable.length < k) return null;
    const { devices } = this.#use;
    const slowness = (piece: PieceRow): number =>
      devices.expectedLatencyMs(piece.device) + (devices.isSuspect(piece.device) ? 1e6 : 0);
    return usable
      .sort((a, b) => slowness(a) - slowness(b))
      .slice(0, k)
      .map((piece) => ({ piece, hasher: new PieceHasher() }));
  }

  async #rebuild(
    segmentId: number,
    layout: SegmentLayout,
    policy: CodePolicy,
    sources: readonly Source[],
    targets: readonly ShardTarget[],
  ): Promise<RepairOutcome> {
    const { client, intents } = this.#use;
    const intent = await intents.write(targets);
    let wake: () => void = () => undefined;
    const uploads = targets.map((target) => new StreamedUpload(client, target, layout.pieceBytes, () => wake()));
    const hashers = uploads.map(() => new PieceHasher());
    const abort = new AbortController();
    try {
      const step = Math.max(1, Math.floor(WINDOW_PIECE_BYTES / layout.blockBytes)) * layout.blockBytes;
      for (let start = 0; start < layout.pieceBytes; start += step) {
        const end = Math.min(layout.pieceBytes, start + step);
        const windows = await this.#readSources(sources, start, end, abort.signal);
        const rebuilt = restore(
          layout,
          sources,
          windows,
          targets.map((target) => target.shard),
          end - start,
        );
        for (const bytes of windows) client.recycle(bytes);
        uploads.forEach((upload, i) => {
          hashers[i]!.update(rebuilt[i]!);
          upload.push(rebuilt[i]!);
        });
        while (uploads.some((upload) => !upload.hasRoom)) await new Promise<void>((resolve) => (wake = resolve));
      }
      this.#checkSources(segmentId, sources);
      for (const upload of uploads) upload.end();
      const roots: Uint8Array[] = [];
      uploads.forEach((upload, i) => (roots[upload.shard] = hashers[i]!.digest().root));
      const wanted = { ...policy, n: targets.length, repairAt: targets.length };
      const stored = await collectReceipts(uploads, roots, layout.pieceBytes, wanted, this.#use);
      return await this.#commit(segmentId, intent, stored);
    } catch (error) {
      abort.abort(error);
      for (const upload of uploads) upload.cancel("the repair failed");
      await intents.abandon([intent]);
      throw error;
    }
  }

  async #readSources(sources: readonly Source[], start: number, end: number, signal: AbortSignal): Promise<Buffer[]> {
    const note = this.#use.egress.reader(OPERATOR, "repair", "storage.repair");
    return await Promise.all(
      sources.map(async ({ piece, hasher }) => {
        const device = this.#use.devices.linked(piece.device);
        if (device === null) throw new SourceFailed(piece.shard);
        try {
          const bytes = await this.#use.client.read(device.peer, piece.piece_id, start, end, signal);
          note(piece.device, bytes.byteLength);
          hasher.update(bytes);
          return bytes;
        } catch (error) {
          const code = error instanceof WayleaveError ? error.code : String(error);
          this.#use.log.debug({ device: piece.device, shard: piece.shard, code }, "Miss a source of a repair");
          this.#use.devices.noteFailure(piece.device, false);
          throw new SourceFailed(piece.shard);
        }
      }),
    );
  }

  /** A source with another root than its receipt's has changed: what was rebuilt from it is worthless. */
  #checkSources(segmentId: number, sources: readonly Source[]): void {
    for (const { piece, hasher } of sources) {
      if (equalBytes(hasher.digest().root, piece.root)) continue;
      this.#use.devices.noteFailure(piece.device, true);
      this.#use.badPieces.report(segmentId, { shard: piece.shard, pieceId: piece.piece_id });
      throw new SourceFailed(piece.shard);
    }
  }

  async #commit(segmentId: number, intent: number, stored: readonly StoredPiece[]): Promise<RepairOutcome> {
    const { database, intents } = this.#use;
    const exists = await database.transaction(async (queries) => {
      const found = (await queries.rows(LOCK, [segmentId])).length === 1;
      if (found) {
        for (const piece of stored) {
          await queries.rows(REPLACE, [
            segmentId,
            piece.shard,
            piece.device,
            piece.pieceId,
            hexToBytes(piece.root),
            piece.leafCount,
            piece.sizeBytes,
            piece.storedAtMs,
            piece.expiresAtMs,
            hexToBytes(piece.signature),
          ]);
        }
      }
      await intents.abandon([intent], queries);
      return found;
    });
    if (!exists) return { outcome: "gone" };
    if (stored.length === 0) return { outcome: "no-spare-devices" };
    const rebuiltBytes = stored.reduce((total, piece) => total + piece.sizeBytes, 0);
    return { outcome: "repaired", shards: stored.length, rebuiltBytes };
  }
}

/** The wanted shards' bytes of one window, stripe by stripe. */
function restore(
  layout: SegmentLayout,
  sources: readonly Source[],
  windows: readonly Uint8Array[],
  wanted: readonly number[],
  bytes: number,
): Uint8Array[] {
  const { k, blockBytes } = layout;
  const total = Math.max(...wanted, ...sources.map((source) => source.piece.shard)) + 1;
  const codec = codecFor(k, total);
  const rebuilt = wanted.map(() => Buffer.allocUnsafeSlow(bytes));
  for (let offset = 0; offset < bytes; offset += blockBytes) {
    const present = new Map(
      sources.map(({ piece }, i) => [piece.shard, windows[i]!.subarray(offset, offset + blockBytes)] as const),
    );
    const blocks = codec.reconstruct(present, wanted, blockBytes);
    wanted.forEach((shard, i) => rebuilt[i]!.set(blocks.get(shard)!, offset));
  }
  return rebuilt;
}
