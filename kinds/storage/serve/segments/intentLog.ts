import { randomUUID } from "node:crypto";
import type { Clock } from "@wayleave/core/time";
import { type Database, type Queries, statement } from "../database/database.ts";
import type { ShardTarget } from "./shardUpload.ts";

const WRITE = statement(
  "write-intent",
  "insert into storage.intent (at_ms, session, devices, piece_ids) values ($1, $2, $3, $4) returning id",
);
const ABANDON = statement("abandon-intents", "select storage.end_intents($1)");
const OTHERS = statement("intents-of-others", "select id from storage.intent where session <> $1");

/**
 * Which pieces are about to be sent, written durably before the first byte: whatever a crash interrupts is known, and
 * collected. An intent ends in the transaction that makes its pieces visible.
 */
export class IntentLog {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #session = randomUUID();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async write(targets: readonly ShardTarget[]): Promise<number> {
    const devices = targets.map((target) => target.device.id);
    const pieceIds = targets.map((target) => target.pieceId);
    const rows = await this.#database.rows<{ id: number }>(WRITE, [
      this.#clock.now(),
      this.#session,
      devices,
      pieceIds,
    ]);
    return rows[0]!.id;
  }

  /** Leaves what these intents sent, and no piece row names, to the collector. */
  async abandon(intents: readonly number[], queries: Queries = this.#database): Promise<void> {
    if (intents.length > 0) await queries.rows(ABANDON, [[...intents]]);
  }

  /** Once at the start: uploads of a process that is no more. */
  async abandonOthers(): Promise<number> {
    const rows = await this.#database.rows<{ id: number }>(OTHERS, [this.#session]);
    await this.abandon(rows.map((row) => row.id));
    return rows.length;
  }
}
