import type { AckEvent, ErrorEvent, JoinEvent, StatusEvent, TxAckEvent, UplinkEvent } from "../../model/events.ts";
import type { LorawanDevice } from "../../model/device.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";

type Body<Event> = Event extends unknown ? Omit<Event, "id" | "at" | "applicationId" | "deviceName" | "devEui"> : never;
export type NoticeBody = Body<UplinkEvent | JoinEvent | AckEvent | TxAckEvent | StatusEvent>;

/** One error of one kind a device and minute: whoever replays a recorded frame all day long must not fill a customer's log. */
const SAME_ERROR_EVERY_MS = 60_000;
/** Devices' errors remembered for that. Beyond it, older ones may be told again. */
const REMEMBERED_ERRORS_MAX = 20_000;

/** Tells a customer what became of its devices' frames, in the envelope that all events share. */
export class DeviceNotices {
  readonly #of: Pick<NetworkDependencies, "sink" | "timeline" | "newId">;
  readonly #counters: ReasonCounters;
  readonly #toldMs = new Map<string, number>();

  constructor(of: Pick<NetworkDependencies, "sink" | "timeline" | "newId">, counters: ReasonCounters) {
    this.#of = of;
    this.#counters = counters;
  }

  /** @param atMs - when it happened. */
  tell(device: LorawanDevice, body: NoticeBody, atMs: number = this.#of.timeline.now()): void {
    this.#publish(device, body, atMs);
  }

  /** @param facts - printable, never secret. */
  error(device: LorawanDevice, code: string, message: string, facts: ErrorEvent["facts"] = {}): void {
    this.#counters.add(code);
    const nowMs = this.#of.timeline.monotonicMs();
    const key = `${device.devEui} ${code}`;
    const toldMs = this.#toldMs.get(key);
    if (toldMs !== undefined && nowMs - toldMs < SAME_ERROR_EVERY_MS) return;
    this.#toldMs.delete(key);
    this.#toldMs.set(key, nowMs);
    if (this.#toldMs.size > REMEMBERED_ERRORS_MAX) {
      for (const oldest of this.#toldMs.keys()) {
        this.#toldMs.delete(oldest);
        break;
      }
    }
    this.#publish(device, { type: "error", code, message, facts }, this.#of.timeline.now());
  }

  #publish(device: LorawanDevice, body: NoticeBody | Body<ErrorEvent>, atMs: number): void {
    const event = {
      id: this.#of.newId(),
      at: new Date(atMs).toISOString(),
      applicationId: device.applicationId,
      deviceName: device.name,
      devEui: device.devEui,
      ...body,
    };
    this.#of.sink.publish({ customer: device.customer, event });
  }
}
