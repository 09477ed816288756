import { z } from "zod";
import { LORAWAN_VERSIONS, REGION_NAMES } from "../../model/device.ts";
import { type Region, regionOf } from "../../model/regions/region.ts";
import { knows } from "../../model/txParams.ts";

/** Of a JavaScript decoder: the largest public ones have some 20 KB, and a request takes 64. */
export const DECODER_SOURCE_BYTES_MAX = 32_768;
export const nameSchema = z.string().trim().min(1).max(128);

const sourceSchema = z
  .string()
  .max(DECODER_SOURCE_BYTES_MAX)
  .refine((source) => Buffer.byteLength(source) <= DECODER_SOURCE_BYTES_MAX, {
    error: `must have at most ${DECODER_SOURCE_BYTES_MAX} bytes of UTF-8`,
  });

/** All regions lie between 100 MHz and 1 GHz; frames carry frequencies in 100 Hz. */
const frequencySchema = z.number().int().min(100_000_000).max(1_000_000_000).multipleOf(100);
/** A device of a dynamic region has so many channels at most. */
const CHANNELS_MAX = 16;

/** A device profile by its fields. */
export const profileFields = z.strictObject({
  name: nameSchema,
  region: z.enum(REGION_NAMES),
  supportsOtaa: z.boolean().default(true),
  deviceClass: z.enum(["A", "C"]).default("A"),
  adr: z.boolean().default(true),
  rx1DelayS: z.number().int().min(1).max(15).default(1),
  rx1DrOffset: z.number().int().min(0).max(7).default(0),
  rx2DataRate: z.number().int().min(0).max(15).nullable().default(null),
  rx2FrequencyHz: frequencySchema.nullable().default(null),
  counters32: z.boolean().default(true),
  copies: z.number().int().min(1).max(8).default(1),
  uplinkIntervalS: z.number().int().min(1).max(31_536_000).nullable().default(null),
  decoder: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("none") }),
      z.strictObject({ kind: z.literal("cayenne-lpp") }),
      z.strictObject({ kind: z.literal("javascript"), source: sourceSchema }),
    ])
    .default({ kind: "none" }),
  lorawanVersion: z.enum(LORAWAN_VERSIONS).default("1.0.3"),
  uplinkDwellTime: z
    .boolean()
    .nullable()
    .default(null)
    .describe("frames keep under 400 ms; null: the region's default"),
  downlinkDwellTime: z.boolean().nullable().default(null),
  maxEirpDbm: z.number().int().min(8).max(36).nullable().default(null).describe("null: the region's"),
  maxDutyCycle: z.number().int().min(0).max(15).nullable().default(null).describe("at most 1/2^n; null: never told"),
  rx1Frequencies: z
    .array(z.strictObject({ uplinkHz: frequencySchema, downlinkHz: frequencySchema }))
    .max(CHANNELS_MAX)
    .default([]),
});
type ProfileFields = z.output<typeof profileFields>;

/** A device profile as its owner writes it: what its region and its devices' version cannot do is refused by its field. */
export const profileSchema = profileFields.superRefine((profile, context) => {
  for (const { path, message } of profileFaults(profile))
    context.addIssue({ code: "custom", path: [...path], message });
});

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function* profileFaults(profile: ProfileFields): Generator<Fault> {
  const region = regionOf(profile.region);
  yield* txParamFaults(profile, region);
  const { rx1Frequencies } = profile;
  if (rx1Frequencies.length === 0) return;
  if (region.channelGroups.length > 0) {
    yield { path: ["rx1Frequencies"], message: `RX1 cannot be moved in ${region.name}` };
  } else if (!knows(profile.lorawanVersion, "1.0.2")) {
    yield { path: ["rx1Frequencies"], message: "RX1 can be moved from LoRaWAN 1.0.2 on" };
  }
  for (const [index, { uplinkHz, downlinkHz }] of rx1Frequencies.entries()) {
    if (!region.channels.some(({ frequencyHz }) => frequencyHz === uplinkHz)) {
      yield { path: ["rx1Frequencies", index, "uplinkHz"], message: `is no channel of ours in ${region.name}` };
    } else if (rx1Frequencies.findIndex((each) => each.uplinkHz === uplinkHz) < index) {
      yield { path: ["rx1Frequencies", index, "uplinkHz"], message: "was named before" };
    }
    if (region.maxDownlinkEirpDbm(downlinkHz) === null) {
      yield { path: ["rx1Frequencies", index, "downlinkHz"], message: `no gateway may send there in ${region.name}` };
    }
  }
}

function* txParamFaults(profile: ProfileFields, region: Region): Generator<Fault> {
  const { txParamSetup, rx2, dwellMinDataRate } = region;
  for (const field of ["uplinkDwellTime", "downlinkDwellTime", "maxEirpDbm"] as const) {
    if (profile[field] === null) continue;
    if (txParamSetup === null) yield { path: [field], message: `cannot be set in ${region.name}` };
    else if (!knows(profile.lorawanVersion, txParamSetup.since)) {
      yield { path: [field], message: `can be set in ${region.name} from LoRaWAN ${txParamSetup.since} on` };
    }
  }
  if (profile.downlinkDwellTime !== true || txParamSetup === null) return;
  if (!txParamSetup.limitsDownlinks) {
    yield { path: ["downlinkDwellTime"], message: `downlinks have no dwell time in ${region.name}` };
  } else if ((profile.rx2DataRate ?? rx2.dataRate) < dwellMinDataRate) {
    yield { path: ["rx2DataRate"], message: `must be at least ${dwellMinDataRate} under a downlink dwell time` };
  }
}
