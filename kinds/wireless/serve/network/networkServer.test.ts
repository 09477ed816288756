import { describe, expect, test } from "vitest";
import { REGION_NAMES } from "../../model/device.ts";
import { regionOf } from "../../model/regions/region.ts";
import { type Hearing, TestNetwork } from "./testing/testNetwork.ts";
import { deviceOf, sessionOf } from "./testing/radioDevice.ts";

describe("a device that joins over the air", () => {
  test("joins in RX1, five seconds after its request, and its uplinks arrive decrypted", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1));
    const at = network.timeline.now();
    await network.exchange(radio.joinRequest());
    const accept = network.fleet.sent[0]!;
    expect(accept.atMs - at).toBe(200);
    expect(accept.downlink.timing?.delayMs).toBe(5_000);
    expect(accept.downlink.frequencyHz).toBe(868_100_000);
    // The third gateway has the best SNR.
    expect(accept.downlink.timing?.context[0]).toBe(3);
    const fields = radio.hearJoinAccept(accept.downlink.payload);
    expect(fields.cfList).not.toBeNull();
    expect(network.events.of("join")).toHaveLength(1);

    await network.exchange(radio.uplink({ data: Uint8Array.of(9, 8, 7), fPort: 42 }));
    const [up] = network.events.of("up");
    expect(up).toMatchObject({
      fPort: 42,
      fCnt: 0,
      data: "CQgH",
      devAddr: radio.devAddr,
      dataRate: 5,
      confirmed: false,
    });
    expect(up?.heardBy).toHaveLength(3);
    expect(up?.heardBy.filter(({ paidMicroUsd }) => paidMicroUsd === "10")).toHaveLength(2);
    expect(network.failures).toEqual([]);
  });

  test("a replayed join request changes nothing", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1));
    const request = radio.joinRequest();
    await network.exchange(request);
    const before = network.book.session(radio.device.devEui);
    await network.timeline.pass(60_000);
    await network.exchange(request);
    expect(network.book.session(radio.device.devEui)).toBe(before);
    expect(network.events.of("join")).toHaveLength(1);
    expect(network.events.errors()).toEqual(["replayed-join"]);
    expect(network.fleet.sent).toHaveLength(1);
    expect(network.purse.bought("wireless.join")).toHaveLength(1);
    expect(network.purse.reservedPicoUsd).toBe(0n);
  });
});

describe("an uplink", () => {
  test("is told only after its counter is durable", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1), sessionOf(deviceOf(1), 1));
    const gate = Promise.withResolvers<void>();
    network.book.saving = () => gate.promise;
    await network.exchange(radio.uplink());
    expect(network.events.all).toEqual([]);
    expect(network.purse.purchases).toEqual([]);
    gate.resolve();
    await network.timeline.pass(1);
    expect(network.events.of("up")).toHaveLength(1);
    expect(network.book.saved(radio.device.devEui)?.fCntUp).toBe(0);
  });
});

describe("closing", () => {
  test("decides about what is being gathered, and waits until it is told and answered", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1), sessionOf(deviceOf(1), 1));
    network.book.saving = () => new Promise((resolve) => network.timeline.after(50, resolve));
    network.hear(radio.uplink({ confirmed: true }));
    let isClosed = false;
    const closing = network.server.close().then(() => (isClosed = true));
    network.hear(radio.uplink());
    await network.timeline.pass(40);
    expect(isClosed).toBe(false);
    await network.timeline.pass(20);
    await closing;
    expect(network.events.of("up").map(({ fCnt }) => fCnt)).toEqual([0]);
    expect(network.fleet.sent).toHaveLength(1);
    expect(network.timeline.pending).toBe(0);
  });

  test("does not wait for ever for a database that does not answer", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1), sessionOf(deviceOf(1), 1));
    network.book.saving = () => new Promise(() => undefined);
    network.hear(radio.uplink());
    const closing = network.server.close();
    await network.timeline.pass(8_000);
    await closing;
    expect(network.events.all).toEqual([]);
  });
});

describe("decoding", () => {
  test("what the decoder made of a payload, and what went wrong, stand in the event", async () => {
    const seen: unknown[] = [];
    const network = new TestNetwork(
      { deviceStatusEveryMs: null },
      {
        decode: (profile, fPort, payload) => {
          seen.push([profile.decoder.kind, fPort, [...payload]]);
          return Promise.resolve({ object: { celsius: 21 }, errors: [{ code: "warning", message: "low" }] });
        },
      },
    );
    const device = deviceOf(1, { decoder: { kind: "cayenne-lpp" } });
    const radio = network.add(device, sessionOf(device, 1));
    await network.exchange(radio.uplink({ fPort: 3 }));
    // MAC commands are nothing to decode.
    await network.exchange(radio.uplink({ fPort: 0, data: Uint8Array.of(0x02) }));
    expect(seen).toEqual([["cayenne-lpp", 3, [1, 2, 3]]]);
    const [up, mac] = network.events.of("up");
    expect(up).toMatchObject({ object: { celsius: 21 }, errors: [{ code: "warning" }] });
    expect(mac).toMatchObject({ fPort: 0, object: null, errors: [] });
  });

  test("a decoder that breaks its word costs the object, not the uplink", async () => {
    const network = new TestNetwork({ deviceStatusEveryMs: null }, { decode: () => Promise.reject(new Error("bug")) });
    const device = deviceOf(1, { decoder: { kind: "cayenne-lpp" } });
    await network.exchange(network.add(device, sessionOf(device, 1)).uplink());
    expect(network.events.of("up")).toMatchObject([
      { object: null, data: "AQID", errors: [{ code: "decoder-failed" }] },
    ]);
  });
});

describe.for(REGION_NAMES)("%s", (name) => {
  test("a device joins, is acknowledged in RX1 and, when that fails, in RX2", async () => {
    const region = regionOf(name);
    const channel = region.joinChannels[region.networkChannels[0]!]!;
    const by: Hearing = {
      frequencyHz: channel.frequencyHz,
      modulation: region.dataRate(channel.maxDataRate, "up")!,
      snrDb: -20,
    };
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1, { region: name, adr: false }));
    await network.exchange(radio.joinRequest(), by);
    const accept = network.fleet.sent[0]!.downlink;
    const rx1 = region.rx1({ frequencyHz: channel.frequencyHz, dataRate: channel.maxDataRate, rx1DrOffset: 0 })!;
    expect(accept).toMatchObject({ frequencyHz: rx1.frequencyHz, modulation: region.dataRate(rx1.dataRate, "down") });
    const fields = radio.hearJoinAccept(accept.payload);
    expect(fields.rx2DataRate).toBe(region.rx2.dataRate);

    await network.exchange(radio.uplink({ confirmed: true }), by);
    network.fleet.outcome = ({ downlink }) => (downlink.timing?.delayMs === 1_000 ? "collision-packet" : "sent");
    await network.exchange(radio.uplink({ confirmed: true }), by);
    const acks = network.events.of("txack").filter(({ outcome, fCntDown }) => outcome === "sent" && fCntDown !== null);
    expect(acks.map(({ fCntDown }) => fCntDown)).toEqual([0, 1]);
    const last = network.fleet.sent.at(-1)!.downlink;
    expect(last).toMatchObject({
      frequencyHz: region.rx2.frequencyHz,
      modulation: region.dataRate(region.rx2.dataRate, "down"),
      powerDbm: region.maxDownlinkEirpDbm(region.rx2.frequencyHz),
    });
    expect(radio.hear(last.payload).frame.ack).toBe(true);
    expect(network.failures).toEqual([]);
  });
});
