import type { DeviceRegion } from "./deviceRegion.ts";
import { lowestRx1DataRate, setTransmitParameters } from "./transmitLimits.ts";
import { type AdrRequest, type DeviceSettings, applyAdr } from "./deviceSettings.ts";

/** What the network told in answer to the device's own questions. */
export interface NetworkAnswers {
  linkCheck: { readonly marginDb: number; readonly gateways: number } | null;
  /** Seconds since 1980-01-06 by GPS time. */
  deviceTimeS: number | null;
}

export interface CommandSurroundings {
  readonly settings: DeviceSettings;
  readonly region: DeviceRegion;
  readonly lorawanVersion: "1.0.3" | "1.0.4";
  readonly battery: number;
  /** Of the downlink that carried the commands. */
  readonly snrDb: number;
  readonly answers: NetworkAnswers;
}

/** Answers to send. Sticky ones are repeated until any downlink comes: RXParamSetup, RXTimingSetup, DlChannel; TxParamSetup since 1.0.4. */
export interface CommandAnswers {
  readonly once: readonly Buffer[];
  readonly sticky: readonly Buffer[];
}

const LINK_CHECK = 0x02;
const LINK_ADR = 0x03;
const DUTY_CYCLE = 0x04;
const RX_PARAM_SETUP = 0x05;
const DEV_STATUS = 0x06;
const NEW_CHANNEL = 0x07;
const RX_TIMING_SETUP = 0x08;
const TX_PARAM_SETUP = 0x09;
const DL_CHANNEL = 0x0a;
const DEVICE_TIME = 0x0d;

/** Bytes after the identifier, downlink. An unknown command ends the reading: its length is unknown. */
const LENGTHS: Readonly<Record<number, number>> = {
  [LINK_CHECK]: 2,
  [LINK_ADR]: 4,
  [DUTY_CYCLE]: 1,
  [RX_PARAM_SETUP]: 4,
  [DEV_STATUS]: 0,
  [NEW_CHANNEL]: 5,
  [RX_TIMING_SETUP]: 1,
  [TX_PARAM_SETUP]: 1,
  [DL_CHANNEL]: 4,
  [DEVICE_TIME]: 5,
};

/** Does what a network's MAC commands ask, as a device of LoRaWAN 1.0.3 or 1.0.4 does. @see LoRaWAN 1.0.3 §5 */
export function obey(commands: Buffer, surroundings: CommandSurroundings): CommandAnswers {
  const once: Buffer[] = [];
  const sticky: Buffer[] = [];
  const parsed = split(commands);
  for (let i = 0; i < parsed.length; i++) {
    const { cid, body } = parsed[i]!;
    if (cid === LINK_ADR) {
      const block: AdrRequest[] = [];
      for (; parsed[i]?.cid === LINK_ADR; i++) block.push(adrRequest(parsed[i]!.body));
      i--;
      const status = applyAdr(surroundings.settings, surroundings.region, block);
      for (let answers = 0; answers < block.length; answers++) once.push(Buffer.from([LINK_ADR, status]));
      continue;
    }
    const answer = obeyOne(cid, body, surroundings);
    if (answer === null) continue;
    const isSticky =
      cid === RX_PARAM_SETUP ||
      cid === RX_TIMING_SETUP ||
      cid === DL_CHANNEL ||
      (cid === TX_PARAM_SETUP && surroundings.lorawanVersion === "1.0.4");
    (isSticky ? sticky : once).push(Buffer.from([cid, ...answer]));
  }
  return { once, sticky };
}

function split(commands: Buffer): { readonly cid: number; readonly body: Buffer }[] {
  const parsed = [];
  for (let at = 0; at < commands.byteLength;) {
    const cid = commands[at]!;
    const length = LENGTHS[cid];
    if (length === undefined || at + 1 + length > commands.byteLength) break;
    parsed.push({ cid, body: commands.subarray(at + 1, at + 1 + length) });
    at += 1 + length;
  }
  return parsed;
}

function adrRequest(body: Buffer): AdrRequest {
  return { dataRate: body[0]! >> 4, txPower: body[0]! & 15, mask: body.readUInt16LE(1), redundancy: body[3]! };
}

function obeyOne(cid: number, body: Buffer, { settings, region, ...more }: CommandSurroundings): number[] | null {
  switch (cid) {
    case LINK_CHECK:
      more.answers.linkCheck = { marginDb: body[0]!, gateways: body[1]! };
      return null;
    case DEVICE_TIME:
      more.answers.deviceTimeS = body.readUInt32LE(0) + body[4]! / 256;
      return null;
    case DEV_STATUS:
      return [more.battery, Math.max(-32, Math.min(31, Math.round(more.snrDb))) & 63];
    case RX_TIMING_SETUP:
      settings.rx1DelayS = Math.max(1, body[0]! & 15);
      return [];
    case DUTY_CYCLE:
      settings.maxDutyCycle = body[0]! & 15;
      return [];
    case TX_PARAM_SETUP:
      return setTransmitParameters(settings, region, body[0]!) ? [] : null;
    case RX_PARAM_SETUP:
      return rxParamSetup(body, settings, region);
    case NEW_CHANNEL:
      return newChannel(body, settings, region);
    case DL_CHANNEL: {
      if (region.fixedChannels) return null;
      const frequencyHz = body.readUIntLE(1, 3) * 100;
      const exists = (settings.channels[body[0]!] ?? null) !== null;
      const allowed = inBand(frequencyHz, region);
      if (exists && allowed) settings.downlinkHz.set(body[0]!, frequencyHz);
      return [(exists ? 2 : 0) | (allowed ? 1 : 0)];
    }
    default:
      return null;
  }
}

function rxParamSetup(body: Buffer, settings: DeviceSettings, region: DeviceRegion): number[] {
  const offset = (body[0]! >> 4) & 7;
  const dataRate = body[0]! & 15;
  const frequencyHz = body.readUIntLE(1, 3) * 100;
  const offsetOk = offset <= (region.name === "US915" ? 3 : region.name === "IN865" || region.name === "AS923" ? 7 : 5);
  const rateOk = (region.dataRates[dataRate] ?? null) !== null && dataRate >= lowestRx1DataRate(settings, region);
  const channelOk = inBand(frequencyHz, region);
  if (offsetOk && rateOk && channelOk) {
    settings.rx1DrOffset = offset;
    settings.rx2DataRate = dataRate;
    settings.rx2FrequencyHz = frequencyHz;
  }
  return [(offsetOk ? 4 : 0) | (rateOk ? 2 : 0) | (channelOk ? 1 : 0)];
}

function newChannel(body: Buffer, settings: DeviceSettings, region: DeviceRegion): number[] | null {
  if (region.fixedChannels) return null;
  const index = body[0]!;
  const frequencyHz = body.readUIntLE(1, 3) * 100;
  const [maxDataRate, minDataRate] = [body[4]! >> 4, body[4]! & 15];
  const frequencyOk =
    index >= region.uplinkChannels.length && index < 16 && (frequencyHz === 0 || inBand(frequencyHz, region));
  const rangeOk = minDataRate <= maxDataRate && (region.dataRates[maxDataRate] ?? null) !== null;
  if (frequencyOk && rangeOk) {
    while (settings.channels.length <= index) {
      settings.channels.push(null);
      settings.enabled.push(false);
    }
    settings.channels[index] = frequencyHz === 0 ? null : { frequencyHz, minDataRate, maxDataRate };
    settings.enabled[index] = frequencyHz !== 0;
    settings.downlinkHz.delete(index);
  }
  return [(rangeOk ? 2 : 0) | (frequencyOk ? 1 : 0)];
}

function inBand(frequencyHz: number, { frequencyHz: [lowest, highest] }: DeviceRegion): boolean {
  return frequencyHz >= lowest && frequencyHz <= highest;
}

/** What goes into one uplink: answers, sticky ones first, then questions, as many as fit; other answers wait. */
export function chooseCommands(
  { sticky, once, asked }: CommandAnswers & { readonly asked: readonly Buffer[] },
  bytesMax: number,
): { readonly chosen: Buffer; readonly onceLeft: Buffer[] } {
  const chosen: Buffer[] = [];
  let left = bytesMax;
  const fits = (command: Buffer): boolean => {
    if (command.byteLength > left) return false;
    left -= command.byteLength;
    chosen.push(command);
    return true;
  };
  sticky.forEach(fits);
  const onceLeft = once.filter((command) => !fits(command));
  asked.forEach(fits);
  return { chosen: Buffer.concat(chosen), onceLeft };
}
