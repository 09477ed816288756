import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { UnixMs } from "@wayleave/core/time";
import { isJoinRequest, parseFrame } from "../../model/lorawan/frame.ts";
import { DOWNLINK } from "../../model/lorawan/sessionCrypto.ts";
import { workUnitsOf } from "../../model/price.ts";
import type { DownlinkOutcome, RadioDownlink } from "../../model/radio.ts";
import { type Region, regionOf } from "../../model/regions/region.ts";
import { agreedCopies } from "../network/agreedCopies.ts";
import { type CopyPurchase, drawPurchase, reservePurchase } from "../network/copyPurchase.ts";
import type { DroppedFate, GatheredFrame } from "../network/deduplicator.ts";
import type { FrameCopy } from "../network/frameCopy.ts";
import { ReasonCounters } from "../network/reasonCounters.ts";
import type { Timeline } from "../network/timeline.ts";
import type { Underway } from "../network/underway.ts";
import type { GatewayFleet, PacketPurse } from "../ports.ts";
import type { Forwarding } from "../records/forwardings.ts";
import { ForwardingIndex } from "./forwardingIndex.ts";
import { type ForwardedGateway, type GwmpForwarder, openGwmpForwarder } from "./gwmpForwarder.ts";
import type { PaidFrames } from "./paidFrames.ts";

/** How often is looked after a forwarding's way: a name that has no address yet, a server that moved. */
const TEND_MS = 15_000;
/** A network server that was silent for so long may have another address by now: its name is asked again. */
const SILENT_MS = 300_000;
/** Gateways, and so sockets, of one forwarding. */
const GATEWAYS_MAX = 128;

export interface FlowDependencies {
  readonly purse: PacketPurse;
  readonly fleet: GatewayFleet;
  readonly timeline: Timeline;
  readonly seedNow: () => Hash32;
  readonly paid: PaidFrames;
  readonly underway: Underway;
  /** Whether network servers may lie in private networks. */
  readonly allowPrivate: boolean;
  readonly log: Logger;
}

/** In the order in which they hide each other. */
export type ForwardingState =
  | "disabled"
  | "destination-unknown"
  | "destination-private"
  /** Its server's name is being looked up. */
  | "starting"
  | "out-of-balance"
  /** It does not acknowledge: wrong address, a firewall, not running. */
  | "server-silent"
  /** No gateway has heard a frame for it yet. */
  | "waiting-for-frames"
  | "forwarding";

export interface ForwardingStatus {
  readonly state: ForwardingState;
  readonly lastAcknowledgedMs: UnixMs | null;
  /** How often what happened since the program began or the forwarding was changed, by name. */
  readonly counters: Readonly<Record<string, number>>;
  /** To be registered at the other network server. */
  readonly gateways: readonly ForwardedGateway[];
}

/** One enabled forwarding at work: what is heard is bought and goes to the customer's network server, and answers come back. */
export class ForwardingFlow {
  readonly forwarding: Forwarding;
  readonly #use: FlowDependencies;
  readonly #region: Region;
  readonly #addresses = new ForwardingIndex<true>();
  readonly #counters = new ReasonCounters();
  #forwarder: GwmpForwarder | null = null;
  #fault: "destination-unknown" | "destination-private" | null = null;
  #isOutOfBalance = false;
  /** Monotonic. */
  #openedMs = 0;
  #cancelTending: () => void = () => undefined;
  #closed = false;

  constructor(forwarding: Forwarding, dependencies: FlowDependencies) {
    this.forwarding = forwarding;
    this.#use = dependencies;
    this.#region = regionOf(forwarding.settings.region);
    this.#addresses.add(forwarding.settings, true);
    void this.#tend();
  }

  /** All copies of a frame had time to come. Never throws on what gateways or devices say. */
  closed(frame: GatheredFrame<ForwardingFlow>): void {
    if (this.#closed) return;
    const { payload } = frame;
    this.#counters.add("frames");
    const agreed = agreedCopies(this.#region, frame.copies);
    if (typeof agreed === "string") return this.#drop(frame, agreed);
    const able = agreed.copies.filter(({ device, uplink }) => this.#forwarder?.takes(device, uplink.gatewayEui));
    // Nothing is bought that has nowhere to go.
    if (able.length === 0) return this.#drop(frame, "server-silent");
    const wanted = this.#draw(payload, able);
    if (this.#use.paid.has(payload)) {
      // Sent again, as its acknowledgement got lost: the server answers again. Nothing is paid for one frame twice.
      if (!isConfirmed(payload)) return this.#counters.add("frames-repeated");
      this.#counters.add("frames-again");
      return this.#forward(wanted);
    }
    const { customer, id } = this.forwarding;
    const purchase = reservePurchase(this.#use.purse, customer, wanted);
    this.#isOutOfBalance = purchase === null;
    if (purchase === null) return this.#drop(frame, "out-of-balance");
    this.#use.paid.add(payload);
    this.#use.purse.buy({
      customer,
      act: isJoinRequest(payload) ? "wireless.join" : "wireless.uplink",
      subject: id,
      reservedPicoUsd: purchase.picoUsd,
      copies: purchase.copies.map(({ bought }) => bought),
    });
    this.#counters.add("copies-bought", purchase.copies.length);
    this.#forward(purchase);
  }

  /** Heard again after it was forwarded: neither bought nor forwarded. */
  noteDropped(fate: DroppedFate): void {
    this.#counters.add(fate === "late-copy" ? "copies-late" : "frames-repeated");
  }

  status(): ForwardingStatus {
    const forwarder = this.#forwarder;
    const gateways = forwarder?.gateways() ?? [];
    const counters: Record<string, number> = { ...this.#counters.all() };
    let lastAcknowledgedMs: UnixMs | null = null;
    if (forwarder !== null) {
      const told = forwarder.counters();
      lastAcknowledgedMs = told.lastAcknowledgedMs;
      counters["copies-forwarded"] = told.forwarded;
      counters["copies-acknowledged"] = told.acknowledged;
      counters["copies-given-up"] = told.droppedUnacknowledged + told.droppedGatewaysFull;
      counters["downlinks"] = told.downlinks;
      for (const [outcome, count] of Object.entries(told.downlinkOutcomes)) counters[`downlinks-${outcome}`] = count;
      for (const [fault, count] of Object.entries(told.refused)) counters[`datagrams-${fault}`] = count;
    }
    return { state: this.#state(gateways), lastAcknowledgedMs, counters, gateways };
  }

  close(): void {
    this.#closed = true;
    this.#cancelTending();
    this.#forwarder?.close();
  }

  #state(gateways: readonly ForwardedGateway[]): ForwardingState {
    if (this.#fault !== null) return this.#fault;
    if (this.#forwarder === null) return "starting";
    if (this.#isOutOfBalance) return "out-of-balance";
    if (gateways.length === 0) return "waiting-for-frames";
    return gateways.some(({ reachable }) => reachable) ? "forwarding" : "server-silent";
  }

  #draw(payload: Uint8Array, copies: readonly FrameCopy[]): CopyPurchase {
    const { purse, seedNow } = this.#use;
    return drawPurchase(purse, this.forwarding.settings.copies, payload, seedNow(), copies);
  }

  #forward({ copies }: CopyPurchase): void {
    for (const { copy } of copies) this.#forwarder?.forward(copy.device, copy.uplink);
  }

  /** Forgotten as well: heard again, it is judged anew. */
  #drop(frame: GatheredFrame<ForwardingFlow>, reason: string): void {
    frame.content = null;
    this.#counters.add(`frames-${reason}`);
  }

  async #tend(): Promise<void> {
    this.#cancelTending = this.#use.timeline.after(TEND_MS, () => void this.#tend());
    if (this.#forwarder !== null && !this.#isSilent(this.#forwarder)) return;
    const { host, port } = this.forwarding.settings;
    const { timeline, log, allowPrivate } = this.#use;
    try {
      const forwarder = await openGwmpForwarder(
        { host, port, allowPrivate, gatewaysMax: GATEWAYS_MAX },
        { send: (device, downlink) => this.#send(device, downlink), clock: timeline, log },
      );
      if (this.#closed) return forwarder.close();
      this.#forwarder?.close();
      this.#forwarder = forwarder;
      this.#openedMs = timeline.monotonicMs();
      this.#fault = null;
    } catch (error) {
      const isPrivate = error instanceof WayleaveError && error.code === "destination-private";
      const fault = isPrivate ? "destination-private" : "destination-unknown";
      if (this.#fault !== fault)
        log.info({ forwarding: this.forwarding.id, reason: fault }, "Cannot open a forwarding");
      this.#fault = fault;
      // What was found before holds on, unless it has become a private address.
      if (isPrivate) {
        this.#forwarder?.close();
        this.#forwarder = null;
      }
    }
  }

  #isSilent(forwarder: GwmpForwarder): boolean {
    if (this.#use.timeline.monotonicMs() - this.#openedMs < SILENT_MS) return false;
    const gateways = forwarder.gateways();
    return gateways.length > 0 && gateways.every(({ reachable }) => !reachable);
  }

  /** @param asked - hostile: the customer's server's. */
  async #send(device: Address, asked: RadioDownlink): Promise<DownlinkOutcome> {
    if (!this.#maySend(asked)) {
      this.#counters.add("downlinks-foreign");
      return "refused";
    }
    const maxDbm = this.#region.maxDownlinkEirpDbm(asked.frequencyHz);
    if (maxDbm === null) return "tx-freq";
    const { purse, fleet, underway } = this.#use;
    const { customer, id } = this.forwarding;
    const workUnits = workUnitsOf(asked.payload.byteLength);
    const picoUsd = workUnits * purse.askOf(device);
    if (!purse.reserve(customer, picoUsd)) {
      this.#isOutOfBalance = true;
      this.#counters.add("downlinks-out-of-balance");
      return "refused";
    }
    this.#isOutOfBalance = false;
    const sending = fleet.send(device, { ...asked, powerDbm: Math.min(asked.powerDbm, maxDbm) });
    const bought = sending.then(({ outcome, sequence }) => {
      const isSold = outcome === "sent" && sequence !== null;
      purse.buy({
        customer,
        act: "wireless.downlink",
        subject: id,
        reservedPicoUsd: picoUsd,
        copies: isSold ? [{ device, sequence, workUnits, picoUsd }] : [],
      });
      if (isSold) this.#counters.add("downlinks-bought");
      return outcome;
    });
    underway.add(bought);
    return bought;
  }

  /** A customer's server speaks to that customer's devices: by their addresses, or in answer to a join. */
  #maySend({ payload, timing }: RadioDownlink): boolean {
    const frame = parseFrame(payload);
    if (!frame.ok) return false;
    if (frame.type === "join-accept") return timing !== null && this.forwarding.settings.joinEuis.length > 0;
    if (frame.type !== "data" || frame.direction !== DOWNLINK) return false;
    return this.#addresses.at(Number.parseInt(frame.devAddr, 16)) !== null;
  }
}

export function isConfirmed(payload: Uint8Array): boolean {
  return (payload[0]! & 0xe3) === 0x80;
}
