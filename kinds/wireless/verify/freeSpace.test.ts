import fc from "fast-check";
import { greatCircleDistance, gridDisk, latLngToCell } from "h3-js";
import { describe, expect, test } from "vitest";
import { distanceM, freeSpaceLossMilliDb, gridDistanceAt, placeOf } from "./freeSpace.ts";

const steps = ([latitude, longitude]: readonly [number, number]) => {
  return { latitude: Math.round(latitude * 1e7), longitude: Math.round(longitude * 1e7) };
};

describe("free space", () => {
  test("distances are the haversine's to a metre, up to 1,000 km", () => {
    const latitude = fc.double({ min: -85, max: 85, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    const offset = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(latitude, longitude, offset, offset, (lat, lng, north, east) => {
        const [a, b] = [[lat, lng] as const, [lat + north, lng + east] as const];
        // h3-js reckons with a radius of 6,371.0072 km, we with the mean one.
        const expected = greatCircleDistance([...a], [...b], "m") * (6_371_008.8 / 6_371_007.180918475);
        expect(Math.abs(distanceM(steps(a), steps(b)) - expected)).toBeLessThan(1.1);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what is far stays far", () => {
    expect(distanceM(steps([52, 13]), steps([-52, -167]))).toBeGreaterThan(10_000_000);
  });

  test("path loss is 20·log10(4πdf/c), at most 0.003 dB below", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 400_000_000, max: 2_500_000_000 }),
        (d, f) => {
          const exact = 20_000 * Math.log10((4 * Math.PI * d * f) / 2.998e8);
          const short = exact - Number(freeSpaceLossMilliDb(d, f));
          expect(short).toBeGreaterThanOrEqual(0);
          expect(short).toBeLessThan(3);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(freeSpaceLossMilliDb(1_000, 868_100_000)).toBe(91_218n);
  });

  test("grid distance is counted at the asked resolution; null when H3 cannot tell", () => {
    const cell = latLngToCell(52.52, 13.405, 11);
    const ring = gridDisk(cell, 8).at(-1)!;
    expect(gridDistanceAt(BigInt(`0x${cell}`), BigInt(`0x${ring}`), 11)).toBe(8);
    expect(gridDistanceAt(BigInt(`0x${cell}`), BigInt(`0x${latLngToCell(-33, 151, 12)}`), 11)).toBeNull();
    const place = placeOf(BigInt(`0x${cell}`));
    expect(distanceM(place, steps([52.52, 13.405]))).toBeLessThan(30);
  });
});
