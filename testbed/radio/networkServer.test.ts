import { REGION_NAMES } from "@wayleave/kind-wireless/model/device";
import { describe, expect, test } from "vitest";
import { networkWorld } from "./testing/networkWorld.ts";

/** The network server against end devices that share no code with it, over the simulated air. */

const hello = { payload: Buffer.from("hello"), fPort: 7 };

describe.for(REGION_NAMES)("%s", (region) => {
  test("a device joins, is acknowledged at its first try, hears its downlink and is set up as the network believes", async () => {
    const { device, devEui, book, queue, events, received, pass, rest } = networkWorld(region);
    expect(await pass(device.join())).toBe(true);
    queue.add({ id: "one", devEui, fPort: 9, data: Buffer.from("to you"), confirmed: false });
    for (let i = 0; i < 30; i++) {
      const outcome = await pass(device.send({ ...hello, confirmed: i % 3 === 0 }));
      if (i % 3 === 0) expect(outcome).toMatchObject({ acknowledged: true, transmissions: 1 });
      await rest(3);
    }
    expect(received).toEqual(["to you"]);
    const ups = events.of("up").filter(({ fPort }) => fPort === 7);
    expect(ups.map(({ data }) => Buffer.from(data, "base64").toString())).toEqual(Array(30).fill("hello"));
    expect(events.of("join")).toHaveLength(1);
    expect(events.errors()).toEqual([]);
    const { mac } = book.session(devEui)!;
    const { settings } = device;
    const { dataRate, txPower, nbTrans, rx1DelayS, rx1DrOffset, rx2DataRate, rx2FrequencyHz } = settings;
    const enabled = settings.enabled.flatMap((on, index) => (on && settings.channels[index] ? [index] : []));
    expect({ dataRate, txPower, nbTrans, rx1DelayS, rx1DrOffset, rx2DataRate, rx2FrequencyHz, enabled }).toEqual({
      ...{ dataRate: mac.dataRate, txPower: mac.txPower, nbTrans: mac.nbTrans, rx1DelayS: mac.rx1DelayS },
      ...{ rx1DrOffset: mac.rx1DrOffset, rx2DataRate: mac.rx2DataRate, rx2FrequencyHz: mac.rx2FrequencyHz },
      enabled: [...mac.channels],
    });
    // So near, ADR leaves no data rate or power to save.
    expect(dataRate).toBeGreaterThanOrEqual(region === "US915" ? 3 : 5);
    expect(mac.pending).toEqual([]);
  });
});

test("the profile's windows are those the device opens", async () => {
  const profile = { rx1DelayS: 3, rx1DrOffset: 2, rx2DataRate: 3 };
  const { device, events, pass } = networkWorld("EU868", profile);
  expect(await pass(device.join())).toBe(true);
  for (let i = 0; i < 3; i++)
    expect(await pass(device.send({ ...hello, confirmed: true }))).toMatchObject({
      acknowledged: true,
      transmissions: 1,
    });
  expect(device.settings).toMatchObject(profile);
  expect(device.counters.rx1).toBeGreaterThanOrEqual(4);
  expect(events.errors()).toEqual([]);
});

test("class C hears a confirmed downlink between uplinks, and its acknowledgement is known", async () => {
  const { device, devEui, server, queue, events, received, pass, rest } = networkWorld(
    "EU868",
    { deviceClass: "C" },
    { deviceClass: "C" },
  );
  await pass(device.join());
  await pass(device.send(hello));
  await rest(10);
  queue.add({ id: "now", devEui, fPort: 9, data: Buffer.from("at once"), confirmed: true });
  server.sendNow(devEui);
  await rest(15);
  expect(received).toEqual(["at once"]);
  expect(events.of("ack")).toMatchObject([{ downlinkId: "now", acknowledged: true }]);
});

test("it asks for a link check and for the time, and is told", async () => {
  const { device, pass } = networkWorld("EU868");
  await pass(device.join());
  await pass(device.send({ ...hello, linkCheck: true, deviceTime: true }));
  expect(device.answers.linkCheck).toMatchObject({ gateways: 1 });
  expect(device.answers.linkCheck!.marginDb).toBeGreaterThan(10);
  // GPS time began on 1980-01-06 and has had 18 leap seconds since.
  const gpsS = 1_800_000_000 - 315_964_800 + 18;
  expect(device.answers.deviceTimeS! - gpsS).toBeGreaterThan(0);
  expect(device.answers.deviceTimeS! - gpsS).toBeLessThan(20);
});

test("a used DevNonce is refused, a new one lets it in again", async () => {
  const nonces = [5, 5, 6];
  const { device, pass } = networkWorld("EU868", {}, { nextDevNonce: () => nonces.shift()! });
  expect(await pass(device.join())).toBe(true);
  expect(await pass(device.join())).toBe(false);
  expect(await pass(device.join())).toBe(true);
});
