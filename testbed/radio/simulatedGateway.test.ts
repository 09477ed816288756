import { type RemoteInfo, type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Air, type AirRadio, type Reception } from "./air.ts";
import { VirtualRadioTime } from "./radioTime.ts";
import { type SimulatedGateway, type SimulatedGatewayOptions, startSimulatedGateway } from "./simulatedGateway.ts";

const HERE = { latitude: 52.5, longitude: 13.4 };
const SF7 = { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 } as const;
const EUI = "aa555a0000000101";
const PUSH_DATA = 0;
const PULL_DATA = 2;
const TX_ACK = 5;

/** A network server's UDP side in a few lines, by hand from PROTOCOL.TXT. */
class ScriptedServer {
  readonly socket: Socket = createSocket("udp4");
  readonly #inbox: { readonly bytes: Buffer; readonly from: RemoteInfo }[] = [];
  #wake: () => void = () => {};

  async open(): Promise<number> {
    this.socket.on("message", (bytes, from) => {
      this.#inbox.push({ bytes, from });
      this.#wake();
    });
    this.socket.bind(0, "127.0.0.1");
    await once(this.socket, "listening");
    return this.socket.address().port;
  }

  /** The next datagram of this kind, acknowledged. */
  async next(kind: number): Promise<{ bytes: Buffer; json: unknown; token: number; from: RemoteInfo }> {
    for (;;) {
      const index = this.#inbox.findIndex(({ bytes }) => bytes[3] === kind);
      if (index === -1) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const { bytes, from } = this.#inbox.splice(index, 1)[0]!;
      const text = bytes.subarray(12).toString();
      if (kind !== TX_ACK) this.socket.send(Buffer.from([2, bytes[1]!, bytes[2]!, kind === 0 ? 1 : 4]), from.port);
      return { bytes, from, token: bytes.readUInt16BE(1), json: text === "" ? null : JSON.parse(text) };
    }
  }

  send(to: RemoteInfo, token: number, txpk: object): void {
    const head = Buffer.from([2, token >> 8, token & 255, 3]);
    this.socket.send(Buffer.concat([head, Buffer.from(JSON.stringify({ txpk }))]), to.port);
  }
}

let server: ScriptedServer;
let port: number;
let time: VirtualRadioTime;
let air: Air;
let gateways: SimulatedGateway[];
beforeEach(async () => {
  server = new ScriptedServer();
  port = await server.open();
  time = new VirtualRadioTime();
  air = new Air({ time });
  gateways = [];
});
afterEach(async () => {
  for (const gateway of gateways) await gateway.close();
  server.socket.close();
});

async function gateway(changes: Partial<SimulatedGatewayOptions> = {}): Promise<SimulatedGateway> {
  const options = { eui: EUI, position: HERE, server: { host: "127.0.0.1", port }, ...changes };
  const started = await startSimulatedGateway(options, { air });
  gateways.push(started);
  return started;
}

function sensor(id = "sensor"): AirRadio & { readonly heard: Reception[] } {
  const heard: Reception[] = [];
  const listensTo = () => true;
  return {
    id,
    position: HERE,
    antennaGainDb: 0,
    receiver: "sx1276",
    heard,
    listensTo,
    receive: (r) => void heard.push(r),
  };
}
const emission = (payload: string) => ({
  payload: Buffer.from(payload),
  frequencyHz: 868_100_000,
  modulation: SF7,
  codingRate: "4/5" as const,
  eirpDbm: 14,
  inverted: false,
  startUs: time.nowUs(),
});
const txpk = (changes: object) => ({
  imme: false,
  freq: 869.525,
  rfch: 0,
  powe: 14,
  modu: "LORA",
  datr: "SF9BW125",
  codr: "4/5",
  ipol: true,
  size: 3,
  data: "AQID",
  ...changes,
});

test("frames heard within 10 ms share a datagram, digit for digit as a forwarder sends them", async () => {
  const heardBy = await gateway({ counterStart: 5_000_000 });
  const hello = await server.next(PULL_DATA);
  expect(hello.bytes.subarray(4, 12).toString("hex")).toBe(EUI);
  air.transmit(sensor("a"), emission("first"));
  air.transmit(sensor("b"), emission("other"));
  time.runFor(100_000);
  const { bytes, json } = await server.next(PUSH_DATA);
  expect(bytes.subarray(4, 12).toString("hex")).toBe(EUI);
  expect(bytes.toString()).toContain('"freq":868.100000');
  const { rxpk } = json as { rxpk: Record<string, unknown>[] };
  expect(rxpk.map(({ data }) => Buffer.from(data as string, "base64").toString())).toEqual(["first", "other"]);
  // 5 bytes at SF7 take 30.976 ms; the counter is taken at the frame's end.
  expect(rxpk[0]).toMatchObject({ tmst: 5_030_976, stat: 1, modu: "LORA", datr: "SF7BW125", codr: "4/5", size: 5 });
  expect(heardBy.counters).toMatchObject({ received: 2, pushed: 2 });
});

test("keeps the way back open, and reports", async () => {
  await gateway();
  const first = await server.next(PULL_DATA);
  time.runFor(10_000_000);
  const second = await server.next(PULL_DATA);
  expect(second.from.port).toBe(first.from.port);
  time.runFor(20_000_000);
  const { json } = await server.next(PUSH_DATA);
  expect(json).toMatchObject({ stat: { lati: 52.5, long: 13.4, rxnb: 0, txnb: 0 } });
});

test("sends by its counter, across the counter's wrap, to the microsecond", async () => {
  const sending = await gateway({ counterStart: 2 ** 32 - 500_000 });
  const { from } = await server.next(PULL_DATA);
  const listener = sensor();
  air.join(listener);
  air.transmit(sensor("uplink"), emission("up"));
  time.runFor(100_000);
  const { rxpk } = (await server.next(PUSH_DATA)).json as { rxpk: { tmst: number }[] };
  const uplink = listener.heard[0]!.transmission;
  const due = (rxpk[0]!.tmst + 1_000_000) % 2 ** 32;
  expect(due).toBeLessThan(rxpk[0]!.tmst); // it wrapped
  server.send(from, 77, txpk({ tmst: due }));
  const acknowledged = await server.next(TX_ACK);
  expect([acknowledged.token, acknowledged.json]).toEqual([77, null]);
  time.runFor(2_000_000);
  expect(listener.heard).toHaveLength(2);
  const sent = listener.heard[1]!.transmission;
  expect(sent.startUs - uplink.endUs).toBe(1_000_000);
  expect(sent).toMatchObject({ frequencyHz: 869_525_000, inverted: true, payload: Buffer.from([1, 2, 3]) });
  expect(sending.counters.transmitted).toBe(1);
  const later = air.transmit(sensor("later"), emission("after the wrap"));
  time.runFor(200_000);
  const after = (await server.next(PUSH_DATA)).json as { rxpk: { tmst: number }[] };
  expect(after.rxpk[0]!.tmst).toBe(later.endUs - 500_000);
});

test("refuses what it cannot send, by name", async () => {
  const refusing = await gateway({ counterStart: 1_000_000_000, transmitHz: [863e6, 870e6], transmitDbmMax: 20 });
  const { from } = await server.next(PULL_DATA);
  const now = refusing.counter();
  const answer = async (changes: object) => {
    server.send(from, 1, txpk(changes));
    return (await server.next(TX_ACK)).json as { txpk_ack: { error?: string; warn?: string } } | null;
  };
  expect(await answer({ tmst: now + 30_000 })).toEqual({ txpk_ack: { error: "TOO_LATE" } });
  expect(await answer({ tmst: now + 513_000_000 })).toEqual({ txpk_ack: { error: "TOO_EARLY" } });
  // As Semtech's queue: what has passed is a wrap away.
  expect(await answer({ tmst: now - 1 })).toEqual({ txpk_ack: { error: "TOO_EARLY" } });
  expect(await answer({ tmst: now + 1_000_000, freq: 915 })).toEqual({ txpk_ack: { error: "TX_FREQ" } });
  expect(await answer({ tmst: undefined, tmms: 1_000 })).toEqual({ txpk_ack: { error: "GPS_UNLOCKED" } });
  expect(await answer({ tmst: now + 1_000_000 })).toBeNull();
  expect(await answer({ tmst: now + 1_010_000 })).toEqual({ txpk_ack: { error: "COLLISION_PACKET" } });
  expect(await answer({ imme: true, powe: 27 })).toEqual({ txpk_ack: { warn: "TX_POWER", value: 20 } });
  expect(refusing.counters.refused).toEqual({
    TOO_LATE: 1,
    TOO_EARLY: 2,
    TX_FREQ: 1,
    GPS_UNLOCKED: 1,
    COLLISION_PACKET: 1,
    TX_POWER: 1,
  });
  time.runFor(3_000_000);
  expect(refusing.counters.transmitted).toBe(2);
});

test("hears another gateway's beacon, which is not inverted, and not its downlinks", async () => {
  await gateway({ eui: "aa555a0000000102" });
  const { from } = await server.next(PULL_DATA);
  const witness = await gateway();
  await server.next(PULL_DATA);
  server.send(from, 1, txpk({ imme: true, ipol: true }));
  await server.next(TX_ACK);
  time.runFor(1_000_000);
  expect(witness.counters.received).toBe(0);
  server.send(from, 2, txpk({ imme: true, ipol: false }));
  await server.next(TX_ACK);
  time.runFor(1_000_000);
  expect(witness.counters.received).toBe(1);
  const { json } = await server.next(PUSH_DATA);
  expect(json).toMatchObject({ rxpk: [{ freq: 869.525, datr: "SF9BW125", data: "AQID" }] });
});

test("a jittery backhaul delays each datagram by up to its limit", async () => {
  await gateway({ backhaul: { delayMsMax: 300 }, keepaliveMs: 1_000 });
  const lateMs: number[] = [];
  while (lateMs.length < 10) {
    const index = lateMs.length;
    const arrival = server.next(PULL_DATA).then(() => lateMs.push(time.nowUs() / 1_000 - index * 1_000));
    // Time passes only while nothing has arrived.
    while (lateMs.length === index) {
      time.runFor(1_000);
      await Promise.race([arrival, new Promise((resolve) => setImmediate(resolve))]);
    }
  }
  for (const ms of lateMs) expect(ms).toBeGreaterThan(0);
  for (const ms of lateMs) expect(ms).toBeLessThan(400); // and what the loop above adds
  expect(Math.max(...lateMs) - Math.min(...lateMs)).toBeGreaterThan(100);
});

test("malformed downlinks are counted, and it goes on", async () => {
  const going = await gateway();
  const { from } = await server.next(PULL_DATA);
  for (const junk of ["", "\x02", "\x02\0\0\x03{", '\x02\0\0\x03{"txpk":null}', '\x02\0\0\x03{"txpk":{"imme":true}}'])
    server.socket.send(junk, from.port);
  server.send(from, 9, txpk({ imme: true }));
  expect((await server.next(TX_ACK)).token).toBe(9);
  expect(going.counters).toMatchObject({ malformed: 5, downlinks: 1 });
});
