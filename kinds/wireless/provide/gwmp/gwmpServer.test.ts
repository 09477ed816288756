import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { PULL_ACK, PULL_DATA, PUSH_ACK, PUSH_DATA, TX_ACK } from "../../model/gwmp.ts";
import type { RadioDownlink, RadioUplink } from "../../model/radio.ts";
import { EUI, Forwarder, RXPK } from "../testing/forwarder.ts";
import { Arrivals, SILENT, TestClock } from "../testing/surroundings.ts";
import { type GwmpOptions, startGwmpServer } from "./gwmpServer.ts";
import { counterAfter, counterBytes } from "./rxpk.ts";

async function start(options: GwmpOptions = {}) {
  const clock = new TestClock();
  const uplinks = new Arrivals<RadioUplink>();
  const server = await startGwmpServer(
    { port: 0, host: "127.0.0.1", ...options },
    { clock, log: SILENT, onUplink: uplinks.add },
  );
  onTestFinished(() => server.close());
  const gateway = await Forwarder.start(server.port);
  return { clock, uplinks, server, gateway };
}

const drops = (server: { gateways(): readonly { drops: Record<string, number> }[] }): Record<string, number> =>
  server.gateways()[0]!.drops;

const DOWNLINK: RadioDownlink = {
  payload: Uint8Array.of(0x60, 1, 2, 3),
  gatewayEui: EUI,
  frequencyHz: 868_100_000,
  modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
  codingRate: "4/5",
  powerDbm: 16,
  timing: { context: Uint8Array.of(0xff, 0xff, 0xff, 0xff), delayMs: 1000 },
};

describe("uplinks", () => {
  test("several packets of one datagram, acknowledged with its token", async () => {
    const { uplinks, gateway, clock } = await start();
    const ack = await gateway.ack(PUSH_DATA, { rxpk: [RXPK, { ...RXPK, tmst: 1 }], stat: {} }, { token: 0xabcd });
    expect([...ack]).toEqual([2, 0xab, 0xcd, PUSH_ACK]);
    expect(await uplinks.next()).toEqual({
      payload: Uint8Array.of(0xfb, 0xff, 0, 1),
      gatewayEui: EUI,
      frequencyHz: 866_349_812,
      modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 },
      codingRate: "4/6",
      rssiDbm: -35,
      snrDb: 5.1,
      context: Uint8Array.of(0xd1, 0x5a, 0x2f, 0xc3),
      receivedAtMs: clock.now(),
    });
    expect((await uplinks.next()).context).toEqual(Uint8Array.of(0, 0, 0, 1));
  });

  test.for(["+/8AAQ==", "+/8AAQ", "-_8AAQ", "-/8AAQ==", "+_8AAQ="])(
    "base64 as forwarders write it: %s",
    async (data) => {
      const { uplinks, gateway } = await start();
      await gateway.ack(PUSH_DATA, { rxpk: [{ ...RXPK, data }] });
      expect((await uplinks.next()).payload).toEqual(Uint8Array.of(0xfb, 0xff, 0, 1));
    },
  );

  test("floats of MHz become the hertz they mean", async () => {
    const { uplinks, gateway } = await start();
    const frequencies = [868.1, 868.3, 902.3, 867.9, 923.2, 865.0625, 903.9];
    await gateway.ack(PUSH_DATA, { rxpk: frequencies.map((freq, tmst) => ({ ...RXPK, freq, tmst })) });
    const heard = await Promise.all(frequencies.map(() => uplinks.next()));
    expect(heard.map(({ frequencyHz }) => frequencyHz)).toEqual([
      868_100_000, 868_300_000, 902_300_000, 867_900_000, 923_200_000, 865_062_500, 903_900_000,
    ]);
  });

  test("FSK has no coding rate and no signal-to-noise ratio; old forwarders shorten coding rates", async () => {
    const { uplinks, gateway } = await start();
    const fsk = { ...RXPK, modu: "FSK", datr: 50_000, lsnr: undefined, codr: undefined };
    await gateway.ack(PUSH_DATA, { rxpk: [fsk, { ...RXPK, codr: "1/2", tmst: 8 }, { ...RXPK, codr: "OFF", tmst: 9 }] });
    expect(await uplinks.next()).toMatchObject({
      modulation: { kind: "fsk", bitsPerSecond: 50_000 },
      codingRate: null,
      snrDb: 0,
    });
    expect((await uplinks.next()).codingRate).toBe("4/8");
    expect((await uplinks.next()).codingRate).toBe(null);
  });

  test("the best of several antennas speaks", async () => {
    const { uplinks, gateway } = await start();
    const rsig = [{ ant: 0, rssic: -80, lsnr: 2 }, { ant: 1, rssic: -90, lsnr: 7 }, 5, { ant: 2, rssic: -70, lsnr: 7 }];
    const { rssi: _, lsnr: __, ...unsigned } = RXPK;
    await gateway.ack(PUSH_DATA, { rxpk: [{ ...unsigned, rsig }] });
    expect(await uplinks.next()).toMatchObject({ rssiDbm: -70, snrDb: 7 });
  });

  test.for([
    ["crc-bad", { stat: -1, data: 5, freq: "x" }],
    ["crc-missing", { stat: 0 }],
    ["stat-invalid", { stat: "1" }],
    ["data-invalid", { data: "A" }],
    ["data-invalid", { data: "+/8A*Q==" }],
    ["data-invalid", { data: "" }],
    ["data-invalid", { data: "A".repeat(344) }],
    ["data-invalid", { data: { toString: "x" } }],
    ["size-mismatch", { size: 5 }],
    ["freq-invalid", { freq: 1e300 }],
    ["freq-invalid", { freq: "868.1" }],
    ["modulation-invalid", { datr: "SF13BW125" }],
    ["modulation-invalid", { datr: 50_000 }],
    ["modulation-invalid", { datr: "__proto__" }],
    ["tmst-invalid", { tmst: 2 ** 32 }],
    ["tmst-invalid", { tmst: 1.5 }],
    ["tmst-invalid", { tmst: undefined }],
    ["signal-invalid", { rssi: null }],
    ["signal-invalid", { rsig: [], lsnr: "5" }],
  ] as const)("a packet is dropped as %s: %j", async ([reason, over]) => {
    const { uplinks, gateway, server } = await start();
    await gateway.ack(PUSH_DATA, { rxpk: [{ ...RXPK, ...over }, null, { ...RXPK, tmst: 77 }] });
    expect((await uplinks.next()).context).toEqual(Uint8Array.of(0, 0, 0, 77));
    expect(drops(server)).toEqual({ [reason]: 1, "rxpk-invalid": 1 });
  });

  test("packets without a checksum pass where that is configured, bad ones never", async () => {
    const { uplinks, gateway, server } = await start({ acceptWithoutCrc: true });
    await gateway.ack(PUSH_DATA, {
      rxpk: [
        { ...RXPK, stat: -1 },
        { ...RXPK, stat: 0, tmst: 5 },
      ],
    });
    expect((await uplinks.next()).context).toEqual(Uint8Array.of(0, 0, 0, 5));
    expect(drops(server)).toEqual({ "crc-bad": 1 });
  });

  test("a datagram that the network doubled is one uplink; a frame sent again is another", async () => {
    const { uplinks, gateway, server } = await start();
    await gateway.ack(PUSH_DATA, { rxpk: [RXPK] });
    await gateway.ack(PUSH_DATA, { rxpk: [RXPK] });
    await gateway.ack(PUSH_DATA, { rxpk: [{ ...RXPK, tmst: RXPK.tmst + 1 }] });
    expect(uplinks.past).toHaveLength(2);
    expect(drops(server)).toEqual({ repeated: 1 });
  });

  test("datagrams that are none, and JSON that is none, are counted", async () => {
    const { gateway, server } = await start();
    for (const bytes of [[], [2, 0, 0], [3, 0, 0, 0], [2, 0, 0, 9], [2, 0, 0, 0, 1, 2]])
      gateway.raw(Buffer.from(bytes));
    const deep = "[".repeat(60_000);
    for (const text of ["{", "5", "null", deep, "", `{"rxpk":${"[".repeat(20_000)}${"]".repeat(20_000)}}`]) {
      await gateway.ack(PUSH_DATA, text);
    }
    await gateway.ack(PUSH_DATA, { rxpk: {} });
    await gateway.ack(PUSH_DATA, {});
    await gateway.ack(PUSH_DATA, '{"stat":{"time":"x"}}\0');
    expect(server.drops()).toEqual({ truncated: 3, "version-unknown": 1, "type-unknown": 1 });
    expect(drops(server)).toEqual({ "json-invalid": 5, "rxpk-invalid": 2, "push-empty": 1 });
  });

  test("a datagram with more packets than any gateway buffers is cut", async () => {
    const { gateway, server } = await start();
    const rxpk = Array.from({ length: 600 }, () => 0);
    await gateway.ack(PUSH_DATA, { rxpk });
    expect(drops(server)).toEqual({ "rxpk-invalid": 512, "rxpk-excess": 88 });
  });
});

describe("downlinks", () => {
  test("go where PULL_DATA came from last, by a counter that wraps; no JSON means sent", async () => {
    const { gateway, server } = await start();
    const old = await Forwarder.start(server.port);
    await old.ack(PULL_DATA, undefined);
    const ack = await gateway.ack(PULL_DATA, undefined, { token: 0x0102 });
    expect([...ack]).toEqual([2, 1, 2, PULL_ACK]);
    const outcome = server.send(DOWNLINK);
    const { token, txpk } = await gateway.pullResponse();
    expect(txpk).toEqual({
      imme: false,
      tmst: 999_999,
      freq: 868.1,
      rfch: 0,
      powe: 16,
      modu: "LORA",
      datr: "SF9BW125",
      codr: "4/5",
      ipol: true,
      ncrc: true,
      size: 4,
      data: "YAECAw==",
    });
    gateway.send(TX_ACK, undefined, { token });
    expect(await outcome).toBe("sent");
    expect(old.received.past).toEqual([]);
    expect(server.gateways()).toMatchObject([{ eui: EUI, protocol: "gwmp", online: true, downlinks: 1 }]);
  });

  test("counters wrap at 2³² wherever they stand", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: 20_000 }), (tmst, delayMs) => {
        const expected = (BigInt(tmst) + BigInt(delayMs) * 1000n) % (1n << 32n);
        expect(counterAfter(counterBytes(tmst), delayMs)).toBe(Number(expected));
      }),
    );
  });

  test("at once, FSK, with an antenna's gain, and like an uplink", async () => {
    const { gateway, server } = await start({ antennaGainDbi: 2.15 });
    await gateway.ack(PULL_DATA, undefined);
    void server.send({ ...DOWNLINK, timing: null, modulation: { kind: "fsk", bitsPerSecond: 50_000 } });
    const { txpk } = await gateway.pullResponse();
    expect(txpk).toMatchObject({ imme: true, powe: 13, modu: "FSK", datr: 50_000, fdev: 25_000 });
    void server.send({ ...DOWNLINK, timing: null }, { likeUplink: true });
    expect((await gateway.pullResponse()).txpk).toMatchObject({ ipol: false, ncrc: false });
  });

  test.for([
    [{ txpk_ack: { error: "NONE" } }, "sent"],
    [{ txpk_ack: { error: "" } }, "sent"],
    [{ txpk_ack: {} }, "sent"],
    [{}, "sent"],
    ["\0", "sent"],
    [{ txpk_ack: { warn: "TX_POWER", value: 14 } }, "sent"],
    [{ txpk_ack: { error: "TOO_LATE" } }, "too-late"],
    [{ txpk_ack: { error: "TOO_EARLY" } }, "too-late"],
    [{ txpk_ack: { error: "COLLISION_PACKET" } }, "collision-packet"],
    [{ txpk_ack: { error: "COLLISION_BEACON" } }, "collision-beacon"],
    [{ txpk_ack: { error: "TX_FREQ" } }, "tx-freq"],
    [{ txpk_ack: { error: "GPS_UNLOCKED" } }, "gps-unlocked"],
    [{ txpk_ack: { error: "__proto__" } }, "refused"],
  ] as const)("TX_ACK %j is %s", async ([body, expected]) => {
    const { gateway, server } = await start();
    await gateway.ack(PULL_DATA, undefined);
    const outcome = server.send(DOWNLINK);
    gateway.send(TX_ACK, body, { token: (await gateway.pullResponse()).token });
    expect(await outcome).toBe(expected);
  });

  /** Answers as Semtech's forwarder for the SX1301 does: a power that is not in its table is refused. */
  async function answerByTable(gateway: Forwarder, table: readonly number[]): Promise<number> {
    const { token, txpk } = await gateway.pullResponse();
    const powe = txpk["powe"] as number;
    gateway.send(TX_ACK, table.includes(powe) ? undefined : { txpk_ack: { error: "TX_POWER" } }, { token });
    return powe;
  }

  test("a gateway that lacks a power is asked for the next lower one, and first for that the next time", async () => {
    const { gateway, server } = await start();
    await gateway.ack(PULL_DATA, undefined);
    const table = [14, 16, 20, 23, 25, 26, 27];
    const send = async (powerDbm: number, asks: number) => {
      const outcome = server.send({ ...DOWNLINK, powerDbm });
      const asked: number[] = [];
      while (asked.length < asks) asked.push(await answerByTable(gateway, table));
      expect(await outcome).toBe("sent");
      return asked;
    };
    expect(await send(30, 4)).toEqual([30, 29, 28, 27]);
    expect(await send(30, 1)).toEqual([27]);
    expect(await send(29.15, 1)).toEqual([27]);
    expect(await send(19, 4)).toEqual([19, 18, 17, 16]);
    expect(await send(16.15, 1)).toEqual([16]);
    expect(server.gateways()).toMatchObject([{ downlinks: 5, drops: {} }]);
    // Started anew it may have another table.
    const again = await Forwarder.start(server.port);
    await again.ack(PULL_DATA, undefined);
    void server.send({ ...DOWNLINK, powerDbm: 30 });
    expect(await answerByTable(again, [30])).toBe(30);
  });

  test("a gateway that refuses every power is asked a bounded number of times, then not at all", async () => {
    const { gateway, server } = await start();
    await gateway.ack(PULL_DATA, undefined);
    const outcome = server.send(DOWNLINK);
    const asked: number[] = [];
    while (asked.length < 13) asked.push(await answerByTable(gateway, []));
    expect(await outcome).toBe("tx-power");
    expect(asked).toEqual([16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
    expect(await server.send(DOWNLINK)).toBe("tx-power");
    expect(gateway.received.past).toEqual([]);
    expect(drops(server)).toEqual({ "downlink-tx-power": 2 });
  });

  test("lowering the power does not prolong the wait for an acknowledgement", async () => {
    const { gateway, server, clock } = await start({ acknowledgementMs: 60 });
    await gateway.ack(PULL_DATA, undefined);
    const outcome = server.send({ ...DOWNLINK, timing: null });
    const { token } = await gateway.pullResponse();
    clock.advance(59);
    gateway.send(TX_ACK, { txpk_ack: { error: "TX_POWER" } }, { token });
    await gateway.pullResponse();
    const startedMs = performance.now();
    expect(await outcome).toBe("no-acknowledgement");
    expect(performance.now() - startedMs).toBeLessThan(50);
  });

  test("a wrong token, an unreadable answer and another gateway's answer acknowledge nothing", async () => {
    const { gateway, server } = await start({ acknowledgementMs: 60 });
    await gateway.ack(PULL_DATA, undefined);
    const outcome = server.send({ ...DOWNLINK, timing: null });
    const { token } = await gateway.pullResponse();
    gateway.send(TX_ACK, undefined, { token: token ^ 1 });
    gateway.send(TX_ACK, "{", { token });
    gateway.send(TX_ACK, { txpk_ack: { error: 5 } }, { token });
    gateway.send(TX_ACK, undefined, { token, eui: "0000000000000001" });
    expect(await outcome).toBe("no-acknowledgement");
    expect(drops(server)).toEqual({ "tx-ack-unknown": 1, "tx-ack-invalid": 2, "downlink-no-acknowledgement": 1 });
  });

  test("what cannot be sent says so", async () => {
    const { gateway, server, clock } = await start();
    expect(await server.send(DOWNLINK)).toBe("gateway-offline");
    await gateway.ack(PUSH_DATA, { stat: {} });
    expect(await server.send(DOWNLINK)).toBe("gateway-offline");
    await gateway.ack(PULL_DATA, undefined);
    expect(await server.send({ ...DOWNLINK, timing: { context: new Uint8Array(16), delayMs: 1 } })).toBe("refused");
    const waiting = Array.from({ length: 64 }, () => server.send(DOWNLINK));
    expect(await server.send(DOWNLINK)).toBe("queue-full");
    clock.advance(45_000);
    expect(await server.send(DOWNLINK)).toBe("gateway-offline");
    expect(server.gateways()).toMatchObject([{ online: false }]);
    await server.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["gateway-offline"]));
  });

  test("an old forwarder is answered in its version", async () => {
    const { gateway, server } = await start({ acknowledgementMs: 10 });
    expect((await gateway.ack(PULL_DATA, undefined, { version: 1 }))[0]).toBe(1);
    const outcome = server.send({ ...DOWNLINK, timing: null });
    expect((await gateway.pullResponse()).version).toBe(1);
    expect(await outcome).toBe("no-acknowledgement");
  });
});

describe("who a gateway is", () => {
  test("an EUI belongs to its address until that was silent: a spoofer gets neither packets in nor downlinks", async () => {
    const { gateway, server, clock, uplinks } = await start({ pinnedMs: 60_000 });
    const spoofer = await Forwarder.start(server.port, "127.0.0.2");
    await gateway.ack(PULL_DATA, undefined);
    spoofer.send(PULL_DATA, undefined);
    spoofer.send(PUSH_DATA, { rxpk: [RXPK] });
    await expect.poll(() => drops(server)).toEqual({ "eui-taken": 2 });
    expect(server.drops()).toEqual({ "eui-taken": 2 });
    void server.send(DOWNLINK);
    const { token } = await gateway.pullResponse();
    spoofer.send(TX_ACK, undefined, { token });
    await expect.poll(() => drops(server)).toEqual({ "eui-taken": 3 });
    expect(uplinks.past).toEqual([]);
    expect(spoofer.received.past).toEqual([]);
    clock.advance(60_000);
    await spoofer.ack(PUSH_DATA, { rxpk: [RXPK] });
    expect(uplinks.past).toHaveLength(1);
  });

  test("a gateway that moved gets no downlink at the port of its old address", async () => {
    const { gateway, server, clock } = await start({ pinnedMs: 10 });
    await gateway.ack(PULL_DATA, undefined);
    clock.advance(10);
    const moved = await Forwarder.start(server.port, "127.0.0.2");
    await moved.ack(PUSH_DATA, { stat: {} });
    expect(await server.send(DOWNLINK)).toBe("gateway-offline");
  });

  test("only those allowed, and only so many", async () => {
    const { gateway, server } = await start({ allow: [EUI.toUpperCase(), "0000000000000001"], gatewaysMax: 1 });
    await gateway.ack(PULL_DATA, undefined);
    gateway.send(PULL_DATA, undefined, { eui: "00000000000000ff" });
    gateway.send(PULL_DATA, undefined, { eui: "0000000000000001" });
    await expect.poll(() => server.drops()).toEqual({ "eui-not-allowed": 1, "gateways-full": 1 });
  });

  test("a silent gateway makes room for a new one", async () => {
    const { gateway, server, clock } = await start({ gatewaysMax: 1 });
    await gateway.ack(PULL_DATA, undefined);
    clock.advance(60_000);
    await gateway.ack(PULL_DATA, undefined, { eui: "0000000000000001" });
    expect(server.gateways().map(({ eui }) => eui)).toEqual(["0000000000000001"]);
  });
});

describe("hostile datagrams", () => {
  const json = fc.json({ maxDepth: 6 });
  const field = fc.constantFrom(...Object.keys(RXPK), "rsig", "__proto__", "constructor", "toString");
  const value = fc.oneof(
    fc.jsonValue(),
    fc.double(),
    fc.constantFrom(-0, 2 ** 53, 1e308, -1, "NaN", "1e999", [[]], { __proto__: null }),
  );
  const packet = fc.array(fc.tuple(field, value), { maxLength: 6 }).map((changes) => {
    const packet = new Map<string, unknown>(Object.entries(RXPK));
    for (const [name, changed] of changes) packet.set(name, changed);
    return `{${Array.from(packet, ([name, v]) => `${JSON.stringify(name)}:${JSON.stringify(v) ?? "null"}`).join()}}`;
  });
  const head = fc
    .tuple(fc.constantFrom(1, 2), fc.nat(65_535), fc.constantFrom(0, 2, 5))
    .map(([version, token, type]) => Buffer.from([version, token >> 8, token & 255, type, ...Buffer.from(EUI, "hex")]));
  const body = fc.oneof(
    json,
    packet.map((one) => `{"rxpk":[${one}]}`),
    json.map((any) => `{"rxpk":[${any}],"txpk_ack":${any}}`),
    json.map((any) => `{"txpk_ack":{"error":${any}}}`),
  );
  const datagram = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(head, body).map(([start, text]) => Buffer.concat([start, Buffer.from(text)])),
    fc.tuple(head, packet, fc.nat(), fc.nat(255)).map(([start, one, at, byte]) => {
      const bytes = Buffer.concat([start, Buffer.from(`{"rxpk":[${one}]}`)]);
      bytes[4 + (at % (bytes.byteLength - 4))] = byte;
      return bytes;
    }),
  );

  test("never stop the server, and what gets through is an uplink", async () => {
    const { gateway, server, uplinks } = await start({ acceptWithoutCrc: true });
    await fc.assert(
      fc.asyncProperty(fc.array(datagram, { minLength: 1, maxLength: 20 }), async (datagrams) => {
        for (const bytes of datagrams) gateway.raw(bytes);
        gateway.send(PULL_DATA, undefined, { token: 0xbeef });
        for (;;) {
          const answer = await gateway.received.next();
          if (answer[3] === PULL_ACK && answer.readUInt16BE(1) === 0xbeef) break;
        }
      }),
      { numRuns: 150 },
    );
    for (const uplink of uplinks.past) {
      expect(uplink.payload.byteLength).toBeGreaterThan(0);
      expect(uplink.payload.byteLength).toBeLessThanOrEqual(255);
      expect(Number.isSafeInteger(uplink.frequencyHz)).toBe(true);
      expect(Number.isFinite(uplink.rssiDbm) && Number.isFinite(uplink.snrDb)).toBe(true);
    }
    expect(server.gateways().length).toBeGreaterThan(0);
  });
});
