import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Air, type AirRadio, type Emission, type Reception } from "./air.ts";
import { airtimeUs } from "./airtime.ts";
import { SUBURB, distanceLossDb, distanceM, sensitivityDbm, shadowingDb } from "./pathLoss.ts";
import { VirtualRadioTime } from "./radioTime.ts";

const SF7 = { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 } as const;
const SF12 = { kind: "lora", spreadingFactor: 12, bandwidthHz: 125_000 } as const;
const HERE = { latitude: 52.5, longitude: 13.4 };
const FLAT = { ...SUBURB, shadowingDb: 0 };
/** A degree of latitude is 111.2 km. */
const north = (meters: number) => ({ latitude: HERE.latitude + meters / 111_195, longitude: HERE.longitude });

function radio(id: string, position = HERE): AirRadio & { readonly heard: Reception[] } {
  const heard: Reception[] = [];
  return {
    id,
    position,
    antennaGainDb: 0,
    receiver: "sx1302",
    heard,
    listensTo: ({ inverted }) => !inverted,
    receive: (reception) => void heard.push(reception),
  };
}
const emission = (changes: Partial<Emission> = {}): Emission => ({
  payload: new Uint8Array(23),
  frequencyHz: 868_100_000,
  modulation: SF7,
  codingRate: "4/5",
  eirpDbm: 14,
  inverted: false,
  startUs: 0,
  ...changes,
});

test("what is farther away is never louder", () => {
  const meters = fc.double({ min: 0, max: 200_000, noNaN: true });
  fc.assert(
    fc.property(meters, meters, (a, b) => {
      const [near, far] = a < b ? [a, b] : [b, a];
      expect(distanceLossDb(FLAT, near, 868e6)).toBeLessThanOrEqual(distanceLossDb(FLAT, far, 868e6));
    }),
  );
  expect(distanceLossDb(FLAT, 40, 868_100_000)).toBeCloseTo(63.26, 1); // free space
  expect(distanceLossDb(FLAT, 4_000, 868e6) - distanceLossDb(FLAT, 400, 868e6)).toBeCloseTo(40);
  expect(distanceM(HERE, north(5_000))).toBeCloseTo(5_000, -1);
});

test("shadowing is the link's: the same both ways and each time, another by another seed", () => {
  expect(shadowingDb(SUBURB, "a", "b")).toBe(shadowingDb(SUBURB, "b", "a"));
  expect(shadowingDb(SUBURB, "a", "b")).not.toBe(shadowingDb({ ...SUBURB, seed: 2 }, "a", "b"));
  expect(shadowingDb(SUBURB, "a", "b")).not.toBe(shadowingDb(SUBURB, "a", "c"));
});

test("slower is heard farther, and twice the bandwidth costs 3 dB", () => {
  for (const receiver of ["sx1276", "sx1302"] as const)
    for (let factor = 8; factor <= 12; factor++)
      expect(sensitivityDbm(receiver, { ...SF7, spreadingFactor: factor })).toBeLessThan(
        sensitivityDbm(receiver, { ...SF7, spreadingFactor: factor - 1 }),
      );
  expect(sensitivityDbm("sx1276", { ...SF7, bandwidthHz: 250_000 })).toBeCloseTo(-120, 1);
});

test("airtime: the published figures for 23 bytes at 4/5", () => {
  expect(airtimeUs(SF7, "4/5", 23, true)).toBe(61_696);
  expect(airtimeUs({ ...SF7, spreadingFactor: 10 }, "4/5", 23, true)).toBe(370_688);
  expect(airtimeUs(SF12, "4/5", 23, true)).toBe(1_482_752);
});

describe("a transmission", () => {
  test("reaches, at its end, who is near enough for its spreading factor", () => {
    const time = new VirtualRadioTime();
    const air = new Air({ time, pathLoss: FLAT });
    const [sender, near, far] = [radio("sender"), radio("near", north(1_000)), radio("far", north(7_000))];
    for (const each of [sender, near, far]) air.join(each);
    air.transmit(sender, emission());
    time.runFor(61_695);
    expect(near.heard).toHaveLength(0);
    time.runFor(1);
    expect(near.heard).toHaveLength(1);
    expect([sender.heard.length, far.heard.length, air.counters.tooWeak]).toEqual([0, 0, 1]);
    air.transmit(sender, emission({ modulation: SF12, startUs: time.nowUs() }));
    time.runFor(2_000_000);
    expect(far.heard).toHaveLength(1);
    expect(far.heard[0]!.snrDb).toBeLessThan(near.heard[1]!.snrDb);
  });

  test("is not heard by who does not listen, or sends itself", () => {
    const time = new VirtualRadioTime();
    const air = new Air({ time, pathLoss: FLAT });
    const [a, b, c] = [radio("a"), radio("b"), radio("c")];
    for (const each of [a, b, c]) air.join(each);
    air.transmit(a, emission({ inverted: true }));
    time.runFor(100_000);
    expect([b.heard.length, c.heard.length]).toEqual([0, 0]);
    const at = { startUs: time.nowUs() };
    air.transmit(a, emission(at));
    air.transmit(b, emission({ ...at, frequencyHz: 868_300_000 }));
    time.runFor(100_000);
    expect([a.heard.length, b.heard.length, c.heard.length, air.counters.deafened]).toEqual([0, 0, 2, 2]);
  });

  test("is destroyed by an equal one only with collisions on, and only when they are about as strong", () => {
    for (const [collisions, otherAtM, heard] of [
      [false, 500, 2],
      [true, 500, 0],
      [true, 5_000, 1],
    ] as const) {
      const time = new VirtualRadioTime();
      const air = new Air({ time, pathLoss: FLAT, collisions });
      const [a, b, gateway] = [radio("a", north(-500)), radio("b", north(otherAtM)), radio("gateway")];
      for (const each of [a, b, gateway]) air.join(each);
      air.transmit(a, emission());
      air.transmit(b, emission());
      time.runFor(100_000);
      expect(gateway.heard).toHaveLength(collisions ? heard : 2);
    }
  });
});
