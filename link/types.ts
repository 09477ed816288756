/**
 * What both ends of a device link see. A device dials out; on that connection it is the HTTP server and whoever it
 * dialled (verifier, notary, front) is the client, so one plain HTTP API per kind needs no open port at the provider's.
 */
import type { Address } from "@wayleave/core/ids";
import type { Readable } from "node:stream";

/** The party at the other end, as its TLS certificate proved it. */
export interface LinkIdentity {
  /** Last 20 bytes of keccak256(x‖y) of the certificate's P-256 key. */
  readonly id: Address;
  /** Uncompressed x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Source address as the accepting side saw it; what network limits and placement are based on. */
  readonly remoteAddress: string;
}

/** A request that arrived over the link. Everything in it but `peer` is hostile. */
export interface LinkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Values of the `:name` parts of the route, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  readonly peer: LinkIdentity;
  /** Aborted when the peer resets the stream or the link closes. */
  readonly signal: AbortSignal;
}

export interface LinkReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
}

export type LinkHandler = (request: LinkRequest) => Promise<LinkReply>;

/** `"PUT /storage/pieces/:id"` → handler. Each route names the largest body it accepts. */
export interface LinkRoute {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly handler: LinkHandler;
}

/** The client's side of one device's link: what verifiers and fronts hold. */
export interface LinkPeer extends LinkIdentity {
  readonly connectedAtMs: number;
  /** Rejects with a WayleaveError `link-closed`, `link-timeout` or `link-busy`; an HTTP error status does not reject. */
  request(options: LinkClientRequest): Promise<LinkClientReply>;
  close(): void;
  readonly closed: Promise<void>;
}

export interface LinkClientRequest {
  readonly method: LinkRoute["method"];
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  /** Until the response's headers arrived. The body has its own idle limit. */
  readonly timeoutMs?: number;
  /** How long the reply's body may stand still while somebody reads it, and how long nobody may begin to. */
  readonly bodyIdleMs?: number;
  readonly signal?: AbortSignal;
}

export interface LinkClientReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}
