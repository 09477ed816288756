import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "../../model/device.ts";
import type { DownlinkMacCommand, UplinkMacCommand } from "../../model/lorawan/macCommands.ts";
import { regionOf } from "../../model/regions/region.ts";
import { CLEARINGS_MAX } from "./classAExchange.ts";
import { ADR_REFUSALS_MAX, MAC_TRIES_MAX, fittingRequests } from "./macRequests.ts";
import { Conversation } from "./testing/conversation.ts";
import type { Hearing } from "./testing/testNetwork.ts";

const UNKNOWN = { uplinkDwellTime: null, downlinkDwellTime: null, maxEirpIndex: null };
const AS923 = { region: "AS923" } as const;
const AS_MAC = {
  ...{ tx: UNKNOWN, dataRate: 5, rx2DataRate: 2, rx2FrequencyHz: 923_200_000 },
  channels: [0, 1, 2, 3, 4, 5, 6],
};
const asBy = (dataRate: number): Hearing => {
  return { frequencyHz: 923_200_000, modulation: regionOf("AS923").dataRate(dataRate, "up")! };
};
const ask = (kinds: readonly DownlinkMacCommand[]) => kinds.map(({ kind }) => kind);
const MOVE_FIRST = { rx1Frequencies: [{ uplinkHz: 868_100_000, downlinkHz: 869_525_000 }] };
const moved: UplinkMacCommand = { kind: "DlChannelAns", frequencyOk: true, uplinkFrequencyExists: true };

describe("TxParamSetupReq", () => {
  const answer: UplinkMacCommand[] = [{ kind: "TxParamSetupAns" }];

  test("is asked until answered, then remembered", async () => {
    const talk = new Conversation(AS923, AS_MAC);
    const asked = { kind: "TxParamSetupReq", uplinkDwellTime: true, downlinkDwellTime: false, maxEirpIndex: 5 };
    expect(await talk.say({}, asBy(5))).toEqual([asked]);
    expect(await talk.say({}, asBy(5))).toEqual([asked]);
    expect(await talk.say({ mac: answer }, asBy(5))).toEqual([]);
    expect(talk.mac.tx).toEqual({ uplinkDwellTime: true, downlinkDwellTime: false, maxEirpIndex: 5 });
    const sent = talk.network.fleet.sent.length;
    expect(await talk.say({ mac: answer }, asBy(5))).toEqual([]);
    // A device of 1.0.3 answers once, so nothing has to be sent to make it stop.
    expect(talk.network.fleet.sent).toHaveLength(sent);
  });

  test.for([
    ["EU868", "1.0.4"],
    ["US915", "1.0.4"],
    ["AS923", "1.0.1"],
    ["AU915", "1.0.2"],
  ] as const)("is not asked in %s of a device of %s", async ([region, lorawanVersion]) => {
    const { channels, rx2, networkChannels, dataRate } = regionOf(region);
    const mac = { tx: UNKNOWN, rx2DataRate: rx2.dataRate, rx2FrequencyHz: rx2.frequencyHz, channels: networkChannels };
    const talk = new Conversation({ region, lorawanVersion }, mac);
    const { frequencyHz } = channels[networkChannels[0]!]!;
    expect(await talk.say({}, { frequencyHz, modulation: dataRate(3, "up")! })).toEqual([]);
  });

  test("until it is answered, RX1 is used only where its data rate is sure, and frames are short", async () => {
    const talk = new Conversation({ ...AS923, rx1DrOffset: 2 }, { ...AS_MAC, rx1DrOffset: 2 });
    const lastSent = () => talk.network.fleet.sent.at(-1)!.downlink;
    await talk.say({}, asBy(5));
    expect(lastSent()).toMatchObject({ modulation: { spreadingFactor: 9 }, timing: { delayMs: 1_000 } });
    // DR2 less 2 is DR0 or, with a dwell time, DR2.
    await talk.say({}, asBy(2));
    expect(lastSent()).toMatchObject({ modulation: { spreadingFactor: 10 }, timing: { delayMs: 2_000 } });
    // There is no DR0 under an uplink dwell time, so most likely there is none at all; by turns that is believed.
    for (const [spreadingFactor, delayMs] of [
      [10, 2_000],
      [12, 1_000],
      [10, 2_000],
    ]) {
      await talk.say({}, asBy(0));
      expect(lastSent()).toMatchObject({ modulation: { spreadingFactor }, timing: { delayMs } });
    }
    await talk.say({ mac: answer }, asBy(2));
    await talk.network.exchange(talk.radio.uplink({ confirmed: true }), asBy(2));
    expect(lastSent()).toMatchObject({ modulation: { spreadingFactor: 12 }, timing: { delayMs: 1_000 } });
  });

  test("never answered, it is given up, told and shown; the device goes on with what is sure", async () => {
    const talk = new Conversation(AS923, AS_MAC);
    const tooLong = { fPort: 1, data: new Uint8Array(60), confirmed: false, devEui: talk.devEui };
    for (let turn = 0; turn < MAC_TRIES_MAX + 3; turn++) await talk.say({}, asBy(5));
    expect(talk.network.events.errors()).toEqual(["mac-unanswered"]);
    expect(talk.mac).toMatchObject({ tx: UNKNOWN, pending: [], refused: ["0915"] });
    talk.network.queue.add({ id: "long", ...tooLong });
    await talk.say({}, asBy(2));
    expect(talk.network.events.errors()).toContain("downlink-too-large");
    expect(talk.network.queue.size(talk.devEui)).toBe(0);
  });

  test("a LinkADRReq asks for no data rate that the wanted dwell time forbids", async () => {
    const slow = { ...AS_MAC, dataRate: 0, nbTrans: 3, tx: { ...UNKNOWN, downlinkDwellTime: false } };
    const by = { ...asBy(0), snrDb: -15 };
    const history = Array.from({ length: 20 }, (_, fCnt) => ({ fCnt: fCnt - 20, maxSnrDb: -15, txPower: 0 }));
    for (const [uplinkDwellTime, dataRate] of [
      [true, 2],
      [false, 0],
    ] as const) {
      const talk = new Conversation({ ...AS923, uplinkDwellTime }, { ...slow, adrHistory: history });
      const asked = await talk.say({ adr: true }, by);
      // In this order the device does them.
      expect(asked).toMatchObject([
        { kind: "TxParamSetupReq", uplinkDwellTime },
        { kind: "LinkADRReq", dataRate, nbTrans: 2 },
      ]);
    }
  });
});

describe("DutyCycleReq", () => {
  test("is asked as the profile says, and again when that changes; never without", async () => {
    expect(await new Conversation().say()).toEqual([]);
    const talk = new Conversation({ maxDutyCycle: 0 });
    expect(await talk.say()).toEqual([{ kind: "DutyCycleReq", maxDutyCycle: 0 }]);
    await talk.say({ mac: [{ kind: "DutyCycleAns" }] });
    expect(talk.mac).toMatchObject({ maxDutyCycle: 0, pending: [] });
    expect(await talk.say()).toEqual([]);
    talk.setProfile({ maxDutyCycle: 15 });
    expect(await talk.say()).toEqual([{ kind: "DutyCycleReq", maxDutyCycle: 15 }]);
  });
});

describe("DlChannelReq", () => {
  const rx1Hz = (talk: Conversation) => talk.network.fleet.sent.at(-1)!.downlink.frequencyHz;

  test("moves RX1 of exactly that channel, once it is answered", async () => {
    const talk = new Conversation(MOVE_FIRST);
    const by = { frequencyHz: 868_100_000 };
    expect(await talk.say({}, by)).toEqual([{ kind: "DlChannelReq", channelIndex: 0, frequencyHz: 869_525_000 }]);
    expect(rx1Hz(talk)).toBe(868_100_000);
    await talk.say({ mac: [moved] }, by);
    expect(rx1Hz(talk)).toBe(869_525_000);
    await talk.network.exchange(talk.radio.uplink({ confirmed: true }), { frequencyHz: 868_300_000 });
    expect(rx1Hz(talk)).toBe(868_300_000);
  });

  test.for([
    [false, true],
    [true, false],
    [false, false],
  ])("refused (frequency %s, uplink %s), it is told, not asked again, and RX1 stays", async (ok) => {
    const [frequencyOk, uplinkFrequencyExists] = ok as [boolean, boolean];
    const talk = new Conversation({
      rx1Frequencies: [...MOVE_FIRST.rx1Frequencies, { uplinkHz: 868_300_000, downlinkHz: 867_500_000 }],
    });
    expect(await talk.say()).toHaveLength(2);
    await talk.say({ mac: [{ kind: "DlChannelAns", frequencyOk, uplinkFrequencyExists }, moved] });
    expect(talk.network.events.of("error")).toMatchObject([
      { code: "mac-refused", facts: { request: "DlChannelReq" } },
    ]);
    expect(rx1Hz(talk)).toBe(868_100_000);
    expect(talk.mac.rx1Moved).toEqual([{ channel: 1, frequencyHz: 867_500_000 }]);
    expect(await talk.say()).toEqual([]);
    // Another frequency is another wish.
    talk.setProfile({ rx1Frequencies: [{ uplinkHz: 868_100_000, downlinkHz: 867_900_000 }] });
    expect(await talk.say()).toContainEqual({ kind: "DlChannelReq", channelIndex: 0, frequencyHz: 867_900_000 });
  });

  test("a channel that is made anew has its RX1 where its uplinks are", async () => {
    const talk = new Conversation({}, { channels: [0, 1, 2], rx1Moved: [{ channel: 3, frequencyHz: 869_525_000 }] });
    const asked = await talk.say({ adr: true });
    expect(asked[0]).toMatchObject({ kind: "NewChannelReq", channelIndex: 3 });
    await talk.say({ mac: [{ kind: "NewChannelAns", dataRatesOk: true, frequencyOk: true }] });
    expect(talk.mac.rx1Moved).toEqual([]);
    await talk.network.exchange(talk.radio.uplink({ confirmed: true }), { frequencyHz: 867_100_000 });
    expect(rx1Hz(talk)).toBe(867_100_000);
  });

  test("while a device repeats its answer nothing of the sort is asked, and a few downlinks try to end it", async () => {
    const talk = new Conversation(MOVE_FIRST);
    await talk.say();
    talk.setProfile({
      rx1Frequencies: [...MOVE_FIRST.rx1Frequencies, { uplinkHz: 868_300_000, downlinkHz: 867_500_000 }],
    });
    for (let turn = 1; turn <= CLEARINGS_MAX + 3; turn++) {
      expect(await talk.say({ mac: [moved] })).toEqual([]);
      expect(talk.network.fleet.sent).toHaveLength(1 + Math.min(turn, CLEARINGS_MAX));
    }
    expect(talk.mac.rx1Moved).toEqual([{ channel: 0, frequencyHz: 869_525_000 }]);
    expect(await talk.say()).toMatchObject([{ kind: "DlChannelReq", channelIndex: 1 }]);
  });
});

test("a channel that a device refuses does not keep it from the others", async () => {
  const talk = new Conversation({}, { channels: [0, 1, 2] });
  const asked = await talk.say();
  const answers = asked.map((_, index): UplinkMacCommand => ({
    kind: "NewChannelAns",
    dataRatesOk: true,
    frequencyOk: index !== 1,
  }));
  await talk.say({ mac: answers });
  expect(talk.mac.channels).toEqual([0, 1, 2, 3, 5, 6, 7]);
  expect(await talk.say()).toEqual([]);
  expect(talk.network.events.errors()).toEqual(["mac-refused"]);
});

test("a device that always refuses ADR is left alone", async () => {
  const talk = new Conversation({}, { dataRate: 0 });
  const no: UplinkMacCommand = { kind: "LinkADRAns", powerOk: true, dataRateOk: false, channelMaskOk: true };
  let asked = 0;
  let mac: UplinkMacCommand[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const commands = await talk.say(
      { adr: true, mac },
      { snrDb: 3 * (turn % 6) - 7, modulation: regionOf("EU868").dataRate(0, "up")! },
    );
    mac = commands.map(() => no);
    asked += commands.length;
  }
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(ADR_REFUSALS_MAX);
});

test("answers to one downlink fit one uplink's FOpts", () => {
  const newChannel: DownlinkMacCommand = {
    kind: "NewChannelReq",
    channelIndex: 3,
    frequencyHz: 867_100_000,
    minDataRate: 0,
    maxDataRate: 5,
  };
  const all = Array.from({ length: 8 }, () => [newChannel]);
  // Two bytes each, and two are kept for what the device asks itself.
  expect(fittingRequests(all, 242)).toHaveLength(6);
  expect(fittingRequests(all, 15)).toHaveLength(2);
});

test("many requests go on port 0 where FOpts are too short, beside a payload as many as fit", async () => {
  const profile: Partial<DeviceProfile> = { ...MOVE_FIRST, maxDutyCycle: 3, rx1DelayS: 2, rx1DrOffset: 1 };
  const talk = new Conversation(profile);
  expect(ask(await talk.say())).toEqual(["RXParamSetupReq", "RXTimingSetupReq", "DutyCycleReq", "DlChannelReq"]);
  const { frame } = talk.radio.heard.at(-1)!;
  expect([frame.fPort, frame.fOpts.byteLength]).toEqual([null, 14]);
  const more = new Conversation({ ...profile, region: "EU868" }, { channels: [0, 1, 2] });
  expect(ask(await more.say())).toHaveLength(7);
  expect(more.radio.heard.at(-1)!.frame.fPort).toBe(0);
  more.network.queue.add({ id: "a", devEui: more.devEui, fPort: 5, data: new Uint8Array(3), confirmed: false });
  expect(ask(await more.say())).toEqual(["RXParamSetupReq", "RXTimingSetupReq", "DutyCycleReq", "NewChannelReq"]);
  expect(more.radio.heard.at(-1)!.frame.fPort).toBe(5);
});

const anyAnswer: fc.Arbitrary<UplinkMacCommand> = fc.oneof(
  fc.record({
    kind: fc.constant("LinkADRAns" as const),
    powerOk: fc.boolean(),
    dataRateOk: fc.boolean(),
    channelMaskOk: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("RXParamSetupAns" as const),
    rx1DrOffsetOk: fc.boolean(),
    rx2DataRateOk: fc.boolean(),
    frequencyOk: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("NewChannelAns" as const), dataRatesOk: fc.boolean(), frequencyOk: fc.boolean() }),
  fc.record({
    kind: fc.constant("DlChannelAns" as const),
    frequencyOk: fc.boolean(),
    uplinkFrequencyExists: fc.boolean(),
  }),
  fc.constantFrom<UplinkMacCommand>(
    { kind: "TxParamSetupAns" },
    { kind: "DutyCycleAns" },
    { kind: "RXTimingSetupAns" },
    { kind: "LinkCheckReq" },
  ),
  fc.record({
    kind: fc.constant("DevStatusAns" as const),
    battery: fc.nat(255),
    marginDb: fc.integer({ min: -32, max: 31 }),
  }),
);

test("whatever a device answers, the network stays bounded, answers on, and stops asking", async () => {
  const profiles: Partial<DeviceProfile>[] = [
    { ...MOVE_FIRST, maxDutyCycle: 3, rx1DelayS: 2, rx1DrOffset: 1, rx2DataRate: 3 },
    { ...AS923, downlinkDwellTime: true, maxDutyCycle: 1, rx1DrOffset: 3, rx1DelayS: 3 },
  ];
  const turn = fc.array(anyAnswer, { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...profiles),
      fc.array(turn, { minLength: 1, maxLength: 20 }),
      async (profile, turns) => {
        const mac = profile.region === "AS923" ? { ...AS_MAC, channels: [0, 1] } : { channels: [0, 1, 2] };
        const talk = new Conversation(profile, { ...mac, dataRate: 3 });
        const by = profile.region === "AS923" ? asBy(3) : { modulation: regionOf("EU868").dataRate(3, "up")! };
        for (const answers of turns) {
          await talk.say({ adr: true, mac: answers.slice(0, 4) }, by);
          expect(talk.mac.pending.length).toBeLessThanOrEqual(16);
          expect(talk.mac.refused.length).toBeLessThanOrEqual(32);
        }
        // Silent from now on: each request has its tries, then there is peace.
        for (let i = 0; i < 12 * MAC_TRIES_MAX; i++) await talk.say({ adr: false }, by);
        expect(talk.mac.pending).toEqual([]);
        expect(await talk.say({ adr: false }, by)).toEqual([]);
        const before = talk.network.fleet.sent.length;
        await talk.network.exchange(talk.radio.uplink({ confirmed: true }), by);
        expect(talk.network.fleet.sent.length).toBeGreaterThan(before);
        expect(talk.network.failures).toEqual([]);
        expect(talk.network.server.counters()["internal-error"]).toBeUndefined();
      },
    ),
    { numRuns: 40 },
  );
});
