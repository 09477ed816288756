import { DatabaseSync, type StatementSync } from "node:sqlite";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { SignedDeletion } from "../model/receipts.ts";
import type { CommittedPiece } from "../model/commitmentTree.ts";
import type { PieceClass } from "../model/pieceApi.ts";
import type { StorageMeter } from "../model/price.ts";
import type { StoredPiece } from "./pieceFile.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS pieces (
    payer TEXT NOT NULL,
    piece_id BLOB NOT NULL,
    root BLOB NOT NULL,
    leaf_count INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    stored_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    class TEXT NOT NULL,
    name TEXT,
    retired_after_epoch INTEGER,
    PRIMARY KEY (payer, piece_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS pieces_by_root ON pieces (root);
  CREATE INDEX IF NOT EXISTS pieces_by_expiry ON pieces (expires_at_ms) WHERE retired_after_epoch IS NULL;
  CREATE INDEX IF NOT EXISTS pieces_retired ON pieces (retired_after_epoch) WHERE retired_after_epoch IS NOT NULL;
  CREATE INDEX IF NOT EXISTS metadata ON pieces (payer, piece_id) WHERE class = 'metadata';
  CREATE TABLE IF NOT EXISTS deletions (
    payer TEXT NOT NULL,
    piece_id BLOB NOT NULL,
    root BLOB NOT NULL,
    deleted_at_ms INTEGER NOT NULL,
    signature BLOB NOT NULL,
    kept_until_ms INTEGER NOT NULL,
    PRIMARY KEY (payer, piece_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meters (
    payer TEXT PRIMARY KEY,
    byte_ms TEXT NOT NULL,
    egress_bytes TEXT NOT NULL,
    hold_product TEXT NOT NULL,
    egress_product TEXT NOT NULL,
    charged_pico_usd TEXT NOT NULL,
    charged_units TEXT NOT NULL
  ) WITHOUT ROWID;
`;

/** 16 MiB of log between checkpoints, which sync and stop everything else for their time. */
const CHECKPOINT_PAGES = 4096;

interface PieceColumns {
  payer: string;
  piece_id: Uint8Array;
  root: Uint8Array;
  leaf_count: number;
  size_bytes: number;
  stored_at_ms: number;
  expires_at_ms: number;
  class: PieceClass;
  name: string | null;
  retired_after_epoch: number | null;
}

/** A piece in the index. Retired ones are deleted or expired, but still answerable for epochs they were committed in. */
export interface IndexedPiece extends StoredPiece {
  readonly retiredAfterEpoch: number | null;
}

export interface MeterRow {
  readonly payer: Address;
  readonly meter: StorageMeter;
  /** What was handed to the payer gate of it. */
  readonly chargedPicoUsd: bigint;
  readonly chargedUnits: bigint;
}

/**
 * What a device holds, as SQLite knows it. Rows of pieces can be rebuilt from the files, so they are not synced one by
 * one; deletions and meters cannot, so theirs are. One process at a time: the database is locked while open.
 */
export class PieceIndex {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #adding: { piece: StoredPiece; resolve: () => void; reject: (error: unknown) => void }[] = [];

  /** @throws WayleaveError `store-busy` when another process has the directory. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    try {
      this.#db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      this.#db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      this.#db.exec(SCHEMA);
    } catch (cause) {
      this.#db.close();
      if (cause instanceof Error && /locked|busy/.test(cause.message)) {
        throw new WayleaveError("store-busy", "Another process uses this storage directory", { path }, { cause });
      }
      throw cause;
    }
  }

  /** Prepared once by its text. */
  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) this.#statements.set(text, (statement = this.#db.prepare(text)));
    return statement;
  }

  /** Runs writes in one transaction that is on disk when this returns. */
  #durably(write: () => void): void {
    this.#db.exec("PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    try {
      write();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      this.#db.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /** Inserts together with whatever else finishes in the same turn: one transaction costs as much as one row. */
  add(piece: StoredPiece): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#adding.push({ piece, resolve, reject }) === 1) setImmediate(() => this.#addAll());
    });
  }

  #addAll(): void {
    const adding = this.#adding;
    this.#adding = [];
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      for (const { piece } of adding) this.insert(piece);
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
      for (const { reject } of adding) reject(error);
      return;
    }
    for (const { resolve } of adding) resolve();
  }

  insert(piece: StoredPiece): void {
    this.#sql("INSERT INTO pieces VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)").run(
      piece.payer,
      hexToBytes(piece.pieceId),
      hexToBytes(piece.pieceRoot),
      piece.leafCount,
      piece.sizeBytes,
      piece.storedAtMs,
      piece.expiresAtMs,
      piece.pieceClass,
      piece.name,
    );
  }

  find(payer: Address, pieceId: Hash32): IndexedPiece | null {
    const row = this.#sql("SELECT * FROM pieces WHERE payer = ? AND piece_id = ?").get(payer, hexToBytes(pieceId));
    return row === undefined ? null : pieceOf(row as unknown as PieceColumns);
  }

  /** Any copy, retired ones last. */
  findByRoot(root: Uint8Array): IndexedPiece | null {
    const row = this.#sql("SELECT * FROM pieces WHERE root = ? ORDER BY retired_after_epoch IS NOT NULL LIMIT 1").get(
      root,
    );
    return row === undefined ? null : pieceOf(row as unknown as PieceColumns);
  }

  /** Pieces of one payer after an id, in the order of ids; retired ones are not listed. */
  page(payer: Address, pieceClass: PieceClass | null, after: Hash32 | null, limit: number): IndexedPiece[] {
    const ofClass = pieceClass === null ? "" : `AND class = '${pieceClass}'`;
    const rows = this.#sql(
      `SELECT * FROM pieces WHERE payer = ? ${ofClass} AND piece_id > ? AND retired_after_epoch IS NULL ORDER BY piece_id LIMIT ?`,
    ).all(payer, after === null ? new Uint8Array(0) : hexToBytes(after), limit);
    return rows.map((row) => pieceOf(row as unknown as PieceColumns));
  }

  /** What a commitment frozen now contains. */
  committable(now: number): CommittedPiece[] {
    const rows = this.#sql(
      "SELECT root, leaf_count FROM pieces WHERE retired_after_epoch IS NULL AND expires_at_ms > ?",
    );
    return (rows.all(now) as unknown as PieceColumns[]).map((row) => ({ root: row.root, leafCount: row.leaf_count }));
  }

  expired(now: number, limit: number): IndexedPiece[] {
    const rows = this.#sql("SELECT * FROM pieces WHERE retired_after_epoch IS NULL AND expires_at_ms <= ? LIMIT ?");
    return rows.all(now, limit).map((row) => pieceOf(row as unknown as PieceColumns));
  }

  retiredUpTo(epoch: number, limit: number): IndexedPiece[] {
    const rows = this.#sql(
      "SELECT * FROM pieces WHERE retired_after_epoch IS NOT NULL AND retired_after_epoch <= ? LIMIT ?",
    );
    return rows.all(epoch, limit).map((row) => pieceOf(row as unknown as PieceColumns));
  }

  /** Takes pieces out of service. Durable, with the deletions that say why. */
  retire(
    pieces: readonly StoredPiece[],
    afterEpoch: number,
    deletion: (SignedDeletion & { keptUntilMs: number }) | null,
  ): void {
    this.#durably(() => {
      for (const piece of pieces) {
        this.#sql("UPDATE pieces SET retired_after_epoch = ? WHERE payer = ? AND piece_id = ?").run(
          afterEpoch,
          piece.payer,
          hexToBytes(piece.pieceId),
        );
      }
      if (deletion === null) return;
      const { payer, pieceId, pieceRoot, deletedAtMs } = deletion.deletion;
      this.#sql("INSERT OR REPLACE INTO deletions VALUES (?, ?, ?, ?, ?, ?)").run(
        payer,
        hexToBytes(pieceId),
        hexToBytes(pieceRoot),
        Number(deletedAtMs),
        hexToBytes(deletion.signature),
        deletion.keptUntilMs,
      );
    });
  }

  remove(pieces: readonly StoredPiece[]): void {
    for (const piece of pieces) {
      this.#sql("DELETE FROM pieces WHERE payer = ? AND piece_id = ?").run(piece.payer, hexToBytes(piece.pieceId));
    }
  }

  /** The payer's signed word that `device` need not hold this piece any more; null when it never said so. */
  deletionOf(payer: Address, pieceId: Hash32, device: Address): SignedDeletion | null {
    const row = this.#sql("SELECT * FROM deletions WHERE payer = ? AND piece_id = ?").get(payer, hexToBytes(pieceId));
    if (row === undefined) return null;
    const pieceRoot = toHex(row["root"] as Uint8Array);
    const deletion = { payer, device, pieceId, pieceRoot, deletedAtMs: BigInt(row["deleted_at_ms"] as number) };
    return { deletion, signature: toHex(row["signature"] as Uint8Array) };
  }

  isDeleted(payer: Address, pieceId: Hash32): boolean {
    return (
      this.#sql("SELECT 1 FROM deletions WHERE payer = ? AND piece_id = ?").get(payer, hexToBytes(pieceId)) !==
      undefined
    );
  }

  forgetDeletions(now: number): void {
    this.#sql("DELETE FROM deletions WHERE kept_until_ms <= ?").run(now);
  }

  /** Bytes and number of pieces in service, by payer. */
  heldByPayer(): { payer: Address; pieces: number; bytes: number }[] {
    const rows = this.#sql(
      "SELECT payer, count(*) AS pieces, sum(size_bytes) AS bytes FROM pieces WHERE retired_after_epoch IS NULL GROUP BY payer",
    ).all();
    return rows as unknown as { payer: Address; pieces: number; bytes: number }[];
  }

  retiredBytes(): number {
    const row = this.#sql(
      "SELECT coalesce(sum(size_bytes), 0) AS bytes FROM pieces WHERE retired_after_epoch IS NOT NULL",
    ).get();
    return row?.["bytes"] as number;
  }

  idsOf(payer: Address): Set<string> {
    const rows = this.#sql("SELECT piece_id FROM pieces WHERE payer = ?").all(payer) as unknown as PieceColumns[];
    return new Set(rows.map((row) => toHex(row.piece_id)));
  }

  payers(): Address[] {
    return (this.#sql("SELECT DISTINCT payer FROM pieces").all() as unknown as PieceColumns[]).map(
      (row) => row.payer as Address,
    );
  }

  meters(): MeterRow[] {
    return this.#sql("SELECT * FROM meters")
      .all()
      .map((row) => ({
        payer: row["payer"] as Address,
        meter: {
          byteMs: BigInt(row["byte_ms"] as string),
          egressBytes: BigInt(row["egress_bytes"] as string),
          holdProduct: BigInt(row["hold_product"] as string),
          egressProduct: BigInt(row["egress_product"] as string),
        },
        chargedPicoUsd: BigInt(row["charged_pico_usd"] as string),
        chargedUnits: BigInt(row["charged_units"] as string),
      }));
  }

  saveMeters(rows: readonly MeterRow[]): void {
    this.#durably(() => {
      for (const { payer, meter, chargedPicoUsd, chargedUnits } of rows) {
        const amounts = [
          meter.byteMs,
          meter.egressBytes,
          meter.holdProduct,
          meter.egressProduct,
          chargedPicoUsd,
          chargedUnits,
        ];
        this.#sql("INSERT OR REPLACE INTO meters VALUES (?, ?, ?, ?, ?, ?, ?)").run(payer, ...amounts.map(String));
      }
    });
  }

  /** Runs many inserts as one transaction: recovery of a lost index. */
  bulk(write: () => void): void {
    this.#durably(write);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

function pieceOf(row: PieceColumns): IndexedPiece {
  return {
    payer: row.payer as Address,
    pieceId: toHex(row.piece_id),
    pieceRoot: toHex(row.root),
    leafCount: row.leaf_count,
    sizeBytes: row.size_bytes,
    storedAtMs: row.stored_at_ms,
    expiresAtMs: row.expires_at_ms,
    pieceClass: row.class,
    name: row.name,
    retiredAfterEpoch: row.retired_after_epoch,
  };
}
