import type { Pool } from "pg";
import type { SnapshotPart, SnapshotRestorer } from "@wayleave/core/snapshotPart";
import * as statements from "../integrations/eventStatements.ts";
import { EVENT_SCHEMA_STEPS, migrateEvents } from "../integrations/eventTables.ts";
import { RowRestorer, inTransaction } from "./restoreRows.ts";
import { SchemaRestorer, type SnapshotSchema, withVersion } from "./schemaVersion.ts";
import { type JournaledTable, TableJournal } from "./tableJournal.ts";

const PART = "lorawan-integrations";
const SCHEMA: SnapshotSchema = {
  name: "wireless_events",
  version: EVENT_SCHEMA_STEPS.length,
  migrate: migrateEvents,
};
/** How far a webhook is, is told of the log that is lost with the database. */
const TABLES: readonly JournaledTable[] = [
  { entity: "webhook", table: "wireless_events.webhook", key: { id: "id", type: "text" }, parents: [] },
];

/**
 * Customers keep positions in the event log to go on from. A snapshot's is older than the newest that they have, so the log
 * goes on behind all that can have been given since: a day of ten thousand events a second.
 */
export const EVENT_POSITIONS_SKIPPED = 1_000_000_000;

/** Webhooks in the front's snapshots, and how far the event log is. Events are not: they have gone out. */
export function integrationsPart(pool: Pool): SnapshotPart {
  const journal = new TableJournal(pool, "wireless_events", TABLES);
  let keptPosition = "";
  return {
    name: PART,
    needsWhole: () => journal.needsWhole(),
    take(scope) {
      const rows = journal.take(scope);
      let position = "";
      async function* lines() {
        yield* rows.lines;
        const found = await pool.query<{ position: string }>(statements.LAST_POSITION);
        ({ position } = found.rows[0]!);
        if (scope === "whole" || position !== keptPosition) yield JSON.stringify({ p: Number(position) });
      }
      return {
        lines: withVersion(SCHEMA, lines()),
        async kept() {
          await rows.kept();
          keptPosition = position;
        },
      };
    },
  };
}

export function integrationsRestorer(pool: Pool): SnapshotRestorer {
  const schema = new SchemaRestorer(pool, SCHEMA);
  const rows = new RowRestorer(pool, TABLES);
  let position = 0;
  return {
    name: PART,
    async restore(given) {
      const lines = await schema.follow(given);
      await rows.restore(lines.filter((line) => !isPosition(line)));
      for (const line of lines.filter(isPosition)) ({ p: position } = JSON.parse(line) as { p: number });
    },
    async finish() {
      await schema.finish();
      return await inTransaction(pool, async (client) => {
        const next = position + EVENT_POSITIONS_SKIPPED;
        await client.query(`select setval(pg_get_serial_sequence('wireless_events.event', 'position'), $1)`, [next]);
        await client.query("update wireless_events.webhook set position = $1", [next]);
        await client.query("delete from wireless_events.dirty");
        const counts = await client.query<{ webhooks: number }>(
          "select count(*)::int as webhooks from wireless_events.webhook",
        );
        return { ...counts.rows[0]! };
      });
    },
  };
}

function isPosition(line: string): boolean {
  return line.startsWith('{"p":');
}
