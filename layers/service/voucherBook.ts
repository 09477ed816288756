import { sql } from "kysely";
import type { Address } from "@wayleave/core/ids";
import type { KindName } from "@wayleave/core/kind";
import type { MicroUsd, PicoUsd } from "@wayleave/core/money";
import type { ServiceDb } from "./serviceDatabase.ts";

/** The newest voucher of one device and kind, as it is stored before it is sent. */
export interface BookedVoucher {
  readonly device: Address;
  readonly kind: KindName;
  readonly totalMicroUsd: MicroUsd;
  readonly workUnits: bigint;
  readonly tick: number;
  readonly signature: `0x${string}`;
}

/** A device whose receipts come to more than its newest voucher promises. */
export interface OwedDevice {
  readonly device: Address;
  readonly kind: KindName;
  /** Whole µ$ of all receipts. */
  readonly owedTotalMicroUsd: MicroUsd;
  readonly workUnits: bigint;
  /** Of the newest voucher; 0 without one. */
  readonly signedTotalMicroUsd: MicroUsd;
  readonly signedWorkUnits: bigint;
  /** -1 without one. */
  readonly signedTick: number;
}

interface VoucherRow {
  device: Address;
  kind: KindName;
  total_micro_usd: string;
  work_units: string;
  tick: string;
  signature: `0x${string}`;
}

/** Devices to be promised more, the smallest increase first: a short deposit then pays most of them. */
export async function owedDevices(db: ServiceDb, limit: number): Promise<readonly OwedDevice[]> {
  const { rows } = await sql<{
    device: Address;
    kind: KindName;
    owed_micro: string;
    work_units: string;
    signed_micro: string;
    signed_units: string;
    signed_tick: string;
  }>`
    SELECT * FROM (
      SELECT t.device, t.kind, div(t.pico_usd, 1000000) AS owed_micro, t.work_units,
        coalesce(v.total_micro_usd, 0) AS signed_micro, coalesce(v.work_units, 0) AS signed_units,
        coalesce(v.tick, -1) AS signed_tick
      FROM service.device_total t LEFT JOIN service.voucher v USING (device, kind)) owed
    WHERE owed_micro > signed_micro ORDER BY owed_micro - signed_micro, device, kind LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    device: row.device,
    kind: row.kind,
    owedTotalMicroUsd: BigInt(row.owed_micro),
    workUnits: BigInt(row.work_units),
    signedTotalMicroUsd: BigInt(row.signed_micro),
    signedWorkUnits: BigInt(row.signed_units),
    signedTick: Number(row.signed_tick),
  }));
}

/** Σ of the newest vouchers: what the payer has promised in its lifetime. */
export async function promisedMicroUsd(db: ServiceDb): Promise<MicroUsd> {
  const query = sql<{ total: string }>`SELECT coalesce(sum(total_micro_usd), 0) AS total FROM service.voucher`;
  return BigInt((await query.execute(db)).rows[0]!.total);
}

/** Stores newer vouchers, all or none. The database refuses one that is lower than what it has. */
export async function bookVouchers(db: ServiceDb, vouchers: readonly BookedVoucher[]): Promise<void> {
  if (vouchers.length === 0) return;
  await sql`
    INSERT INTO service.voucher (device, kind, total_micro_usd, work_units, tick, signature)
    SELECT * FROM unnest(${vouchers.map((v) => v.device)}::text[], ${vouchers.map((v) => v.kind)}::text[],
      ${vouchers.map((v) => v.totalMicroUsd.toString())}::numeric[],
      ${vouchers.map((v) => v.workUnits.toString())}::numeric[],
      ${vouchers.map((v) => v.tick)}::bigint[], ${vouchers.map((v) => v.signature)}::text[])
    ON CONFLICT (device, kind) DO UPDATE SET total_micro_usd = excluded.total_micro_usd,
      work_units = excluded.work_units, tick = excluded.tick, signature = excluded.signature`.execute(db);
}

/** Newest vouchers of the given devices, or of all of them in pages of `limit` after a device. */
export async function bookedVouchers(db: ServiceDb, devices: readonly Address[]): Promise<readonly BookedVoucher[]> {
  const query = sql<VoucherRow>`SELECT * FROM service.voucher WHERE device = ANY(${devices}::text[]) ORDER BY device, kind`;
  return (await query.execute(db)).rows.map((row) => ({
    device: row.device,
    kind: row.kind,
    totalMicroUsd: BigInt(row.total_micro_usd),
    workUnits: BigInt(row.work_units),
    tick: Number(row.tick),
    signature: row.signature,
  }));
}

/** What our receipts say of one device and kind. */
export async function deviceTotal(db: ServiceDb, device: Address, kind: KindName) {
  const { rows } = await sql<{ pico_usd: string; work_units: string }>`
    SELECT pico_usd, work_units FROM service.device_total WHERE device = ${device} AND kind = ${kind}`.execute(db);
  return { pico: BigInt(rows[0]?.pico_usd ?? 0), workUnits: BigInt(rows[0]?.work_units ?? 0) };
}

/** The most this device was metered in one of its last `ticks` ticks: what one lost tick can plausibly have been. */
export async function busiestTickPico(db: ServiceDb, device: Address, kind: KindName, ticks: number): Promise<PicoUsd> {
  const { rows } = await sql<{ most: string }>`
    SELECT coalesce(max(pico), 0) AS most FROM (
      SELECT sum(pico_usd) AS pico FROM service.receipt
      WHERE device = ${device} AND kind = ${kind} AND customer <> 'operator'
      GROUP BY tick ORDER BY tick DESC LIMIT ${ticks}) recent`.execute(db);
  return BigInt(rows[0]!.most);
}
