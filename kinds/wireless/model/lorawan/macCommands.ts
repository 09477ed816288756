/** MAC commands of class A devices, both directions. @see LoRaWAN 1.0.4 §5 */
import { DOWNLINK_LAYOUTS, type MacLayout, UPLINK_LAYOUTS } from "./macLayouts.ts";

export { MAC_CID } from "./macLayouts.ts";

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

const LAYOUTS: Readonly<Record<string, MacLayout<MacCommand>>> = { ...UPLINK_LAYOUTS, ...DOWNLINK_LAYOUTS } as never;
const UPLINK_BY_CID = byCid<UplinkMacCommand>(UPLINK_LAYOUTS);
const DOWNLINK_BY_CID = byCid<DownlinkMacCommand>(DOWNLINK_LAYOUTS);

function byCid<C extends MacCommand>(layouts: object): ReadonlyMap<number, MacLayout<C>> {
  return new Map((Object.values(layouts) as MacLayout<C>[]).map((layout) => [layout.cid, layout]));
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
  layouts: ReadonlyMap<number, MacLayout<C>>,
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
/** Of what the network asks under this identifier; `unknown` of others. */
export function macRequestName(cid: number): string {
  const names = Object.entries(DOWNLINK_LAYOUTS);
  return names.find(([name, layout]) => layout.cid === cid && name.endsWith("Req"))?.[0] ?? "unknown";
}
/** What a device spends on answering it, with the identifier; 0: nothing. */
export function macAnswerBytes(command: DownlinkMacCommand): number {
  return command.kind.endsWith("Req") ? 1 + UPLINK_BY_CID.get(macCommandCid(command))!.bytes : 0;
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
