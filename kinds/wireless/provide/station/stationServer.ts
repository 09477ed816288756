import { createHash, timingSafeEqual } from "node:crypto";
import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { GATEWAYS_MAX, type GatewayStatus } from "../../model/agentApi.ts";
import type { DownlinkOutcome, Eui64, RadioDownlink } from "../../model/radio.ts";
import { Counters } from "../counters.ts";
import {
  type GatewayAdmission,
  GatewayBook,
  type GatewayRecord,
  type GatewayServer,
  type OnUplink,
  type SendOptions,
} from "../gatewayServer.ts";
import { type ChannelPlan, channelPlanOf } from "./channelPlan.ts";
import { discoveryAnswer } from "./discovery.ts";
import { parseExactJson } from "./exactJson.ts";
import type { RouterConfigOptions } from "./routerConfig.ts";
import { StationConnection } from "./stationConnection.ts";
import { readStationEui } from "./stationEui.ts";

export interface StationOptions extends GatewayAdmission, RouterConfigOptions {
  /** @default 1887; 0 is any. */
  readonly port?: number;
  readonly host?: string;
  /**
   * What stations reach this by, as `wss://host:port`. Absent: the host they asked for, over TLS when a proxy before this
   * says so (`X-Forwarded-Proto`): what it says is told to nobody but who sent it.
   */
  readonly publicUrl?: string;
  /** The value of `Authorization` that stations must show (their `tc.key`); absent: none. Secret. */
  readonly authorization?: string;
  /** How long `dntxed` may take beyond the downlink's own delay. */
  readonly acknowledgementMs?: number;
  readonly messagesPerS?: number;
  readonly pingMs?: number;
}
export interface StationDependencies {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onUplink: OnUplink;
}

export const STATION_PORT = 1887;
/** The longest of a station's messages, `version`, has some 400 bytes, a frame in hex some 900. */
const MESSAGE_BYTES_MAX = 16_384;
/** Headers of one upgrade. */
const HANDSHAKE_MS = 10_000;
/** Discovery is one question; who asks none is shown out. */
const DISCOVERY_MS = 10_000;

/** A known station, connected or not. */
export interface StationGateway extends GatewayRecord {
  connection: StationConnection | null;
}

/**
 * A LoRaWAN network server as Basics Station sees one: discovery and the data connection, over WebSocket. An EUI belongs
 * to the address it came from while it is connected and for some time after, or only those allowed are taken.
 * @throws the server's error when it cannot listen.
 * @see https://doc.sm.tc/station/tcproto.html
 */
export async function startStationServer(
  options: StationOptions,
  dependencies: StationDependencies,
): Promise<StationServer> {
  const http = createServer({
    headersTimeout: HANDSHAKE_MS,
    requestTimeout: HANDSHAKE_MS,
    connectionsCheckingInterval: HANDSHAKE_MS / 2,
    maxHeaderSize: 8_192,
  });
  // Every station's connection, as many again that replace them, and some who ask for the way.
  http.maxConnections = 2 * GATEWAYS_MAX + 64;
  const server = new StationServer(http, options, dependencies);
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port ?? STATION_PORT, options.host ?? "0.0.0.0", () => {
      http.off("error", reject);
      resolve();
    });
  });
  return server;
}

export class StationServer implements GatewayServer {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false });
  readonly #options: StationOptions;
  readonly #dependencies: StationDependencies;
  readonly #plan: ChannelPlan;
  readonly #book: GatewayBook<StationGateway>;
  readonly #drops = new Counters();
  #closed: Promise<void> | undefined;

  constructor(http: Server, options: StationOptions, dependencies: StationDependencies) {
    this.#http = http;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#plan = channelPlanOf(options.region, options.subBand);
    this.#book = new GatewayBook(options, (eui, address, nowMs) => ({
      eui,
      address,
      seenAtMs: nowMs,
      lastSeenMs: dependencies.clock.now(),
      uplinks: 0,
      downlinks: 0,
      drops: new Counters(),
      connection: null,
    }));
    http.on("request", (_request, response) => {
      response.writeHead(426, { "content-type": "text/plain", connection: "close" }).end("Upgrade to WebSocket\n");
    });
    http.on("upgrade", (request, socket, head) => {
      try {
        this.#upgrade(request, socket, head);
      } catch (error) {
        // A bug of ours, and whoever found it must not stop the server with it.
        socket.destroy();
        this.#drops.add("internal-error");
        dependencies.log.error({ reason: String(error) }, "Fail to take a station's connection");
      }
    });
    http.on("error", () => this.#drops.add("socket-error"));
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }
  has(eui: Eui64): boolean {
    return this.#book.find(eui) !== undefined;
  }
  drops(): Record<string, number> {
    return this.#drops.toJson();
  }

  gateways(): GatewayStatus[] {
    return Array.from(this.#book.all(), (gateway) => ({
      eui: gateway.eui,
      protocol: "station" as const,
      online: gateway.connection?.ready ?? false,
      lastSeenMs: gateway.lastSeenMs,
      uplinks: gateway.uplinks,
      downlinks: gateway.downlinks,
      drops: gateway.drops.toJson(),
    }));
  }

  send(downlink: RadioDownlink, options: SendOptions = {}): Promise<DownlinkOutcome> {
    const connection = this.#book.find(downlink.gatewayEui)?.connection ?? null;
    if (connection === null) return Promise.resolve("gateway-offline");
    return options.likeUplink === true ? Promise.resolve("refused") : connection.send(downlink);
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => this.#http.close(() => resolve()));
    for (const gateway of this.#book.all()) gateway.connection?.end("Close");
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    return this.#closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (this.#closed !== undefined) return void socket.destroy();
    if (!this.#authorized(request)) return this.#refuse(socket, "401 Unauthorized", "unauthorized");
    const path = (request.url ?? "").split("?", 1)[0]!;
    if (path.endsWith("/router-info")) {
      return this.#sockets.handleUpgrade(request, socket, head, (peer) => this.#discover(peer, request));
    }
    const eui = readStationEui(/\/router-([^/]{1,23})$/.exec(path)?.[1]);
    if (eui === null) return this.#refuse(socket, "404 Not Found", "path-unknown");
    const address = request.socket.remoteAddress ?? "";
    const gateway = this.#book.admit(eui, address, this.#seenAtMs(eui));
    if (typeof gateway === "string") return this.#refuse(socket, "403 Forbidden", gateway);
    this.#sockets.handleUpgrade(request, socket, head, (peer) => this.#connect(peer, gateway));
  }

  /** The moment of admission: a connected station was heard just now, however quiet it is. */
  #seenAtMs(eui: Eui64): number {
    const nowMs = this.#dependencies.clock.monotonicMs();
    const known = this.#book.find(eui);
    if (known !== undefined && known.connection !== null) known.seenAtMs = nowMs;
    return nowMs;
  }

  #refuse(socket: Duplex, status: string, reason: string): void {
    this.#drops.add(reason);
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  #authorized(request: IncomingMessage): boolean {
    const { authorization } = this.#options;
    if (authorization === undefined) return true;
    const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(authorization));
  }

  #discover(peer: WebSocket, request: IncomingMessage): void {
    const timer = setTimeout(() => peer.terminate(), DISCOVERY_MS);
    peer.on("close", () => clearTimeout(timer));
    peer.on("error", () => this.#drops.add("socket-error"));
    peer.once("message", (data: Buffer) => {
      let query: unknown;
      try {
        query = parseExactJson(data.toString("utf8"));
      } catch {
        query = null;
      }
      const allows = (eui: Eui64): boolean => this.#book.allows(eui);
      const base = this.#options.publicUrl ?? askedUrl(request);
      const { reason, answer } = discoveryAnswer(query, { base, allows });
      if (reason !== null) this.#drops.add(reason);
      peer.send(JSON.stringify(answer), () => peer.close());
    });
  }

  #connect(peer: WebSocket, gateway: StationGateway): void {
    // A station that lost its connection comes back before we notice: the newest is the one it listens to.
    gateway.connection?.end("Replace");
    const { clock, log } = this.#dependencies;
    const connection = new StationConnection(peer, gateway, {
      ...this.#dependencies,
      options: this.#options,
      plan: this.#plan,
    });
    gateway.connection = connection;
    gateway.seenAtMs = clock.monotonicMs();
    gateway.lastSeenMs = clock.now();
    log.info({ gateway: gateway.eui, address: gateway.address, protocol: "station" }, "Connect a gateway");
    peer.on("close", () => {
      if (gateway.connection === connection) gateway.connection = null;
      log.info({ gateway: gateway.eui }, "Disconnect a gateway");
    });
  }
}

function askedUrl({ headers }: IncomingMessage): string {
  const isSecure = /^(?:https|wss)\b/.test(String(headers["x-forwarded-proto"]));
  return `${isSecure ? "wss" : "ws"}://${headers.host ?? ""}`;
}
