import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import { connect, type TLSSocket } from "node:tls";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { WayleaveError } from "@wayleave/core/errors";
import { plainAddress } from "./admissionGate.ts";
import { keepAlive } from "./keepAlive.ts";
import { LINK_LIMITS, type LinkLimits } from "./limits.ts";
import { RouteTable } from "./routes.ts";
import { serveSession } from "./serveSession.ts";
import { SILENT } from "./silent.ts";
import { provenPeer, sessionOptions, tlsOptions } from "./tlsOptions.ts";
import type { LinkIdentity, LinkRoute } from "./types.ts";

export type LinkStatus =
  | { readonly state: "connected"; readonly peer: LinkIdentity }
  /** `reason` says what ended the link or why there is none; the next attempt follows after `retryInMs`. */
  | { readonly state: "disconnected"; readonly reason: WayleaveError; readonly retryInMs: number };

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** A link that held so long was a good one: the next attempt begins with `firstMs` again. */
  readonly stableMs: number;
}

/** A restarted front meets its devices again within a minute, and never all at once. */
export const LINK_BACKOFF: Backoff = { firstMs: 500, maxMs: 60_000, stableMs: 30_000 };

export interface DialOptions {
  readonly key: DeviceKey;
  readonly host: string;
  readonly port: number;
  /** Source address, when the machine has several. */
  readonly localAddress?: string;
  /** Id of the link key pinned for that host in the registry: anybody else there is refused. */
  readonly expectedPeerId: Address;
  /** What the peer may ask of us. */
  readonly routes: readonly LinkRoute[];
  readonly log?: Logger;
  readonly limits?: Partial<LinkLimits>;
  readonly backoff?: Backoff;
  /** In [0, 1): spreads the attempts. */
  readonly random?: () => number;
  readonly onStatus?: (status: LinkStatus) => void;
  /** Aborted: hang up and dial no more. */
  readonly signal?: AbortSignal;
}

export interface DialedLink {
  /** Whom we are linked with now. */
  readonly peer: LinkIdentity | undefined;
  /** Resolves with the present link, or the next one. Rejects when the dialler was closed. */
  connected(): Promise<LinkIdentity>;
  /** Hangs up and dials no more. Resolves when everything has ended. */
  close(): Promise<void>;
  readonly closed: Promise<void>;
}

/**
 * Keeps one link to `host`: dials out, proves itself and its peer over TLS 1.3, then serves `routes` on that connection
 * as an HTTP/2 server; whenever the link is lost it dials again with jittered exponential backoff.
 */
export function dialLink(options: DialOptions): DialedLink {
  return new Dialer(options);
}

class Dialer implements DialedLink {
  peer: LinkIdentity | undefined;
  readonly closed: Promise<void>;
  readonly #options: DialOptions;
  readonly #limits: LinkLimits;
  readonly #log: Logger;
  readonly #routes: RouteTable;
  readonly #stop = new AbortController();
  #waiting: { resolve(peer: LinkIdentity): void; reject(error: Error): void }[] = [];

  constructor(options: DialOptions) {
    this.#options = options;
    this.#limits = { ...LINK_LIMITS, ...options.limits };
    this.#log = options.log ?? SILENT;
    this.#routes = new RouteTable(options.routes);
    const stop = (): void => this.#stop.abort();
    if (options.signal?.aborted === true) stop();
    options.signal?.addEventListener("abort", stop, { once: true });
    this.closed = this.#run().finally(() => {
      options.signal?.removeEventListener("abort", stop);
      for (const { reject } of this.#waiting.splice(0)) reject(closedError("The dialler was closed"));
    });
  }

  connected(): Promise<LinkIdentity> {
    if (this.peer !== undefined) return Promise.resolve(this.peer);
    if (this.#stop.signal.aborted) return Promise.reject(closedError("The dialler was closed"));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): Promise<void> {
    this.#stop.abort();
    return this.closed;
  }

  /** One attempt after another. Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { firstMs, maxMs, stableMs } = this.#options.backoff ?? LINK_BACKOFF;
    const tls = await tlsOptions(this.#options.key);
    let failures = 0;
    while (!signal.aborted) {
      const begunAtMs = performance.now();
      const wasConnected = { ever: false };
      const reason = await this.#once(tls, wasConnected).catch(asLinkError);
      this.peer = undefined;
      failures = wasConnected.ever && performance.now() - begunAtMs >= stableMs ? 0 : failures + 1;
      const ceilingMs = Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
      // Spread over the whole interval, so that the devices of a restarted front do not return in step.
      const retryInMs = Math.ceil(ceilingMs * (0.25 + 0.75 * (this.#options.random ?? Math.random)()));
      this.#log.info(
        { host: this.#options.host, reason: reason.message, code: reason.code, retryInMs },
        "Lose the link",
      );
      this.#options.onStatus?.({ state: "disconnected", reason, retryInMs });
      await pause(retryInMs, signal);
    }
  }

  /** Dials once and serves until that link ends. @returns why it ended. */
  async #once(tls: Awaited<ReturnType<typeof tlsOptions>>, wasConnected: { ever: boolean }): Promise<WayleaveError> {
    const { host, port, localAddress } = this.#options;
    const { signal } = this.#stop;
    const socket = connect({
      ...tls,
      ALPNProtocols: [...tls.ALPNProtocols],
      host,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const hangUp = (): void => void socket.destroy();
    signal.addEventListener("abort", hangUp, { once: true });
    const deadline = setTimeout(
      () => socket.destroy(new WayleaveError("link-timeout", "The peer did not finish the handshake in time")),
      this.#limits.handshakeTimeoutMs,
    );
    try {
      const identity = await this.#handshake(socket);
      return await this.#serve(socket, identity, () => {
        clearTimeout(deadline);
        wasConnected.ever = true;
      });
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener("abort", hangUp);
      socket.destroy();
    }
  }

  async #handshake(socket: TLSSocket): Promise<LinkIdentity> {
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.on("error", reject);
      socket.once("close", () => reject(closedError("The peer closed during the handshake")));
    });
    const identity = provenPeer(socket, plainAddress(socket.remoteAddress));
    const { expectedPeerId } = this.#options;
    if (identity.id !== expectedPeerId) {
      const facts = { expectedPeerId, foundPeerId: identity.id };
      throw new WayleaveError("link-peer-wrong", "Somebody else answers under the pinned peer's address", facts);
    }
    return identity;
  }

  /** Serves until the connection ends. @returns why it ended. */
  #serve(socket: TLSSocket, peer: LinkIdentity, whenConnected: () => void): Promise<WayleaveError> {
    const limits = this.#limits;
    const session: ServerHttp2Session = performServerHandshake(socket, sessionOptions(limits));
    serveSession(session, { routes: this.#routes, peer, limits, log: this.#log });
    return new Promise((resolve) => {
      let reason: WayleaveError | undefined;
      session.on("error", (error) => (reason ??= asLinkError(error)));
      socket.on("error", (error) => (reason ??= asLinkError(error)));
      session.once("close", () => resolve(reason ?? closedError("The peer closed the link")));
      // The peer's first frame means that it has admitted us: TLS 1.3 lets a client finish before the server has looked.
      session.once("remoteSettings", () => {
        whenConnected();
        session.setLocalWindowSize(limits.connectionWindowBytes);
        keepAlive(
          session,
          () => socket.bytesRead,
          limits,
          () => {
            reason ??= new WayleaveError("link-silent", "The peer has fallen silent", { silenceMs: limits.silenceMs });
            session.destroy();
            socket.destroy();
          },
        );
        this.peer = peer;
        this.#log.info({ host: this.#options.host, peer: peer.id }, "Link up");
        for (const { resolve: tell } of this.#waiting.splice(0)) tell(peer);
        this.#options.onStatus?.({ state: "connected", peer });
      });
    });
  }
}

function asLinkError(error: unknown): WayleaveError {
  if (error instanceof WayleaveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WayleaveError(
    "link-unreachable",
    `The link failed: ${reason}`,
    { reason },
    { cause: error, retryable: true },
  );
}

function closedError(message: string): WayleaveError {
  return new WayleaveError("link-closed", message, {}, { retryable: true });
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener("abort", end, { once: true });
  });
}
