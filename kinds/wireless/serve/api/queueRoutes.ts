import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import type { DeviceProfile } from "../../model/device.ts";
import type { ListedDownlink } from "../records/downlinks.ts";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import { devEuiOf, reads, timeOf, type WirelessRoute, wirelessRoute, writes } from "./wirelessRoute.ts";

/** The largest FRMPayload of any region and data rate (RP002-1.0.4: 242 with FOpts, 222 behind a repeater). */
export const DOWNLINK_BYTES_MAX = 222;
const BASE64_CHARS_MAX = Math.ceil(DOWNLINK_BYTES_MAX / 3) * 4;
/** Of an object, as JSON: a script makes at most 222 bytes of it. */
const OBJECT_CHARS_MAX = 8_192;

/** Makes a payload of an object, as the profile's script does. @throws WayleaveError when it cannot. */
export type EncodeDownlink = (profile: DeviceProfile, fPort: number, object: unknown) => Promise<Uint8Array>;

const downlinkSchema = z
  .strictObject({
    fPort: z.number().int().min(1).max(223),
    confirmed: z.boolean().default(false),
    data: z.base64().max(BASE64_CHARS_MAX).optional(),
    object: z
      .json()
      .refine((value) => JSON.stringify(value).length <= OBJECT_CHARS_MAX, { error: "is too large" })
      .optional(),
  })
  .refine(({ data, object }) => (data === undefined) !== (object === undefined), {
    path: ["data"],
    error: "give either data or object",
  });
const downlinkReply = z.object({
  id: z.string(),
  fPort: z.number(),
  data: z.string(),
  confirmed: z.boolean(),
  queuedAt: z.string(),
  fCntDown: z.number().nullable().describe("of a confirmed one that was sent and waits for its acknowledgement"),
});

/** A device's downlink queue. @param encode - null: only `data` is taken. */
export function queueRoutes(records: WirelessRecords, encode: EncodeDownlink | null): WirelessRoute[] {
  const { devices, downlinks } = records;
  const path = "/v1/wireless/devices/:devEui/queue";
  return [
    wirelessRoute({
      ...{ method: "POST", path, summary: "Queues a downlink", status: 201, ...writes },
      ...{ body: downlinkSchema, reply: downlinkReply },
      async handle({ customer, params, body }) {
        const devEui = devEuiOf(params);
        const { profile } = devices.get(customer, devEui).device;
        const { fPort, confirmed } = body;
        const data = await payloadOf(body, profile, encode);
        return shownDownlink(await downlinks.enqueue({ devEui, fPort, confirmed, data }));
      },
    }),
    wirelessRoute({
      ...{ method: "GET", path, summary: "What waits, oldest first", ...reads },
      reply: z.object({ downlinks: z.array(downlinkReply) }),
      async handle({ customer, params }) {
        const { devEui } = devices.get(customer, devEuiOf(params)).device;
        return { downlinks: downlinks.list(devEui).map(shownDownlink) };
      },
    }),
    wirelessRoute({
      ...{ method: "DELETE", path, summary: "Flushes the queue", ...writes },
      reply: z.object({ flushed: z.number() }),
      async handle({ customer, params }) {
        const { devEui } = devices.get(customer, devEuiOf(params)).device;
        return { flushed: await downlinks.flush(devEui) };
      },
    }),
  ];
}

async function payloadOf(
  body: z.output<typeof downlinkSchema>,
  profile: DeviceProfile,
  encode: EncodeDownlink | null,
): Promise<Uint8Array> {
  if (body.data !== undefined) return requireFitting(new Uint8Array(Buffer.from(body.data, "base64")), "data");
  if (encode === null || profile.decoder.kind !== "javascript") {
    const facts = { field: "object" };
    throw new WayleaveError("body-invalid", "object: the device's profile has no script to encode it", facts);
  }
  return requireFitting(await encode(profile, body.fPort, body.object), "object");
}

function requireFitting(data: Uint8Array, field: string): Uint8Array {
  if (data.byteLength <= DOWNLINK_BYTES_MAX) return data;
  const facts = { field, maxBytes: DOWNLINK_BYTES_MAX, bytes: data.byteLength };
  throw new WayleaveError("body-invalid", `${field}: has more bytes than any downlink can`, facts);
}

function shownDownlink({ id, fPort, data, confirmed, queuedMs, fCntDown }: ListedDownlink) {
  const base64 = Buffer.from(data).toString("base64");
  return { id, fPort, data: base64, confirmed, queuedAt: timeOf(queuedMs), fCntDown };
}
