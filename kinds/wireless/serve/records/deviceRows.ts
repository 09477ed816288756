import type { PoolClient } from "pg";
import type { DeviceSession } from "../../model/device.ts";
import { appKeyContext, type KeySealer } from "./keySealer.ts";
import type { NewDevice } from "./records.ts";
import { putSessions } from "./sessionRows.ts";

export interface DeviceToInsert {
  readonly customer: string;
  readonly device: NewDevice;
  readonly session: DeviceSession | null;
  readonly createdMs: number;
}

/** Writes devices with their sessions and spent nonces; a DevEUI that exists already fails the transaction. */
export async function insertDevices(client: PoolClient, sealer: KeySealer, rows: readonly DeviceToInsert[]) {
  const of = <T>(pick: (row: DeviceToInsert) => T): T[] => rows.map(pick);
  await client.query({
    name: "wayleave-wireless-insert-devices",
    text: `insert into wireless.device
      (dev_eui, join_eui, customer, application_id, profile_id, name, app_key_sealed, disabled, join_nonce, created_ms)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
        $8::boolean[], $9::integer[], $10::bigint[])`,
    values: [
      of(({ device }) => device.devEui),
      of(({ device }) => device.joinEui),
      of(({ customer }) => customer),
      of(({ device }) => device.applicationId),
      of(({ device }) => device.profileId),
      of(({ device }) => device.name),
      of(({ device }) => (device.appKey === null ? null : sealer.seal(device.appKey, appKeyContext(device.devEui)))),
      of(({ device }) => device.disabled),
      of(({ device }) => device.joinNonce ?? 0),
      of(({ createdMs }) => createdMs),
    ],
  });
  await putSessions(
    client,
    sealer,
    rows.flatMap(({ session }) => (session === null ? [] : [{ session, seenMs: null }])),
  );
  const spent = rows.flatMap(({ device }) =>
    (device.usedDevNonces ?? []).map((nonce) => ({ devEui: device.devEui, nonce })),
  );
  if (spent.length === 0) return;
  await client.query({
    name: "wayleave-wireless-import-nonces",
    text: `insert into wireless.dev_nonce select * from unnest($1::text[], $2::integer[]) on conflict do nothing`,
    values: [spent.map(({ devEui }) => devEui), spent.map(({ nonce }) => nonce)],
  });
}
