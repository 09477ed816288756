import { packMac, unpackMac } from "../records/macColumn.ts";
import type { JournaledTable } from "./tableJournal.ts";

const ofDevice = [{ column: "dev_eui", table: "wireless.device", key: "dev_eui" }];
const byId = { id: "id", type: "text" } as const;
const byDevEui = { id: "dev_eui", type: "text" } as const;

/** What customers registered, and what joins and queues made of it. Parents before children; keys are sealed in them. */
export const RECORD_TABLES: readonly JournaledTable[] = [
  { entity: "application", table: "wireless.application", key: byId, parents: [] },
  { entity: "profile", table: "wireless.device_profile", key: byId, parents: [] },
  { entity: "forwarding", table: "wireless.forwarding", key: byId, parents: [] },
  {
    entity: "device",
    table: "wireless.device",
    key: byDevEui,
    parents: [
      { column: "application_id", table: "wireless.application", key: "id" },
      { column: "profile_id", table: "wireless.device_profile", key: "id" },
    ],
  },
  {
    entity: "session",
    table: "wireless.session",
    key: byDevEui,
    parents: ofDevice,
    lighten: (row) => (row["mac"] = lightMac(row["mac"] as string)),
  },
  {
    entity: "nonce",
    table: "wireless.dev_nonce",
    key: { ...byDevEui, number: "nonce" },
    parents: ofDevice,
  },
  { entity: "downlink", table: "wireless.downlink", key: { id: "id", type: "uuid" }, parents: ofDevice },
];

/** Without the signal strengths of the last uplinks: half of its bytes, and a few uplinks bring them back. */
function lightMac(text: string): string {
  return packMac({ ...unpackMac(text), adrHistory: [] });
}
