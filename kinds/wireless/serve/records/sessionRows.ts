import type { PoolClient } from "pg";
import type { DeviceSession } from "../../model/device.ts";
import { type KeySealer, sessionKeysContext } from "./keySealer.ts";
import { packMac } from "./macColumn.ts";

/** Makes each the only session of its device. At most one for each device. */
export async function putSessions(
  client: PoolClient,
  sealer: KeySealer,
  sessions: readonly { readonly session: DeviceSession; readonly seenMs: number | null }[],
): Promise<void> {
  if (sessions.length === 0) return;
  const of = <T>(pick: (session: DeviceSession) => T): T[] => sessions.map(({ session }) => pick(session));
  await client.query({
    name: "wayleave-wireless-put-sessions",
    text: `insert into wireless.session (dev_eui, dev_addr, keys_sealed, f_cnt_up, f_cnt_down, activated_ms, mac, seen_ms)
      select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[])
      on conflict (dev_eui) do update set dev_addr = excluded.dev_addr, keys_sealed = excluded.keys_sealed,
        f_cnt_up = excluded.f_cnt_up, f_cnt_down = excluded.f_cnt_down, activated_ms = excluded.activated_ms,
        mac = excluded.mac, seen_ms = excluded.seen_ms`,
    values: [
      of((session) => session.devEui),
      of((session) => session.devAddr),
      of((session) => sealedKeys(sealer, session)),
      of((session) => session.fCntUp),
      of((session) => session.fCntDown),
      of((session) => session.activatedAtMs),
      of((session) => packMac(session.mac)),
      sessions.map(({ seenMs }) => seenMs),
    ],
  });
}

function sealedKeys(sealer: KeySealer, { devEui, nwkSKey, appSKey }: DeviceSession): Buffer {
  return sealer.seal(Buffer.concat([nwkSKey, appSKey]), sessionKeysContext(devEui));
}
