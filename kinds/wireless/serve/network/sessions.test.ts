import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "../../model/device.ts";
import type { Modulation } from "../../model/radio.ts";
import { type RadioDevice, deviceOf, sessionOf } from "./testing/radioDevice.ts";
import { TestNetwork } from "./testing/testNetwork.ts";

function started(
  profile: Partial<DeviceProfile> = {},
  fCntUp = -1,
): { readonly network: TestNetwork; readonly radio: RadioDevice } {
  const network = new TestNetwork();
  const device = deviceOf(1, profile);
  const session = sessionOf(device, 1);
  session.fCntUp = fCntUp;
  const radio = network.add(device, session);
  radio.fCntUp = fCntUp + 1;
  return { network, radio };
}
function counters(network: TestNetwork): readonly number[] {
  return network.events.of("up").map(({ fCnt }) => fCnt);
}

describe("frame counters", () => {
  test.for([true, false])("roll over after 65,535 (32 bits: %s)", async (counters32) => {
    const { network, radio } = started({ counters32 }, 0xfffd);
    for (let turn = 0; turn < 4; turn++) await network.exchange(radio.uplink());
    expect(counters(network)).toEqual([0xfffe, 0xffff, 0x1_0000, 0x1_0001]);
    expect(network.events.errors()).toEqual([]);
    // The payload is deciphered with the counter beyond 16 bits too.
    expect(new Set(network.events.of("up").map(({ data }) => data))).toEqual(new Set(["AQID"]));
  });

  test("a gap is bridged, as far as the specification lets it be", async () => {
    const { network, radio } = started({}, 10);
    radio.fCntUp = 11 + 16_000;
    await network.exchange(radio.uplink());
    radio.fCntUp += 20_000;
    await network.exchange(radio.uplink());
    expect(counters(network)).toEqual([11 + 16_000]);
    expect(network.events.errors()).toEqual(["counter-gap"]);
  });

  test("replays are refused, named once a minute with their count, never billed", async () => {
    const { network, radio } = started();
    const recorded = radio.uplink();
    await network.exchange(recorded);
    for (let turn = 0; turn < 3; turn++) await network.exchange(radio.uplink());
    await network.timeline.pass(20_000);
    for (let turn = 0; turn < 3; turn++) {
      await network.exchange(recorded);
      await network.timeline.pass(20_000);
    }
    expect(counters(network)).toEqual([0, 1, 2, 3]);
    expect(network.purse.bought("wireless.uplink")).toHaveLength(4);
    const facts = { fCnt16: 0, lastFCnt: 3 };
    expect(network.events.of("error")).toMatchObject([
      { code: "replayed-counter", facts: { ...facts, times: 1 } },
      { code: "replayed-counter", facts: { ...facts, times: 2 } },
    ]);
    expect(network.server.counters()["replayed-counter"]).toBe(3);
  });

  test.for([
    [5_000, 1_000],
    // These look like the next roll-over by their 16 bits alone.
    [60_000, 0],
    [0x1_0000 + 60_000, 0x1_0000],
  ] as const)("a device that counted to %i and goes on at %i is a replay", async ([last, next]) => {
    const { network, radio } = started({}, last);
    radio.fCntUp = next;
    await network.exchange(radio.uplink());
    expect(network.events.errors()).toEqual(["replayed-counter"]);
    expect(network.events.of("up")).toEqual([]);
  });

  test("two genuine frames of one counter, heard in one window, are one uplink and one replay", async () => {
    const { network, radio } = started();
    const one = radio.uplink({ data: Uint8Array.of(1) });
    radio.fCntUp = 0;
    const other = radio.uplink({ data: Uint8Array.of(2) });
    network.hear(one);
    network.hear(other);
    await network.timeline.pass(3_000);
    expect(network.events.of("up").map(({ data }) => data)).toEqual(["AQ=="]);
    expect(network.events.errors()).toEqual(["replayed-counter"]);
    expect(network.purse.bought("wireless.uplink")).toHaveLength(1);
  });

  test("survive a crash: what was told is never taken again", async () => {
    const { network, radio } = started();
    const recorded = [radio.uplink(), radio.uplink({ confirmed: true })];
    for (const frame of recorded) await network.exchange(frame);
    const downlink = network.fleet.sent[0]!.downlink.payload;
    const after = new TestNetwork({ deviceStatusEveryMs: null }, { book: network.book.afterCrash() });
    for (const frame of recorded) await after.exchange(frame);
    expect(after.events.of("up")).toEqual([]);
    expect(after.purse.bought("wireless.uplink")).toEqual([]);
    // Its acknowledgement is new, under a counter of its own.
    radio.hear(downlink);
    expect(radio.hear(after.fleet.sent[0]!.downlink.payload).frame).toMatchObject({ ack: true, fCnt16: 1 });
    await after.exchange(radio.uplink());
    expect(counters(after)).toEqual([2]);
  });

  test("a crash before the counter was durable loses the frame untold, and its retransmission is told", async () => {
    const { network, radio } = started();
    network.book.saving = () => new Promise(() => undefined);
    const frame = radio.uplink({ confirmed: true });
    await network.exchange(frame);
    expect(network.events.all).toEqual([]);
    expect(network.fleet.sent).toEqual([]);
    const after = new TestNetwork({ deviceStatusEveryMs: null }, { book: network.book.afterCrash() });
    await after.exchange(frame);
    expect(counters(after)).toEqual([0]);
  });

  test("a save that fails gives the money back and lets the next downlink go", async () => {
    const { network, radio } = started();
    network.book.saving = () => Promise.reject(new Error("no database"));
    await network.exchange(radio.uplink({ confirmed: true }));
    expect(network.events.all).toMatchObject([{ event: { type: "error", code: "uplink-failed" } }]);
    expect(network.purse.reservedPicoUsd).toBe(0n);
    network.book.saving = () => Promise.resolve();
    await network.exchange(radio.uplink({ confirmed: true }));
    expect(counters(network)).toEqual([1]);
    expect(network.fleet.sent).toHaveLength(1);
  });
});

describe("who sent it", () => {
  test("devices that share an address are told apart by their keys", async () => {
    const network = new TestNetwork();
    const radios = [1, 2, 3].map((index) => {
      const device = deviceOf(index);
      return network.add(device, { ...sessionOf(device, index), devAddr: "26000001" });
    });
    for (const radio of radios) await network.exchange(radio.uplink());
    expect(network.events.of("up").map(({ deviceName }) => deviceName)).toEqual(["device 1", "device 2", "device 3"]);
  });

  test("forged, foreign and malformed frames are counted by name; who is meant is told", async () => {
    const { network, radio } = started();
    const forged = radio.uplink();
    forged[forged.length - 1]! ^= 1;
    await network.exchange(forged);
    const foreign = radio.uplink();
    foreign[1] = 0xee;
    await network.exchange(foreign);
    await network.exchange(new Uint8Array(0));
    await network.exchange(Uint8Array.of(0x40, 1, 2));
    await network.exchange(Uint8Array.of(0xe0, 1, 2));
    await network.exchange(Uint8Array.of(0x60, ...radio.uplink().subarray(1)));
    expect(network.server.counters()).toMatchObject({
      "wrong-mic": 1,
      "unknown-device": 1,
      "malformed-empty": 1,
      "malformed-data-length": 1,
      "unserved-proprietary": 1,
      "not-an-uplink": 1,
    });
    expect(network.events.all).toMatchObject([{ event: { type: "error", code: "wrong-mic" } }]);
    expect(network.purse.purchases).toEqual([]);
  });

  test("a disabled device is told so, and bought nothing", async () => {
    const { network, radio } = started();
    network.book.devices.set(radio.device.devEui, { ...radio.device, disabled: true });
    await network.exchange(radio.uplink());
    expect(network.events.errors()).toEqual(["device-disabled"]);
    expect(network.purse.purchases).toEqual([]);
  });

  test("a join request under a wrong key or JoinEUI, or of an ABP device, is refused by name", async () => {
    const { network, radio } = started();
    const request = radio.joinRequest();
    request[22]! ^= 1;
    await network.exchange(request);
    network.book.devices.set(radio.device.devEui, { ...radio.device, joinEui: "0000000000000000" });
    await network.exchange(radio.joinRequest());
    network.book.devices.set(radio.device.devEui, { ...radio.device, appKey: null });
    await network.exchange(radio.joinRequest());
    expect(network.events.errors()).toEqual(["join-wrong-mic", "join-wrong-join-eui", "join-not-allowed"]);
  });
});

describe("what gateways say of the radio", () => {
  const slowest: Modulation = { kind: "lora", spreadingFactor: 12, bandwidthHz: 125_000 };

  test.for([
    { name: "wrong-channel", by: { frequencyHz: 915_000_000 }, bytes: 3 },
    { name: "wrong-data-rate", by: { modulation: { ...slowest, bandwidthHz: 500_000 } as Modulation }, bytes: 3 },
    { name: "payload-too-large", by: { modulation: slowest }, bytes: 60 },
  ])("$name is refused by name, and the frame still counts when it is heard rightly", async ({ name, by, bytes }) => {
    const { network, radio } = started();
    const frame = radio.uplink({ data: new Uint8Array(bytes) });
    await network.exchange(frame, by);
    expect(network.events.errors()).toEqual([name]);
    expect(network.purse.purchases).toEqual([]);
    await network.exchange(frame);
    expect(counters(network)).toEqual([0]);
  });

  test("one gateway's impossible claim costs that gateway its copy and nobody the frame", async () => {
    const { network, radio } = started({ copies: 3 });
    const frame = radio.uplink();
    network.hear(frame, { agent: 1, frequencyHz: 915_000_000 });
    network.hear(frame, { agent: 2 });
    await network.timeline.pass(3_000);
    const [up] = network.events.of("up");
    expect(up?.frequencyHz).toBe(868_100_000);
    expect(up?.heardBy.map(({ paidMicroUsd }) => paidMicroUsd)).toEqual(["0", "10"]);
  });
});

test("a copy that comes after the window is shown while there is an event to show it in, and not bought", async () => {
  const { network, radio } = started({ copies: 8 });
  network.book.saving = () => new Promise((resolve) => network.timeline.after(100, resolve));
  const frame = radio.uplink();
  network.hear(frame, { agent: 1 });
  await network.timeline.pass(250);
  network.hear(frame, { agent: 2 });
  await network.timeline.pass(1_000);
  network.hear(frame, { agent: 3 });
  await network.timeline.pass(1_000);
  const [up, ...more] = network.events.of("up");
  expect(more).toEqual([]);
  expect(up?.heardBy.map(({ paidMicroUsd }) => paidMicroUsd)).toEqual(["10", "0"]);
  expect(up?.errors.map(({ code }) => code)).toEqual(["late-copies"]);
  expect(network.purse.purchases).toHaveLength(1);
});
