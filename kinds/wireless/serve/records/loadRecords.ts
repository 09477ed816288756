import type { Pool } from "pg";
import type { DeviceSession, MacState } from "../../model/device.ts";
import type { Catalog, ProfileSettings } from "./catalog.ts";
import type { Downlinks } from "./downlinks.ts";
import type { Forwardings, ForwardingSettings } from "./forwardings.ts";
import { appKeyContext, type KeySealer, sessionKeysContext } from "./keySealer.ts";
import { KEY_BYTES, KeySlab } from "./keySlab.ts";
import { unpackMac } from "./macColumn.ts";
import type { RecordIndex } from "./recordIndex.ts";
import { DeviceRecord } from "./records.ts";

/** Rows held at once while loading. */
const ROWS_PER_PAGE = 2_000;
/** Different MAC states that are remembered for sharing: devices without history mostly have the same. */
const SHARED_MACS_MAX = 1_000;

interface DeviceRow {
  readonly dev_eui: string;
  readonly join_eui: string;
  readonly customer: string;
  readonly application_id: string;
  readonly profile_id: string;
  readonly name: string;
  readonly app_key_sealed: Buffer | null;
  readonly disabled: boolean;
  readonly join_nonce: number;
  readonly created_ms: string;
  readonly dev_addr: string | null;
  readonly keys_sealed: Buffer;
  readonly f_cnt_up: string;
  readonly f_cnt_down: string;
  readonly activated_ms: string;
  readonly mac: string;
  readonly seen_ms: string | null;
}

interface Target {
  readonly pool: Pool;
  readonly index: RecordIndex;
  readonly catalog: Catalog;
  readonly downlinks: Downlinks;
  readonly forwardings: Forwardings;
  readonly sealer: KeySealer;
}

/**
 * Reads every record into memory.
 * @throws WayleaveError `secret-unreadable-invalid` when the keys were sealed under another operator secret.
 */
export async function loadRecords(target: Target): Promise<void> {
  const { pool, catalog, forwardings } = target;
  const applications = await pool.query<{ id: string; customer: string; name: string; created_ms: string }>(
    "select * from wireless.application",
  );
  for (const { id, customer, name, created_ms } of applications.rows) {
    catalog.restoreApplication({ id, customer, name, createdMs: Number(created_ms) });
  }
  const profiles = await pool.query<{ id: string; customer: string; created_ms: string; settings: ProfileSettings }>(
    "select * from wireless.device_profile",
  );
  for (const { id, customer, created_ms, settings } of profiles.rows) {
    catalog.restoreProfile({ customer, createdMs: Number(created_ms), profile: { id, ...settings } });
  }
  const forwarded = await pool.query<{
    id: string;
    customer: string;
    created_ms: string;
    settings: ForwardingSettings;
  }>("select * from wireless.forwarding");
  for (const { id, customer, created_ms, settings } of forwarded.rows) {
    forwardings.restore({ id, customer, createdMs: Number(created_ms), settings });
  }
  await loadDevices(target);
  await loadDownlinks(target);
}

async function loadDevices({ pool, index, sealer }: Target): Promise<void> {
  const slab = new KeySlab();
  const texts = new Map<string, string>();
  const macs = new Map<string, MacState>();
  for (let after = ""; ;) {
    const { rows } = await pool.query<DeviceRow>({
      name: "wayleave-wireless-load-devices",
      text: `select * from wireless.device d left join
        (select dev_eui as session_of, dev_addr, keys_sealed, f_cnt_up, f_cnt_down, activated_ms, mac, seen_ms
          from wireless.session) s on s.session_of = d.dev_eui
        where d.dev_eui > $1 order by d.dev_eui limit $2`,
      values: [after, ROWS_PER_PAGE],
    });
    for (const row of rows) index.addDevice(recordOf(row, { index, sealer, slab, texts, macs }));
    if (rows.length < ROWS_PER_PAGE) return;
    after = rows.at(-1)!.dev_eui;
  }
}

interface Shared {
  readonly index: RecordIndex;
  readonly sealer: KeySealer;
  readonly slab: KeySlab;
  /** JoinEUIs: few values for many devices. */
  readonly texts: Map<string, string>;
  readonly macs: Map<string, MacState>;
}

function recordOf(row: DeviceRow, shared: Shared): DeviceRecord {
  const { index, sealer, slab, texts } = shared;
  const application = index.applications.get(row.application_id)!;
  let joinEui = texts.get(row.join_eui);
  if (joinEui === undefined) texts.set(row.join_eui, (joinEui = row.join_eui));
  const sealed = row.app_key_sealed;
  const device = {
    devEui: row.dev_eui,
    joinEui,
    applicationId: application.id,
    customer: application.customer,
    name: row.name,
    profile: index.profiles.get(row.profile_id)!.profile,
    appKey: sealed === null ? null : slab.keep(sealer.open(sealed, appKeyContext(row.dev_eui))),
    disabled: row.disabled,
  };
  const record = new DeviceRecord(device, Number(row.created_ms), row.join_nonce);
  if (row.dev_addr === null) return record;
  record.session = sessionOf(row, row.dev_addr, shared);
  record.seenMs = row.seen_ms === null ? null : Number(row.seen_ms);
  record.seenFCntUp = record.session.fCntUp;
  return record;
}

function sessionOf(row: DeviceRow, devAddr: string, { sealer, slab, macs }: Shared): DeviceSession {
  const keys = sealer.open(row.keys_sealed, sessionKeysContext(row.dev_eui));
  let mac = macs.get(row.mac);
  if (mac === undefined) {
    mac = unpackMac(row.mac);
    if (macs.size < SHARED_MACS_MAX && mac.adrHistory.length === 0) macs.set(row.mac, mac);
  }
  return {
    devEui: row.dev_eui,
    devAddr,
    nwkSKey: slab.keep(keys.subarray(0, KEY_BYTES)),
    appSKey: slab.keep(keys.subarray(KEY_BYTES)),
    fCntUp: Number(row.f_cnt_up),
    fCntDown: Number(row.f_cnt_down),
    activatedAtMs: Number(row.activated_ms),
    mac,
  };
}

async function loadDownlinks({ pool, downlinks }: Target): Promise<void> {
  interface Row {
    readonly id: string;
    readonly dev_eui: string;
    readonly f_port: number;
    readonly data: Buffer;
    readonly confirmed: boolean;
    readonly queued_ms: string;
    readonly f_cnt_down: string | null;
  }
  const { rows } = await pool.query<Row>("select * from wireless.downlink order by position");
  for (const row of rows) {
    downlinks.restore({
      id: row.id,
      devEui: row.dev_eui,
      fPort: row.f_port,
      data: new Uint8Array(row.data),
      confirmed: row.confirmed,
      queuedMs: Number(row.queued_ms),
      fCntDown: row.f_cnt_down === null ? null : Number(row.f_cnt_down),
    });
  }
}
