import { describe, expect, test } from "vitest";
import { encryptAesBlock, decryptAesBlock, expandAesKey, loadAesBlock, storeAesBlock } from "./aes.ts";
import { cmacHead, cmacKey, finishCmac } from "./cmac.ts";
import { buildDownlink, buildUplink, parseFrame } from "./frame.ts";
import {
  buildJoinAccept,
  buildJoinRequest,
  decodeCfList,
  deriveSessionKeys,
  encodeCfList,
  parseJoinAccept,
  verifyJoinRequest,
} from "./join.ts";
import { DOWNLINK, SessionCrypto, UPLINK } from "./sessionCrypto.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
function hex(of: Uint8Array): string {
  return Buffer.from(of).toString("hex");
}
function base64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
const NONE = new Uint8Array(0);

describe("AES-128", () => {
  test.for([
    // FIPS 197, Appendix B and C.1.
    ["2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734", "3925841d02dc09fbdc118597196a0b32"],
    ["000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a"],
    // NIST SP 800-38A, F.1.1.
    ["2b7e151628aed2a6abf7158809cf4f3c", "6bc1bee22e409f96e93d7e117393172a", "3ad77bb40d7a3660a89ecaf32466ef97"],
    ["2b7e151628aed2a6abf7158809cf4f3c", "ae2d8a571e03ac9c9eb76fac45af8e51", "f5d3d58503b9699de785895a96fdbaaf"],
    ["2b7e151628aed2a6abf7158809cf4f3c", "30c81c46a35ce411e5fbc1191a0a52ef", "43b1cd7f598ece23881b00e3ed030688"],
    ["2b7e151628aed2a6abf7158809cf4f3c", "f69f2445df4f9b17ad2b417be66c3710", "7b0c785e27e8ad3f8223207104725dd4"],
  ] as const)("key %s, block %s", ([key, plain, sealed]) => {
    const schedule = expandAesKey(bytes(key));
    const state = new Int32Array(4);
    const out = new Uint8Array(16);
    loadAesBlock(state, bytes(plain), 0);
    encryptAesBlock(schedule, state);
    storeAesBlock(state, out, 0);
    expect(hex(out)).toBe(sealed);
    decryptAesBlock(schedule, state);
    storeAesBlock(state, out, 0);
    expect(hex(out)).toBe(plain);
  });

  test("the key schedule of FIPS 197, Appendix A.1", () => {
    const schedule = expandAesKey(bytes("2b7e151628aed2a6abf7158809cf4f3c"));
    expect([...schedule.slice(4, 8), ...schedule.slice(40)].map((word) => (word >>> 0).toString(16))).toEqual([
      "a0fafe17",
      "88542cb1",
      "23a33939",
      "2a6c7605",
      "d014f9a8",
      "c9ee2589",
      "e13f0cc8",
      "b6630ca6",
    ]);
  });
});

describe("AES-CMAC, RFC 4493 §4", () => {
  const key = cmacKey(bytes("2b7e151628aed2a6abf7158809cf4f3c"));
  const message = bytes(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
  );
  test("subkeys", () => {
    expect([...key.subkeys].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("")).toBe(
      "fbeed618357133667c85e08f7236a8def7ddac306ae266ccf90bc11ee46d513b",
    );
  });
  test.for([
    [0, "bb1d6929e95937287fa37d129b756746"],
    [16, "070a16b46b4d4144f79bdd9dd04a287c"],
    [40, "dfa66747de9ae63030ca32611497c827"],
    [64, "51f0bebf7e3b9d92fc49741779363cfe"],
  ] as const)("%i bytes", ([length, tag]) => {
    const state = new Int32Array(4);
    finishCmac(key, state, message, length, false);
    const out = new Uint8Array(16);
    storeAesBlock(state, out, 0);
    expect(hex(out)).toBe(tag);
    expect(cmacHead(key, message, length)).toBe(Number.parseInt(tag.slice(0, 8), 16));
  });
});

describe("data frames", () => {
  const loraPacket = {
    devAddr: "49be7df1",
    nwkSKey: bytes("44024241ed4ce9a68c6a8bc055233fd3"),
    appSKey: bytes("ec925802ae430ca77fd3dd73cb2cc588"),
  };
  // lora-packet, __tests__/mic_test.ts and decrypt_test.ts (and its README).
  test.for([
    ["40f17dbe4900020001954378762b11ff0d", 2, "test"],
    ["40f17dbe49000300012a3518af", 3, ""],
    ["60f17dbe4920020001f9d65d27", 2, ""],
    [
      "40f17dbe490004000155332de41a11adc072553544429ce7787707d1c316e027e7e5e334263376affb8aa17ad30075293f28dea8a20af3c5e7",
      4,
      "The quick brown fox jumps over the lazy dog.",
    ],
  ] as const)("lora-packet %s", ([frame, fCnt, plain]) => {
    const crypto = new SessionCrypto(loraPacket);
    const parsed = parseFrame(bytes(frame));
    if (!parsed.ok || parsed.type !== "data") throw new Error("must be a data frame");
    expect(parsed.devAddr).toBe("49be7df1");
    expect(parsed.fCnt16).toBe(fCnt);
    expect(parsed.fPort).toBe(1);
    expect(crypto.verifyMic(bytes(frame), fCnt)).toBe(true);
    expect(crypto.verifyMic(bytes(frame), fCnt + 0x1_0000)).toBe(false);
    expect(Buffer.from(crypto.decrypt(1, fCnt, parsed.direction, parsed.payload)).toString()).toBe(plain);
  });

  test("brocaar/lorawan (ChirpStack) phypayload_test.go: an uplink that says hello", () => {
    const session = { devAddr: "01020304", nwkSKey: new Uint8Array(16).fill(2), appSKey: new Uint8Array(16).fill(1) };
    const built = buildUplink(new SessionCrypto(session), {
      devAddr: "01020304",
      confirmed: false,
      fCnt: 1,
      adr: true,
      adrAckReq: false,
      ack: false,
      classB: false,
      fOpts: NONE,
      fPort: 1,
      payload: Buffer.from("hello"),
    });
    expect(built).toEqual(base64("QAQDAgGAAQABppRkJhXWw7WC"));
  });

  test("brocaar/lorawan ExampleNewPHYPayload: a confirmed uplink", () => {
    const session = {
      devAddr: "01020304",
      nwkSKey: Uint8Array.from({ length: 16 }, (_, at) => at + 1),
      appSKey: Uint8Array.from({ length: 16 }, (_, at) => 16 - at),
    };
    const built = buildUplink(new SessionCrypto(session), {
      devAddr: "01020304",
      confirmed: true,
      fCnt: 0,
      adr: false,
      adrAckReq: false,
      ack: false,
      classB: false,
      fOpts: NONE,
      fPort: 10,
      payload: Uint8Array.of(1, 2, 3, 4),
    });
    expect([...built]).toEqual([128, 4, 3, 2, 1, 0, 0, 0, 10, 226, 100, 212, 247, 181, 106, 14, 117]);
  });

  test("The Things Stack, pkg/crypto/data_messages_test.go", () => {
    const key = new Uint8Array(16).fill(1);
    const crypto = new SessionCrypto({ devAddr: "01020304", nwkSKey: key, appSKey: key });
    const plain = Uint8Array.of(1, 2, 3, 4);
    expect(hex(crypto.decrypt(1, 1, UPLINK, plain))).toBe("cff30b4e");
    expect(hex(crypto.decrypt(1, 1, DOWNLINK, plain))).toBe("4e75f440");
    const unsigned = bytes("40040302010001000101020304");
    expect(crypto.micOf(unsigned, unsigned.byteLength, 1, UPLINK)).toBe(0x3b073182);
    expect(crypto.micOf(unsigned, unsigned.byteLength, 1, DOWNLINK)).toBe(0xa5609fa9);
  });

  test.for([
    // brocaar/lorawan, TestPHYPayloadMACPayloadLoRaWAN10: "Mac-commands in FOpts", "Mac-commands in FRMPayload".
    ["4004030201030000020305016a3798f5b64dc039", 1, 1, 0, "01020304", "020305"],
    ["40040302010000000069369eee6aa508", 1, 0, 0, "020305", ""],
    // rust-lorawan, lorawan-encoding: data_payload_with_f_opts, without a port.
    ["4004030201030000020305d7fa0c6c", 1, null, 0, "", "020305"],
    // rust-lorawan, phy_datadown_payload: a confirmed downlink whose counter is 76543, beyond 16 bits.
    ["a00403020180ff2a2a0af1a36a05d0125f885d881d49e1", 2, 42, 76_543, hex(Buffer.from("hello lora")), ""],
  ] as const)("both directions of %s", ([frame, nwkFill, fPort, fCnt, plain, fOpts]) => {
    const keys = { nwkSKey: new Uint8Array(16).fill(nwkFill), appSKey: new Uint8Array(16).fill(1) };
    const crypto = new SessionCrypto({ devAddr: "01020304", ...keys });
    const parsed = parseFrame(bytes(frame));
    if (!parsed.ok || parsed.type !== "data") throw new Error("must be a data frame");
    expect(parsed).toMatchObject({ devAddr: "01020304", fPort, fCnt16: fCnt % 0x1_0000, fOpts: bytes(fOpts) });
    expect(crypto.verifyMic(bytes(frame), fCnt)).toBe(true);
    const payload = crypto.decrypt(fPort ?? 1, fCnt, parsed.direction, parsed.payload);
    expect(hex(payload)).toBe(plain);
    const build = parsed.direction === UPLINK ? buildUplink : buildDownlink;
    expect(hex(build(crypto, { ...parsed, fCnt, payload }))).toBe(frame);
  });

  test("an acknowledgement without payload, as lora-packet cannot build it", () => {
    const crypto = new SessionCrypto(loraPacket);
    const built = buildDownlink(crypto, {
      devAddr: loraPacket.devAddr,
      confirmed: false,
      fCnt: 0x1_0002,
      adr: true,
      ack: true,
      fPending: false,
      fOpts: NONE,
      fPort: null,
      payload: NONE,
    });
    expect(hex(built.subarray(0, 8))).toBe("60f17dbe49a00200");
    expect(built.byteLength).toBe(12);
    expect(crypto.verifyMic(built, 0x1_0002)).toBe(true);
    expect(crypto.verifyMic(built, 2)).toBe(false);
  });
});

describe("joins", () => {
  test.for([
    // lora-packet, __tests__/mic_test.ts.
    ["98929b92c49edba9676d646d3b612456", "0039363463336913aa05693574323831330489c65b1304"],
    // The Things Stack, pkg/crypto/join_messages_test.go.
    ["01010101010101010101010101010101", "0008070605040302010807060504030201" + "0201" + "e6e10c55"],
    // brocaar/lorawan, phypayload_test.go: TestPHYPayloadJoinRequest.
    ["01010101010101010101010101010101", hex(base64("AAQDAgEEAwIBBQQDAgUEAwItEGqZDhI="))],
    // brocaar/lorawan, ExampleNewPHYPayload_joinRequest.
    ["0102030405060708090a0b0c0d0e0f10", "0001010101010101010202020202020202030309b97b32"],
  ] as const)("join-request under %s", ([appKey, frame]) => {
    expect(verifyJoinRequest(bytes(appKey), bytes(frame))).toBe(true);
    const parsed = parseFrame(bytes(frame));
    if (!parsed.ok || parsed.type !== "join-request") throw new Error("must be a join-request");
    expect(hex(buildJoinRequest(bytes(appKey), parsed))).toBe(frame);
  });

  test("identifiers are printed most significant byte first", () => {
    expect(parseFrame(base64("AAQDAgEEAwIBBQQDAgUEAwItEGqZDhI="))).toEqual({
      ok: true,
      type: "join-request",
      joinEui: "0102030401020304",
      devEui: "0203040502030405",
      devNonce: 0x102d,
    });
  });

  test("The Things Stack, join_messages_test.go: a join-accept, built and read", () => {
    const appKey = new Uint8Array(16).fill(1);
    const fields = {
      joinNonce: 0x010203,
      netId: 0x010203,
      devAddr: "01020304",
      rx1DrOffset: 0,
      rx2DataRate: 0,
      rx1DelayS: 1,
      cfList: null,
    };
    const built = buildJoinAccept(appKey, fields);
    expect(hex(built)).toBe("20c9fbb259e11649096a568a9e3b7117c3");
    expect(parseJoinAccept(appKey, built)).toEqual({ ok: true, ...fields });
  });

  test.for([
    // brocaar/lorawan, phypayload_test.go: TestPHYPayloadJoinAccept.
    ["00112233445566778899aabbccddeeff", "20493eeb51fba2116f810edb3742975142", 0x570bc7, 0x221101, "02031980"],
    // brocaar/lorawan, ExampleNewPHYPayload_joinAcceptSend.
    ["0102030405060708090a0b0c0d0e0f10", "2023cf335489aae3183c0be0baa8dee5f3", 0x010101, 0x020202, "01020304"],
    // lora-packet, __tests__/join_accept_encrypt.ts.
    ["00000000000000000000000000000000", "20e3de108795f776b8037610ef7869b5b3", 0, 0, "00000000"],
  ] as const)("join-accept %s %s", ([appKey, frame, joinNonce, netId, devAddr]) => {
    expect(parseJoinAccept(bytes(appKey), bytes(frame))).toMatchObject({ ok: true, joinNonce, netId, devAddr });
  });

  test("rust-lorawan, phy_join_accept_payload_with_c_f_list", () => {
    const appKey = new Uint8Array(16).fill(1);
    const frame = "20e45673b63cb4b9cecb2aa83f0333e615d2ac89eea1659837c3aa6df9689889cf";
    const parsed = parseJoinAccept(appKey, bytes(frame));
    if (!parsed.ok || parsed.cfList === null) throw new Error("must have a CFList");
    expect(parsed).toMatchObject({ joinNonce: 0x010203, rx1DrOffset: 1, rx2DataRate: 2, rx1DelayS: 3 });
    const list = {
      kind: "frequencies" as const,
      frequenciesHz: [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000],
    };
    expect(decodeCfList(parsed.cfList)).toEqual(list);
    expect(hex(buildJoinAccept(appKey, { ...parsed, cfList: encodeCfList(list) }))).toBe(frame);
  });

  test("rust-lorawan, test_derive_newskey and test_derive_appskey", () => {
    const appKey = bytes("00112233445566778899aabbccddeeff");
    const keys = deriveSessionKeys(appKey, { joinNonce: 0x570bc7, netId: 0x221101, devNonce: 0x102d });
    expect(hex(keys.nwkSKey)).toBe("7bb25f89e0d1371e1fbf4d997e1468a3");
    expect(hex(keys.appSKey)).toBe("148820dfb1e0c9d6289cde16c1af249f");
  });

  test("session keys: lora-packet's key_gen_test.ts and The Things Stack's key_derivation_test.go", () => {
    const ours = deriveSessionKeys(bytes("98929b92c49edba9676d646d3b612456"), {
      netId: 0xaabbcc,
      joinNonce: 0x376338,
      devNonce: 0xf18e,
    });
    expect(hex(ours.nwkSKey)).toBe("4e3d6e6afbcc67af2ba3c8e8ec4acf4b");
    expect(hex(ours.appSKey)).toBe("610897aa6f1460623443b527d3ac6a9d");
    const theirs = deriveSessionKeys(bytes("bec499c69e9c939e413b663961636c61"), {
      netId: 0x020101,
      joinNonce: 0xae3b1c,
      devNonce: 0x7369,
    });
    expect(hex(theirs.appSKey)).toBe("8c1e0543a229088de6f84e74bb46bd62");
    expect(hex(theirs.nwkSKey)).toBe("0db924ee6af90698e05fc7ce48303c01");
  });
});
