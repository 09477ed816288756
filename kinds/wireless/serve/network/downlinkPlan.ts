import type { DeviceSession } from "../../model/device.ts";
import { cryptoCounter } from "../../model/lorawan/counters.ts";
import { FOPTS_BYTES_MAX, buildDownlink, dataFrameBytes } from "../../model/lorawan/frame.ts";
import { type DownlinkMacCommand, encodeMacCommands } from "../../model/lorawan/macCommands.ts";
import type { SessionCrypto } from "../../model/lorawan/sessionCrypto.ts";
import type { QueuedDownlink } from "../ports.ts";
import { type MacRequest, fittingRequests } from "./macRequests.ts";

const NOTHING = new Uint8Array(0);

export interface DownlinkContent {
  readonly session: DeviceSession;
  readonly crypto: SessionCrypto;
  readonly counters32: boolean;
  readonly adr: boolean;
  /** Acknowledges a confirmed uplink. */
  readonly ack: boolean;
  readonly item: QueuedDownlink | null;
  /** Answers first: they are due now or never. */
  readonly answers: readonly DownlinkMacCommand[];
  readonly requests: readonly MacRequest[];
  /** More of the customer's is waiting. */
  readonly more: boolean;
  /** Of a PHYPayload, in the window meant for it. The item fits it. */
  readonly bytesMax: number;
}

export interface PlannedDownlink {
  readonly payload: Uint8Array;
  readonly fCntDown: number;
  readonly sentRequests: readonly MacRequest[];
}

/** Whether an item fits a window at all, with nothing beside it. */
export function itemFits(item: QueuedDownlink, bytesMax: number): boolean {
  return dataFrameBytes(0, item.fPort, item.data.byteLength) <= bytesMax;
}

/**
 * Puts a downlink together and takes its frame counter. MAC commands ride in FOpts; when there is more of them than its
 * 15 bytes and nothing of the customer's, they are a payload of their own on port 0.
 */
export function planDownlink(content: DownlinkContent): PlannedDownlink {
  const { session, item, bytesMax } = content;
  const spare = bytesMax - dataFrameBytes(0, item?.fPort ?? null, item?.data.byteLength ?? 0);
  const all: readonly MacRequest[] = [...content.answers.map((answer) => [answer]), ...content.requests];
  let chosen = fittingRequests(all, Math.min(FOPTS_BYTES_MAX, Math.max(0, spare)));
  let onPortZero = false;
  if (item === null && chosen.length < all.length) {
    chosen = fittingRequests(all, spare - 1);
    onPortZero = true;
  }
  const commands = encodeMacCommands(chosen.flat());
  onPortZero &&= commands.byteLength > FOPTS_BYTES_MAX;

  const fCntDown = session.fCntDown;
  session.fCntDown = fCntDown + 1;
  const payload = buildDownlink(content.crypto, {
    devAddr: session.devAddr,
    confirmed: item?.confirmed ?? false,
    fCnt: cryptoCounter(fCntDown, content.counters32),
    adr: content.adr,
    ack: content.ack,
    fPending: content.more || chosen.length < all.length,
    fOpts: onPortZero ? NOTHING : commands,
    fPort: onPortZero ? 0 : (item?.fPort ?? null),
    payload: onPortZero ? commands : (item?.data ?? NOTHING),
  });
  return { payload, fCntDown, sentRequests: chosen.slice(content.answers.length) };
}
