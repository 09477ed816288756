import type { Pool } from "pg";
import { type Figure, actsPerS } from "../figure.ts";
import { CpuMeter } from "../processes.ts";

/** A durable insert of what a 64 KiB object's record takes, and a lookup, one at a time, against the network's own server. */
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
    const figure = await actsPerS(name, () => (acts++, act()));
    return { ...figure, cpuS: figure.cpuS + meter.read().get("server")! / acts };
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
