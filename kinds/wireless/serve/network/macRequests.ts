import { adrTarget } from "../../model/adr.ts";
import type { DeviceProfile, DeviceSession, MacState } from "../../model/device.ts";
import {
  type DownlinkMacCommand,
  MAC_CID,
  encodeMacCommands,
  macCommandBytes,
  macCommandCid,
} from "../../model/lorawan/macCommands.ts";
import type { Region } from "../../model/regions/region.ts";
import type { DeviceMemory } from "./deviceMemory.ts";
import { decoded } from "./macAnswers.ts";

/** A request that was sent so often without an answer is given up for this session. */
export const MAC_TRIES_MAX = 8;
/** NewChannelReqs in one downlink. */
const NEW_CHANNELS_MAX = 5;

export interface MacWishes {
  readonly session: DeviceSession;
  readonly profile: DeviceProfile;
  readonly region: Region;
  readonly memory: DeviceMemory;
  /** ADR bit of the uplink: the device lets the network choose. */
  readonly adr: boolean;
  /** Whether a DevStatusReq is due. */
  readonly statusDue: boolean;
}

/** One thing to ask, as a whole: a block of LinkADRReqs is never cut. */
export type MacRequest = readonly DownlinkMacCommand[];

/**
 * What to ask of a device: what it has not answered yet, then what differs between how it is set and how its profile,
 * its region's plan and ADR want it.
 */
export function macRequests(wishes: MacWishes): readonly MacRequest[] {
  const { session, memory } = wishes;
  const repeated = unanswered(session.mac);
  const isOpen = (cid: number): boolean => {
    return !memory.refused.includes(cid) && !session.mac.pending.some((request) => request.cid === cid);
  };
  const requests: MacRequest[] = [...repeated];
  if (isOpen(MAC_CID.rxParamSetup)) requests.push(...rxParamSetup(wishes));
  if (isOpen(MAC_CID.rxTimingSetup) && wishes.profile.rx1DelayS !== session.mac.rx1DelayS) {
    requests.push([{ kind: "RXTimingSetupReq", rx1DelayS: wishes.profile.rx1DelayS }]);
  }
  if (isOpen(MAC_CID.newChannel)) requests.push(...newChannels(wishes));
  if (!session.mac.pending.some(({ cid }) => cid === MAC_CID.linkAdr)) requests.push(...linkAdr(wishes));
  if (isOpen(MAC_CID.devStatus) && wishes.statusDue) requests.push([{ kind: "DevStatusReq" }]);
  return requests;
}

/** What was sent and not answered, in the order sent; LinkADRReqs stay one block. */
function unanswered(mac: MacState): readonly MacRequest[] {
  const requests: DownlinkMacCommand[][] = [];
  for (const pending of mac.pending) {
    const command = decoded(pending);
    if (command === null) continue;
    const last = requests.at(-1);
    if (command.kind === "LinkADRReq" && last?.[0]?.kind === "LinkADRReq") last.push(command);
    else requests.push([command]);
  }
  return requests;
}

function rxParamSetup({ session: { mac }, profile, region }: MacWishes): readonly MacRequest[] {
  const rx1DrOffset = Math.min(profile.rx1DrOffset, region.rx1DrOffsetMax);
  const rx2DataRate = profile.rx2DataRate ?? region.rx2.dataRate;
  const frequencyHz = profile.rx2FrequencyHz ?? region.rx2.frequencyHz;
  const isSo = rx1DrOffset === mac.rx1DrOffset && rx2DataRate === mac.rx2DataRate && frequencyHz === mac.rx2FrequencyHz;
  return isSo ? [] : [[{ kind: "RXParamSetupReq", rx1DrOffset, rx2DataRate, frequencyHz }]];
}

/** Dynamic plans: frequencies that the device was not told in a join accept (ABP, or it lost them). */
function newChannels({ session: { mac }, region }: MacWishes): readonly MacRequest[] {
  if (region.channelGroups.length > 0) return [];
  return region.networkChannels
    .filter((index) => !mac.channels.includes(index))
    .flatMap((index) => region.channels[index] ?? [])
    .slice(0, NEW_CHANNELS_MAX)
    .map(({ index, frequencyHz, minDataRate, maxDataRate }) => [
      { kind: "NewChannelReq", channelIndex: index, frequencyHz, minDataRate, maxDataRate },
    ]);
}

/** Data rate, power and repetitions by ADR, and in fixed plans the channels that the network listens on. */
function linkAdr({ session: { mac }, profile, region, memory, adr }: MacWishes): readonly MacRequest[] {
  const isOn = adr && profile.adr;
  const now = { dataRate: mac.dataRate, txPower: mac.txPower, nbTrans: mac.nbTrans };
  const target = isOn ? adrTarget(mac, region) : now;
  const differs = target.dataRate !== now.dataRate || target.txPower !== now.txPower || target.nbTrans !== now.nbTrans;
  const isFixed = region.channelGroups.length > 0;
  const masks =
    isFixed && !memory.refused.includes(MAC_CID.linkAdr) && !isSameList(mac.channels, region.networkChannels)
      ? region.channelMasks(region.networkChannels, mac.channels)
      : [];
  if (!differs && masks.length === 0) return [];
  // A LinkADRReq always carries a mask: the present channels', when they are to stay.
  const said = masks.length > 0 ? masks : keepingMask(region, mac.channels);
  return [
    said.map(({ chMask, chMaskCntl }) => {
      return { kind: "LinkADRReq", ...target, channelMask: chMask, channelMaskControl: chMaskCntl };
    }),
  ];
}

/** As nearly always: masks need not be reckoned then. */
function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, place) => value === b[place]);
}

function keepingMask(region: Region, channels: readonly number[]): ReturnType<Region["channelMasks"]> {
  if (region.channelGroups.length === 0) return region.channelMasks(channels.length > 0 ? channels : [0]);
  // One group's mask as it is changes nothing.
  const group = Math.floor((channels[0] ?? 0) / 16);
  const chMask = channels
    .filter((index) => Math.floor(index / 16) === group)
    .reduce((mask, index) => mask | (1 << (index % 16)), 0);
  return [{ chMaskCntl: group, chMask }];
}

/** @returns as many whole requests, in order, as fit; the first that does not fit ends it. */
export function fittingRequests(requests: readonly MacRequest[], bytesMax: number): readonly MacRequest[] {
  let left = bytesMax;
  const end = requests.findIndex((request) => {
    left -= request.reduce((sum, command) => sum + macCommandBytes(command), 0);
    return left < 0;
  });
  return end === -1 ? requests : requests.slice(0, end);
}

/**
 * Notes what is being sent: it stands among the pending until it is answered.
 * @returns names of requests given up, because they were sent {@link MAC_TRIES_MAX} times.
 */
export function notePending(
  session: DeviceSession,
  memory: DeviceMemory,
  sent: readonly MacRequest[],
): readonly string[] {
  const old = [...session.mac.pending];
  const kept: MacState["pending"][number][] = [];
  const givenUp: string[] = [];
  for (const command of sent.flat()) {
    const cid = macCommandCid(command);
    const payload = Buffer.from(encodeMacCommands([command]).subarray(1)).toString("hex");
    const before = old.findIndex((request) => request.cid === cid && request.payload === payload);
    const tries = (before === -1 ? 0 : old.splice(before, 1)[0]!.tries) + 1;
    if (tries <= MAC_TRIES_MAX) kept.push({ cid, payload, tries });
    else {
      memory.refused = [...memory.refused, cid];
      if (!givenUp.includes(command.kind)) givenUp.push(command.kind);
    }
  }
  // What did not fit this time keeps its place behind.
  session.mac = { ...session.mac, pending: [...kept, ...old] };
  return givenUp;
}
