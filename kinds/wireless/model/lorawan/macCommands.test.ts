import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DownlinkMacCommand,
  type MacCommand,
  type UplinkMacCommand,
  decodeDownlinkMacCommands,
  decodeUplinkMacCommands,
  deviceTimeAns,
  encodeMacCommands,
  macCommandBytes,
  macCommandCid,
} from "./macCommands.ts";

type Vector<C extends MacCommand> = readonly [bytes: readonly number[], command: C];

// brocaar/lorawan (ChirpStack), mac_commands_test.go and mac_command_payload_test.go.
const BROCAAR_UPLINKS: readonly Vector<UplinkMacCommand>[] = [
  [[3, 1], { kind: "LinkADRAns", channelMaskOk: true, dataRateOk: false, powerOk: false }],
  [[3, 2], { kind: "LinkADRAns", channelMaskOk: false, dataRateOk: true, powerOk: false }],
  [[3, 4], { kind: "LinkADRAns", channelMaskOk: false, dataRateOk: false, powerOk: true }],
  [[5, 1], { kind: "RXParamSetupAns", frequencyOk: true, rx2DataRateOk: false, rx1DrOffsetOk: false }],
  [[5, 2], { kind: "RXParamSetupAns", frequencyOk: false, rx2DataRateOk: true, rx1DrOffsetOk: false }],
  [[5, 4], { kind: "RXParamSetupAns", frequencyOk: false, rx2DataRateOk: false, rx1DrOffsetOk: true }],
  [[6, 0, 34], { kind: "DevStatusAns", battery: 0, marginDb: -30 }],
  [[6, 255, 30], { kind: "DevStatusAns", battery: 255, marginDb: 30 }],
  [[6, 127, 63], { kind: "DevStatusAns", battery: 127, marginDb: -1 }],
  [[7, 1], { kind: "NewChannelAns", frequencyOk: true, dataRatesOk: false }],
  [[7, 2], { kind: "NewChannelAns", frequencyOk: false, dataRatesOk: true }],
  [[10, 1], { kind: "DlChannelAns", frequencyOk: true, uplinkFrequencyExists: false }],
  [[10, 2], { kind: "DlChannelAns", frequencyOk: false, uplinkFrequencyExists: true }],
];
const BROCAAR_DOWNLINKS: readonly Vector<DownlinkMacCommand>[] = [
  [[2, 10, 15], { kind: "LinkCheckAns", marginDb: 10, gateways: 15 }],
  [
    [3, 18, 4, 0, 69],
    { kind: "LinkADRReq", dataRate: 1, txPower: 2, channelMask: 1 << 2, channelMaskControl: 4, nbTrans: 5 },
  ],
  [[4, 13], { kind: "DutyCycleReq", maxDutyCycle: 13 }],
  [[5, 59, 1, 2, 4], { kind: "RXParamSetupReq", rx2DataRate: 11, rx1DrOffset: 3, frequencyHz: 26_265_700 }],
  [
    [7, 3, 1, 2, 4, 90],
    { kind: "NewChannelReq", channelIndex: 3, frequencyHz: 26_265_700, maxDataRate: 5, minDataRate: 10 },
  ],
  [[8, 15], { kind: "RXTimingSetupReq", rx1DelayS: 15 }],
  [[9, 0x17], { kind: "TxParamSetupReq", uplinkDwellTime: true, downlinkDwellTime: false, maxEirpIndex: 7 }],
  [[9, 0x27], { kind: "TxParamSetupReq", uplinkDwellTime: false, downlinkDwellTime: true, maxEirpIndex: 7 }],
  [[10, 0, 40, 118, 132], { kind: "DlChannelReq", channelIndex: 0, frequencyHz: 868_100_000 }],
  [[10, 1, 16, 122, 132], { kind: "DlChannelReq", channelIndex: 1, frequencyHz: 868_200_000 }],
  [[13, 1, 0, 0, 0, 2], { kind: "DeviceTimeAns", gpsSeconds: 1, gpsFraction: 2 }],
];
// The Things Stack, pkg/encoding/lorawan/mac_test.go. Its DevStatusAns is left out: it writes −16 dB as 0x2f, where the
// standard's six-bit signed integer, and ChirpStack, have 0x30.
const THINGS_UPLINKS: readonly Vector<UplinkMacCommand>[] = [
  [[2], { kind: "LinkCheckReq" }],
  [[3, 7], { kind: "LinkADRAns", channelMaskOk: true, dataRateOk: true, powerOk: true }],
  [[4], { kind: "DutyCycleAns" }],
  [[5, 5], { kind: "RXParamSetupAns", frequencyOk: true, rx2DataRateOk: false, rx1DrOffsetOk: true }],
  [[7, 2], { kind: "NewChannelAns", frequencyOk: false, dataRatesOk: true }],
  [[8], { kind: "RXTimingSetupAns" }],
  [[9], { kind: "TxParamSetupAns" }],
  [[13], { kind: "DeviceTimeReq" }],
];
const THINGS_DOWNLINKS: readonly Vector<DownlinkMacCommand>[] = [
  [[2, 20, 3], { kind: "LinkCheckAns", marginDb: 20, gateways: 3 }],
  [
    [3, 0x52, 0x04, 0x02, 0x11],
    { kind: "LinkADRReq", dataRate: 5, txPower: 2, channelMask: 0x0204, channelMaskControl: 1, nbTrans: 1 },
  ],
  [
    [5, 0x5c, 0x42, 0xff, 0xff],
    { kind: "RXParamSetupReq", rx1DrOffset: 5, rx2DataRate: 12, frequencyHz: 1_677_702_600 },
  ],
  [[6], { kind: "DevStatusReq" }],
  [
    [7, 0x0f, 0xff, 0xff, 0x42, 0x42],
    { kind: "NewChannelReq", channelIndex: 15, frequencyHz: 0x42_ffff * 100, maxDataRate: 4, minDataRate: 2 },
  ],
  [
    [7, 0x0f, 0, 0, 0, 0x42],
    { kind: "NewChannelReq", channelIndex: 15, frequencyHz: 0, maxDataRate: 4, minDataRate: 2 },
  ],
  [[9, 0x2f], { kind: "TxParamSetupReq", uplinkDwellTime: false, downlinkDwellTime: true, maxEirpIndex: 15 }],
  [[10, 4, 0xff, 0xff, 0x42], { kind: "DlChannelReq", channelIndex: 4, frequencyHz: 0x42_ffff * 100 }],
  [[13, 0xff, 0xff, 0xff, 0x42, 0x42], { kind: "DeviceTimeAns", gpsSeconds: 0x42ff_ffff, gpsFraction: 0x42 }],
];

describe("published vectors", () => {
  test.for([...BROCAAR_UPLINKS, ...THINGS_UPLINKS])("up %j", ([bytes, command]) => {
    expect([...encodeMacCommands([command])]).toEqual(bytes);
    expect(decodeUplinkMacCommands(Uint8Array.from(bytes))).toEqual({ commands: [command], fault: null });
  });
  test.for([...BROCAAR_DOWNLINKS, ...THINGS_DOWNLINKS])("down %j", ([bytes, command]) => {
    expect([...encodeMacCommands([command])]).toEqual(bytes);
    expect(decodeDownlinkMacCommands(Uint8Array.from(bytes))).toEqual({ commands: [command], fault: null });
  });

  test("rust-lorawan, test_mac_command_in_downlink: two LinkADRReq in one FOpts", () => {
    const { commands, fault } = decodeDownlinkMacCommands(Uint8Array.from([3, 0, 0, 0, 0x70, 3, 0, 0xff, 0, 0x30]));
    expect(fault).toBeNull();
    expect(commands.map(({ kind }) => kind)).toEqual(["LinkADRReq", "LinkADRReq"]);
  });
});

describe("hostile bytes", () => {
  test("reading stops at the first unknown identifier", () => {
    expect(decodeUplinkMacCommands(Uint8Array.from([2, 0x80, 2, 13]))).toEqual({
      commands: [{ kind: "LinkCheckReq" }],
      fault: { reason: "unknown-cid", cid: 0x80 },
    });
  });
  test("reading stops at a command that is cut off", () => {
    expect(decodeUplinkMacCommands(Uint8Array.from([13, 6, 100]))).toEqual({
      commands: [{ kind: "DeviceTimeReq" }],
      fault: { reason: "truncated", cid: 6 },
    });
  });
  test("a reserved RX1 delay of 0 is one second", () => {
    const { commands } = decodeDownlinkMacCommands(Uint8Array.from([8, 0]));
    expect(commands).toEqual([{ kind: "RXTimingSetupReq", rx1DelayS: 1 }]);
  });

  const anyBytes = fc.uint8Array({ maxLength: 242 });
  test.for([
    ["up", decodeUplinkMacCommands],
    ["down", decodeDownlinkMacCommands],
  ] as const)("%s: no bytes make it throw, and what it read encodes to as many bytes", ([, decode]) => {
    const likely = fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 60 }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(fc.oneof(anyBytes, likely), (bytes) => {
        const { commands, fault } = decode(bytes);
        const encoded = encodeMacCommands(commands);
        expect(encoded.byteLength).toBe(commands.reduce((sum, command) => sum + macCommandBytes(command), 0));
        expect(decode(encoded)).toEqual({ commands, fault: null });
        if (fault === null) expect(encoded.byteLength).toBe(bytes.byteLength);
        else expect(bytes[encoded.byteLength]).toBe(fault.cid);
        for (const command of commands) expect(bytes.includes(macCommandCid(command))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is built", () => {
  test.for<[string, MacCommand]>([
    [
      "16 data rates",
      { kind: "LinkADRReq", dataRate: 16, txPower: 0, channelMask: 0, channelMaskControl: 0, nbTrans: 1 },
    ],
    [
      "17 channels",
      { kind: "LinkADRReq", dataRate: 1, txPower: 0, channelMask: 0x1_0000, channelMaskControl: 0, nbTrans: 1 },
    ],
    ["a frequency between steps", { kind: "DlChannelReq", channelIndex: 0, frequencyHz: 868_100_099 }],
    ["a frequency beyond 24 bits", { kind: "DlChannelReq", channelIndex: 0, frequencyHz: 1_677_721_600 }],
    ["a margin beyond 6 bits", { kind: "DevStatusAns", battery: 0, marginDb: 32 }],
    ["no delay", { kind: "RXTimingSetupReq", rx1DelayS: 0 }],
  ])("fits its bits: %s", ([, command]) => {
    expect(() => encodeMacCommands([command])).toThrow();
  });

  test("GPS time is ahead of UTC by 18 leap seconds", () => {
    // IERS Bulletin C 52: from this day on, 18 seconds.
    expect(deviceTimeAns(Date.parse("2017-01-01T00:00:00Z"))).toMatchObject({
      gpsSeconds: 1_167_264_018,
      gpsFraction: 0,
    });
    expect(deviceTimeAns(Date.parse("2026-01-01T00:00:00.750Z")).gpsFraction).toBe(192);
  });
});
