import { randomInt } from "node:crypto";
import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { PULL_ACK, PULL_DATA, PULL_RESP, PUSH_ACK, PUSH_DATA, TX_ACK } from "../../model/gwmp.ts";
import type { DownlinkOutcome, Eui64, RadioDownlink, RadioUplink } from "../../model/radio.ts";
import { ContextClock } from "./contextClock.ts";
import { type AskedDownlink, readDownstream, readTxpk, rxpkOf, txAckOf, upstream } from "./peerDatagrams.ts";
import type { Destination } from "./destination.ts";

/** What happened, by name. Every frame that was not passed on is in one of them. */
export interface ForwarderCounters {
  forwarded: number;
  acknowledged: number;
  /** Given up because the network server did not answer; because too many gateways were heard. */
  droppedUnacknowledged: number;
  droppedGatewaysFull: number;
  downlinks: number;
  downlinkOutcomes: Partial<Record<DownlinkOutcome, number>>;
  /** Datagrams of the network server that could not be taken, by fault. */
  refused: Record<string, number>;
  /** When the network server acknowledged anything last, Unix time; null: never. */
  lastAcknowledgedMs: number | null;
}

export interface VirtualGatewayOptions {
  readonly destination: Destination;
  readonly port: number;
  readonly virtualEui: Eui64;
  readonly gatewayEui: Eui64;
  readonly keepaliveMs: number;
  readonly statMs: number;
}

export interface VirtualGatewayDependencies {
  readonly send: (downlink: RadioDownlink) => Promise<DownlinkOutcome>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: ForwarderCounters;
}

/** Uplinks that wait for the network server's first word: what one gateway hears in some seconds. */
const WAITING_MAX = 16;
/** Without an acknowledgement for so many keepalives the network server is gone, and gets keepalives only. */
const SILENT_KEEPALIVES = 3;
/** A network server that does not answer is asked ever less often: nobody is flooded because a customer named them. */
const KEEPALIVE_MS_MAX = 300_000;
/** As the queue of Semtech's forwarder. */
const DOWNLINKS_MAX = 32;

/**
 * One gateway towards a customer's own network server: a packet forwarder with a socket of its own, as PULL_RESP does not
 * say which gateway it is for. The socket is connected: only the network server's datagrams reach us. Until that has
 * acknowledged anything, it is sent nothing but keepalives: nobody can be made to receive what they did not ask for.
 */
export class VirtualGateway {
  readonly #options: VirtualGatewayOptions;
  readonly #use: VirtualGatewayDependencies;
  readonly #socket: Socket;
  readonly #euiBytes: Buffer;
  readonly #contexts: ContextClock;
  readonly #timers = new Set<NodeJS.Timeout>();
  #waiting: object[] = [];
  #downlinks = 0;
  #acknowledgedAtMs = -Infinity;
  #keepaliveMs: number;
  #keepaliveTimer: NodeJS.Timeout | undefined;
  #usedAtMs: number;
  #statistics = { received: 0, forwarded: 0, acknowledged: 0, asked: 0, sent: 0 };
  #open = false;
  #closed = false;

  constructor(options: VirtualGatewayOptions, dependencies: VirtualGatewayDependencies) {
    this.#options = options;
    this.#use = dependencies;
    this.#euiBytes = Buffer.from(options.virtualEui, "hex");
    this.#contexts = new ContextClock(() => dependencies.clock.monotonicMs());
    this.#keepaliveMs = options.keepaliveMs;
    this.#usedAtMs = dependencies.clock.monotonicMs();
    this.#socket = createSocket(options.destination.family === 6 ? "udp6" : "udp4");
    // ICMP errors of a network server that is not there: it may come.
    this.#socket.on("error", () => this.#refuse("unreachable"));
    this.#socket.on("message", (datagram) => this.#receive(datagram));
    void this.#connect();
  }

  get usedAtMs(): number {
    return this.#usedAtMs;
  }
  /** Whether the network server answers. */
  get reachable(): boolean {
    const silentMs = this.#use.clock.monotonicMs() - this.#acknowledgedAtMs;
    return silentMs <= SILENT_KEEPALIVES * this.#options.keepaliveMs;
  }

  /** Whether a frame would be passed on, now or at the network server's first word. */
  get takes(): boolean {
    return !this.#closed && (this.reachable || this.#waiting.length < WAITING_MAX);
  }

  /** Passes on a frame, or keeps it until the network server has answered. Never blocks, never throws. */
  forward(uplink: RadioUplink): void {
    if (this.#closed) return;
    this.#usedAtMs = this.#use.clock.monotonicMs();
    this.#statistics.received++;
    this.#waiting.push(rxpkOf(uplink, this.#contexts.stamp(uplink.context)));
    if (this.reachable) this.#flush();
    else if (this.#waiting.length > WAITING_MAX) {
      this.#waiting.shift();
      this.#use.counters.droppedUnacknowledged++;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#use.counters.droppedUnacknowledged += this.#waiting.length;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket.close();
  }

  async #connect(): Promise<void> {
    this.#socket.connect(this.#options.port, this.#options.destination.address);
    try {
      await once(this.#socket, "connect");
    } catch {
      // No route, for now. The error is counted above.
      this.#after(this.#keepaliveMs, () => void this.#connect());
      this.#keepaliveMs = Math.min(2 * this.#keepaliveMs, KEEPALIVE_MS_MAX);
      return;
    }
    if (this.#closed) return;
    this.#open = true;
    this.#keepAlive();
    this.#after(this.#options.statMs, () => this.#report());
  }

  #keepAlive(): void {
    this.#send(upstream(PULL_DATA, randomInt(0x10000), this.#euiBytes));
    this.#keepAliveIn(this.#keepaliveMs);
    if (!this.reachable) this.#keepaliveMs = Math.min(2 * this.#keepaliveMs, KEEPALIVE_MS_MAX);
  }

  #keepAliveIn(delayMs: number): void {
    this.#cancel(this.#keepaliveTimer);
    this.#keepaliveTimer = this.#after(delayMs, () => this.#keepAlive());
  }

  #report(): void {
    this.#after(this.#options.statMs, () => this.#report());
    if (!this.reachable) return;
    const { received, forwarded, acknowledged, asked, sent } = this.#statistics;
    const time = new Date(this.#use.clock.now()).toISOString().replace("T", " ").replace(/\..*$/, " GMT");
    const ackr = forwarded === 0 ? 0 : Math.min(100, Math.round((1_000 * acknowledged) / forwarded) / 10);
    const stat = { time, rxnb: received, rxok: received, rxfw: forwarded, ackr, dwnb: asked, txnb: sent };
    this.#statistics = { received: 0, forwarded: 0, acknowledged: 0, asked: 0, sent: 0 };
    this.#send(upstream(PUSH_DATA, randomInt(0x10000), this.#euiBytes, { stat }));
  }

  #flush(): void {
    for (const rxpk of this.#waiting) {
      this.#statistics.forwarded++;
      this.#use.counters.forwarded++;
      this.#send(upstream(PUSH_DATA, randomInt(0x10000), this.#euiBytes, { rxpk: [rxpk] }));
    }
    this.#waiting = [];
  }

  #receive(datagram: Buffer): void {
    const message = readDownstream(datagram);
    if (typeof message === "string") return this.#refuse(message);
    if (message.kind === PULL_RESP) return this.#downlink(message.token, message.body);
    if (message.kind !== PUSH_ACK && message.kind !== PULL_ACK) return this.#refuse("kind");
    this.#acknowledgedAtMs = this.#use.clock.monotonicMs();
    this.#use.counters.lastAcknowledgedMs = this.#use.clock.now();
    if (this.#keepaliveMs > this.#options.keepaliveMs) {
      this.#keepaliveMs = this.#options.keepaliveMs;
      this.#keepAliveIn(this.#keepaliveMs);
    }
    if (message.kind === PUSH_ACK) {
      this.#statistics.acknowledged++;
      this.#use.counters.acknowledged++;
    }
    this.#flush();
  }

  #downlink(token: number, body: Buffer): void {
    this.#statistics.asked++;
    const asked = readTxpk(body);
    if (typeof asked === "string") {
      this.#refuse(asked);
      if (asked === "gps-time") this.#acknowledge(token, "gps-unlocked");
      else if (asked === "not-inverted") this.#acknowledge(token, "refused");
      return; // what cannot be read is not answered, as Semtech's forwarder does
    }
    this.#use.counters.downlinks++;
    if (this.#downlinks >= DOWNLINKS_MAX) return this.#acknowledge(token, "queue-full");
    const moment = asked.tmst === null ? null : this.#contexts.momentOf(asked.tmst);
    if (asked.tmst !== null && moment === null) return this.#acknowledge(token, "too-late");
    this.#downlinks++;
    if (moment?.kind === "in") this.#after(moment.delayMs, () => this.#transmit(token, asked, null));
    else this.#transmit(token, asked, moment && { context: moment.context, delayMs: moment.delayMs });
  }

  #transmit(token: number, asked: AskedDownlink, timing: RadioDownlink["timing"]): void {
    const { payload, frequencyHz, modulation, codingRate, powerDbm } = asked;
    const { gatewayEui } = this.#options;
    this.#use
      .send({ payload, gatewayEui, frequencyHz, modulation, codingRate, powerDbm, timing })
      .catch((error: unknown): DownlinkOutcome => {
        this.#use.log.error({ gateway: gatewayEui, error: String(error) }, "Failed to send a forwarded downlink");
        return "refused";
      })
      .then((outcome) => {
        this.#downlinks--;
        if (outcome === "sent") this.#statistics.sent++;
        this.#acknowledge(token, outcome);
      })
      .catch((error: unknown) => this.#use.log.error({ error: String(error) }, "Failed to acknowledge a downlink"));
  }

  #acknowledge(token: number, outcome: DownlinkOutcome): void {
    const { downlinkOutcomes } = this.#use.counters;
    downlinkOutcomes[outcome] = (downlinkOutcomes[outcome] ?? 0) + 1;
    this.#send(upstream(TX_ACK, token, this.#euiBytes, txAckOf(outcome)));
  }

  #refuse(fault: string): void {
    const { refused } = this.#use.counters;
    refused[fault] = (refused[fault] ?? 0) + 1;
  }

  #send(datagram: Buffer): void {
    if (this.#closed || !this.#open) return;
    this.#socket.send(datagram, (error) => {
      if (error !== null) this.#refuse("unreachable");
    });
  }

  #cancel(timer: NodeJS.Timeout | undefined): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(timer);
  }

  #after(delayMs: number, what: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) what();
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
    return timer;
  }
}
