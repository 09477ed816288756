import type { RawData, WebSocket } from "ws";
import { airtimeUs } from "../../model/airtime.ts";
import type { DownlinkOutcome, RadioDownlink } from "../../model/radio.ts";
import type { ChannelPlan } from "./channelPlan.ts";
import { downlinkMessage } from "./downlinkMessage.ts";
import { exactJson, parseExactJson } from "./exactJson.ts";
import { routerConfig } from "./routerConfig.ts";
import { StationSchedule } from "./stationSchedule.ts";
import type { StationDependencies, StationGateway, StationOptions } from "./stationServer.ts";
import { UPLINK_MESSAGE_TYPES, readContext, readUplinkMessage } from "./uplinkMessage.ts";

/** Stations say `dntxed` after the transmission; a mobile backhaul needs its time. */
const ACKNOWLEDGEMENT_MS = 1_500;
/** Downlinks a station has not reported: more than its queue holds. */
const PENDING_MAX = 64;
/** A station asks for its configuration at once. */
const VERSION_MS = 30_000;
/** A station's own affairs, such as its GPS receiver's, and downlinks of others that it heard. */
const NOT_FOR_US: ReadonlySet<unknown> = new Set(["alarm", "event", "dndf", "jacc"]);
/** Below the 30 s after which common proxies close; two without any sign of life end the connection. */
const PING_MS = 15_000;
/** A station that cannot set its radios up as told closes within a second, and comes back to try again. */
const SETUP_MS = 5_000;
/** Eight demodulators at the fastest rate hear some 200 frames a second. */
const MESSAGES_PER_S = 500;
/** Written and not taken: a station that does not read. */
const UNSENT_BYTES_MAX = 1 << 20;
const DOWNLINK_ID_MAX = 0x7fff_ffff;
/** From 1970 to GPS's first second, and the leap seconds it has not had since. */
const GPS_EPOCH_MS = 315_964_800_000;
const GPS_LEAP_MS = 18_000;

interface Pending {
  readonly settle: (outcome: DownlinkOutcome) => void;
}

/** One data connection of one station, from its upgrade to its end. */
export class StationConnection {
  readonly #peer: WebSocket;
  readonly #gateway: StationGateway;
  readonly #context: StationDependencies & { readonly options: StationOptions; readonly plan: ChannelPlan };
  readonly #pending = new Map<number, Pending>();
  readonly #timers: NodeJS.Timeout[];
  #schedule: StationSchedule;
  #nextId = 1;
  #alive = true;
  #ready = false;
  /** When it was configured, while nothing came since. */
  #configuredAtMs: number | null = null;
  #tokens: number;
  #tokensAtMs: number;

  constructor(
    peer: WebSocket,
    gateway: StationGateway,
    context: StationDependencies & { readonly options: StationOptions; readonly plan: ChannelPlan },
  ) {
    this.#peer = peer;
    this.#gateway = gateway;
    this.#context = context;
    this.#schedule = new StationSchedule(context.options.region);
    this.#tokens = this.#messagesPerS;
    this.#tokensAtMs = context.clock.monotonicMs();
    this.#timers = [
      setInterval(() => this.#ping(), context.options.pingMs ?? PING_MS),
      setTimeout(() => this.#ready || this.end("Miss the version of"), VERSION_MS),
    ];
    for (const timer of this.#timers) timer.unref();
    peer.on("message", (data, isBinary) => {
      try {
        this.#receive(data, isBinary);
      } catch (error) {
        // A bug of ours, and whoever found it must not stop the server with it.
        gateway.drops.add("internal-error");
        context.log.error({ gateway: gateway.eui, reason: String(error) }, "Fail to take a station's message");
      }
    });
    peer.on("pong", () => this.#seen());
    peer.on("ping", () => this.#seen());
    peer.on("error", (error: Error & { code?: string }) => {
      gateway.drops.add(error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" ? "message-too-large" : "protocol-error");
    });
    peer.on("close", () => {
      if (context.clock.monotonicMs() - (this.#configuredAtMs ?? Number.NEGATIVE_INFINITY) < SETUP_MS) {
        gateway.drops.add("configuration-refused");
      }
      this.#leave();
    });
  }

  /** Configured: it can be sent to. */
  get ready(): boolean {
    return this.#ready && this.#peer.readyState === this.#peer.OPEN;
  }

  /** @param deed - for the log, in our grammar. */
  end(deed: string): void {
    this.#configuredAtMs = null;
    this.#context.log.debug({ gateway: this.#gateway.eui }, `${deed} a station's connection`);
    this.#peer.terminate();
    this.#leave();
  }

  send(downlink: RadioDownlink): Promise<DownlinkOutcome> {
    if (!this.ready) return Promise.resolve("gateway-offline");
    if (this.#pending.size >= PENDING_MAX) return Promise.resolve("queue-full");
    const id = this.#nextId;
    const message = downlinkMessage(downlink, id, this.#context.plan);
    if (message === null) return Promise.resolve("refused");
    const { timing, modulation, payload, frequencyHz } = downlink;
    const delayMs = timing?.delayMs ?? 0;
    const placed = this.#schedule.place(
      {
        xtime: timing === null ? null : readContext(timing.context)!.xtime,
        delayMs,
        airtimeUs: airtimeUs(modulation, payload.byteLength, { crc: false }),
        frequencyHz,
      },
      this.#context.clock.monotonicMs(),
    );
    if (typeof placed === "string") {
      this.#gateway.drops.add(`downlink-${placed}`);
      return Promise.resolve(placed);
    }
    this.#nextId = id === DOWNLINK_ID_MAX ? 1 : id + 1;
    if (!this.#write({ ...message, MuxTime: this.#context.clock.now() / 1000 })) return Promise.resolve("queue-full");
    const report = this.#awaitReport(id, delayMs + (this.#context.options.acknowledgementMs ?? ACKNOWLEDGEMENT_MS));
    void report.then((outcome) => outcome === "sent" || this.#schedule.remove(placed));
    return report;
  }

  #awaitReport(id: number, timeoutMs: number): Promise<DownlinkOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: DownlinkOutcome): void => {
        clearTimeout(timer);
        if (!this.#pending.delete(id)) return;
        if (outcome === "sent") this.#gateway.downlinks++;
        else this.#gateway.drops.add(`downlink-${outcome}`);
        resolve(outcome);
      };
      const timer = setTimeout(() => settle("no-acknowledgement"), timeoutMs);
      this.#pending.set(id, { settle });
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#seen();
    this.#configuredAtMs = null;
    const { drops } = this.#gateway;
    if (!this.#mayReceive()) return drops.add("rate-limited");
    // Only a remote shell speaks binary.
    if (isBinary) return drops.add("rmtsh-refused");
    let message: unknown;
    try {
      message = parseExactJson((data as Buffer).toString("utf8"));
    } catch {
      return drops.add("json-invalid");
    }
    if (typeof message !== "object" || message === null) return drops.add("message-invalid");
    this.#act(message as Record<string, unknown>);
  }

  #act(message: Record<string, unknown>): void {
    const { drops } = this.#gateway;
    const type = message["msgtype"];
    if (UPLINK_MESSAGE_TYPES.has(type)) return this.#uplink(message);
    if (type === "version") return this.#configure();
    if (type === "dntxed") return this.#sent(message);
    if (type === "timesync") return this.#tellTime(message);
    if (type === "rmtsh" || type === "runcmd") return drops.add(`${type}-refused`);
    if (!NOT_FOR_US.has(type)) drops.add("message-unknown");
  }

  #uplink(message: Record<string, unknown>): void {
    const { plan, clock, onUplink } = this.#context;
    // Before it is configured a station has no data rates to name.
    if (!this.#ready) return this.#gateway.drops.add("not-configured");
    const receivedAtMs = clock.now();
    const uplink = readUplinkMessage(message, { gatewayEui: this.#gateway.eui, receivedAtMs, plan });
    if (typeof uplink === "string") return this.#gateway.drops.add(uplink);
    this.#schedule.heard(readContext(uplink.context)!.xtime, clock.monotonicMs());
    this.#gateway.uplinks++;
    onUplink(uplink);
  }

  #configure(): void {
    const { options, clock } = this.#context;
    // A station begins anew with each configuration, its clock too.
    this.#schedule = new StationSchedule(options.region);
    this.#ready = this.#write(routerConfig(options, clock.now()));
    this.#configuredAtMs = clock.monotonicMs();
  }

  #sent({ diid }: Record<string, unknown>): void {
    const pending = typeof diid === "number" ? this.#pending.get(diid) : undefined;
    if (pending === undefined) return this.#gateway.drops.add("dntxed-unknown");
    pending.settle("sent");
  }

  #tellTime({ txtime }: Record<string, unknown>): void {
    if (typeof txtime !== "bigint" && !Number.isSafeInteger(txtime)) return this.#gateway.drops.add("message-invalid");
    const nowMs = this.#context.clock.now();
    const gpstime = BigInt(Math.round(nowMs - GPS_EPOCH_MS + GPS_LEAP_MS)) * 1000n;
    this.#write({ msgtype: "timesync", txtime, gpstime, MuxTime: nowMs / 1000 });
  }

  /** False, and the end of the connection, when the station does not read what it is sent. */
  #write(message: object): boolean {
    if (this.#peer.bufferedAmount > UNSENT_BYTES_MAX) {
      this.#gateway.drops.add("peer-too-slow");
      this.end("Give up");
      return false;
    }
    this.#peer.send(exactJson(message), ignore);
    return true;
  }

  #mayReceive(): boolean {
    const nowMs = this.#context.clock.monotonicMs();
    const refill = ((nowMs - this.#tokensAtMs) * this.#messagesPerS) / 1000;
    this.#tokens = Math.min(this.#messagesPerS, this.#tokens + refill);
    this.#tokensAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  get #messagesPerS(): number {
    return this.#context.options.messagesPerS ?? MESSAGES_PER_S;
  }

  #seen(): void {
    this.#alive = true;
    this.#gateway.seenAtMs = this.#context.clock.monotonicMs();
    this.#gateway.lastSeenMs = this.#context.clock.now();
  }

  #ping(): void {
    if (!this.#alive) return this.end("Miss the answers of");
    this.#alive = false;
    this.#peer.ping(ignore);
  }

  #leave(): void {
    this.#ready = false;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const pending of this.#pending.values()) pending.settle("gateway-offline");
  }
}

function ignore(): void {}
