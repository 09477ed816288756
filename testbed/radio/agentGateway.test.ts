import { startGwmpServer } from "@wayleave/kind-wireless/provide/gwmp/gwmpServer";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RadioDownlink, RadioUplink } from "@wayleave/kind-wireless/model/radio";
import { Air } from "./air.ts";
import { EndDevice } from "./endDevice.ts";
import { VirtualRadioTime } from "./radioTime.ts";
import { type SimulatedGateway, startSimulatedGateway } from "./simulatedGateway.ts";
import { loraPacket } from "./testing/loraPacket.ts";

/** The agent's server against our packet forwarder: two implementations of one protocol, written apart. */

const HERE = { latitude: 52.5, longitude: 13.4 };
const NWK = Buffer.alloc(16, 1);
const APP = Buffer.alloc(16, 2);
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const EUI = "aa555a0000000101";

let time: VirtualRadioTime;
let air: Air;
let heard: RadioUplink[];
let wake: () => void;
let agent: Awaited<ReturnType<typeof startGwmpServer>>;
let gateways: SimulatedGateway[];
beforeEach(async () => {
  time = new VirtualRadioTime();
  air = new Air({ time });
  heard = [];
  wake = () => {};
  gateways = [];
  agent = await startGwmpServer(
    { port: 0, host: "127.0.0.1" },
    {
      clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
      log: SILENT,
      onUplink: (uplink) => {
        heard.push(uplink);
        wake();
      },
    },
  );
});
afterEach(async () => {
  for (const gateway of gateways) await gateway.close();
  await agent.close();
});

async function attach(eui: string, counterStart: number): Promise<SimulatedGateway> {
  const server = { host: "127.0.0.1", port: agent.port };
  const gateway = await startSimulatedGateway({ eui, position: HERE, server, counterStart }, { air });
  gateways.push(gateway);
  // Its PULL_DATA has come when the acknowledgement is back.
  while (gateway.counters.pullAcknowledged === 0) await new Promise((resolve) => setImmediate(resolve));
  return gateway;
}
async function uplinks(count: number): Promise<void> {
  while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
}
const device = () =>
  new EndDevice(
    {
      devEui: "0004a30b001c0530",
      position: { latitude: 52.505, longitude: 13.4 },
      region: "EU868",
      deviceClass: "A",
      activation: { kind: "abp", devAddr: "26011bda", nwkSKey: NWK, appSKey: APP },
      dataRate: 5,
    },
    { air },
  );
const answer = (uplink: RadioUplink, delayMs: number): RadioDownlink => ({
  payload: loraPacket
    .fromFields(
      {
        MType: "Unconfirmed Data Down",
        DevAddr: Buffer.from("26011bda", "hex"),
        FCnt: 0,
        FPort: 1,
        payload: "hi",
        FCtrl: { ACK: true },
      },
      APP,
      NWK,
    )
    .getPHYPayload() as Buffer,
  gatewayEui: uplink.gatewayEui,
  frequencyHz: uplink.frequencyHz,
  modulation: uplink.modulation,
  codingRate: "4/5",
  powerDbm: 14,
  timing: { context: uplink.context, delayMs },
});

test.for([5_000_000, 2 ** 32 - 600_000])(
  "a confirmed uplink is acknowledged in RX1, counter from %i",
  async (start) => {
    const gateway = await attach(EUI, start);
    const sensor = device();
    const sent = sensor.send({ payload: Buffer.from("hello"), fPort: 1, confirmed: true });
    time.runFor(200_000);
    await uplinks(1);
    const { payload, gatewayEui, frequencyHz, modulation } = heard[0]!;
    expect({ gatewayEui, frequencyHz, modulation }).toEqual({
      gatewayEui: EUI,
      frequencyHz: expect.any(Number),
      modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 },
    });
    expect(loraPacket.verifyMIC(loraPacket.fromWire(Buffer.from(payload)), NWK)).toBe(true);
    expect(await agent.send(answer(heard[0]!, 1_000))).toBe("sent");
    time.runFor(3_000_000);
    expect(await sent).toEqual({ fCnt: 0, acknowledged: true, transmissions: 1 });
    expect(sensor.counters).toMatchObject({ rx1: 1, rx2: 0 });
    expect(gateway.counters.malformed).toBe(0);
  },
);

test("a downlink that comes too late is refused, and known as such", async () => {
  await attach(EUI, 1);
  void device().send({ payload: Buffer.from("hello"), fPort: 1 });
  time.runFor(200_000);
  await uplinks(1);
  time.runFor(870_000);
  expect(await agent.send(answer(heard[0]!, 1_000))).toMatch(/^too-(late|early)$/);
});

test("a beacon of one gateway is heard by the other, through the agent both times", async () => {
  await attach("aa555a0000000102", 1);
  await attach(EUI, 2);
  const payload = Buffer.from("a beacon of 24 bytes....");
  const beacon: RadioDownlink = {
    ...{ payload, gatewayEui: EUI, frequencyHz: 868_500_000, codingRate: "4/5", powerDbm: 14, timing: null },
    modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
  };
  expect(await agent.send(beacon, { likeUplink: true })).toBe("sent");
  time.runFor(1_000_000);
  await uplinks(1);
  expect(heard[0]).toMatchObject({ gatewayEui: "aa555a0000000102", frequencyHz: 868_500_000 });
  expect(Buffer.from(heard[0]!.payload)).toEqual(payload);
});
