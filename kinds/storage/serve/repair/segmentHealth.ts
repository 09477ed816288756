import type { Address } from "@wayleave/core/ids";
import type { UnixMs } from "@wayleave/core/time";
import { type Database, statement } from "../database/database.ts";
import type { PlacementDevice } from "../segments/placement.ts";

/** How many segments are how far from loss. */
export interface SegmentHealth {
  /** All n shards count. */
  readonly healthy: number;
  /** Fewer than n, more than the repair threshold. */
  readonly degraded: number;
  /** At the repair threshold or below; still readable. */
  readonly atRisk: number;
  /** Fewer than k: unreadable until devices come back. */
  readonly lost: number;
}

export interface HealthScan extends SegmentHealth {
  /** Segments that lack shards, nearest to loss first; at most {@link CANDIDATES_MAX}. */
  readonly lacking: readonly number[];
}

/** A round of repair; the next scan finds the rest. */
const CANDIDATES_MAX = 256;

const HOLDERS = statement("piece-holders", "select distinct device from storage.piece");
const SCAN = statement(
  "segment-health",
  `with health as materialized (
     select s.id, s.data_shards as k, s.repair_at as r, s.total_shards as n,
       count(*) filter (where not p.bad and p.device = any($1)) as good,
       count(*) filter (where not p.bad and p.device = any($1) and p.expires_ms > $2) as lasting
     from storage.segment s left join storage.piece p on p.segment_id = s.id group by s.id)
   select count(*) filter (where good >= n) as healthy,
     count(*) filter (where good < n and good > r) as degraded,
     count(*) filter (where good < n and good <= r and good >= k) as "atRisk",
     count(*) filter (where good < k) as lost,
     array(select id from health where lasting < n and good >= k
           order by good - r, good - k, id limit ${CANDIDATES_MAX}) as lacking
   from health`,
);
const MISPLACED = statement(
  "misplaced-segments",
  `with held as (
     select p.segment_id, f.owner, f.prefix, f.network from storage.piece p
     join unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as f(device, owner, prefix, network) on f.device = p.device
     where not p.bad)
   select segment_id as id from (
     select segment_id from held group by segment_id, owner having count(*) > 1
     union select segment_id from held group by segment_id, prefix having count(*) > 1
     union select h.segment_id from held h join storage.segment s on s.id = h.segment_id
       group by h.segment_id, h.network, s.id
       having count(*) > greatest(1, (s.total_shards - s.data_shards) / 2)) as misplaced
   order by id limit ${CANDIDATES_MAX}`,
);

/** Devices that hold any piece. */
export async function pieceHolders(database: Database): Promise<Address[]> {
  const rows = await database.rows<{ device: Address }>(HOLDERS);
  return rows.map((row) => row.device);
}

/** @param available - devices whose pieces count. @param expiresAfterMs - pieces whose receipts end before must be renewed. */
export async function scanHealth(
  database: Database,
  available: readonly Address[],
  expiresAfterMs: UnixMs,
): Promise<HealthScan> {
  const [row] = await database.rows<HealthScan>(SCAN, [[...available], expiresAfterMs]);
  return row!;
}

/** Segments whose holders break a placement rule as things are now. */
export async function scanMisplaced(database: Database, devices: readonly PlacementDevice[]): Promise<number[]> {
  const rows = await database.rows<{ id: number }>(MISPLACED, [
    devices.map((device) => device.id),
    devices.map((device) => device.owner),
    devices.map((device) => device.prefix),
    devices.map((device) => device.network),
  ]);
  return rows.map((row) => row.id);
}
