import colors from "picocolors";
import { z } from "zod";

const heardBySchema = z.object({
  device: z.string(),
  gatewayEui: z.string(),
  rssiDbm: z.number(),
  snrDb: z.number(),
  paidMicroUsd: z.string().regex(/^\d{1,30}(\.\d{1,6})?$/),
});
const modulationSchema = z.union([
  z.object({ kind: z.literal("lora"), spreadingFactor: z.number(), bandwidthHz: z.number() }),
  z.object({ kind: z.literal("fsk"), bitsPerSecond: z.number() }),
]);
const common = { at: z.iso.datetime({ offset: true }), devEui: z.string(), deviceName: z.string() };
const fCntDown = z.number().nullable();

/** Events as far as a line shows them. @see model/events.ts of the wireless kind */
const eventSchema = z.discriminatedUnion("type", [
  z.object({
    ...{ type: z.literal("up"), ...common, fPort: z.number().nullable(), fCnt: z.number(), confirmed: z.boolean() },
    ...{ data: z.string(), object: z.unknown(), frequencyHz: z.number(), dataRate: z.number() },
    ...{ modulation: modulationSchema, heardBy: z.array(heardBySchema) },
    errors: z.array(z.object({ code: z.string(), message: z.string() })),
  }),
  z.object({ type: z.literal("join"), ...common, devAddr: z.string(), heardBy: z.array(heardBySchema) }),
  z.object({ type: z.literal("ack"), ...common, acknowledged: z.boolean(), fCntDown: z.number() }),
  z.object({ type: z.literal("txack"), ...common, gatewayEui: z.string(), outcome: z.string(), fCntDown }),
  z.object({ type: z.literal("status"), ...common, battery: z.number(), marginDb: z.number() }),
  z.object({ type: z.literal("error"), ...common, code: z.string(), message: z.string() }),
]);
type ShownEvent = z.infer<typeof eventSchema>;
type Uplink = Extract<ShownEvent, { type: "up" }>;
type HeardBy = z.infer<typeof heardBySchema>;

/**
 * One event as one line. Names and objects are what devices and customers chose: nothing in them reaches the terminal
 * as a command.
 * @param json - of an event, as the front sends it.
 * @returns null for what is no event that this version knows.
 */
export function eventLine(json: unknown): string | null {
  const parsed = eventSchema.safeParse(json);
  if (!parsed.success) return null;
  const event = parsed.data;
  const time = new Date(event.at).toISOString().slice(11, 23);
  const who = `${event.deviceName} (${event.devEui})`;
  return [colors.dim(time), printable(who), ...partsOf(event)].filter((part) => part !== "").join("  ");
}

function partsOf(event: ShownEvent): string[] {
  switch (event.type) {
    case "up":
      return uplinkParts(event);
    case "join":
      return ["joined", printable(`as ${event.devAddr}`), heard(event.heardBy)];
    case "ack":
      return [event.acknowledged ? "acknowledged" : colors.yellow("did not acknowledge"), `downlink ${event.fCntDown}`];
    case "txack": {
      const outcome = printable(event.outcome);
      const downlink = event.fCntDown === null ? "a join accept" : `downlink ${event.fCntDown}`;
      return [
        `${downlink}: ${outcome === "sent" ? "sent" : colors.yellow(outcome)}`,
        printable(`by ${event.gatewayEui}`),
      ];
    }
    case "status":
      return [`battery ${batteryText(event.battery)}`, `margin ${event.marginDb} dB`];
    case "error":
      return [colors.red(printable(`✘ ${event.code}: ${event.message}`))];
  }
}

function uplinkParts(event: Uplink): string[] {
  const { object, data } = event;
  const bytes = Buffer.from(data, "base64");
  const content =
    object !== null && object !== undefined
      ? JSON.stringify(object)
      : bytes.byteLength === 0
        ? ""
        : bytes.toString("hex");
  return [
    `${modulationText(event.modulation)} DR${event.dataRate}`,
    `${(event.frequencyHz / 1_000_000).toFixed(3)} MHz`,
    `#${event.fCnt}${event.fPort === null ? "" : ` port ${event.fPort}`}${event.confirmed ? " confirmed" : ""}`,
    colors.bold(printable(content)),
    ...event.errors.map(({ code, message }) => colors.red(printable(`✘ ${code}: ${message}`))),
    heard(event.heardBy),
  ];
}

function modulationText(modulation: Uplink["modulation"]): string {
  if (modulation.kind === "fsk") return `FSK ${modulation.bitsPerSecond / 1_000} kbit/s`;
  return `SF${modulation.spreadingFactor}/${modulation.bandwidthHz / 1_000}`;
}

function heard(by: readonly HeardBy[]): string {
  const each = by.map(({ gatewayEui, rssiDbm, snrDb, paidMicroUsd }) => {
    const paid = isZero(paidMicroUsd) ? "not bought" : usdText(paidMicroUsd);
    return `${gatewayEui} ${rssiDbm} dBm ${snrDb} dB ${paid}`;
  });
  return each.length === 0 ? "" : colors.dim(printable(`heard by ${each.join(", ")}`));
}

function isZero(microUsd: string): boolean {
  return /^[0.]+$/.test(microUsd);
}

/** Exact: `10.5` millionths are `$0.0000105`. */
export function usdText(microUsd: string): string {
  const [whole = "0", part = ""] = microUsd.split(".");
  const pico = whole.padStart(7, "0") + part.padEnd(6, "0");
  const fraction = pico.slice(-12).replace(/0+$/, "");
  return `$${pico.slice(0, -12).replace(/^0+(?=\d)/, "")}${fraction === "" ? "" : `.${fraction}`}`;
}

/** DevStatusAns: 0 is a plug, 255 unknown, the rest 1…254 of full. @see LoRaWAN 1.0.4 §5.5 */
function batteryText(battery: number): string {
  if (battery === 0) return "plugged in";
  return battery === 255 ? "unknown" : `${Math.round((battery / 254) * 100)} %`;
}

/** Control characters of both sets would move the cursor, or worse; marks that reverse the line's direction lie. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "�");
}
