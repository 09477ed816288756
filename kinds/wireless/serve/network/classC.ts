import type { LorawanDevice } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import { regionOf } from "../../model/regions/region.ts";
import type { QueuedDownlink } from "../ports.ts";
import type { ConfirmedDownlinks } from "./confirmedDownlinks.ts";
import type { DeviceMemories, DeviceMemory } from "./deviceMemory.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import { itemFits, planDownlink } from "./downlinkPlan.ts";
import type { DownlinkSender } from "./downlinkSender.ts";
import { macOnceTold } from "./macRequests.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import { rx2Of } from "./receiveWindows.ts";
import type { Route } from "./routes.ts";
import type { SessionCryptos } from "./sessionCryptos.ts";
import type { Underway } from "./underway.ts";

/** How long a class C device has to acknowledge before it is sent again: a slow uplink and its retransmission. */
export const CLASS_C_ACK_MS = 10_000;
/** Gateways remembered of a device: the best, and two more should it fail. */
const ROUTES_MAX = 3;

export interface ClassCParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly memories: DeviceMemories;
  readonly cryptos: SessionCryptos;
  readonly sender: DownlinkSender;
  readonly confirmed: ConfirmedDownlinks;
  readonly underway: Underway;
}

/** Downlinks to devices that always listen: at once, where RX2 is, by a gateway that heard them last. */
export class ClassC {
  readonly #of: NetworkDependencies;
  readonly #parts: ClassCParts;
  #isClosed = false;

  constructor(of: NetworkDependencies, parts: ClassCParts) {
    this.#of = of;
    this.#parts = parts;
  }

  /** Nothing more is begun. */
  close(): void {
    this.#isClosed = true;
  }

  /** Remembers where a class C device was heard. */
  heard(memory: DeviceMemory, routes: readonly Route[]): void {
    memory.lastRoutes = routes
      .toSorted((a, b) => b.snrDb - a.snrDb)
      .slice(0, ROUTES_MAX)
      .map(({ device, gatewayEui, snrDb }) => ({ device, gatewayEui, snrDb, copy: null }));
  }

  /** The windows after an uplink are over: what was sent in them awaits its acknowledgement, or the next one goes. */
  afterExchange(devEui: Eui64): void {
    const device = this.#of.book.device(devEui);
    if (this.#isClosed || device?.profile.deviceClass !== "C") return;
    const memory = this.#parts.memories.of(devEui);
    const { inFlight } = memory;
    if (inFlight === null || this.#of.queue.head(devEui)?.id !== inFlight.id) this.next(devEui);
    else if (memory.cancelAckTimer === null) this.#awaitAck(devEui, memory);
  }

  /** Sends the device's next downlink, if it is of class C, has one, and none is on its way. */
  next(devEui: Eui64): void {
    if (this.#isClosed) return;
    const device = this.#of.book.device(devEui);
    if (device === null || device.disabled || device.profile.deviceClass !== "C") return;
    const memory = this.#parts.memories.of(devEui);
    const item = this.#of.queue.head(devEui);
    // One that awaits its acknowledgement is sent again by its timer.
    if (item === null || memory.busy || memory.cancelAckTimer !== null) return;
    if (this.#parts.confirmed.giveUpIfTried(device, memory)) return this.#later(devEui);
    if (memory.lastRoutes.length === 0) {
      this.#parts.notices.error(
        device,
        "no-gateway",
        "No gateway heard the device since the start: it waits for an uplink",
      );
      return;
    }
    memory.busy = true;
    const sent = this.#send(device, memory, item)
      .catch((error: unknown) => {
        this.#parts.counters.add("downlink-failed");
        this.#of.log.error({ error, devEui }, "Failed to send a class C downlink");
        return false;
      })
      .then((isSent) => {
        memory.busy = false;
        if (isSent && memory.cancelAckTimer === null) this.#later(devEui);
      })
      .catch((error: unknown) => this.#of.log.error({ error, devEui }, "Failed to go on with a class C queue"));
    this.#parts.underway.add(sent);
  }

  /** Its own turn: a long queue is no recursion. */
  #later(devEui: Eui64): void {
    this.#of.timeline.after(0, () => this.next(devEui));
  }

  async #send(device: LorawanDevice, memory: DeviceMemory, item: QueuedDownlink): Promise<boolean> {
    const { book, queue } = this.#of;
    const { notices, cryptos, sender, confirmed } = this.#parts;
    const session = book.session(device.devEui);
    const region = regionOf(device.profile.region);
    const rx2 = session === null ? null : rx2Of(region, session.mac, 0);
    if (session === null || rx2 === null) return false;
    if (!itemFits(item, rx2.bytesMax)) {
      const { profile } = device;
      const told = session.mac.tx.downlinkDwellTime === null ? macOnceTold({ session, profile, region }) : null;
      // It will fit once the device has told its dwell time, after one of its uplinks.
      if (told !== null && itemFits(item, rx2Of(region, told, 0)?.bytesMax ?? 0)) return false;
      notices.error(device, "downlink-too-large", "The downlink is longer than the device's RX2 allows", {
        downlinkId: item.id,
        sizeBytes: item.data.byteLength,
      });
      confirmed.drop(item);
      return true;
    }
    const planned = planDownlink({
      ...{ session, item, crypto: cryptos.of(session), ack: false, answers: [], requests: [] },
      counters32: device.profile.counters32,
      adr: device.profile.adr,
      more: queue.size(device.devEui) > 1,
      bytesMax: rx2.bytesMax,
    });
    await book.save(session);
    const before = confirmed.sending(memory, item, planned.fCntDown);
    const route = await sender.send({
      ...{ device, region, routes: memory.lastRoutes, uplinkMs: null, windows: [() => rx2] },
      payload: planned.payload,
      downlinkId: item.id,
      fCntDown: planned.fCntDown,
      avoid: before?.route ?? null,
    });
    await confirmed.sent(memory, item, planned.fCntDown, { route, before });
    if (route !== null && memory.inFlight?.id === item.id) this.#awaitAck(device.devEui, memory);
    return route !== null;
  }

  #awaitAck(devEui: Eui64, memory: DeviceMemory): void {
    if (this.#isClosed) return;
    memory.cancelAckTimer = this.#of.timeline.after(CLASS_C_ACK_MS, () => {
      memory.cancelAckTimer = null;
      this.next(devEui);
    });
  }
}
