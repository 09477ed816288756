import type { LorawanDevice } from "../../model/device.ts";
import { type Region, regionOf } from "../../model/regions/region.ts";
import type { QueuedDownlink } from "../ports.ts";
import type { ClassC } from "./classC.ts";
import type { ConfirmedDownlinks } from "./confirmedDownlinks.ts";
import type { DeviceMemories, DeviceMemory } from "./deviceMemory.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import { type PlannedDownlink, itemFits, planDownlink } from "./downlinkPlan.ts";
import type { DownlinkSender } from "./downlinkSender.ts";
import type { AgreedCopies, DataContent, Gathered } from "./frameContent.ts";
import type { MacHeard } from "./macAnswers.ts";
import { type MacRequest, macRequests, notePending } from "./macRequests.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import { type Window, rx1Of, rx2Of } from "./receiveWindows.ts";
import { type Route, routeOf } from "./routes.ts";
import type { SessionCryptoCache } from "./sessionCryptoCache.ts";
import type { Underway } from "./underway.ts";

const MS_PER_S = 1_000;
/** Between the first DevStatusReqs of two devices, modulo the interval. A prime, so that it fills any interval evenly. */
const SPREAD_MS = 7_919;

export interface ExchangeParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly memories: DeviceMemories;
  readonly cryptos: SessionCryptoCache;
  readonly sender: DownlinkSender;
  readonly underway: Underway;
  readonly confirmed: ConfirmedDownlinks;
  readonly classC: ClassC;
  /** A DevStatusReq for each device this often; null: never. */
  readonly statusEveryMs: number | null;
}

interface Answered {
  readonly gathered: Gathered;
  readonly content: DataContent;
  readonly agreed: AgreedCopies;
  /** What the uplink said on the MAC layer; null for a repeated frame, which gets its acknowledgement and nothing else. */
  readonly heard: MacHeard | null;
}

/** A downlink with its counter taken, not sent yet. */
export interface PlannedExchange {
  readonly device: LorawanDevice;
  readonly memory: DeviceMemory;
  readonly planned: PlannedDownlink;
  readonly item: QueuedDownlink | null;
  readonly region: Region;
  readonly routes: readonly Route[];
  readonly uplinkMs: number;
  readonly windows: readonly ((route: Route) => Window | null)[];
}

/** What is said to a device in the windows after its uplink. */
export class ClassAExchange {
  readonly #of: NetworkDependencies;
  readonly #parts: ExchangeParts;

  constructor(of: NetworkDependencies, parts: ExchangeParts) {
    this.#of = of;
    this.#parts = parts;
  }

  /**
   * Decides at once what to answer, and takes its frame counter: the caller makes the session durable, then calls `send`
   * (or `abandon`). Null: nothing to say.
   */
  plan(answered: Answered): PlannedExchange | null {
    const { content, agreed, heard, gathered } = answered;
    const { device, session, frame } = content;
    const { counters, memories, confirmed, cryptos } = this.#parts;
    const memory = memories.of(device.devEui);
    const routes = agreed.copies.map(routeOf);
    if (device.profile.deviceClass === "C") this.#parts.classC.heard(memory, routes);
    if (heard !== null) confirmed.hear(device, memory, frame.ack);
    if (memory.busy) {
      if (frame.confirmed || frame.adrAckReq) counters.add("downlink-busy");
      return null;
    }
    const region = regionOf(device.profile.region);
    const { mac } = session;
    const rx1: (route: Route) => Window | null = ({ copy }) =>
      copy === null ? null : rx1Of(region, copy.uplink, mac.rx1DrOffset, mac.rx1DelayS * MS_PER_S);
    const rx2 = rx2Of(region, mac, (mac.rx1DelayS + 1) * MS_PER_S);
    const typicalRx1 = rx1(routeOf(agreed.typical));
    const bytesMax = { rx1: typicalRx1?.bytesMax ?? 0, rx2: rx2?.bytesMax ?? 0 };

    const item = heard === null ? null : this.#nextItem(device, Math.max(bytesMax.rx1, bytesMax.rx2));
    const answers = heard?.answers ?? [];
    const requests = heard === null ? [] : this.#requests(content, memory, region);
    const ack = frame.confirmed;
    if (!ack && item === null && answers.length === 0 && requests.length === 0 && !frame.adrAckReq) return null;
    if (typicalRx1 === null && rx2 === null) {
      counters.add("downlink-no-window");
      return null;
    }
    const fitsRx1 = item === null || itemFits(item, bytesMax.rx1);
    const planned = planDownlink({
      ...{ session, item, ack, answers, requests },
      crypto: cryptos.of(session),
      counters32: device.profile.counters32,
      adr: device.profile.adr,
      more: this.#of.queue.size(device.devEui) > (item === null ? 0 : 1),
      bytesMax: sizeFor(item, fitsRx1, bytesMax),
    });
    this.#notePending(content, memory, planned.sentRequests);
    memory.busy = true;
    return {
      ...{ device, memory, planned, item, region, routes },
      uplinkMs: gathered.firstMs,
      windows: fitsRx1 ? [rx1, () => rx2] : [() => rx2],
    };
  }

  send(exchange: PlannedExchange): void {
    const sent = this.#send(exchange)
      .catch((error: unknown) => {
        this.#parts.counters.add("downlink-failed");
        this.#of.log.error({ error, devEui: exchange.device.devEui }, "Failed to send a downlink");
      })
      .finally(() => {
        exchange.memory.busy = false;
        this.#parts.classC.afterExchange(exchange.device.devEui);
      });
    this.#parts.underway.add(sent);
  }

  /** Its counter could not be made durable. */
  abandon(exchange: PlannedExchange): void {
    exchange.memory.busy = false;
    this.#parts.counters.add("downlink-abandoned");
  }

  async #send(exchange: PlannedExchange): Promise<void> {
    const { device, memory, planned, item, region, routes, uplinkMs, windows } = exchange;
    const { sender, confirmed } = this.#parts;
    const before = confirmed.sending(memory, item, planned.fCntDown);
    const route = await sender.send({
      ...{ device, region, routes, uplinkMs, windows },
      payload: planned.payload,
      downlinkId: item?.id ?? null,
      fCntDown: planned.fCntDown,
      avoid: before?.route ?? null,
    });
    if (item !== null) await confirmed.sent(memory, item, planned.fCntDown, { route, before });
  }

  /** What the customer wants sent, unless no window of this device can ever carry it. */
  #nextItem(device: LorawanDevice, bytesMax: number): QueuedDownlink | null {
    const item = this.#of.queue.head(device.devEui);
    if (item === null || itemFits(item, bytesMax)) return item;
    this.#parts.notices.error(
      device,
      "downlink-too-large",
      "The downlink is longer than the device's data rate allows",
      {
        downlinkId: item.id,
        sizeBytes: item.data.byteLength,
      },
    );
    this.#parts.confirmed.drop(item);
    return null;
  }

  #requests({ session, device, frame }: DataContent, memory: DeviceMemory, region: Region): readonly MacRequest[] {
    return macRequests({
      ...{ session, region, memory },
      profile: device.profile,
      adr: frame.adr,
      statusDue: this.#isStatusDue(memory),
    });
  }

  /** First asked within one interval of first being heard, at a moment of its own: not all devices at once after a restart. */
  #isStatusDue(memory: DeviceMemory): boolean {
    const { statusEveryMs } = this.#parts;
    if (statusEveryMs === null) return false;
    const nowMs = this.#of.timeline.monotonicMs();
    memory.statusAskedMs ??= nowMs - ((this.#parts.counters.get("uplink-delivered") * SPREAD_MS) % statusEveryMs);
    return nowMs - memory.statusAskedMs >= statusEveryMs;
  }

  #notePending({ session, device }: DataContent, memory: DeviceMemory, sent: readonly MacRequest[]): void {
    if (sent.length === 0) return;
    if (sent.some((request) => request[0]?.kind === "DevStatusReq")) {
      memory.statusAskedMs = this.#of.timeline.monotonicMs();
    }
    for (const request of notePending(session, memory, sent)) {
      this.#parts.notices.error(device, "mac-unanswered", "The device never answered a MAC request", { request });
    }
  }
}

/** An item goes where it fits; what is only the network's is made to fit both windows. */
function sizeFor(
  item: QueuedDownlink | null,
  fitsRx1: boolean,
  bytesMax: { readonly rx1: number; readonly rx2: number },
): number {
  if (item !== null) return fitsRx1 ? bytesMax.rx1 : bytesMax.rx2;
  if (bytesMax.rx1 === 0 || bytesMax.rx2 === 0) return Math.max(bytesMax.rx1, bytesMax.rx2);
  return Math.min(bytesMax.rx1, bytesMax.rx2);
}
