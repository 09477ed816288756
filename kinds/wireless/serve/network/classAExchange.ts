import type { DeviceProfile, LorawanDevice } from "../../model/device.ts";
import { MAC_CID } from "../../model/lorawan/macCommands.ts";
import { type Region, regionOf } from "../../model/regions/region.ts";
import { knows } from "../../model/txParams.ts";
import type { QueuedDownlink } from "../ports.ts";
import type { ClassC } from "./classC.ts";
import type { ConfirmedDownlinks } from "./confirmedDownlinks.ts";
import type { DeviceMemories, DeviceMemory } from "./deviceMemory.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import { type PlannedDownlink, itemFits, planDownlink } from "./downlinkPlan.ts";
import type { DownlinkSender } from "./downlinkSender.ts";
import type { AgreedCopies, DataContent, Gathered } from "./frameContent.ts";
import type { MacHeard } from "./macAnswers.ts";
import { type MacRequest, cidOf, macOnceTold, macRequests, notePending, slowTells } from "./macRequests.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import { type Window, rx1Of, rx2Of } from "./receiveWindows.ts";
import { type Route, routeOf } from "./routes.ts";
import type { SessionCryptos } from "./sessionCryptos.ts";
import type { Underway } from "./underway.ts";

const MS_PER_S = 1_000;
/** Between the first DevStatusReqs of two devices, modulo the interval. A prime, so that it fills any interval evenly. */
const SPREAD_MS = 7_919;

/** Downlinks that only end a repetition of answers: a device that goes on all the same is left to it. */
export const CLEARINGS_MAX = 3;

interface Asked {
  readonly requests: readonly MacRequest[];
  /** The device repeats answers until it hears something. */
  readonly mustClear: boolean;
}
const NO_REQUESTS: Asked = { requests: [], mustClear: false };

interface BytesMax {
  readonly rx1: number;
  readonly rx2: number;
}

export interface ExchangeParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly memories: DeviceMemories;
  readonly cryptos: SessionCryptos;
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
    const rx1Settings = slowTells({ session, region, profile: device.profile }) ? { ...mac, slowTells: true } : mac;
    const rx1: (route: Route) => Window | null = ({ copy }) =>
      copy === null ? null : rx1Of(region, copy.uplink, rx1Settings, mac.rx1DelayS * MS_PER_S);
    const rx2 = rx2Of(region, mac, (mac.rx1DelayS + 1) * MS_PER_S);
    const typicalRx1 = rx1(routeOf(agreed.typical));
    const bytesMax = { rx1: typicalRx1?.bytesMax ?? 0, rx2: rx2?.bytesMax ?? 0 };

    const item = heard === null ? null : this.#nextItem(content, agreed, bytesMax);
    const answers = heard?.answers ?? [];
    const { requests, mustClear } = heard === null ? NO_REQUESTS : this.#requests(content, memory, heard.repeating);
    const ack = frame.confirmed;
    const hasMac = answers.length + requests.length > 0 || mustClear;
    if (!ack && item === null && !hasMac && !frame.adrAckReq) return null;
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

  /** What the customer wants sent, unless no window of this device can ever carry it, or none can yet. */
  #nextItem({ device, session }: DataContent, agreed: AgreedCopies, bytesMax: BytesMax): QueuedDownlink | null {
    const item = this.#of.queue.head(device.devEui);
    if (item === null || itemFits(item, Math.max(bytesMax.rx1, bytesMax.rx2))) return item;
    const { profile } = device;
    const region = regionOf(profile.region);
    const told = session.mac.tx.downlinkDwellTime === null ? macOnceTold({ session, profile, region }) : null;
    if (told !== null) {
      // Shorter than need be while the device's dwell time is not known: it is being asked.
      const rx1 = rx1Of(region, agreed.typical.uplink, told, 0);
      const rx2 = rx2Of(region, told, 0);
      if (itemFits(item, Math.max(rx1?.bytesMax ?? 0, rx2?.bytesMax ?? 0))) {
        this.#parts.counters.add("downlink-waits-for-dwell-time");
        return null;
      }
    }
    this.#parts.notices.error(
      device,
      "downlink-too-large",
      "The downlink is longer than the device's data rate allows",
      { downlinkId: item.id, sizeBytes: item.data.byteLength },
    );
    this.#parts.confirmed.drop(item);
    return null;
  }

  /** @param repeating - answers that must not be mistaken for others: nothing of their sort is asked now. */
  #requests({ session, device, frame }: DataContent, memory: DeviceMemory, repeating: readonly number[]): Asked {
    const { profile } = device;
    const statusDue = this.#isStatusDue(memory);
    const all = macRequests({ session, profile, region: regionOf(profile.region), adr: frame.adr, statusDue });
    if (repeating.length === 0) {
      memory.clearings = 0;
      return { requests: all, mustClear: false };
    }
    const requests = all.filter((request) => !repeating.includes(cidOf(request)));
    const isRepeated = requests.length < all.length || repeating.some((cid) => repeats(profile, cid));
    const mustClear = isRepeated && memory.clearings < CLEARINGS_MAX;
    if (mustClear) memory.clearings++;
    return { requests, mustClear };
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
    for (const request of notePending(session, sent)) {
      this.#parts.notices.error(device, "mac-unanswered", "The device never answered a MAC request", { request });
    }
  }
}

/** An item goes where it fits; what is only the network's is made to fit both windows. */
function sizeFor(item: QueuedDownlink | null, fitsRx1: boolean, bytesMax: BytesMax): number {
  if (item !== null) return fitsRx1 ? bytesMax.rx1 : bytesMax.rx2;
  if (bytesMax.rx1 === 0 || bytesMax.rx2 === 0) return Math.max(bytesMax.rx1, bytesMax.rx2);
  return Math.min(bytesMax.rx1, bytesMax.rx2);
}

/** Whether a device of this version repeats its answer until it hears a downlink. */
function repeats({ lorawanVersion }: DeviceProfile, cid: number): boolean {
  return cid !== MAC_CID.txParamSetup || knows(lorawanVersion, "1.0.4");
}
