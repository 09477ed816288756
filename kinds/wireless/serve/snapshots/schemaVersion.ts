import type { Pool } from "pg";
import { WayleaveError } from "@wayleave/core/errors";

/** A schema whose rows are in snapshots. */
export interface SnapshotSchema {
  readonly name: string;
  /** This program's. */
  readonly version: number;
  migrate(pool: Pool, version: number): Promise<void>;
}

/** Tells of which version of its schema the lines of a take are, when there are any. */
export async function* withVersion({ version }: SnapshotSchema, lines: AsyncIterable<string>): AsyncGenerator<string> {
  let isTold = false;
  for await (const line of lines) {
    if (!isTold) yield JSON.stringify({ v: version });
    isTold = true;
    yield line;
  }
}

/**
 * Follows the versions that a snapshot's lines are of, so that rows are put into the tables they were taken from and go
 * through the same migrations as rows of a database.
 */
export class SchemaRestorer {
  readonly #pool: Pool;
  readonly #schema: SnapshotSchema;
  #isFresh = false;

  constructor(pool: Pool, schema: SnapshotSchema) {
    this.#pool = pool;
    this.#schema = schema;
  }

  /**
   * Takes versions out of the lines. The first one makes the schema from nothing: what a front made in it that waited to
   * be recovered is dropped.
   * @throws WayleaveError `snapshot-newer-refused`.
   */
  async follow(lines: readonly string[]): Promise<string[]> {
    const rest: string[] = [];
    for (const line of lines) {
      if (line.startsWith('{"v":')) await this.#migrate((JSON.parse(line) as { v: number }).v);
      else rest.push(line);
    }
    return rest;
  }

  /** Brings the schema to this program's version. */
  finish(): Promise<void> {
    return this.#schema.migrate(this.#pool, this.#schema.version);
  }

  async #migrate(version: number): Promise<void> {
    const { name, version: known } = this.#schema;
    if (version > known) {
      const facts = { schema: name, version, known };
      throw new WayleaveError("snapshot-newer-refused", "The snapshot was written by a newer version", facts);
    }
    if (!this.#isFresh) await this.#pool.query(`drop schema if exists ${name} cascade`);
    this.#isFresh = true;
    await this.#schema.migrate(this.#pool, version);
  }
}
