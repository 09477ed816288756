import { WayleaveError } from "@wayleave/core/errors";
import type { DeviceProfile } from "../model/device.ts";
import type { Decoders } from "./decoders/decoders.ts";
import type { DownlinkCommand } from "./integrations/downlinkCommand.ts";
import type { WirelessRecords } from "./records/openWirelessRecords.ts";

/** A payload out of an object, by the profile's own encoder. @throws WayleaveError `body-invalid` naming `object`. */
export function encodeWith(decoders: Decoders) {
  return async (profile: DeviceProfile, fPort: number, object: unknown): Promise<Uint8Array> => {
    const { bytes, errors } = await decoders.encode(profile, fPort, object);
    if (bytes !== null) return bytes;
    const { code = "encoder-failed", message = "The encoder gave no bytes" } = errors[0] ?? {};
    throw new WayleaveError("body-invalid", `object: ${message}`, { field: "object", code });
  };
}

/** Puts what came over MQTT into a device's queue. @throws WayleaveError naming why not; earlier ones stay queued. */
export function enqueueWith(records: WirelessRecords, decoders: Decoders) {
  const encode = encodeWith(decoders);
  return async (customer: string, { applicationId, devEui, operation, downlinks }: DownlinkCommand): Promise<void> => {
    const { device } = records.devices.get(customer, devEui);
    if (device.applicationId !== applicationId) {
      throw new WayleaveError("device-not-found", "The application has no such device", { field: "devEui", devEui });
    }
    if (operation === "replace") await records.downlinks.flush(devEui);
    for (const { fPort, confirmed, data, object } of downlinks) {
      const bytes = data ?? (await encode(device.profile, fPort, object));
      await records.downlinks.enqueue({ devEui, fPort, confirmed, data: bytes });
    }
  };
}
