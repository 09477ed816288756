import { loraPacket } from "./testing/loraPacket.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { Air, type AirRadio, type Reception } from "./air.ts";
import type { Downlink } from "./deviceFrames.ts";
import { EndDevice } from "./endDevice.ts";
import type { EndDeviceOptions } from "./endDeviceOptions.ts";
import { VirtualRadioTime } from "./radioTime.ts";

const HERE = { latitude: 52.5, longitude: 13.4 };
const APP_KEY = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const NWK = Buffer.from("101112131415161718191a1b1c1d1e1f", "hex");
const APP = Buffer.from("202122232425262728292a2b2c2d2e2f", "hex");
const DEV_ADDR = Buffer.from("26011bda", "hex");
const SF12 = { kind: "lora", spreadingFactor: 12, bandwidthHz: 125_000 } as const;
const SECOND = 1_000_000;

type Fields = Parameters<typeof loraPacket.fromFields>[0];

/** A tiny scripted network on lora-packet alone: what it answers, and in which window, is the test's. */
class ScriptedNetwork implements AirRadio {
  readonly id = "network";
  readonly position = HERE;
  readonly antennaGainDb = 0;
  readonly receiver = "sx1302";
  readonly heard: { readonly packet: ReturnType<typeof loraPacket.fromWire>; readonly reception: Reception }[] = [];
  answer: (packet: ReturnType<typeof loraPacket.fromWire>) => { bytes: Buffer; delayUs: number; rx2?: boolean } | null =
    () => null;
  readonly #air: Air;

  constructor(air: Air) {
    this.#air = air;
    air.join(this);
  }
  listensTo({ inverted }: { inverted: boolean }): boolean {
    return !inverted;
  }
  receive(reception: Reception): void {
    const { transmission } = reception;
    const packet = loraPacket.fromWire(Buffer.from(transmission.payload));
    this.heard.push({ packet, reception });
    const answer = this.answer(packet);
    if (answer === null) return;
    const where = answer.rx2 ? { frequencyHz: 869_525_000, modulation: SF12 } : transmission;
    this.sendAt(answer.bytes, transmission.endUs + answer.delayUs, where);
  }
  sendAt(
    payload: Buffer,
    startUs: number,
    where: { frequencyHz: number; modulation: typeof SF12 | Reception["transmission"]["modulation"] },
  ): void {
    const { frequencyHz, modulation } = where;
    const emission = {
      payload,
      frequencyHz,
      modulation,
      codingRate: "4/5" as const,
      eirpDbm: 14,
      inverted: true,
      startUs,
    };
    this.#air.time.at(startUs, () => void this.#air.transmit(this, emission));
  }
}

let time: VirtualRadioTime;
let air: Air;
let network: ScriptedNetwork;
let received: Downlink[];
beforeEach(() => {
  time = new VirtualRadioTime();
  air = new Air({ time });
  network = new ScriptedNetwork(air);
  received = [];
});

const abp = (changes: Partial<EndDeviceOptions> = {}) =>
  new EndDevice(
    {
      devEui: "0004a30b001c0530",
      position: { latitude: 52.501, longitude: 13.4 },
      region: "EU868",
      deviceClass: "A",
      activation: { kind: "abp", devAddr: "26011bda", nwkSKey: NWK, appSKey: APP },
      dataRate: 5,
      onDownlink: (downlink) => received.push(downlink),
      ...changes,
    },
    { air },
  );
const down = (fields: Fields): Buffer =>
  loraPacket
    .fromFields(
      { MType: "Unconfirmed Data Down", DevAddr: DEV_ADDR, FCnt: 0, FPort: 1, payload: "hi", ...fields },
      APP,
      NWK,
    )
    .getPHYPayload() as Buffer;
const hello = { payload: Buffer.from("hello"), fPort: 10 };

describe("joining", () => {
  const otaa = (nextDevNonce = () => 1) =>
    abp({ activation: { kind: "otaa", joinEui: "70b3d57ed0000001", appKey: APP_KEY }, nextDevNonce });
  const accept = (key = APP_KEY): Buffer =>
    loraPacket
      .fromFields(
        {
          MType: "Join Accept",
          AppNonce: Buffer.from("000001", "hex"),
          NetID: Buffer.from("000013", "hex"),
          DevAddr: DEV_ADDR,
          DLSettings: 0x13,
          RxDelay: 5,
          CFList: Buffer.from("184f84e85684b85e84886684586e8400", "hex"),
        },
        undefined,
        undefined,
        key,
      )
      .getPHYPayload() as Buffer;

  test.for([
    [5, false],
    [6, true],
  ] as const)("is accepted %i s after the request, and takes the settings", async ([seconds, rx2]) => {
    const device = otaa();
    network.answer = () => ({ bytes: accept(), delayUs: seconds * SECOND, rx2 });
    const joined = device.join();
    time.runFor(10 * SECOND);
    expect(await joined).toBe(true);
    expect(device.counters).toMatchObject(rx2 ? { rx2: 1 } : { rx1: 1 });
    const { packet } = network.heard[0]!;
    expect(loraPacket.verifyMIC(packet, undefined, APP_KEY)).toBe(true);
    expect(device.settings).toMatchObject({ rx1DelayS: 5, rx1DrOffset: 1, rx2DataRate: 3 });
    expect(device.settings.channels.map((channel) => channel?.frequencyHz)).toEqual([
      868_100_000, 868_300_000, 868_500_000, 867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000,
    ]);
    const keys = loraPacket.generateSessionKeys10(
      APP_KEY,
      Buffer.from("000013", "hex"),
      Buffer.from("000001", "hex"),
      Buffer.from([0, 1]),
    );
    void device.send(hello);
    time.runFor(10 * SECOND);
    const uplink = network.heard[1]!.packet;
    expect(loraPacket.verifyMIC(uplink, keys.NwkSKey)).toBe(true);
    expect(loraPacket.decrypt(uplink, keys.AppSKey, keys.NwkSKey).toString()).toBe("hello");
  });

  test("is not accepted with another key, nor outside the windows", async () => {
    for (const [bytes, delayUs] of [
      [accept(NWK), 5 * SECOND],
      [accept(), 5 * SECOND + 20_000],
      [accept(), 4 * SECOND],
    ] as const) {
      const device = otaa();
      network.answer = () => ({ bytes, delayUs });
      const joined = device.join();
      time.runFor(10 * SECOND);
      expect(await joined).toBe(false);
      device.close();
    }
  });
});

test("a confirmed uplink is repeated, the same frame, until it is acknowledged", async () => {
  const device = abp();
  let heard = 0;
  network.answer = () => (++heard < 3 ? null : { bytes: down({ FCtrl: { ACK: true } }), delayUs: SECOND });
  const sent = device.send({ ...hello, confirmed: true });
  time.runFor(60 * SECOND);
  expect(await sent).toEqual({ fCnt: 0, acknowledged: true, transmissions: 3 });
  expect(new Set(network.heard.map(({ packet }) => packet.getPHYPayload()!.toString("hex"))).size).toBe(1);
  expect(network.heard[0]!.packet.isConfirmed()).toBe(true);
});

test("a confirmed uplink is given up after its tries, and the next one goes", async () => {
  const device = abp({ confirmedTriesMax: 2 });
  const [first, second] = [device.send({ ...hello, confirmed: true }), device.send(hello)];
  time.runFor(60 * SECOND);
  expect(await first).toEqual({ fCnt: 0, acknowledged: false, transmissions: 2 });
  expect(await second).toEqual({ fCnt: 1, acknowledged: null, transmissions: 1 });
});

test("frame counters go past 16 bits", async () => {
  const device = abp({ activation: { kind: "abp", devAddr: "26011bda", nwkSKey: NWK, appSKey: APP, fCntUp: 65_535 } });
  void device.send(hello);
  void device.send(hello);
  time.runFor(20 * SECOND);
  expect(network.heard.map(({ packet }) => packet.getFCnt())).toEqual([65_535, 0]);
  expect(loraPacket.verifyMIC(network.heard[1]!.packet, NWK, undefined, Buffer.from([1, 0]))).toBe(true);
});

test("a confirmed downlink is acknowledged at once by a frame without payload, and taken once", () => {
  abp();
  const device = abp({ devEui: "0004a30b001c0531" });
  const bytes = down({ MType: "Confirmed Data Down" });
  network.answer = (packet) => (packet.getFCtrlACK() ? null : { bytes, delayUs: SECOND });
  void device.send(hello);
  time.runFor(20 * SECOND);
  expect(received.map(({ payload }) => payload.toString())).toEqual(["hi"]);
  expect(network.heard.map(({ packet }) => [packet.getFCtrlACK(), packet.getFPort()])).toEqual([
    [false, 10],
    [true, null],
  ]);
  void device.send(hello); // the same downlink again: a replay
  time.runFor(20 * SECOND);
  expect(received).toHaveLength(1);
  expect(device.counters.ignored).toBe(1);
});

/** What the device sends next after it was told these MAC commands in FOpts. */
function answersTo(device: EndDevice, commands: string): string {
  let first = true;
  network.answer = () => {
    if (!first) return null;
    first = false;
    return { bytes: down({ FOpts: Buffer.from(commands, "hex") }), delayUs: SECOND };
  };
  void device.send(hello);
  time.runFor(20 * SECOND);
  return network.heard.at(-1)!.packet.FOpts!.toString("hex");
}

test("obeys MAC commands", () => {
  const told = (commands: string) => {
    const device = abp({ battery: 100 });
    const answer = answersTo(device, commands);
    device.close();
    return { answer, settings: device.settings };
  };
  // LinkADRReq: DR3, power 2, channels 0–1, NbTrans 2; then a block whose last names a channel that is not there.
  expect(told("0332030002")).toMatchObject({ answer: "0307", settings: { dataRate: 3, txPower: 2, nbTrans: 2 } });
  expect(told("033203000203320f0002")).toMatchObject({ answer: "03060306", settings: { dataRate: 5, nbTrans: 1 } });
  expect(told("06").answer).toMatch(/^0664/);
  // RXParamSetupReq: offset 2, RX2 DR4 on 868.6 MHz (8686000 = 0x8489b0); then a frequency that is out of the band.
  expect(told("0524b08984")).toMatchObject({
    answer: "0507",
    settings: { rx1DrOffset: 2, rx2DataRate: 4, rx2FrequencyHz: 868_600_000 },
  });
  expect(told("05240000ff")).toMatchObject({ answer: "0506", settings: { rx1DrOffset: 0 } });
  expect(told("0803")).toMatchObject({ answer: "08", settings: { rx1DelayS: 3 } });
  const added = told("0703b0898450");
  expect([added.answer, added.settings.channels[3]]).toEqual([
    "0703",
    { frequencyHz: 868_600_000, minDataRate: 0, maxDataRate: 5 },
  ]);
  expect(told("0700b0898450").answer).toBe("0702"); // a default channel stays
});

test("sticky answers are repeated until a downlink comes", () => {
  const device = abp({ answersAtOnce: false });
  answersTo(device, "0803");
  for (const [downlink, expected] of [
    [false, "08"],
    [true, "08"],
    [false, ""],
  ] as const) {
    network.answer = () => (downlink ? { bytes: down({ FCnt: 1 }), delayUs: 3 * SECOND } : null);
    void device.send(hello);
    time.runFor(20 * SECOND);
    expect(network.heard.at(-1)!.packet.FOpts!.toString("hex")).toBe(expected);
  }
});

test("asks for a link check and is told", () => {
  const device = abp();
  expect(answersTo(device, "021403")).toBe("");
  expect(device.answers.linkCheck).toEqual({ marginDb: 20, gateways: 3 });
  void device.send({ ...hello, linkCheck: true });
  time.runFor(20 * SECOND);
  expect(network.heard.at(-1)!.packet.FOpts!.toString("hex")).toBe("02");
});

test("class C hears a downlink at any time, class A does not", () => {
  const classes = (["A", "C"] as const).map((deviceClass) =>
    abp({ deviceClass, devEui: `0004a30b001c054${deviceClass}` }),
  );
  network.sendAt(down({}), 5 * SECOND, { frequencyHz: 869_525_000, modulation: SF12 });
  time.runFor(20 * SECOND);
  expect(classes.map(({ counters }) => counters.downlinks)).toEqual([0, 1]);
});

test("US915: joins and sends on its sub-band and listens where the region answers", async () => {
  const channels = [8, 9, 10, 11, 12, 13, 14, 15, 65];
  const device = abp({ region: "US915", dataRate: 3, channels });
  for (let i = 0; i < 8; i++) void device.send(hello);
  time.runFor(60 * SECOND);
  const heardHz = network.heard.map(({ reception }) => reception.transmission.frequencyHz);
  for (const frequencyHz of heardHz) {
    expect(frequencyHz).toBeGreaterThanOrEqual(903_900_000);
    expect(frequencyHz).toBeLessThanOrEqual(905_300_000);
  }
  network.answer = () => null;
  void device.send(hello);
  time.runFor(500_000);
  const { endUs, frequencyHz } = network.heard.at(-1)!.reception.transmission;
  const rx1Hz = 923_300_000 + (((frequencyHz - 902_300_000) / 200_000) % 8) * 600_000;
  const SF7_WIDE = { kind: "lora", spreadingFactor: 7, bandwidthHz: 500_000 } as const;
  network.sendAt(down({}), endUs + SECOND, { frequencyHz: rx1Hz, modulation: SF7_WIDE });
  time.runFor(5 * SECOND);
  expect(device.counters.rx1).toBe(1);
});

test("a device that hears nothing for long asks, raises its power and slows down", () => {
  const device = abp();
  for (let i = 0; i < 130; i++) void device.send(hello);
  time.runFor(1_000 * SECOND);
  const asks = network.heard.map(({ packet }) => packet.getFCtrlADRACKReq());
  expect([asks.indexOf(true), asks.length]).toEqual([63, 130]);
  expect(device.settings.dataRate).toBe(3);
});
