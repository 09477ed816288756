import { WayleaveError } from "@wayleave/core/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeCayenneLpp, encodeCayenneLpp } from "./cayenneLpp.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** @see https://docs.mydevices.com/docs/lorawan/cayenne-lpp, "Examples" */
const PUBLISHED: readonly [string, object][] = [
  ["03 67 01 10 05 67 00 FF", { temperature_3: 27.2, temperature_5: 25.5 }],
  ["01 67 FF D7", { temperature_1: -4.1 }],
  ["06 71 04 D2 FB 2E 00 00", { accelerometer_6: { x: 1.234, y: -1.234, z: 0 } }],
  ["01 88 06 76 5f f2 96 0a 00 03 e8", { gps_1: { latitude: 42.3519, longitude: -87.9094, altitude: 10 } }],
];

/** One of every other type, with a value that shows sign, width and step. */
const EVERY_TYPE: readonly [string, object][] = [
  ["01 00 64", { digital_in_1: 100 }],
  ["02 01 01", { digital_out_2: 1 }],
  ["03 02 FF FF", { analog_in_3: -0.01 }],
  ["04 03 01 2C", { analog_out_4: 3 }],
  ["05 64 FF FF FF FF", { generic_5: 4294967295 }],
  ["06 65 FF FF", { luminosity_6: 65535 }],
  ["07 66 01", { presence_7: 1 }],
  ["08 68 65", { relative_humidity_8: 50.5 }],
  ["09 73 27 95", { barometric_pressure_9: 1013.3 }],
  ["0A 74 01 4A", { voltage_10: 3.3 }],
  ["0B 75 FF FF", { current_11: 65.535 }],
  ["0C 76 33 BC A1 00", { frequency_12: 868000000 }],
  ["0D 78 64", { percentage_13: 100 }],
  ["0E 79 FF 9C", { altitude_14: -100 }],
  ["0F 7D 01 90", { concentration_15: 400 }],
  ["10 80 08 98", { power_16: 2200 }],
  ["11 82 00 00 04 D3", { distance_17: 1.235 }],
  ["12 83 00 01 E2 40", { energy_18: 123.456 }],
  ["13 84 01 0E", { direction_19: 270 }],
  ["14 85 FF FF FF FF", { unix_time_20: 4294967295 }],
  ["15 86 00 64 FF 9C 00 01", { gyrometer_21: { x: 1, y: -1, z: 0.01 } }],
  ["16 87 FF 80 00", { colour_22: { r: 255, g: 128, b: 0 } }],
  ["FF 8E 01", { switch_255: 1 }],
];

describe("CayenneLPP", () => {
  test.for([...PUBLISHED, ...EVERY_TYPE])("%s", ([payload, object]) => {
    expect(decodeCayenneLpp(hex(payload))).toEqual(object);
    expect(encodeCayenneLpp({ ...object })).toEqual(hex(payload));
  });

  test("nothing is an empty object, and a view into a larger buffer is read at its place", () => {
    expect(decodeCayenneLpp(new Uint8Array())).toEqual({});
    expect(decodeCayenneLpp(hex("FFFF 03670110 FF").subarray(2, 6))).toEqual({ temperature_3: 27.2 });
  });

  test.for([
    ["03 67 01 10 05", "cayenne-truncated", 4, null],
    ["03 67 01 10 05 67", "cayenne-truncated", 4, 103],
    ["03 67 01 10 05 67 00", "cayenne-truncated", 4, 103],
    ["01 88 06 76 5f f2 96 0a 00 03", "cayenne-truncated", 0, 136],
    ["03 67 01 10 05 F0 00", "cayenne-unknown-type", 4, 240],
  ] as const)("%s is refused as %s at byte %i", ([payload, code, offset, type]) => {
    expect(failureOf(() => decodeCayenneLpp(hex(payload)))).toMatchObject({ code, facts: { offset, type } });
  });

  test.for([
    [{ humidity_1: 1 }, "humidity_1"],
    [{ temperature: 1 }, "temperature"],
    [{ temperature_256: 1 }, "temperature_256"],
    [{ temperature_1: "hot" }, "temperature_1"],
    [{ temperature_1: Number.NaN }, "temperature_1"],
    [{ temperature_1: 3276.8 }, "temperature_1"],
    [{ relative_humidity_1: -1 }, "relative_humidity_1"],
    [{ gps_1: { latitude: 1, longitude: 2 } }, "gps_1.altitude"],
    [{ gps_1: null }, "gps_1"],
    [{ __proto___1: 1 }, "__proto___1"],
  ] as const)("%j is not written: %s", ([object, field]) => {
    expect(failureOf(() => encodeCayenneLpp(object))).toMatchObject({ code: "cayenne-bad-value", facts: { field } });
  });

  test("no bytes do anything but decode or fail by name, and what decodes comes back", () => {
    const records = fc.array(fc.constantFrom(...PUBLISHED, ...EVERY_TYPE), { maxLength: 6 });
    const near = fc
      .tuple(records, fc.uint8Array({ maxLength: 12 }))
      .map(([rows, tail]) => Uint8Array.from([...rows.flatMap(([payload]) => [...hex(payload)]), ...tail]));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 255 })), (payload) => {
        let object;
        try {
          object = decodeCayenneLpp(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(WayleaveError);
          return;
        }
        expect(decodeCayenneLpp(encodeCayenneLpp(object))).toEqual(object);
      }),
      { numRuns: 2000 },
    );
  });
});

function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}
