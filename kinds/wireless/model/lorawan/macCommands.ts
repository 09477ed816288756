/** MAC commands of class A devices, both directions. @see LoRaWAN 1.0.4 §5 */
import { assert } from "@wayleave/core/errors";
import { uint16At, uint24At, uint32At, writeUint } from "./identifiers.ts";

/** What a device says: its own questions, and its answers. */
export type UplinkMacCommand =
  | { readonly kind: "LinkCheckReq" }
  | {
      readonly kind: "LinkADRAns";
      readonly powerOk: boolean;
      readonly dataRateOk: boolean;
      readonly channelMaskOk: boolean;
    }
  | { readonly kind: "DutyCycleAns" }
  | {
      readonly kind: "RXParamSetupAns";
      readonly rx1DrOffsetOk: boolean;
      readonly rx2DataRateOk: boolean;
      readonly frequencyOk: boolean;
    }
  | {
      readonly kind: "DevStatusAns";
      /** 0: mains. 1…254: from empty to full. 255: the device cannot tell. */
      readonly battery: number;
      /** SNR of the last DevStatusReq, −32…31 dB. */
      readonly marginDb: number;
    }
  | { readonly kind: "NewChannelAns"; readonly dataRatesOk: boolean; readonly frequencyOk: boolean }
  | { readonly kind: "RXTimingSetupAns" }
  | { readonly kind: "TxParamSetupAns" }
  | { readonly kind: "DlChannelAns"; readonly uplinkFrequencyExists: boolean; readonly frequencyOk: boolean }
  | { readonly kind: "DeviceTimeReq" };

/** What the network says. Frequencies are multiples of 100 Hz. */
export type DownlinkMacCommand =
  | {
      readonly kind: "LinkCheckAns";
      /** Above the demodulation floor, 0…254 dB. */
      readonly marginDb: number;
      /** How many gateways heard the question, 1…255. */
      readonly gateways: number;
    }
  | {
      readonly kind: "LinkADRReq";
      /** 0…15; 15 leaves it as it is. */
      readonly dataRate: number;
      /** Index of the region's table, 0…15; 15 leaves it as it is. */
      readonly txPower: number;
      /** 16 channels, the lowest bit the first. */
      readonly channelMask: number;
      /** Which 16 channels, 0…7; some values mean more, by region. */
      readonly channelMaskControl: number;
      /** 1…15; 0 leaves it as it is. */
      readonly nbTrans: number;
    }
  /** Duty cycle at most 1 / 2 ** maxDutyCycle; 0…15. */
  | { readonly kind: "DutyCycleReq"; readonly maxDutyCycle: number }
  | {
      readonly kind: "RXParamSetupReq";
      readonly rx1DrOffset: number;
      readonly rx2DataRate: number;
      readonly frequencyHz: number;
    }
  | { readonly kind: "DevStatusReq" }
  | {
      readonly kind: "NewChannelReq";
      readonly channelIndex: number;
      /** 0 removes the channel. */
      readonly frequencyHz: number;
      readonly minDataRate: number;
      readonly maxDataRate: number;
    }
  /** Seconds from uplink to RX1, 1…15. */
  | { readonly kind: "RXTimingSetupReq"; readonly rx1DelayS: number }
  | {
      readonly kind: "TxParamSetupReq";
      /** Whether transmissions are limited to 400 ms. */
      readonly downlinkDwellTime: boolean;
      readonly uplinkDwellTime: boolean;
      /** Index of {@link MAX_EIRP_DBM}. */
      readonly maxEirpIndex: number;
    }
  | { readonly kind: "DlChannelReq"; readonly channelIndex: number; readonly frequencyHz: number }
  | {
      readonly kind: "DeviceTimeAns";
      /** Seconds since the GPS epoch, 32 bits. */
      readonly gpsSeconds: number;
      /** 1/256 seconds beyond. */
      readonly gpsFraction: number;
    };
export type MacCommand = UplinkMacCommand | DownlinkMacCommand;

/** dBm by TxParamSetupReq's index. @see LoRaWAN 1.0.4 §5.8 */
export const MAX_EIRP_DBM = [8, 10, 12, 13, 14, 16, 18, 20, 21, 24, 26, 27, 29, 30, 33, 36] as const;

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
interface Layout<C extends MacCommand> {
  readonly cid: number;
  readonly bytes: number;
  /** `at` is the first byte after the identifier; `bytes` of them are there. */
  read(from: Uint8Array, at: number): C;
  write(command: C, to: Uint8Array, at: number): void;
}
type Layouts<C extends MacCommand> = { readonly [K in C["kind"]]: Layout<Extract<C, { kind: K }>> };

function bare<K extends MacCommand["kind"]>(cid: number, kind: K): Layout<Extract<MacCommand, { kind: K }>> {
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

const UPLINK_LAYOUTS: Layouts<UplinkMacCommand> = {
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

const DOWNLINK_LAYOUTS: Layouts<DownlinkMacCommand> = {
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

const LAYOUTS: Readonly<Record<string, Layout<MacCommand>>> = { ...UPLINK_LAYOUTS, ...DOWNLINK_LAYOUTS } as never;
const UPLINK_BY_CID = byCid<UplinkMacCommand>(UPLINK_LAYOUTS);
const DOWNLINK_BY_CID = byCid<DownlinkMacCommand>(DOWNLINK_LAYOUTS);

function byCid<C extends MacCommand>(layouts: object): ReadonlyMap<number, Layout<C>> {
  return new Map((Object.values(layouts) as Layout<C>[]).map((layout) => [layout.cid, layout]));
}

export interface DecodedMacCommands<C extends MacCommand> {
  /** All before the fault. */
  readonly commands: readonly C[];
  /** Lengths are known by identifier only, so nothing behind the first unknown or cut-off command can be read. */
  readonly fault: { readonly reason: "unknown-cid" | "truncated"; readonly cid: number } | null;
}

/** Reads what a device says, of FOpts or of a decrypted payload on port 0. @param bytes - hostile. Never throws on them. */
export function decodeUplinkMacCommands(bytes: Uint8Array): DecodedMacCommands<UplinkMacCommand> {
  return decode(bytes, UPLINK_BY_CID);
}
/** Reads what the network says: for simulated devices. @param bytes - hostile. Never throws on them. */
export function decodeDownlinkMacCommands(bytes: Uint8Array): DecodedMacCommands<DownlinkMacCommand> {
  return decode(bytes, DOWNLINK_BY_CID);
}

function decode<C extends MacCommand>(
  bytes: Uint8Array,
  layouts: ReadonlyMap<number, Layout<C>>,
): DecodedMacCommands<C> {
  const commands: C[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const cid = bytes[at]!;
    const layout = layouts.get(cid);
    if (layout === undefined) return { commands, fault: { reason: "unknown-cid", cid } };
    if (at + 1 + layout.bytes > bytes.byteLength) return { commands, fault: { reason: "truncated", cid } };
    commands.push(layout.read(bytes, at + 1));
    at += 1 + layout.bytes;
  }
  return { commands, fault: null };
}

/** Commands one behind the other, as FOpts (if at most 15 bytes) or the payload of port 0 carry them. */
export function encodeMacCommands(commands: readonly MacCommand[]): Uint8Array {
  const bytes = new Uint8Array(commands.reduce((sum, command) => sum + macCommandBytes(command), 0));
  let at = 0;
  for (const command of commands) {
    const layout = LAYOUTS[command.kind]!;
    bytes[at] = layout.cid;
    layout.write(command, bytes, at + 1);
    at += 1 + layout.bytes;
  }
  return bytes;
}

/** A command's size with its identifier: for what still fits. */
export function macCommandBytes(command: MacCommand): number {
  return 1 + LAYOUTS[command.kind]!.bytes;
}
export function macCommandCid(command: MacCommand): number {
  return LAYOUTS[command.kind]!.cid;
}

/** 6 January 1980 in Unix time. */
const GPS_EPOCH_MS = 315_964_800_000;
/** GPS counts leap seconds, Unix time does not; since 2017 there are 18. @see IERS Bulletin C */
const GPS_LEAP_SECONDS = 18;

/** The answer to a DeviceTimeReq: the time at which that uplink ended. @param unixMs - of 2017 or later. */
export function deviceTimeAns(unixMs: number): Extract<DownlinkMacCommand, { kind: "DeviceTimeAns" }> {
  const gpsMs = unixMs - GPS_EPOCH_MS + 1000 * GPS_LEAP_SECONDS;
  const gpsSeconds = Math.floor(gpsMs / 1000);
  return { kind: "DeviceTimeAns", gpsSeconds, gpsFraction: Math.floor(((gpsMs - 1000 * gpsSeconds) * 256) / 1000) };
}
