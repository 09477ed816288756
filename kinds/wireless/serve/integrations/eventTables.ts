import type { Pool } from "pg";
import { applySchemaSteps } from "@wayleave/core/schemaSteps";

/**
 * Tables of events and of where they are sent, as steps applied once each and in order; a released step never changes.
 * Everything lies in the schema `wireless_events`.
 *
 * `event.body` is text, not jsonb: it is written ten thousand times a second and read by nobody but its customer.
 */
export const EVENT_SCHEMA_STEPS: readonly string[] = [
  `
  create table wireless_events.event (
    position bigint generated always as identity primary key,
    customer text collate "C" not null,
    application text collate "C" not null,
    dev_eui text collate "C" not null,
    at_ms bigint not null,
    body text not null
  );
  create index event_by_device on wireless_events.event (customer, application, dev_eui, position);

  create table wireless_events.webhook (
    id text collate "C" primary key,
    customer text collate "C" not null,
    application text collate "C" not null,
    url text not null,
    types text[] not null,
    enabled boolean not null,
    secret_sealed bytea not null,
    created_ms bigint not null,
    -- Every event up to here was delivered or is a dead letter.
    position bigint not null
  );
  create index webhook_by_customer on wireless_events.webhook (customer, application, created_ms);

  create table wireless_events.dead_letter (
    id bigint generated always as identity primary key,
    webhook text collate "C" not null references wireless_events.webhook on delete cascade,
    position bigint not null,
    at_ms bigint not null,
    dev_eui text collate "C" not null,
    attempts integer not null,
    reason text not null,
    body text not null,
    -- A restart between the letter and the webhook's position may bring the event here twice.
    unique (webhook, position)
  );
  `,
  // Which webhooks the front's next snapshot has to tell anew. How far each is, is not told.
  `
  create table wireless_events.dirty (
    seq bigint generated always as identity primary key,
    xact xid8 not null default pg_current_xact_id(),
    entity text not null,
    id text not null,
    number bigint not null default 0
  );
  create function wireless_events.note_webhook() returns trigger language plpgsql as $$
  begin
    insert into wireless_events.dirty (entity, id) values ('webhook', coalesce(new.id, old.id));
    return null;
  end $$;
  create trigger note_webhook after insert or delete or update of url, types, enabled, secret_sealed
    on wireless_events.webhook for each row execute function wireless_events.note_webhook();
  insert into wireless_events.dirty (entity, id) select 'webhook', id from wireless_events.webhook;
  `,
];

/** Brings the schema `wireless_events` to this program's version, or to an older one. @throws WayleaveError `schema-newer-refused`. */
export function migrateEvents(pool: Pool, version: number = EVENT_SCHEMA_STEPS.length): Promise<void> {
  return applySchemaSteps(pool, "wireless_events", EVENT_SCHEMA_STEPS.slice(0, version));
}
