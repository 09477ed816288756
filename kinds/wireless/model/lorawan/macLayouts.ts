/** How each MAC command looks in bytes. @see LoRaWAN 1.0.4 §5 */
import { assert } from "@wayleave/core/errors";
import { uint16At, uint24At, uint32At, writeUint } from "./identifiers.ts";
import type { DownlinkMacCommand, MacCommand, UplinkMacCommand } from "./macCommands.ts";

/** Command identifiers; a request and its answer share one. */
export const MAC_CID = {
  linkCheck: 0x02,
  linkAdr: 0x03,
  dutyCycle: 0x04,
  rxParamSetup: 0x05,
  devStatus: 0x06,
  newChannel: 0x07,
  rxTimingSetup: 0x08,
  txParamSetup: 0x09,
  dlChannel: 0x0a,
  deviceTime: 0x0d,
} as const;

/** Frequencies are in steps of 100 Hz. */
const FREQUENCY_STEP_HZ = 100;

/** How one command looks after its identifier. */
export interface MacLayout<C extends MacCommand> {
  readonly cid: number;
  readonly bytes: number;
  /** `at` is the first byte after the identifier; `bytes` of them are there. */
  read(from: Uint8Array, at: number): C;
  write(command: C, to: Uint8Array, at: number): void;
}
type MacLayouts<C extends MacCommand> = { readonly [K in C["kind"]]: MacLayout<Extract<C, { kind: K }>> };

function bare<K extends MacCommand["kind"]>(cid: number, kind: K): MacLayout<Extract<MacCommand, { kind: K }>> {
  const command = { kind } as unknown as Extract<MacCommand, { kind: K }>;
  return { cid, bytes: 0, read: () => command, write: () => undefined };
}
function flag(byte: number, bit: number): boolean {
  return (byte & (1 << bit)) !== 0;
}
/** The first argument is bit 0. */
function flags(...bits: readonly boolean[]): number {
  return bits.reduce((byte, bit, index) => byte | (bit ? 1 << index : 0), 0);
}
/** A value that has to fit its bits. */
function fit(value: number, bits: number): number {
  assert(Number.isInteger(value) && value >= 0 && value < 2 ** bits, `must be an unsigned number of ${bits} bits`);
  return value;
}
function readFrequency(from: Uint8Array, at: number): number {
  return uint24At(from, at) * FREQUENCY_STEP_HZ;
}
function writeFrequency(hz: number, to: Uint8Array, at: number): void {
  writeUint(hz / FREQUENCY_STEP_HZ, 3, to, at);
}

export const UPLINK_LAYOUTS: MacLayouts<UplinkMacCommand> = {
  LinkCheckReq: bare(MAC_CID.linkCheck, "LinkCheckReq"),
  LinkADRAns: {
    cid: MAC_CID.linkAdr,
    bytes: 1,
    read: (from, at) => ({
      kind: "LinkADRAns",
      channelMaskOk: flag(from[at]!, 0),
      dataRateOk: flag(from[at]!, 1),
      powerOk: flag(from[at]!, 2),
    }),
    write: (command, to, at) => {
      to[at] = flags(command.channelMaskOk, command.dataRateOk, command.powerOk);
    },
  },
  DutyCycleAns: bare(MAC_CID.dutyCycle, "DutyCycleAns"),
  RXParamSetupAns: {
    cid: MAC_CID.rxParamSetup,
    bytes: 1,
    read: (from, at) => ({
      kind: "RXParamSetupAns",
      frequencyOk: flag(from[at]!, 0),
      rx2DataRateOk: flag(from[at]!, 1),
      rx1DrOffsetOk: flag(from[at]!, 2),
    }),
    write: (command, to, at) => {
      to[at] = flags(command.frequencyOk, command.rx2DataRateOk, command.rx1DrOffsetOk);
    },
  },
  DevStatusAns: {
    cid: MAC_CID.devStatus,
    bytes: 2,
    // Six bits of two's complement.
    read: (from, at) => ({ kind: "DevStatusAns", battery: from[at]!, marginDb: (from[at + 1]! << 26) >> 26 }),
    write: (command, to, at) => {
      assert(command.marginDb >= -32 && command.marginDb <= 31, "a margin is −32…31 dB");
      to[at] = fit(command.battery, 8);
      to[at + 1] = command.marginDb & 0x3f;
    },
  },
  NewChannelAns: {
    cid: MAC_CID.newChannel,
    bytes: 1,
    read: (from, at) => ({
      kind: "NewChannelAns",
      frequencyOk: flag(from[at]!, 0),
      dataRatesOk: flag(from[at]!, 1),
    }),
    write: (command, to, at) => {
      to[at] = flags(command.frequencyOk, command.dataRatesOk);
    },
  },
  RXTimingSetupAns: bare(MAC_CID.rxTimingSetup, "RXTimingSetupAns"),
  TxParamSetupAns: bare(MAC_CID.txParamSetup, "TxParamSetupAns"),
  DlChannelAns: {
    cid: MAC_CID.dlChannel,
    bytes: 1,
    read: (from, at) => ({
      kind: "DlChannelAns",
      frequencyOk: flag(from[at]!, 0),
      uplinkFrequencyExists: flag(from[at]!, 1),
    }),
    write: (command, to, at) => {
      to[at] = flags(command.frequencyOk, command.uplinkFrequencyExists);
    },
  },
  DeviceTimeReq: bare(MAC_CID.deviceTime, "DeviceTimeReq"),
};

export const DOWNLINK_LAYOUTS: MacLayouts<DownlinkMacCommand> = {
  LinkCheckAns: {
    cid: MAC_CID.linkCheck,
    bytes: 2,
    read: (from, at) => ({ kind: "LinkCheckAns", marginDb: from[at]!, gateways: from[at + 1]! }),
    write: (command, to, at) => {
      to[at] = fit(command.marginDb, 8);
      to[at + 1] = fit(command.gateways, 8);
    },
  },
  LinkADRReq: {
    cid: MAC_CID.linkAdr,
    bytes: 4,
    read: (from, at) => ({
      kind: "LinkADRReq",
      dataRate: from[at]! >>> 4,
      txPower: from[at]! & 0x0f,
      channelMask: uint16At(from, at + 1),
      channelMaskControl: (from[at + 3]! >>> 4) & 0x07,
      nbTrans: from[at + 3]! & 0x0f,
    }),
    write: (command, to, at) => {
      to[at] = (fit(command.dataRate, 4) << 4) | fit(command.txPower, 4);
      writeUint(command.channelMask, 2, to, at + 1);
      to[at + 3] = (fit(command.channelMaskControl, 3) << 4) | fit(command.nbTrans, 4);
    },
  },
  DutyCycleReq: {
    cid: MAC_CID.dutyCycle,
    bytes: 1,
    read: (from, at) => ({ kind: "DutyCycleReq", maxDutyCycle: from[at]! & 0x0f }),
    write: (command, to, at) => {
      to[at] = fit(command.maxDutyCycle, 4);
    },
  },
  RXParamSetupReq: {
    cid: MAC_CID.rxParamSetup,
    bytes: 4,
    read: (from, at) => ({
      kind: "RXParamSetupReq",
      rx1DrOffset: (from[at]! >>> 4) & 0x07,
      rx2DataRate: from[at]! & 0x0f,
      frequencyHz: readFrequency(from, at + 1),
    }),
    write: (command, to, at) => {
      to[at] = (fit(command.rx1DrOffset, 3) << 4) | fit(command.rx2DataRate, 4);
      writeFrequency(command.frequencyHz, to, at + 1);
    },
  },
  DevStatusReq: bare(MAC_CID.devStatus, "DevStatusReq"),
  NewChannelReq: {
    cid: MAC_CID.newChannel,
    bytes: 5,
    read: (from, at) => ({
      kind: "NewChannelReq",
      channelIndex: from[at]!,
      frequencyHz: readFrequency(from, at + 1),
      minDataRate: from[at + 4]! & 0x0f,
      maxDataRate: from[at + 4]! >>> 4,
    }),
    write: (command, to, at) => {
      to[at] = fit(command.channelIndex, 8);
      writeFrequency(command.frequencyHz, to, at + 1);
      to[at + 4] = (fit(command.maxDataRate, 4) << 4) | fit(command.minDataRate, 4);
    },
  },
  RXTimingSetupReq: {
    cid: MAC_CID.rxTimingSetup,
    bytes: 1,
    // 0 means 1 too.
    read: (from, at) => ({ kind: "RXTimingSetupReq", rx1DelayS: Math.max(1, from[at]! & 0x0f) }),
    write: (command, to, at) => {
      assert(command.rx1DelayS >= 1, "RX1 opens after at least a second");
      to[at] = fit(command.rx1DelayS, 4);
    },
  },
  TxParamSetupReq: {
    cid: MAC_CID.txParamSetup,
    bytes: 1,
    read: (from, at) => ({
      kind: "TxParamSetupReq",
      downlinkDwellTime: flag(from[at]!, 5),
      uplinkDwellTime: flag(from[at]!, 4),
      maxEirpIndex: from[at]! & 0x0f,
    }),
    write: (command, to, at) => {
      const dwellTimes = flags(command.uplinkDwellTime, command.downlinkDwellTime);
      to[at] = (dwellTimes << 4) | fit(command.maxEirpIndex, 4);
    },
  },
  DlChannelReq: {
    cid: MAC_CID.dlChannel,
    bytes: 4,
    read: (from, at) => ({
      kind: "DlChannelReq",
      channelIndex: from[at]!,
      frequencyHz: readFrequency(from, at + 1),
    }),
    write: (command, to, at) => {
      to[at] = fit(command.channelIndex, 8);
      writeFrequency(command.frequencyHz, to, at + 1);
    },
  },
  DeviceTimeAns: {
    cid: MAC_CID.deviceTime,
    bytes: 5,
    read: (from, at) => ({
      kind: "DeviceTimeAns",
      gpsSeconds: uint32At(from, at),
      gpsFraction: from[at + 4]!,
    }),
    write: (command, to, at) => {
      writeUint(command.gpsSeconds, 4, to, at);
      to[at + 4] = fit(command.gpsFraction, 8);
    },
  },
};
