import type { Pool } from "pg";
import { type Figure, actsPerS } from "../figure.ts";
import { CpuMeter } from "../processes.ts";

/** At a time, as a front under load asks: commits that wait together are synced together. */
const AT_ONCE = 8;
/** So many seconds that what else the server does meanwhile weighs little. */
const FOR_MS = 1_500;

/** A durable insert of what a 64 KiB object's record takes, and a lookup, against the network's own server. */
export async function benchDatabase(pool: Pool, serverPid: number): Promise<Figure[]> {
  await pool.query(
    "create table if not exists bench_row (id bigint generated always as identity primary key, body bytea)",
  );
  const body = Buffer.alloc(2_048, 1);
  const insert = { name: "bench-insert", text: "insert into bench_row (body) values ($1)", values: [body] };
  const find = { name: "bench-find", text: "select body from bench_row where id = $1", values: [1] };
  const withServer = async (name: string, act: () => Promise<unknown>): Promise<Figure> => {
    const meter = new CpuMeter(new Map([["server", serverPid]]));
    let acts = 0;
    const several = () => Promise.all(Array.from({ length: AT_ONCE }, () => (acts++, act())));
    const { value, cpuS } = await actsPerS(name, several, FOR_MS);
    return { name, unit: "1/s", value: value * AT_ONCE, cpuS: cpuS / AT_ONCE + meter.read().get("server")! / acts };
  };
  try {
    return [
      await withServer("database: durable insert of 2 KiB", () => pool.query(insert)),
      await withServer("database: lookup of 2 KiB", () => pool.query(find)),
    ];
  } finally {
    await pool.query("drop table bench_row");
  }
}
