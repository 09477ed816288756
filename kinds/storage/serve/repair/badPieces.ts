import type { Logger } from "@wayleave/core/kind";
import { type Database, statement } from "../database/database.ts";
import type { ReadablePiece } from "../segments/windowReader.ts";

const MARK = statement(
  "mark-bad",
  "update storage.piece set bad = true where segment_id = $1 and shard = $2 and piece_id = $3 and not bad",
);
/** Reports under way; more are dropped, since whoever reads the piece next finds it again. */
const PENDING_MAX = 256;

/** Pieces that readers or the inclusion check found wrong: written down, so that nobody counts on them and repair replaces them. */
export class BadPieces {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #pending = new Set<Promise<void>>();
  #onReport: () => void = () => undefined;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  /** @param listener - called when something new was found: repair need not wait for its next round. */
  onReport(listener: () => void): void {
    this.#onReport = listener;
  }

  report(segmentId: number, piece: Pick<ReadablePiece, "shard" | "pieceId">): void {
    if (this.#pending.size >= PENDING_MAX) return;
    const marking = this.#database
      .rows(MARK, [segmentId, piece.shard, piece.pieceId])
      .then(
        () => this.#onReport(),
        (error: unknown) => this.#log.warn({ segment: segmentId, reason: String(error) }, "Fail to note a bad piece"),
      )
      .finally(() => this.#pending.delete(marking));
    this.#pending.add(marking);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
