import type { Pool } from "pg";
import type { SnapshotPart, SnapshotRestorer } from "@wayleave/core/snapshotPart";
import type { Eui64 } from "../../model/radio.ts";
import { JOIN_NONCE_MAX } from "../records/joins.ts";
import type { MovedSessions } from "../records/movedSessions.ts";
import type { DeviceRecord } from "../records/records.ts";
import { WIRELESS_SCHEMA_STEPS, migrateWireless } from "../records/schema.ts";
import { counterLines, isCounterLine, restoreCounters } from "./counterLines.ts";
import { RECORD_TABLES } from "./recordTables.ts";
import { RowRestorer, inTransaction } from "./restoreRows.ts";
import { SchemaRestorer, type SnapshotSchema, withVersion } from "./schemaVersion.ts";
import { TableJournal } from "./tableJournal.ts";

const PART = "lorawan";
const SCHEMA: SnapshotSchema = { name: "wireless", version: WIRELESS_SCHEMA_STEPS.length, migrate: migrateWireless };

/**
 * A snapshot is older than what it brings back: downlinks were sent since, under counters that must never be used again,
 * because one counter's key stream would then cipher two payloads. A device that gets a downlink every three seconds,
 * which is as fast as class A goes, needs seven hours without a snapshot for so many. A device that follows LoRaWAN 1.0.3
 * or older takes a gap of 16,384, of which this leaves it half for downlinks that it missed.
 * @see LoRaWAN 1.0.3 §4.3.1.5, MAX_FCNT_GAP
 */
export const DOWNLINK_COUNTERS_SKIPPED = 8_192;
/** Likewise for joins: with a JoinNonce once more, a DevNonce drawn once more would make a session's keys once more. */
export const JOIN_NONCES_SKIPPED = 1_024;

/** Applications, profiles, devices, sessions, spent nonces, queues and forwardings in the front's snapshots. */
export function recordsPart(
  pool: Pool,
  records: { readonly devices: ReadonlyMap<Eui64, DeviceRecord>; readonly moved: MovedSessions },
): SnapshotPart {
  const journal = new TableJournal(pool, "wireless", RECORD_TABLES);
  const { devices, moved } = records;
  return {
    name: PART,
    needsWhole: () => journal.needsWhole(),
    take(scope) {
      // Before the rows are read: who moves meanwhile is in the next take.
      const taken = moved.take();
      const rows = journal.take(scope);
      async function* lines() {
        yield* rows.lines;
        // A whole has them in its rows.
        if (scope === "changes") yield* counterLines(taken === null ? devices.values() : recordsOf(devices, taken));
      }
      return {
        lines: withVersion(SCHEMA, lines()),
        async kept() {
          await rows.kept();
          moved.kept();
        },
      };
    },
  };
}

function* recordsOf(devices: ReadonlyMap<Eui64, DeviceRecord>, devEuis: ReadonlySet<Eui64>): Generator<DeviceRecord> {
  for (const devEui of devEuis) {
    const record = devices.get(devEui);
    if (record !== undefined) yield record;
  }
}

/** Brings the records back into a database that nobody has open. Devices go on with the sessions they have. */
export function recordsRestorer(pool: Pool): SnapshotRestorer {
  const schema = new SchemaRestorer(pool, SCHEMA);
  const rows = new RowRestorer(pool, RECORD_TABLES);
  return {
    name: PART,
    async restore(given) {
      const lines = await schema.follow(given);
      await rows.restore(lines.filter((line) => !isCounterLine(line)));
      await restoreCounters(pool, lines.filter(isCounterLine));
    },
    async finish() {
      await schema.finish();
      return await inTransaction(pool, async (client) => {
        await client.query("update wireless.session set f_cnt_down = f_cnt_down + $1", [DOWNLINK_COUNTERS_SKIPPED]);
        await client.query("update wireless.device set join_nonce = least(join_nonce + $1, $2)", [
          ...[JOIN_NONCES_SKIPPED, JOIN_NONCE_MAX],
        ]);
        await client.query(
          `select setval(pg_get_serial_sequence('wireless.downlink', 'position'),
             (select coalesce(max(position), 0) + 1 from wireless.downlink), false)`,
        );
        // The first snapshot after this is a whole one.
        await client.query("delete from wireless.dirty");
        const counts = await client.query<Record<string, number>>(
          `select (select count(*) from wireless.application)::int as applications,
             (select count(*) from wireless.device)::int as devices, (select count(*) from wireless.session)::int as sessions,
             (select count(*) from wireless.downlink)::int as downlinks,
             (select count(*) from wireless.forwarding)::int as forwardings`,
        );
        return { ...counts.rows[0]!, orphans: rows.orphans };
      });
    },
  };
}
