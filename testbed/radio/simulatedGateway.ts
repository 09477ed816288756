import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import type { Eui64 } from "@wayleave/kind-wireless/model/radio";
import type { Air, AirRadio, Reception, Transmission } from "./air.ts";
import { DownlinkSchedule } from "./downlinkSchedule.ts";
import {
  PULL_ACK,
  PULL_DATA,
  PULL_RESP,
  PUSH_ACK,
  PUSH_DATA,
  TX_ACK,
  type TxAckError,
  type TxRequest,
  parseDownstream,
  parseTxpk,
  rxpkText,
  upstream,
} from "./forwarderDatagrams.ts";
import type { Position } from "./pathLoss.ts";
import { type Random, seededRandom } from "./seeded.ts";

export interface SimulatedGatewayOptions {
  readonly eui: Eui64;
  readonly position: Position;
  /** The agent, or any other server of Semtech's UDP protocol. */
  readonly server: { readonly host: string; readonly port: number };
  readonly antennaGainDb?: number;
  /** Of the concentrator's counter, in microseconds, at the start. Default: drawn by the seed. */
  readonly counterStart?: number;
  /** The uplink channels of the concentrator; null: it hears all, which no real one does. */
  readonly channelsHz?: readonly number[] | null;
  /** Where its radio may send. Default: everywhere. */
  readonly transmitHz?: readonly [number, number];
  readonly transmitDbmMax?: number;
  readonly keepaliveMs?: number;
  readonly statMs?: number;
  /** Every datagram, each way, is late by 0…`delayMsMax` ms and may overtake others, or is lost. */
  readonly backhaul?: { readonly delayMsMax: number; readonly lossRate?: number };
  readonly seed?: number;
}

export interface GatewayCounters {
  received: number;
  pushed: number;
  pushAcknowledged: number;
  pullAcknowledged: number;
  downlinks: number;
  transmitted: number;
  refused: Partial<Record<TxAckError, number>>;
  malformed: number;
}

export interface SimulatedGateway {
  readonly eui: Eui64;
  readonly counters: Readonly<GatewayCounters>;
  /** The concentrator's counter now: 32 bits of microseconds. */
  counter(): number;
  close(): Promise<void>;
}

/** Semtech's forwarder fetches what came every 10 ms, at most 8 frames. */
const FETCH_US = 10_000;
const FETCH_MAX = 8;
const KEEPALIVE_MS = 10_000;
const STAT_MS = 30_000;
const TRANSMIT_DBM_MAX = 27;

/**
 * A *simulated* gateway: the radio is simulated, the packet forwarder is not. It speaks Semtech's UDP protocol (GWMP 2)
 * through a UDP socket of its own, and refuses, repeats and counts as Semtech's does. Beacons are downlinks with
 * `ipol: false`, which other gateways hear.
 */
export async function startSimulatedGateway(
  options: SimulatedGatewayOptions,
  { air }: { readonly air: Air },
): Promise<SimulatedGateway> {
  const socket = createSocket("udp4");
  socket.connect(options.server.port, options.server.host);
  await once(socket, "connect");
  const gateway = new Forwarder(options, air, socket);
  return gateway;
}

class Forwarder implements SimulatedGateway, AirRadio {
  readonly id: string;
  readonly eui: Eui64;
  readonly position: Position;
  readonly antennaGainDb: number;
  readonly receiver = "sx1302";
  readonly counters: GatewayCounters = {
    received: 0,
    pushed: 0,
    pushAcknowledged: 0,
    pullAcknowledged: 0,
    downlinks: 0,
    transmitted: 0,
    refused: {},
    malformed: 0,
  };
  readonly #options: SimulatedGatewayOptions;
  readonly #air: Air;
  readonly #socket: Socket;
  readonly #euiBytes: Buffer;
  readonly #random: Random;
  readonly #schedule = new DownlinkSchedule();
  /** The counter's value at the air's moment 0. */
  readonly #counterOffset: number;
  readonly #leaveAir: () => void;
  readonly #timers = new Set<() => void>();
  #fetched: string[] = [];
  #closed = false;

  constructor(options: SimulatedGatewayOptions, air: Air, socket: Socket) {
    this.#options = options;
    this.#air = air;
    this.#socket = socket;
    this.eui = options.eui;
    this.id = `gateway ${options.eui}`;
    this.position = options.position;
    this.antennaGainDb = options.antennaGainDb ?? 3;
    this.#euiBytes = Buffer.from(options.eui, "hex");
    this.#random = seededRandom(options.seed ?? Number.parseInt(options.eui.slice(8), 16));
    const start = options.counterStart ?? Math.floor(this.#random() * 2 ** 32);
    this.#counterOffset = start - (air.time.nowUs() % 2 ** 32);
    // An agent that is not there yet answers with ICMP errors: forwarders go on.
    socket.on("error", () => this.counters.malformed++);
    socket.on("message", (datagram) => this.#delayed(() => this.#receiveDatagram(datagram)));
    this.#leaveAir = air.join(this);
    this.#keepAlive();
    this.#every((options.statMs ?? STAT_MS) * 1_000, () => this.#pushStat());
  }

  counter(): number {
    return this.#counterAt(this.#air.time.nowUs());
  }

  listensTo({ inverted, frequencyHz }: Transmission): boolean {
    const channels = this.#options.channelsHz ?? null;
    return !inverted && (channels === null || channels.includes(frequencyHz));
  }

  receive(reception: Reception): void {
    this.counters.received++;
    const channel = this.#options.channelsHz?.indexOf(reception.transmission.frequencyHz) ?? 0;
    const tmst = this.#counterAt(reception.transmission.endUs);
    this.#fetched.push(rxpkText(reception, tmst, channel, new Date()));
    if (this.#fetched.length === 1) this.#after(FETCH_US, () => this.#pushFetched());
    else if (this.#fetched.length >= FETCH_MAX) this.#pushFetched();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#leaveAir();
    for (const cancel of this.#timers) cancel();
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #counterAt(us: number): number {
    return ((us + this.#counterOffset) % 2 ** 32) >>> 0;
  }

  #keepAlive(): void {
    this.#send(upstream(PULL_DATA, this.#token(), this.#euiBytes));
    this.#after((this.#options.keepaliveMs ?? KEEPALIVE_MS) * 1_000, () => this.#keepAlive());
  }

  #pushFetched(): void {
    if (this.#fetched.length === 0) return;
    this.counters.pushed += this.#fetched.length;
    this.#send(upstream(PUSH_DATA, this.#token(), this.#euiBytes, `{"rxpk":[${this.#fetched.join(",")}]}`));
    this.#fetched = [];
  }

  #pushStat(): void {
    const { received, pushed, pushAcknowledged, downlinks, transmitted } = this.counters;
    const { latitude, longitude } = this.#options.position;
    const time = new Date().toISOString().replace("T", " ").replace(/\..*$/, " GMT");
    const stat =
      `{"stat":{"time":"${time}","lati":${latitude.toFixed(5)},"long":${longitude.toFixed(5)},"alti":0,` +
      `"rxnb":${received},"rxok":${received},"rxfw":${pushed},"ackr":${pushAcknowledged > 0 ? "100.0" : "0.0"},` +
      `"dwnb":${downlinks},"txnb":${transmitted}}}`;
    this.#send(upstream(PUSH_DATA, this.#token(), this.#euiBytes, stat));
  }

  #receiveDatagram(datagram: Buffer): void {
    const message = parseDownstream(datagram);
    if (message?.kind === PUSH_ACK) this.counters.pushAcknowledged++;
    else if (message?.kind === PULL_ACK) this.counters.pullAcknowledged++;
    else if (message?.kind === PULL_RESP) this.#downlink(message.token, message.json);
    else this.counters.malformed++;
  }

  #downlink(token: number, json: string): void {
    const request = parseTxpk(json);
    if (request === null) {
      this.counters.malformed++;
      return;
    }
    this.counters.downlinks++;
    const error = request === "gps" ? "GPS_UNLOCKED" : this.#schedulable(request);
    if (error !== null) this.counters.refused[error] = (this.counters.refused[error] ?? 0) + 1;
    // Semtech's forwarder says nothing more than TX_ACK when all is well.
    const warns = error === "TX_POWER" ? `{"txpk_ack":{"warn":"TX_POWER","value":${this.#transmitDbmMax}}}` : null;
    const text = warns ?? (error === null ? "" : `{"txpk_ack":{"error":"${error}"}}`);
    this.#send(upstream(TX_ACK, token, this.#euiBytes, text));
  }

  #schedulable(request: TxRequest): TxAckError | null {
    const [lowest, highest] = this.#options.transmitHz ?? [0, Infinity];
    if (request.frequencyHz < lowest || request.frequencyHz > highest) return "TX_FREQ";
    const nowUs = this.#air.time.nowUs();
    const scheduled = this.#schedule.add(request, nowUs, this.#counterAt(nowUs));
    if (typeof scheduled === "string") return scheduled;
    const eirpDbm = Math.min(request.powerDbm, this.#transmitDbmMax);
    this.#after(scheduled.startUs - nowUs, () => {
      this.counters.transmitted++;
      this.#air.transmit(this, { ...request, eirpDbm, startUs: scheduled.startUs });
    });
    return eirpDbm < request.powerDbm ? "TX_POWER" : null;
  }

  get #transmitDbmMax(): number {
    return this.#options.transmitDbmMax ?? TRANSMIT_DBM_MAX;
  }

  #send(datagram: Buffer): void {
    this.#delayed(() => this.#socket.send(datagram, () => {}));
  }

  /** The line between gateway and agent. */
  #delayed(pass: () => void): void {
    if (this.#closed) return;
    const { delayMsMax = 0, lossRate = 0 } = this.#options.backhaul ?? {};
    if (lossRate > 0 && this.#random() < lossRate) return;
    if (delayMsMax === 0) pass();
    else this.#after(this.#random() * delayMsMax * 1_000, pass);
  }

  #token(): number {
    return Math.floor(this.#random() * 0x10000);
  }

  #after(delayUs: number, what: () => void): void {
    const cancel = this.#air.time.at(Math.round(this.#air.time.nowUs() + delayUs), () => {
      this.#timers.delete(cancel);
      if (!this.#closed) what();
    });
    this.#timers.add(cancel);
  }

  #every(periodUs: number, what: () => void): void {
    this.#after(periodUs, () => {
      what();
      this.#every(periodUs, what);
    });
  }
}
