import type { Address } from "@wayleave/core/ids";
import { type DeviceProfile, REGION_NAMES, type RegionName } from "@wayleave/kind-wireless/model/device";
import type { DownlinkOutcome, RadioDownlink } from "@wayleave/kind-wireless/model/radio";
import { NetworkServer } from "@wayleave/kind-wireless/serve/network/networkServer";
import {
  EventList,
  MemoryBook,
  MemoryPurse,
  MemoryQueue,
} from "@wayleave/kind-wireless/serve/network/testing/memoryPorts";
import { deviceOf } from "@wayleave/kind-wireless/serve/network/testing/radioDevice";
import { describe, expect, test } from "vitest";
import { Air, type AirRadio } from "./air.ts";
import { EndDevice } from "./endDevice.ts";
import type { EndDeviceOptions } from "./endDeviceOptions.ts";
import { VirtualRadioTime } from "./radioTime.ts";

/** The network server against end devices that share no code with it, over the simulated air. */

const AGENT: Address = `0x${"ab".repeat(20)}`;
const EUI = "aa555a0000000101";
const HERE = { latitude: 52.5, longitude: 13.4 };
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
/** Both sides' promises get their turn between two steps of time. */
const STEP_US = 20_000;

function network(time: VirtualRadioTime, air: Air) {
  const [book, queue, purse, events] = [new MemoryBook(), new MemoryQueue(), new MemoryPurse(), new EventList()];
  let sequence = 0;
  let ids = 0;
  const antenna: AirRadio = {
    ...{ id: "antenna", position: HERE, antennaGainDb: 3, receiver: "sx1302" },
    listensTo: ({ inverted }) => !inverted,
    receive({ transmission, rssiDbm, snrDb }) {
      const context = Buffer.alloc(8);
      context.writeDoubleBE(transmission.endUs);
      const { payload, frequencyHz, modulation, codingRate } = transmission;
      const receivedAtMs = time.nowUs() / 1_000;
      const heard = { payload, frequencyHz, modulation, codingRate, rssiDbm, snrDb, context, receivedAtMs };
      server.onCopy(AGENT, sequence++, { ...heard, gatewayEui: EUI });
    },
  };
  const send = async (_device: Address, { timing, powerDbm, ...frame }: RadioDownlink) => {
    const from = timing === null ? time.nowUs() : Buffer.from(timing.context).readDoubleBE();
    const startUs = from + (timing?.delayMs ?? 0) * 1_000;
    const outcome: DownlinkOutcome = startUs < time.nowUs() ? "too-late" : "sent";
    const emission = { ...frame, eirpDbm: powerDbm, inverted: true, startUs };
    if (outcome === "sent") time.at(startUs, () => void air.transmit(antenna, emission));
    return { outcome, sequence: sequence++ };
  };
  const server: NetworkServer = new NetworkServer(
    {},
    {
      ...{ book, queue, purse, fleet: { send }, sink: events, log: SILENT },
      timeline: {
        now: () => 1_800_000_000_000 + time.nowUs() / 1_000,
        monotonicMs: () => time.nowUs() / 1_000,
        after: (delayMs, task) => time.at(time.nowUs() + delayMs * 1_000, task),
      },
      seedNow: () => `0x${"11".repeat(32)}`,
      decode: async () => ({ object: null, errors: [] }),
      newId: () => `event-${ids++}`,
    },
  );
  air.join(antenna);
  return { server, book, queue, events };
}

function world(region: RegionName, profile: Partial<DeviceProfile> = {}, options: Partial<EndDeviceOptions> = {}) {
  const time = new VirtualRadioTime();
  const air = new Air({ time });
  const { server, book, queue, events } = network(time, air);
  const registered = deviceOf(1, { region, ...profile });
  book.register(registered);
  const received: string[] = [];
  const { devEui, joinEui, appKey } = registered;
  const device = new EndDevice(
    {
      ...{ devEui, position: { latitude: 52.502, longitude: 13.4 }, region, deviceClass: "A", ...options },
      activation: { kind: "otaa", joinEui, appKey: appKey! },
      onDownlink: ({ fPort, payload }) => fPort !== null && fPort > 0 && received.push(payload.toString()),
    },
    { air },
  );
  /** Waits for a promise while time passes. */
  const pass = async <T>(what: Promise<T>): Promise<T> => {
    let done = false;
    void what.finally(() => (done = true));
    for (let steps = 0; !done && steps < 20_000; steps++) {
      time.runFor(STEP_US);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return what;
  };
  const rest = (seconds: number) =>
    pass(new Promise<void>((resolve) => time.at(time.nowUs() + seconds * 1e6, resolve)));
  return { device, devEui, server, book, queue, events, received, pass, rest };
}

const hello = { payload: Buffer.from("hello"), fPort: 7 };

describe.for(REGION_NAMES)("%s", (region) => {
  test("a device joins, is acknowledged at its first try, hears its downlink and is set up as the network believes", async () => {
    const { device, devEui, book, queue, events, received, pass, rest } = world(region);
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
  const { device, events, pass } = world("EU868", profile);
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
  const { device, devEui, server, queue, events, received, pass, rest } = world(
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
  const { device, pass } = world("EU868");
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
  const { device, pass } = world("EU868", {}, { nextDevNonce: () => nonces.shift()! });
  expect(await pass(device.join())).toBe(true);
  expect(await pass(device.join())).toBe(false);
  expect(await pass(device.join())).toBe(true);
});
