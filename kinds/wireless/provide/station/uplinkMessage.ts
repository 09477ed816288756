import { z } from "zod";
import { hexToBytes } from "@wayleave/core/bytes";
import { type Eui64, PHY_PAYLOAD_BYTES_MAX, type RadioUplink } from "../../model/radio.ts";
import { type ChannelPlan, uplinkModulation } from "./channelPlan.ts";
import { readStationEui } from "./stationEui.ts";

const byte = z.number().int().min(0).max(255);
const uint16 = z.number().int().min(0).max(65_535);
/** Written as signed 32 bits; taken as unsigned too. */
const int32 = z
  .number()
  .int()
  .min(-(2 ** 31))
  .max(2 ** 32 - 1)
  .transform((value) => value >>> 0);
const int64 = z
  .union([z.number().int(), z.bigint()])
  .transform(BigInt)
  .refine((value) => BigInt.asIntN(64, value) === value, "must fit 64 bits");
const hex = z
  .string()
  .max(2 * PHY_PAYLOAD_BYTES_MAX)
  .regex(/^([0-9a-fA-F]{2})*$/, "must be hex of whole bytes")
  .transform((text) => hexToBytes(`0x${text}`));
const eui = z.unknown().transform((value, context) => {
  const read = readStationEui(value);
  if (read !== null) return read;
  context.addIssue({ code: "custom", message: "must be an EUI" });
  return z.NEVER;
});

/** Of every frame. Times in it are the gateway's word and not looked at. */
const radio = {
  DR: z.number().int().min(0).max(15),
  Freq: z.number().int().min(100_000_000).max(2_500_000_000),
  upinfo: z.object({
    rctx: int64.default(0n),
    xtime: int64,
    rssi: z.number().min(-300).max(100),
    snr: z.number().min(-100).max(100).default(0),
  }),
};
/** @see https://doc.sm.tc/station/tcproto.html (jreq, updf, propdf) */
const uplinkMessageSchema = z.discriminatedUnion("msgtype", [
  z.object({
    msgtype: z.literal("jreq"),
    MHdr: byte,
    JoinEui: eui,
    DevEui: eui,
    DevNonce: uint16,
    MIC: int32,
    ...radio,
  }),
  z.object({
    msgtype: z.literal("updf"),
    MHdr: byte,
    DevAddr: int32,
    FCtrl: byte,
    FCnt: uint16,
    FOpts: hex,
    /** −1: the frame has none. */
    FPort: z.number().int().min(-1).max(255),
    FRMPayload: hex,
    MIC: int32,
    ...radio,
  }),
  z.object({ msgtype: z.literal("propdf"), FRMPayload: hex, ...radio }),
]);
type UplinkMessage = z.output<typeof uplinkMessageSchema>;

export const UPLINK_MESSAGE_TYPES: ReadonlySet<unknown> = new Set(["jreq", "updf", "propdf"]);
export type UplinkMessageFault = "message-invalid" | "frame-invalid" | "data-rate-unknown";

/**
 * A received frame, put together again from the parts that a station takes it to.
 * @param message - hostile, of one of {@link UPLINK_MESSAGE_TYPES}.
 */
export function readUplinkMessage(
  message: unknown,
  about: { readonly gatewayEui: Eui64; readonly receivedAtMs: number; readonly plan: ChannelPlan },
): RadioUplink | UplinkMessageFault {
  const parsed = uplinkMessageSchema.safeParse(message);
  if (!parsed.success) return "message-invalid";
  const modulation = uplinkModulation(about.plan, parsed.data.DR);
  if (modulation === null) return "data-rate-unknown";
  const payload = payloadOf(parsed.data);
  if (payload === null) return "frame-invalid";
  const { Freq: frequencyHz, upinfo } = parsed.data;
  return {
    payload,
    gatewayEui: about.gatewayEui,
    frequencyHz,
    modulation,
    // Not reported; LoRaWAN has no other.
    codingRate: modulation.kind === "lora" ? "4/5" : null,
    rssiDbm: upinfo.rssi,
    snrDb: upinfo.snr,
    context: writeContext(upinfo),
    receivedAtMs: about.receivedAtMs,
  };
}

/** Null when these parts are of no frame: a station that took one apart cannot have sent them. */
function payloadOf(message: UplinkMessage): Uint8Array | null {
  if (message.msgtype === "propdf") return sized(Buffer.from(message.FRMPayload));
  if (message.msgtype === "jreq") {
    const bytes = Buffer.alloc(23);
    bytes[0] = message.MHdr;
    bytes.set(Buffer.from(message.JoinEui, "hex").reverse(), 1);
    bytes.set(Buffer.from(message.DevEui, "hex").reverse(), 9);
    bytes.writeUInt16LE(message.DevNonce, 17);
    bytes.writeUInt32LE(message.MIC, 19);
    return sized(bytes);
  }
  const { FOpts, FPort, FRMPayload } = message;
  if (FOpts.byteLength !== (message.FCtrl & 0x0f) || (FPort === -1 && FRMPayload.byteLength > 0)) return null;
  const head = Buffer.alloc(8);
  head[0] = message.MHdr;
  head.writeUInt32LE(message.DevAddr, 1);
  head[5] = message.FCtrl;
  head.writeUInt16LE(message.FCnt, 6);
  const mic = Buffer.alloc(4);
  mic.writeUInt32LE(message.MIC);
  return sized(Buffer.concat([head, FOpts, Buffer.from(FPort === -1 ? [] : [FPort]), FRMPayload, mic]));
}

function sized(bytes: Buffer): Uint8Array | null {
  return bytes.byteLength < 1 || bytes.byteLength > PHY_PAYLOAD_BYTES_MAX ? null : new Uint8Array(bytes);
}

/** Which radio heard a frame, and when by the station's clock. The high bits of `xtime` are its session. */
export interface StationContext {
  readonly rctx: bigint;
  readonly xtime: bigint;
}
const CONTEXT_BYTES = 16;

function writeContext({ rctx, xtime }: StationContext): Uint8Array {
  const bytes = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, rctx);
  view.setBigInt64(8, xtime);
  return bytes;
}

/** Null when it is no context of this protocol. */
export function readContext(context: Uint8Array): StationContext | null {
  if (context.byteLength !== CONTEXT_BYTES) return null;
  const view = new DataView(context.buffer, context.byteOffset, CONTEXT_BYTES);
  return { rctx: view.getBigInt64(0), xtime: view.getBigInt64(8) };
}
