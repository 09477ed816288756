import type { PoolClient } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import type { DeviceSession } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { ChangeGatherer, GroupCommit, TakenChanges } from "./groupCommit.ts";
import { packMac } from "./macColumn.ts";
import type { MovedSessions } from "./movedSessions.ts";
import type { RecordIndex } from "./recordIndex.ts";
import type { DeviceRecord } from "./records.ts";

interface Waiting {
  readonly record: DeviceRecord;
  session: DeviceSession;
  readonly saved: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Makes sessions durable, many in one update. A device waits at most once, however often it is saved: what is written
 * is the session as it stands when its transaction begins, which is never older than what was asked for.
 * All that wait are taken at once, so that no event is written before its session; the network server bounds how many.
 */
export class SessionSaves implements ChangeGatherer {
  readonly #index: RecordIndex;
  readonly #commit: GroupCommit;
  readonly #clock: Clock;
  readonly #moved: MovedSessions;
  #waiting = new Map<Eui64, Waiting>();

  constructor(index: RecordIndex, commit: GroupCommit, deps: { clock: Clock; moved: MovedSessions }) {
    this.#index = index;
    this.#commit = commit;
    this.#clock = deps.clock;
    this.#moved = deps.moved;
  }

  /** @throws WayleaveError `session-gone` when it is no longer the device's session, `database-unavailable`. */
  async save(session: DeviceSession): Promise<void> {
    this.#commit.requireOpen();
    const record = this.#index.devices.get(session.devEui);
    if (record === undefined || !isSameSession(record.session, session)) throw sessionGone(session.devEui);
    const waiting = this.#waiting.get(session.devEui);
    if (waiting !== undefined) {
      waiting.session = session;
      return waiting.saved;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.set(session.devEui, { record, session, saved: promise, resolve, reject });
    this.#commit.wake();
    return promise;
  }

  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  take(): TakenChanges | null {
    if (this.#waiting.size === 0) return null;
    const taken: Waiting[] = [];
    const asked = this.#waiting;
    this.#waiting = new Map();
    for (const [devEui, waiting] of asked) {
      // A join or an administrator was quicker.
      if (isSameSession(waiting.record.session, waiting.session)) taken.push(waiting);
      else waiting.reject(sessionGone(devEui));
    }
    const nowMs = this.#clock.now();
    for (const { record, session } of taken) adopt(record, session, nowMs);
    // As they are now: a frame that is accepted before they are written has its event in the next transaction.
    const rows = columnsOf(taken);
    return {
      write: (client) => update(client, rows),
      committed: () => {
        for (const waiting of taken) {
          this.#moved.add(waiting.record.device.devEui);
          waiting.resolve();
        }
      },
      failed(error) {
        for (const waiting of taken) waiting.reject(error);
      },
    };
  }
}

/** Who saves a copy means it as much as who saves the session itself. */
function adopt(record: DeviceRecord, session: DeviceSession, nowMs: number): void {
  const own = record.session!;
  if (own !== session) {
    own.fCntUp = session.fCntUp;
    own.fCntDown = session.fCntDown;
    own.mac = session.mac;
  }
  if (own.fCntUp === record.seenFCntUp) return;
  record.seenFCntUp = own.fCntUp;
  record.seenMs = nowMs;
}

function isSameSession(known: DeviceSession | null, given: DeviceSession): boolean {
  if (known === given) return true;
  return known !== null && known.devAddr === given.devAddr && known.activatedAtMs === given.activatedAtMs;
}

function sessionGone(devEui: Eui64): WayleaveError {
  return new WayleaveError("session-gone", "The device has another session by now, or none", { devEui });
}

type Columns = [devEui: string[], fCntUp: number[], fCntDown: number[], mac: string[], seenMs: (number | null)[]];

function columnsOf(saves: readonly Waiting[]): Columns {
  const columns: Columns = [[], [], [], [], []];
  for (const { record } of saves) {
    const session = record.session!;
    columns[0].push(session.devEui);
    columns[1].push(session.fCntUp);
    columns[2].push(session.fCntDown);
    columns[3].push(packMac(session.mac));
    columns[4].push(record.seenMs);
  }
  return columns;
}

async function update(client: PoolClient, columns: Columns): Promise<void> {
  await client.query({
    name: "wayleave-wireless-save-sessions",
    text: `update wireless.session s
      set f_cnt_up = u.f_cnt_up, f_cnt_down = u.f_cnt_down, mac = u.mac, seen_ms = u.seen_ms
      from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[])
        as u(dev_eui, f_cnt_up, f_cnt_down, mac, seen_ms)
      where s.dev_eui = u.dev_eui`,
    values: columns,
  });
}
