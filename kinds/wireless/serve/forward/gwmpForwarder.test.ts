import { createSocket } from "node:dgram";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import type { DownlinkOutcome, RadioDownlink, RadioUplink } from "../../model/radio.ts";
import { type GwmpForwarder, openGwmpForwarder, virtualEuiOf } from "./gwmpForwarder.ts";
import {
  type Arrived,
  isUplink,
  PULL_DATA,
  PUSH_DATA,
  ScriptedNetworkServer,
  TX_ACK,
} from "./testing/scriptedNetworkServer.ts";
import { readDownstream, readTxpk, rxpkOf } from "./peerDatagrams.ts";

const AGENT: Address = `0x${"ab".repeat(20)}`;
const OTHER: Address = `0x${"cd".repeat(20)}`;
const GATEWAY = "aa555a0000000101";
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

let peer: ScriptedNetworkServer;
let port: number;
let forwarder: GwmpForwarder;
let sent: { readonly device: Address; readonly downlink: RadioDownlink }[];
let outcome: DownlinkOutcome;
beforeEach(async () => {
  peer = new ScriptedNetworkServer();
  port = await peer.open();
  sent = [];
  outcome = "sent";
  await open();
});
afterEach(() => {
  forwarder.close();
  peer.socket.close();
});

async function open(changes: { keepaliveMs?: number; statMs?: number } = {}): Promise<void> {
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
  const send = async (device: Address, downlink: RadioDownlink): Promise<DownlinkOutcome> => {
    sent.push({ device, downlink });
    return outcome;
  };
  forwarder = await openGwmpForwarder(
    { host: "127.0.0.1", port, allowPrivate: true, ...changes },
    { send, clock, log: SILENT },
  );
}
const uplink = (changes: Partial<RadioUplink> = {}): RadioUplink => ({
  payload: Buffer.from("40da1b0126", "hex"),
  gatewayEui: GATEWAY,
  frequencyHz: 868_100_000,
  modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
  codingRate: "4/5",
  rssiDbm: -101.4,
  snrDb: 5.26,
  context: Uint8Array.of(1, 2, 3, 4),
  receivedAtMs: 1_800_000_000_000,
  ...changes,
});
const txpk = (changes: object) => ({
  imme: false,
  rfch: 0,
  powe: 14,
  ant: 0,
  brd: 0,
  freq: 868.1,
  modu: "LORA",
  datr: "SF9BW125",
  codr: "4/5",
  ipol: true,
  size: 3,
  data: "YAEC",
  ...changes,
});
/** One uplink through: what its downlinks are relative to, and where they go. */
async function through(changes: Partial<RadioUplink> = {}): Promise<{ tmst: number; pull: Arrived; push: Arrived }> {
  forwarder.forward(AGENT, uplink(changes));
  const push = await peer.next(PUSH_DATA, isUplink);
  const pull = await peer.next(PULL_DATA);
  return { tmst: push.json!.rxpk![0]!["tmst"] as number, pull, push };
}

test("an uplink arrives as a packet forwarder's, and its downlink goes to that gateway, after that frame", async () => {
  const { tmst, pull, push } = await through();
  expect(push.json!.rxpk).toEqual([
    {
      ...{ tmst, time: "2027-01-15T08:00:00.000Z", chan: 0, rfch: 0, freq: 868.1, stat: 1, modu: "LORA" },
      ...{ datr: "SF9BW125", codr: "4/5", lsnr: 5.3, rssi: -101, size: 5, data: "QNobASY=" },
    },
  ]);
  expect([push.eui, pull.eui]).toEqual([virtualEuiOf(AGENT, GATEWAY), virtualEuiOf(AGENT, GATEWAY)]);
  peer.send(pull.from, 4_660, txpk({ tmst: (tmst + 1_000_000) % 2 ** 32 }));
  const acknowledged = await peer.next(TX_ACK);
  expect(acknowledged).toMatchObject({ token: 4_660, eui: push.eui, json: { txpk_ack: { error: "NONE" } } });
  expect(sent).toEqual([
    {
      device: AGENT,
      downlink: {
        payload: Buffer.from([0x60, 1, 2]),
        gatewayEui: GATEWAY,
        frequencyHz: 868_100_000,
        modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
        codingRate: "4/5",
        powerDbm: 14,
        timing: { context: Uint8Array.of(1, 2, 3, 4), delayMs: 1_000 },
      },
    },
  ]);
  expect(forwarder.counters()).toMatchObject({ forwarded: 1, downlinks: 1, downlinkOutcomes: { sent: 1 } });
});

test("every copy is passed on, each by its own gateway's socket and name", async () => {
  forwarder.forward(AGENT, uplink());
  forwarder.forward(OTHER, uplink());
  forwarder.forward(AGENT, uplink({ gatewayEui: "aa555a0000000102" }));
  const heard = [
    await peer.next(PUSH_DATA, isUplink),
    await peer.next(PUSH_DATA, isUplink),
    await peer.next(PUSH_DATA, isUplink),
  ];
  expect(new Set(heard.map(({ from }) => from.port)).size).toBe(3);
  expect(new Set(heard.map(({ eui }) => eui)).size).toBe(3);
  expect(forwarder.gateways().map(({ reachable }) => reachable)).toEqual([true, true, true]);
});

test("what became of a downlink is told in the protocol's words", async () => {
  const { tmst, pull } = await through();
  for (const [became, word] of [
    ["too-late", "TOO_LATE"],
    ["too-early", "TOO_EARLY"],
    ["collision-packet", "COLLISION_PACKET"],
    ["tx-freq", "TX_FREQ"],
    ["gateway-offline", "TOO_LATE"],
  ] as const) {
    outcome = became;
    peer.send(pull.from, 1, txpk({ tmst: (tmst + 2_000_000) % 2 ** 32 }));
    expect((await peer.next(TX_ACK)).json).toEqual({ txpk_ack: { error: word } });
  }
  // A moment that has passed is not tried.
  peer.send(pull.from, 2, txpk({ tmst: (tmst + 2 ** 32 - 1_000_000) % 2 ** 32 }));
  expect((await peer.next(TX_ACK)).json).toEqual({ txpk_ack: { error: "TOO_LATE" } });
  expect(sent).toHaveLength(5);
});

test("class C: at once means at once", async () => {
  const { pull } = await through();
  peer.send(pull.from, 1, txpk({ imme: true }));
  await peer.next(TX_ACK);
  expect(sent[0]!.downlink.timing).toBeNull();
});

test("a network server that has not answered gets keepalives only, and the newest frames once it does", async () => {
  peer.acknowledges = false;
  for (let i = 0; i < 20; i++) forwarder.forward(AGENT, uplink({ payload: Uint8Array.of(0x40, i) }));
  const pull = await peer.next(PULL_DATA);
  expect(peer.arrived).toEqual([]);
  expect(forwarder.counters()).toMatchObject({ forwarded: 0, droppedUnacknowledged: 4 });
  peer.socket.send(Buffer.from([2, pull.bytes[1]!, pull.bytes[2]!, 4]), pull.from.port);
  const first = await peer.next(PUSH_DATA);
  expect(Buffer.from(first.json!.rxpk![0]!["data"] as string, "base64")[1]).toBe(4);
  expect(forwarder.counters().forwarded).toBe(16);
});

test("keeps its way open and reports what it did", async () => {
  forwarder.close();
  await open({ keepaliveMs: 50, statMs: 60 });
  const { pull } = await through();
  expect((await peer.next(PULL_DATA)).from.port).toBe(pull.from.port);
  const { json } = await peer.next(PUSH_DATA, (each) => each.json?.stat !== undefined);
  expect(json!.stat).toMatchObject({ rxnb: 1, rxfw: 1, dwnb: 0, txnb: 0 });
});

test("bad datagrams are counted by name and change nothing", async () => {
  const { tmst, pull } = await through();
  const raw = (bytes: Buffer | string) => peer.socket.send(bytes, pull.from.port);
  raw("\x02");
  raw("\x01\0\0\x03{}");
  raw("\x02\0\0\x09");
  raw("\x02\0\0\x03{");
  raw(Buffer.concat([Buffer.from([2, 0, 0, 3]), Buffer.alloc(5_000, 0x20)]));
  peer.send(pull.from, 1, txpk({ tmst, data: "!!" }));
  peer.send(pull.from, 2, txpk({ imme: true, ipol: false }));
  expect((await peer.next(TX_ACK)).token).toBe(2);
  expect(forwarder.counters().refused).toEqual({
    ...{ truncated: 1, version: 1, kind: 1, json: 1, oversized: 1, txpk: 1, "not-inverted": 1 },
  });
  expect(sent).toEqual([]);
});

test("nothing that a stranger's socket sends is heard", async () => {
  const { pull } = await through();
  const stranger = createSocket("udp4");
  const packet = Buffer.concat([
    Buffer.from([2, 0, 9, 3]),
    Buffer.from(JSON.stringify({ txpk: txpk({ imme: true }) })),
  ]);
  await new Promise((resolve) => stranger.send(packet, pull.from.port, "127.0.0.1", resolve));
  stranger.close();
  peer.send(pull.from, 10, txpk({ imme: true }));
  expect((await peer.next(TX_ACK)).token).toBe(10);
  expect(sent).toHaveLength(1);
});

test("no datagram makes the reader throw", () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom("LORA", "FSK", "SF9BW125", "4/5", "YAEC", true, 868.1, 4e9));
  const hostile = fc.dictionary(fc.constantFrom(...Object.keys(txpk({ tmst: 1, tmms: 1 }))), field);
  fc.assert(
    fc.property(hostile, fc.uint8Array({ maxLength: 60 }), (fields, bytes) => {
      readTxpk(Buffer.from(JSON.stringify({ txpk: fields })));
      readTxpk(Buffer.from(bytes));
      readDownstream(Buffer.from(bytes));
    }),
  );
});

test("FSK goes both ways", () => {
  const modulation = { kind: "fsk", bitsPerSecond: 50_000 } as const;
  expect(rxpkOf(uplink({ modulation, codingRate: null }), 7)).toMatchObject({ modu: "FSK", datr: 50_000, tmst: 7 });
  const asked = readTxpk(
    Buffer.from(
      JSON.stringify({ txpk: txpk({ imme: true, modu: "FSK", datr: 50_000, codr: undefined, ipol: false }) }),
    ),
  );
  expect(asked).toMatchObject({ modulation, tmst: null });
});
