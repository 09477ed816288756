import { assert } from "@wayleave/core/errors";
import type { DeviceSession } from "../../model/device.ts";
import { UPLINK } from "../../model/lorawan/sessionCrypto.ts";
import { withUplink } from "../../model/adr.ts";
import { type UplinkMacCommand, decodeUplinkMacCommands } from "../../model/lorawan/macCommands.ts";
import { regionOf } from "../../model/regions/region.ts";
import { agreedCopies } from "./agreedCopies.ts";
import { BoundedBacklog } from "./boundedBacklog.ts";
import { drawPurchase, reservePurchase } from "./copyPurchase.ts";
import type { DeviceMemories } from "./deviceMemory.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import type { FrameCopy } from "./frameCopy.ts";
import type { HeardAgain } from "./heardAgain.ts";
import type { ClassAExchange } from "./classAExchange.ts";
import { settle } from "./deduplicator.ts";
import type { AgreedCopies, DataContent, Gathered } from "./frameContent.ts";
import { type MacHeard, NOTHING_HEARD, hearMac } from "./macAnswers.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import { RADIO_FAULT_MESSAGES } from "./radioFault.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import type { SessionCryptos } from "./sessionCryptos.ts";
import { type AcceptedUplink, UplinkDelivery } from "./uplinkDelivery.ts";
import type { Underway } from "./underway.ts";

/** Uplinks held for a customer that is out of balance, as they came off the air: about a kilobyte each. */
const HELD_PER_CUSTOMER_MAX = 1_000;
const HELD_MAX = 20_000;

export interface UplinkParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly memories: DeviceMemories;
  readonly cryptos: SessionCryptos;
  readonly exchange: ClassAExchange;
  readonly underway: Underway;
  readonly heardAgain: HeardAgain;
}

/** What happens to a device's data frames once all their copies had time to come. */
export class Uplinks {
  readonly #of: NetworkDependencies;
  readonly #parts: UplinkParts;
  readonly #delivery: UplinkDelivery;
  readonly #held = new BoundedBacklog<AcceptedUplink>({ perCustomerMax: HELD_PER_CUSTOMER_MAX, totalMax: HELD_MAX });
  readonly #flushing = new Set<string>();

  constructor(of: NetworkDependencies, parts: UplinkParts) {
    this.#of = of;
    this.#parts = parts;
    this.#delivery = new UplinkDelivery(of, parts);
  }

  get held(): number {
    return this.#held.total;
  }

  /** The window is over. Everything up to the durable save happens at once, so that frames of one device stay in order. */
  closed(gathered: Gathered, content: DataContent): void {
    const { device, session } = content;
    const region = regionOf(device.profile.region);
    const agreed = agreedCopies(region, gathered.copies);
    if (typeof agreed === "string") {
      gathered.content = null;
      this.#parts.notices.error(device, agreed, RADIO_FAULT_MESSAGES[agreed], radioFacts(gathered));
      return;
    }
    // It may have joined anew while copies were gathered.
    if (!isSameSession(this.#of.book.session(device.devEui), session)) {
      gathered.content = null;
      const message = "The device got another session while copies of this frame were gathered";
      this.#parts.notices.error(device, "session-replaced", message, { fCnt: content.fCnt });
      return;
    }
    if (content.repeat || gathered.round > 0) {
      this.#again(gathered, content, agreed);
      return;
    }
    if (content.fCnt <= session.fCntUp) {
      // Two frames of one counter, both genuine: a device that counts wrongly.
      this.#parts.notices.error(device, "replayed-counter", "The frame counter was used before", {
        fCnt: content.fCnt,
      });
      return;
    }
    this.#accept(gathered, content, agreed);
  }

  /** Tries for everybody who has something held. */
  async deliverHeld(): Promise<void> {
    for (const customer of this.#held.customers()) await this.balanceRestored(customer);
  }

  /** Delivers what was held, oldest first, until the balance is used up again. */
  async balanceRestored(customer: string): Promise<void> {
    if (this.#flushing.has(customer)) return;
    this.#flushing.add(customer);
    try {
      for (;;) {
        const uplink = this.#held.peek(customer);
        if (uplink === null) return;
        const isSaved = await uplink.saved.then(
          () => true,
          () => false,
        );
        // Meanwhile a newer one may have taken its place.
        if (this.#held.peek(customer) !== uplink) continue;
        if (!isSaved) {
          this.#held.take(customer);
          this.#parts.counters.add("held-dropped");
          continue;
        }
        const purchase = reservePurchase(this.#of.purse, customer, uplink.purchase);
        if (purchase === null) return;
        this.#held.take(customer);
        this.#parts.counters.add("uplink-delivered-late");
        const paid = { ...uplink, purchase, isLate: true };
        this.#delivery.buy(paid);
        await this.#delivery.tell(paid);
      }
    } finally {
      this.#flushing.delete(customer);
    }
  }

  #accept(gathered: Gathered, content: DataContent, agreed: AgreedCopies): void {
    const { device, session } = content;
    const { book, purse, timeline } = this.#of;
    const wanted = drawPurchase(purse, device.profile.copies, gathered.payload, this.#of.seedNow(), agreed.copies);
    // Behind what is held already, or events would come out of order.
    const isBehind = this.#held.sizeOf(device.customer) > 0 || this.#flushing.has(device.customer);
    const purchase = isBehind ? null : reservePurchase(purse, device.customer, wanted);
    session.fCntUp = content.fCnt;
    // Copies that came in this round are all that an answer may be timed by.
    const atMs = timeline.now() - (timeline.monotonicMs() - gathered.firstMs);
    const heard = this.#hear(content, agreed, atMs);
    const planned = purchase === null ? null : this.#parts.exchange.plan({ gathered, content, agreed, heard });
    const saved = book.save(session);
    const { copies, late, round } = gathered;
    const uplink: AcceptedUplink = {
      content,
      agreed,
      copies,
      late,
      saved,
      atMs,
      purchase: purchase ?? wanted,
      ...{ isLate: false, isLost: false },
    };
    const told = purchase === null ? this.#hold(uplink, isBehind) : this.#delivery.tell(uplink);
    const delivered = saved.then(
      async () => {
        this.#tellMac(content, heard);
        if (planned !== null) this.#parts.exchange.send(planned);
        if (purchase !== null) this.#delivery.buy(uplink);
        await told;
        // Heard again, a confirmed one is acknowledged again.
        const { device, fCnt, frame } = content;
        if (gathered.round === round) settle(gathered, frame.confirmed ? content : { kind: "settled", device, fCnt });
      },
      (error: unknown) => {
        uplink.isLost = true;
        if (planned !== null) this.#parts.exchange.abandon(planned);
        if (purchase !== null) this.#delivery.release(uplink);
        throw error;
      },
    );
    this.#parts.underway.add(delivered.catch((error: unknown) => this.#lost(content, error)));
    if (isBehind) this.balanceRestored(device.customer).catch((error: unknown) => this.#lost(content, error));
  }

  /** A frame that was accepted before: its acknowledgement got lost, so another is sent. No event, nothing bought. */
  #again(gathered: Gathered, content: DataContent, agreed: AgreedCopies): void {
    this.#parts.heardAgain.frame(content, gathered.copies[0] ?? null);
    if (!content.frame.confirmed) return;
    const planned = this.#parts.exchange.plan({ gathered, content, agreed, heard: null });
    if (planned === null) return;
    const answered = this.#of.book.save(content.session).then(
      () => this.#parts.exchange.send(planned),
      (error: unknown) => {
        this.#parts.exchange.abandon(planned);
        this.#lost(content, error);
      },
    );
    this.#parts.underway.add(answered);
  }

  #lost({ device, fCnt }: DataContent, error: unknown): void {
    this.#parts.notices.error(device, "uplink-failed", "The uplink could not be kept and was lost", { fCnt });
    this.#of.log.error({ error, devEui: device.devEui, fCnt }, "Lost an uplink");
  }

  #hold(uplink: AcceptedUplink, isBehind: boolean): void {
    const { device } = uplink.content;
    const { counters, notices } = this.#parts;
    counters.add("uplink-held");
    const gaveWay = this.#held.add(device.customer, uplink);
    if (gaveWay > 0) {
      const message = "More uplinks wait for a top-up than are kept: the oldest gave way";
      notices.error(device, "held-dropped", message, { heldUplinks: this.#held.sizeOf(device.customer) });
    }
    if (isBehind) return;
    notices.error(
      device,
      "out-of-balance",
      "The balance does not cover this uplink; it is kept and delivered after a top-up",
      { fCnt: uplink.content.fCnt, heldUplinks: this.#held.sizeOf(device.customer) },
    );
  }

  /** Takes in what the frame says of the device itself. */
  #hear(content: DataContent, agreed: AgreedCopies, atMs: number): MacHeard {
    const { session, device } = content;
    noteRadio(session, content, agreed);
    const commands = this.#macCommands(content);
    if (commands.length === 0) return NOTHING_HEARD;
    return hearMac(commands, {
      session,
      region: regionOf(device.profile.region),
      modulation: agreed.typical.uplink.modulation,
      snrDb: agreed.bestSnrDb,
      gateways: agreed.copies.length,
      atMs: heardAtMs(agreed.copies, atMs),
    });
  }

  #macCommands({ frame, session, cryptoFCnt }: DataContent): readonly UplinkMacCommand[] {
    const isPortZero = frame.fPort === 0;
    if (!isPortZero && frame.fOpts.byteLength === 0) return [];
    const bytes = isPortZero
      ? this.#parts.cryptos.of(session).decrypt(0, cryptoFCnt, UPLINK, frame.payload)
      : frame.fOpts;
    const { commands, fault } = decodeUplinkMacCommands(bytes);
    if (fault !== null) this.#parts.counters.add(`mac-${fault.reason}`);
    return commands;
  }

  #tellMac({ device }: DataContent, { status, refused }: MacHeard): void {
    if (status !== null) this.#parts.notices.tell(device, { type: "status", ...status });
    for (const request of refused) {
      this.#parts.notices.error(device, "mac-refused", "The device refused a MAC request", { request });
    }
  }
}

/** What the uplink itself shows of the device's settings, and what ADR reckons with. */
function noteRadio(session: DeviceSession, { frame, fCnt, device }: DataContent, agreed: AgreedCopies): void {
  const { mac } = session;
  assert(fCnt === session.fCntUp, "the counter is taken before the radio is noted");
  const region = regionOf(device.profile.region);
  const channel = region.uplinkChannelAt(agreed.typical.uplink.frequencyHz);
  // It is on a channel that it should have left: it does not know our plan (any more).
  const isLost = region.channelGroups.length > 0 && channel !== null && !mac.channels.includes(channel.index);
  const channels = isLost ? region.channels.map(({ index }) => index) : mac.channels;
  const isSameRate = mac.dataRate === agreed.dataRate;
  const history = isSameRate ? mac.adrHistory : [];
  const adrHistory =
    frame.adr && device.profile.adr
      ? withUplink(history, { fCnt, maxSnrDb: agreed.bestSnrDb, txPower: mac.txPower })
      : history;
  if (isSameRate && channels === mac.channels && adrHistory === mac.adrHistory) return;
  session.mac = { ...mac, dataRate: agreed.dataRate, channels, adrHistory };
}

/** What an agent's clock may be behind ours when its word is taken: a slow line. */
const BACKHAUL_MS_MAX = 1_000;

/**
 * When the frame was on the air: by the middle one of the agents' clocks that agree with ours, as the way to us may take
 * longer than the 100 ms that a device's clock may be off. Without any, when its first copy came.
 */
function heardAtMs(copies: readonly FrameCopy[], arrivedMs: number): number {
  const heard = copies
    .map(({ uplink }) => uplink.receivedAtMs)
    .filter((ms) => ms <= arrivedMs && ms >= arrivedMs - BACKHAUL_MS_MAX)
    .sort((a, b) => a - b);
  return heard[heard.length >> 1] ?? arrivedMs;
}

function isSameSession(now: DeviceSession | null, session: DeviceSession): boolean {
  if (now === session) return true;
  return now !== null && now.devAddr === session.devAddr && now.activatedAtMs === session.activatedAtMs;
}

function radioFacts(gathered: Gathered): Record<string, string | number> {
  const uplink = gathered.copies[0]?.uplink;
  if (uplink === undefined) return {};
  const { modulation } = uplink;
  return {
    frequencyHz: uplink.frequencyHz,
    modulation: modulation.kind === "lora" ? `SF${modulation.spreadingFactor}/${modulation.bandwidthHz}` : "FSK",
    payloadBytes: uplink.payload.byteLength,
  };
}
