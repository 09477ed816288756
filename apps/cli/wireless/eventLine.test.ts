import { expect, test } from "vitest";
import { eventLine, printable, usdText } from "./eventLine.ts";

const common = {
  id: "1",
  at: "2026-11-22T17:05:37.867Z",
  applicationId: "a",
  deviceName: "attic",
  devEui: "0".repeat(16),
};
const heardBy = (gatewayEui: string, paidMicroUsd: string) => {
  return { device: "0x1", gatewayEui, rssiDbm: -102, snrDb: 7.5, receivedAt: common.at, paidMicroUsd };
};
const uplink = {
  ...{ type: "up", ...common, devAddr: "0209ff84", fPort: 1, fCnt: 30, confirmed: true, adr: true },
  ...{ data: "AWc=", object: { temperature: 21.8 }, frequencyHz: 867_100_000, dataRate: 5 },
  modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 },
  heardBy: [heardBy("aa", "10"), heardBy("bb", "0")],
  errors: [{ code: "decoder-failed", message: "it threw" }],
};

test("an uplink's line has who, how, what, errors inline, and what each gateway was paid", () => {
  const line = eventLine(uplink)!;
  expect(line).toContain("17:05:37.867");
  expect(line).toContain("attic (0000000000000000)  SF7/125 DR5  867.100 MHz  #30 port 1 confirmed");
  expect(line).toContain('{"temperature":21.8}');
  expect(line).toContain("✘ decoder-failed: it threw");
  expect(line).toContain("heard by aa -102 dBm 7.5 dB $0.00001, bb -102 dBm 7.5 dB not bought");
});

test("without a decoder the bytes are shown, without a payload nothing", () => {
  expect(eventLine({ ...uplink, object: null })).toContain("0167");
  const empty = eventLine({
    ...uplink,
    object: null,
    data: "",
    fPort: null,
    modulation: { kind: "fsk", bitsPerSecond: 50_000 },
  });
  expect(empty).toContain("FSK 50 kbit/s DR5  867.100 MHz  #30 confirmed");
});

test.for([
  [{ type: "join", devAddr: "0209ff84", heardBy: [heardBy("aa", "10.5")] }, "joined  as 0209ff84  "],
  [{ type: "ack", acknowledged: false, fCntDown: 4, downlinkId: "d" }, "did not acknowledge"],
  [{ type: "txack", gatewayEui: "aa", outcome: "too-late", fCntDown: 4, downlinkId: "d" }, "too-late"],
  [
    { type: "txack", gatewayEui: "aa", outcome: "sent", fCntDown: null, downlinkId: null },
    "a join accept: sent  by aa",
  ],
  [{ type: "status", battery: 127, marginDb: -3 }, "battery 50 %  margin -3 dB"],
  [{ type: "status", battery: 255, marginDb: 3 }, "battery unknown"],
  [{ type: "error", code: "out-of-balance", message: "top up", facts: {} }, "✘ out-of-balance: top up"],
] as const)("%j", ([event, text]) => {
  expect(eventLine({ ...common, ...event })).toContain(text);
});

test("what a customer's device is called never reaches the terminal as a command", () => {
  const line = eventLine({ ...uplink, deviceName: "\u001b[2Jevil\r\n", object: { "\u009b31m": "\u202etxt" } })!;
  expect(printable(line.replaceAll(/\u001b\[\d+m/g, ""))).toBe(line.replaceAll(/\u001b\[\d+m/g, ""));
  expect(line).not.toContain("\u001b[2J");
});

test("what is no event of ours is none", () => {
  for (const other of [null, {}, { ...uplink, type: "location" }, { ...uplink, at: "yesterday" }]) {
    expect(eventLine(other)).toBeNull();
  }
});

test.for([
  ["10", "$0.00001"],
  ["10.5", "$0.0000105"],
  ["0.000001", "$0.000000000001"],
  ["1000000", "$1"],
  ["12345678.9", "$12.3456789"],
  ["0", "$0"],
] as const)("%s millionths are %s", ([microUsd, usd]) => {
  expect(usdText(microUsd)).toBe(usd);
});
