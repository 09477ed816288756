import type { Address } from "@wayleave/core/ids";
import type { Meter } from "@wayleave/core/kind";
import { mulDivDown } from "@wayleave/core/money";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { GIB, HOUR_MS } from "../../model/price.ts";
import { type Database, statement } from "../database/database.ts";
import type { StorageDevices } from "../segments/storageDevices.ts";
import { OPERATOR } from "./egressMeter.ts";

const GIB_HOUR = GIB * HOUR_MS;
/** What pieces nobody owns any more, and our own metadata, are listed under. */
const OPERATOR_SUBJECT = "storage";

interface Held {
  readonly customer: string | null;
  readonly bucket: string | null;
  readonly device: Address;
  readonly bytes: number;
}

const HELD = statement(
  "held-bytes",
  `select b.customer, b.name as bucket, p.device, sum(p.size_bytes)::bigint as bytes
   from storage.piece p join storage.segment s on s.id = p.segment_id join storage.content c on c.id = s.content_id
     left join storage.bucket b on b.id = c.bucket_id
   group by b.customer, b.name, p.device
   union all
   select null, null, d.device, sum(k.size_bytes)::bigint from storage.chunk k, unnest(k.devices) as d(device) group by d.device`,
);
const ACCRUED_UNTIL = statement(
  "hold-accrued-until",
  "select value from storage.state where name = 'hold-accrued-until-ms'",
);
const SET_ACCRUED = statement(
  "set-hold-accrued",
  `insert into storage.state (name, value) values ('hold-accrued-until-ms', $1)
   on conflict (name) do update set value = excluded.value`,
);

/** Charges for what is held: bytes × time at each device's price. Time the front was down is charged at its next start, as devices charge it. */
export class HoldMeter {
  readonly #database: Database;
  readonly #meter: Meter;
  readonly #devices: StorageDevices;
  readonly #clock: Clock;
  /** Undivided remainders, by customer, bucket and device. */
  readonly #remainders = new Map<string, { byteMs: bigint; product: bigint }>();
  /** Asks of devices that are away: the last ones seen. */
  readonly #asks = new Map<Address, bigint>();

  constructor(database: Database, meter: Meter, devices: StorageDevices, clock: Clock) {
    this.#database = database;
    this.#meter = meter;
    this.#devices = devices;
    this.#clock = clock;
  }

  /** Charges for the time since the last call, whoever made it. */
  async accrue(): Promise<void> {
    const now = this.#clock.now();
    const [row] = await this.#database.rows<{ value: UnixMs }>(ACCRUED_UNTIL);
    const elapsedMs = row === undefined ? 0 : now - row.value;
    if (elapsedMs > 0) {
      const held = await this.#database.rows<Held>(HELD);
      for (const one of held) this.#charge(one, BigInt(elapsedMs));
      this.#forgetGone(held);
      await this.#meter.flush();
    }
    if (row === undefined || elapsedMs > 0) await this.#database.rows(SET_ACCRUED, [now]);
  }

  #charge(held: Held, elapsedMs: bigint): void {
    const { device } = held;
    const ask = this.#devices.linked(device)?.askPicoUsdPerUnitHour ?? this.#asks.get(device) ?? 0n;
    this.#asks.set(device, ask);
    const key = keyOf(held);
    const before = this.#remainders.get(key) ?? { byteMs: 0n, product: 0n };
    const byteMs = before.byteMs + BigInt(held.bytes) * elapsedMs;
    const product = before.product + BigInt(held.bytes) * elapsedMs * ask;
    const workUnits = mulDivDown(byteMs, 1n, GIB_HOUR);
    const picoUsd = mulDivDown(product, 1n, GIB_HOUR);
    this.#remainders.set(key, { byteMs: byteMs - workUnits * GIB_HOUR, product: product - picoUsd * GIB_HOUR });
    if (workUnits === 0n && picoUsd === 0n) return;
    const customer = held.customer ?? OPERATOR;
    const subject = held.bucket ?? OPERATOR_SUBJECT;
    this.#meter.record({ customer, kind: "storage", act: "storage.hold", subject, device, workUnits, picoUsd });
  }

  #forgetGone(held: readonly Held[]): void {
    const current = new Set(held.map(keyOf));
    for (const key of this.#remainders.keys()) if (!current.has(key)) this.#remainders.delete(key);
  }
}

function keyOf(held: Held): string {
  return `${held.customer ?? ""}\n${held.bucket ?? ""}\n${held.device}`;
}
