import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DownlinkFields,
  FRAME_FAULTS,
  type FrameFault,
  type UplinkFields,
  buildDownlink,
  buildUplink,
  dataFrameBytes,
  devAddrOf,
  isJoinRequest,
  joinEuiOf,
  parseFrame,
} from "./frame.ts";
import { devAddrHex, devAddrNumber } from "./identifiers.ts";
import { buildJoinAccept, buildJoinRequest, parseJoinAccept, verifyJoinRequest } from "./join.ts";
import { DOWNLINK, SessionCrypto, UPLINK } from "./sessionCrypto.ts";

const session = {
  devAddr: "26011bda",
  nwkSKey: Uint8Array.from({ length: 16 }, (_, at) => at),
  appSKey: Uint8Array.from({ length: 16 }, (_, at) => 0xf0 + at),
};
const crypto = new SessionCrypto(session);
const NONE = new Uint8Array(0);

const anyShape = fc.oneof(
  fc.record({ fOpts: fc.uint8Array({ maxLength: 15 }), fPort: fc.constant(null), payload: fc.constant(NONE) }),
  fc.record({
    fOpts: fc.uint8Array({ maxLength: 15 }),
    fPort: fc.integer({ min: 1, max: 255 }),
    payload: fc.uint8Array({ maxLength: 222 }),
  }),
  fc.record({ fOpts: fc.constant(NONE), fPort: fc.constant(0), payload: fc.uint8Array({ maxLength: 242 }) }),
);
const anyFlags = fc.record({
  confirmed: fc.boolean(),
  fCnt: fc.integer({ min: 0, max: 0xffff_ffff }),
  adr: fc.boolean(),
  ack: fc.boolean(),
  adrAckReq: fc.boolean(),
  classB: fc.boolean(),
  fPending: fc.boolean(),
});
const anyFields = fc
  .tuple(anyShape, anyFlags)
  .map(([shape, flags]): UplinkFields & DownlinkFields => ({ devAddr: session.devAddr, ...shape, ...flags }));

describe("laws", () => {
  test("what is built is read back, and only under its own counter and key", () => {
    const other = new SessionCrypto({ ...session, nwkSKey: new Uint8Array(16) });
    fc.assert(
      fc.property(anyFields, fc.boolean(), (fields, isUplink) => {
        const direction = isUplink ? UPLINK : DOWNLINK;
        const frame = isUplink ? buildUplink(crypto, fields) : buildDownlink(crypto, fields);
        const parsed = parseFrame(frame);
        if (!parsed.ok || parsed.type !== "data") throw new Error("must be a data frame");
        expect({ ...parsed, payload: undefined }).toEqual({
          ok: true,
          type: "data",
          direction,
          confirmed: fields.confirmed,
          devAddr: fields.devAddr,
          adr: fields.adr,
          adrAckReq: isUplink && fields.adrAckReq,
          ack: fields.ack,
          fPending: !isUplink && fields.fPending,
          classB: isUplink && fields.classB,
          fCnt16: fields.fCnt % 0x1_0000,
          fOpts: fields.fOpts,
          fPort: fields.fPort,
          payload: undefined,
        });
        expect(frame.byteLength).toBe(dataFrameBytes(fields.fOpts.byteLength, fields.fPort, fields.payload.byteLength));
        expect(crypto.decrypt(fields.fPort ?? 0, fields.fCnt, direction, parsed.payload)).toEqual(fields.payload);
        expect(crypto.verifyMic(frame, fields.fCnt)).toBe(true);
        expect(crypto.verifyMic(frame, (fields.fCnt + 0x1_0000) % 0x1_0000_0000)).toBe(false);
        expect(other.verifyMic(frame, fields.fCnt)).toBe(false);
        expect(devAddrOf(frame)).toBe(isUplink ? devAddrNumber(session.devAddr) : -1);
      }),
      { numRuns: 500 },
    );
  });

  test("one flipped bit breaks the MIC, wherever it is", () => {
    fc.assert(
      fc.property(anyFields, fc.nat(), (fields, position) => {
        const frame = buildUplink(crypto, fields);
        const bit = position % (8 * frame.byteLength);
        frame[bit >>> 3]! ^= 1 << (bit & 7);
        expect(crypto.verifyMic(frame, fields.fCnt)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("no bytes make anything throw", () => {
    const appKey = new Uint8Array(16);
    const fault = new Set<string>(FRAME_FAULTS);
    // Two bits of major version and three of reserved: most random first bytes would be refused at once.
    const anyHeader = fc.integer({ min: 0, max: 7 }).map((type) => type << 5);
    const shaped = fc
      .tuple(anyHeader, fc.uint8Array({ maxLength: 60 }))
      .map(([header, rest]) => Uint8Array.from([header, ...rest]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), shaped), (bytes) => {
        const before = Uint8Array.from(bytes);
        const parsed = parseFrame(bytes);
        if (!parsed.ok) expect(fault.has(parsed.reason)).toBe(true);
        expect(crypto.verifyMic(bytes, 0)).toBe(false);
        expect(verifyJoinRequest(appKey, bytes)).toBe(false);
        expect(parseJoinAccept(appKey, bytes).ok).toBe(false);
        if (isJoinRequest(bytes)) expect(joinEuiOf(bytes)).toMatch(/^[0-9a-f]{16}$/);
        expect(devAddrOf(bytes)).toBeGreaterThanOrEqual(-1);
        expect(bytes).toEqual(before);
      }),
      { numRuns: 2000 },
    );
  });

  test("the gateway's filter sees what the parser sees", () => {
    const uplinkHeader = fc.constantFrom(0x40, 0x80, 0x60, 0xa0, 0x00, 0x41, 0x5c);
    const shaped = fc
      .tuple(uplinkHeader, fc.uint8Array({ minLength: 8, maxLength: 30 }))
      .map(([header, rest]) => Uint8Array.from([header, ...rest]));
    fc.assert(
      fc.property(shaped, (bytes) => {
        const parsed = parseFrame(bytes);
        if (parsed.ok && parsed.type === "data" && parsed.direction === UPLINK) {
          expect(devAddrHex(devAddrOf(bytes))).toBe(parsed.devAddr);
        }
        expect(isJoinRequest(bytes)).toBe(parsed.ok && parsed.type === "join-request");
        if (parsed.ok && parsed.type === "join-request") expect(joinEuiOf(bytes)).toBe(parsed.joinEui);
      }),
    );
  });

  test("a join-accept is read back by its device only", () => {
    const anyAccept = fc.record({
      joinNonce: fc.integer({ min: 0, max: 0xff_ffff }),
      netId: fc.integer({ min: 0, max: 0xff_ffff }),
      devAddr: fc.integer({ min: 0, max: 0xffff_ffff }).map(devAddrHex),
      rx1DrOffset: fc.integer({ min: 0, max: 7 }),
      rx2DataRate: fc.integer({ min: 0, max: 15 }),
      rx1DelayS: fc.integer({ min: 1, max: 15 }),
      cfList: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 })),
    });
    fc.assert(
      fc.property(anyAccept, fc.nat(), (fields, position) => {
        const frame = buildJoinAccept(session.nwkSKey, fields);
        expect(parseFrame(frame)).toEqual({ ok: true, type: "join-accept" });
        expect(parseJoinAccept(session.nwkSKey, frame)).toEqual({ ok: true, ...fields });
        expect(parseJoinAccept(session.appSKey, frame)).toEqual({ ok: false, reason: "mic" });
        const bit = 8 + (position % (8 * frame.byteLength - 8));
        frame[bit >>> 3]! ^= 1 << (bit & 7);
        expect(parseJoinAccept(session.nwkSKey, frame)).toEqual({ ok: false, reason: "mic" });
      }),
    );
  });

  test("a join-request with one flipped bit is not the device's", () => {
    const asked = { joinEui: "70b3d57ed0000000", devEui: "0004a30b001a2b3c", devNonce: 7 };
    const frame = buildJoinRequest(session.appSKey, asked);
    expect(verifyJoinRequest(session.appSKey, frame)).toBe(true);
    for (let bit = 0; bit < 8 * frame.byteLength; bit++) {
      const flipped = Uint8Array.from(frame);
      flipped[bit >>> 3]! ^= 1 << (bit & 7);
      expect(verifyJoinRequest(session.appSKey, flipped)).toBe(false);
    }
  });
});

describe("what is refused, by name", () => {
  const data = (header: number, control: number, ...rest: number[]): number[] => [
    header,
    ...[4, 3, 2, 1],
    control,
    ...[0, 0],
    ...rest,
  ];
  test.for<[FrameFault, number[]]>([
    ["empty", []],
    ["too-long", new Array<number>(256).fill(0x40)],
    // rust-lorawan, test_parse_phy_payload_with_unsupported_major_versoin.
    ["major-version", [0x81, 0x04, 0x03, 0x02, 0x01, 0x00, 0xff, 0x01, 0x02, 0x03, 0x04, 0x05]],
    ["join-request-length", new Array<number>(22).fill(0)],
    ["join-request-length", new Array<number>(24).fill(0)],
    ["join-accept-length", [0x20, ...new Array<number>(17).fill(0)]],
    ["rejoin-type", [0xc0, 3, ...new Array<number>(17).fill(0)]],
    ["rejoin-type", [0xc0]],
    ["rejoin-length", [0xc0, 1, ...new Array<number>(17).fill(0)]],
    // rust-lorawan, test_parse_phy_payload_with_too_few_bytes_is_err.
    ["data-length", [0x80, 0x04, 0x03, 0x02, 0x01, 0x00, 0xff, 0x01, 0x02, 0x03, 0x04]],
    // rust-lorawan, issue 94: FOptsLen points behind the end.
    ["fopts-length", [0x40, 0x04, 0x03, 0x02, 0x01, 0x85, 0x01, 0x00, 0xd6, 0xc3, 0xb5, 0x82]],
    ["fopts-length", data(0x40, 0x01, 1, 2, 3, 4)],
    ["fopts-length", data(0x60, 0x0f, ...new Array<number>(14).fill(2), 1, 2, 3, 4)],
    ["mac-commands-twice", data(0x40, 0x01, 0x02, 0, 0x02, 1, 2, 3, 4)],
  ])("%s", ([reason, bytes]) => {
    expect(parseFrame(Uint8Array.from(bytes))).toEqual({ ok: false, reason });
  });

  test("a frame that is all FOpts, and one of only a port, are none of these", () => {
    const optionsOnly = parseFrame(Uint8Array.from(data(0x40, 0x02, 2, 13, 1, 2, 3, 4)));
    expect(optionsOnly).toMatchObject({ ok: true, fPort: null, fOpts: Uint8Array.of(2, 13), payload: NONE });
    const portOnly = parseFrame(Uint8Array.from(data(0x60, 0x10, 9, 1, 2, 3, 4)));
    expect(portOnly).toMatchObject({ ok: true, fPort: 9, fPending: true, classB: false, payload: NONE });
  });

  test("reserved bits of the MHDR are ignored, as a receiver must", () => {
    expect(parseFrame(Uint8Array.from(data(0x40 | 0x1c, 0, 1, 2, 3, 4)))).toMatchObject({ ok: true, type: "data" });
  });

  test("proprietary frames and rejoin-requests are named, not judged", () => {
    expect(parseFrame(Uint8Array.of(0xe3))).toEqual({ ok: true, type: "proprietary" });
    // The Things Stack, pkg/crypto/join_messages_test.go.
    const mic = [0x67, 0xf9, 0xab, 0xe7];
    const eui = [8, 7, 6, 5, 4, 3, 2, 1];
    expect(parseFrame(Uint8Array.of(0xc0, 1, ...eui, ...eui, 2, 1, ...mic))).toEqual({
      ok: true,
      type: "rejoin-request",
      rejoinType: 1,
      joinEui: "0102030405060708",
      devEui: "0102030405060708",
      counter: 0x0102,
    });
  });
});

describe("what cannot be built", () => {
  const fields: DownlinkFields = {
    devAddr: session.devAddr,
    confirmed: false,
    fCnt: 0,
    adr: false,
    ack: true,
    fPending: false,
    fOpts: NONE,
    fPort: null,
    payload: NONE,
  };
  test.for<[string, Partial<DownlinkFields>]>([
    ["16 bytes of FOpts", { fOpts: new Uint8Array(16) }],
    ["a payload without a port", { payload: Uint8Array.of(1) }],
    ["MAC commands in both places", { fPort: 0, fOpts: Uint8Array.of(2), payload: Uint8Array.of(2) }],
    ["256 bytes", { fPort: 1, payload: new Uint8Array(244) }],
    ["a port of 256", { fPort: 256 }],
    ["a counter of 33 bits", { fCnt: 0x1_0000_0000 }],
    ["an address that is none", { devAddr: "0x260bda" }],
  ])("%s", ([, wrong]) => {
    expect(() => buildDownlink(crypto, { ...fields, ...wrong })).toThrow();
  });
  test("255 bytes can", () => {
    expect(buildDownlink(crypto, { ...fields, fPort: 1, payload: new Uint8Array(242) }).byteLength).toBe(255);
  });
});
