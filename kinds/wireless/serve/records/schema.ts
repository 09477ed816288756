import type { Pool } from "pg";
import { applySchemaSteps } from "@wayleave/core/schemaSteps";

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
  // MAC states of version 2. What another program told a device is not known, so it is asked for.
  `
  update wireless.device_profile set settings = '{"lorawanVersion":"1.0.3","uplinkDwellTime":null,
    "downlinkDwellTime":null,"maxEirpDbm":null,"maxDutyCycle":null,"rx1Frequencies":[]}'::jsonb || settings;

  update wireless.session s set mac = (jsonb_set(s.mac::jsonb, '{0}', '2') || jsonb_build_array(
      case p.settings->>'region'
        when 'AS923' then '[null,null,null]'::jsonb
        when 'AU915' then '[null,false,null]'::jsonb
        else '[false,false,null]'::jsonb
      end, null, '[]'::jsonb, '[]'::jsonb))::text
    from wireless.device d join wireless.device_profile p on p.id = d.profile_id
    where d.dev_eui = s.dev_eui and s.mac like '[1,%';
  `,
  // Which rows the front's next snapshot has to tell anew. Not of what every uplink changes: see `movedSessions.ts`.
  `
  create table if not exists wireless.dirty (
    seq bigint generated always as identity primary key,
    xact xid8 not null default pg_current_xact_id(),
    entity text not null,
    id text not null,
    number bigint not null default 0
  );

  -- Arguments: the entity, its id and its number as columns of the table. Once a statement, however many rows.
  create or replace function wireless.note_rows() returns trigger language plpgsql as $$
  begin
    execute format('insert into wireless.dirty (entity, id, number) select %L, %s, %s from rows',
      tg_argv[0], tg_argv[1], tg_argv[2]);
    return null;
  end $$;
  create or replace function wireless.note_session() returns trigger language plpgsql as $$
  begin
    insert into wireless.dirty (entity, id) values ('session', new.dev_eui);
    return null;
  end $$;

  do $$
  declare
    entity record;
  begin
    for entity in select * from (values ('application', 'application', 'id', '0'), ('device_profile', 'profile', 'id', '0'),
      ('forwarding', 'forwarding', 'id', '0'), ('device', 'device', 'dev_eui', '0'), ('session', 'session', 'dev_eui', '0'),
      ('dev_nonce', 'nonce', 'dev_eui', 'nonce'), ('downlink', 'downlink', 'id', '0')) as of (place, name, id, number)
    loop
      execute format('create or replace trigger note_insert after insert on wireless.%I referencing new table as rows
        for each statement execute function wireless.note_rows(%L, %L, %L)', entity.place, entity.name, entity.id, entity.number);
      execute format('create or replace trigger note_delete after delete on wireless.%I referencing old table as rows
        for each statement execute function wireless.note_rows(%L, %L, %L)', entity.place, entity.name, entity.id, entity.number);
      if entity.place <> 'session' then
        execute format('create or replace trigger note_update after update on wireless.%I referencing new table as rows
          for each statement execute function wireless.note_rows(%L, %L, %L)', entity.place, entity.name, entity.id, entity.number);
      end if;
      -- Rows of before this step are news too.
      execute format('insert into wireless.dirty (entity, id, number) select %L, %s, %s from wireless.%I',
        entity.name, entity.id, entity.number, entity.place);
    end loop;
  end $$;
  -- A join. Counters are written without the keys.
  create or replace trigger note_update after update of keys_sealed on wireless.session
    for each row execute function wireless.note_session();
  `,
];

/** Brings the schema `wireless` to this program's version, or to an older one. @throws WayleaveError `schema-newer-refused`. */
export function migrateWireless(pool: Pool, version: number = WIRELESS_SCHEMA_STEPS.length): Promise<void> {
  return applySchemaSteps(pool, "wireless", WIRELESS_SCHEMA_STEPS.slice(0, version));
}
