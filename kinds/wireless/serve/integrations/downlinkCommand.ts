import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import type { Eui64 } from "../../model/radio.ts";

/** A downlink a customer asks for. Exactly one of `data` and `object` is not null; `object` is for the profile's encoder. */
export interface WantedDownlink {
  /** 1…223. */
  readonly fPort: number;
  readonly confirmed: boolean;
  readonly data: Uint8Array | null;
  readonly object: unknown;
}

/** One command: what is to become of a device's downlink queue. */
export interface DownlinkCommand {
  readonly applicationId: string;
  readonly devEui: Eui64;
  /** `replace` empties the queue first. */
  readonly operation: "push" | "replace";
  readonly downlinks: readonly WantedDownlink[];
}

/** The largest FRMPayload of any region and data rate. */
const DATA_BYTES_MAX = 242;
/** What the downlink queue of one device holds. */
const DOWNLINKS_MAX = 64;

const base64Schema = z.base64({ abort: true }).transform((text, context) => {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  if (bytes.length > DATA_BYTES_MAX)
    context.addIssue({ code: "custom", message: `is at most ${DATA_BYTES_MAX} bytes` });
  return bytes;
});
const portSchema = z.int().min(1).max(223);

const chirpstackSchema = z
  .looseObject({
    devEui: z.string().optional(),
    confirmed: z.boolean().default(false),
    fPort: portSchema,
    data: base64Schema.optional(),
    object: z.unknown().optional(),
  })
  .refine(({ data, object }) => (data === undefined) !== (object === undefined), {
    path: ["data"],
    message: "give either data or object",
  });

const ttsSchema = z.looseObject({
  downlinks: z
    .array(
      z
        .looseObject({
          f_port: portSchema,
          frm_payload: base64Schema.optional(),
          decoded_payload: z.unknown().optional(),
          confirmed: z.boolean().default(false),
        })
        .refine((one) => (one.frm_payload === undefined) !== (one.decoded_payload === undefined), {
          path: ["frm_payload"],
          message: "give either frm_payload or decoded_payload",
        }),
    )
    .max(DOWNLINKS_MAX),
});

export type CommandTopic = {
  readonly dialect: "chirpstack" | "tts";
  readonly applicationId: string;
  readonly devEui: Eui64;
  readonly operation: "push" | "replace";
};

const CHIRPSTACK_TOPIC = /^application\/([^/]{1,64})\/device\/([0-9a-fA-F]{16})\/command\/down$/;
// The Things Stack names applications `name@tenant` and devices mostly `eui-…`.
const TTS_TOPIC = /^v3\/([^/@]{1,64})(?:@[^/]{1,64})?\/devices\/(?:eui-)?([0-9a-fA-F]{16})\/down\/(push|replace)$/;

/** @param topic - hostile. @returns null when it is no topic that downlinks are accepted on. */
export function commandTopic(topic: string): CommandTopic | null {
  const chirpstack = CHIRPSTACK_TOPIC.exec(topic);
  if (chirpstack !== null) {
    const [, applicationId, devEui] = chirpstack;
    return { dialect: "chirpstack", applicationId: applicationId!, devEui: devEui!.toLowerCase(), operation: "push" };
  }
  const tts = TTS_TOPIC.exec(topic);
  if (tts === null) return null;
  const [, applicationId, devEui, operation] = tts;
  const where = { applicationId: applicationId!, devEui: devEui!.toLowerCase() };
  return { dialect: "tts", ...where, operation: operation as "push" | "replace" };
}

/** @param payload - hostile JSON. @throws WayleaveError `downlink-invalid` with the field. */
export function parseDownlinkCommand(topic: CommandTopic, payload: Uint8Array): DownlinkCommand {
  const { applicationId, devEui, operation } = topic;
  const json = parseJson(payload);
  const where = { applicationId, devEui, operation };
  if (topic.dialect === "tts") {
    const { downlinks } = parsed(ttsSchema, json);
    return {
      ...where,
      downlinks: downlinks.map((one) => ({
        ...{ fPort: one.f_port, confirmed: one.confirmed },
        ...{ data: one.frm_payload ?? null, object: one.decoded_payload ?? null },
      })),
    };
  }
  const one = parsed(chirpstackSchema, json);
  if (one.devEui !== undefined && one.devEui.toLowerCase() !== devEui) {
    throw new WayleaveError("downlink-invalid", "The devEui is not the topic's", { field: "devEui" });
  }
  const { fPort, confirmed, data = null, object = null } = one;
  return { ...where, downlinks: [{ fPort, confirmed, data, object }] };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"));
  } catch {
    throw new WayleaveError("downlink-invalid", "The downlink is no JSON", { field: "" });
  }
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new WayleaveError("downlink-invalid", `A field of the downlink is not as it must be: ${message}`, {
    field: path.map(String).join("."),
  });
}
