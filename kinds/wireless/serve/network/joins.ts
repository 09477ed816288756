import { type DeviceSession, type LorawanDevice, type MacState, UNTOLD_MAC } from "../../model/device.ts";
import { buildJoinAccept, deriveSessionKeys } from "../../model/lorawan/join.ts";
import type { DevAddrHex } from "../../model/radio.ts";
import { type Region, regionOf } from "../../model/regions/region.ts";
import { untoldTxParams, wantedTxParams } from "../../model/txParams.ts";
import { agreedCopies } from "./agreedCopies.ts";
import { type CopyPurchase, drawPurchase, heardBy, reservePurchase } from "./copyPurchase.ts";
import type { DeviceMemories } from "./deviceMemory.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import type { DownlinkSender } from "./downlinkSender.ts";
import { settle } from "./deduplicator.ts";
import type { AgreedCopies, Gathered, JoinContent } from "./frameContent.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import { RADIO_FAULT_MESSAGES } from "./radioFault.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import { type Window, rx1Of, rx2Of } from "./receiveWindows.ts";
import { type Route, routeOf } from "./routes.ts";
import type { Underway } from "./underway.ts";

const MS_PER_S = 1_000;

export interface JoinParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly memories: DeviceMemories;
  readonly sender: DownlinkSender;
  readonly underway: Underway;
  /** 24 bits: this network's. */
  readonly netId: number;
}

/** With its list of frequencies or masks. @see LoRaWAN 1.0.4 §6.2.6 */
const JOIN_ACCEPT_BYTES = 33;

interface Found {
  readonly agreed: AgreedCopies;
  readonly region: Region;
}

/** Where a join accept goes, and whether it may be long enough for its list. */
interface JoinPlan {
  readonly windows: readonly ((route: Route) => Window | null)[];
  readonly hasCfList: boolean;
}

interface Accepted {
  readonly session: DeviceSession;
  readonly joinNonce: number;
}

/** Over-the-air activation. A DevNonce is burnt, and the session durable, before anybody hears of it. */
export class Joins {
  readonly #of: NetworkDependencies;
  readonly #parts: JoinParts;

  constructor(of: NetworkDependencies, parts: JoinParts) {
    this.#of = of;
    this.#parts = parts;
  }

  closed(gathered: Gathered, content: JoinContent): void {
    const { device } = content;
    const { notices } = this.#parts;
    const region = regionOf(device.profile.region);
    const agreed = agreedCopies(region, gathered.copies);
    if (typeof agreed === "string") {
      gathered.content = null;
      notices.error(device, agreed, RADIO_FAULT_MESSAGES[agreed]);
      return;
    }
    const { purse } = this.#of;
    const wanted = drawPurchase(purse, device.profile.copies, gathered.payload, this.#of.seedNow(), agreed.copies);
    const purchase = reservePurchase(purse, device.customer, wanted);
    if (purchase === null) {
      // Its DevNonce is not burnt, so the device may try it again.
      gathered.content = null;
      notices.error(device, "out-of-balance", "The balance does not cover a join, so it was not answered");
      return;
    }
    const joined = this.#join(gathered, content, { agreed, purchase, region })
      .catch((error: unknown) => {
        notices.error(device, "join-failed", "The join could not be kept and was not answered");
        this.#of.log.error({ error, devEui: device.devEui }, "Failed to take a join");
      })
      .finally(() => settle(gathered, { kind: "settled", device, fCnt: null }));
    this.#parts.underway.add(joined);
  }

  async #join(
    gathered: Gathered,
    { device, devNonce }: JoinContent,
    found: Found & { readonly purchase: CopyPurchase },
  ): Promise<void> {
    const { agreed, purchase, region } = found;
    const { timeline } = this.#of;
    const { notices, counters, memories } = this.#parts;
    const atMs = timeline.now() - (timeline.monotonicMs() - gathered.firstMs);
    const plan = joinPlan(device, found);
    const accepted = await this.#activate(device, devNonce, found, plan).catch((error: unknown) => {
      this.#buy(device, purchase, false);
      throw error;
    });
    if (accepted === null) {
      this.#buy(device, purchase, false);
      notices.error(device, "replayed-join", "The DevNonce was used before: a replay, or a device that draws it anew", {
        devNonce,
      });
      return;
    }
    this.#buy(device, purchase, true);
    memories.renew(device.devEui);
    counters.add("join-accepted");
    const { session } = accepted;
    const copies = [...gathered.copies, ...gathered.late];
    notices.tell(
      device,
      { type: "join", joinEui: device.joinEui, devAddr: session.devAddr, heardBy: heardBy(copies, purchase) },
      atMs,
    );
    await this.#accept(gathered, device, accepted, { agreed, region, plan });
  }

  async #activate(
    device: LorawanDevice,
    devNonce: number,
    { agreed, region }: Found,
    { hasCfList }: JoinPlan,
  ): Promise<Accepted | null> {
    const { appKey } = device;
    if (appKey === null) return null;
    const { netId } = this.#parts;
    let drawnNonce = 0;
    const derive = (drawn: { readonly joinNonce: number; readonly devAddr: DevAddrHex }): DeviceSession => {
      drawnNonce = drawn.joinNonce;
      return {
        devEui: device.devEui,
        devAddr: drawn.devAddr,
        ...deriveSessionKeys(appKey, { joinNonce: drawn.joinNonce, netId, devNonce }),
        fCntUp: -1,
        fCntDown: 0,
        activatedAtMs: this.#of.timeline.now(),
        mac: joinedMac(device, region, agreed.dataRate, hasCfList),
      };
    };
    const session = await this.#of.book.activate(device.devEui, devNonce, derive);
    return session === null ? null : { session, joinNonce: drawnNonce };
  }

  async #accept(
    gathered: Gathered,
    device: LorawanDevice,
    { session, joinNonce }: Accepted,
    { agreed, region, plan }: Found & { readonly plan: JoinPlan },
  ): Promise<void> {
    const { mac } = session;
    const payload = buildJoinAccept(device.appKey!, {
      joinNonce,
      netId: this.#parts.netId,
      devAddr: session.devAddr,
      rx1DrOffset: mac.rx1DrOffset,
      rx2DataRate: mac.rx2DataRate,
      rx1DelayS: mac.rx1DelayS,
      cfList: plan.hasCfList ? region.cfList() : null,
    });
    await this.#parts.sender.send({
      ...{ device, region, payload, uplinkMs: gathered.firstMs },
      downlinkId: null,
      fCntDown: null,
      routes: agreed.copies.map(routeOf),
      windows: plan.windows,
      avoid: null,
    });
  }

  #buy(device: LorawanDevice, purchase: CopyPurchase, isBought: boolean): void {
    this.#of.purse.buy({
      customer: device.customer,
      act: "wireless.join",
      subject: device.applicationId,
      reservedPicoUsd: purchase.picoUsd,
      copies: isBought ? purchase.copies.map(({ bought }) => bought) : [],
    });
  }
}

/** Until it joined, a device listens where its region says; how long we may be on the air is its profile's to say. */
function joinPlan({ profile }: LorawanDevice, { agreed, region }: Found): JoinPlan {
  const { rx2, dwellTime } = region;
  const settings = {
    ...{ rx1DrOffset: 0, rx1Moved: [], rx2DataRate: rx2.dataRate, rx2FrequencyHz: rx2.frequencyHz },
    tx: {
      uplinkDwellTime: null,
      downlinkDwellTime: wantedTxParams(profile, region)?.downlinkDwellTime ?? dwellTime.down,
    },
  };
  const delayMs = region.joinAcceptDelay1S * MS_PER_S;
  const first = ({ copy }: Route): Window | null =>
    copy === null ? null : rx1Of(region, copy.uplink, settings, delayMs);
  const second = rx2Of(region, settings, delayMs + MS_PER_S);
  const bytesMax = [first(routeOf(agreed.typical)), second].map((window) => window?.bytesMax ?? Infinity);
  return { windows: [first, () => second], hasCfList: Math.min(...bytesMax) >= JOIN_ACCEPT_BYTES };
}

/** What a device is set to after our join accept. An RX2 frequency of the profile's own is told later, by a MAC request. */
function joinedMac({ profile }: LorawanDevice, region: Region, dataRate: number, hasCfList: boolean): MacState {
  return {
    dataRate,
    txPower: 0,
    nbTrans: 1,
    rx1DelayS: profile.rx1DelayS,
    rx1DrOffset: Math.min(profile.rx1DrOffset, region.rx1DrOffsetMax),
    rx2DataRate: profile.rx2DataRate ?? region.rx2.dataRate,
    rx2FrequencyHz: region.rx2.frequencyHz,
    channels: hasCfList ? region.networkChannels : region.defaultUplinkChannels.map(({ index }) => index),
    tx: untoldTxParams(region, true),
    ...UNTOLD_MAC,
  };
}
