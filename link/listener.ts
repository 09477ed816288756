import { connect } from "node:http2";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from "node:tls";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { WayleaveError } from "@wayleave/core/errors";
import { AdmissionGate, plainAddress } from "./admissionGate.ts";
import { ConnectedPeer } from "./connectedPeer.ts";
import { keepAlive } from "./keepAlive.ts";
import { LISTENER_LIMITS, type ListenerLimits } from "./limits.ts";
import { SILENT } from "./silent.ts";
import { provenPeer, sessionOptions, tlsOptions } from "./tlsOptions.ts";
import type { LinkIdentity, LinkPeer } from "./types.ts";

export interface ListenOptions {
  /** The key that devices have pinned for us. */
  readonly key: DeviceKey;
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Whether this party may link. Its possession of the key is proven by then; anything else is not. */
  admit(identity: LinkIdentity): Promise<boolean> | boolean;
  /** A device is linked and may be asked. An older link of the same id has been closed. */
  onPeer?(peer: LinkPeer): void;
  readonly limits?: Partial<ListenerLimits>;
  readonly log?: Logger;
  readonly clock?: Pick<Clock, "now">;
}

export interface LinkListener {
  readonly port: number;
  /** The linked devices by id, live. */
  readonly peers: ReadonlyMap<Address, LinkPeer>;
  /** Closes every link and stops listening. */
  close(): Promise<void>;
}

/**
 * Accepts devices' links. Each is asked for the certificate of its device key over TLS 1.3, never resumed; then the
 * roles turn around and the device serves HTTP/2 to us.
 *
 * Connections are bounded overall, per network and while unproven; a handshake has a time limit, admission included.
 * @throws the socket's error when the port is not to be had.
 */
export async function listenForLinks(options: ListenOptions): Promise<LinkListener> {
  const listener = new Listener(options);
  await listener.start(await tlsOptions(options.key));
  return listener;
}

/** One TCP connection from its first byte on. */
interface Arrival {
  readonly raw: Socket;
  readonly remoteAddress: string;
  /** Its handshake is over: no deadline any more, and its half-open place is free. */
  open(): void;
}

class Listener implements LinkListener {
  readonly #options: ListenOptions;
  readonly #limits: ListenerLimits;
  readonly #log: Logger;
  readonly #gate: AdmissionGate;
  /** Every TCP connection by where it comes from. */
  readonly #arrivals = new Map<string, Arrival>();
  readonly #peers = new Map<Address, ConnectedPeer>();
  #server: Server | undefined;
  port = 0;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#limits = { ...LISTENER_LIMITS, ...options.limits };
    this.#log = options.log ?? SILENT;
    this.#gate = new AdmissionGate(this.#limits);
  }

  get peers(): ReadonlyMap<Address, LinkPeer> {
    return this.#peers;
  }

  async start(tls: Awaited<ReturnType<typeof tlsOptions>>): Promise<void> {
    const tlsServer = createTlsServer({
      ...tls,
      ALPNProtocols: [...tls.ALPNProtocols],
      handshakeTimeout: this.#limits.handshakeTimeoutMs,
    });
    tlsServer.on("tlsClientError", (error, socket) => {
      this.#log.debug({ from: plainAddress(socket.remoteAddress), reason: error.message }, "Refuse a TLS handshake");
      socket.destroy();
    });
    tlsServer.on("secureConnection", (socket) => {
      const arrival = this.#arrivals.get(originOf(socket));
      if (arrival === undefined) socket.destroy();
      else void this.#welcome(socket, arrival);
    });
    const server = (this.#server = createServer({ noDelay: true }, (raw) => this.#accept(raw, tlsServer)));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: this.#options.port, host: this.#options.host ?? "127.0.0.1", backlog: 512 }, resolve);
    });
    server.on("error", (error) => this.#log.warn({ reason: error.message }, "Fail to accept a link"));
    this.port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const ended = new Promise((resolve) => server.close(resolve));
    for (const peer of this.#peers.values()) peer.close();
    for (const { raw } of this.#arrivals.values()) raw.destroy();
    await ended;
  }

  #accept(raw: Socket, tlsServer: TlsServer): void {
    const remoteAddress = plainAddress(raw.remoteAddress);
    raw.on("error", ignore); // a reset before or after TLS: "close" follows
    const place = this.#gate.enter(remoteAddress);
    if (place === undefined) {
      this.#log.debug({ from: remoteAddress }, "Refuse a connection over the limit");
      raw.resetAndDestroy();
      return;
    }
    // Node's own handshake timeout ends with TLS; this one also covers admission and the first HTTP/2 frame.
    const deadline = setTimeout(() => raw.destroy(), this.#limits.handshakeTimeoutMs);
    const origin = originOf(raw);
    this.#arrivals.set(origin, {
      raw,
      remoteAddress,
      open: () => {
        clearTimeout(deadline);
        place.open();
      },
    });
    raw.once("close", () => {
      clearTimeout(deadline);
      place.leave();
      this.#arrivals.delete(origin);
    });
    tlsServer.emit("connection", raw);
  }

  /** Never rejects. */
  async #welcome(socket: TLSSocket, arrival: Arrival): Promise<void> {
    const { remoteAddress } = arrival;
    socket.on("error", ignore);
    try {
      const identity = provenPeer(socket, remoteAddress);
      if (!(await this.#options.admit(identity))) {
        throw new WayleaveError("link-refused", "The peer is not admitted", { peer: identity.id });
      }
      if (socket.destroyed) throw new WayleaveError("link-closed", "The peer left before it was admitted");
      await this.#turnAround(socket, arrival, identity);
    } catch (error) {
      const reason = error instanceof WayleaveError ? error.message : String(error);
      this.#log.info({ from: remoteAddress, reason }, "Refuse a link");
      socket.destroy();
    }
  }

  /** From here on the device is the server. @throws when its first frame is not HTTP/2's. */
  async #turnAround(socket: TLSSocket, arrival: Arrival, identity: LinkIdentity): Promise<void> {
    const limits = this.#limits;
    const session = connect("https://device", { ...sessionOptions(limits), createConnection: () => socket });
    let failure: Error | undefined;
    session.on("error", (error) => (failure = error));
    // Its SETTINGS prove that it speaks HTTP/2; its acknowledgement of ours, that our limits hold from here on.
    await new Promise<void>((resolve, reject) => {
      let missing = 2;
      const settled = (): void => {
        if (--missing === 0) resolve();
      };
      session.once("remoteSettings", settled);
      session.once("localSettings", settled);
      session.once("close", () =>
        reject(failure ?? new WayleaveError("link-closed", "The peer left before HTTP/2 began")),
      );
    });
    arrival.open();
    session.setLocalWindowSize(limits.connectionWindowBytes);
    keepAlive(
      session,
      () => arrival.raw.bytesRead,
      limits,
      () => {
        this.#log.info({ peer: identity.id, silenceMs: limits.silenceMs }, "Close a silent link");
        session.destroy();
        arrival.raw.destroy();
      },
    );
    const connectedAtMs = (this.#options.clock ?? Date).now();
    const peer = new ConnectedPeer(session, { identity, connectedAtMs, limits, log: this.#log });
    const older = this.#peers.get(peer.id);
    this.#peers.set(peer.id, peer);
    if (older !== undefined) {
      this.#log.info({ peer: peer.id, from: arrival.remoteAddress }, "Replace an older link");
      older.close();
    }
    session.once("close", () => {
      if (this.#peers.get(peer.id) === peer) this.#peers.delete(peer.id);
      this.#log.info({ peer: peer.id, reason: failure?.message }, "Lose a link");
    });
    this.#log.info({ peer: peer.id, from: arrival.remoteAddress }, "Accept a link");
    try {
      this.#options.onPeer?.(peer);
    } catch (error) {
      this.#log.warn({ peer: peer.id, reason: String(error) }, "Fail to take a link over");
      peer.close();
    }
  }
}

/** Unique among the connections of one port at any moment. */
function originOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function ignore(): void {}
