import { connect } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import loraPacket from "lora-packet";
import { describe, expect, test } from "vitest";
import { STATION_DOWNLINK, STATION_EUI, UPINFO, XTIME, dropsOf, startStations } from "../testing/station.ts";

// Its types name a default export that its CommonJS does not have.
const { fromFields } = loraPacket as unknown as typeof loraPacket.default;

describe("uplinks", () => {
  test("updf becomes the bytes that were on the air, as lora-packet reads them", async () => {
    const { station, uplinks, clock } = await startStations();
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
          gatewayEui: STATION_EUI,
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
    const { station, uplinks } = await startStations();
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

  // As Basics Station 2.0.6 wrote them when its radio was given these frames.
  test.for([
    [
      "40010203040001000155667788aabbccdd",
      '{"msgtype":"updf","MHdr":64,"DevAddr":67305985,"FCtrl":0,"FCnt":1,"FOpts":"","FPort":1,"FRMPayload":"55667788","MIC":-573785174,"RefTime":1795375754.875840,"DR":5,"Freq":868100000,"upinfo":{"rctx":0,"xtime":23925373030471621,"gpstime":1479410972876293,"fts":-1,"rssi":-80,"snr":7.5,"rxtime":1795375754.876385}}',
    ],
    [
      "40010203fc0002000155667788aabbccdd",
      '{"msgtype":"updf","MHdr":64,"DevAddr":-66911743,"FCtrl":0,"FCnt":2,"FOpts":"","FPort":1,"FRMPayload":"55667788","MIC":-573785174,"RefTime":1795375754.996740,"DR":7,"Freq":868800000,"upinfo":{"rctx":0,"xtime":23925373030592527,"gpstime":1479410972997199,"fts":-1,"rssi":-80,"snr":7.5,"rxtime":1795375754.997284}}',
    ],
    [
      "00112233445566778888776655443322110102deadbeef",
      '{"msgtype":"jreq","MHdr":0,"JoinEui":"88-77-66-55-44-33-22-11","DevEui":"11-22-33-44-55-66-77-88","DevNonce":513,"MIC":-272716322,"RefTime":1795375754.936255,"DR":2,"Freq":868100000,"upinfo":{"rctx":0,"xtime":23925373030532038,"gpstime":1479410972936710,"fts":-1,"rssi":-80,"snr":7.5,"rxtime":1795375754.936800}}',
    ],
    [
      "400102030480050011223344",
      '{"msgtype":"updf","MHdr":64,"DevAddr":67305985,"FCtrl":128,"FCnt":5,"FOpts":"","FPort":-1,"FRMPayload":"","MIC":1144201745,"RefTime":1795375755.058181,"DR":5,"Freq":868100000,"upinfo":{"rctx":0,"xtime":23925373030653965,"gpstime":1479410973058637,"fts":-1,"rssi":-80,"snr":7.5,"rxtime":1795375755.058726}}',
    ],
    [
      "e0010203",
      '{"msgtype":"propdf","FRMPayload":"E0010203","RefTime":1795375754.996694,"DR":5,"Freq":868100000,"upinfo":{"rctx":0,"xtime":23925373030592498,"gpstime":1479410972997170,"fts":-1,"rssi":-80,"snr":7.5,"rxtime":1795375754.997239}}',
    ],
  ] as const)("a station's own words for %s", async ([hex, text]) => {
    const { station, uplinks, server } = await startStations();
    const { peer } = await station();
    peer.say('{"msgtype":"event","evcat":"gps","evmsg":{"evtype":"nofix","since":-1}}');
    peer.say('{"msgtype":"alarm","text":"No GPS fix since 2m"}');
    peer.say(text);
    expect(Buffer.from((await uplinks.next()).payload).toString("hex")).toBe(hex);
    expect(dropsOf(server)).toEqual({});
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
    const { station, server, uplinks } = await startStations();
    const { peer } = await station();
    peer.say({ ...good, ...over });
    await peer.settled();
    expect(dropsOf(server)).toEqual({ [reason]: 1 });
    peer.say(good);
    expect((await uplinks.next()).payload.byteLength).toBe(14);
  });

  test("before it is configured nothing is taken; binary, non-JSON, deep and long messages are counted", async () => {
    const { open, server, uplinks } = await startStations();
    const peer = await open(`/router-${STATION_EUI}`);
    peer.say(good);
    peer.socket.send(Buffer.of(0, 1, 2));
    for (const text of ["{", "5", "[".repeat(9_000), `${"[".repeat(7000)}1234567890123456789${"]".repeat(7000)}`])
      peer.say(text);
    await peer.settled();
    expect(uplinks.past).toEqual([]);
    const counted = dropsOf(server);
    expect(counted).toMatchObject({ "not-configured": 1, "rmtsh-refused": 1 });
    expect(counted["json-invalid"]! + (counted["message-invalid"] ?? 0) + (counted["message-unknown"] ?? 0)).toBe(4);
    peer.say("x".repeat(20_000));
    await peer.closed;
    expect(dropsOf(server)).toMatchObject({ "message-too-large": 1 });
    await expect.poll(() => server.gateways()).toMatchObject([{ online: false }]);
  });

  test("a station that floods is limited, and heard again later", async () => {
    const { station, server, uplinks, clock } = await startStations({ messagesPerS: 3 });
    const { peer } = await station();
    for (let i = 0; i < 5; i++) peer.say(good);
    await expect.poll(() => dropsOf(server)).toEqual({ "rate-limited": 3 });
    expect(uplinks.past).toHaveLength(2);
    clock.advance(1000);
    peer.say(good);
    await expect.poll(() => uplinks.past.length).toBe(3);
  });
});

describe("downlinks", () => {
  const context = Buffer.from(`fffffffffffffffe${BigInt(XTIME).toString(16).padStart(16, "0")}`, "hex");

  test("class A in its window with exact xtime, and dntxed is sent", async () => {
    const { station, server } = await startStations();
    const { peer } = await station();
    const outcome = server.send({ ...STATION_DOWNLINK, timing: { context, delayMs: 5000 } });
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
    // As Basics Station 2.0.6 wrote it.
    peer.say(
      '{"msgtype":"dntxed","seqno":1,"diid":1,"DR":5,"Freq":868100000,"DevEui":"00-00-00-00-00-00-00-01","rctx":0,"xtime":23925373031956557,"txtime":25641.869328,"gpstime":0}',
    );
    expect(await outcome).toBe("sent");
    expect(server.gateways()).toMatchObject([{ downlinks: 1, drops: { "dntxed-unknown": 1 } }]);
  });

  test("RX2 of the longest delay, class C, and American rates for downlinks", async () => {
    const { station, server } = await startStations({ region: "US915" });
    const { peer } = await station();
    const modulation = { kind: "lora", spreadingFactor: 8, bandwidthHz: 500_000 } as const;
    void server.send({ ...STATION_DOWNLINK, modulation, timing: { context, delayMs: 16_000 } });
    expect(await peer.hear()).toMatchObject({ dC: 0, RxDelay: 15, RX2DR: 12, RX2Freq: 868_100_000 });
    void server.send({ ...STATION_DOWNLINK, modulation });
    const classC = await peer.hear();
    expect(classC).toMatchObject({ dC: 2, RxDelay: 0, RX2DR: 12, RX2Freq: 868_100_000 });
    expect(classC).not.toHaveProperty("xtime");
  });

  test("what cannot be sent says so", async () => {
    const { station, server } = await startStations({ acknowledgementMs: 20 });
    expect(await server.send(STATION_DOWNLINK)).toBe("gateway-offline");
    const { peer } = await station();
    expect(await server.send({ ...STATION_DOWNLINK, timing: { context, delayMs: 1500 } })).toBe("refused");
    expect(await server.send({ ...STATION_DOWNLINK, timing: { context: context.subarray(4), delayMs: 1000 } })).toBe(
      "refused",
    );
    expect(await server.send({ ...STATION_DOWNLINK, modulation: { kind: "fsk", bitsPerSecond: 1200 } })).toBe(
      "refused",
    );
    expect(await server.send(STATION_DOWNLINK, { likeUplink: true })).toBe("refused");
    expect(await server.send(STATION_DOWNLINK)).toBe("no-acknowledgement");
    const waiting = Array.from({ length: 64 }, (_, i) => {
      const later = Buffer.from(context);
      later.writeBigInt64BE(BigInt(XTIME) + BigInt(i) * 60_000_000n, 8);
      return server.send({ ...STATION_DOWNLINK, timing: { context: later, delayMs: 9000 } });
    });
    expect(await server.send(STATION_DOWNLINK)).toBe("queue-full");
    peer.socket.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["gateway-offline"]));
  });

  test("what the station's own duty cycle drops is refused at once, until it did not send or was set up anew", async () => {
    const { station, server } = await startStations({ acknowledgementMs: 30 });
    const { peer } = await station();
    const rx1 = { ...STATION_DOWNLINK, timing: { context, delayMs: 1000 } };
    const rx2 = { ...STATION_DOWNLINK, frequencyHz: 869_525_000, timing: { context, delayMs: 2000 } };
    const first = server.send(rx1);
    peer.say({ msgtype: "dntxed", diid: (await peer.hear())["diid"] });
    expect(await first).toBe("sent");
    expect(await server.send({ ...rx1, timing: { context, delayMs: 6000 } })).toBe("refused");
    const second = server.send(rx2);
    peer.say({ msgtype: "dntxed", diid: (await peer.hear())["diid"] });
    expect(await second).toBe("sent");
    expect(dropsOf(server)).toEqual({ "downlink-refused": 1 });
    peer.say({ msgtype: "version" });
    await peer.hear();
    const again = server.send(rx1);
    await peer.hear();
    expect(await again).toBe("no-acknowledgement");
    void server.send(rx1);
    expect(await peer.hear()).toMatchObject({ msgtype: "dnmsg" });
  });

  test("a station that leaves at once could not set its radios up as told", async () => {
    const { station, server, clock } = await startStations();
    const refusing = (await station()).peer;
    refusing.socket.close(1000);
    await expect.poll(() => dropsOf(server)).toEqual({ "configuration-refused": 1 });
    const leaving = (await station()).peer;
    await leaving.settled();
    leaving.socket.close(1000);
    await leaving.closed;
    const later = (await station()).peer;
    clock.advance(5_000);
    later.socket.close(1000);
    await later.closed;
    await expect.poll(() => server.gateways()).toMatchObject([{ online: false }]);
    expect(dropsOf(server)).toEqual({ "configuration-refused": 1 });
  });

  test("timesync tells GPS's time and echoes the station's exactly", async () => {
    const { station, clock } = await startStations();
    const { peer } = await station();
    peer.say(`{"msgtype":"timesync","txtime":9007199254740993}`);
    const gps = BigInt(clock.now() - 315_964_800_000 + 18_000) * 1000n;
    expect(await peer.texts.next()).toContain(`"txtime":9007199254740993,"gpstime":${gps}`);
  });
});

test("hostile messages never stop the server", async () => {
  const { station, server, uplinks } = await startStations({ messagesPerS: 1e9 });
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
  raw.write(`GET /router-${STATION_EUI} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\0\0\xff\xff`);
  await once(raw, "close");
  await peer.settled();
});
