import type { Pool } from "pg";
import type { Eui64 } from "../../model/radio.ts";
import { packMac } from "../records/macColumn.ts";
import type { DeviceRecord } from "../records/records.ts";

/** Sessions between two turns of the event loop: about five milliseconds. */
const SLICE_SESSIONS = 500;

type Counters = readonly [
  devEui: Eui64,
  /** Which session of the device it is. */
  activatedMs: number,
  fCntUp: number,
  fCntDown: number,
  mac: string,
  seenMs: number | null,
];

/** Where sessions stand, each `{"c":[…]}`: what changes with every uplink, and thus comes without its row. */
export async function* counterLines(records: Iterable<DeviceRecord>): AsyncGenerator<string> {
  let count = 0;
  for (const { session, seenMs } of records) {
    if (++count % SLICE_SESSIONS === 0) await new Promise((resolve) => setImmediate(resolve));
    if (session === null) continue;
    const { devEui, activatedAtMs, fCntUp, fCntDown, mac } = session;
    const counters: Counters = [devEui, activatedAtMs, fCntUp, fCntDown, packMac({ ...mac, adrHistory: [] }), seenMs];
    yield JSON.stringify({ c: counters });
  }
}

export function isCounterLine(line: string): boolean {
  return line.startsWith('{"c":');
}

/** Of sessions that are not the device's any more nothing comes back. Counters never fall. */
export async function restoreCounters(pool: Pool, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const all = lines.map((line) => (JSON.parse(line) as { c: Counters }).c);
  const column = <At extends 0 | 1 | 2 | 3 | 4 | 5>(at: At): Counters[At][] => all.map((counters) => counters[at]);
  await pool.query(
    `update wireless.session s set f_cnt_up = greatest(s.f_cnt_up, u.f_cnt_up),
       f_cnt_down = greatest(s.f_cnt_down, u.f_cnt_down), mac = u.mac, seen_ms = u.seen_ms
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[])
       as u (dev_eui, activated_ms, f_cnt_up, f_cnt_down, mac, seen_ms)
     where s.dev_eui = u.dev_eui and s.activated_ms = u.activated_ms`,
    [column(0), column(1), column(2), column(3), column(4), column(5)],
  );
}
