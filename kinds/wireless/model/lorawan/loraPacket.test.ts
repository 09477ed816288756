import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { parseFrame } from "./frame.ts";
import { buildJoinAccept, buildJoinRequest, deriveSessionKeys, parseJoinAccept, verifyJoinRequest } from "./join.ts";
import { compareWithLoraPacket } from "./testing/compareWithLoraPacket.ts";
import { loraPacket } from "./testing/loraPacket.ts";

// Two seconds of lora-packet; a machine that runs much else beside it is given its time.
test("20,000 random frames are built, read, signed and opened as lora-packet does", { timeout: 120_000 }, () => {
  const { different, first, builtByBoth } = compareWithLoraPacket(20_000, 1, 24);
  expect({ different, first }).toEqual({ different: 0, first: null });
  expect(builtByBoth).toBeGreaterThan(300);
});

test("frames of the greatest length too", () => {
  expect(compareWithLoraPacket(200, 2, 222)).toMatchObject({ different: 0, first: null });
});

test("300 joins are asked, granted and keyed as lora-packet does", () => {
  for (let round = 0; round < 300; round++) {
    const appKey = randomBytes(16);
    const asked = {
      joinEui: randomBytes(8).toString("hex"),
      devEui: randomBytes(8).toString("hex"),
      devNonce: randomBytes(2).readUInt16BE(),
    };
    const request = buildJoinRequest(appKey, asked);
    const theirRequest = loraPacket.fromWire(Buffer.from(request));
    expect(theirRequest.AppEUI!.toString("hex")).toBe(asked.joinEui);
    expect(theirRequest.DevEUI!.toString("hex")).toBe(asked.devEui);
    expect(theirRequest.DevNonce!.readUInt16BE()).toBe(asked.devNonce);
    expect(loraPacket.verifyMIC(theirRequest, undefined, appKey)).toBe(true);
    expect(parseFrame(request)).toMatchObject({ ok: true, type: "join-request", ...asked });
    expect(verifyJoinRequest(appKey, request)).toBe(true);

    const granted = {
      joinNonce: randomBytes(3).readUIntBE(0, 3),
      netId: randomBytes(3).readUIntBE(0, 3),
      devAddr: randomBytes(4).toString("hex"),
      rx1DrOffset: round % 8,
      rx2DataRate: round % 16,
      rx1DelayS: 1 + (round % 15),
      cfList: round % 2 === 0 ? null : randomBytes(16),
    };
    const accept = buildJoinAccept(appKey, granted);
    const opened = loraPacket.fromWire(loraPacket.decryptJoinAccept(loraPacket.fromWire(Buffer.from(accept)), appKey));
    expect(opened.AppNonce!.readUIntBE(0, 3)).toBe(granted.joinNonce);
    expect(opened.NetID!.readUIntBE(0, 3)).toBe(granted.netId);
    expect(opened.DevAddr!.toString("hex")).toBe(granted.devAddr);
    expect(opened.getDLSettingsRxOneDRoffset()).toBe(granted.rx1DrOffset);
    expect(opened.getDLSettingsRxTwoDataRate()).toBe(granted.rx2DataRate);
    expect(opened.getRxDelayDel()).toBe(granted.rx1DelayS);
    expect(loraPacket.verifyMIC(opened, undefined, appKey)).toBe(true);
    const parsed = parseJoinAccept(appKey, accept);
    expect(parsed).toMatchObject({ ok: true, ...granted, cfList: granted.cfList && Uint8Array.from(granted.cfList) });

    const ours = deriveSessionKeys(appKey, { ...granted, devNonce: asked.devNonce });
    const theirs = loraPacket.generateSessionKeys10(appKey, opened.NetID!, opened.AppNonce!, theirRequest.DevNonce!);
    expect(theirs.NwkSKey.equals(ours.nwkSKey)).toBe(true);
    expect(theirs.AppSKey.equals(ours.appSKey)).toBe(true);
  }
});
