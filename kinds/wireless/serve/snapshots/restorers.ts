import type { Pool } from "pg";
import type { SnapshotRestorer } from "@wayleave/core/snapshotPart";
import { integrationsRestorer } from "./integrationsPart.ts";
import { recordsRestorer } from "./recordsPart.ts";

/** Brings back what a wireless service had in the front's snapshots. @param pool - no service may have it open. */
export function wirelessRestorers(pool: Pool): readonly SnapshotRestorer[] {
  return [recordsRestorer(pool), integrationsRestorer(pool)];
}
