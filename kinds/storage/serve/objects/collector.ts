import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { type Database, statement } from "../database/database.ts";
import type { PieceClient } from "../segments/pieceClient.ts";
import type { StorageDevice, StorageDevices } from "../segments/storageDevices.ts";
import type { Pins } from "./pins.ts";

/** A reader that has looked an object up begins to read, and is then known, within this. */
const READER_GRACE_MS = 60_000;
/** Rows of one round: a second of deletions. */
const CONTENTS_PER_ROUND = 500;
const PIECES_PER_ROUND = 2_000;
/** Deletions at once for one device. */
const PER_DEVICE_AT_ONCE = 16;
const RETRY_FIRST_MS = 10_000;
const RETRY_MAX_MS = 6 * 3_600_000;
/** A device that never came back in a hundred tries, about three weeks, is written off. */
const ATTEMPTS_MAX = 100;

const RELEASED = statement(
  "collect-contents",
  `delete from storage.content where id in (
     select id from storage.content where refs = 0 and released_ms <= $1 and id <> all($2) limit $3 for update skip locked)
   returning id`,
);
const WAITING = statement("garbage-devices", "select distinct device from storage.garbage where not_before_ms <= $1");
const DUE = statement(
  "due-garbage",
  `select device, piece_id, root, attempts from storage.garbage where not_before_ms <= $1 and device = any($2)
   order by not_before_ms limit $3`,
);
const DONE = statement(
  "collected-garbage",
  `delete from storage.garbage g using unnest($1::text[], $2::text[]) as done(device, piece_id)
   where g.device = done.device and g.piece_id = done.piece_id`,
);
const LATER = statement(
  "postpone-garbage",
  `update storage.garbage set attempts = attempts + 1, not_before_ms = $3 where device = $1 and piece_id = $2`,
);
const WRITE_OFF = statement("write-off-garbage", "delete from storage.garbage where attempts >= $1 returning device");
/** Uploads that nobody completed are the customer's to abort; answers of completed ones are kept a day. */
const FORGET_COMPLETED = statement("forget-completed", "delete from storage.completed_upload where modified_ms < $1");
const COMPLETED_KEPT_MS = 86_400_000;

interface Garbage {
  readonly device: Address;
  readonly piece_id: Hash32;
  readonly root: Buffer | null;
  readonly attempts: number;
}

export interface CollectorDependencies {
  readonly database: Database;
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly pins: Pins;
  readonly clock: Clock;
  readonly log: Logger;
  readonly readerGraceMs?: number;
}

/** Turns what nobody points at into signed deletions at the devices, again and again until each has answered. */
export class Collector {
  readonly #use: CollectorDependencies;

  constructor(dependencies: CollectorDependencies) {
    this.#use = dependencies;
  }

  /** One round. @returns how many pieces devices deleted. */
  async collect(): Promise<number> {
    const { database, devices, pins, clock, log } = this.#use;
    const releasedBefore = clock.now() - (this.#use.readerGraceMs ?? READER_GRACE_MS);
    await database.rows(RELEASED, [releasedBefore, pins.pinned, CONTENTS_PER_ROUND]);
    await database.rows(FORGET_COMPLETED, [clock.now() - COMPLETED_KEPT_MS]);
    const written = await database.rows<{ device: Address }>(WRITE_OFF, [ATTEMPTS_MAX]);
    if (written.length > 0) log.warn({ pieces: written.length }, "Write off garbage on devices that never came back");
    // A device in bad standing is told too: it charges for what it holds.
    const waiting = await database.rows<{ device: Address }>(WAITING, [clock.now()]);
    const linked = waiting.map((row) => row.device).filter((device) => devices.linked(device) !== null);
    const due = await database.rows<Garbage>(DUE, [clock.now(), linked, PIECES_PER_ROUND]);
    const byDevice = Map.groupBy(due, (garbage) => garbage.device);
    const counts = await Promise.all([...byDevice].map(([device, pieces]) => this.#collectFrom(device, pieces)));
    return counts.reduce((total, count) => total + count, 0);
  }

  async #collectFrom(id: Address, pieces: readonly Garbage[]): Promise<number> {
    const device = this.#use.devices.linked(id);
    if (device === null) return 0;
    const done: Hash32[] = [];
    const queue = [...pieces];
    const work = async (): Promise<void> => {
      for (let piece = queue.pop(); piece !== undefined; piece = queue.pop()) {
        if (await this.#delete(device, piece)) done.push(piece.piece_id);
      }
    };
    await Promise.all(Array.from({ length: PER_DEVICE_AT_ONCE }, work));
    await this.#use.database.rows(DONE, [done.map(() => id), done]);
    return done.length;
  }

  async #delete(device: StorageDevice, piece: Garbage): Promise<boolean> {
    const { client, database, clock, log } = this.#use;
    try {
      const root = piece.root === null ? await client.rootOf(device.peer, piece.piece_id) : hexOf(piece.root);
      // Without a root the upload never came to its end at the device: there is nothing to delete.
      if (root !== null) await client.delete(device.peer, { pieceId: piece.piece_id, root });
      return true;
    } catch (error) {
      log.debug({ device: device.id, pieceId: piece.piece_id, reason: String(error) }, "Postpone a deletion");
      const pauseMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(piece.attempts, 20));
      await database.rows(LATER, [device.id, piece.piece_id, clock.now() + pauseMs]);
      return false;
    }
  }
}

function hexOf(bytes: Uint8Array): Hash32 {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
