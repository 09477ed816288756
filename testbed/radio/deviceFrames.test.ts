import fc from "fast-check";
import { loraPacket } from "./testing/loraPacket.ts";
import { expect, test } from "vitest";
import { buildJoinRequest, buildUplink, deriveKeys, openDownlink, openJoinAccept } from "./deviceFrames.ts";

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((all) => Buffer.from(all));
const upTo = (length: number) => fc.uint8Array({ minLength: 1, maxLength: length }).map((all) => Buffer.from(all));
const counter = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const upper = (fCnt: number) => Buffer.from([(fCnt >>> 16) & 0xff, fCnt >>> 24]);
const RUNS = { numRuns: 60 };

test("lora-packet reads our uplinks", () => {
  fc.assert(
    fc.property(
      bytes(4),
      bytes(16),
      bytes(16),
      counter,
      fc.integer({ min: 0, max: 223 }),
      upTo(60),
      (addr, nwk, app, fCnt, fPort, payload) => {
        const keys = { devAddr: addr.toString("hex"), nwkSKey: nwk, appSKey: app };
        const fOpts = fPort === 0 ? Buffer.alloc(0) : Buffer.from([0x02]);
        const fields = { confirmed: true, adr: true, adrAckReq: false, ack: true, fCnt, fOpts, fPort, payload };
        const packet = loraPacket.fromWire(buildUplink(fields, keys));
        expect(loraPacket.verifyMIC(packet, nwk, undefined, upper(fCnt))).toBe(true);
        expect(loraPacket.decrypt(packet, app, nwk, upper(fCnt))).toEqual(payload);
        expect([packet.DevAddr, packet.getFCnt(), packet.getFPort(), packet.isConfirmed()]).toEqual([
          addr,
          fCnt & 0xffff,
          fPort,
          true,
        ]);
        expect([packet.getFCtrlACK(), packet.getFCtrlADR(), packet.FOpts]).toEqual([true, true, fOpts]);
      },
    ),
    RUNS,
  );
});

test("we read lora-packet's downlinks, once, and no forged ones", () => {
  fc.assert(
    fc.property(
      bytes(4),
      bytes(16),
      bytes(16),
      counter,
      fc.integer({ min: 0, max: 223 }),
      upTo(60),
      (addr, nwk, app, fCnt, fPort, payload) => {
        const keys = { devAddr: addr.toString("hex"), nwkSKey: nwk, appSKey: app };
        const packet = loraPacket.fromFields(
          {
            MType: "Confirmed Data Down",
            DevAddr: addr,
            FCnt: fCnt & 0xffff,
            FPort: fPort,
            payload,
            FCtrl: { ACK: true },
          },
          app,
          nwk,
          undefined,
          upper(fCnt),
        );
        const wire = packet.getPHYPayload() as Buffer;
        expect(openDownlink(wire, keys, fCnt - 1)).toMatchObject({ confirmed: true, ack: true, fCnt, fPort, payload });
        expect(openDownlink(wire, keys, fCnt)).toBeNull();
        for (const at of [1, 5, 6, wire.byteLength - 5, wire.byteLength - 1]) {
          const forged = Buffer.from(wire);
          forged[at]! ^= 0x10;
          expect(openDownlink(forged, keys, -1)).toBeNull();
        }
      },
    ),
    RUNS,
  );
});

test("joins: the request as lora-packet reads it, the accept as it writes it, the same keys", () => {
  fc.assert(
    fc.property(
      bytes(16),
      bytes(8),
      bytes(8),
      bytes(3),
      bytes(3),
      bytes(4),
      fc.boolean(),
      fc.nat(65_535),
      (appKey, joinEui, devEui, nonce, netId, addr, list, devNonce) => {
        const request = loraPacket.fromWire(
          buildJoinRequest(joinEui.toString("hex"), devEui.toString("hex"), devNonce, appKey),
        );
        expect(loraPacket.verifyMIC(request, undefined, appKey)).toBe(true);
        expect([request.AppEUI, request.DevEUI, request.DevNonce!.readUInt16BE()]).toEqual([joinEui, devEui, devNonce]);
        const cfList = list ? Buffer.from("184f84e85684b85e84886684586e8400", "hex") : Buffer.alloc(0);
        const accept = loraPacket.fromFields(
          {
            MType: "Join Accept",
            AppNonce: nonce,
            NetID: netId,
            DevAddr: addr,
            DLSettings: 0x13,
            RxDelay: 5,
            CFList: cfList,
          },
          undefined,
          undefined,
          appKey,
        );
        const wire = accept.getPHYPayload() as Buffer;
        const opened = openJoinAccept(wire, appKey)!;
        expect(opened).toMatchObject({
          devAddr: addr.toString("hex"),
          rx1DrOffset: 1,
          rx2DataRate: 3,
          rxDelay: 5,
          cfList,
        });
        const theirs = loraPacket.generateSessionKeys10(appKey, netId, nonce, request.DevNonce!);
        expect(deriveKeys(opened, devNonce, appKey)).toMatchObject({
          nwkSKey: theirs.NwkSKey,
          appSKey: theirs.AppSKey,
        });
        const forged = Buffer.from(wire);
        forged[9]! ^= 1;
        expect(openJoinAccept(forged, appKey)).toBeNull();
      },
    ),
    RUNS,
  );
});

test("hostile bytes are no downlink", () => {
  const keys = { devAddr: "01020304", nwkSKey: Buffer.alloc(16), appSKey: Buffer.alloc(16) };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0x60, 0xa0, 0x20), (rest, type) => {
      const frame = Buffer.concat([Buffer.from([type, 4, 3, 2, 1]), rest]);
      expect(openDownlink(frame, keys, -1)).toBeNull();
      expect(openJoinAccept(frame, keys.nwkSKey)).toBeNull();
    }),
  );
});
