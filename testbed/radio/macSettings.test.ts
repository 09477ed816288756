import type { DeviceProfile, RegionName } from "@wayleave/kind-wireless/model/device";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EndDeviceOptions } from "./endDeviceOptions.ts";
import { networkWorld } from "./testing/networkWorld.ts";

/** What a device profile wants of a device by MAC commands alone, and what that means for both sides' windows. */

const hello = { payload: Buffer.from("hi"), fPort: 7 };
const MOVED = {
  rx1Frequencies: [
    { uplinkHz: 868_100_000, downlinkHz: 869_525_000 },
    { uplinkHz: 867_100_000, downlinkHz: 867_900_000 },
    { uplinkHz: 867_300_000, downlinkHz: 868_500_000 },
    { uplinkHz: 867_900_000, downlinkHz: 867_100_000 },
  ],
};

async function send(world: ReturnType<typeof networkWorld>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await world.pass(world.device.send({ ...hello, confirmed: true }));
    await world.rest(3);
  }
}

test("a device's duty cycle is the profile's, and it keeps it", async () => {
  const world = networkWorld("EU868", { maxDutyCycle: 6, adr: false }, { dataRate: 0, adr: false });
  await world.pass(world.device.join());
  await send(world, 2);
  expect(world.device.settings.maxDutyCycle).toBe(6);
  expect(world.book.session(world.devEui)!.mac).toMatchObject({ maxDutyCycle: 6, pending: [] });
  const begun = world.device.counters.transmissions;
  for (let i = 0; i < 5; i++) void world.device.send(hello);
  // A frame of SF12 takes 1.2 s: after each there are 73 s of silence.
  await world.rest(200);
  expect(world.device.counters.transmissions - begun).toBeLessThanOrEqual(3);
  world.setProfile({ maxDutyCycle: 0 });
  await world.rest(390);
  await send(world, 1);
  expect(world.device.settings.maxDutyCycle).toBe(0);
});

test("RX1 is where the profile wants it, channel by channel, and comes back", async () => {
  const world = networkWorld("EU868", MOVED);
  await world.pass(world.device.join());
  await send(world, 20);
  const moved = Object.fromEntries(world.device.settings.downlinkHz);
  expect(moved).toEqual({ 0: 869_525_000, 3: 867_900_000, 4: 868_500_000, 7: 867_100_000 });
  expect(world.sent.some(({ frequencyHz }) => frequencyHz === 869_525_000)).toBe(true);
  world.setProfile({ rx1Frequencies: [] });
  await send(world, 12);
  const settings = world.device.settings;
  for (const [channel, hz] of settings.downlinkHz) expect(hz).toBe(settings.channels[channel]!.frequencyHz);
  expect(world.missed).toEqual([]);
  expect(world.events.errors()).toEqual([]);
});

describe("AS923", () => {
  const fast = { payload: Buffer.from("hi"), fPort: 7, confirmed: true };
  test.for([true, false])(
    "a device that begins with a downlink dwell time of %s is asked once, and heard",
    async (on) => {
      const world = networkWorld("AS923", {}, { downlinkDwell: on });
      await world.pass(world.device.join());
      expect(world.book.session(world.devEui)!.mac.tx.downlinkDwellTime).toBeNull();
      await send(world, 3);
      const { mac } = world.book.session(world.devEui)!;
      expect(mac.tx).toEqual({ uplinkDwellTime: true, downlinkDwellTime: false, maxEirpIndex: 5 });
      expect(world.device.settings).toMatchObject({ uplinkDwell: true, downlinkDwell: false, maxEirpDbm: 16 });
      expect(world.missed).toEqual([]);
    },
  );

  test("where it is law, no frame to the device is longer than 400 ms, the join accept neither", async () => {
    const world = networkWorld("AS923", { downlinkDwellTime: true, adr: false }, { downlinkDwell: false, adr: false });
    expect(await world.pass(world.device.join())).toBe(true);
    world.queue.add({ id: "long", devEui: world.devEui, fPort: 9, data: Buffer.alloc(12), confirmed: false });
    world.queue.add({
      id: "short",
      devEui: world.devEui,
      fPort: 9,
      data: Buffer.from("11 bytes ok"),
      confirmed: false,
    });
    await send(world, 8);
    expect(world.device.settings.downlinkDwell).toBe(true);
    expect(world.received).toEqual(["11 bytes ok"]);
    expect(world.events.errors()).toEqual(["downlink-too-large"]);
    // Channels that did not fit the join accept were told afterwards.
    expect(world.device.settings.channels).toHaveLength(7);
    for (const { startUs, endUs } of world.sent) expect(endUs - startUs).toBeLessThanOrEqual(400_000);
    expect(world.missed).toEqual([]);
  });

  test("a downlink too long for what is known waits until the device has told, and is not dropped", async () => {
    const world = networkWorld("AS923", { adr: false }, { adr: false });
    await world.pass(world.device.join());
    const text = "longer than eleven bytes";
    world.queue.add({ id: "long", devEui: world.devEui, fPort: 9, data: Buffer.from(text), confirmed: false });
    await send(world, 3);
    expect(world.received).toEqual([text]);
    expect(world.events.errors()).toEqual([]);
  });

  test.for([true, false])(
    "a slow device whose downlink dwell time is %s is reached and asked all the same",
    async (downlinkDwell) => {
      const slow = { downlinkDwell, uplinkDwell: false, dataRate: 0, adr: false };
      const world = networkWorld("AS923", { uplinkDwellTime: false, adr: false }, slow);
      await world.pass(world.device.join());
      await send(world, 4);
      expect(world.device.settings).toMatchObject({ uplinkDwell: false, downlinkDwell: false });
      expect(world.book.session(world.devEui)!.mac.pending).toEqual([]);
      expect(world.missed).toEqual([]);
    },
  );

  test("a slow device that did not hear that both dwell times turn is still met where it listens", async () => {
    let lose = false;
    const air = { uplink: () => false, downlink: () => lose };
    const first = { uplinkDwellTime: false, downlinkDwellTime: true, adr: false };
    const slow = { uplinkDwell: false, downlinkDwell: false, dataRate: 0, adr: false, confirmedTriesMax: 1 };
    const world = networkWorld("AS923", first, slow, air);
    await world.pass(world.device.join());
    await send(world, 4);
    expect(world.device.settings).toMatchObject({ uplinkDwell: false, downlinkDwell: true, dataRate: 0 });
    world.setProfile({ uplinkDwellTime: true, downlinkDwellTime: false });
    lose = true;
    await send(world, 1);
    lose = false;
    await send(world, 3);
    expect(world.missed).toEqual([]);
    expect(world.device.settings).toMatchObject({ uplinkDwell: true, downlinkDwell: false });
  });

  test("a device of 1.0.1 is not asked, and its windows are those that are sure", async () => {
    const world = networkWorld("AS923", { lorawanVersion: "1.0.1", rx1DrOffset: 1 }, { downlinkDwell: true });
    await world.pass(world.device.join());
    for (let i = 0; i < 5; i++) expect(await world.pass(world.device.send(fast))).toMatchObject({ acknowledged: true });
    expect(world.book.session(world.devEui)!.mac.tx.downlinkDwellTime).toBeNull();
    expect(world.missed).toEqual([]);
  });
});

test("AU915: dwell time and power are asked only where a profile wants them otherwise", async () => {
  const quiet = networkWorld("AU915", { adr: false }, { adr: false });
  await quiet.pass(quiet.device.join());
  await send(quiet, 2);
  expect(quiet.device.settings).toMatchObject({ uplinkDwell: true, downlinkDwell: false, maxEirpDbm: 30 });
  const world = networkWorld("AU915", { uplinkDwellTime: false, maxEirpDbm: 25 });
  await world.pass(world.device.join());
  await send(world, 3);
  expect(world.device.settings).toMatchObject({ uplinkDwell: false, downlinkDwell: false, maxEirpDbm: 24 });
  expect(world.book.session(world.devEui)!.mac.tx).toMatchObject({ uplinkDwellTime: false, maxEirpIndex: 9 });
  expect(world.missed).toEqual([]);
});

/** As many as a request has tries, less one: all is told in the end. */
const LOSSES_MAX = 7;

describe("whatever is lost", () => {
  /** What a profile says first, and then; and the device. */
  const CASES: readonly (readonly [
    RegionName,
    Partial<DeviceProfile>,
    Partial<DeviceProfile>,
    Partial<EndDeviceOptions>,
  ])[] = [
    ["EU868", { rx1DrOffset: 1 }, { ...MOVED, maxDutyCycle: 1, rx1DelayS: 2 }, {}],
    ["EU868", MOVED, { rx1Frequencies: MOVED.rx1Frequencies.slice(1), maxDutyCycle: 0 }, { lorawanVersion: "1.0.4" }],
    // Without ADR they stay at DR2, of which an offset makes DR0 or not, by the dwell time.
    ["AS923", { rx1DrOffset: 2, adr: false }, { downlinkDwellTime: true }, { downlinkDwell: false, adr: false }],
    ["AS923", { downlinkDwellTime: true, rx1DrOffset: 3 }, { downlinkDwellTime: false, uplinkDwellTime: false }, {}],
    ["AS923", { rx1DrOffset: 2, maxEirpDbm: 14 }, { downlinkDwellTime: true }, { lorawanVersion: "1.0.4" }],
    // Both ways at once, with a device slow enough for the uplink's to be seen.
    [
      "AS923",
      { uplinkDwellTime: false, downlinkDwellTime: true, adr: false },
      { uplinkDwellTime: true, downlinkDwellTime: false },
      { adr: false, uplinkDwell: false, downlinkDwell: false, dataRate: 0 },
    ],
    ["AU915", { rx1DrOffset: 1 }, { uplinkDwellTime: false, maxEirpDbm: 20 }, {}],
  ];
  test.for(CASES)("in %s, from %j to %j, nothing is sent past the device, and all is set in the end", async (one) => {
    const [region, first, then, options] = one;
    const profile = { ...first, ...then };
    const lost = fc.record({
      up: fc.array(fc.boolean(), { maxLength: 20 }),
      down: fc.array(fc.boolean(), { maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(lost, fc.nat(8), async (plan, changeAt) => {
        let count = 0;
        // Frame by frame: an answer of its own is lost too.
        const loses = (frames: readonly boolean[]) => {
          let at = 0;
          return (): boolean => frames[at++] === true && ++count <= LOSSES_MAX;
        };
        const air = { uplink: loses(plan.up), downlink: loses(plan.down) };
        const world = networkWorld(region, first, { ...options, confirmedTriesMax: 1 }, air);
        while (!(await world.pass(world.device.join())));
        await send(world, changeAt);
        world.setProfile(profile);
        await send(world, 22);
        // ADR may have asked something at the last moment.
        await world.rest(15);
        const { mac } = world.book.session(world.devEui)!;
        expect(world.missed).toEqual([]);
        expect(mac.pending).toEqual([]);
        expect(mac.refused).toEqual([]);
        const { uplinkDwell, downlinkDwell, downlinkHz, maxDutyCycle } = world.device.settings;
        expect([mac.tx.uplinkDwellTime, mac.tx.downlinkDwellTime]).toEqual([uplinkDwell, downlinkDwell]);
        const moved = new Map(mac.rx1Moved.map(({ channel, frequencyHz }) => [channel, frequencyHz]));
        expect(moved).toEqual(new Map([...downlinkHz].sort()));
        for (const [channel, hz] of downlinkHz) {
          const { frequencyHz: uplinkHz } = world.device.settings.channels[channel]!;
          const wanted = profile.rx1Frequencies?.find((each) => each.uplinkHz === uplinkHz)?.downlinkHz;
          expect(hz).toBe(wanted ?? uplinkHz);
        }
        expect(downlinkHz.size).toBeGreaterThanOrEqual(profile.rx1Frequencies?.length ?? 0);
        expect(maxDutyCycle).toBe(profile.maxDutyCycle ?? 0);
      }),
      { numRuns: 20 },
    );
  });
});
