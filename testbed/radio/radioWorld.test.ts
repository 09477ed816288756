import { createSocket } from "node:dgram";
import { once } from "node:events";
import { loraPacket } from "./testing/loraPacket.ts";
import { expect, test } from "vitest";
import { VirtualRadioTime } from "./radioTime.ts";
import { radioWorldSchema, startRadioWorld } from "./radioWorld.ts";

const APP_KEY = "000102030405060708090a0b0c0d0e0f";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

test("a device joins through a gateway's real socket, and its measurements arrive", async () => {
  const server = createSocket("udp4");
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const keys: { readonly NwkSKey: Buffer; readonly AppSKey: Buffer }[] = [];
  const data: Buffer[] = [];
  let pullPort = 0;
  server.on("message", (bytes, from) => {
    if (bytes[3] === 2) pullPort = from.port;
    if (bytes[3] !== 0) return;
    for (const { data: frame, tmst, freq, datr } of (JSON.parse(bytes.subarray(12).toString()).rxpk ?? []) as {
      data: string;
      tmst: number;
      freq: number;
      datr: string;
    }[]) {
      const packet = loraPacket.fromWire(Buffer.from(frame, "base64"));
      if (!packet.isJoinRequestMessage()) {
        expect(loraPacket.verifyMIC(packet, keys[0]!.NwkSKey)).toBe(true);
        data.push(loraPacket.decrypt(packet, keys[0]!.AppSKey, keys[0]!.NwkSKey));
        continue;
      }
      const nonces = { AppNonce: Buffer.from([0, 0, 1]), NetID: Buffer.from([0, 0, 0x13]) };
      const appKey = Buffer.from(APP_KEY, "hex");
      keys.push(loraPacket.generateSessionKeys10(appKey, nonces.NetID, nonces.AppNonce, packet.DevNonce!));
      const accept = loraPacket.fromFields(
        {
          MType: "Join Accept",
          ...nonces,
          DevAddr: Buffer.from("26011bda", "hex"),
          DLSettings: 0,
          RxDelay: 1,
          CFList: Buffer.alloc(0),
        },
        undefined,
        undefined,
        appKey,
      );
      const answer = (accept.getPHYPayload() as Buffer).toString("base64");
      const txpk = {
        imme: false,
        tmst: (tmst + 5_000_000) % 2 ** 32,
        freq,
        rfch: 0,
        powe: 14,
        modu: "LORA",
        datr,
        codr: "4/5",
        ipol: true,
        size: 17,
        data: answer,
      };
      server.send(Buffer.concat([Buffer.from([2, 0, 1, 3]), Buffer.from(JSON.stringify({ txpk }))]), pullPort);
    }
  });
  const place = { latitude: 52.5, longitude: 13.4 };
  const config = radioWorldSchema.parse({
    gateways: [{ eui: "aa555a0000000101", ...place, agent: { host: "127.0.0.1", port: server.address().port } }],
    devices: [{ devEui: "0004a30b001c0530", joinEui: "70b3d57ed0000001", appKey: APP_KEY, ...place, intervalS: 10 }],
  });
  const time = new VirtualRadioTime();
  const world = await startRadioWorld(config, { time, log: silent });
  // Time passes in steps, so that what goes through the sockets keeps up with it.
  for (let steps = 0; data.length < 3 && steps < 4_000; steps++) {
    time.runFor(50_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await world.close();
  server.close();
  expect(world.devices[0]!.devAddr).toBe("26011bda");
  expect(data.length).toBe(3);
  for (const measured of data) {
    expect([...measured.subarray(0, 2), ...measured.subarray(4, 6)]).toEqual([1, 0x67, 2, 0x68]);
    expect(measured.readInt16BE(2)).toBeGreaterThan(150);
  }
});

test("a wrong key in the configuration is named", () => {
  const device = { devEui: "0004a30b001c0530", joinEui: "70b3d57ed0000001", appKey: "00", latitude: 0, longitude: 0 };
  const result = radioWorldSchema.safeParse({ gateways: [], devices: [device] });
  expect(result.error?.issues[0]).toMatchObject({ path: ["devices", 0, "appKey"], message: "must be 16 bytes of hex" });
});
