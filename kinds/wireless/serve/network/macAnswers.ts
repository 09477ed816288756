import type { DeviceSession, MacState } from "../../model/device.ts";
import {
  type DownlinkMacCommand,
  MAC_CID,
  type UplinkMacCommand,
  decodeDownlinkMacCommands,
  deviceTimeAns,
} from "../../model/lorawan/macCommands.ts";
import { requiredSnrDb } from "../../model/adr.ts";
import type { Modulation } from "../../model/radio.ts";
import type { Region } from "../../model/regions/region.ts";
import type { DeviceMemory } from "./deviceMemory.ts";
import { withChannelMask } from "./channelMask.ts";

/** What the network knows of the uplink that the commands came in. */
export interface MacContext {
  readonly session: DeviceSession;
  readonly memory: DeviceMemory;
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
  let status: MacHeard["status"] = null;
  const { session } = context;
  for (const command of commands) {
    switch (command.kind) {
      case "LinkCheckReq":
        if (!answers.some(({ kind }) => kind === "LinkCheckAns")) answers.push(linkCheckAns(context));
        break;
      case "DeviceTimeReq":
        if (!answers.some(({ kind }) => kind === "DeviceTimeAns")) answers.push(deviceTimeAns(context.atMs));
        break;
      case "DevStatusAns":
        if (takePending(session, MAC_CID.devStatus) !== null) {
          status = { battery: command.battery, marginDb: command.marginDb };
        }
        break;
      default:
        refused.push(...takeAnswer(command, context));
    }
  }
  return { answers, status, refused };
}

function linkCheckAns({ snrDb, modulation, gateways }: MacContext): DownlinkMacCommand {
  const marginDb = Math.min(254, Math.max(0, Math.round(snrDb - requiredSnrDb(modulation))));
  return { kind: "LinkCheckAns", marginDb, gateways: Math.min(255, Math.max(1, gateways)) };
}

/** @returns the request's name when the device refused it. */
function takeAnswer(command: UplinkMacCommand, context: MacContext): readonly string[] {
  const { session, memory, region } = context;
  switch (command.kind) {
    case "LinkADRAns": {
      // One block of requests is taken or refused as a whole, so the first answer speaks for all of them.
      const block = takeAllPending(session, MAC_CID.linkAdr);
      if (block.length === 0) return [];
      if (!(command.powerOk && command.dataRateOk && command.channelMaskOk)) {
        // ADR asks again once it has a full history; channels that the device lacks are not asked for again.
        if (!command.channelMaskOk) memory.refused = [...memory.refused, MAC_CID.linkAdr];
        session.mac = { ...session.mac, adrHistory: [] };
        return ["LinkADRReq"];
      }
      for (const request of block) takeLinkAdr(session, region, decoded(request));
      return [];
    }
    case "RXParamSetupAns": {
      const request = takePending(session, MAC_CID.rxParamSetup);
      if (request?.kind !== "RXParamSetupReq") return [];
      if (!(command.rx1DrOffsetOk && command.rx2DataRateOk && command.frequencyOk)) {
        memory.refused = [...memory.refused, MAC_CID.rxParamSetup];
        return ["RXParamSetupReq"];
      }
      session.mac = {
        ...session.mac,
        rx1DrOffset: request.rx1DrOffset,
        rx2DataRate: request.rx2DataRate,
        rx2FrequencyHz: request.frequencyHz,
      };
      return [];
    }
    case "RXTimingSetupAns": {
      const request = takePending(session, MAC_CID.rxTimingSetup);
      if (request?.kind === "RXTimingSetupReq") session.mac = { ...session.mac, rx1DelayS: request.rx1DelayS };
      return [];
    }
    case "NewChannelAns": {
      const request = takePending(session, MAC_CID.newChannel);
      if (request?.kind !== "NewChannelReq") return [];
      if (!(command.dataRatesOk && command.frequencyOk)) {
        memory.refused = [...memory.refused, MAC_CID.newChannel];
        return ["NewChannelReq"];
      }
      const channels = [...new Set([...session.mac.channels, request.channelIndex])].sort((a, b) => a - b);
      session.mac = { ...session.mac, channels };
      return [];
    }
    default:
      // We never ask what the rest answers.
      return [];
  }
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

function takePending(session: DeviceSession, cid: number): DownlinkMacCommand | null {
  const index = session.mac.pending.findIndex((request) => request.cid === cid);
  const request = session.mac.pending[index];
  if (request === undefined) return null;
  session.mac = { ...session.mac, pending: session.mac.pending.toSpliced(index, 1) };
  return decoded(request);
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
