import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildUplink } from "../../model/lorawan/frame.ts";
import { buildJoinRequest } from "../../model/lorawan/join.ts";
import { SessionCrypto } from "../../model/lorawan/sessionCrypto.ts";
import { MemoryFleet, MemoryPurse } from "../network/testing/memoryPorts.ts";
import { deviceOf, sessionOf } from "../network/testing/radioDevice.ts";
import { agent, TestNetwork } from "../network/testing/testNetwork.ts";
import type { Timeline } from "../network/timeline.ts";
import type { Forwarding, ForwardingSettings } from "../records/forwardings.ts";
import { ForwardingEngine } from "./forwardingEngine.ts";
import { virtualEuiOf } from "./gwmpForwarder.ts";
import {
  type Arrived,
  isUplink,
  PULL_DATA,
  PUSH_DATA,
  ScriptedNetworkServer,
  TX_ACK,
} from "./testing/scriptedNetworkServer.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const JOIN_EUI = "70b3d57ed0001234";
const DEV_ADDR = "260b1234";
const KEYS = { devAddr: DEV_ADDR, nwkSKey: new Uint8Array(16).fill(9), appSKey: new Uint8Array(16).fill(8) };

let peer: ScriptedNetworkServer;
let network: TestNetwork;
let purse: MemoryPurse;
let fleet: MemoryFleet;
let forwardings: Forwarding[];
let engine: ForwardingEngine;
let skippedMs: number;
let fCnt: number;
beforeEach(async () => {
  peer = new ScriptedNetworkServer();
  const port = await peer.open();
  network = new TestNetwork();
  purse = new MemoryPurse();
  fleet = new MemoryFleet(() => Date.now());
  fCnt = 0;
  skippedMs = 0;
  forwardings = [];
  engine = open();
  set({ port });
  await opened();
});
afterEach(async () => {
  await engine.close();
  peer.socket.close();
});

/** Sockets are real, so timers are too; a test only leaps ahead. */
const timeline: Timeline = {
  now: () => Date.now() + skippedMs,
  monotonicMs: () => performance.now() + skippedMs,
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
function open(allowPrivate = true): ForwardingEngine {
  const seedNow = () => `0x${"5e".repeat(32)}` as const;
  return new ForwardingEngine({
    ...{ purse, fleet, timeline, seedNow, allowPrivate, log: SILENT },
    forwardings: () => forwardings,
  });
}
function set(settings: Partial<ForwardingSettings>): Forwarding {
  const before: ForwardingSettings = forwardings[0]?.settings ?? {
    ...{ name: "mine", host: "127.0.0.1", port: 1, region: "EU868", copies: 2, enabled: true },
    ...{ devAddrs: [{ prefix: "260b0000", bits: 16 }], joinEuis: [JOIN_EUI] },
  };
  const forwarding = { id: "forwarding", customer: "ada", createdMs: 0, settings: { ...before, ...settings } };
  forwardings = [forwarding];
  engine.apply();
  return forwarding;
}
const status = () => engine.status(forwardings[0]!);
async function opened(): Promise<void> {
  await expect.poll(() => status().state, { interval: 5 }).not.toBe("starting");
}
function frame(changes: { confirmed?: boolean; fCnt?: number } = {}): Uint8Array {
  return buildUplink(new SessionCrypto(KEYS), {
    ...{ devAddr: DEV_ADDR, confirmed: false, fCnt: fCnt++, adr: false, adrAckReq: false, ack: false, classB: false },
    ...{ fOpts: new Uint8Array(0), fPort: 1, payload: Uint8Array.of(1, 2, 3), ...changes },
  });
}
let sequence = 0;
/** Agents 1…n hear a frame. */
function hear(payload: Uint8Array, ...agents: number[]): void {
  for (const index of agents)
    engine.route(network.server, agent(index), ++sequence, network.copy(payload, { agent: index }));
}
const heardAs = (index: number) => virtualEuiOf(agent(index), index.toString(16).padStart(16, "a"));
const uplink = () => peer.next(PUSH_DATA, isUplink);
/** Until the window of a frame heard just now is over, whatever becomes of it. */
async function decided(what: string, count = 1): Promise<void> {
  await expect.poll(() => status().counters[what]).toBe(count);
}

describe("uplinks", () => {
  test("as many copies as asked for are drawn, bought and forwarded, and no other", async () => {
    const payload = frame();
    hear(payload, 1, 2, 3, 2);
    const arrived = [await uplink(), await uplink()];
    const [purchase] = purse.purchases;
    expect(purchase).toMatchObject({ customer: "ada", act: "wireless.uplink", subject: "forwarding" });
    expect(purchase!.copies.map(({ picoUsd, workUnits }) => [picoUsd, workUnits])).toEqual([
      [10_000_000n, 1n],
      [10_000_000n, 1n],
    ]);
    const bought = purchase!.copies.map(({ device }) => heardAs(Number(device)));
    expect(arrived.map(({ eui }) => eui).sort()).toEqual(bought.sort());
    for (const { json } of arrived) {
      expect(json!.rxpk![0]!["data"]).toBe(Buffer.from(payload).toString("base64"));
    }
    hear(payload, 4);
    hear(frame(), 1);
    await uplink();
    expect(peer.arrived.filter(isUplink)).toEqual([]);
    expect(purse.purchases.map(({ copies }) => copies.length)).toEqual([2, 1]);
    expect(purse.reservedPicoUsd).toBe(0n);
    expect(status()).toMatchObject({ state: "forwarding", counters: { frames: 2, "copies-bought": 3 } });
    expect(status().lastAcknowledgedMs).not.toBeNull();
    // All that heard the customer's devices are named, so that they can be registered.
    expect(status().gateways.map(({ virtualEui }) => virtualEui)).toEqual([1, 2, 3].map(heardAs));
  });

  test("a join is bought as a join", async () => {
    hear(buildJoinRequest(new Uint8Array(16), { joinEui: JOIN_EUI, devEui: "0000000000000001", devNonce: 1 }), 1);
    await uplink();
    expect(purse.bought("wireless.join")).toHaveLength(1);
  });

  test("what is sent again goes again only when it wants an answer, and is never paid twice", async () => {
    const confirmed = frame({ confirmed: true });
    const unconfirmed = frame();
    hear(confirmed, 1);
    hear(unconfirmed, 1);
    await Promise.all([uplink(), uplink()]);
    skippedMs += 2_000;
    hear(confirmed, 2);
    hear(unconfirmed, 2);
    expect((await uplink()).eui).toBe(heardAs(2));
    // Also when its copies are long forgotten: played back by somebody.
    skippedMs += 20_000;
    hear(frame(), 3);
    await uplink();
    hear(unconfirmed, 3);
    await decided("frames-repeated");
    expect(peer.arrived.filter(isUplink)).toEqual([]);
    expect(purse.purchases).toHaveLength(3);
    expect(status().counters).toMatchObject({ "frames-again": 1, "copies-bought": 3 });
  });

  test("out of balance is said, frames are dropped, and after a top-up the next one goes", async () => {
    purse.balancePicoUsd = 0n;
    const dropped = frame();
    hear(dropped, 1);
    await decided("frames-out-of-balance");
    expect(status().state).toBe("out-of-balance");
    expect(purse.purchases).toEqual([]);
    purse.balancePicoUsd = 10n ** 12n;
    const next = frame();
    hear(next, 1);
    expect((await uplink()).json!.rxpk![0]!["data"]).toBe(Buffer.from(next).toString("base64"));
    expect(status().state).toBe("forwarding");
  });

  test("of a server that does not answer no more is bought than may wait for it", async () => {
    peer.acknowledges = false;
    for (let i = 0; i < 30; i++) hear(frame(), 1);
    await decided("frames", 30);
    expect(status()).toMatchObject({ state: "server-silent", lastAcknowledgedMs: null });
    expect(status().counters).toMatchObject({ "copies-bought": 16, "frames-server-silent": 14, "copies-given-up": 0 });
    expect(purse.purchases).toHaveLength(16);
    expect(peer.arrived.filter(isUplink)).toEqual([]);
  });

  test("what no device of the region can have sent is nobody's loss", async () => {
    engine.route(network.server, agent(1), 1, network.copy(frame(), { frequencyHz: 915_000_000 }));
    await decided("frames-wrong-channel");
    expect(purse.purchases).toEqual([]);
  });

  test("a private address is refused unless the operator allows them", async () => {
    await engine.close();
    engine = open(false);
    await opened();
    hear(frame(), 1);
    await decided("frames-server-silent");
    expect(status().state).toBe("destination-private");
    expect(purse.purchases).toEqual([]);
  });
});

describe("ways", () => {
  test("what our own devices made is ours, whatever address it carries", async () => {
    const device = deviceOf(1);
    const ours = network.add(device, { ...sessionOf(device, 1), devAddr: DEV_ADDR });
    hear(ours.uplink(), 1);
    const joins = network.add({ ...deviceOf(2), joinEui: JOIN_EUI });
    hear(joins.joinRequest(), 1);
    expect(network.server.counters()["first-copy"]).toBe(2);
    // Theirs, of the same address and JoinEUI.
    hear(frame(), 1);
    hear(buildJoinRequest(new Uint8Array(16), { joinEui: JOIN_EUI, devEui: deviceOf(2).devEui, devNonce: 1 }), 1);
    await Promise.all([uplink(), uplink()]);
    expect(network.server.counters()["first-copy"]).toBe(2);
  });

  test("all copies of a frame go one way, also when the forwarding comes or goes between them", async () => {
    const late = frame();
    set({ enabled: false });
    hear(late, 1);
    set({ enabled: true });
    hear(late, 2);
    expect(network.server.counters()).toMatchObject({ "first-copy": 1, "copy-of-refused": 1 });
    const early = frame();
    await opened();
    hear(early, 1);
    set({ enabled: false });
    hear(early, 2);
    expect(network.server.counters()).toMatchObject({ "first-copy": 1, "copy-of-refused": 1 });
    expect(status().state).toBe("disabled");
  });

  test("gateways are asked for the frames of what is enabled", () => {
    expect(engine.filters()).toEqual({ devAddrs: [{ prefix: "260b0000", bits: 16 }], joinEuis: [JOIN_EUI] });
    set({ enabled: false });
    expect(engine.filters()).toEqual({ devAddrs: [], joinEuis: [] });
  });

  test("a forwarding that stayed as it was keeps its gateways while others change", async () => {
    hear(frame(), 1);
    const { from } = await uplink();
    forwardings = [
      ...forwardings,
      { ...forwardings[0]!, id: "other", settings: { ...forwardings[0]!.settings, devAddrs: [] } },
    ];
    engine.apply();
    hear(frame(), 1);
    expect((await uplink()).from.port).toBe(from.port);
  });
});

/** A data downlink to an address. @see LoRaWAN 1.0.4 §4 */
const downTo = (devAddr: string): string =>
  Buffer.concat([Buffer.from([0x60]), Buffer.from(devAddr, "hex").reverse(), Buffer.alloc(7)]).toString("base64");

/** As ChirpStack's gateway bridge writes it: Semtech's fields, in order. */
const chirpstack = (tmst: number, data: string) => ({
  ...{ imme: false, rfch: 0, powe: 14, ant: 0, brd: 0, tmst, freq: 868.1, modu: "LORA", datr: "SF7BW125" },
  ...{ codr: "4/5", ipol: true, size: Buffer.from(data, "base64").length, data },
});
/** As The Things Stack's gateway server writes it: a rounded power, no antenna, and no CRC asked for. */
const thingsStack = (tmst: number, data: string) => ({
  ...{ imme: false, tmst, freq: 868.1, rfch: 0, powe: 16, modu: "LORA", datr: "SF7BW125", codr: "4/5", ipol: true },
  ...{ size: Buffer.from(data, "base64").length, ncrc: true, data },
});

describe.each([
  { name: "ChirpStack", txpk: chirpstack, powerDbm: 14 },
  { name: "The Things Stack", txpk: thingsStack, powerDbm: 16 },
])("downlinks of $name", ({ txpk, powerDbm }) => {
  let pull: Arrived;
  let tmst: number;
  beforeEach(async () => {
    hear(frame(), 1);
    tmst = (await uplink()).json!.rxpk![0]!["tmst"] as number;
    pull = await peer.next(PULL_DATA);
  });
  const ask = async (asked: object): Promise<string> => {
    peer.send(pull.from, 77, asked);
    const { token, json } = await peer.next(TX_ACK);
    expect(token).toBe(77);
    return json!.txpk_ack!.error;
  };

  test("go out after the frame they answer, and are bought once they are sent", async () => {
    expect(await ask(txpk((tmst + 1_000_000) % 2 ** 32, downTo(DEV_ADDR)))).toBe("NONE");
    const [{ device, downlink }] = fleet.sent as [(typeof fleet.sent)[number]];
    expect(device).toBe(agent(1));
    expect(downlink).toMatchObject({
      ...{ frequencyHz: 868_100_000, powerDbm, timing: { context: Uint8Array.of(1, 2, 3, 4), delayMs: 1_000 } },
    });
    expect(purse.bought("wireless.downlink")).toMatchObject([{ customer: "ada", subject: "forwarding" }]);
    expect(purse.reservedPicoUsd).toBe(0n);
    expect(status().counters).toMatchObject({ "downlinks-bought": 1, "downlinks-sent": 1 });
  });

  test("that a gateway does not send cost nothing, and the server is told", async () => {
    fleet.outcome = () => "collision-packet";
    expect(await ask(txpk((tmst + 1_000_000) % 2 ** 32, downTo(DEV_ADDR)))).toBe("COLLISION_PACKET");
    expect(purse.bought("wireless.downlink")).toEqual([]);
    expect(purse.reservedPicoUsd).toBe(0n);
  });

  test("are held to the region, the customer's own devices and its balance", async () => {
    const at = (tmst + 1_000_000) % 2 ** 32;
    expect(await ask({ ...txpk(at, downTo(DEV_ADDR)), powe: 30 })).toBe("NONE");
    expect(fleet.sent[0]!.downlink.powerDbm).toBeLessThanOrEqual(16.15);
    expect(await ask({ ...txpk(at, downTo(DEV_ADDR)), freq: 923.3 })).toBe("TX_FREQ");
    expect(await ask(txpk(at, downTo("01020304")))).toBe("TOO_LATE");
    expect(await ask(txpk(at, Buffer.alloc(20, 0xe0).toString("base64")))).toBe("TOO_LATE");
    purse.balancePicoUsd = 0n;
    expect(await ask(txpk(at, downTo(DEV_ADDR)))).toBe("TOO_LATE");
    expect(fleet.sent).toHaveLength(1);
    expect(status().counters).toMatchObject({ "downlinks-foreign": 2, "downlinks-out-of-balance": 1 });
    expect(status().state).toBe("out-of-balance");
  });
});
