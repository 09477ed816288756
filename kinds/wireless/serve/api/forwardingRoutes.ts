import { z } from "zod";
import { REGION_NAMES } from "../../model/device.ts";
import type { ForwardingEngine } from "../forward/forwardingEngine.ts";
import { type Forwarding, FORWARDED_BITS_MIN } from "../records/forwardings.ts";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import { nameSchema } from "./profileSchema.ts";
import {
  devAddrSchema,
  euiSchema,
  idOf,
  reads,
  timeOf,
  type WirelessRoute,
  wirelessRoute,
  writes,
} from "./wirelessRoute.ts";

/** Blocks of addresses of one network server, and makers of its devices: more than any customer was seen to have. */
const RANGES_MAX = 16;
const JOIN_EUIS_MAX = 64;
/** GWMP's, as every network server listens. */
const DEFAULT_PORT = 1700;

/** A host name or an address; what it leads to is judged when it is connected to. */
const hostSchema = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[0-9A-Za-z.:_-]+$/, "must be a host name or an address, without scheme and port");

const rangeSchema = z
  .strictObject({ prefix: devAddrSchema, bits: z.number().int().min(FORWARDED_BITS_MIN).max(32) })
  .transform(({ prefix, bits }) => {
    const free = 2 ** (32 - bits);
    const head = Math.floor(Number.parseInt(prefix, 16) / free) * free;
    return { prefix: head.toString(16).padStart(8, "0"), bits };
  });

const forwardingSchema = z
  .strictObject({
    name: nameSchema,
    host: hostSchema,
    port: z.number().int().min(1).max(65_535).default(DEFAULT_PORT),
    region: z.enum(REGION_NAMES),
    devAddrs: z.array(rangeSchema).max(RANGES_MAX).default([]),
    joinEuis: z.array(euiSchema).max(JOIN_EUIS_MAX).default([]),
    copies: z.number().int().min(1).max(8).default(1),
    enabled: z.boolean().default(true),
  })
  .refine(({ devAddrs, joinEuis }) => devAddrs.length + joinEuis.length > 0, {
    path: ["devAddrs"],
    message: "give address ranges, JoinEUIs or both",
  });

const forwardingReply = z.object({
  ...{ id: z.string(), name: z.string(), host: z.string(), port: z.number(), region: z.enum(REGION_NAMES) },
  devAddrs: z.array(z.object({ prefix: z.string(), bits: z.number() })),
  joinEuis: z.array(z.string()),
  ...{ copies: z.number(), enabled: z.boolean(), createdAt: z.string() },
});

const statusReply = z.object({
  state: z.enum([
    ...["disabled", "destination-unknown", "destination-private", "starting", "out-of-balance"],
    ...["server-silent", "waiting-for-frames", "forwarding"],
  ] as const),
  lastAcknowledgedAt: z.string().nullable().describe("when the other network server answered last"),
  counters: z.record(z.string(), z.number()).describe("since the last change or restart, by name"),
  gateways: z.array(
    z.object({
      virtualEui: z.string().describe("register this gateway at the other network server"),
      reachable: z.boolean().describe("the other network server acknowledges what this one sends"),
      device: z.string(),
      gatewayEui: z.string(),
    }),
  ),
});

/** A customer's own network servers. */
export function forwardingRoutes({ forwardings }: WirelessRecords, engine: ForwardingEngine): WirelessRoute[] {
  const path = "/v1/wireless/forwardings";
  return [
    wirelessRoute({
      ...{ method: "POST", path, summary: "Forwards frames to a network server of yours", status: 201, ...writes },
      ...{ body: forwardingSchema, reply: forwardingReply },
      handle: async ({ customer, body }) => shown(await forwardings.create(customer, body)),
    }),
    wirelessRoute({
      ...{ method: "GET", path, summary: "Your forwardings", ...reads },
      reply: z.object({ forwardings: z.array(forwardingReply) }),
      handle: async ({ customer }) => ({ forwardings: forwardings.list(customer).map(shown) }),
    }),
    wirelessRoute({
      ...{ method: "GET", path: `${path}/:id`, summary: "One forwarding", reply: forwardingReply, ...reads },
      handle: async ({ customer, params }) => shown(forwardings.get(customer, idOf(params))),
    }),
    wirelessRoute({
      ...{ method: "PUT", path: `${path}/:id`, summary: "Replaces a forwarding, or switches it off and on", ...writes },
      ...{ body: forwardingSchema, reply: forwardingReply },
      handle: async ({ customer, params, body }) => shown(await forwardings.replace(customer, idOf(params), body)),
    }),
    wirelessRoute({
      ...{ method: "DELETE", path: `${path}/:id`, summary: "Ends a forwarding", status: 204, ...writes },
      handle: async ({ customer, params }) => forwardings.delete(customer, idOf(params)),
    }),
    wirelessRoute({
      ...{
        method: "GET",
        path: `${path}/:id/status`,
        summary: "How a forwarding goes, and which gateways to register",
      },
      ...{ ...reads, reply: statusReply },
      async handle({ customer, params }) {
        const { lastAcknowledgedMs, ...status } = engine.status(forwardings.get(customer, idOf(params)));
        return { ...status, lastAcknowledgedAt: timeOf(lastAcknowledgedMs) };
      },
    }),
  ];
}

function shown({ id, createdMs, settings }: Forwarding) {
  return { id, ...settings, createdAt: timeOf(createdMs) };
}
