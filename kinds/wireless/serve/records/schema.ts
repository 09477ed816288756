import type { Pool } from "pg";
import { WayleaveError } from "@wayleave/core/errors";

/**
 * The tables of schema `wireless`, as steps that are applied once each and in order. A released step never changes: add
 * another. Keys are sealed before they come here (`keySealer.ts`).
 *
 * What changes with every uplink lies in `session` alone, without an index on it and with room on each page, so that
 * an update stays on its page (HOT) and touches no index.
 */
export const WIRELESS_SCHEMA_STEPS: readonly string[] = [
  `
  create table wireless.application (
    id text collate "C" primary key,
    customer text collate "C" not null,
    name text not null,
    created_ms bigint not null
  );
  create index application_by_customer on wireless.application (customer, id);

  create table wireless.device_profile (
    id text collate "C" primary key,
    customer text collate "C" not null,
    created_ms bigint not null,
    settings jsonb not null
  );
  create index device_profile_by_customer on wireless.device_profile (customer, id);

  create table wireless.device (
    dev_eui text collate "C" primary key check (length(dev_eui) = 16),
    join_eui text collate "C" not null check (length(join_eui) = 16),
    customer text collate "C" not null,
    application_id text collate "C" not null references wireless.application (id),
    profile_id text collate "C" not null references wireless.device_profile (id),
    name text not null,
    app_key_sealed bytea,
    disabled boolean not null,
    -- Of the last join accepted: it never falls, or a device of LoRaWAN 1.0.4 refuses its join-accept.
    join_nonce integer not null check (join_nonce between 0 and 16777215),
    created_ms bigint not null
  );
  create index device_by_customer on wireless.device (customer, dev_eui);
  create index device_by_application on wireless.device (application_id, dev_eui);
  create index device_by_profile on wireless.device (profile_id);

  create table wireless.session (
    dev_eui text collate "C" primary key references wireless.device (dev_eui) on delete cascade,
    dev_addr text collate "C" not null check (length(dev_addr) = 8),
    keys_sealed bytea not null,
    f_cnt_up bigint not null check (f_cnt_up between -1 and 4294967295),
    f_cnt_down bigint not null check (f_cnt_down >= 0),
    activated_ms bigint not null,
    mac text not null,
    seen_ms bigint
  ) with (fillfactor = 60);

  create table wireless.dev_nonce (
    dev_eui text collate "C" not null references wireless.device (dev_eui) on delete cascade,
    nonce integer not null check (nonce between 0 and 65535),
    primary key (dev_eui, nonce)
  );

  create table wireless.downlink (
    position bigint generated always as identity primary key,
    id uuid not null unique,
    dev_eui text collate "C" not null references wireless.device (dev_eui) on delete cascade,
    f_port smallint not null check (f_port between 1 and 223),
    data bytea not null,
    confirmed boolean not null,
    queued_ms bigint not null,
    -- Sent under this counter and waiting for its acknowledgement.
    f_cnt_down bigint
  );
  create index downlink_by_device on wireless.downlink (dev_eui);
  `,
  `
  create table wireless.forwarding (
    id text collate "C" primary key,
    customer text collate "C" not null,
    created_ms bigint not null,
    settings jsonb not null
  );
  create index forwarding_by_customer on wireless.forwarding (customer, id);
  `,
];

/** Any constant: programs that start at once on one database wait for each other here. */
const MIGRATION_LOCK = 7_310_582_003n;

/**
 * Brings the schema `wireless` to this program's version. Idempotent; each step is one transaction.
 * @throws WayleaveError `schema-newer-refused` when a newer program was here before: it would lose what it does not know.
 */
export async function migrateWireless(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK.toString()]);
    await client.query("create schema if not exists wireless");
    await client.query(
      "create table if not exists wireless.schema_version (version integer primary key, at timestamptz not null default now())",
    );
    const found = await client.query<{ version: number }>(
      "select coalesce(max(version), 0) as version from wireless.schema_version",
    );
    const version = found.rows[0]!.version;
    if (version > WIRELESS_SCHEMA_STEPS.length) {
      const facts = { version, known: WIRELESS_SCHEMA_STEPS.length };
      throw new WayleaveError("schema-newer-refused", "The database was written by a newer version", facts);
    }
    for (let next = version + 1; next <= WIRELESS_SCHEMA_STEPS.length; next++) {
      await client.query(
        `begin; ${WIRELESS_SCHEMA_STEPS[next - 1]!}; insert into wireless.schema_version (version) values (${next}); commit`,
      );
    }
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    await client.query("select pg_advisory_unlock_all()");
    client.release();
  }
}
