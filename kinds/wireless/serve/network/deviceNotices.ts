import type {
  AckEvent,
  CustomerEvent,
  ErrorEvent,
  JoinEvent,
  StatusEvent,
  TxAckEvent,
  UplinkEvent,
} from "../../model/events.ts";
import type { LorawanDevice } from "../../model/device.ts";
import { ErrorBudget } from "./errorBudget.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";

type Body<Event> = Event extends unknown ? Omit<Event, "id" | "at" | "applicationId" | "deviceName" | "devEui"> : never;
export type NoticeBody = Body<UplinkEvent | JoinEvent | AckEvent | TxAckEvent | StatusEvent>;

/** One error of one kind a device and minute: whoever replays a recorded frame all day long must not fill a customer's log. */
const SAME_ERROR_EVERY_MS = 60_000;
/** Devices' errors remembered for that, some 300 bytes each. Beyond it the oldest may be told again. */
const REMEMBERED_ERRORS_MAX = 20_000;
/** How soon after its time what was gathered is told. */
const SWEEP_MS = 10_000;

interface Told {
  readonly device: LorawanDevice;
  readonly code: string;
  message: string;
  facts: ErrorEvent["facts"];
  everyMs: number;
  /** When it may be told again. */
  untilMs: number;
  /** Times since it was told. */
  times: number;
}

/** Tells a customer what became of its devices' frames, in the envelope that all events share. */
export class DeviceNotices {
  readonly #of: Pick<NetworkDependencies, "sink" | "timeline" | "newId">;
  readonly #counters: ReasonCounters;
  readonly #budget: ErrorBudget;
  readonly #told = new Map<string, Told>();
  #cancelSweep: (() => void) | null = null;

  constructor(of: Pick<NetworkDependencies, "sink" | "timeline" | "newId">, counters: ReasonCounters) {
    this.#of = of;
    this.#counters = counters;
    this.#budget = new ErrorBudget(of.timeline);
  }

  /** @param atMs - when it happened. */
  tell(device: LorawanDevice, body: NoticeBody, atMs: number = this.#of.timeline.now()): void {
    this.#of.sink.publish(this.#eventOf(device, body, atMs));
  }

  /** As {@link tell}, made when it is written down. @param make - null: there is nothing to tell after all. */
  tellLate(device: LorawanDevice, make: () => NoticeBody | null, atMs: number): void {
    const id = this.#of.newId();
    this.#of.sink.publish(() => {
      const body = make();
      return body && this.#eventOf(device, body, atMs, id);
    });
  }

  /**
   * Told at once. What is the same within `everyMs` is gathered and told at its end as one, with how many `times` it
   * happened; and a customer is told of so many errors a minute at most.
   * @param facts - printable, never secret. Gathered ones have the newest.
   */
  error(
    device: LorawanDevice,
    code: string,
    message: string,
    facts: ErrorEvent["facts"] = {},
    everyMs = SAME_ERROR_EVERY_MS,
  ): void {
    this.#counters.add(code);
    const nowMs = this.#of.timeline.monotonicMs();
    const key = `${device.devEui} ${code}`;
    const told = this.#told.get(key);
    if (told !== undefined && nowMs < told.untilMs) {
      Object.assign(told, { message, facts, everyMs });
      told.times++;
      this.#cancelSweep ??= this.#of.timeline.after(SWEEP_MS, () => this.#sweep());
      return;
    }
    this.#tellError(key, { device, code, message, facts, everyMs, untilMs: nowMs + everyMs, times: 1 });
  }

  /** Tells what was gathered. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    for (const [key, told] of this.#told) if (told.times > 0) this.#tellError(key, told);
    this.#told.clear();
  }

  #sweep(): void {
    this.#cancelSweep = null;
    const nowMs = this.#of.timeline.monotonicMs();
    let isGathering = false;
    for (const [key, told] of [...this.#told]) {
      if (told.untilMs > nowMs) isGathering ||= told.times > 0;
      else if (told.times === 0) this.#told.delete(key);
      else this.#tellError(key, { ...told, untilMs: nowMs + told.everyMs });
    }
    if (isGathering) this.#cancelSweep = this.#of.timeline.after(SWEEP_MS, () => this.#sweep());
  }

  #tellError(key: string, told: Told): void {
    this.#told.delete(key);
    this.#told.set(key, { ...told, times: 0 });
    if (this.#told.size > REMEMBERED_ERRORS_MAX) {
      for (const oldest of this.#told.keys()) {
        this.#told.delete(oldest);
        break;
      }
    }
    const { device, code, message, times } = told;
    const untold = this.#budget.take(device.customer, times);
    if (untold === null) {
      this.#counters.add("errors-untold", times);
      return;
    }
    const facts = { ...told.facts, times, ...(untold > 0 ? { untoldErrors: untold } : {}) };
    const body = { type: "error", code, message, facts } as const;
    this.#of.sink.publish(this.#eventOf(device, body, this.#of.timeline.now()));
  }

  #eventOf(
    device: LorawanDevice,
    body: NoticeBody | Body<ErrorEvent>,
    atMs: number,
    id = this.#of.newId(),
  ): CustomerEvent {
    const event = {
      id,
      at: new Date(atMs).toISOString(),
      applicationId: device.applicationId,
      deviceName: device.name,
      devEui: device.devEui,
      ...body,
    };
    return { customer: device.customer, event };
  }
}
