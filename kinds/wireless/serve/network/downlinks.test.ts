import { describe, expect, test } from "vitest";
import { airtimeUs } from "../../model/airtime.ts";
import { CONFIRMED_TRIES_MAX } from "./confirmedDownlinks.ts";
import { SEND_AHEAD_MS } from "./downlinkSender.ts";
import { type RadioDevice, deviceOf, sessionOf } from "./testing/radioDevice.ts";
import { TestNetwork } from "./testing/testNetwork.ts";

const DATA = Uint8Array.of(10, 20, 30);

function started(): { readonly network: TestNetwork; readonly radio: RadioDevice; readonly devEui: string } {
  const network = new TestNetwork();
  const device = deviceOf(1);
  return { network, radio: network.add(device, sessionOf(device, 1)), devEui: device.devEui };
}
function item(devEui: string, fields: { id?: string; confirmed?: boolean; data?: Uint8Array } = {}) {
  return { id: fields.id ?? "one", devEui, fPort: 7, data: fields.data ?? DATA, confirmed: fields.confirmed ?? false };
}

describe("an unconfirmed downlink", () => {
  test("goes out in RX1 of the next uplink, is paid, reported and done", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    await network.exchange(radio.uplink());
    const [sent, ...more] = network.fleet.sent;
    expect(more).toEqual([]);
    expect(sent?.downlink).toMatchObject({ frequencyHz: 868_100_000, codingRate: "4/5" });
    expect(sent?.downlink.timing?.delayMs).toBe(1_000);
    const heard = radio.hear(sent!.downlink.payload);
    expect(heard.data).toEqual(DATA);
    expect(heard.frame).toMatchObject({ fPort: 7, confirmed: false, ack: false, fPending: false });
    expect(network.queue.size(devEui)).toBe(0);
    expect(network.purse.bought("wireless.downlink")).toHaveLength(1);
    expect(network.events.of("txack")).toMatchObject([{ downlinkId: "one", outcome: "sent", fCntDown: 0 }]);
  });

  test("more of them are announced, and follow one an uplink under growing counters", async () => {
    const { network, radio, devEui } = started();
    for (const id of ["one", "two"]) network.queue.add(item(devEui, { id }));
    await network.exchange(radio.uplink());
    await network.exchange(radio.uplink());
    await network.exchange(radio.uplink());
    expect(network.fleet.sent.map(({ downlink }) => radio.hear(downlink.payload).frame.fPending)).toEqual([
      true,
      false,
    ]);
    expect(network.queue.sentAs).toEqual([
      { id: "one", fCntDown: 0 },
      { id: "two", fCntDown: 1 },
    ]);
  });

  test("goes out in RX2 when RX1 fails, and only what was sent is paid", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    network.fleet.outcome = ({ downlink }) => (downlink.timing?.delayMs === 1_000 ? "too-late" : "sent");
    await network.exchange(radio.uplink());
    const last = network.fleet.sent.at(-1)!;
    expect(last.downlink).toMatchObject({ frequencyHz: 869_525_000 });
    expect(last.downlink.modulation).toMatchObject({ spreadingFactor: 12 });
    expect(last.downlink.timing?.delayMs).toBe(2_000);
    expect(network.purse.bought("wireless.downlink")).toHaveLength(1);
    expect(network.purse.reservedPicoUsd).toBe(0n);
    expect(network.queue.size(devEui)).toBe(0);
    expect(network.events.of("txack").map(({ outcome }) => outcome)).toEqual(["too-late", "too-late", "sent"]);
  });

  test("stays in the queue when no gateway sends it, and nothing is paid", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    network.fleet.outcome = () => "gateway-offline";
    await network.exchange(radio.uplink());
    expect(network.queue.size(devEui)).toBe(1);
    expect(network.purse.bought("wireless.downlink")).toEqual([]);
    expect(network.purse.reservedPicoUsd).toBe(0n);
  });

  test("is not entrusted again to a gateway that just failed, for a minute", async () => {
    const { network, radio, devEui } = started();
    network.fleet.outcome = ({ downlink }) => (downlink.gatewayEui.endsWith("3") ? "no-acknowledgement" : "sent");
    const gatewaysOf = async (id: string): Promise<string> => {
      const before = network.fleet.sent.length;
      network.queue.add(item(devEui, { id }));
      await network.exchange(radio.uplink());
      return network.fleet.sent
        .slice(before)
        .map(({ downlink }) => downlink.gatewayEui.at(-1))
        .join();
    };
    expect(await gatewaysOf("one")).toBe("3,2");
    expect(await gatewaysOf("two")).toBe("2");
    await network.timeline.pass(60_000);
    expect(await gatewaysOf("three")).toBe("3,2");
  });

  test("that no window can carry is dropped with an error, and the next one goes", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui, { data: new Uint8Array(243) }));
    network.queue.add(item(devEui, { id: "two" }));
    await network.exchange(radio.uplink());
    expect(network.events.errors()).toEqual(["downlink-too-large"]);
    await network.exchange(radio.uplink());
    expect(network.queue.size(devEui)).toBe(0);
    expect(radio.hear(network.fleet.sent[0]!.downlink.payload).data).toEqual(DATA);
  });

  test("too long for RX2 is not sent there", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui, { data: new Uint8Array(200) }));
    network.fleet.outcome = () => "too-late";
    await network.exchange(radio.uplink());
    expect(network.fleet.sent.every(({ downlink }) => downlink.timing?.delayMs === 1_000)).toBe(true);
    expect(network.queue.size(devEui)).toBe(1);
  });
});

describe("RX1 in time", () => {
  test("the gateway's agent has the downlink right after the window of deduplication", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    const firstMs = network.timeline.now();
    await network.exchange(radio.uplink());
    expect(network.fleet.sent[0]!.atMs - firstMs).toBe(200);
  });

  test.for([
    { saveMs: 1_000 - 200 - SEND_AHEAD_MS, delayMs: 1_000 },
    { saveMs: 1_000 - 200 - SEND_AHEAD_MS + 1, delayMs: 2_000 },
  ])("a save of $saveMs ms still ends in the window after $delayMs ms", async ({ saveMs, delayMs }) => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    network.book.saving = () => new Promise((resolve) => network.timeline.after(saveMs, resolve));
    await network.exchange(radio.uplink());
    expect(network.fleet.sent.map(({ downlink }) => downlink.timing?.delayMs)).toEqual([delayMs]);
  });

  test("a gateway on a slow line is passed over for RX1", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    network.book.saving = () => new Promise((resolve) => network.timeline.after(400, resolve));
    const frame = radio.uplink();
    network.hear(frame, { agent: 1, snrDb: -5 });
    await network.timeline.pass(100);
    network.hear(frame, { agent: 2, snrDb: 9 });
    await network.timeline.pass(3_000);
    expect(network.fleet.sent.map(({ downlink }) => downlink.timing)).toMatchObject([{ delayMs: 1_000 }]);
    expect(network.fleet.sent[0]!.downlink.timing?.context[0]).toBe(1);
  });

  test("nothing is sent when both windows are over", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui));
    network.book.saving = () => new Promise((resolve) => network.timeline.after(2_000, resolve));
    await network.exchange(radio.uplink());
    expect(network.fleet.sent).toEqual([]);
    expect(network.server.counters()["downlink-late"]).toBe(1);
    expect(network.purse.reservedPicoUsd).toBe(0n);
  });
});

describe("a confirmed uplink", () => {
  test("is acknowledged without a payload", async () => {
    const { network, radio } = started();
    await network.exchange(radio.uplink({ confirmed: true }));
    const { frame } = radio.hear(network.fleet.sent[0]!.downlink.payload);
    expect(frame).toMatchObject({ ack: true, fPort: null, confirmed: false });
    expect(network.fleet.sent[0]!.downlink.payload).toHaveLength(12);
    expect(network.events.of("txack")).toMatchObject([{ downlinkId: null }]);
  });

  test("sent again because its acknowledgement got lost is acknowledged again, told and paid once", async () => {
    const { network, radio } = started();
    const frame = radio.uplink({ confirmed: true });
    await network.exchange(frame);
    await network.exchange(frame);
    // The window's memory is over by now: the frame counter knows it.
    await network.timeline.pass(60_000);
    await network.exchange(frame);
    expect(network.fleet.sent.map(({ downlink }) => radio.hear(downlink.payload).frame.ack)).toEqual([
      true,
      true,
      true,
    ]);
    expect(network.events.of("up")).toHaveLength(1);
    expect(network.purse.bought("wireless.uplink")).toHaveLength(1);
    // It may be somebody's replay too: acknowledgements cost.
    expect(network.events.errors()).toEqual(["repeated-frame"]);
  });

  test("an ADRACKReq is answered, though there is nothing to say", async () => {
    const { network, radio } = started();
    await network.exchange(radio.uplink({ adrAckReq: true }));
    expect(radio.hear(network.fleet.sent[0]!.downlink.payload).frame).toMatchObject({ ack: false, fPort: null });
  });
});

describe("a confirmed downlink", () => {
  test("is acknowledged by the next uplink", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui, { confirmed: true }));
    await network.exchange(radio.uplink());
    expect(radio.hear(network.fleet.sent[0]!.downlink.payload).frame.confirmed).toBe(true);
    expect(network.queue.size(devEui)).toBe(1);
    await network.exchange(radio.uplink({ ack: true }));
    expect(network.queue.size(devEui)).toBe(0);
    expect(network.events.of("ack")).toMatchObject([{ downlinkId: "one", acknowledged: true, fCntDown: 0 }]);
    expect(network.fleet.sent).toHaveLength(1);
  });

  test("is sent again until it is given up, by another gateway when there is one", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui, { confirmed: true }));
    for (let turn = 0; turn <= CONFIRMED_TRIES_MAX; turn++) await network.exchange(radio.uplink());
    expect(network.fleet.sent).toHaveLength(CONFIRMED_TRIES_MAX);
    expect(network.fleet.sent[0]!.device).not.toBe(network.fleet.sent[1]!.device);
    const counters = network.fleet.sent.map(({ downlink }) => radio.hear(downlink.payload).frame.fCnt16);
    expect(counters).toEqual([0, 1, 2, 3, 4]);
    expect(network.events.of("ack")).toMatchObject([{ acknowledged: false }]);
    expect(network.queue.size(devEui)).toBe(0);
  });

  test("that no gateway sent is not counted as tried", async () => {
    const { network, radio, devEui } = started();
    network.queue.add(item(devEui, { confirmed: true }));
    network.fleet.outcome = () => "gateway-offline";
    for (let turn = 0; turn <= CONFIRMED_TRIES_MAX; turn++) await network.exchange(radio.uplink());
    expect(network.events.of("ack")).toEqual([]);
    expect(network.queue.size(devEui)).toBe(1);
  });
});

test("a gateway's duty cycle is kept: what it leaves no room for waits, unpaid", async () => {
  const { network, radio, devEui } = started();
  // 1 % of an hour is 36 s: at SF7 with 222 bytes some hundred frames, in the sub-band of RX1.
  const frameUs = airtimeUs({ kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 }, 235, { crc: false });
  const inAnHour = Math.floor(36_000_000 / frameUs);
  for (let turn = 0; turn < inAnHour + 5; turn++) {
    network.queue.add(item(devEui, { id: `item ${turn}`, data: new Uint8Array(222) }));
    network.hear(radio.uplink());
    await network.timeline.pass(2_500);
  }
  const first = network.fleet.sent.filter(({ downlink }) => downlink.timing?.delayMs === 1_000);
  const onAirUs = first.reduce(
    (sum, { downlink }) => sum + airtimeUs(downlink.modulation, downlink.payload.byteLength, { crc: false }),
    0,
  );
  expect(onAirUs).toBeLessThanOrEqual(36_000_000);
  expect(first).toHaveLength(inAnHour);
  expect(network.server.counters()["downlink-no-window"]).toBe(5);
});
