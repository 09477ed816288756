import type { LorawanEventType } from "../../model/events.ts";
import type { EventFilter, EventLog, Integration, LoggedEvent } from "./eventLog.ts";

export interface SseOptions {
  /** A comment is sent so often, so that proxies and browsers keep the connection. */
  readonly heartbeatMs: number;
  readonly streamsPerCustomerMax: number;
  readonly streamsMax: number;
  /** Events that wait for one reader; beyond that it goes on from the log. */
  readonly queueMax: number;
}
export const SSE_DEFAULTS: SseOptions = {
  heartbeatMs: 15_000,
  streamsPerCustomerMax: 20,
  streamsMax: 2_000,
  queueMax: 1_000,
};

export interface SseRequest extends EventFilter {
  readonly types?: readonly LorawanEventType[];
  /** From the `last-event-id` header: hostile. Resumes after that event; anything but a position is ignored. */
  readonly lastEventId?: string;
  /** The request's end. */
  readonly signal: AbortSignal;
}

interface Stream {
  readonly wants: (logged: LoggedEvent) => boolean;
  /** Null: too many came; the log is read instead. */
  queue: LoggedEvent[] | null;
  wake: () => void;
}
const LOG_PAGE = 500;

/** Events as `text/event-stream`. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class SseStreams implements Integration {
  readonly name = "sse";
  readonly #log: Pick<EventLog, "events" | "position" | "attach">;
  readonly #options: SseOptions;
  readonly #streams = new Map<string, Set<Stream>>();
  readonly #stop = new AbortController();
  readonly #detach: () => void;
  #open = 0;

  constructor(log: Pick<EventLog, "events" | "position" | "attach">, options: Partial<SseOptions> = {}) {
    this.#log = log;
    this.#options = { ...SSE_DEFAULTS, ...options };
    this.#detach = log.attach(this);
  }

  get open(): number {
    return this.#open;
  }

  deliver(batch: readonly LoggedEvent[]): void {
    for (const logged of batch) {
      for (const stream of this.#streams.get(logged.customer) ?? []) {
        if (stream.queue === null || !stream.wants(logged)) continue;
        if (stream.queue.length >= this.#options.queueMax) stream.queue = null;
        else stream.queue.push(logged);
        stream.wake();
      }
    }
  }

  /**
   * The chunks of one answer's body; each is to be written out before the next is asked for. Ends with `signal` or
   * {@link close}. No event is left out between the log and the live ones, and none comes twice.
   * @returns null when the customer, or the service, has too many streams.
   */
  subscribe(request: SseRequest): AsyncGenerator<string, void, void> | null {
    const own = this.#streams.get(request.customer) ?? new Set<Stream>();
    const { streamsPerCustomerMax, streamsMax } = this.#options;
    if (this.#stop.signal.aborted || own.size >= streamsPerCustomerMax || this.#open >= streamsMax) return null;
    const { applicationId, devEui, types } = request;
    const stream: Stream = {
      wants: ({ event }) =>
        (applicationId === undefined || event.applicationId === applicationId) &&
        (devEui === undefined || event.devEui === devEui) &&
        (types === undefined || types.includes(event.type)),
      queue: null,
      wake: () => undefined,
    };
    const release = (): void => {
      if (own.delete(stream)) this.#open--;
      if (own.size === 0) this.#streams.delete(request.customer);
      stream.wake();
    };
    this.#streams.set(request.customer, own.add(stream));
    this.#open++;
    // A generator that is never started has no `finally`: the request's end releases it as well.
    const signal = AbortSignal.any([request.signal, this.#stop.signal]);
    signal.addEventListener("abort", release, { once: true });
    if (signal.aborted) release();
    const asked = /^\d{1,15}$/.exec(request.lastEventId ?? "")?.[0];
    return this.#chunks(request, stream, asked === undefined ? this.#log.position : Number(asked), signal, release);
  }

  close(): void {
    this.#detach();
    this.#stop.abort();
  }

  async *#chunks(request: SseRequest, stream: Stream, from: number, signal: AbortSignal, release: () => void) {
    let after = from;
    try {
      yield "retry: 3000\n\n";
      while (!signal.aborted) {
        if (stream.queue === null) {
          // From here on live events gather; what they have in common with the log is skipped by its position.
          stream.queue = [];
          for (let page: LoggedEvent[] | null = null; page === null || page.length === LOG_PAGE;) {
            page = await this.#log.events(request, { after, limit: LOG_PAGE });
            after = page.at(-1)?.position ?? after;
            const wanted = page.filter((logged) => stream.wants(logged));
            if (wanted.length > 0) yield wanted.map(chunkOf).join("");
            if (signal.aborted) return;
          }
          continue;
        }
        const batch = stream.queue.filter(({ position }) => position > after);
        stream.queue = [];
        if (batch.length > 0) {
          after = batch.at(-1)!.position;
          yield batch.map(chunkOf).join("");
        } else if (await this.#sleeps(stream, signal)) yield ": heartbeat\n\n";
      }
    } finally {
      release();
    }
  }

  /** @returns true when nothing came for the time of a heartbeat. */
  #sleeps(stream: Stream, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (idle: boolean): void => {
        clearTimeout(timer);
        stream.wake = () => undefined;
        resolve(idle);
      };
      const timer = setTimeout(() => end(true), this.#options.heartbeatMs).unref();
      stream.wake = () => end(false);
    });
  }
}

/** JSON has no bare line feeds, so one `data` line holds it. */
function chunkOf({ position, event, json }: LoggedEvent): string {
  return `id: ${position}\nevent: ${event.type}\ndata: ${json}\n\n`;
}
