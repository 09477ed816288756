import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import type { DeviceRecord } from "../records/records.ts";
import { devEuiOf, timeOf, type WirelessRoute, wirelessRoute } from "./wirelessRoute.ts";

const registrationReply = z.object({
  devEui: z.string(),
  customer: z.string(),
  createdAt: z.string(),
  joinedAt: z
    .string()
    .nullable()
    .describe("null: it never joined nor was activated, as of a device registered by mistake"),
  lastSeenAt: z.string().nullable(),
});

/** For the operator: a DevEUI belongs to whoever registered it first, and two customers may claim the same device. */
export function registrationRoutes({ book, devices, seenMs }: WirelessRecords): WirelessRoute[] {
  const path = "/v1/wireless/registrations/:devEui";
  const found = (params: Readonly<Record<string, string>>): DeviceRecord => {
    const devEui = devEuiOf(params);
    const customer = book.device(devEui)?.customer;
    if (customer !== undefined) return devices.get(customer, devEui);
    throw new WayleaveError("device-not-found", "Nobody registered this DevEUI", { field: "devEui", devEui });
  };
  return [
    wirelessRoute({
      ...{ method: "GET", path, summary: "Who registered a device", for: "operator", reply: registrationReply },
      async handle({ params }) {
        const { device, createdMs, session } = found(params);
        return {
          ...{ devEui: device.devEui, customer: device.customer, createdAt: new Date(createdMs).toISOString() },
          ...{ joinedAt: timeOf(session?.activatedAtMs ?? null), lastSeenAt: timeOf(seenMs(device.devEui)) },
        };
      },
    }),
    wirelessRoute({
      ...{ method: "DELETE", path, summary: "Ends a registration, so that another customer can make it", status: 204 },
      for: "operator",
      async handle({ params }) {
        const { device } = found(params);
        await devices.delete(device.customer, device.devEui);
      },
    }),
  ];
}
