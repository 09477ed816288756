import { connect } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import loraPacket from "lora-packet";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { REGION_NAMES } from "../../model/device.ts";
import type { RadioDownlink, RadioUplink } from "../../model/radio.ts";
import { Arrivals, SILENT, TestClock } from "../testing/surroundings.ts";
import { channelPlanOf, downlinkDataRate, uplinkModulation } from "./channelPlan.ts";
import { type StationOptions, startStationServer } from "./stationServer.ts";
import { readStationEui, writeId6 } from "./stationEui.ts";

// Its types name a default export that its CommonJS does not have.
const { fromFields } = loraPacket as unknown as typeof loraPacket.default;

const EUI = "b827ebfffe001122";
const XTIME = "54043195528526981";
const UPINFO = `"upinfo":{"rctx":1,"xtime":${XTIME},"gpstime":0,"rssi":-87.5,"snr":9.25,"rxtime":1.5}`;

/** A station's end of a WebSocket. */
class Peer {
  readonly texts = new Arrivals<string>();
  readonly closed: Promise<unknown>;
  readonly socket: WebSocket;
  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.texts.add(data.toString("utf8")));
    socket.on("error", () => {});
    this.closed = once(socket, "close");
    onTestFinished(() => socket.terminate());
  }
  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
  async hear(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.texts.next()) as Record<string, unknown>;
  }
  /** Resolves once the server has read everything said before. */
  async settled(): Promise<void> {
    this.say({ msgtype: "timesync", txtime: 1 });
    while ((await this.hear())["msgtype"] !== "timesync");
  }
}

async function start(options: Partial<StationOptions> = {}) {
  const clock = new TestClock();
  const uplinks = new Arrivals<RadioUplink>();
  const server = await startStationServer(
    { port: 0, host: "127.0.0.1", region: "EU868", ...options },
    { clock, log: SILENT, onUplink: uplinks.add },
  );
  onTestFinished(() => server.close());
  const open = async (path: string, more: object = {}): Promise<Peer> => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, more);
    const peer = new Peer(socket);
    await once(socket, "open");
    return peer;
  };
  const station = async (more: object = {}): Promise<{ peer: Peer; config: Record<string, unknown> }> => {
    const peer = await open(`/router-${EUI}`, more);
    peer.say({
      msgtype: "version",
      station: "2.0.6",
      firmware: null,
      package: null,
      model: "x",
      protocol: 2,
      features: "",
    });
    return { peer, config: await peer.hear() };
  };
  return { clock, uplinks, server, open, station };
}
const drops = (server: { gateways(): readonly { drops: Record<string, number> }[] }): Record<string, number> =>
  server.gateways()[0]!.drops;

const DOWNLINK: RadioDownlink = {
  payload: Uint8Array.of(0x60, 1, 2, 0xff),
  gatewayEui: EUI,
  frequencyHz: 868_100_000,
  modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
  codingRate: "4/5",
  powerDbm: 16,
  timing: null,
};

describe("discovery", () => {
  test.for([
    ["::1", "0000000000000001", "0:0:0:1"],
    ["b827:ebff:fe00:1122", EUI, "b827:ebff:fe00:1122"],
    ["B8-27-EB-FF-FE-00-11-22", EUI, "b827:ebff:fe00:1122"],
    ["1::", "0001000000000000", "1:0:0:0"],
    ["::", "0000000000000000", "0:0:0:0"],
    [0xb827ebfffe001122n, EUI, "b827:ebff:fe00:1122"],
    [1, "0000000000000001", "0:0:0:1"],
  ] as const)("a router %s is answered with its connection's place", async ([router, eui, id6]) => {
    const { server, open } = await start();
    const peer = await open("/router-info");
    peer.say(`{"router":${typeof router === "string" ? JSON.stringify(router) : String(router)}}`);
    expect(await peer.hear()).toEqual({ router: id6, muxs: "::1", uri: `ws://127.0.0.1:${server.port}/router-${eui}` });
    await peer.closed;
  });

  test("EUIs survive their notations", () => {
    const anyEui = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("hex"));
    fc.assert(
      fc.property(anyEui, (eui) => {
        const dashed = eui.match(/../g)!.join("-");
        for (const form of [eui, dashed, writeId6(eui), BigInt(`0x${eui}`)]) expect(readStationEui(form)).toBe(eui);
      }),
    );
    for (const wrong of [
      "",
      ":",
      ":::",
      "1:2:3",
      "1:2:3:4:5",
      "1::2::3",
      "1:2::3:4",
      "12345",
      "b8-27:eb-ff-fe-00-11-22",
      -1,
      1.5,
      2 ** 60,
      1n << 64n,
      null,
      {},
      "g::1",
    ]) {
      expect(readStationEui(wrong), String(wrong)).toBe(null);
    }
  });

  test.for([
    ["not json", "discovery-invalid"],
    ['{"router":null}', "discovery-invalid"],
    ['{"__proto__":{"router":1}}', "discovery-invalid"],
    ['{"router":"::2"}', "eui-not-allowed"],
  ])("%s is refused as %s", async ([text, reason]) => {
    const { server, open } = await start({ allow: [EUI] });
    const peer = await open("/router-info");
    peer.say(text!);
    expect(await peer.hear()).toMatchObject({ error: expect.any(String) });
    expect(server.drops()).toEqual({ [reason!]: 1 });
  });

  test("a host header cannot write the answer; a configured URL does", async () => {
    const hostile = await start();
    const peer = await hostile.open("/router-info", { headers: { host: 'x"/,' } });
    peer.say({ router: 1 });
    expect(await peer.hear()).toMatchObject({ error: expect.any(String) });
    const configured = await start({ publicUrl: "wss://lns.example:443/" });
    const other = await configured.open("/router-info");
    other.say({ router: 1 });
    expect(await other.hear()).toMatchObject({ uri: "wss://lns.example:443/router-0000000000000001" });
  });
});

describe("configuration", () => {
  test("version is answered with the region's channels", async () => {
    const { station, server, clock } = await start({
      netIds: [19],
      joinEuiRanges: [["0000000000000000", "ffffffffffffffff"]],
      nodc: true,
    });
    const { config } = await station();
    expect(config).toMatchObject({
      msgtype: "router_config",
      NetID: [19],
      region: "EU863",
      hwspec: "sx1301/1",
      freq_range: [863_000_000, 870_000_000],
      nodc: true,
      MuxTime: clock.now() / 1000,
    });
    expect(config).not.toHaveProperty("nocca");
    expect((config["DRs"] as unknown[]).slice(0, 9)).toEqual([
      [12, 125, 0],
      [11, 125, 0],
      [10, 125, 0],
      [9, 125, 0],
      [8, 125, 0],
      [7, 125, 0],
      [7, 250, 0],
      [0, 0, 0],
      [-1, 0, 0],
    ]);
    expect((config["sx1301_conf"] as object[])[0]).toMatchObject({
      radio_0: { enable: true, freq: 867_500_000 },
      radio_1: { enable: true, freq: 868_500_000 },
      chan_multiSF_0: { enable: true, radio: 1, if: -400_000 },
      chan_multiSF_7: { enable: true, radio: 0, if: 400_000 },
      chan_Lora_std: { enable: true, radio: 1, if: -200_000, bandwidth: 250_000, spread_factor: 7 },
      chan_FSK: { enable: true, radio: 1, if: 300_000 },
    });
    expect(server.gateways()).toMatchObject([{ eui: EUI, protocol: "station", online: true }]);
  });

  test("64-bit JoinEUIs are written digit by digit", async () => {
    const { open } = await start({ joinEuiRanges: [["0000000000000000", "fffffffffffffffe"]] });
    const peer = await open(`/router-${EUI}`);
    peer.say({ msgtype: "version" });
    expect(await peer.texts.next()).toContain('"JoinEui":[[0,18446744073709551614]]');
  });

  test.for(REGION_NAMES)("%s: radios reach their channels, and every uplink rate can be answered", (region) => {
    for (const subBand of [0, 1, 7]) {
      const plan = channelPlanOf(region, subBand);
      const conf = plan.concentrator as Record<
        string,
        { enable: boolean; freq: number; radio: 0 | 1; if: number; bandwidth?: number }
      >;
      // What a concentrator's filters pass beside the radio's centre, by bandwidth: libloragw's LGW_RF_RX_BANDWIDTH.
      const reach = (bandwidth: number): number =>
        ({ 125_000: 400_000, 250_000: 375_000, 500_000: 300_000 })[bandwidth]!;
      for (const [name, channel] of Object.entries(conf)) {
        if (!name.startsWith("chan_") || !channel.enable) continue;
        expect(Math.abs(channel.if), name).toBeLessThanOrEqual(reach(channel.bandwidth ?? 125_000));
        const hz = conf[`radio_${channel.radio}`]!.freq + channel.if;
        expect(hz).toBeGreaterThan(plan.frequencyRangeHz[0]);
        expect(hz).toBeLessThanOrEqual(plan.frequencyRangeHz[1]);
      }
      for (let dataRate = 0; dataRate < 16; dataRate++) {
        const modulation = uplinkModulation(plan, dataRate);
        if (modulation !== null) expect(downlinkDataRate(plan, modulation)).not.toBe(null);
      }
    }
    expect(channelPlanOf("US915", 1).concentrator).toMatchObject({
      radio_0: { freq: 904_300_000 },
      chan_multiSF_0: { radio: 0, if: -400_000 },
      chan_Lora_std: { radio: 0, if: 300_000, bandwidth: 500_000, spread_factor: 8 },
    });
  });
});

describe("uplinks", () => {
  test("updf becomes the bytes that were on the air, as lora-packet reads them", async () => {
    const { station, uplinks, clock } = await start();
    const { peer } = await station();
    const anyFrame = fc.record({
      devAddr: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      confirmed: fc.boolean(),
      fCnt: fc.nat(65_535),
      fPort: fc.integer({ min: 0, max: 255 }),
      payload: fc.uint8Array({ minLength: 1, maxLength: 51 }),
    });
    await fc.assert(
      fc.asyncProperty(anyFrame, async ({ devAddr, confirmed, fCnt, fPort, payload }) => {
        const packet = fromFields(
          {
            MType: confirmed ? "Confirmed Data Up" : "Unconfirmed Data Up",
            DevAddr: Buffer.from(devAddr),
            FCtrl: { ADR: true, ACK: false, ADRACKReq: false, FPending: false },
            FCnt: fCnt,
            FPort: fPort,
            payload: Buffer.from(payload),
          },
          Buffer.alloc(16, 1),
          Buffer.alloc(16, 2),
        );
        const wire = packet.PHYPayload!;
        const fields = {
          msgtype: "updf",
          MHdr: wire[0],
          DevAddr: wire.readInt32LE(1),
          FCtrl: wire[5],
          FCnt: fCnt,
          FOpts: "",
          FPort: fPort,
          FRMPayload: packet.FRMPayload!.toString("hex").toUpperCase(),
          MIC: wire.readInt32LE(wire.byteLength - 4),
          DR: 5,
          Freq: 868_300_000,
        };
        peer.say(`${JSON.stringify(fields).slice(0, -1)},${UPINFO}}`);
        expect(await uplinks.next()).toEqual({
          payload: new Uint8Array(wire),
          gatewayEui: EUI,
          frequencyHz: 868_300_000,
          modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 },
          codingRate: "4/5",
          rssiDbm: -87.5,
          snrDb: 9.25,
          context: new Uint8Array(
            Buffer.from(`0000000000000001${BigInt(XTIME).toString(16).padStart(16, "0")}`, "hex"),
          ),
          receivedAtMs: clock.now(),
        });
      }),
      { numRuns: 50 },
    );
  });

  test("without a port there is none in the frame; options count; jreq and propdf too", async () => {
    const { station, uplinks } = await start();
    const { peer } = await station();
    const said = async (fields: object): Promise<string> => {
      peer.say(`${JSON.stringify(fields).slice(0, -1)},"DR":0,"Freq":868100000,${UPINFO}}`);
      return Buffer.from((await uplinks.next()).payload).toString("hex");
    };
    const updf = {
      msgtype: "updf",
      MHdr: 64,
      DevAddr: -2,
      FCtrl: 2,
      FCnt: 258,
      FOpts: "0207",
      FPort: -1,
      FRMPayload: "",
      MIC: -1,
    };
    expect(await said(updf)).toBe("40feffffff0202010207ffffffff");
    const jreq = {
      msgtype: "jreq",
      MHdr: 0,
      JoinEui: "01-02-03-04-05-06-07-08",
      DevEui: "11-12-13-14-15-16-17-18",
      DevNonce: 258,
      MIC: 1,
    };
    expect(await said(jreq)).toBe("000807060504030201181716151413121102010100".concat("0000"));
    expect(await said({ msgtype: "propdf", FRMPayload: "E0AA" })).toBe("e0aa");
  });

  const good = {
    msgtype: "updf",
    MHdr: 64,
    DevAddr: 1,
    FCtrl: 0,
    FCnt: 1,
    FOpts: "",
    FPort: 1,
    FRMPayload: "00",
    MIC: 1,
    DR: 5,
    Freq: 868_100_000,
    upinfo: { rctx: 0, xtime: 5, rssi: -1, snr: 1 },
  };
  test.for([
    ["message-invalid", { DevAddr: 2 ** 32 }],
    ["message-invalid", { FRMPayload: "0" }],
    ["message-invalid", { FRMPayload: "00".repeat(256) }],
    ["message-invalid", { upinfo: null }],
    ["message-invalid", { upinfo: { xtime: 1.5, rssi: 1, snr: 1 } }],
    ["message-invalid", { DR: "5" }],
    ["frame-invalid", { FOpts: "02" }],
    ["frame-invalid", { FPort: -1 }],
    ["frame-invalid", { FRMPayload: "00".repeat(255) }],
    ["data-rate-unknown", { DR: 14 }],
    ["message-unknown", { msgtype: "rejoin" }],
    ["message-unknown", { msgtype: "__proto__" }],
    ["rmtsh-refused", { msgtype: "rmtsh" }],
    ["runcmd-refused", { msgtype: "runcmd", command: "reboot" }],
    ["dntxed-unknown", { msgtype: "dntxed", diid: 9 }],
  ] as const)("%s: %j", async ([reason, over]) => {
    const { station, server, uplinks } = await start();
    const { peer } = await station();
    peer.say({ ...good, ...over });
    await peer.settled();
    expect(drops(server)).toEqual({ [reason]: 1 });
    peer.say(good);
    expect((await uplinks.next()).payload.byteLength).toBe(14);
  });

  test("before it is configured nothing is taken; binary, non-JSON, deep and long messages are counted", async () => {
    const { open, server, uplinks } = await start();
    const peer = await open(`/router-${EUI}`);
    peer.say(good);
    peer.socket.send(Buffer.of(0, 1, 2));
    for (const text of ["{", "5", "[".repeat(9_000), `${"[".repeat(7000)}1234567890123456789${"]".repeat(7000)}`])
      peer.say(text);
    await peer.settled();
    expect(uplinks.past).toEqual([]);
    const counted = drops(server);
    expect(counted).toMatchObject({ "not-configured": 1, "rmtsh-refused": 1 });
    expect(counted["json-invalid"]! + (counted["message-invalid"] ?? 0) + (counted["message-unknown"] ?? 0)).toBe(4);
    peer.say("x".repeat(20_000));
    await peer.closed;
    expect(drops(server)).toMatchObject({ "message-too-large": 1 });
    await expect.poll(() => server.gateways()).toMatchObject([{ online: false }]);
  });

  test("a station that floods is limited, and heard again later", async () => {
    const { station, server, uplinks, clock } = await start({ messagesPerS: 3 });
    const { peer } = await station();
    for (let i = 0; i < 5; i++) peer.say(good);
    await expect.poll(() => drops(server)).toEqual({ "rate-limited": 3 });
    expect(uplinks.past).toHaveLength(2);
    clock.advance(1000);
    peer.say(good);
    await expect.poll(() => uplinks.past.length).toBe(3);
  });
});

describe("downlinks", () => {
  const context = Buffer.from(`fffffffffffffffe${BigInt(XTIME).toString(16).padStart(16, "0")}`, "hex");

  test("class A in its window with exact xtime, and dntxed is sent", async () => {
    const { station, server } = await start();
    const { peer } = await station();
    const outcome = server.send({ ...DOWNLINK, timing: { context, delayMs: 5000 } });
    const text = await peer.texts.next();
    expect(text).toContain(`"rctx":-2,"xtime":${XTIME}`);
    const message = JSON.parse(text) as Record<string, unknown>;
    expect(message).toMatchObject({
      msgtype: "dnmsg",
      dC: 0,
      diid: 1,
      pdu: "600102ff",
      RxDelay: 5,
      RX1DR: 3,
      RX1Freq: 868_100_000,
      priority: 0,
    });
    peer.say({ msgtype: "dntxed", diid: 2 });
    peer.say({ msgtype: "dntxed", diid: message["diid"] });
    expect(await outcome).toBe("sent");
    expect(server.gateways()).toMatchObject([{ downlinks: 1, drops: { "dntxed-unknown": 1 } }]);
  });

  test("RX2 of the longest delay, class C, and American rates for downlinks", async () => {
    const { station, server } = await start({ region: "US915" });
    const { peer } = await station();
    const modulation = { kind: "lora", spreadingFactor: 8, bandwidthHz: 500_000 } as const;
    void server.send({ ...DOWNLINK, modulation, timing: { context, delayMs: 16_000 } });
    expect(await peer.hear()).toMatchObject({ dC: 0, RxDelay: 15, RX2DR: 12, RX2Freq: 868_100_000 });
    void server.send({ ...DOWNLINK, modulation });
    const classC = await peer.hear();
    expect(classC).toMatchObject({ dC: 2, RX2DR: 12, RX2Freq: 868_100_000 });
    expect(classC).not.toHaveProperty("xtime");
  });

  test("what cannot be sent says so", async () => {
    const { station, server } = await start({ acknowledgementMs: 20 });
    expect(await server.send(DOWNLINK)).toBe("gateway-offline");
    const { peer } = await station();
    expect(await server.send({ ...DOWNLINK, timing: { context, delayMs: 1500 } })).toBe("refused");
    expect(await server.send({ ...DOWNLINK, timing: { context: context.subarray(4), delayMs: 1000 } })).toBe("refused");
    expect(await server.send({ ...DOWNLINK, modulation: { kind: "fsk", bitsPerSecond: 1200 } })).toBe("refused");
    expect(await server.send(DOWNLINK, { likeUplink: true })).toBe("refused");
    expect(await server.send(DOWNLINK)).toBe("no-acknowledgement");
    const waiting = Array.from({ length: 64 }, () => server.send({ ...DOWNLINK, timing: { context, delayMs: 9000 } }));
    expect(await server.send(DOWNLINK)).toBe("queue-full");
    peer.socket.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["gateway-offline"]));
  });

  test("timesync tells GPS's time and echoes the station's exactly", async () => {
    const { station, clock } = await start();
    const { peer } = await station();
    peer.say(`{"msgtype":"timesync","txtime":9007199254740993}`);
    const gps = BigInt(clock.now() - 315_964_800_000 + 18_000) * 1000n;
    expect(await peer.texts.next()).toContain(`"txtime":9007199254740993,"gpstime":${gps}`);
  });
});

describe("who a station is", () => {
  const refused = async (url: string, more: object = {}): Promise<number> => {
    const socket = new WebSocket(url, more);
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
    return response.statusCode;
  };

  test("an EUI belongs to its address while it is connected; a newer connection from there replaces it", async () => {
    const { station, server, clock } = await start({ host: "0.0.0.0" });
    const { peer } = await station();
    clock.advance(3_600_000);
    const url = `ws://127.0.0.1:${server.port}/router-${EUI}`;
    expect(await refused(url, { localAddress: "127.0.0.2" })).toBe(403);
    expect(drops(server)).toEqual({ "eui-taken": 1 });
    const { peer: newer } = await station();
    await peer.closed;
    const outcome = server.send(DOWNLINK);
    newer.say({ msgtype: "dntxed", diid: (await newer.hear())["diid"] });
    expect(await outcome).toBe("sent");
    newer.socket.close();
    await newer.closed;
    await expect.poll(() => server.gateways()).toMatchObject([{ online: false }]);
    clock.advance(60_000);
    const { config } = await station({ localAddress: "127.0.0.2" });
    expect(config).toMatchObject({ msgtype: "router_config" });
  });

  test("a wrong token, an unknown path and an EUI not allowed are refused by status", async () => {
    const { server, station } = await start({ authorization: "Bearer s3cret", allow: [EUI] });
    const base = `ws://127.0.0.1:${server.port}`;
    const headers = { authorization: "Bearer s3cret" };
    expect(await refused(`${base}/router-info`)).toBe(401);
    expect(await refused(`${base}/router-${EUI}`, { headers: { authorization: "Bearer s3cre" } })).toBe(401);
    expect(await refused(`${base}/elsewhere`, { headers })).toBe(404);
    expect(await refused(`${base}/router-::2`, { headers })).toBe(403);
    expect(server.drops()).toEqual({ unauthorized: 2, "path-unknown": 1, "eui-not-allowed": 1 });
    expect((await station({ headers })).config).toMatchObject({ msgtype: "router_config" });
    expect((await fetch(`http://127.0.0.1:${server.port}/router-info`)).status).toBe(426);
  });

  test("a station that does not answer pings is given up", async () => {
    const { station, server } = await start({ pingMs: 20 });
    const { peer } = await station({ autoPong: false });
    await peer.closed;
    await expect.poll(() => server.gateways()).toMatchObject([{ online: false }]);
  });
});

test("hostile messages never stop the server", async () => {
  const { station, server, uplinks } = await start({ messagesPerS: 1e9 });
  const { peer } = await station();
  const type = fc.constantFrom("updf", "jreq", "propdf", "version", "dntxed", "timesync", "rmtsh", "x", "constructor");
  const field = fc.constantFrom(
    "DevAddr",
    "MIC",
    "FCtrl",
    "FOpts",
    "FPort",
    "FRMPayload",
    "DR",
    "Freq",
    "upinfo",
    "txtime",
    "diid",
    "JoinEui",
    "__proto__",
  );
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(2 ** 53, 1e308, -1, "00", { xtime: 1, rssi: 1, snr: 1 }));
  const message = fc.tuple(type, fc.dictionary(field, value), fc.boolean()).map(([msgtype, fields, long]) => {
    const text = JSON.stringify({ msgtype, ...fields });
    return long ? `${text.slice(0, -1)},"xtime":99999999999999999999999,"y":12345678901234567}` : text;
  });
  const anything = fc.oneof(message, fc.string({ maxLength: 200 }), fc.json());
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 20 }), async (texts) => {
      for (const text of texts) peer.say(text);
      await peer.settled();
    }),
    { numRuns: 150 },
  );
  for (const uplink of uplinks.past) expect(uplink.payload.byteLength).toBeLessThanOrEqual(255);
  const raw = connect(server.port, "127.0.0.1");
  raw.on("error", () => {}).resume();
  raw.write(`GET /router-${EUI} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\0\0\xff\xff`);
  await once(raw, "close");
  await peer.settled();
});
