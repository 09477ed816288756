/**
 * Cayenne Low Power Payload: what many sensors send, as (channel, type, value) records that need no description.
 *
 * Names are flat, as The Things Stack shows them: `temperature_3` is the temperature of channel 3. Of several records with
 * one channel and type the last counts, as there. Digital values and switches are numbers.
 * @see myDevices, "Cayenne Low Power Payload", and the types that ElectronicCats/CayenneLPP added
 */
import { WayleaveError } from "@wayleave/core/errors";

/** Read as one big-endian integer each; `perUnit` steps make one of the unit. */
interface Field {
  readonly bytes: 1 | 2 | 3 | 4;
  readonly signed: boolean;
  readonly perUnit: number;
}
interface LppType {
  readonly type: number;
  /** Without the channel. */
  readonly name: string;
  /** One unnamed field for a number, named ones for an object. */
  readonly fields: readonly (Field & { readonly key: string })[];
}

export type LppValue = number | Readonly<Record<string, number>>;
/** By `name_channel`. */
export type LppObject = Readonly<Record<string, LppValue>>;

const CHANNEL_MAX = 255;

const number = (type: number, name: string, bytes: Field["bytes"], signed: boolean, perUnit: number): LppType => {
  return { type, name, fields: [{ key: "", bytes, signed, perUnit }] };
};
const triple = (type: number, name: string, keys: readonly string[], field: Field): LppType => {
  return { type, name, fields: keys.map((key) => ({ ...field, key })) };
};
const XYZ = ["x", "y", "z"];

const TYPES: readonly LppType[] = [
  number(0, "digital_in", 1, false, 1),
  number(1, "digital_out", 1, false, 1),
  number(2, "analog_in", 2, true, 100),
  number(3, "analog_out", 2, true, 100),
  number(100, "generic", 4, false, 1),
  number(101, "luminosity", 2, false, 1),
  number(102, "presence", 1, false, 1),
  number(103, "temperature", 2, true, 10),
  number(104, "relative_humidity", 1, false, 2),
  triple(113, "accelerometer", XYZ, { bytes: 2, signed: true, perUnit: 1000 }),
  number(115, "barometric_pressure", 2, false, 10),
  number(116, "voltage", 2, false, 100),
  number(117, "current", 2, false, 1000),
  number(118, "frequency", 4, false, 1),
  number(120, "percentage", 1, false, 1),
  number(121, "altitude", 2, true, 1),
  number(125, "concentration", 2, false, 1),
  number(128, "power", 2, false, 1),
  number(130, "distance", 4, false, 1000),
  number(131, "energy", 4, false, 1000),
  number(132, "direction", 2, false, 1),
  number(133, "unix_time", 4, false, 1),
  triple(134, "gyrometer", XYZ, { bytes: 2, signed: true, perUnit: 100 }),
  triple(135, "colour", ["r", "g", "b"], { bytes: 1, signed: false, perUnit: 1 }),
  {
    type: 136,
    name: "gps",
    fields: [
      { key: "latitude", bytes: 3, signed: true, perUnit: 10_000 },
      { key: "longitude", bytes: 3, signed: true, perUnit: 10_000 },
      { key: "altitude", bytes: 3, signed: true, perUnit: 100 },
    ],
  },
  number(142, "switch", 1, false, 1),
];
const BY_TYPE = new Map(TYPES.map((row) => [row.type, row]));
const BY_NAME = new Map(TYPES.map((row) => [row.name, row]));

/**
 * Reads a whole payload.
 *
 * @param payload - hostile.
 * @throws WayleaveError `cayenne-truncated` or `cayenne-unknown-type`, with the record's `offset` and `type`. An unknown
 *   type ends it: its length is not known, so nothing behind it can be.
 */
export function decodeCayenneLpp(payload: Uint8Array): LppObject {
  const object: Record<string, LppValue> = {};
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let offset = 0;
  while (offset < payload.length) {
    const channel = view.getUint8(offset);
    if (offset + 1 >= payload.length) throw truncated(offset, null, 2, 1);
    const type = view.getUint8(offset + 1);
    const row = BY_TYPE.get(type);
    if (row === undefined) {
      throw new WayleaveError("cayenne-unknown-type", `byte ${offset + 1} is no CayenneLPP type: ${type}`, {
        offset,
        type,
        channel,
      });
    }
    const end = offset + 2 + bytesOf(row);
    if (end > payload.length) throw truncated(offset, row, end - offset, payload.length - offset);
    object[`${row.name}_${channel}`] = valueAt(view, offset + 2, row);
    offset = end;
  }
  return object;
}

/**
 * Writes records in the object's order, values rounded to the type's step. What {@link decodeCayenneLpp} gave comes back
 * as the same bytes when no channel and type came twice.
 *
 * @param object - a customer's: hostile.
 * @throws WayleaveError `cayenne-bad-value` with the `field`: an unknown name, a channel above 255, no number or one that
 *   the type cannot hold.
 */
export function encodeCayenneLpp(object: Readonly<Record<string, unknown>>): Uint8Array {
  const bytes: number[] = [];
  for (const [field, value] of Object.entries(object)) {
    const { row, channel } = nameOf(field);
    bytes.push(channel, row.type);
    for (const part of row.fields) {
      const path = part.key === "" ? field : `${field}.${part.key}`;
      const given = part.key === "" ? value : partOf(value, part.key, field);
      bytes.push(...stepsOf(given, part, path));
    }
  }
  return Uint8Array.from(bytes);
}

function valueAt(view: DataView, offset: number, row: LppType): LppValue {
  const values: Record<string, number> = {};
  let at = offset;
  for (const field of row.fields) {
    let steps = 0;
    for (let place = 0; place < field.bytes; place += 1) steps = steps * 256 + view.getUint8(at + place);
    const span = 256 ** field.bytes;
    const value = (field.signed && steps >= span / 2 ? steps - span : steps) / field.perUnit;
    if (field.key === "") return value;
    values[field.key] = value;
    at += field.bytes;
  }
  return values;
}

function stepsOf(value: unknown, field: Field, path: string): number[] {
  if (typeof value !== "number" || !Number.isFinite(value)) throw badValue(path, `${path} is to be a number`);
  const steps = Math.round(value * field.perUnit);
  const span = 256 ** field.bytes;
  const min = field.signed ? -span / 2 : 0;
  const max = field.signed ? span / 2 - 1 : span - 1;
  if (steps < min || steps > max) {
    throw badValue(path, `${path} is to be between ${min / field.perUnit} and ${max / field.perUnit}`);
  }
  const unsigned = steps < 0 ? steps + span : steps;
  return Array.from(
    { length: field.bytes },
    (_, place) => Math.floor(unsigned / 256 ** (field.bytes - 1 - place)) % 256,
  );
}

function nameOf(field: string): { readonly row: LppType; readonly channel: number } {
  const match = /^([a-z_]{1,32})_(\d{1,3})$/.exec(field);
  const row = BY_NAME.get(match?.[1] ?? "");
  const channel = Number(match?.[2]);
  if (row === undefined) throw badValue(field, `${field} is not a CayenneLPP type and channel, like temperature_3`);
  if (channel > CHANNEL_MAX) throw badValue(field, `${field} has a channel above ${CHANNEL_MAX}`);
  return { row, channel };
}

function partOf(value: unknown, key: string, field: string): unknown {
  if (typeof value !== "object" || value === null) throw badValue(field, `${field} is to be an object with ${key}`);
  return (value as Readonly<Record<string, unknown>>)[key];
}

function bytesOf(row: LppType): number {
  return row.fields.reduce((sum, field) => sum + field.bytes, 0);
}

function truncated(offset: number, row: LppType | null, neededBytes: number, leftBytes: number): WayleaveError {
  const what = row === null ? "a record" : `a record of ${row.name} (type ${row.type})`;
  return new WayleaveError(
    "cayenne-truncated",
    `${what} at byte ${offset} needs ${neededBytes} bytes, ${leftBytes} are left`,
    { offset, type: row?.type ?? null, neededBytes, leftBytes },
  );
}

function badValue(field: string, message: string): WayleaveError {
  return new WayleaveError("cayenne-bad-value", message, { field: field.slice(0, 64) });
}
