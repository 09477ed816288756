import { expect, test } from "vitest";
import { CLASS_C_ACK_MS } from "./classC.ts";
import { CONFIRMED_TRIES_MAX } from "./confirmedDownlinks.ts";
import { type RadioDevice, deviceOf, sessionOf } from "./testing/radioDevice.ts";
import { TestNetwork } from "./testing/testNetwork.ts";

function started(deviceClass: "A" | "C" = "C"): {
  readonly network: TestNetwork;
  readonly radio: RadioDevice;
  readonly queue: (id: string, confirmed?: boolean) => Promise<void>;
} {
  const network = new TestNetwork();
  const device = deviceOf(1, { deviceClass });
  const radio = network.add(device, sessionOf(device, 1));
  const queue = async (id: string, confirmed = false): Promise<void> => {
    network.queue.add({ id, devEui: device.devEui, fPort: 5, data: Uint8Array.of(1), confirmed });
    network.server.sendNow(device.devEui);
    await network.timeline.pass(10);
  };
  return { network, radio, queue };
}

test("a queued downlink goes at once, where RX2 is, by the best gateway that heard the device", async () => {
  const { network, radio, queue } = started();
  await network.exchange(radio.uplink());
  await queue("one");
  await queue("two");
  expect(network.fleet.sent.map(({ downlink }) => downlink.timing)).toEqual([null, null]);
  expect(network.fleet.sent[0]!.downlink).toMatchObject({
    frequencyHz: 869_525_000,
    modulation: { spreadingFactor: 12 },
    gatewayEui: "aaaaaaaaaaaaaaa3",
  });
  expect(network.fleet.sent.map(({ downlink }) => radio.hear(downlink.payload).frame.fCnt16)).toEqual([0, 1]);
  expect(network.queue.size(radio.device.devEui)).toBe(0);
  expect(network.purse.bought("wireless.downlink")).toHaveLength(2);
});

test("several that wait follow one another", async () => {
  const { network, radio } = started();
  const { devEui } = radio.device;
  await network.exchange(radio.uplink());
  for (const id of ["one", "two", "three"]) {
    network.queue.add({ id, devEui, fPort: 5, data: Uint8Array.of(1), confirmed: false });
  }
  network.server.sendNow(devEui);
  await network.timeline.pass(10);
  expect(network.queue.sentAs.map(({ id }) => id)).toEqual(["one", "two", "three"]);
});

test("a class A device is not spoken to before it speaks", async () => {
  const { network, radio, queue } = started("A");
  await network.exchange(radio.uplink());
  await queue("one");
  expect(network.fleet.sent).toEqual([]);
});

test("a device not heard since the start waits for its uplink, and its customer is told", async () => {
  const { network, radio, queue } = started();
  await queue("one");
  expect(network.events.errors()).toEqual(["no-gateway"]);
  await network.exchange(radio.uplink());
  expect(network.fleet.sent.map(({ downlink }) => downlink.timing?.delayMs)).toEqual([1_000]);
});

test("a confirmed downlink waits for its acknowledgement, and is sent again without one", async () => {
  const { network, radio, queue } = started();
  await network.exchange(radio.uplink());
  await queue("one", true);
  await queue("two");
  expect(network.fleet.sent).toHaveLength(1);
  await network.timeline.pass(CLASS_C_ACK_MS);
  expect(network.fleet.sent).toHaveLength(2);
  await network.exchange(radio.uplink({ ack: true }));
  expect(network.events.of("ack")).toMatchObject([{ downlinkId: "one", acknowledged: true, fCntDown: 1 }]);
  expect(network.queue.size(radio.device.devEui)).toBe(0);
});

test("a confirmed downlink that is never acknowledged is given up, and the next one goes", async () => {
  const { network, radio, queue } = started();
  await network.exchange(radio.uplink());
  await queue("one", true);
  await queue("two");
  await network.timeline.pass(CLASS_C_ACK_MS * (CONFIRMED_TRIES_MAX + 1));
  expect(network.events.of("ack")).toMatchObject([{ downlinkId: "one", acknowledged: false }]);
  expect(network.fleet.sent).toHaveLength(CONFIRMED_TRIES_MAX + 1);
  expect(network.queue.size(radio.device.devEui)).toBe(0);
  await network.server.close();
  expect(network.failures).toEqual([]);
});

test("what is sent in the windows after an uplink is not sent beside them too", async () => {
  const { network, radio } = started();
  const { devEui } = radio.device;
  network.queue.add({ id: "one", devEui, fPort: 5, data: Uint8Array.of(1), confirmed: true });
  await network.exchange(radio.uplink());
  expect(network.fleet.sent).toHaveLength(1);
  await network.timeline.pass(CLASS_C_ACK_MS);
  expect(network.fleet.sent.map(({ downlink }) => downlink.timing === null)).toEqual([false, true]);
});

test("in AS923 a downlink that fits once the dwell time is known waits for the device's answer", async () => {
  const network = new TestNetwork();
  const device = deviceOf(1, { deviceClass: "C", region: "AS923" });
  const unknown = { uplinkDwellTime: null, downlinkDwellTime: null, maxEirpIndex: null };
  const mac = { tx: unknown, rx2DataRate: 2, rx2FrequencyHz: 923_200_000, channels: [0, 1, 2, 3, 4, 5, 6] };
  const radio = network.add(device, sessionOf(device, 1, mac));
  const by = {
    frequencyHz: 923_200_000,
    modulation: { kind: "lora", spreadingFactor: 10, bandwidthHz: 125_000 },
  } as const;
  await network.exchange(radio.uplink(), by);
  network.queue.add({ id: "long", devEui: device.devEui, fPort: 5, data: new Uint8Array(40), confirmed: false });
  network.server.sendNow(device.devEui);
  await network.timeline.pass(1_000);
  expect(network.queue.size(device.devEui)).toBe(1);
  expect(network.events.errors()).toEqual([]);
  await network.exchange(radio.uplink({ mac: [{ kind: "TxParamSetupAns" }] }), by);
  expect(network.queue.size(device.devEui)).toBe(0);
  expect(radio.hear(network.fleet.sent.at(-1)!.downlink.payload).data).toHaveLength(40);
});
