import type { Pool } from "pg";
import type { SnapshotPart } from "@wayleave/core/snapshotPart";
import type { Clock } from "@wayleave/core/time";
import type { DeviceProfile, MacState } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { DeviceBook, DownlinkQueue } from "../ports.ts";
import { Catalog } from "./catalog.ts";
import { DEFAULT_DEV_ADDRS, type DevAddrRange } from "./devAddrRange.ts";
import { Devices } from "./devices.ts";
import { Downlinks } from "./downlinks.ts";
import { Forwardings } from "./forwardings.ts";
import { GROUP_COMMIT_DEFAULTS, GroupCommit, type GroupCommitOptions } from "./groupCommit.ts";
import { Joins } from "./joins.ts";
import { type KeySealer, keySealer } from "./keySealer.ts";
import { loadRecords } from "./loadRecords.ts";
import { MovedSessions } from "./movedSessions.ts";
import { RecordIndex } from "./recordIndex.ts";
import { DEFAULT_RECORD_LIMITS, type RecordLimits } from "./records.ts";
import { recordsPart } from "../snapshots/recordsPart.ts";
import { migrateWireless } from "./schema.ts";
import { SessionSaves } from "./sessionSaves.ts";

export interface WirelessRecordsOptions {
  /** Its owner closes it and listens for its errors. One connection is written on; two are enough. */
  readonly pool: Pool;
  /** 32 secret bytes that never change: without them the stored keys are lost. */
  readonly operatorSecret: Uint8Array;
  readonly clock: Clock;
  /** What a device of this profile starts with, before any MAC command. For ABP and imported sessions. */
  readonly newMacState: (profile: DeviceProfile) => MacState;
  /** Where joining devices get their addresses from. Absent: the experimental NetID 0x000001. */
  readonly devAddrs?: DevAddrRange;
  readonly limits?: Partial<RecordLimits>;
  readonly commit?: Partial<GroupCommitOptions>;
}

/** What the wireless service keeps of its customers. Exactly one process at a time may have it open on a database. */
export interface WirelessRecords {
  readonly book: DeviceBook;
  readonly queue: DownlinkQueue;
  readonly catalog: Catalog;
  readonly devices: Devices;
  readonly downlinks: Downlinks;
  readonly forwardings: Forwardings;
  readonly fingerprint: KeySealer["fingerprint"];
  readonly clock: Clock;
  /** Its transactions: what must not come before a session's counter is written in them too. */
  readonly commit: Pick<GroupCommit, "add" | "wake">;
  /** When a device last counted as heard; null: never, or unknown here. */
  seenMs(devEui: Eui64): number | null;
  /** Called whenever `book.filters()` would answer otherwise. @returns what ends it. */
  onFiltersChanged(listener: () => void): () => void;
  /** What of it is in the front's snapshots. */
  readonly snapshot: SnapshotPart;
  /** Makes what was asked for durable, then takes no more. */
  close(): Promise<void>;
}

/**
 * Opens the records: brings schema `wireless` up to date and loads all of it.
 * @throws WayleaveError `schema-newer-refused`, `secret-unreadable-invalid`.
 */
export async function openWirelessRecords(options: WirelessRecordsOptions): Promise<WirelessRecords> {
  const { pool, clock, newMacState } = options;
  const sealer = keySealer(options.operatorSecret);
  const limits = { ...DEFAULT_RECORD_LIMITS, ...options.limits };
  const range = options.devAddrs ?? DEFAULT_DEV_ADDRS;
  await migrateWireless(pool);
  const index = new RecordIndex(range);
  const commit = new GroupCommit(pool, { ...GROUP_COMMIT_DEFAULTS, ...options.commit });
  const catalog = new Catalog(index, commit, { limits, clock });
  const downlinks = new Downlinks(index, commit, { limits, clock });
  const devices = new Devices({ pool, index, commit, catalog, downlinks, sealer, limits, clock, newMacState });
  const forwardings = new Forwardings(index, commit, { limits, clock, ownRange: range });
  const moved = new MovedSessions();
  const saves = new SessionSaves(index, commit, { clock, moved });
  const joins = new Joins(index, commit, { sealer, range, clock });
  // Joins after saves: a save of the session that a join replaces is written first, and then overwritten.
  for (const gatherer of [saves, joins, downlinks]) commit.add(gatherer);
  await loadRecords({ pool, index, catalog, downlinks, forwardings, sealer });
  const book: DeviceBook = {
    device: (devEui) => index.devices.get(devEui)?.device ?? null,
    session: (devEui) => index.devices.get(devEui)?.session ?? null,
    sessionsAt: (devAddr) => index.sessionsAt(devAddr),
    save: (session) => saves.save(session),
    activate: (devEui, devNonce, derive) => joins.activate(devEui, devNonce, derive),
    filters: () => index.filters(),
  };
  return {
    ...{ book, queue: downlinks, catalog, devices, downlinks, forwardings, clock, commit },
    fingerprint: (key) => sealer.fingerprint(key),
    seenMs: (devEui) => index.devices.get(devEui)?.seenMs ?? null,
    onFiltersChanged: (listener) => index.onFiltersChanged(listener),
    snapshot: recordsPart(pool, { devices: index.devices, moved }),
    close: () => commit.close(),
  };
}
