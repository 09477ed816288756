/**
 * What agent and front say to each other about radio over the link: paths, limits, JSON bodies, and the stream of uplinks.
 * The agent serves, the front asks. Either may be hostile to the other.
 */
import { z } from "zod";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { amountSchema } from "@wayleave/core/money";
import { DOWNLINK_CONTEXT_BYTES_MAX, DOWNLINK_OUTCOMES, PHY_PAYLOAD_BYTES_MAX, type RadioDownlink } from "./radio.ts";
import { base64Of } from "./shortBytes.ts";

/** POST {@link uplinkFilterSchema} → 200 with an endless body, read by {@link UplinkStreamDecoder}. One per payer: a newer ends an older. */
export const UPLINKS_PATH = "/wireless/uplinks";
/** POST {@link downlinkSchema} → {@link downlinkReplySchema}, when the gateway answered or its time is over. */
export const DOWNLINKS_PATH = "/wireless/downlinks";
/** POST {@link purchasesSchema} → {@link purchasesReplySchema}. */
export const PURCHASES_PATH = "/wireless/purchases";
/** GET → {@link gatewaysReplySchema}. */
export const GATEWAYS_PATH = "/wireless/gateways";

/** Of the uplink stream's reply. */
export const UPLINK_MEDIA_TYPE = "application/vnd.wayleave.uplinks";
/** The stream is never silent for longer, so that no idle limit (the link's is 20 s) ends it. */
export const HEARTBEAT_MS = 4_000;
/** DevAddr ranges of one subscriber: more than all network ids a service operator could hold. */
export const DEV_ADDR_RANGES_MAX = 4_096;
/** Join servers' ids of one subscriber: one for each of very many makers. */
export const JOIN_EUIS_MAX = 20_000;
/** Both lists, written out. */
export const FILTER_BODY_BYTES_MAX = 1 << 20;
/** A frame in base64 and its radio parameters. */
export const DOWNLINK_BODY_BYTES_MAX = 2_048;
/** Acts in one purchase: a second of a busy agent. */
export const PURCHASES_MAX = 10_000;
export const PURCHASE_BODY_BYTES_MAX = 1 << 20;
/** Gateways of one agent: a building's worth; each costs a few kilobytes. */
export const GATEWAYS_MAX = 256;

export const eui64Schema = z.string().regex(/^[0-9a-f]{16}$/, "must be 16 digits of lower-case hex");
export const devAddrSchema = z.string().regex(/^[0-9a-f]{8}$/, "must be 8 digits of lower-case hex");
/** One agent process. Sequences begin again with every one. */
export const bootIdSchema = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 digits of lower-case hex");
const sequenceSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Which frames a front wants: data frames by DevAddr range, join requests by JoinEUI. */
export const uplinkFilterSchema = z.strictObject({
  /** The first `bits` bits of `prefix` count. */
  devAddrs: z
    .array(z.strictObject({ prefix: devAddrSchema, bits: z.number().int().min(0).max(32) }))
    .max(DEV_ADDR_RANGES_MAX),
  joinEuis: z.array(eui64Schema).max(JOIN_EUIS_MAX),
});
export type UplinkFilter = z.infer<typeof uplinkFilterSchema>;

const base64Schema = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "must be base64")
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, "base64")));
function bytesSchema(bytesMin: number, bytesMax: number) {
  const inBounds = (bytes: Uint8Array): boolean => bytes.byteLength >= bytesMin && bytes.byteLength <= bytesMax;
  return base64Schema.refine(inBounds, `must be ${bytesMin} to ${bytesMax} bytes`);
}

const modulationSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("lora"),
    spreadingFactor: z.number().int().min(5).max(12),
    bandwidthHz: z.union([z.literal(125_000), z.literal(250_000), z.literal(500_000)]),
  }),
  z.strictObject({ kind: z.literal("fsk"), bitsPerSecond: z.number().int().min(1).max(1_000_000) }),
]);

/** A {@link RadioDownlink} as JSON; write it with {@link downlinkToJson}. Hostile. */
export const downlinkSchema = z.strictObject({
  payload: bytesSchema(1, PHY_PAYLOAD_BYTES_MAX),
  gatewayEui: eui64Schema,
  frequencyHz: z.number().int().min(100_000_000).max(4_000_000_000),
  modulation: modulationSchema,
  codingRate: z.enum(["4/5", "4/6", "4/7", "4/8"]),
  powerDbm: z.number().min(-30).max(40),
  timing: z
    .strictObject({
      context: bytesSchema(1, DOWNLINK_CONTEXT_BYTES_MAX),
      /** RX2 of the longest RX1 delay comes after 16 s. */
      delayMs: z.number().int().min(0).max(20_000),
    })
    .nullable(),
});

export function downlinkToJson(downlink: RadioDownlink): z.input<typeof downlinkSchema> {
  const { payload, gatewayEui, frequencyHz, modulation, codingRate, powerDbm, timing } = downlink;
  return {
    payload: base64Of(payload),
    gatewayEui,
    frequencyHz,
    modulation,
    codingRate,
    powerDbm,
    timing: timing && { context: base64Of(timing.context), delayMs: timing.delayMs },
  };
}

/** What became of a downlink, and under which number it is bought when it was `sent`. */
export const downlinkReplySchema = z.strictObject({
  outcome: z.enum(DOWNLINK_OUTCOMES),
  bootId: bootIdSchema,
  /** Null when it was not sent: nothing to buy. */
  sequence: sequenceSchema.nullable(),
});
export type DownlinkReply = z.infer<typeof downlinkReplySchema>;

const boughtSchema = z.strictObject({
  sequence: sequenceSchema,
  /** As `workUnitsOf` counts them for that frame. */
  workUnits: amountSchema,
  /** At most the device's ask for so many units. Charged exactly. */
  picoUsd: amountSchema,
});
/** What the front buys. Of one process of the agent: what another one delivered is not known any more. */
export const purchasesSchema = z
  .strictObject({
    bootId: bootIdSchema,
    copies: z.array(boughtSchema).max(PURCHASES_MAX),
    downlinks: z.array(boughtSchema).max(PURCHASES_MAX),
  })
  .refine(({ copies, downlinks }) => copies.length + downlinks.length <= PURCHASES_MAX, "must be fewer acts");
export type Purchases = z.infer<typeof purchasesSchema>;

/** Why an act is not charged. Asking again does not change it. */
export const PURCHASE_REFUSALS = [
  "boot-unknown",
  "sequence-unknown",
  "already-bought",
  "units-wrong",
  "above-ask",
] as const;
export type PurchaseRefusal = (typeof PURCHASE_REFUSALS)[number];
export const purchasesReplySchema = z.strictObject({
  bought: z.number().int().nonnegative(),
  refused: z.array(z.strictObject({ sequence: sequenceSchema, reason: z.enum(PURCHASE_REFUSALS) })).max(PURCHASES_MAX),
});
export type PurchasesReply = z.infer<typeof purchasesReplySchema>;

/** Named reasons and how often each happened since the process began. */
const countersSchema = z.record(z.string().max(64), z.number().int().nonnegative());
export const gatewayStatusSchema = z.strictObject({
  eui: eui64Schema,
  protocol: z.enum(["gwmp", "station"]),
  /** Seen lately, and a downlink would have somewhere to go. */
  online: z.boolean(),
  lastSeenMs: z.number().int(),
  uplinks: z.number().int().nonnegative(),
  /** Sent, by the gateway's word. */
  downlinks: z.number().int().nonnegative(),
  /** Why something of this gateway was dropped or refused. */
  drops: countersSchema,
});
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;
export const gatewaysReplySchema = z.strictObject({
  bootId: bootIdSchema,
  gateways: z.array(gatewayStatusSchema).max(2 * GATEWAYS_MAX),
  /** What could not be told to belong to a gateway. */
  drops: countersSchema,
  /** Of the asking payer's stream: frames that it was not sent. */
  payer: z.strictObject({
    delivered: z.number().int().nonnegative(),
    droppedQueueFull: z.number().int().nonnegative(),
    withheldUnpaid: z.number().int().nonnegative(),
    withheldUnbought: z.number().int().nonnegative(),
  }),
});
export type GatewaysReply = z.infer<typeof gatewaysReplySchema>;

export function bootIdBytes(bootId: string): Uint8Array {
  return hexToBytes(`0x${bootId}`);
}
export function bootIdFrom(bytes: Uint8Array): string {
  return toHex(bytes).slice(2);
}
