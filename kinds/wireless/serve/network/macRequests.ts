import { adrTarget } from "../../model/adr.ts";
import type { DeviceProfile, DeviceSession, MacState, TxParams } from "../../model/device.ts";
import {
  type DownlinkMacCommand,
  MAC_CID,
  encodeMacCommands,
  macAnswerBytes,
  macCommandBytes,
  macCommandCid,
} from "../../model/lorawan/macCommands.ts";
import type { Region } from "../../model/regions/region.ts";
import { knows, wantedTxParams } from "../../model/txParams.ts";
import { CHANNELS_REFUSED, decoded, macRequestKey, withRefused } from "./macAnswers.ts";

/** A request that was sent so often without an answer is given up for this session. */
export const MAC_TRIES_MAX = 8;
/** LinkADRReqs that a device refused or never answered, until ADR leaves it alone for this session. */
export const ADR_REFUSALS_MAX = 3;
/** NewChannelReqs in one downlink, and DlChannelReqs. */
const NEW_CHANNELS_MAX = 5;
const DL_CHANNELS_MAX = 3;
/**
 * Of all answers to one downlink: they fit the next uplink's FOpts, with a LinkCheckReq and a DeviceTimeReq of the
 * device's own. A device does what it was asked even when its answer is cut off, and we would not know.
 */
const ANSWER_BYTES_MAX = 13;

export interface MacWishes {
  readonly session: DeviceSession;
  readonly profile: DeviceProfile;
  readonly region: Region;
  /** ADR bit of the uplink: the device lets the network choose. */
  readonly adr: boolean;
  /** Whether a DevStatusReq is due. */
  readonly statusDue: boolean;
}

/** One thing to ask, as a whole: a block of LinkADRReqs is never cut. */
export type MacRequest = readonly DownlinkMacCommand[];

/**
 * What to ask of a device: what it has not answered yet, then what differs between how it is set and how its profile,
 * its region's plan and ADR want it. First of all what its receive windows hang on.
 */
export function macRequests(wishes: MacWishes): readonly MacRequest[] {
  const { mac } = wishes.session;
  const wanted = [
    ...txParamSetup(wishes),
    ...rxParamSetup(wishes),
    ...rxTimingSetup(wishes),
    ...dutyCycle(wishes),
    ...newChannels(wishes),
    ...dlChannels(wishes),
    ...linkAdr(wishes),
    ...(wishes.statusDue ? [DEV_STATUS] : []),
  ];
  const open = wanted.filter((request) => {
    const cid = cidOf(request);
    return !mac.pending.some((pending) => pending.cid === cid) && !mac.refused.includes(keyOf(request));
  });
  return [...unanswered(mac), ...open];
}
const DEV_STATUS: MacRequest = [{ kind: "DevStatusReq" }];

/** Of a block: all its commands have it. */
export function cidOf(request: MacRequest): number {
  return macCommandCid(request[0]!);
}

function keyOf(request: MacRequest): string {
  return macRequestKey(cidOf(request), payloadOf(request[0]!));
}

function payloadOf(command: DownlinkMacCommand): string {
  return Buffer.from(encodeMacCommands([command]).subarray(1)).toString("hex");
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

function txParamSetup({ session: { mac }, profile, region }: MacWishes): readonly MacRequest[] {
  const wanted = wantedTxParams(profile, region);
  if (wanted === null || isSameTx(wanted, mac.tx)) return [];
  return [[{ kind: "TxParamSetupReq", ...wanted }]];
}

function isSameTx(a: TxParams, b: TxParams): boolean {
  return (
    a.uplinkDwellTime === b.uplinkDwellTime &&
    a.downlinkDwellTime === b.downlinkDwellTime &&
    a.maxEirpIndex === b.maxEirpIndex
  );
}

/**
 * The device's settings once it answered a TxParamSetupReq that it is or will be asked; null when it knows none or would
 * not answer: then what is not known stays so.
 */
export function macOnceTold({
  session: { mac },
  profile,
  region,
}: Omit<MacWishes, "adr" | "statusDue">): MacState | null {
  const wanted = wantedTxParams(profile, region);
  if (wanted === null || mac.refused.includes(keyOf([{ kind: "TxParamSetupReq", ...wanted }]))) return null;
  return { ...mac, tx: wanted };
}

/**
 * Whether an uplink slower than a dwell time allows is to tell that its device has none for downlinks either. So it is
 * with most makes, but not all: while the device is being asked, only every other time, RX2 is sure.
 */
export function slowTells(of: Omit<MacWishes, "adr" | "statusDue">): boolean {
  const { tx, pending } = of.session.mac;
  if (tx.uplinkDwellTime !== null || tx.downlinkDwellTime !== null) return false;
  const asked = pending.find(({ cid }) => cid === MAC_CID.txParamSetup);
  if (asked === undefined) return macOnceTold(of) === null;
  const request = decoded(asked);
  // One that has done this is slow and has a downlink dwell time.
  const isLimitedDown = request?.kind === "TxParamSetupReq" && request.downlinkDwellTime && !request.uplinkDwellTime;
  return !isLimitedDown && asked.tries % 2 === 1;
}

function dutyCycle({ session: { mac }, profile: { maxDutyCycle } }: MacWishes): readonly MacRequest[] {
  return maxDutyCycle === null || maxDutyCycle === mac.maxDutyCycle ? [] : [[{ kind: "DutyCycleReq", maxDutyCycle }]];
}

function rxTimingSetup({ session: { mac }, profile: { rx1DelayS } }: MacWishes): readonly MacRequest[] {
  return rx1DelayS === mac.rx1DelayS ? [] : [[{ kind: "RXTimingSetupReq", rx1DelayS }]];
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

/** Dynamic plans: channels whose RX1 is to be elsewhere, or back at its uplinks' frequency. */
function dlChannels({ session: { mac }, profile, region }: MacWishes): readonly MacRequest[] {
  const { rx1Frequencies } = profile;
  if (rx1Frequencies.length === 0 && mac.rx1Moved.length === 0) return [];
  if (region.channelGroups.length > 0 || !knows(profile.lorawanVersion, "1.0.2")) return [];
  return mac.channels
    .flatMap((index): MacRequest[] => {
      const own = region.channels[index]?.frequencyHz;
      if (own === undefined) return [];
      const now = mac.rx1Moved.find(({ channel }) => channel === index)?.frequencyHz ?? own;
      const frequencyHz = rx1Frequencies.find(({ uplinkHz }) => uplinkHz === own)?.downlinkHz ?? own;
      return frequencyHz === now ? [] : [[{ kind: "DlChannelReq", channelIndex: index, frequencyHz }]];
    })
    .slice(0, DL_CHANNELS_MAX);
}

/** Data rate, power and repetitions by ADR, and in fixed plans the channels that the network listens on. */
function linkAdr({ session: { mac }, profile, region, adr }: MacWishes): readonly MacRequest[] {
  const isOn = adr && profile.adr;
  const now = { dataRate: mac.dataRate, txPower: mac.txPower, nbTrans: mac.nbTrans };
  const target = isOn ? adrTarget(mac, region) : now;
  const differs = target.dataRate !== now.dataRate || target.txPower !== now.txPower || target.nbTrans !== now.nbTrans;
  const isFixed = region.channelGroups.length > 0;
  const masks =
    isFixed && !isSameList(mac.channels, region.networkChannels) && !mac.refused.includes(CHANNELS_REFUSED)
      ? region.channelMasks(region.networkChannels, mac.channels)
      : [];
  if ((!differs && masks.length === 0) || isAdrRefused(mac)) return [];
  // A LinkADRReq always carries a mask: the present channels', when they are to stay.
  const said = masks.length > 0 ? masks : keepingMask(region, mac.channels);
  // The TxParamSetupReq that limits it, if it is not limited yet, goes before.
  const isLimited = wantedTxParams(profile, region)?.uplinkDwellTime ?? mac.tx.uplinkDwellTime ?? true;
  const dataRate = isLimited ? Math.max(target.dataRate, region.dwellMinDataRate) : target.dataRate;
  return [
    said.map(({ chMask, chMaskCntl }) => {
      return { kind: "LinkADRReq", ...target, dataRate, channelMask: chMask, channelMaskControl: chMaskCntl };
    }),
  ];
}

const LINK_ADR_KEY = macRequestKey(MAC_CID.linkAdr, "");

function isAdrRefused({ refused }: MacState): boolean {
  if (refused.length < ADR_REFUSALS_MAX) return false;
  return refused.filter((key) => key.startsWith(LINK_ADR_KEY) && key !== CHANNELS_REFUSED).length >= ADR_REFUSALS_MAX;
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

/**
 * @returns as many whole requests, in order, as fit and as a device can answer in one uplink; the first that does not
 *   ends it.
 */
export function fittingRequests(requests: readonly MacRequest[], bytesMax: number): readonly MacRequest[] {
  let left = bytesMax;
  let answersLeft = ANSWER_BYTES_MAX;
  const end = requests.findIndex((request) => {
    for (const command of request) {
      left -= macCommandBytes(command);
      answersLeft -= macAnswerBytes(command);
    }
    return left < 0 || answersLeft < 0;
  });
  return end === -1 ? requests : requests.slice(0, end);
}

/**
 * Notes what is being sent: it stands among the pending until it is answered.
 * @returns names of requests given up, because they were sent {@link MAC_TRIES_MAX} times.
 */
export function notePending(session: DeviceSession, sent: readonly MacRequest[]): readonly string[] {
  const old = [...session.mac.pending];
  const kept: MacState["pending"][number][] = [];
  const givenUp: string[] = [];
  let { refused, tx } = session.mac;
  for (const command of sent.flat()) {
    const cid = macCommandCid(command);
    const payload = payloadOf(command);
    const before = old.findIndex((request) => request.cid === cid && request.payload === payload);
    const tries = (before === -1 ? 0 : old.splice(before, 1)[0]!.tries) + 1;
    if (command.kind === "TxParamSetupReq") tx = uncertainTx(tx, command);
    if (tries <= MAC_TRIES_MAX) kept.push({ cid, payload, tries });
    else {
      refused = withRefused(refused, macRequestKey(cid, payload));
      if (!givenUp.includes(command.kind)) givenUp.push(command.kind);
    }
  }
  // What did not fit this time keeps its place behind.
  session.mac = { ...session.mac, tx, refused, pending: [...kept, ...old] };
  return givenUp;
}

/**
 * Before LoRaWAN 1.0.4 a device answers TxParamSetupReq in one uplink only: when that one is lost, it has done what it was
 * asked and we do not know.
 */
function uncertainTx(tx: TxParams, asked: TxParams): TxParams {
  if (isSameTx(tx, asked)) return tx;
  const { uplinkDwellTime, downlinkDwellTime, maxEirpIndex } = tx;
  // Both are unknown only together: when they are asked to differ, the one tells nothing of the other.
  const tells = asked.uplinkDwellTime === asked.downlinkDwellTime;
  return {
    uplinkDwellTime: tells && uplinkDwellTime !== asked.uplinkDwellTime ? null : uplinkDwellTime,
    downlinkDwellTime: downlinkDwellTime === asked.downlinkDwellTime ? downlinkDwellTime : null,
    maxEirpIndex: maxEirpIndex === asked.maxEirpIndex ? maxEirpIndex : null,
  };
}
