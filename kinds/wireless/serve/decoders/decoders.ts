import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { decodeCayenneLpp, encodeCayenneLpp } from "../../model/cayenneLpp.ts";
import type { DeviceProfile } from "../../model/device.ts";
import { DecoderPool } from "./decoderPool.ts";
import type { CallResult, DecoderFault, DecoderLimits } from "./decoderProtocol.ts";

/** A script with its comments; a profile's source beyond this is refused where it is registered. */
export const DECODER_SOURCE_CHARS_MAX = 64 * 1024;
/** What an application gives to be encoded. */
const OBJECT_CHARS_MAX = 16 * 1024;
/** Warnings and errors of one call that are shown. */
const NOTES_MAX = 10;
const NOTE_CHARS_MAX = 500;
/** The largest FRMPayload of any region and data rate. */
const PAYLOAD_BYTES_MAX = 242;

export interface Decoded {
  /** JSON; null when there is no decoder or it failed. */
  readonly object: unknown;
  /** Also warnings, as `decoder-warning`. */
  readonly errors: readonly DecoderFault[];
}
export interface Encoded {
  readonly bytes: Uint8Array | null;
  /** What the script chose, else what was asked for. */
  readonly fPort: number;
  readonly errors: readonly DecoderFault[];
}
type Codec = Pick<DeviceProfile, "id" | "decoder">;

// Lenient about what does not matter: a script that returns no warnings, or one text instead of a list, still works.
const notesSchema = z
  .union([z.array(z.unknown()), z.string().transform((one) => [one])])
  .nullish()
  .catch(null);
const decodedSchema = z.object({ data: z.unknown(), warnings: notesSchema, errors: notesSchema });
const encodedSchema = z.object({
  bytes: z.array(z.int().min(-128).max(255)).max(PAYLOAD_BYTES_MAX).nullish(),
  fPort: z.int().min(1).max(223).nullish().catch(null),
  warnings: notesSchema,
  errors: notesSchema,
});

/**
 * What payloads mean, by each device profile's decoder: none, CayenneLPP, or a script in the conventions of The Things
 * Stack and ChirpStack v4 (`decodeUplink({bytes, fPort, recvTime})` → `{data, warnings, errors}`, `encodeDownlink({data})`
 * → `{bytes, fPort}`), ChirpStack v3 (`Decode(fPort, bytes)`, `Encode(fPort, object)`) or TTN v2 (`Decoder(bytes, port)`).
 *
 * Scripts are hostile. Nothing here throws or rejects: what went wrong is in `errors`, by code.
 */
export class Decoders {
  readonly #pool: DecoderPool;
  readonly #clock: Clock;

  constructor(deps: { readonly clock: Clock; readonly log: Logger }, limits: Partial<DecoderLimits> = {}) {
    this.#clock = deps.clock;
    this.#pool = new DecoderPool(deps, limits);
  }

  /** Workers that were replaced because of a script. */
  get replaced(): number {
    return this.#pool.replaced;
  }

  async decode(profile: Codec, fPort: number, bytes: Uint8Array, receivedAtMs = this.#clock.now()): Promise<Decoded> {
    const { decoder } = profile;
    if (decoder.kind === "none") return { object: null, errors: [] };
    if (decoder.kind === "cayenne-lpp") {
      try {
        return { object: decodeCayenneLpp(bytes), errors: [] };
      } catch (error) {
        return { object: null, errors: [faultOf(error)] };
      }
    }
    const input = { direction: "up", fPort, bytes, recvTimeMs: Math.floor(receivedAtMs) } as const;
    const result = parsed(decodedSchema, await this.#pool.call(profile.id, decoder.source, input));
    if ("code" in result) return { object: null, errors: [result] };
    const errors = notes("decoder-error", result.errors);
    const warnings = notes("decoder-warning", result.warnings);
    return { object: errors.length > 0 ? null : (result.data ?? null), errors: [...errors, ...warnings] };
  }

  /** @param object - a customer's: hostile. */
  async encode(profile: Codec, fPort: number, object: unknown): Promise<Encoded> {
    const { decoder } = profile;
    const failed = (fault: DecoderFault): Encoded => ({ bytes: null, fPort, errors: [fault] });
    if (decoder.kind === "none") {
      return failed({ code: "encoder-missing", message: "The device's profile has no decoder that could encode" });
    }
    if (decoder.kind === "cayenne-lpp") {
      try {
        const bytes = encodeCayenneLpp(objectSchema.parse(object));
        if (bytes.length <= PAYLOAD_BYTES_MAX) return { bytes, fPort, errors: [] };
        return failed({ code: "encoder-result-too-large", message: `More than ${PAYLOAD_BYTES_MAX} bytes` });
      } catch (error) {
        return failed(faultOf(error));
      }
    }
    const json = jsonOf(object);
    if (json === null) return failed({ code: "encoder-input-invalid", message: "The object is no JSON or too large" });
    const called = await this.#pool.call(profile.id, decoder.source, { direction: "down", fPort, json });
    const result = parsed(encodedSchema, called);
    if ("code" in result) return failed(result);
    const errors = notes("decoder-error", result.errors);
    if (errors.length === 0 && !result.bytes) errors.push({ code: "encoder-result-invalid", message: "No bytes" });
    const bytes = errors.length === 0 ? Uint8Array.from(result.bytes!, (byte) => byte & 0xff) : null;
    const warnings = notes("decoder-warning", result.warnings);
    return { bytes, fPort: result.fPort ?? fPort, errors: [...errors, ...warnings] };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

const objectSchema = z.record(z.string(), z.unknown());

function parsed<T extends object>(schema: z.ZodType<T>, result: CallResult): T | DecoderFault {
  if ("fault" in result) return result.fault;
  // `JSON.parse` makes `__proto__` an own property: nothing of the script's naming reaches a prototype.
  const found = schema.safeParse(JSON.parse(result.json));
  if (found.success) return found.data;
  const { path, message } = found.error.issues[0]!;
  return { code: "decoder-result-invalid", message: `${path.map(String).join(".") || "The result"}: ${message}` };
}

function notes(code: string, found: readonly unknown[] | null | undefined): DecoderFault[] {
  const text = (note: unknown) => (typeof note === "string" ? note : (JSON.stringify(note) ?? ""));
  return (found ?? []).slice(0, NOTES_MAX).map((note) => ({ code, message: text(note).slice(0, NOTE_CHARS_MAX) }));
}

function faultOf(error: unknown): DecoderFault {
  if (error instanceof WayleaveError) return { code: error.code, message: error.message };
  return { code: "encoder-input-invalid", message: "The object is not as this encoder needs it" };
}

function jsonOf(object: unknown): string | null {
  try {
    const json = JSON.stringify(object) as string | undefined;
    return json === undefined || json.length > OBJECT_CHARS_MAX ? null : json;
  } catch {
    return null;
  }
}
