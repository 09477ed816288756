import type { EventFilter } from "./eventLog.ts";

/** Parsed and planned once per connection. */
interface Statement {
  readonly name: string;
  readonly text: string;
}
const statement = (name: string, text: string): Statement => ({ name: `wayleave-wireless-events-${name}`, text });

/** Positions are drawn in the order of the arrays: `returning` keeps it, and so does the identity. */
export const INSERT = statement(
  "insert",
  `insert into wireless_events.event (customer, application, dev_eui, at_ms, body)
   select customer, application, dev_eui, at_ms, body
   from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], string_to_array($5::text, E'\\n'))
     with ordinality as row (customer, application, dev_eui, at_ms, body, place)
   order by place returning position`,
);

/** The identity outlives deleted rows, so that a position never comes twice. */
export const LAST_POSITION = `select case when is_called then last_value else 0 end as position
  from wireless_events.event_position_seq`;

/** The oldest rows are the lowest positions: no index on time is needed. */
export const DELETE_OLD = statement(
  "delete-old",
  `delete from wireless_events.event where position in (
     select position from (select position, at_ms from wireless_events.event order by position limit $1) oldest
     where at_ms < $2)`,
);

export const DELETE_BEYOND_COUNT = statement(
  "delete-beyond-count",
  `delete from wireless_events.event e
   using unnest($1::text[], $2::text[], $3::text[]) as device (customer, application, dev_eui),
     lateral (select position from wireless_events.event n
       where n.customer = device.customer and n.application = device.application and n.dev_eui = device.dev_eui
       order by position desc offset $4 limit 1) newest_gone
   where e.customer = device.customer and e.application = device.application and e.dev_eui = device.dev_eui
     and e.position <= newest_gone.position`,
);

/**
 * One plan for each shape of filter, because an optional condition would keep the planner from the index.
 * Parameters: customer, application, device, after, before, from, to, limit; those unused are null and still typed.
 */
export function events(filter: EventFilter, newestFirst: boolean): Statement {
  const application = filter.applicationId === undefined ? "$2::text is null" : "application = $2";
  const device = filter.devEui === undefined ? "$3::text is null" : "dev_eui = $3";
  const shape = `${filter.applicationId === undefined ? "" : "a"}${filter.devEui === undefined ? "" : "d"}`;
  return statement(
    `events-${shape}-${newestFirst ? "down" : "up"}`,
    `select position, body from wireless_events.event
     where customer = $1 and ${application} and ${device} and position > $4 and position < $5
       and at_ms >= $6 and at_ms <= $7
     order by position ${newestFirst ? "desc" : "asc"} limit $8`,
  );
}
