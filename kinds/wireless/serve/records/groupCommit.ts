import type { Pool, PoolClient } from "pg";
import { WayleaveError } from "@wayleave/core/errors";

/** Changes that were waiting together, on their way into one transaction. */
export interface TakenChanges {
  /** May run again when the transaction could not be committed: has no effect but on the database. */
  write(client: PoolClient): Promise<void>;
  /** They are durable. */
  committed(): void;
  failed(error: unknown): void;
}

/** Gathers changes of one sort until they are taken. */
export interface ChangeGatherer {
  readonly waiting: boolean;
  /** @returns what waits, at most a bounded number of it, or null. */
  take(): TakenChanges | null;
}

export interface GroupCommitOptions {
  /**
   * From the first change to its transaction: what later ones have to join it. Under load, those that come during a
   * transaction are enough for the next.
   */
  readonly coalesceMs: number;
  /** Between attempts, one entry for each: a database that restarts costs nobody an uplink. */
  readonly retryAfterMs: readonly number[];
}
export const GROUP_COMMIT_DEFAULTS: GroupCommitOptions = { coalesceMs: 5, retryAfterMs: [50, 250, 1000] };

/** Requests that wait for their own transaction. Each holds at most one HTTP request. */
const TASKS_MAX = 1_000;

/**
 * The only writer of schema `wireless`: so no two changes race, and memory, which follows each commit, cannot differ
 * from the tables. Changes of the network server are gathered into one transaction per {@link GroupCommitOptions};
 * changes by customers get one each, in between.
 */
export class GroupCommit {
  readonly #pool: Pool;
  readonly #options: GroupCommitOptions;
  readonly #gatherers: ChangeGatherer[] = [];
  readonly #tasks: (() => Promise<void>)[] = [];
  #wakeTimer: NodeJS.Timeout | null = null;
  #running = false;
  #done: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param pool - its owner closes it and listens for its errors. */
  constructor(pool: Pool, options: GroupCommitOptions = GROUP_COMMIT_DEFAULTS) {
    this.#pool = pool;
    this.#options = options;
  }

  add(gatherer: ChangeGatherer): void {
    this.#gatherers.push(gatherer);
  }

  /** Something waits to be taken. */
  wake(): void {
    if (this.#wakeTimer !== null || this.#running) return;
    this.#wakeTimer = setTimeout(() => this.#start(), this.#options.coalesceMs);
  }

  /** @throws WayleaveError `records-unavailable` once closing: what is not written would be lost. */
  requireOpen(): void {
    if (this.#closed) {
      throw new WayleaveError("records-unavailable", "The records are being closed", {}, { retryable: true });
    }
  }

  /**
   * Runs `work` in a transaction of its own, after what waits already.
   * @param work - on success it is committed; then `apply` changes memory before anything else is written.
   * @throws what `work` throws, or WayleaveError `records-busy`, `database-unavailable`.
   */
  async run<T>(work: (client: PoolClient) => Promise<T>, apply: (result: T) => void = () => undefined): Promise<T> {
    this.requireOpen();
    if (this.#tasks.length >= TASKS_MAX) {
      throw new WayleaveError("records-busy", "Too many changes are waiting", {}, { retryable: true });
    }
    return new Promise<T>((resolve, reject) => {
      this.#tasks.push(async () => {
        try {
          const result = await this.#transaction(work);
          apply(result);
          resolve(result);
        } catch (error) {
          reject(named(error) as Error);
        }
      });
      this.#start();
    });
  }

  /** Writes what waits, then takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#start();
    await this.#done;
  }

  #start(): void {
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer);
    this.#wakeTimer = null;
    if (this.#running) return;
    this.#running = true;
    this.#done = this.#writeAll();
  }

  /** One transaction of what was gathered, then the tasks; until none is left. Never rejects. */
  async #writeAll(): Promise<void> {
    for (;;) {
      const taken = this.#gatherers.flatMap((gatherer) => gatherer.take() ?? []);
      const task = this.#tasks.shift();
      if (taken.length > 0) await this.#commit(taken);
      await task?.();
      const waits = this.#gatherers.some((gatherer) => gatherer.waiting);
      if (this.#tasks.length > 0 || (this.#closed && waits)) continue;
      // At once, not when the promise settles: a change that comes in between must wake us again.
      this.#running = false;
      if (waits) this.wake();
      return;
    }
  }

  async #commit(taken: readonly TakenChanges[]): Promise<void> {
    try {
      await this.#persistently(async (client) => {
        for (const changes of taken) await changes.write(client);
      });
    } catch (error) {
      // One sort's fault must not cost the others; that the database is away is nobody's.
      if (taken.length > 1 && !isPassing(error)) {
        for (const changes of taken) await this.#commit([changes]);
      } else {
        for (const changes of taken) changes.failed(named(error));
      }
      return;
    }
    for (const changes of taken) changes.committed();
  }

  async #persistently(work: (client: PoolClient) => Promise<void>): Promise<void> {
    for (const waitMs of this.#options.retryAfterMs) {
      try {
        return await this.#transaction(work);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await pause(waitMs);
      }
    }
    await this.#transaction(work);
  }

  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // A connection that dies between two queries says so as an event that nobody else listens for.
    const note = (error: Error) => (broken = error);
    client.on("error", note);
    let asked: { readonly id: string; readonly result: T } | null = null;
    try {
      const id = await begin(client);
      asked = { id, result: await work(client) };
      await client.query("commit");
      return asked.result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => (broken = failure));
      if (asked !== null && isPassing(error) && (await this.#wasCommitted(asked.id))) return asked.result;
      throw error;
    } finally {
      client.off("error", note);
      client.release(broken);
    }
  }

  /**
   * The connection ended before COMMIT was answered: writing once more would write events twice.
   * @returns false too when the database is away for longer.
   */
  async #wasCommitted(id: string): Promise<boolean> {
    for (const waitMs of this.#options.retryAfterMs) {
      try {
        const text = "select pg_xact_status($1::text::xid8) as status";
        const { rows } = await this.#pool.query<{ status: string | null }>(text, [id]);
        if (rows[0]?.status !== "in progress") return rows[0]?.status === "committed";
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await pause(waitMs);
    }
    return false;
  }
}

/** @returns the transaction's number. */
async function begin(client: PoolClient): Promise<string> {
  // Two statements in one message have two results, which the types do not know.
  const [, { rows }] = (await client.query("begin; select pg_current_xact_id()::text as id")) as unknown as [
    unknown,
    { readonly rows: readonly { readonly id: string }[] },
  ];
  return rows[0]!.id;
}

/**
 * Connection refused, reset or ended, and PostgreSQL's classes 08 (connection), 40 (rolled back: again), 53 (its disk or
 * memory is full) and 57P (it is stopping).
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSING = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08...|40...|53...|57P..)$/;

function isPassing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return PASSING.test(code ?? "") || /Connection terminated|not queryable/.test(message ?? "");
}

/** The database being away or full is an operating failure: who asked may try again. */
export function named(error: unknown): unknown {
  if (error instanceof WayleaveError || !isPassing(error)) return error;
  const options = { cause: error, retryable: true };
  return new WayleaveError("database-unavailable", "The database does not take this now", {}, options);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
