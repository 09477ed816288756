import { randomBytes } from "node:crypto";
import pg from "pg";
import { testDatabase } from "../../../../../apps/cli/supervise/testPostgres.ts";
import {
  DEFAULT_MAC_SETTINGS,
  type DeviceProfile,
  type DeviceSession,
  type MacState,
  UNTOLD_MAC,
} from "../../../model/device.ts";
import type { ProfileSettings } from "../catalog.ts";
import { openWirelessRecords, type WirelessRecords, type WirelessRecordsOptions } from "../openWirelessRecords.ts";
import type { NewDevice } from "../records.ts";

export const TEST_SECRET = new Uint8Array(32).fill(7);
export const TEST_PROFILE: ProfileSettings = {
  name: "sensor",
  region: "EU868",
  supportsOtaa: true,
  deviceClass: "A",
  adr: true,
  rx1DelayS: 1,
  rx1DrOffset: 0,
  rx2DataRate: null,
  rx2FrequencyHz: null,
  counters32: true,
  copies: 1,
  uplinkIntervalS: null,
  decoder: { kind: "none" },
  ...DEFAULT_MAC_SETTINGS,
};

export function testMac(profile: DeviceProfile): MacState {
  return {
    ...{ dataRate: 0, txPower: 0, nbTrans: 1, rx1DelayS: profile.rx1DelayS, rx1DrOffset: profile.rx1DrOffset },
    ...{ rx2DataRate: 0, rx2FrequencyHz: 869_525_000, channels: [0, 1, 2], ...UNTOLD_MAC },
    tx: { uplinkDwellTime: null, downlinkDwellTime: false, maxEirpIndex: 13 },
  };
}

export const testKey = (): Uint8Array => new Uint8Array(randomBytes(16));

/** A clock that a test moves. */
export interface TestClock {
  nowMs: number;
  now(): number;
  monotonicMs(): number;
}

export interface TestRecords extends AsyncDisposable {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly clock: TestClock;
  /** Opens the records of the same database, closed at the end. */
  open(over?: Partial<WirelessRecordsOptions>): Promise<WirelessRecords>;
}

/** A fresh database. */
export async function testRecords(): Promise<TestRecords> {
  const database = await testDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on("error", () => undefined);
  const clock: TestClock = { nowMs: 1_700_000_000_000, now: () => clock.nowMs, monotonicMs: () => performance.now() };
  const opened: WirelessRecords[] = [];
  return {
    ...{ url: database.url, pool, clock },
    async open(over = {}) {
      const options = { pool, operatorSecret: TEST_SECRET, clock, newMacState: testMac, commit: { coalesceMs: 1 } };
      const records = await openWirelessRecords({ ...options, ...over });
      opened.push(records);
      return records;
    },
    async [Symbol.asyncDispose]() {
      for (const records of opened) await records.close();
      await pool.end();
      await database.close();
    },
  };
}

/** An application and a profile of a customer. */
export async function place(records: WirelessRecords, customer: string) {
  const application = await records.catalog.createApplication(customer, "fields");
  const { profile } = await records.catalog.createProfile(customer, TEST_PROFILE);
  return { applicationId: application.id, profileId: profile.id };
}

export function newDevice(
  at: { readonly applicationId: string; readonly profileId: string },
  number: number,
  over: Partial<NewDevice> = {},
): NewDevice {
  return {
    ...at,
    devEui: number.toString(16).padStart(16, "0"),
    joinEui: "70b3d57ed0000001",
    name: `device ${number}`,
    appKey: testKey(),
    disabled: false,
    ...over,
  };
}

/** What the network server derives at a join. */
export function joined(
  devEui: string,
  drawn: { readonly joinNonce: number; readonly devAddr: string },
  atMs: number,
): DeviceSession {
  return {
    ...{ devEui, devAddr: drawn.devAddr, nwkSKey: testKey(), appSKey: testKey(), fCntUp: -1, fCntDown: 0 },
    activatedAtMs: atMs,
    mac: testMac({ id: "", ...TEST_PROFILE }),
  };
}
