import { type ColumnType, Kysely, PostgresDialect, type Transaction } from "kysely";
import type { Pool } from "pg";
import { applySchemaSteps } from "@wayleave/core/schemaSteps";
import { SERVICE_SCHEMA_STEPS } from "./schema.ts";

/** int8 and numeric come back as text, whatever parsers the pool has: pass them through `BigInt` or `Number`. */
type Integer = ColumnType<string | bigint | number, bigint | number, bigint | number>;
type NullableInteger = ColumnType<string | bigint | number | null, bigint | number | null, bigint | number | null>;

interface LimitColumns {
  requests_per_s: number | null;
  daily_spend_micro_usd: NullableInteger;
  storage_bytes: NullableInteger;
}
export interface CustomerTable extends LimitColumns {
  id: string;
  name: string;
  email: string | null;
  created_ms: Integer;
  suspended: boolean;
}
export interface ApiKeyTable extends LimitColumns {
  id: string;
  customer: string;
  name: string;
  key_hash: Uint8Array;
  prefix: string;
  scopes: string[];
  created_ms: Integer;
  expires_ms: NullableInteger;
  revoked_ms: NullableInteger;
}
export interface S3KeyTable extends LimitColumns {
  access_key_id: string;
  customer: string;
  name: string;
  secret_sealed: Uint8Array;
  read_only: boolean;
  buckets: string[] | null;
  created_ms: Integer;
  expires_ms: NullableInteger;
  revoked_ms: NullableInteger;
}
/** The tables that are used through the query builder; the bulk ones are written in SQL. */
export interface ServiceTables {
  "service.customer": CustomerTable;
  "service.api_key": ApiKeyTable;
  "service.s3_key": S3KeyTable;
}
export type ServiceDb = Kysely<ServiceTables>;
export type ServiceTransaction = Transaction<ServiceTables>;

/**
 * The front's database behind a pool that the caller owns and closes.
 * Brings the schema up to date first; running it again changes nothing.
 * @throws WayleaveError `schema-newer-refused` when a later version of this program has already been here.
 */
export async function openServiceDatabase(pool: Pool): Promise<ServiceDb> {
  await applySchemaSteps(pool, "service", SERVICE_SCHEMA_STEPS);
  return new Kysely<ServiceTables>({ dialect: new PostgresDialect({ pool }) });
}
