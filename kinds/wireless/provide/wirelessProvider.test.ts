import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { Address } from "@wayleave/core/ids";
import type { PayerGate } from "@wayleave/core/kind";
import { readBody } from "@wayleave/link/body";
import { startDevice, startFront } from "@wayleave/link/testing/linkPair";
import type { LinkPeer } from "@wayleave/link/types";
import { PULL_DATA, PUSH_DATA, TX_ACK } from "../model/gwmp.ts";
import {
  DOWNLINKS_PATH,
  GATEWAYS_PATH,
  PURCHASES_PATH,
  UPLINKS_PATH,
  type UplinkFilter,
  downlinkReplySchema,
  downlinkToJson,
  gatewaysReplySchema,
  purchasesReplySchema,
} from "../model/agentApi.ts";
import type { RadioUplink } from "../model/radio.ts";
import { type StreamItem, type StreamUplink, UplinkStreamDecoder } from "../model/uplinkStream.ts";
import { dataFrame } from "./testing/frames.ts";
import { EUI, Forwarder, RXPK } from "./testing/forwarder.ts";
import { Arrivals, SILENT, TestClock } from "./testing/surroundings.ts";
import { type Coverage, openWirelessProvider } from "./wirelessProvider.ts";

const PAYER: Address = `0x${"77".repeat(20)}`;
const ASK = 10_000_000n;

class TestGate implements PayerGate {
  readonly charged: { payer: Address; workUnits: bigint; picoUsd: bigint }[] = [];
  readonly unpaid = new Set<Address>();
  readonly links = new Map<Address, Address>();
  charge(payer: Address, act: { workUnits: bigint; picoUsd: bigint }): void {
    this.charged.push({ payer, ...act });
  }
  mayServe = (payer: Address): boolean => !this.unpaid.has(payer);
  payerOfLink = (linkId: Address): Address | null => this.links.get(linkId) ?? null;
}

function joinRequest(joinEui: string): Buffer {
  return Buffer.concat([Buffer.of(0), Buffer.from(joinEui, "hex").reverse(), Buffer.alloc(14, 1)]);
}
let counter = 0;
const rxpk = (payload: Buffer): object => ({
  ...RXPK,
  tmst: counter++,
  size: payload.byteLength,
  data: payload.toString("base64"),
});

/** An agent with one gateway, linked to a front. */
async function linked(coverage?: Coverage) {
  const gate = new TestGate();
  const provider = await openWirelessProvider(
    {
      gwmp: { port: 0, host: "127.0.0.1" },
      station: { port: 0, host: "127.0.0.1", region: "EU868" },
      askPicoUsdPerWorkUnit: ASK,
    },
    { gate, clock: new TestClock(), log: SILENT, ...(coverage === undefined ? {} : { coverage }) },
  );
  onTestFinished(() => provider.close());
  const front = await startFront();
  onTestFinished(() => front[Symbol.asyncDispose]());
  gate.links.set(front.key.id, PAYER);
  startDevice(front, provider.routes);
  const peer = await front.arrivals.next();
  const gateway = await Forwarder.start(provider.ports.gwmp!);
  await gateway.ack(PULL_DATA, undefined);
  return { gate, provider, peer, gateway };
}

async function post(peer: LinkPeer, path: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const reply = await peer.request({ method: "POST", path, body: Buffer.from(text) });
  return { status: reply.status, json: JSON.parse(Buffer.from(await readBody(reply.body, 1 << 20)).toString()) };
}
async function gatewaysOf(peer: LinkPeer) {
  const reply = await peer.request({ method: "GET", path: GATEWAYS_PATH });
  return gatewaysReplySchema.parse(JSON.parse(Buffer.from(await readBody(reply.body, 1 << 20)).toString()));
}

async function subscribe(peer: LinkPeer, filter: UplinkFilter) {
  const reply = await peer.request({ method: "POST", path: UPLINKS_PATH, body: Buffer.from(JSON.stringify(filter)) });
  expect(reply.status).toBe(200);
  const decoder = new UplinkStreamDecoder();
  const items = new Arrivals<StreamItem>();
  reply.body.on("data", (chunk: Uint8Array) => decoder.push(chunk).forEach(items.add));
  const ended = new Promise((resolve) => reply.body.once("end", resolve));
  // The link's end, when the test is over.
  reply.body.on("error", () => {});
  const begin = await items.next();
  expect(begin).toMatchObject({ type: "begin" });
  expect(await items.next()).toMatchObject({ type: "heartbeat", serving: true });
  const nextUplink = async (): Promise<StreamUplink> => {
    for (;;) {
      const item = await items.next();
      if (item.type === "uplink") return item;
    }
  };
  return { bootId: begin.type === "begin" ? begin.bootId : "", items, nextUplink, ended };
}

const FILTER: UplinkFilter = { devAddrs: [{ prefix: "26000000", bits: 7 }], joinEuis: ["0102030405060708"] };

test("over a real link: what matches is streamed, bought once, and answered by a downlink", async () => {
  const { gate, provider, peer, gateway } = await linked();
  const stream = await subscribe(peer, FILTER);
  expect(stream.bootId).toBe(provider.bootId);
  const frames = [
    dataFrame("26011bda", 1, 20),
    dataFrame("01000001", 1),
    joinRequest("0102030405060708"),
    joinRequest("0102030405060709"),
    Buffer.of(0x60, 1, 2, 3),
    dataFrame("27ffffff", 2),
  ];
  await gateway.ack(PUSH_DATA, { rxpk: frames.map(rxpk) });
  const heard = [await stream.nextUplink(), await stream.nextUplink(), await stream.nextUplink()];
  expect(heard.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(heard.map(({ uplink }) => Buffer.from(uplink.payload).toString("hex"))).toEqual(
    [frames[0]!, frames[2]!, frames[5]!].map((frame) => frame.toString("hex")),
  );

  const timing = { context: heard[0]!.uplink.context, delayMs: 1000 };
  const downlink = {
    payload: Uint8Array.of(0x60, 1),
    gatewayEui: heard[0]!.uplink.gatewayEui,
    frequencyHz: 868_100_000,
    modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 } as const,
    codingRate: "4/5" as const,
    powerDbm: 14,
    timing,
  };
  const asked = post(peer, DOWNLINKS_PATH, downlinkToJson(downlink));
  gateway.send(TX_ACK, undefined, { token: (await gateway.pullResponse()).token });
  const sent = downlinkReplySchema.parse((await asked).json);
  expect(sent).toEqual({ outcome: "sent", bootId: provider.bootId, sequence: 4 });

  const buys = async (copies: object[], downlinks: object[] = [], bootId = provider.bootId) =>
    purchasesReplySchema.parse((await post(peer, PURCHASES_PATH, { bootId, copies, downlinks })).json);
  const act = (sequence: number, workUnits: bigint, picoUsd: bigint) => ({
    sequence,
    workUnits: String(workUnits),
    picoUsd: String(picoUsd),
  });
  expect(await buys([act(1, 2n, 2n * ASK), act(2, 1n, ASK), act(2, 1n, ASK)], [act(4, 1n, ASK)])).toEqual({
    bought: 3,
    refused: [{ sequence: 2, reason: "already-bought" }],
  });
  expect(gate.charged).toEqual([{ payer: PAYER, workUnits: 4n, picoUsd: 4n * ASK }]);
  const wrong = [act(1, 2n, 2n * ASK), act(3, 1n, ASK + 1n), act(3, 2n, ASK), act(4, 1n, ASK), act(5, 1n, ASK)];
  expect((await buys(wrong)).refused.map(({ reason }) => reason)).toEqual([
    "already-bought",
    "above-ask",
    "units-wrong",
    "sequence-unknown",
    "sequence-unknown",
  ]);
  expect((await buys([act(3, 1n, ASK)], [], "0".repeat(32))).refused).toEqual([
    { sequence: 3, reason: "boot-unknown" },
  ]);
  expect(gate.charged).toHaveLength(1);

  expect(await gatewaysOf(peer)).toMatchObject({
    gateways: [{ eui: EUI, protocol: "gwmp", online: true, uplinks: 6, downlinks: 1 }],
    drops: { "nobody-asked": 2, "not-lorawan": 1 },
    payer: { delivered: 3, droppedQueueFull: 0, withheldUnpaid: 0, withheldUnbought: 0 },
  });
  expect(provider.offer()).toEqual({ capacity: 1n, askPicoUsdPerUnitHour: 0n, askPicoUsdPerWorkUnit: ASK });
  await provider.close();
  await stream.ended;
});

test("who does not pay is not served until it does, and is told", async () => {
  const { gate, provider, peer, gateway } = await linked();
  const stream = await subscribe(peer, FILTER);
  gate.unpaid.add(PAYER);
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(dataFrame("26000001", 1)), rxpk(dataFrame("26000001", 2))] });
  expect(await stream.items.next()).toMatchObject({ type: "heartbeat", serving: false });
  const refusal = await post(peer, DOWNLINKS_PATH, {
    ...downlinkToJson({
      payload: Uint8Array.of(0x60),
      gatewayEui: EUI,
      frequencyHz: 868_100_000,
      modulation: { kind: "fsk", bitsPerSecond: 50_000 },
      codingRate: "4/5",
      powerDbm: 14,
      timing: null,
    }),
  });
  expect(refusal).toMatchObject({ status: 402, json: { code: "payer-unpaid" } });
  gate.unpaid.clear();
  await provider.tick(0);
  expect(await stream.items.next()).toEqual({
    type: "heartbeat",
    serving: true,
    droppedQueueFull: 0,
    withheldUnpaid: 2,
    withheldUnbought: 0,
  });
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(dataFrame("26000001", 3))] });
  expect(await stream.nextUplink()).toMatchObject({ sequence: 1 });
  expect((await gatewaysOf(peer)).payer).toMatchObject({ delivered: 1, droppedQueueFull: 0, withheldUnpaid: 2 });
});

test("a payer has one stream: a second ends the first, so that no frame is delivered to it twice", async () => {
  const { peer, gateway } = await linked();
  const first = await subscribe(peer, FILTER);
  const second = await subscribe(peer, FILTER);
  await first.ended;
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(dataFrame("26000001", 1))] });
  expect(await second.nextUplink()).toMatchObject({ sequence: 1 });
  expect((await gatewaysOf(peer)).payer.delivered).toBe(1);
});

test("strangers are refused, and so are bodies that are none", async () => {
  const { gate, peer } = await linked();
  for (const [path, body, code] of [
    [UPLINKS_PATH, "{", "body-invalid"],
    [UPLINKS_PATH, { devAddrs: [{ prefix: "26000000", bits: 33 }], joinEuis: [] }, "body-invalid"],
    [UPLINKS_PATH, { devAddrs: [], joinEuis: ["0102"] }, "body-invalid"],
    [UPLINKS_PATH, `{"devAddrs":${"[".repeat(50_000)}`, "body-invalid"],
    [DOWNLINKS_PATH, { payload: "x".repeat(3000) }, "body-too-large"],
    [DOWNLINKS_PATH, { payload: "" }, "body-invalid"],
    [PURCHASES_PATH, { bootId: "x", copies: [], downlinks: [] }, "body-invalid"],
    [
      PURCHASES_PATH,
      { bootId: "0".repeat(32), copies: [{ sequence: 1, workUnits: "-1", picoUsd: "1" }], downlinks: [] },
      "body-invalid",
    ],
  ] as const) {
    expect((await post(peer, path, body)).json, JSON.stringify(body).slice(0, 60)).toMatchObject({ code });
  }
  gate.links.clear();
  for (const path of [UPLINKS_PATH, DOWNLINKS_PATH, PURCHASES_PATH]) {
    expect(await post(peer, path, {})).toMatchObject({ status: 403, json: { code: "operator-forbidden" } });
  }
  expect(gate.charged).toEqual([]);
});

test("beacons go to coverage and to nobody's bill; challenges are coverage's to answer", async () => {
  const heard: RadioUplink[] = [];
  const coverage: Coverage = {
    answer: ({ epoch }) => Promise.resolve(Uint8Array.of(epoch)),
    heard: (uplink) => void heard.push(uplink),
  };
  const { provider, gateway } = await linked(coverage);
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(Buffer.of(0xe0, 1, 2, 3))] });
  expect(heard).toMatchObject([{ payload: Uint8Array.of(0xe0, 1, 2, 3) }]);
  const question = { epoch: 5, challenge: `0x${"00".repeat(32)}` as const };
  expect(await provider.answer(question)).toEqual(Uint8Array.of(5));
  expect(await provider.commit(5)).toBe(null);
  const { provider: plain } = await linked();
  await expect(plain.answer(question)).rejects.toMatchObject({ code: "coverage-unavailable" });
});

test("stations and forwarders are one provider's gateways", async () => {
  const { provider, peer } = await linked();
  const stream = await subscribe(peer, FILTER);
  const socket = new WebSocket(`ws://127.0.0.1:${provider.ports.station!}/router-::5`);
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  socket.send('{"msgtype":"version"}');
  await once(socket, "message");
  const radio = '"DR":5,"Freq":868100000,"upinfo":{"rctx":0,"xtime":5,"rssi":-1,"snr":1}';
  socket.send(
    `{"msgtype":"jreq","MHdr":0,"JoinEui":"01-02-03-04-05-06-07-08","DevEui":"::1","DevNonce":1,"MIC":1,${radio}}`,
  );
  const { uplink } = await stream.nextUplink();
  expect(uplink).toMatchObject({ gatewayEui: "0000000000000005" });
  const answer = provider.send({
    payload: Uint8Array.of(0x20),
    gatewayEui: uplink.gatewayEui,
    frequencyHz: 868_100_000,
    modulation: uplink.modulation,
    codingRate: "4/5",
    powerDbm: 14,
    timing: { context: uplink.context, delayMs: 5000 },
  });
  const [message] = (await once(socket, "message")) as [Buffer];
  expect(JSON.parse(message.toString())).toMatchObject({ msgtype: "dnmsg", RxDelay: 5, xtime: 5 });
  socket.send('{"msgtype":"dntxed","diid":1}');
  expect(await answer).toBe("sent");
  expect(provider.offer().capacity).toBe(2n);
});

test("nobody makes the provider radiate what it may not", async () => {
  const provider = await openWirelessProvider(
    { gwmp: { port: 0, host: "127.0.0.1" }, station: null, eirpDbmMax: 16, sendRangeHz: [863_000_000, 870_000_000] },
    { gate: new TestGate(), clock: new TestClock(), log: SILENT },
  );
  onTestFinished(() => provider.close());
  const downlink = {
    payload: Uint8Array.of(0x60),
    gatewayEui: EUI,
    frequencyHz: 870_000_000,
    modulation: { kind: "fsk", bitsPerSecond: 50_000 } as const,
    codingRate: "4/5" as const,
    powerDbm: 16,
    timing: null,
  };
  expect(await provider.send({ ...downlink, powerDbm: 16.1 })).toBe("tx-power");
  expect(await provider.send({ ...downlink, frequencyHz: 870_000_001 })).toBe("tx-freq");
  expect(await provider.send({ ...downlink, frequencyHz: 862_999_999 })).toBe("tx-freq");
  expect(await provider.send(downlink)).toBe("gateway-offline");
});

test("a port that is taken leaves nothing open", async () => {
  const gate = new TestGate();
  const dependencies = { gate, clock: new TestClock(), log: SILENT };
  const first = await openWirelessProvider(
    { gwmp: null, station: { port: 0, host: "127.0.0.1", region: "EU868" } },
    dependencies,
  );
  onTestFinished(() => first.close());
  const station = { port: first.ports.station!, host: "127.0.0.1", region: "EU868" } as const;
  const second = openWirelessProvider({ gwmp: { port: 0, host: "127.0.0.1" }, station }, dependencies);
  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
});
