import { afterEach, beforeEach, expect, test } from "vitest";
import { startGwmpServer } from "../../provide/gwmp/gwmpServer.ts";
import { NetworkServer } from "../network/networkServer.ts";
import { EventList, MemoryBook, MemoryFleet, MemoryPurse, MemoryQueue } from "../network/testing/memoryPorts.ts";
import { deviceOf, RadioDevice } from "../network/testing/radioDevice.ts";
import { agent, TestNetwork } from "../network/testing/testNetwork.ts";
import { machineTimeline } from "../network/timeline.ts";
import type { Forwarding, ForwardingSettings } from "../records/forwardings.ts";
import { ForwardingEngine } from "./forwardingEngine.ts";

/** A whole second network server, behind a real UDP port, in the place of a customer's ChirpStack. */

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const timeline = machineTimeline(clock);
const seedNow = () => `0x${"11".repeat(32)}` as const;

let gateways: Awaited<ReturnType<typeof startGwmpServer>>;
let theirs: NetworkServer;
let theirBook: MemoryBook;
let theirEvents: EventList;
let ours: TestNetwork;
let purse: MemoryPurse;
let fleet: MemoryFleet;
let engine: ForwardingEngine;
let forwarding: Forwarding;
let sequence: number;
beforeEach(async () => {
  [sequence, ours, purse, fleet] = [0, new TestNetwork(), new MemoryPurse(), new MemoryFleet(() => Date.now())];
  theirBook = new MemoryBook();
  theirEvents = new EventList(theirBook);
  let theirSequence = 0;
  gateways = await startGwmpServer(
    { port: 0, host: "127.0.0.1" },
    { clock, log: SILENT, onUplink: (uplink) => theirs.onCopy(agent(99), ++theirSequence, uplink) },
  );
  theirs = new NetworkServer(
    { deviceStatusEveryMs: null },
    {
      ...{ book: theirBook, queue: new MemoryQueue(), purse: new MemoryPurse(), sink: theirEvents, timeline, seedNow },
      fleet: { send: async (_, downlink) => ({ outcome: await gateways.send(downlink), sequence: ++theirSequence }) },
      decode: () => Promise.resolve({ object: null, errors: [] }),
      ...{ newId: () => `event-${++theirSequence}`, log: SILENT },
    },
  );
  const device = deviceOf(1);
  const settings: ForwardingSettings = {
    ...{ name: "theirs", host: "127.0.0.1", port: gateways.port, region: "EU868", copies: 2, enabled: true },
    // As MemoryBook gives addresses.
    ...{ devAddrs: [{ prefix: "26000000", bits: 7 }], joinEuis: [device.joinEui] },
  };
  forwarding = { id: "forwarding", customer: "ada", createdMs: 0, settings };
  const allowPrivate = true;
  engine = new ForwardingEngine({
    ...{ purse, fleet, timeline, seedNow, allowPrivate, log: SILENT, forwardings: () => [forwarding] },
  });
});
afterEach(async () => {
  await engine.close();
  await theirs.close();
  await gateways.close();
});

function hear(payload: Uint8Array): void {
  for (const index of [1, 2]) engine.route(ours.server, agent(index), ++sequence, ours.copy(payload, { agent: index }));
}
async function sent(count: number) {
  await expect.poll(() => fleet.sent.length, { timeout: 3_000 }).toBe(count);
  return fleet.sent[count - 1]!.downlink;
}

test("a device that only the customer's server knows joins through our gateways, is answered, and both ways are paid", async () => {
  // Time enough on a busy machine; in RX1 after a second: testbed/radio/ownNetworkServer.slow.test.ts.
  const registered = deviceOf(1, { rx1DelayS: 3 });
  theirBook.register(registered);
  const device = new RadioDevice(registered);
  await expect.poll(() => engine.status(forwarding).state).toBe("waiting-for-frames");

  hear(device.joinRequest());
  const accept = await sent(1);
  // In RX1 of a join: five seconds after the copy of the gateway that sends it, in that gateway's own words.
  expect(accept.timing).toEqual({ context: Uint8Array.of(Number(fleet.sent[0]!.device), 2, 3, 4), delayMs: 5_000 });
  expect(accept).toMatchObject({ frequencyHz: 868_100_000, modulation: { spreadingFactor: 7 } });
  device.hearJoinAccept(accept.payload);
  expect(theirEvents.of("join")).toHaveLength(1);

  hear(device.uplink({ data: Buffer.from("over there"), confirmed: true }));
  const answer = await sent(2);
  expect(answer.timing!.delayMs).toBe(3_000);
  expect(device.hear(answer.payload).frame.ack).toBe(true);
  await expect
    .poll(() => theirEvents.of("up").map(({ data }) => data))
    .toEqual([Buffer.from("over there").toString("base64")]);
  // Both gateways' copies were bought, so both are heard there.
  expect(theirEvents.of("up")[0]!.heardBy).toHaveLength(2);

  expect(purse.purchases.map(({ act, copies }) => [act, copies.length])).toEqual([
    ["wireless.join", 2],
    ["wireless.downlink", 1],
    ["wireless.uplink", 2],
    ["wireless.downlink", 1],
  ]);
  expect(purse.reservedPicoUsd).toBe(0n);
  expect(ours.server.counters()).not.toHaveProperty("first-copy");
});
