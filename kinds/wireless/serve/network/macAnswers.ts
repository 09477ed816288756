import type { DeviceSession, MacState } from "../../model/device.ts";
import {
  type DownlinkMacCommand,
  MAC_CID,
  type UplinkMacCommand,
  decodeDownlinkMacCommands,
  deviceTimeAns,
  macCommandCid,
} from "../../model/lorawan/macCommands.ts";
import { requiredSnrDb } from "../../model/adr.ts";
import type { Modulation } from "../../model/radio.ts";
import type { Region } from "../../model/regions/region.ts";
import { withChannelMask } from "./channelMask.ts";

/** What the network knows of the uplink that the commands came in. */
export interface MacContext {
  readonly session: DeviceSession;
  readonly region: Region;
  readonly modulation: Modulation;
  readonly snrDb: number;
  readonly gateways: number;
  /** When the frame came, Unix. */
  readonly atMs: number;
}

export interface MacHeard {
  /** To be said in the downlink to this uplink, and only there. */
  readonly answers: readonly DownlinkMacCommand[];
  readonly status: { readonly battery: number; readonly marginDb: number } | null;
  /** Requests that the device would not take, by name. */
  readonly refused: readonly string[];
  /**
   * CIDs of answers that the device repeats until it hears a downlink. One that was asked for and one that is repeated
   * look alike, so meanwhile nothing of their sort is asked.
   */
  readonly repeating: readonly number[];
}

/** What is heard when nothing is said. */
export const NOTHING_HEARD: MacHeard = { answers: [], status: null, refused: [], repeating: [] };

/** @see LoRaWAN 1.0.4 §5 (TxParamSetupAns only since then); the others since 1.0.2 */
const REPEATED_ANSWERS: readonly number[] = [
  MAC_CID.rxParamSetup,
  MAC_CID.rxTimingSetup,
  MAC_CID.txParamSetup,
  MAC_CID.dlChannel,
];

/** A request, as `MacState.refused` knows it. @param payload - hex. */
export function macRequestKey(cid: number, payload: string): string {
  return cid.toString(16).padStart(2, "0") + payload;
}
/** In place of a payload: LinkADRReqs may come again, but with the channels as they are. */
export const CHANNELS_REFUSED = macRequestKey(MAC_CID.linkAdr, "");

/** Refusals remembered of a session: all that one profile can ask for, and then some. The oldest may be asked again. */
const REFUSED_MAX = 32;

export function withRefused(refused: readonly string[], key: string): readonly string[] {
  return refused.includes(key) ? refused : [...refused, key].slice(-REFUSED_MAX);
}

type Pending = MacState["pending"][number];

/**
 * Takes in what a device says on the MAC layer: its answers change what we believe of it (`session.mac`), its questions
 * are answered. An answer that nothing was asked for is ignored: some are repeated until a downlink is heard.
 *
 * @param commands - hostile, though under the session's MIC.
 */
export function hearMac(commands: readonly UplinkMacCommand[], context: MacContext): MacHeard {
  const answers: DownlinkMacCommand[] = [];
  const refused: string[] = [];
  const repeating: number[] = [];
  let status: MacHeard["status"] = null;
  const { session } = context;
  for (const command of commands) {
    const cid = macCommandCid(command);
    if (REPEATED_ANSWERS.includes(cid) && !repeating.includes(cid)) repeating.push(cid);
    switch (command.kind) {
      case "LinkCheckReq":
        if (!answers.some(({ kind }) => kind === "LinkCheckAns")) answers.push(linkCheckAns(context));
        break;
      case "DeviceTimeReq":
        if (!answers.some(({ kind }) => kind === "DeviceTimeAns")) answers.push(deviceTimeAns(context.atMs));
        break;
      case "DevStatusAns":
        if (takeAllPending(session, MAC_CID.devStatus).length > 0) {
          status = { battery: command.battery, marginDb: command.marginDb };
        }
        break;
      default:
        refused.push(...takeAnswer(command, context));
    }
  }
  return { answers, status, refused, repeating };
}

function linkCheckAns({ snrDb, modulation, gateways }: MacContext): DownlinkMacCommand {
  const marginDb = Math.min(254, Math.max(0, Math.round(snrDb - requiredSnrDb(modulation))));
  return { kind: "LinkCheckAns", marginDb, gateways: Math.min(255, Math.max(1, gateways)) };
}

/** @returns the request's name when the device refused it. */
function takeAnswer(command: UplinkMacCommand, { session, region }: MacContext): readonly string[] {
  if (command.kind === "LinkADRAns") return takeLinkAdrAns(command, session, region);
  const cid = macCommandCid(command);
  const index = session.mac.pending.findIndex((request) => request.cid === cid);
  const pending = session.mac.pending[index];
  if (pending === undefined) return [];
  const { mac } = session;
  session.mac = { ...mac, pending: mac.pending.toSpliced(index, 1) };
  const request = decoded(pending);
  if (request === null) return [];
  if (isRefusal(command)) {
    session.mac = { ...session.mac, refused: withRefused(mac.refused, macRequestKey(cid, pending.payload)) };
    return [request.kind];
  }
  session.mac = { ...session.mac, ...changes(request, mac) };
  return [];
}

function isRefusal(command: UplinkMacCommand): boolean {
  switch (command.kind) {
    case "RXParamSetupAns":
      return !(command.rx1DrOffsetOk && command.rx2DataRateOk && command.frequencyOk);
    case "NewChannelAns":
      return !(command.dataRatesOk && command.frequencyOk);
    case "DlChannelAns":
      return !(command.uplinkFrequencyExists && command.frequencyOk);
    default:
      return false;
  }
}

/** What a request changes once the device did it. */
function changes(request: DownlinkMacCommand, mac: MacState): Partial<MacState> {
  switch (request.kind) {
    case "RXParamSetupReq":
      return {
        rx1DrOffset: request.rx1DrOffset,
        rx2DataRate: request.rx2DataRate,
        rx2FrequencyHz: request.frequencyHz,
      };
    case "RXTimingSetupReq":
      return { rx1DelayS: request.rx1DelayS };
    case "TxParamSetupReq": {
      const { uplinkDwellTime, downlinkDwellTime, maxEirpIndex } = request;
      return { tx: { uplinkDwellTime, downlinkDwellTime, maxEirpIndex } };
    }
    case "DutyCycleReq":
      return { maxDutyCycle: request.maxDutyCycle };
    case "NewChannelReq": {
      const channels = [...new Set([...mac.channels, request.channelIndex])].sort((a, b) => a - b);
      // A channel made anew has its RX1 where its uplinks are.
      return { channels, rx1Moved: mac.rx1Moved.filter(({ channel }) => channel !== request.channelIndex) };
    }
    case "DlChannelReq": {
      const { channelIndex: channel, frequencyHz } = request;
      return { rx1Moved: [...mac.rx1Moved.filter((moved) => moved.channel !== channel), { channel, frequencyHz }] };
    }
    default:
      return {};
  }
}

function takeLinkAdrAns(
  command: Extract<UplinkMacCommand, { kind: "LinkADRAns" }>,
  session: DeviceSession,
  region: Region,
): readonly string[] {
  // One block of requests is taken or refused as a whole, so the first answer speaks for all of them.
  const block = takeAllPending(session, MAC_CID.linkAdr);
  if (block.length === 0) return [];
  if (command.powerOk && command.dataRateOk && command.channelMaskOk) {
    for (const request of block) takeLinkAdr(session, region, decoded(request));
    return [];
  }
  const refused = withRefused(session.mac.refused, macRequestKey(MAC_CID.linkAdr, block[0]!.payload));
  session.mac = {
    ...session.mac,
    refused: command.channelMaskOk ? refused : withRefused(refused, CHANNELS_REFUSED),
    adrHistory: [],
  };
  return ["LinkADRReq"];
}

function takeLinkAdr(session: DeviceSession, region: Region, request: DownlinkMacCommand | null): void {
  if (request?.kind !== "LinkADRReq") return;
  const { mac } = session;
  const changed = request.dataRate !== mac.dataRate || request.txPower !== mac.txPower;
  session.mac = {
    ...mac,
    dataRate: request.dataRate,
    txPower: request.txPower,
    nbTrans: request.nbTrans === 0 ? mac.nbTrans : request.nbTrans,
    channels: withChannelMask(region, mac.channels, request.channelMaskControl, request.channelMask),
    // What it holds was heard under the old settings.
    adrHistory: changed ? [] : mac.adrHistory,
  };
}

function takeAllPending(session: DeviceSession, cid: number): readonly Pending[] {
  const taken = session.mac.pending.filter((request) => request.cid === cid);
  if (taken.length > 0) {
    session.mac = { ...session.mac, pending: session.mac.pending.filter((request) => request.cid !== cid) };
  }
  return taken;
}

/** A request that we sent. Null only when another version of this program wrote it. */
export function decoded({ cid, payload }: Pending): DownlinkMacCommand | null {
  const bytes = Uint8Array.of(cid, ...Buffer.from(payload, "hex"));
  return decodeDownlinkMacCommands(bytes).commands[0] ?? null;
}
