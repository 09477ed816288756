import { type FileHandle, open } from "node:fs/promises";

type SyncedHandle = Pick<FileHandle, "sync" | "close">;

/**
 * Makes renames in one directory durable. Whoever asks while a sync is under way shares the next one: a hundred small
 * pieces that finish together cost two syncs, not a hundred.
 */
export class DirectorySync {
  readonly #handle: SyncedHandle;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(handle: SyncedHandle) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<DirectorySync> {
    return new DirectorySync(await open(path, "r"));
  }

  /** Resolves when everything renamed into the directory before this call is on disk. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    // The one under way may have begun before the caller's rename, so it does not count.
    this.#next ??= this.#running.catch(ignore).then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  #start(): Promise<void> {
    const running = this.#handle.sync().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async close(): Promise<void> {
    await this.#next?.catch(ignore);
    await this.#running?.catch(ignore);
    await this.#handle.close();
  }
}

/** A failed sync rejects for those who waited on it; the others only need it to be over. */
function ignore(): void {}
