import type { Address } from "@wayleave/core/ids";
import type { DeviceDirectory, Logger, MeteredAct, PayerGate } from "@wayleave/core/kind";
import { DEFAULT_ASK_PICO_USD_PER_UNIT, workUnitsOf } from "@wayleave/kind-wireless/model/price";
import type { RadioUplink } from "@wayleave/kind-wireless/model/radio";
import { openWirelessProvider } from "@wayleave/kind-wireless/provide/wirelessProvider";
import { RadioFleet } from "@wayleave/kind-wireless/serve/gateways/gatewayFleet";
import { AgentPurse } from "@wayleave/kind-wireless/serve/gateways/packetPurse";
import { startDevice, startFront } from "@wayleave/link/testing/linkPair";
import type { LinkClientRequest, LinkPeer } from "@wayleave/link/types";
import { expect, onTestFinished, test, vi } from "vitest";
import { PULL_DATA, PUSH_DATA } from "../../kinds/wireless/model/gwmp.ts";
import { Forwarder, RXPK } from "../../kinds/wireless/provide/testing/forwarder.ts";

/** Packets from an agent's UDP socket to a front's purse over a real link: the two rooms meet here. */
const PAYER: Address = `0x${"77".repeat(20)}`;
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const ASK = DEFAULT_ASK_PICO_USD_PER_UNIT;

/** An unconfirmed data frame of DevAddr 26011bda. */
const frame = (fCnt: number) => Buffer.from([0x40, 0xda, 0x1b, 0x01, 0x26, 0, fCnt, 0, 1, 7, 9, 9, 9, 9]);
let tmst = 0;
/** Heard at a moment of its own: the same one twice is a datagram that came twice. */
const rxpk = (payload: Buffer) => ({
  ...RXPK,
  tmst: (tmst += 1_000),
  size: payload.byteLength,
  data: payload.toString("base64"),
});

async function linked() {
  const charged: bigint[] = [];
  const served = { yes: true };
  const gate: PayerGate = {
    charge: (_payer, { picoUsd }) => void charged.push(picoUsd),
    mayServe: () => served.yes,
    payerOfLink: () => PAYER,
  };
  const provider = await openWirelessProvider(
    { gwmp: { port: 0, host: "127.0.0.1" }, station: null },
    { gate, clock, log: SILENT },
  );
  onTestFinished(() => provider.close());
  const front = await startFront();
  onTestFinished(() => front[Symbol.asyncDispose]());
  startDevice(front, provider.routes);
  const link = await front.arrivals.next();
  /** Requests whose replies get lost. */
  const lossy = { path: "" };
  const peer = Object.assign(Object.create(link) as LinkPeer, {
    async request(options: LinkClientRequest) {
      const reply = await link.request(options);
      if (options.path !== lossy.path) return reply;
      lossy.path = "";
      reply.body.resume();
      throw new Error("the reply was lost");
    },
  });
  const serving = { ...{ id: link.id, peer, owner: link.id, network: 0, prefix: "", freeUnits: 1n } };
  const asks = { askPicoUsdPerUnitHour: 0n, askPicoUsdPerWorkUnit: ASK };
  const here = { yes: true };
  const devices: DeviceDirectory<LinkPeer> = {
    serving: (kind) => (kind === "wireless" && here.yes ? [{ ...serving, ...asks }] : []),
    find: () => null,
    standing: () => null,
  };
  const copies: { device: Address; sequence: number; uplink: RadioUplink }[] = [];
  const filter = { devAddrs: [{ prefix: "26000000", bits: 7 }], joinEuis: [] as string[] };
  const fleet = new RadioFleet({
    ...{ devices, log: SILENT, filter: () => filter },
    onCopy: (device, sequence, uplink) => void copies.push({ device, sequence, uplink }),
  });
  onTestFinished(() => fleet.close());
  const metered: MeteredAct[] = [];
  const held = { pico: 0n };
  const time = { lateMs: 0 };
  const purse = new AgentPurse({
    clock: { monotonicMs: () => performance.now() + time.lateMs },
    ...{ fleet, log: SILENT, meter: { record: (act) => void metered.push(act), flush: async () => undefined } },
    funds: {
      reserve: (_customer, pico) => ((held.pico += pico), true),
      release: (_customer, pico) => void (held.pico -= pico),
    },
  });
  onTestFinished(() => purse.close());
  const gateway = await Forwarder.start(provider.ports.gwmp!);
  await gateway.ack(PULL_DATA, undefined);
  await vi.waitFor(() => expect(fleet.status()[0]?.connected).toBe(true), { timeout: 5_000 });
  const buy = (count: number) => {
    const workUnits = workUnitsOf(14);
    const bought = copies.slice(-count).map(({ device, sequence }) => {
      return { device, sequence, workUnits, picoUsd: workUnits * ASK };
    });
    const reservedPicoUsd = ASK * BigInt(count);
    purse.reserve("alice", reservedPicoUsd);
    purse.buy({ customer: "alice", act: "wireless.uplink", subject: "app", reservedPicoUsd, copies: bought });
  };
  return { charged, copies, fleet, filter, gateway, held, here, lossy, metered, purse, served, time, buy };
}

test("a frame heard is bought once: charged at the agent, metered at the front, its reservation ended", async () => {
  const { charged, copies, fleet, gateway, held, metered, purse, buy } = await linked();
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(1))] });
  await vi.waitFor(() => expect(copies).toHaveLength(1));
  expect(Buffer.from(copies[0]!.uplink.payload)).toEqual(frame(1));
  buy(1);
  await vi.waitFor(() => expect(metered).toHaveLength(1));
  expect(metered[0]).toMatchObject({ customer: "alice", kind: "wireless", act: "wireless.uplink", picoUsd: ASK });
  expect(charged).toEqual([ASK]);
  expect(held.pico).toBe(0n);
  // What a status page shows of the agent's gateways is the agent's own word.
  await vi.waitFor(() => expect(fleet.status()[0]).toMatchObject({ gatewaysKnown: 1, gatewaysOnline: 1 }), {
    timeout: 7_000,
  });
  // The same copy asked for once more is neither charged nor metered again.
  buy(1);
  await vi.waitFor(() => expect(purse.figures().lost.get("already-bought")).toBe(1));
  expect([charged.length, metered.length, held.pico]).toEqual([1, 1, 0n]);
});

test("a reply that got lost is asked for again, and nothing is charged or metered twice", async () => {
  const { charged, copies, gateway, held, lossy, metered, buy } = await linked();
  await gateway.ack(PUSH_DATA, { rxpk: [1, 2, 3].map((fCnt) => rxpk(frame(fCnt))) });
  await vi.waitFor(() => expect(copies).toHaveLength(3));
  lossy.path = "/wireless/purchases";
  buy(3);
  await vi.waitFor(() => expect(metered).toHaveLength(3), { timeout: 5_000 });
  expect(lossy.path).toBe("");
  expect(charged.reduce((sum, pico) => sum + pico, 0n)).toBe(3n * ASK);
  expect(held.pico).toBe(0n);
});

test("an agent that is gone keeps nobody's money set aside for ever", async () => {
  const { copies, fleet, gateway, held, here, metered, purse, time, buy } = await linked();
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(1))] });
  await vi.waitFor(() => expect(copies).toHaveLength(1));
  here.yes = false;
  await vi.waitFor(() => expect(fleet.status()).toEqual([]), { timeout: 5_000 });
  buy(1);
  expect(held.pico).toBe(ASK);
  time.lateMs = 11 * 60_000;
  await vi.waitFor(() => expect(purse.figures().lost.get("agent-gone")).toBe(1));
  expect([held.pico, metered.length, purse.figures().waiting]).toEqual([0n, 0, 0]);
});

test("what is not bought of a reservation is free again at once", async () => {
  const { copies, gateway, held, metered, purse } = await linked();
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(1))] });
  await vi.waitFor(() => expect(copies).toHaveLength(1));
  purse.reserve("alice", 5n * ASK);
  purse.buy({ customer: "alice", act: "wireless.uplink", subject: "app", reservedPicoUsd: 5n * ASK, copies: [] });
  expect(held.pico).toBe(0n);
  expect(metered).toEqual([]);
});

test("a change of what is wanted reaches the agent within moments; what is not wanted is not sent", async () => {
  const { copies, filter, fleet, gateway } = await linked();
  const join = Buffer.concat([Buffer.of(0), Buffer.from("0102030405060708", "hex").reverse(), Buffer.alloc(14, 1)]);
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(join)] });
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(1))] });
  await vi.waitFor(() => expect(copies).toHaveLength(1));
  filter.joinEuis.push("0102030405060708");
  fleet.filterChanged();
  await vi.waitFor(
    async () => {
      await gateway.ack(PUSH_DATA, { rxpk: [rxpk(join)] });
      expect(copies.some(({ uplink }) => uplink.payload[0] === 0)).toBe(true);
    },
    { timeout: 5_000 },
  );
});

test("an agent whose vouchers are not firm withholds frames, says so, and goes on by itself", async () => {
  const { copies, fleet, gateway, served } = await linked();
  served.yes = false;
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(1))] });
  await vi.waitFor(() => expect(fleet.status()[0]).toMatchObject({ serving: false, withheldUnpaid: 1 }), {
    timeout: 6_000,
  });
  expect(copies).toEqual([]);
  served.yes = true;
  await vi.waitFor(
    async () => {
      await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(2))] });
      expect(copies.length).toBeGreaterThan(0);
    },
    { timeout: 6_000 },
  );
}, 20_000);

test("a downlink whose gateway is gone, or whose reply never comes, has an outcome of its own", async () => {
  const { copies, fleet, gateway, lossy } = await linked();
  await gateway.ack(PUSH_DATA, { rxpk: [rxpk(frame(1))] });
  await vi.waitFor(() => expect(copies).toHaveLength(1));
  const [{ device, uplink }] = copies as [(typeof copies)[0]];
  const downlink = {
    ...{ payload: Uint8Array.of(0x60, 1, 2, 3), gatewayEui: uplink.gatewayEui, frequencyHz: 868_100_000 },
    ...{ modulation: uplink.modulation, codingRate: "4/5" as const, powerDbm: 14, timing: null },
  };
  const unknown = await fleet.send(device, { ...downlink, gatewayEui: "00000000000000aa" });
  expect(unknown).toEqual({ outcome: "gateway-offline", sequence: null });
  lossy.path = "/wireless/downlinks";
  expect(await fleet.send(device, downlink)).toEqual({ outcome: "no-acknowledgement", sequence: null });
  expect(await fleet.send(`0x${"00".repeat(20)}`, downlink)).toMatchObject({ outcome: "gateway-offline" });
});
