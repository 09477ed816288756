import type { Pool } from "pg";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { RunningService, ServeContext } from "@wayleave/core/kind";
import type { SnapshotPart } from "@wayleave/core/snapshotPart";
import { type Schedule, epochAt } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import { type CodePolicy, POLICIES } from "../model/layout.ts";
import { type ObjectPlaces, placementOf } from "./objects/placementView.ts";
import { withStorageCaps } from "./objects/storageCaps.ts";
import { type Periodic, startPeriodic } from "@wayleave/core/periodic";
import { Availability, OFFLINE_LIMIT_MS } from "./repair/availability.ts";
import { InclusionCheck } from "./repair/inclusionCheck.ts";
import { type RepairFigures, type RepairLimits, RepairLoop } from "./repair/repairLoop.ts";
import type { Credentials } from "./s3/credentials.ts";
import type { ObjectStore } from "./s3/objectStore.ts";
import type { S3Limits } from "./s3/s3Limits.ts";
import { startS3Server } from "./s3/startS3Server.ts";
import { VETTING, type Vetting } from "./segments/reputation.ts";
import { type SnapshotFigures, SnapshotShipper } from "./snapshots/snapshotShipper.ts";
import { type StorageCore, openStorageCore } from "./storageCore.ts";

/** How long each loop rests between rounds. */
export interface StoragePauses {
  readonly collectMs: number;
  readonly repairMs: number;
  readonly snapshotMs: number;
}
const PAUSES: StoragePauses = { collectMs: 5_000, repairMs: 5_000, snapshotMs: 3_000 };

export interface StorageServiceOptions extends ServeContext<LinkPeer, Pool> {
  /** 32 secret bytes. Bucket keys and snapshots open with it and with nothing else: it is the one thing to keep. */
  readonly recoveryKey: Uint8Array;
  /** The payer's pinned link key: signs deletions. */
  readonly linkKey: DeviceKey;
  /** Of the network's Settlement contract. */
  readonly domain: SigningDomain;
  readonly schedule: Schedule;
  readonly credentials: Credentials;
  readonly s3: {
    readonly host: string;
    readonly port: number;
    readonly region: string;
    readonly virtualHosts?: readonly string[];
    readonly limits?: Partial<S3Limits>;
  };
  /** Of new buckets; 8 of 14 unless told otherwise. */
  readonly policy?: CodePolicy;
  /** When a newcomer counts as known; its age is at most 21 epochs. */
  readonly vetting?: Vetting;
  /** How long a device may be away before its shards are rebuilt; at most half an epoch. */
  readonly offlineLimitMs?: number;
  readonly repairLimits?: RepairLimits;
  readonly pauses?: Partial<StoragePauses>;
  /** What is kept beside the metadata: accounts, other kinds' records. Given back by `recoverStorage`. */
  readonly snapshotParts?: readonly SnapshotPart[];
  /** Uniform in [0, 1): placement's dice. */
  readonly random?: () => number;
}

/** What `wayleave status` and the console show. */
export interface StorageHealth extends RepairFigures {
  readonly devicesServing: number;
  readonly snapshots: SnapshotFigures;
  /** Newest epoch whose commitments were compared with our receipts. */
  readonly checkedEpoch: number | null;
}

export interface StorageService extends RunningService {
  readonly store: ObjectStore;
  health(): StorageHealth;
  /** Which devices hold which shard of an object; null when this customer has no such object. */
  placementOf(customer: string, bucket: string, key: string): Promise<ObjectPlaces | null>;
  /** Ships what changed to devices now, e.g. before a planned stop. */
  shipSnapshot(): Promise<void>;
}

/** Serves S3 from devices, and keeps what it stored: repair, collection, snapshots, metering and the inclusion check. */
export async function startStorageService(options: StorageServiceOptions): Promise<StorageService> {
  const { clock, log, schedule, s3 } = options;
  const core = await openStorageCore(coreOptions(options));
  const offlineLimitMs = options.offlineLimitMs ?? Math.min(OFFLINE_LIMIT_MS, schedule.epochMs / 2);
  const availability = new Availability(core.devices, clock, offlineLimitMs);
  const random = options.random ?? Math.random;
  const repair = new RepairLoop({ ...core, availability, clock, log, random }, options.repairLimits);
  const shipper = new SnapshotShipper({ ...core, clock, log, random, parts: options.snapshotParts ?? [] });
  const inclusion = new InclusionCheck({ ...core, schedule, claim: options.claim, log });
  let shipping: Promise<void> = Promise.resolve();
  const ship = (): Promise<void> => {
    // One after another: two at once would number their chunks alike.
    shipping = shipping.catch(() => undefined).then(() => shipper.ship());
    return shipping;
  };
  let checkedEpoch: number | null = null;
  const checkEpoch = async (): Promise<void> => {
    const epoch = epochAt(schedule, clock.now());
    if (epoch < 0) return;
    await inclusion.check(epoch);
    checkedEpoch = epoch;
  };
  const loops = startLoops(options, core, { repair, ship, checkEpoch });
  const { port, close } = await startS3Server({
    ...s3,
    store: withStorageCaps(core.store, core.database),
    credentials: options.credentials,
    clock,
    log,
  });
  return {
    endpoints: [{ name: "S3", url: `http://${s3.host}:${port}` }],
    store: core.store,
    health: () => ({
      ...repair.figures,
      devicesServing: core.devices.serving().length,
      snapshots: shipper.figures,
      checkedEpoch,
    }),
    placementOf: (customer, bucket, key) => placementOf(core.database, customer, bucket, key),
    shipSnapshot: ship,
    async close() {
      await close();
      for (const loop of loops) await loop.stop();
      await meter(core).catch((error: unknown) => log.warn({ reason: String(error) }, "Fail to meter at the end"));
      await ship().catch((error: unknown) => log.warn({ reason: String(error) }, "Fail to ship the last changes"));
      await core.close();
    },
  };
}

function coreOptions(options: StorageServiceOptions) {
  const { pool, recoveryKey, meter: meterPort, clock, log, schedule } = options;
  const vetting = options.vetting ?? { ...VETTING, ageMs: Math.min(VETTING.ageMs, 21 * schedule.epochMs) };
  return {
    ...{ pool, recoveryKey, meter: meterPort, clock, log, vetting },
    directory: options.devices,
    identity: { payer: options.payer, key: options.linkKey, domain: options.domain },
    policy: options.policy ?? POLICIES.standard,
    random: options.random ?? Math.random,
  };
}

function startLoops(
  options: StorageServiceOptions,
  core: StorageCore,
  work: {
    readonly repair: RepairLoop;
    readonly ship: () => Promise<void>;
    readonly checkEpoch: () => Promise<void>;
  },
): Periodic[] {
  const { log, schedule } = options;
  const { collectMs, repairMs, snapshotMs } = { ...PAUSES, ...options.pauses };
  const repairing = startPeriodic("repair", repairMs, log, (signal) => work.repair.round(signal));
  core.badPieces.onReport(() => {
    work.repair.retryRefused();
    repairing.wake();
  });
  return [
    repairing,
    startPeriodic("collect", collectMs, log, () => core.collector.collect()),
    startPeriodic("snapshot", snapshotMs, log, work.ship),
    startPeriodic("meter", schedule.tickMs, log, () => meter(core)),
    startPeriodic("inclusion", Math.max(1_000, schedule.epochMs / 10), log, work.checkEpoch),
  ];
}

async function meter(core: StorageCore): Promise<void> {
  core.egress.flush();
  await core.hold.accrue();
  await core.reputation.save();
}
