import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import { applicationRoutes, profileRoutes } from "./catalogRoutes.ts";
import { deviceRoutes } from "./deviceRoutes.ts";
import { importRoute } from "./importRoute.ts";
import { type EncodeDownlink, queueRoutes } from "./queueRoutes.ts";
import { registrationRoutes } from "./registrationRoutes.ts";
import type { WirelessRoute } from "./wirelessRoute.ts";

/** Every operation on wireless records, for the front's HTTP API: `routes: [...wirelessRoutes(…)]`. */
export function wirelessRoutes(
  records: WirelessRecords,
  options: { readonly encode: EncodeDownlink | null },
): WirelessRoute[] {
  return [
    ...applicationRoutes(records),
    ...profileRoutes(records),
    ...deviceRoutes(records),
    ...queueRoutes(records, options.encode),
    importRoute(records),
    ...registrationRoutes(records),
  ];
}
