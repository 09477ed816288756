import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { WayleaveError, assert } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { CommittedPiece } from "../model/commitmentTree.ts";
import type { PieceClass } from "../model/pieceApi.ts";
import type { SignedDeletion } from "../model/receipts.ts";
import { DirectorySync } from "./directorySync.ts";
import { type StoredPiece, readLeaf, type ReadLeaf } from "./pieceFile.ts";
import { type IndexedPiece, PieceIndex } from "./pieceIndex.ts";
import { recoverIndex } from "./recoverIndex.ts";
import { writePiece } from "./writePiece.ts";

/** Uploads at once: each holds at most a quarter MiB of unwritten bytes and one open file. */
const MAX_UPLOADS = 256;
/** Free space that is never filled: the index, the log and the machine need some. */
const FREE_RESERVE_BYTES = 256 * 1024 * 1024;
/** How long one look at the disk's free space serves. */
const STATFS_TTL_MS = 1000;
/** Pieces handled in one turn of a sweep: its transaction stays in the tens of milliseconds. */
const SWEEP_BATCH = 500;
/** Batches of expired pieces in one sweep; what is left waits for the next tick. */
const SWEEP_TURNS = 20;
/** A deletion is the device's defence as long as its receipt could be shown, and a little longer. */
const DELETION_GRACE_MS = 7 * 24 * 3_600_000;
/** Epochs that a retired piece stays readable after the last commitment that may contain it. */
const RETIRED_EPOCHS_KEPT = 1;

/** @see https://sqlite.org/rescode.html#full */
const SQLITE_FULL = 13;

export interface PieceStoreOptions {
  /** Made if absent, mode 0700. One process at a time. */
  readonly directory: string;
  /** Most bytes of pieces, retired ones included. */
  readonly capacityBytes: number;
  /** Free space of the file system that is left alone. */
  readonly freeReserveBytes?: number;
}

export interface PieceStoreDependencies {
  readonly clock: Clock;
  readonly log: Logger;
}

/** What an upload says about itself. */
export interface Incoming {
  readonly payer: Address;
  readonly pieceId: Hash32;
  readonly expiresAtMs: number;
  readonly pieceClass: PieceClass;
  readonly name: string | null;
  /** As announced; undefined when streamed without a length. */
  readonly sizeBytes?: number | undefined;
  /** What the uploader computed; another result is refused. */
  readonly expectedRoot?: Hash32 | undefined;
}

export interface UsedSpace {
  /** Pieces in service: what is charged and listed. */
  readonly heldBytes: number;
  readonly pieces: number;
  /** Deleted or expired, but still answerable for. */
  readonly retiredBytes: number;
  readonly capacityBytes: number;
}

/**
 * A device's disk: pieces as plain files, an index in SQLite. A put resolves when the piece survives a power cut:
 * written under a temporary name, synced, renamed, and the directory synced. Never serves a torn piece.
 */
export class PieceStore {
  readonly #options: PieceStoreOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #index: PieceIndex;
  readonly #directories = new Map<Address, Promise<DirectorySync>>();
  readonly #held = new Map<Address, { pieces: number; bytes: number }>();
  readonly #uploading = new Map<string, Promise<unknown>>();
  #heldBytes = 0;
  #retiredBytes = 0;
  #reservedBytes = 0;
  #free: { readonly bytes: number; readonly atMs: number } | undefined;
  #closing = false;
  /** Called before a payer's held bytes change, so that time so far is metered with the old amount. */
  onHeldChange: (payer: Address) => void = () => {};

  private constructor(options: PieceStoreOptions, { clock, log }: PieceStoreDependencies, index: PieceIndex) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#index = index;
    for (const { payer, pieces, bytes } of index.heldByPayer()) {
      this.#held.set(payer, { pieces, bytes });
      this.#heldBytes += bytes;
    }
    this.#retiredBytes = index.retiredBytes();
  }

  /**
   * Opens or creates a store, removes what a crash left half written and brings index and files together.
   * @throws WayleaveError `store-busy` when another process has it.
   */
  static async open(options: PieceStoreOptions, dependencies: PieceStoreDependencies): Promise<PieceStore> {
    const { directory } = options;
    for (const name of ["pieces", "incoming", "commitments"]) {
      await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
    }
    const index = new PieceIndex(join(directory, "index.sqlite"));
    try {
      const found = await recoverIndex(directory, index, dependencies.clock.now());
      if (found.adopted + found.dropped + found.removed > 0)
        dependencies.log.info(found, "Recover a storage directory");
      return new PieceStore(options, dependencies, index);
    } catch (error) {
      index.close();
      throw error;
    }
  }

  get index(): PieceIndex {
    return this.#index;
  }

  get directory(): string {
    return this.#options.directory;
  }

  used(): UsedSpace {
    let pieces = 0;
    for (const held of this.#held.values()) pieces += held.pieces;
    const { capacityBytes } = this.#options;
    return { heldBytes: this.#heldBytes, pieces, retiredBytes: this.#retiredBytes, capacityBytes };
  }

  heldBy(payer: Address): { readonly pieces: number; readonly bytes: number } {
    return this.#held.get(payer) ?? { pieces: 0, bytes: 0 };
  }

  payers(): Address[] {
    return [...this.#held.keys()];
  }

  /** Bytes that may still be stored, by quota; the disk may have less. */
  freeBytes(): number {
    return Math.max(0, this.#options.capacityBytes - this.#heldBytes - this.#retiredBytes - this.#reservedBytes);
  }

  /**
   * Stores a piece. The same id with the same bytes is the same piece again.
   *
   * @param body - hostile bytes, at most the largest piece.
   * @throws WayleaveError `disk-full`, `piece-busy`, `piece-exists`, `piece-gone`, `piece-root-conflict`,
   *   `body-too-large`, `piece-empty-invalid`, `device-busy`, or the body's own error. Nothing is left behind.
   */
  async put(incoming: Incoming, body: Readable): Promise<StoredPiece> {
    const key = `${incoming.payer}/${incoming.pieceId}`;
    if (this.#closing || this.#uploading.size >= MAX_UPLOADS) {
      throw new WayleaveError("device-busy", "Too many uploads at once", {}, { retryable: true });
    }
    if (this.#uploading.has(key)) {
      const facts = { pieceId: incoming.pieceId };
      throw new WayleaveError("piece-busy", "This piece is being uploaded already", facts, { retryable: true });
    }
    const upload = this.#put(incoming, body);
    this.#uploading.set(key, upload);
    try {
      return await upload;
    } finally {
      this.#uploading.delete(key);
    }
  }

  async #put(incoming: Incoming, body: Readable): Promise<StoredPiece> {
    const { payer, pieceId } = incoming;
    const existing = this.#index.find(payer, pieceId);
    const gone = existing === null ? this.#index.isDeleted(payer, pieceId) : existing.retiredAfterEpoch !== null;
    if (gone) throw new WayleaveError("piece-gone", "This piece id was deleted or expired", { pieceId });
    const path = join(this.#options.directory, "incoming", randomBytes(16).toString("hex"));
    const reservation = new Reservation((bytes) => this.#reserve(bytes));
    try {
      await reservation.upTo(incoming.sizeBytes ?? 0);
      const piece = await writePiece(path, incoming, body, {
        storedAtMs: existing?.storedAtMs ?? this.#clock.now(),
        onBytes: (total) => reservation.upTo(total),
        checkOnly: existing !== null,
      });
      if (existing !== null) return sameOrConflict(existing, piece);
      const directory = await this.#directoryOf(payer);
      await rename(path, this.pathOf(piece));
      await directory.sync();
      await this.#index.add(piece).catch(async (error: unknown) => {
        await rm(this.pathOf(piece), { force: true }).catch(ignoreLeftover);
        throw error;
      });
      this.#changeHeld(payer, 1, piece.sizeBytes);
      return piece;
    } catch (error) {
      await rm(path, { force: true }).catch(ignoreLeftover);
      throw isNoSpace(error) ? diskFull(error) : error;
    } finally {
      this.#reservedBytes -= reservation.bytes;
    }
  }

  /** A piece in service. */
  find(payer: Address, pieceId: Hash32): StoredPiece | null {
    const piece = this.#index.find(payer, pieceId);
    return piece === null || piece.retiredAfterEpoch !== null || piece.expiresAtMs <= this.#clock.now() ? null : piece;
  }

  list(payer: Address, pieceClass: PieceClass | null, after: Hash32 | null, limit: number): IndexedPiece[] {
    return this.#index.page(payer, pieceClass, after, limit);
  }

  pathOf({ payer, pieceId }: StoredPiece): string {
    // Both are schema-checked hex: nothing a peer sends can name another place.
    return join(this.#options.directory, "pieces", payer.slice(2), pieceId.slice(2));
  }

  /** A leaf of a committed piece, retired or not. @returns null when the device does not have it any more. */
  async leaf(piece: StoredPiece, leafIndex: number): Promise<ReadLeaf | null> {
    assert(leafIndex >= 0 && leafIndex < piece.leafCount, "a leaf's index is inside its piece");
    try {
      return await readLeaf(this.pathOf(piece), piece, leafIndex);
    } catch (error) {
      this.#log.error({ pieceId: piece.pieceId, reason: String(error) }, "Fail to read a challenged leaf");
      return null;
    }
  }

  committable(): CommittedPiece[] {
    return this.#index.committable(this.#clock.now());
  }

  /**
   * Takes a piece out of service for good. Its file stays until no commitment that may name it can be asked about.
   * @param lastEpoch - newest epoch that was committed; null when none was.
   */
  delete(piece: StoredPiece, deletion: SignedDeletion, lastEpoch: number | null): void {
    this.#retire([piece], lastEpoch, { ...deletion, keptUntilMs: piece.expiresAtMs + DELETION_GRACE_MS });
  }

  #retire(
    pieces: readonly StoredPiece[],
    lastEpoch: number | null,
    deletion: (SignedDeletion & { keptUntilMs: number }) | null,
  ): void {
    this.#index.retire(pieces, lastEpoch ?? -RETIRED_EPOCHS_KEPT - 1, deletion);
    for (const piece of pieces) {
      this.#changeHeld(piece.payer, -1, -piece.sizeBytes);
      this.#retiredBytes += piece.sizeBytes;
    }
  }

  /** Retires what expired, and removes the files of retired pieces that no live commitment names. */
  async sweep(lastEpoch: number | null): Promise<void> {
    const now = this.#clock.now();
    for (let turn = 0, full = true; full && turn < SWEEP_TURNS; turn++) {
      const expired = this.#index.expired(now, SWEEP_BATCH);
      if (expired.length > 0) this.#retire(expired, lastEpoch, null);
      full = expired.length === SWEEP_BATCH;
    }
    const upTo = lastEpoch === null ? -1 : lastEpoch - RETIRED_EPOCHS_KEPT - 1;
    const removable = this.#index.retiredUpTo(upTo, SWEEP_BATCH);
    for (const piece of removable) {
      await rm(this.pathOf(piece), { force: true });
      this.#index.remove([piece]);
      this.#retiredBytes -= piece.sizeBytes;
    }
    this.#index.forgetDeletions(now);
  }

  /** Lets uploads under way finish; then the directory may be opened by another process. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#uploading.values());
    for (const directory of this.#directories.values()) await (await directory).close();
    this.#index.close();
  }

  #changeHeld(payer: Address, pieces: number, bytes: number): void {
    this.onHeldChange(payer);
    const held = this.heldBy(payer);
    this.#held.set(payer, { pieces: held.pieces + pieces, bytes: held.bytes + bytes });
    this.#heldBytes += bytes;
  }

  async #reserve(bytes: number): Promise<void> {
    if (bytes > this.freeBytes()) throw diskFull(undefined);
    this.#reservedBytes += bytes; // before the wait: a second upload must not count on the same space
    try {
      const free = await this.#diskFree();
      const reserve = this.#options.freeReserveBytes ?? FREE_RESERVE_BYTES;
      if (free - this.#reservedBytes < reserve) throw diskFull(undefined);
    } catch (error) {
      this.#reservedBytes -= bytes;
      throw error;
    }
  }

  async #diskFree(): Promise<number> {
    const now = this.#clock.monotonicMs();
    if (this.#free === undefined || now - this.#free.atMs > STATFS_TTL_MS) {
      const { bavail, bsize } = await statfs(this.#options.directory);
      this.#free = { bytes: bavail * bsize, atMs: now };
    }
    return this.#free.bytes;
  }

  #directoryOf(payer: Address): Promise<DirectorySync> {
    const known = this.#directories.get(payer);
    if (known !== undefined) return known;
    const path = join(this.#options.directory, "pieces", payer.slice(2));
    const opened = mkdir(path, { recursive: true, mode: 0o700 }).then(async () => {
      const parent = await open(join(this.#options.directory, "pieces"), "r");
      await parent.sync().finally(() => parent.close());
      return await DirectorySync.open(path);
    });
    this.#directories.set(payer, opened);
    opened.catch(() => this.#directories.delete(payer));
    return opened;
  }
}

/** Space that one upload has set aside; grows while a body of unknown length arrives. */
class Reservation {
  bytes = 0;
  readonly #take: (bytes: number) => Promise<void>;

  constructor(take: (bytes: number) => Promise<void>) {
    this.#take = take;
  }

  /** Undefined when that much is set aside already, as it is whenever the length was announced. */
  upTo(bytes: number): Promise<void> | undefined {
    return bytes <= this.bytes ? undefined : this.#grow(bytes - this.bytes);
  }

  async #grow(moreBytes: number): Promise<void> {
    await this.#take(moreBytes);
    this.bytes += moreBytes;
  }
}

function sameOrConflict(existing: StoredPiece, again: StoredPiece): StoredPiece {
  if (existing.pieceRoot === again.pieceRoot) return existing;
  throw new WayleaveError("piece-exists", "Another piece is stored under this id", { pieceId: existing.pieceId });
}

function isNoSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) return true;
  return "errcode" in error && error.errcode === SQLITE_FULL;
}

function diskFull(cause: unknown): WayleaveError {
  return new WayleaveError("disk-full", "The device has no space left for this piece", {}, { cause, retryable: true });
}

/** What is left under a temporary name is removed at the next start. */
function ignoreLeftover(): void {}
