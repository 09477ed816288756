import type { LorawanDevice } from "../../model/device.ts";
import type { DownlinkQueue, QueuedDownlink } from "../ports.ts";
import type { DeviceMemory, InFlight } from "./deviceMemory.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import { type Route, routeKey } from "./routes.ts";

/** A confirmed downlink is sent so often before it is given up. */
export const CONFIRMED_TRIES_MAX = 5;

/**
 * Takes downlinks from the queue once they are sent or, confirmed ones, acknowledged or given up. Each repetition has a
 * frame counter of its own (others may have been used in between), so a device whose acknowledgement got lost sees it
 * twice: at least once is what confirmed means. After a restart the tries begin anew.
 */
export class ConfirmedDownlinks {
  readonly #queue: DownlinkQueue;
  readonly #log: NetworkDependencies["log"];
  readonly #notices: DeviceNotices;
  readonly #counters: ReasonCounters;

  constructor(of: Pick<NetworkDependencies, "queue" | "log">, notices: DeviceNotices, counters: ReasonCounters) {
    this.#queue = of.queue;
    this.#log = of.log;
    this.#notices = notices;
    this.#counters = counters;
  }

  /** A new uplink came: it acknowledges what is in flight, or shows that it did not arrive. */
  hear(device: LorawanDevice, memory: DeviceMemory, ack: boolean): void {
    const { inFlight } = memory;
    if (inFlight === null) return;
    if (ack) this.#end(device, memory, inFlight, true);
    // While it is still on its way, an uplink says nothing of it.
    else if (!memory.busy) this.giveUpIfTried(device, memory);
  }

  /** @returns whether what is in flight was sent often enough. */
  giveUpIfTried(device: LorawanDevice, memory: DeviceMemory): boolean {
    const { inFlight } = memory;
    if (inFlight === null || inFlight.tries < CONFIRMED_TRIES_MAX) return false;
    this.#end(device, memory, inFlight, false);
    return true;
  }

  /**
   * Notes a confirmed downlink before it is sent: its acknowledgement may come before the gateway's report.
   * @returns what was noted of it before, for {@link sent}.
   */
  sending(memory: DeviceMemory, item: QueuedDownlink | null, fCntDown: number): InFlight | null {
    const before = memory.inFlight;
    if (item?.confirmed !== true) return item === null ? before : null;
    const isAgain = before?.id === item.id;
    memory.inFlight = {
      id: item.id,
      fCntDown,
      tries: isAgain ? before.tries + 1 : 1,
      route: isAgain ? before.route : "",
    };
    return isAgain ? before : null;
  }

  /** @param outcome - `route` null: no gateway sent it, so it stays in the queue and nothing was tried. */
  async sent(
    memory: DeviceMemory,
    item: QueuedDownlink,
    fCntDown: number,
    outcome: { readonly route: Route | null; readonly before: InFlight | null },
  ): Promise<void> {
    const { route, before } = outcome;
    if (route === null) {
      if (item.confirmed && memory.inFlight?.id === item.id) memory.inFlight = before;
      return;
    }
    if (item.confirmed && memory.inFlight?.id === item.id) {
      memory.inFlight = { ...memory.inFlight, route: routeKey(route) };
    }
    await this.#queue.sent(item.id, fCntDown);
    if (!item.confirmed) await this.#queue.done(item.id);
  }

  /** Leaves the queue unsent. */
  drop(item: QueuedDownlink): void {
    this.#queue.done(item.id).catch((error: unknown) => this.#notDone(item.id, error));
  }

  #end(device: LorawanDevice, memory: DeviceMemory, inFlight: InFlight, acknowledged: boolean): void {
    memory.inFlight = null;
    memory.cancelAckTimer?.();
    memory.cancelAckTimer = null;
    this.#counters.add(acknowledged ? "downlink-acknowledged" : "downlink-given-up");
    const { id, fCntDown } = inFlight;
    this.#queue.done(id).then(
      () => this.#notices.tell(device, { type: "ack", downlinkId: id, acknowledged, fCntDown }),
      (error: unknown) => this.#notDone(id, error),
    );
  }

  #notDone(downlinkId: string, error: unknown): void {
    this.#counters.add("downlink-not-removed");
    this.#log.error({ error, downlinkId }, "Failed to take a downlink from its queue");
  }
}
