import { describe, expect, test } from "vitest";
import type { UplinkMacCommand } from "../../model/lorawan/macCommands.ts";
import { regionOf } from "../../model/regions/region.ts";
import type { Modulation } from "../../model/radio.ts";
import { MAC_TRIES_MAX } from "./macRequests.ts";
import { Conversation } from "./testing/conversation.ts";
import type { Hearing } from "./testing/testNetwork.ts";

const DAY_MS = 86_400_000;
const EU868 = regionOf("EU868");

function euRadio(dataRate: number): Modulation {
  return EU868.dataRate(dataRate, "up")!;
}

describe("what a device asks", () => {
  test("LinkCheckReq: its margin at the best gateway, and how many heard it", async () => {
    const talk = new Conversation();
    const answer = await talk.say({ mac: [{ kind: "LinkCheckReq" }] }, { snrDb: 6 });
    // SF7 needs −7.5 dB.
    expect(answer).toEqual([{ kind: "LinkCheckAns", marginDb: 14, gateways: 3 }]);
  });

  test("DeviceTimeReq: when its frame came, in GPS time", async () => {
    const talk = new Conversation();
    const atMs = talk.network.timeline.now();
    const [answer] = await talk.say({ mac: [{ kind: "DeviceTimeReq" }] });
    expect(answer).toEqual({ kind: "DeviceTimeAns", gpsSeconds: atMs / 1000 - 315_964_800 + 18, gpsFraction: 0 });
  });
});

describe("ADR", () => {
  test("converges: a strong device gets faster, then quieter, and then is left alone", async () => {
    const talk = new Conversation({}, { dataRate: 0 });
    const set = { dataRate: 0, txPower: 0 };
    const asked: number[] = [];
    let mac: UplinkMacCommand[] = [];
    for (let turn = 0; turn < 30; turn++) {
      const commands = await talk.say(
        { adr: true, mac },
        { snrDb: 10 - 2 * set.txPower, modulation: euRadio(set.dataRate) },
      );
      mac = [];
      for (const command of commands) {
        if (command.kind !== "LinkADRReq") continue;
        asked.push(turn);
        Object.assign(set, { dataRate: command.dataRate, txPower: command.txPower });
        expect(command.channelMask).toBe(0xff);
        mac.push({ kind: "LinkADRAns", powerOk: true, dataRateOk: true, channelMaskOk: true });
      }
    }
    // At SF7 and three steps of 2 dB, 4 dB are left of 10: no step of 3 dB above the −7.5 needed and the 10 kept in hand.
    expect(set).toEqual({ dataRate: 5, txPower: 3 });
    expect(asked).toEqual([0, 2, 4]);
    expect(talk.mac).toMatchObject({ dataRate: 5, txPower: 3, pending: [] });
  });

  test("is asked again while unanswered, and a refusal is told and not repeated at once", async () => {
    const talk = new Conversation({}, { dataRate: 0 });
    const slow = { snrDb: 10, modulation: euRadio(0) };
    expect(await talk.say({ adr: true }, slow)).toHaveLength(1);
    expect(await talk.say({ adr: true }, slow)).toHaveLength(1);
    expect(talk.mac.pending).toMatchObject([{ cid: 3, tries: 2 }]);
    const no: UplinkMacCommand = { kind: "LinkADRAns", powerOk: true, dataRateOk: false, channelMaskOk: true };
    await talk.say({ adr: true, mac: [no] }, slow);
    expect(talk.network.events.errors()).toContain("mac-refused");
    expect(talk.mac.dataRate).toBe(0);
  });

  test("leaves a device alone that does not want it", async () => {
    const talk = new Conversation({}, { dataRate: 0 });
    expect(await talk.say({ adr: false }, { snrDb: 10, modulation: euRadio(0) })).toEqual([]);
    expect(talk.network.fleet.sent).toEqual([]);
  });

  test("one gateway's lie about the data rate does not change what is believed", async () => {
    const talk = new Conversation({}, { dataRate: 5 });
    const frame = talk.radio.uplink({ adr: true });
    talk.network.hear(frame, { agent: 9, modulation: euRadio(0) });
    talk.network.hear(frame, { agent: 1, snrDb: -7 });
    talk.network.hear(frame, { agent: 2, snrDb: -7 });
    await talk.network.timeline.pass(3_000);
    expect(talk.mac.dataRate).toBe(5);
    expect(talk.network.events.of("up")).toMatchObject([{ dataRate: 5 }]);
  });
});

describe("what the profile wants", () => {
  test("RX1 delay, RX1 offset and RX2 are set on the device, and used once it answered", async () => {
    const talk = new Conversation({ rx1DelayS: 5, rx1DrOffset: 2, rx2DataRate: 3, rx2FrequencyHz: 869_525_000 });
    const asked = await talk.say();
    expect(asked).toEqual([
      { kind: "RXParamSetupReq", rx1DrOffset: 2, rx2DataRate: 3, frequencyHz: 869_525_000 },
      { kind: "RXTimingSetupReq", rx1DelayS: 5 },
    ]);
    expect(talk.mac.rx1DelayS).toBe(1);
    const mac: UplinkMacCommand[] = [
      { kind: "RXParamSetupAns", rx1DrOffsetOk: true, rx2DataRateOk: true, frequencyOk: true },
      { kind: "RXTimingSetupAns" },
      { kind: "LinkCheckReq" },
    ];
    await talk.say({ mac });
    expect(talk.mac).toMatchObject({ rx1DelayS: 5, rx1DrOffset: 2, rx2DataRate: 3, pending: [] });
    const { downlink } = talk.network.fleet.sent.at(-1)!;
    expect(downlink.timing?.delayMs).toBe(5_000);
    expect(downlink.modulation).toMatchObject({ spreadingFactor: 9 });
    // An answer that is repeated until a downlink is heard does no harm.
    expect(await talk.say({ mac: mac.slice(0, 2) })).toEqual([]);
  });

  test("a device that was only told the default channels is told the others", async () => {
    const talk = new Conversation({}, { channels: [0, 1, 2] });
    const asked = await talk.say();
    expect(asked.map(({ kind }) => kind)).toEqual(Array(5).fill("NewChannelReq"));
    await talk.say({ mac: asked.map(() => ({ kind: "NewChannelAns", dataRatesOk: true, frequencyOk: true })) });
    expect(talk.mac.channels).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await talk.say()).toEqual([]);
  });

  test("a device in US915 is brought to the channels that gateways listen on", async () => {
    const us = regionOf("US915");
    const talk = new Conversation(
      { region: "US915" },
      { dataRate: 3, rx2DataRate: 8, rx2FrequencyHz: 923_300_000, channels: us.channels.map(({ index }) => index) },
    );
    const by: Hearing = { frequencyHz: 903_900_000, modulation: us.dataRate(3, "up")!, snrDb: -20 };
    const asked = await talk.say({ adr: true }, by);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ kind }) => kind === "LinkADRReq")).toBe(true);
    const yes: UplinkMacCommand = { kind: "LinkADRAns", powerOk: true, dataRateOk: true, channelMaskOk: true };
    await talk.say({ adr: true, mac: asked.map(() => yes) }, by);
    expect(talk.mac.channels).toEqual(us.networkChannels);
    // On channel 0 it shows that it fell back to all channels.
    const lost = { ...by, frequencyHz: 902_300_000 };
    expect(await talk.say({ adr: true }, lost)).toEqual(asked);
  });

  test("a request is given up when it is never answered", async () => {
    const talk = new Conversation({ rx1DelayS: 2 });
    for (let turn = 0; turn < MAC_TRIES_MAX + 3; turn++) await talk.say();
    expect(talk.network.fleet.sent).toHaveLength(MAC_TRIES_MAX + 1);
    expect(talk.network.events.errors()).toEqual(["mac-unanswered"]);
    expect(talk.mac.pending).toEqual([]);
  });
});

test("a device's battery is asked for at its interval, and told", async () => {
  const talk = new Conversation({}, {}, DAY_MS);
  expect(await talk.say()).toEqual([]);
  await talk.network.timeline.pass(DAY_MS);
  expect(await talk.say()).toEqual([{ kind: "DevStatusReq" }]);
  await talk.say({ mac: [{ kind: "DevStatusAns", battery: 200, marginDb: -7 }] });
  expect(talk.network.events.of("status")).toMatchObject([{ battery: 200, marginDb: -7 }]);
  expect(await talk.say()).toEqual([]);
  // Nobody asked for this one.
  await talk.say({ mac: [{ kind: "DevStatusAns", battery: 1, marginDb: 1 }] });
  expect(talk.network.events.of("status")).toHaveLength(1);
});

test("hostile MAC commands under a genuine MIC are counted and harm nothing", async () => {
  const talk = new Conversation();
  await talk.network.exchange(talk.radio.uplink({ fPort: 0, data: Uint8Array.of(0x02, 0xee, 0xff) }));
  expect(talk.network.server.counters()["mac-unknown-cid"]).toBe(1);
  expect(talk.network.events.of("up")).toMatchObject([{ fPort: 0, data: "" }]);
  expect(talk.network.failures).toEqual([]);
});
