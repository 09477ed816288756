import type { Pool } from "pg";
import { applySchemaSteps } from "@wayleave/core/schemaSteps";
import { MIGRATIONS } from "./migrations.ts";

/** Brings the schema `storage` to this program's version. @throws WayleaveError `schema-newer-refused`. */
export function migrate(pool: Pool): Promise<void> {
  return applySchemaSteps(pool, "storage", MIGRATIONS);
}
