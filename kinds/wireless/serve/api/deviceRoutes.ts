import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import type { MacState } from "../../model/device.ts";
import { MAX_EIRP_DBM, macRequestName } from "../../model/lorawan/macCommands.ts";
import { type Region, regionOf } from "../../model/regions/region.ts";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import type { DeviceRecord } from "../records/records.ts";
import { nameSchema } from "./profileSchema.ts";
import {
  devAddrSchema,
  devEuiOf,
  euiSchema,
  keySchema,
  present,
  reads,
  timeOf,
  type WirelessRoute,
  wirelessRoute,
  writes,
} from "./wirelessRoute.ts";

const DEVICES_PER_PAGE_MAX = 1_000;
/** Missed uplinks after which a device is shown as silent: one frame is lost easily, three are not. */
const SILENT_AFTER_INTERVALS = 3;
const COUNTER_MAX = 0xff_ff_ff_ff;

const newDeviceSchema = z.strictObject({
  devEui: euiSchema,
  joinEui: euiSchema.default("0000000000000000"),
  applicationId: z.uuid(),
  profileId: z.uuid(),
  name: nameSchema,
  appKey: keySchema.nullable().default(null),
  disabled: z.boolean().default(false),
});
const deviceChangesSchema = z.strictObject({
  joinEui: euiSchema.optional(),
  applicationId: z.uuid().optional(),
  profileId: z.uuid().optional(),
  name: nameSchema.optional(),
  appKey: keySchema.nullable().optional(),
  disabled: z.boolean().optional(),
});
const activationSchema = z.strictObject({
  devAddr: devAddrSchema,
  nwkSKey: keySchema,
  appSKey: keySchema,
  fCntUp: z.number().int().min(-1).max(COUNTER_MAX).default(-1).describe("of the last uplink; −1: none yet"),
  fCntDown: z.number().int().min(0).max(COUNTER_MAX).default(0).describe("of the next downlink"),
});
const pageSchema = z.strictObject({
  applicationId: z.uuid().optional(),
  after: euiSchema.optional().describe("the last devEui of the page before"),
  limit: z.coerce.number().int().min(1).max(DEVICES_PER_PAGE_MAX).default(100),
});
const deviceReply = z.object({
  devEui: z.string(),
  joinEui: z.string(),
  applicationId: z.string(),
  profileId: z.string(),
  name: z.string(),
  disabled: z.boolean(),
  createdAt: z.string(),
  appKeyFingerprint: z.string().nullable(),
  devAddr: z.string().nullable(),
  lastSeenAt: z.string().nullable(),
  silent: z.boolean(),
});
const statusReply = deviceReply
  .pick({ devEui: true, devAddr: true, lastSeenAt: true, silent: true, disabled: true })
  .extend({
    fCntUp: z.number().nullable(),
    fCntDown: z.number().nullable(),
    activatedAt: z.string().nullable(),
    dataRate: z.number().nullable(),
    queued: z.number(),
    settings: z
      .object({
        txPower: z.number(),
        nbTrans: z.number(),
        rx1DelayS: z.number(),
        rx1DrOffset: z.number(),
        rx2DataRate: z.number(),
        rx2FrequencyHz: z.number(),
        channelsHz: z.array(z.number()),
        rx1Frequencies: z.array(z.object({ uplinkHz: z.number(), downlinkHz: z.number() })),
        uplinkDwellTime: z.boolean().nullable(),
        downlinkDwellTime: z.boolean().nullable(),
        maxEirpDbm: z.number().nullable(),
        maxDutyCycle: z.number().nullable(),
      })
      .nullable()
      .describe("what the network believes the device is set to; null of what it was not told or did not confirm"),
    pendingRequests: z
      .array(z.object({ request: z.string(), tries: z.number() }))
      .describe("sent and not answered yet"),
    refusedRequests: z.array(z.string()).describe("not asked again in this session"),
  });

/** A customer's end devices. Keys go in and never come out. */
export function deviceRoutes(records: WirelessRecords): WirelessRoute[] {
  const { devices } = records;
  const path = "/v1/wireless/devices";
  const one = `${path}/:devEui`;
  return [
    wirelessRoute({
      ...{ method: "POST", path, summary: "Registers a device", status: 201, ...writes },
      ...{ body: newDeviceSchema, reply: deviceReply },
      async handle({ customer, body }) {
        requireRootKey(records, customer, body);
        return shownDevice(records, await devices.create(customer, body));
      },
    }),
    wirelessRoute({
      ...{ method: "GET", path, summary: "Your devices, in order of DevEUI", query: pageSchema, ...reads },
      reply: z.object({ devices: z.array(deviceReply), next: z.string().nullable() }),
      async handle({ customer, query: { applicationId, after, limit } }) {
        const page = await devices.list(customer, { applicationId, after: after ?? null, limit });
        const next = page.length < limit ? null : page.at(-1)!.device.devEui;
        return { devices: page.map((record) => shownDevice(records, record)), next };
      },
    }),
    wirelessRoute({
      ...{ method: "GET", path: one, summary: "One device", reply: deviceReply, ...reads },
      handle: async ({ customer, params }) => shownDevice(records, devices.get(customer, devEuiOf(params))),
    }),
    wirelessRoute({
      ...{ method: "PUT", path: one, summary: "Changes what is given of a device", ...writes },
      ...{ body: deviceChangesSchema, reply: deviceReply },
      handle: async ({ customer, params, body }) =>
        shownDevice(records, await devices.update(customer, devEuiOf(params), present(body))),
    }),
    wirelessRoute({
      ...{ method: "DELETE", path: one, summary: "Deletes a device", status: 204, ...writes },
      handle: async ({ customer, params }) => devices.delete(customer, devEuiOf(params)),
    }),
    wirelessRoute({
      ...{ method: "GET", path: `${one}/status`, summary: "How a device is doing", reply: statusReply, ...reads },
      handle: async ({ customer, params }) => statusOf(records, devices.get(customer, devEuiOf(params))),
    }),
    ...activationRoutes(records, `${one}/activation`),
  ];
}

function activationRoutes(records: WirelessRecords, path: string): WirelessRoute[] {
  const { devices } = records;
  return [
    wirelessRoute({
      ...{ method: "PUT", path, summary: "Activates a device by personalization (ABP)", ...writes },
      ...{ body: activationSchema, reply: statusReply },
      async handle({ customer, params, body }) {
        const devEui = devEuiOf(params);
        await devices.activate(customer, devEui, body);
        return statusOf(records, devices.get(customer, devEui));
      },
    }),
    wirelessRoute({
      ...{ method: "DELETE", path, summary: "Forgets a device's session", status: 204, ...writes },
      query: z.strictObject({ forgetDevNonces: z.stringbool().default(false) }),
      handle: async ({ customer, params, query }) =>
        devices.forgetSession(customer, devEuiOf(params), { forgetNonces: query.forgetDevNonces }),
    }),
  ];
}

/** A device that joins cannot without its root key. @throws WayleaveError `body-invalid` naming `appKey`. */
function requireRootKey(
  { catalog }: WirelessRecords,
  customer: string,
  body: { readonly profileId: string; readonly appKey: Uint8Array | null },
): void {
  if (body.appKey !== null || !catalog.profile(customer, body.profileId).profile.supportsOtaa) return;
  throw new WayleaveError("body-invalid", "appKey: devices of this profile join with it", { field: "appKey" });
}

function shownDevice(records: WirelessRecords, record: DeviceRecord): z.input<typeof deviceReply> {
  const { device, session } = record;
  return {
    devEui: device.devEui,
    joinEui: device.joinEui,
    applicationId: device.applicationId,
    profileId: device.profile.id,
    name: device.name,
    disabled: device.disabled,
    createdAt: new Date(record.createdMs).toISOString(),
    appKeyFingerprint: device.appKey === null ? null : records.fingerprint(device.appKey),
    devAddr: session?.devAddr ?? null,
    lastSeenAt: timeOf(record.seenMs),
    silent: isSilent(record, records.clock.now()),
  };
}

function statusOf(records: WirelessRecords, record: DeviceRecord): z.input<typeof statusReply> {
  const { device, session } = record;
  return {
    devEui: device.devEui,
    devAddr: session?.devAddr ?? null,
    disabled: device.disabled,
    lastSeenAt: timeOf(record.seenMs),
    silent: isSilent(record, records.clock.now()),
    fCntUp: session === null || session.fCntUp < 0 ? null : session.fCntUp,
    fCntDown: session?.fCntDown ?? null,
    activatedAt: timeOf(session?.activatedAtMs ?? null),
    dataRate: session?.mac.dataRate ?? null,
    queued: records.queue.size(device.devEui),
    ...shownMac(session === null ? null : session.mac, regionOf(device.profile.region)),
  };
}

function shownMac(mac: MacState | null, region: Region) {
  if (mac === null) return { settings: null, pendingRequests: [], refusedRequests: [] };
  const { txPower, nbTrans, rx1DelayS, rx1DrOffset, rx2DataRate, rx2FrequencyHz, maxDutyCycle, tx } = mac;
  const hzOf = (index: number): number[] =>
    region.channels.slice(index, index + 1).map(({ frequencyHz }) => frequencyHz);
  return {
    settings: {
      ...{ txPower, nbTrans, rx1DelayS, rx1DrOffset, rx2DataRate, rx2FrequencyHz, maxDutyCycle },
      channelsHz: mac.channels.flatMap(hzOf),
      rx1Frequencies: mac.rx1Moved.flatMap(({ channel, frequencyHz: downlinkHz }) =>
        hzOf(channel).map((uplinkHz) => ({ uplinkHz, downlinkHz })),
      ),
      uplinkDwellTime: tx.uplinkDwellTime,
      downlinkDwellTime: tx.downlinkDwellTime,
      maxEirpDbm: tx.maxEirpIndex === null ? null : (MAX_EIRP_DBM[tx.maxEirpIndex] ?? null),
    },
    pendingRequests: mac.pending.map(({ cid, tries }) => ({ request: macRequestName(cid), tries })),
    refusedRequests: [...new Set(mac.refused.map((key) => macRequestName(Number.parseInt(key.slice(0, 2), 16))))],
  };
}

/** Whether its profile expects uplinks and none came for {@link SILENT_AFTER_INTERVALS} of them. */
export function isSilent({ device, seenMs, createdMs }: DeviceRecord, nowMs: number): boolean {
  const { uplinkIntervalS } = device.profile;
  if (uplinkIntervalS === null || device.disabled) return false;
  return nowMs - (seenMs ?? createdMs) > SILENT_AFTER_INTERVALS * uplinkIntervalS * 1000;
}
