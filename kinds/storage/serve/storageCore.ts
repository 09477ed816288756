import type { Pool } from "pg";
import type { DeviceDirectory, Logger, Meter } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import type { CodePolicy } from "../model/layout.ts";
import { Database } from "./database/database.ts";
import { migrate } from "./database/schema.ts";
import { EgressMeter } from "./metering/egressMeter.ts";
import { HoldMeter } from "./metering/holdMeter.ts";
import { BucketDirectory } from "./objects/bucketDirectory.ts";
import { Collector } from "./objects/collector.ts";
import { DeviceObjectStore } from "./objects/deviceObjectStore.ts";
import { Pins } from "./objects/pins.ts";
import { type RecoveryKeys, recoveryKeys } from "./recoveryKeys.ts";
import { BadPieces } from "./repair/badPieces.ts";
import { CoderPool } from "./segments/coderPool.ts";
import { ContentReader } from "./segments/contentReader.ts";
import { ContentWriter } from "./segments/contentWriter.ts";
import { IntentLog } from "./segments/intentLog.ts";
import { MemoryBudget } from "./segments/memoryBudget.ts";
import { type PayerIdentity, PieceClient } from "./segments/pieceClient.ts";
import type { Vetting } from "./segments/reputation.ts";
import { StorageDevices } from "./segments/storageDevices.ts";
import { loadReputation } from "./segments/reputationRows.ts";

/** What all uploads together may hold in memory: leaves a front of 400 MB room for everything else. */
const UPLOAD_MEMORY_BYTES = 160 << 20;

export interface StorageCoreOptions {
  readonly pool: Pool;
  readonly directory: DeviceDirectory<LinkPeer>;
  readonly identity: PayerIdentity;
  readonly recoveryKey: Uint8Array;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of new buckets. */
  readonly policy: CodePolicy;
  readonly vetting?: Vetting;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How long pieces of a deleted object stay for who may be reading it. */
  readonly readerGraceMs?: number;
}

/** Everything of the storage service that is not a loop or a port. */
export interface StorageCore {
  readonly database: Database;
  readonly store: DeviceObjectStore;
  readonly buckets: BucketDirectory;
  readonly devices: StorageDevices;
  readonly client: PieceClient;
  readonly intents: IntentLog;
  readonly collector: Collector;
  readonly badPieces: BadPieces;
  readonly egress: EgressMeter;
  readonly hold: HoldMeter;
  readonly keys: RecoveryKeys;
  readonly reputation: Awaited<ReturnType<typeof loadReputation>>;
  close(): Promise<void>;
}

/** Opens the store on a migrated database; uploads that a dead process left are given to the collector. */
export async function openStorageCore(options: StorageCoreOptions): Promise<StorageCore> {
  const { pool, clock, log } = options;
  await migrate(pool);
  const database = new Database(pool);
  const keys = recoveryKeys(options.recoveryKey);
  const reputation = await loadReputation(database, clock);
  const devices = new StorageDevices(options.directory, clock, reputation, options.vetting);
  const client = new PieceClient(options.identity, clock);
  const coders = new CoderPool();
  const intents = new IntentLog(database, clock);
  const badPieces = new BadPieces(database, log);
  const pins = new Pins();
  const egress = new EgressMeter(options.meter, devices);
  const buckets = new BucketDirectory(database, keys, clock, options.policy);
  const budget = new MemoryBudget(UPLOAD_MEMORY_BYTES);
  const writer = new ContentWriter({ client, devices, coders, intents, budget, log, random: options.random });
  const reader = new ContentReader({
    client,
    devices,
    log,
    reportBad: (segment, piece) => badPieces.report(segment, piece),
  });
  const store = new DeviceObjectStore({ database, buckets, writer, reader, intents, pins, egress, clock, log });
  const grace = options.readerGraceMs === undefined ? {} : { readerGraceMs: options.readerGraceMs };
  const collector = new Collector({ database, client, devices, pins, clock, log, ...grace });
  const hold = new HoldMeter(database, options.meter, devices, clock);
  const abandoned = await intents.abandonOthers();
  if (abandoned > 0) log.info({ uploads: abandoned }, "Leave interrupted uploads to the collector");
  return {
    ...{ database, store, buckets, devices, client, intents, collector, badPieces, egress, hold, keys, reputation },
    async close() {
      await badPieces.settled();
      await reputation.save();
      await coders.close();
    },
  };
}
