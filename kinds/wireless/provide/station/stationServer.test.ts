import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { REGION_NAMES } from "../../model/device.ts";
import { regionOf } from "../../model/regions/region.ts";
import { STATION_DOWNLINK, STATION_EUI, dropsOf, startStations } from "../testing/station.ts";
import { channelPlanOf, downlinkDataRate, uplinkModulation } from "./channelPlan.ts";
import { readStationEui, writeId6 } from "./stationEui.ts";

describe("discovery", () => {
  test.for([
    ["::1", "0000000000000001", "0:0:0:1"],
    ["b827:ebff:fe00:1122", STATION_EUI, "b827:ebff:fe00:1122"],
    ["B8-27-EB-FF-FE-00-11-22", STATION_EUI, "b827:ebff:fe00:1122"],
    ["1::", "0001000000000000", "1:0:0:0"],
    ["::", "0000000000000000", "0:0:0:0"],
    [0xb827ebfffe001122n, STATION_EUI, "b827:ebff:fe00:1122"],
    [1, "0000000000000001", "0:0:0:1"],
  ] as const)("a router %s is answered with its connection's place", async ([router, eui, id6]) => {
    const { server, open } = await startStations();
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
    const { server, open } = await startStations({ allow: [STATION_EUI] });
    const peer = await open("/router-info");
    peer.say(text!);
    expect(await peer.hear()).toMatchObject({ error: expect.any(String) });
    expect(server.drops()).toEqual({ [reason!]: 1 });
  });

  test("a host header cannot write the answer; a configured URL does", async () => {
    const hostile = await startStations();
    const peer = await hostile.open("/router-info", { headers: { host: 'x"/,' } });
    peer.say({ router: 1 });
    expect(await peer.hear()).toMatchObject({ error: expect.any(String) });
    const configured = await startStations({ publicUrl: "wss://lns.example:8443/here/" });
    const other = await configured.open("/router-info");
    other.say({ router: 1 });
    expect(await other.hear()).toMatchObject({ uri: "wss://lns.example:8443/here/router-0000000000000001" });
  });

  // Station refuses a URI without port or path, and one of more than 127 characters (`tc_info_request`).
  test.for([
    [{ host: "lns.example" }, "ws://lns.example:80/router-0000000000000001"],
    [{ host: "lns.example:8887", "x-forwarded-proto": "https" }, "wss://lns.example:8887/router-0000000000000001"],
    [{ host: "lns.example", "x-forwarded-proto": "wss, http" }, "wss://lns.example:443/router-0000000000000001"],
    [{ host: "[2001:db8::1]:1887" }, "ws://[2001:db8::1]:1887/router-0000000000000001"],
    [{ host: "2001:db8::1:1887" }, undefined],
    [{ host: `${"x".repeat(93)}:1887` }, `ws://${"x".repeat(93)}:1887/router-0000000000000001`],
    [{ host: `${"x".repeat(94)}:1887` }, undefined],
  ] as const)("asked by %o, the data connection is at %s", async ([headers, uri]) => {
    const { open } = await startStations();
    const peer = await open("/router-info", { headers });
    peer.say({ router: 1 });
    expect((await peer.hear())["uri"]).toBe(uri);
  });
});

describe("configuration", () => {
  test("version is answered with the region's channels", async () => {
    const { station, server, clock } = await startStations();
    const { config } = await station();
    expect(config).toMatchObject({
      msgtype: "router_config",
      NetID: null,
      JoinEui: null,
      region: "EU863",
      hwspec: "sx1301/1",
      freq_range: [863_000_000, 870_000_000],
      MuxTime: clock.now() / 1000,
    });
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
      chan_FSK: { enable: true, radio: 1, if: 300_000, bandwidth: 125_000, datarate: 50_000 },
    });
    expect(server.gateways()).toMatchObject([{ eui: STATION_EUI, protocol: "station", online: true }]);
  });

  // A station drops all downlinks in a region whose name it does not know, and takes its own limits from those it knows:
  // `max_eirp` only lowers them. In EU868 it would take RX2's 27 dBm.
  test.for([
    ["EU868", "EU863", undefined],
    ["US915", "US902", 30],
    ["AU915", "AU915", 30],
    ["AS923", "AU915", 16],
    ["IN865", "AU915", 30],
    ["KR920", "KR920", 23],
  ] as const)("%s is told as %s, to radiate at most %s dBm", async ([region, name, dbm]) => {
    const { station } = await startStations({ region });
    const { config } = await station();
    expect(config["region"]).toBe(name);
    expect(config["max_eirp"]).toBe(dbm);
  });

  test.for(REGION_NAMES)("%s: radios reach their channels, and every uplink rate can be answered", (region) => {
    for (const subBand of [0, 1, 7]) {
      const plan = channelPlanOf(region, subBand);
      const heard = new Set<number>();
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
        heard.add(hz);
        expect(hz).toBeGreaterThan(plan.frequencyRangeHz[0]);
        expect(hz).toBeLessThanOrEqual(plan.frequencyRangeHz[1]);
      }
      // Devices are told to speak here.
      const { channels, networkChannels } = regionOf(region);
      if (subBand === 1) for (const index of networkChannels) expect(heard).toContain(channels[index]!.frequencyHz);
      for (let dataRate = 0; dataRate < 16; dataRate++) {
        const modulation = uplinkModulation(plan, dataRate);
        if (modulation !== null) expect(downlinkDataRate(plan, modulation)).not.toBe(null);
        expect(modulation, `DR${dataRate}`).toEqual(regionOf(region).dataRate(dataRate, "up"));
        const down = regionOf(region).dataRate(dataRate, "down");
        if (down !== null) expect(downlinkDataRate(plan, down), `DR${dataRate} down`).not.toBe(null);
      }
    }
    expect(channelPlanOf("US915", 1).concentrator).toMatchObject({
      radio_0: { freq: 904_300_000 },
      chan_multiSF_0: { radio: 0, if: -400_000 },
      chan_Lora_std: { radio: 0, if: 300_000, bandwidth: 500_000, spread_factor: 8 },
    });
  });
});

test("a whole session in a station's own bytes: its headers, its one key, its constant masks, its close", async () => {
  const { server, uplinks } = await startStations();
  const upgrade = (path: string): string =>
    [
      `GET ${path} HTTP/1.1`,
      `Host: localhost:${server.port}`,
      "Upgrade: websocket",
      "Connection: upgrade",
      "Sec-WebSocket-Key: bpse8nVmEl6ZlX4lSb6RMw==",
      "Sec-WebSocket-Version: 13",
      "\r\n",
    ].join("\r\n");
  const masked = (opcode: number, text: string, mask = 1): Buffer => {
    const data = Buffer.from(text);
    const length =
      data.byteLength < 126 ? [0x80 | data.byteLength] : [0xfe, data.byteLength >> 8, data.byteLength & 255];
    return Buffer.concat([
      Buffer.from([0x80 | opcode, ...length, ...Array<number>(4).fill(mask)]),
      data.map((byte) => byte ^ mask),
    ]);
  };
  const open = (path: string) => {
    const socket = connect(server.port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let heard = Buffer.alloc(0);
    socket.on("data", (data) => (heard = Buffer.concat([heard, data])));
    socket.write(upgrade(path));
    return { socket, heard: () => heard.toString("latin1") };
  };
  const infos = open("/router-info");
  await expect.poll(infos.heard).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\n$/);
  infos.socket.write(masked(1, '{"router":"b827:ebff:fe00:1122"}'));
  await expect.poll(infos.heard).toContain(`"uri":"ws://localhost:${server.port}/router-${STATION_EUI}"`);
  infos.socket.write(Buffer.from("88820000000003e8", "hex"));
  await once(infos.socket, "close");
  const muxs = open(`/router-${STATION_EUI}`);
  await expect.poll(muxs.heard).toContain("\r\n\r\n");
  muxs.socket.write(
    masked(
      1,
      '{"msgtype":"version","station":"2.0.6","firmware":null,"package":null,"model":"linux","protocol":2,"features":"rmtsh"}',
    ),
  );
  await expect.poll(muxs.heard).toContain('"msgtype":"router_config"');
  // One text frame, final, unmasked, of at most 65,535 bytes: a station reads no other.
  const frame = muxs.heard().slice(muxs.heard().indexOf("\r\n\r\n") + 4);
  expect([frame.charCodeAt(0), frame.charCodeAt(1)]).toEqual([0x81, 0x7e]);
  expect(JSON.parse(frame.slice(4))).toMatchObject({ msgtype: "router_config" });
  muxs.socket.write(
    masked(
      1,
      '{"msgtype":"propdf","FRMPayload":"E0010203","RefTime":0.000000,"DR":5,"Freq":868100000,"upinfo":{"rctx":0,"xtime":23925373030592498,"gpstime":0,"fts":-1,"rssi":-80,"snr":7.5,"rxtime":1795375754.997239}}',
    ),
  );
  expect(Buffer.from((await uplinks.next()).payload).toString("hex")).toBe("e0010203");
});

describe("who a station is", () => {
  const refused = async (url: string, more: object = {}): Promise<number> => {
    const socket = new WebSocket(url, more);
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
    return response.statusCode;
  };

  test("an EUI belongs to its address while it is connected; a newer connection from there replaces it", async () => {
    const { station, server, clock } = await startStations({ host: "0.0.0.0" });
    const { peer } = await station();
    clock.advance(3_600_000);
    const url = `ws://127.0.0.1:${server.port}/router-${STATION_EUI}`;
    expect(await refused(url, { localAddress: "127.0.0.2" })).toBe(403);
    expect(dropsOf(server)).toEqual({ "eui-taken": 1 });
    const { peer: newer } = await station();
    await peer.closed;
    const outcome = server.send(STATION_DOWNLINK);
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
    const { server, station } = await startStations({ authorization: "Bearer s3cret", allow: [STATION_EUI] });
    const base = `ws://127.0.0.1:${server.port}`;
    const headers = { authorization: "Bearer s3cret" };
    expect(await refused(`${base}/router-info`)).toBe(401);
    expect(await refused(`${base}/router-${STATION_EUI}`, { headers: { authorization: "Bearer s3cre" } })).toBe(401);
    expect(await refused(`${base}/elsewhere`, { headers })).toBe(404);
    expect(await refused(`${base}/router-::2`, { headers })).toBe(403);
    expect(server.drops()).toEqual({ unauthorized: 2, "path-unknown": 1, "eui-not-allowed": 1 });
    expect((await station({ headers })).config).toMatchObject({ msgtype: "router_config" });
    expect((await fetch(`http://127.0.0.1:${server.port}/router-info`)).status).toBe(426);
  });

  test("a station that does not answer pings is given up", async () => {
    const { station, server } = await startStations({ pingMs: 20 });
    const { peer } = await station({ autoPong: false });
    await peer.closed;
    await expect.poll(() => server.gateways()).toMatchObject([{ online: false }]);
  });
});
