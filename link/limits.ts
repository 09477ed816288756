/** What one end of a link lets the other end do. Both treat each other as hostile; each limit names what it prevents. */
export interface LinkLimits {
  /** From TCP's accept or dial to a served HTTP/2 session. Holds half-open connections down. */
  readonly handshakeTimeoutMs: number;
  /** How often an end that is otherwise silent is asked whether it still lives. Below common NAT timeouts of 60 s. */
  readonly pingIntervalMs: number;
  /** Nothing at all arrived for so long, answers to pings included: the link is dead. */
  readonly silenceMs: number;
  /** Requests at once on one connection; their handlers' memory is the sum of what the routes allow. */
  readonly streamsMax: number;
  /** Handlers at once, those included whose requests were reset: a peer that resets quickly cannot pile them up. */
  readonly handlersMax: number;
  /** Sustained requests per second on one connection, and how many may come at once. Far above honest traffic. */
  readonly requestsPerS: number;
  readonly requestsBurst: number;
  /** Stream resets: honest ones come from cancelled hedged reads. @see CVE-2023-44487 (rapid reset) */
  readonly resetsPerS: number;
  readonly resetsBurst: number;
  /** All header names and values of a request or reply. */
  readonly headerBytesMax: number;
  readonly pathBytesMax: number;
  /** A body must move by `bodyProgressBytes` in this time while its reader waits, or it is given up (slowloris). */
  readonly bodyIdleMs: number;
  readonly bodyProgressBytes: number;
  /** Default of a request's `timeoutMs`, counted from its last body byte. */
  readonly replyTimeoutMs: number;
  /** Bytes under way per request: 8 MiB fill a stream of 1 Gbit/s over 64 ms, and bound what an unread body may buffer. */
  readonly streamWindowBytes: number;
  /** The same for a connection: what one peer may make us buffer at most. */
  readonly connectionWindowBytes: number;
  /** Of Node's own bookkeeping per connection; its default of 10 MB answers ENHANCE_YOUR_CALM at these windows. */
  readonly sessionMemoryMb: number;
}

export const LINK_LIMITS: LinkLimits = {
  handshakeTimeoutMs: 10_000,
  pingIntervalMs: 15_000,
  silenceMs: 45_000,
  streamsMax: 256,
  handlersMax: 512,
  requestsPerS: 50_000,
  requestsBurst: 50_000,
  resetsPerS: 500,
  resetsBurst: 2_000,
  headerBytesMax: 16_384,
  pathBytesMax: 2_048,
  bodyIdleMs: 20_000,
  bodyProgressBytes: 1_024,
  replyTimeoutMs: 30_000,
  streamWindowBytes: 8 << 20,
  connectionWindowBytes: 64 << 20,
  sessionMemoryMb: 512,
};

/** What a listener lets everybody together do, before anyone has proven anything. */
export interface ListenerLimits extends LinkLimits {
  readonly connectionsMax: number;
  /** Per IPv4 address or IPv6 /64: what one household or one attacker's machine can hold. */
  readonly connectionsPerNetworkMax: number;
  /** Connections that have not finished their handshake. Each costs a TLS context and two signatures. */
  readonly halfOpenMax: number;
  readonly halfOpenPerNetworkMax: number;
}

export const LISTENER_LIMITS: ListenerLimits = {
  ...LINK_LIMITS,
  connectionsMax: 10_000,
  connectionsPerNetworkMax: 512,
  halfOpenMax: 512,
  halfOpenPerNetworkMax: 64,
};
