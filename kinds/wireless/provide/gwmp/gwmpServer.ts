import { randomInt } from "node:crypto";
import { type RemoteInfo, type Socket, createSocket } from "node:dgram";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { PULL_ACK, PULL_DATA, PUSH_ACK, PUSH_DATA } from "../../model/gwmp.ts";
import type { GatewayStatus } from "../../model/agentApi.ts";
import type { DownlinkOutcome, Eui64, RadioDownlink } from "../../model/radio.ts";
import { Counters } from "../counters.ts";
import {
  type GatewayAdmission,
  GatewayBook,
  type GatewayRecord,
  type GatewayServer,
  OFFLINE_MS,
  type OnUplink,
  type SendOptions,
} from "../gatewayServer.ts";
import { type GatewayDatagram, acknowledgement, pullResponse, readDatagram, readJsonObject } from "./datagram.ts";
import { RecentPackets } from "./recentPackets.ts";
import { readRxpk } from "./rxpk.ts";
import { TransmitPowers } from "./transmitPowers.ts";
import { emittedDbmMax, outcomeOf, txpkOf } from "./txpk.ts";

export interface GwmpOptions extends GatewayAdmission {
  /** @default 1700; 0 is any. */
  readonly port?: number;
  readonly host?: string;
  /** Whether packets without a checksum (`stat` 0) are passed on. LoRaWAN's uplinks have one. @default false */
  readonly acceptWithoutCrc?: boolean;
  /** What the antenna adds: taken off what the radio is told to emit. @default 0 */
  readonly antennaGainDbi?: number;
  /** How long TX_ACK may take beyond the downlink's own delay. @default {@link ACKNOWLEDGEMENT_MS} */
  readonly acknowledgementMs?: number;
}
export interface GwmpDependencies {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onUplink: OnUplink;
}

export const GWMP_PORT = 1700;
/** Forwarders acknowledge as soon as they queued a downlink; a mobile backhaul needs its time. */
export const ACKNOWLEDGEMENT_MS = 1_500;
/** Packets in one datagram: a concentrator's buffer, many times. What follows is dropped and counted. */
const RXPK_MAX = 512;
/** Downlinks a gateway has not answered: more than its own queue holds. */
const PENDING_MAX = 64;
/** Asked of the kernel, so that a burst of some 10,000 packets waits rather than is lost. */
const RECEIVE_BUFFER_BYTES = 8 << 20;

interface Pending {
  readonly settle: (outcome: DownlinkOutcome) => void;
  readonly timer: NodeJS.Timeout;
}
interface GwmpGateway extends GatewayRecord {
  /** Where PULL_DATA came from last, and when on the monotonic clock: where downlinks go. */
  pull: { readonly address: string; readonly port: number; readonly atMs: number; readonly version: number } | null;
  readonly pending: Map<number, Pending>;
  readonly recent: RecentPackets;
  readonly powers: TransmitPowers;
}

/**
 * Takes Semtech UDP packet forwarders. Nothing in this protocol is authenticated: an EUI belongs to the IP address it
 * came from (not to the port: forwarders use two) until that was silent, or only those allowed are taken.
 * @throws the socket's error when it cannot be bound.
 * @see https://github.com/Lora-net/packet_forwarder/blob/master/PROTOCOL.TXT
 */
export async function startGwmpServer(options: GwmpOptions, dependencies: GwmpDependencies): Promise<GwmpServer> {
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Gateways are addresses already; asking the resolver would cost more than everything else in an acknowledgement.
    lookup: (address, _options, callback) => callback(null, address, 4),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(options.port ?? GWMP_PORT, options.host ?? "0.0.0.0", () => {
      socket.off("error", reject);
      resolve();
    });
  });
  return new GwmpServer(socket, options, dependencies);
}

export class GwmpServer implements GatewayServer {
  readonly port: number;
  readonly #socket: Socket;
  readonly #options: GwmpOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onUplink: OnUplink;
  readonly #book: GatewayBook<GwmpGateway>;
  readonly #drops = new Counters();
  #closed: Promise<void> | undefined;

  constructor(socket: Socket, options: GwmpOptions, { clock, log, onUplink }: GwmpDependencies) {
    this.port = socket.address().port;
    this.#socket = socket;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#onUplink = onUplink;
    this.#book = new GatewayBook(options, (eui, address, nowMs) => {
      log.info({ gateway: eui, address, protocol: "gwmp" }, "Meet a gateway");
      return {
        eui,
        address,
        seenAtMs: nowMs,
        lastSeenMs: clock.now(),
        uplinks: 0,
        downlinks: 0,
        drops: new Counters(),
        pull: null,
        pending: new Map(),
        recent: new RecentPackets(),
        powers: new TransmitPowers(),
      };
    });
    socket.on("message", (bytes, from) => {
      try {
        this.#receive(bytes, from);
      } catch (error) {
        // A bug of ours, and whoever found it must not stop the server with it.
        this.#drops.add("internal-error");
        log.error({ address: from.address, reason: String(error) }, "Fail to take a datagram");
      }
    });
    socket.on("error", (error) => {
      this.#drops.add("socket-error");
      log.warn({ reason: String(error) }, "Receive an error from the gateways' socket");
    });
  }

  has(eui: Eui64): boolean {
    return this.#book.find(eui) !== undefined;
  }

  gateways(): GatewayStatus[] {
    const nowMs = this.#clock.monotonicMs();
    return Array.from(this.#book.all(), (gateway) => ({
      eui: gateway.eui,
      protocol: "gwmp" as const,
      online: isOnline(gateway, nowMs),
      lastSeenMs: gateway.lastSeenMs,
      uplinks: gateway.uplinks,
      downlinks: gateway.downlinks,
      drops: gateway.drops.toJson(),
    }));
  }

  drops(): Record<string, number> {
    return this.#drops.toJson();
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => this.#socket.close(() => resolve()));
    for (const gateway of this.#book.all()) {
      for (const pending of gateway.pending.values()) pending.settle("gateway-offline");
    }
    return this.#closed;
  }

  async send(downlink: RadioDownlink, options: SendOptions = {}): Promise<DownlinkOutcome> {
    const gateway = this.#book.find(downlink.gatewayEui);
    if (gateway === undefined) return "gateway-offline";
    const acknowledgementMs = this.#options.acknowledgementMs ?? ACKNOWLEDGEMENT_MS;
    const untilMs = this.#clock.monotonicMs() + (downlink.timing?.delayMs ?? 0) + acknowledgementMs;
    const askedDbm = emittedDbmMax(downlink, this.#options.antennaGainDbi ?? 0);
    let outcome: DownlinkOutcome = "tx-power";
    // One power after the other, until the gateway takes one; the next downlink begins with that.
    for (;;) {
      const emittedDbm = gateway.powers.highestDbm(askedDbm);
      if (emittedDbm === null) break;
      outcome = await this.#ask(gateway, downlink, { ...options, emittedDbm, untilMs });
      if (outcome !== "tx-power") break;
      gateway.powers.refused(emittedDbm);
      this.#log.info({ gateway: gateway.eui, emittedDbm }, "Learn a power that a gateway cannot send with");
    }
    if (outcome === "tx-power") gateway.drops.add("downlink-tx-power");
    return outcome;
  }

  /** One PULL_RESP and what its TX_ACK says. */
  async #ask(
    gateway: GwmpGateway,
    downlink: RadioDownlink,
    { untilMs, ...options }: SendOptions & { readonly emittedDbm: number; readonly untilMs: number },
  ): Promise<DownlinkOutcome> {
    const { pull } = gateway;
    const nowMs = this.#clock.monotonicMs();
    if (this.#closed !== undefined || pull === null || !isOnline(gateway, nowMs)) return "gateway-offline";
    if (gateway.pending.size >= PENDING_MAX) return "queue-full";
    const txpk = txpkOf(downlink, options);
    if (txpk === null) return "refused";
    // A guess of the token is the only way to forge an acknowledgement from the gateway's own address.
    let token = randomInt(0x1_0000);
    while (gateway.pending.has(token)) token = randomInt(0x1_0000);
    const outcome = this.#awaitAcknowledgement(gateway, token, untilMs - nowMs);
    this.#socket.send(pullResponse(pull.version, token, txpk), pull.port, pull.address, (error) => {
      if (error !== null) gateway.pending.get(token)?.settle("gateway-offline");
    });
    return outcome;
  }

  #awaitAcknowledgement(gateway: GwmpGateway, token: number, timeoutMs: number): Promise<DownlinkOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: DownlinkOutcome): void => {
        clearTimeout(timer);
        if (!gateway.pending.delete(token)) return;
        if (outcome === "sent") gateway.downlinks++;
        else if (outcome !== "tx-power") gateway.drops.add(`downlink-${outcome}`);
        resolve(outcome);
      };
      const timer = setTimeout(() => settle("no-acknowledgement"), timeoutMs);
      gateway.pending.set(token, { settle, timer });
    });
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const datagram = readDatagram(bytes);
    if (typeof datagram === "string") return this.#drops.add(datagram);
    const nowMs = this.#clock.monotonicMs();
    const gateway = this.#book.admit(datagram.eui, from.address, nowMs);
    if (typeof gateway === "string") return this.#drops.add(gateway);
    gateway.seenAtMs = nowMs;
    gateway.lastSeenMs = this.#clock.now();
    if (datagram.type === PUSH_DATA) {
      this.#answer(acknowledgement(datagram.version, datagram.token, PUSH_ACK), from);
      this.#push(gateway, bytes);
    } else if (datagram.type === PULL_DATA) {
      // A new port is a forwarder that started anew, perhaps with another table.
      if (gateway.pull?.port !== from.port) gateway.powers.forget();
      gateway.pull = { address: from.address, port: from.port, atMs: nowMs, version: datagram.version };
      this.#answer(acknowledgement(datagram.version, datagram.token, PULL_ACK), from);
    } else {
      this.#acknowledged(gateway, datagram, bytes);
    }
  }

  #answer(bytes: Uint8Array, to: RemoteInfo): void {
    if (this.#closed === undefined) this.#socket.send(bytes, to.port, to.address, ignore);
  }

  #push(gateway: GwmpGateway, bytes: Buffer): void {
    const json = readJsonObject(bytes);
    if (json === "json-invalid" || json === null) return gateway.drops.add("json-invalid");
    const packets = json["rxpk"];
    if (packets === undefined) {
      // `stat` alone: that it came is all there is to learn.
      if (json["stat"] === undefined) gateway.drops.add("push-empty");
      return;
    }
    if (!Array.isArray(packets)) return gateway.drops.add("rxpk-invalid");
    if (packets.length > RXPK_MAX) gateway.drops.add("rxpk-excess", packets.length - RXPK_MAX);
    const options = {
      gatewayEui: gateway.eui,
      receivedAtMs: gateway.lastSeenMs,
      acceptWithoutCrc: this.#options.acceptWithoutCrc ?? false,
    };
    for (let i = 0; i < packets.length && i < RXPK_MAX; i++) {
      const uplink = readRxpk(packets[i], options);
      if (typeof uplink === "string") gateway.drops.add(uplink);
      else if (gateway.recent.repeats(uplink.context, uplink.payload)) gateway.drops.add("repeated");
      else {
        gateway.uplinks++;
        this.#onUplink(uplink);
      }
    }
  }

  #acknowledged(gateway: GwmpGateway, { token }: GatewayDatagram, bytes: Buffer): void {
    const pending = gateway.pending.get(token);
    if (pending === undefined) return gateway.drops.add("tx-ack-unknown");
    const outcome = outcomeOf(readJsonObject(bytes));
    // What cannot be read is no acknowledgement, and only that is paid.
    if (outcome === null) return gateway.drops.add("tx-ack-invalid");
    if (outcome === "refused") this.#log.warn({ gateway: gateway.eui }, "Find a downlink refused by its gateway");
    pending.settle(outcome);
  }
}

function isOnline(gateway: GwmpGateway, nowMs: number): boolean {
  const { pull, address } = gateway;
  // Who took over a silent EUI must pull for itself: the old address is somebody else's now.
  return pull !== null && pull.address === address && nowMs - pull.atMs < OFFLINE_MS;
}

function ignore(): void {}
