import { startGwmpServer } from "@wayleave/kind-wireless/provide/gwmp/gwmpServer";
import type { Address } from "@wayleave/core/ids";
import type { RadioDownlink } from "@wayleave/kind-wireless/model/radio";
import { ForwardingEngine } from "@wayleave/kind-wireless/serve/forward/forwardingEngine";
import { NetworkServer } from "@wayleave/kind-wireless/serve/network/networkServer";
import {
  EventList,
  MemoryBook,
  MemoryPurse,
  MemoryQueue,
} from "@wayleave/kind-wireless/serve/network/testing/memoryPorts";
import { deviceOf } from "@wayleave/kind-wireless/serve/network/testing/radioDevice";
import { TestNetwork } from "@wayleave/kind-wireless/serve/network/testing/testNetwork";
import { machineTimeline } from "@wayleave/kind-wireless/serve/network/timeline";
import type { ForwardingSettings } from "@wayleave/kind-wireless/serve/records/forwardings";
import { expect, test } from "vitest";
import { Air } from "./air.ts";
import { EndDevice } from "./endDevice.ts";
import { REAL_RADIO_TIME } from "./radioTime.ts";
import { startSimulatedGateway } from "./simulatedGateway.ts";

/**
 * Bring your own network server, in real time, over real sockets all the way: end devices on a simulated air, two packet
 * forwarders, two agents' servers, the forwarding, and a second network server behind a UDP port of its own.
 */

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const timeline = machineTimeline(clock);
const seedNow = () => `0x${"11".repeat(32)}` as const;
const AGENTS: readonly Address[] = [`0x${"a1".repeat(20)}`, `0x${"a2".repeat(20)}`];
const JOIN_EUI = deviceOf(1).joinEui;
const POSITION = { latitude: 52.5, longitude: 13.4 };
const DEVICES = 4;

/** The customer's: it knows nothing of us. */
async function startTheirServer() {
  const book = new MemoryBook();
  const events = new EventList(book);
  let sequence = 0;
  const gateways = await startGwmpServer(
    { port: 0, host: "127.0.0.1" },
    { clock, log: SILENT, onUplink: (uplink) => server.onCopy(`0x${"ff".repeat(20)}`, ++sequence, uplink) },
  );
  const server: NetworkServer = new NetworkServer(
    { deviceStatusEveryMs: null },
    {
      ...{ book, queue: new MemoryQueue(), purse: new MemoryPurse(), sink: events, timeline, seedNow, log: SILENT },
      fleet: { send: async (_, downlink) => ({ outcome: await gateways.send(downlink), sequence: ++sequence }) },
      decode: () => Promise.resolve({ object: null, errors: [] }),
      newId: () => `event-${++sequence}`,
    },
  );
  return { book, events, gateways, server };
}

test("devices join a customer's own network server through our gateways and are acknowledged in RX1", async () => {
  const theirs = await startTheirServer();
  const [purse, ours] = [new MemoryPurse(), new TestNetwork()];
  const air = new Air({ time: REAL_RADIO_TIME });
  let sequence = 0;
  const agents = await Promise.all(
    AGENTS.map((agent) =>
      startGwmpServer(
        { port: 0, host: "127.0.0.1" },
        { clock, log: SILENT, onUplink: (uplink) => engine.route(ours.server, agent, ++sequence, uplink) },
      ),
    ),
  );
  const send = async (agent: Address, downlink: RadioDownlink) => {
    const outcome = await agents[AGENTS.indexOf(agent)]!.send(downlink);
    return { outcome, sequence: outcome === "sent" ? ++sequence : null };
  };
  const settings: ForwardingSettings = {
    ...{ name: "theirs", host: "127.0.0.1", port: theirs.gateways.port, region: "EU868", copies: 2, enabled: true },
    ...{ devAddrs: [{ prefix: "26000000", bits: 7 }], joinEuis: [JOIN_EUI] },
  };
  const forwarding = { id: "forwarding", customer: "ada", createdMs: 0, settings };
  const engine: ForwardingEngine = new ForwardingEngine({
    ...{ purse, fleet: { send }, timeline, seedNow, allowPrivate: true, log: SILENT, forwardings: () => [forwarding] },
  });
  const gateways = await Promise.all(
    agents.map(({ port }, at) => {
      const options = { eui: `aa555a000000010${at}`, position: POSITION, server: { host: "127.0.0.1", port } };
      return startSimulatedGateway(options, { air });
    }),
  );
  await expect.poll(() => gateways.every(({ counters }) => counters.pullAcknowledged > 0)).toBe(true);
  await expect.poll(() => engine.status(forwarding).state).toBe("waiting-for-frames");
  const devices = Array.from({ length: DEVICES }, (_, at) => {
    const registered = deviceOf(at + 1);
    theirs.book.register(registered);
    const { devEui, joinEui, appKey } = registered;
    return new EndDevice(
      {
        ...{ devEui, position: { latitude: 52.502, longitude: 13.4 + at / 1_000 }, region: "EU868", deviceClass: "A" },
        ...{ activation: { kind: "otaa", joinEui, appKey: appKey! }, dataRate: 5, seed: at + 1 },
      },
      { air },
    );
  });

  const outcomes = await Promise.all(
    devices.map(async (device, at) => {
      await new Promise((resolve) => setTimeout(resolve, 400 * at));
      expect(await device.join()).toBe(true);
      const sends = [];
      for (let i = 0; i < 3; i++) {
        sends.push(await device.send({ payload: Buffer.from(`${at} ${i}`), fPort: 2, confirmed: true }));
      }
      return sends;
    }),
  );

  expect(outcomes.flat().every(({ acknowledged }) => acknowledged)).toBe(true);
  const heard = theirs.events.of("up").map(({ data }) => Buffer.from(data, "base64").toString());
  expect(heard.filter((text) => text !== "").sort()).toEqual(
    devices.flatMap((_, at) => [0, 1, 2].map((i) => `${at} ${i}`)),
  );
  const windows = devices.map(({ counters }) => counters);
  // The way through us and them leaves time enough for the first window, a second after the frame, or most of them: this
  // is real time, and another program may have the processor.
  expect(windows.reduce((sum, { rx1 }) => sum + rx1, 0)).toBeGreaterThanOrEqual(DEVICES * 3);
  const { state, counters } = engine.status(forwarding);
  expect(state).toBe("forwarding");
  expect(purse.bought("wireless.join")).toHaveLength(DEVICES);
  expect(purse.bought("wireless.downlink")).toHaveLength(counters["downlinks-sent"]!);
  expect(purse.reservedPicoUsd).toBe(0n);

  for (const gateway of gateways) await gateway.close();
  for (const device of devices) device.close();
  await engine.close();
  await theirs.server.close();
  for (const server of [...agents, theirs.gateways]) await server.close();
}, 60_000);
