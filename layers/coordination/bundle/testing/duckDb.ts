import { createRequire } from "node:module";

/** What we use of DuckDB's native binding. Its JavaScript package names every platform's binary, and not all are published. */
interface Binding {
  open(path: string): Promise<unknown>;
  connect(database: unknown): Promise<unknown>;
  query(connection: unknown, sql: string): Promise<unknown>;
  fetch_chunk(result: unknown): Promise<unknown>;
  data_chunk_get_vector(chunk: unknown, column: number): unknown;
  vector_get_data(vector: unknown, bytes: number): Buffer;
}

/** DuckDB in memory. @returns runs a query whose first value is a BIGINT, and gives it back. */
export async function openDuckDb(): Promise<(sql: string) => Promise<bigint>> {
  const duckdb = createRequire(import.meta.url)("@duckdb/node-bindings-linux-x64/duckdb.node") as Binding;
  const connection = await duckdb.connect(await duckdb.open(":memory:"));
  return async (sql) => {
    const chunk = await duckdb.fetch_chunk(await duckdb.query(connection, sql));
    return duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk, 0), 8).readBigInt64LE();
  };
}
