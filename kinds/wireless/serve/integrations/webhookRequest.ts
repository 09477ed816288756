import { createHmac } from "node:crypto";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { WayleaveError } from "@wayleave/core/errors";
import { checkLiteral, guardedLookup, type Resolve } from "./addressGuard.ts";

export interface WebhookRequest {
  readonly url: string;
  readonly secret: string;
  /** The event as JSON. */
  readonly body: string;
  readonly eventType: string;
  readonly deliveryId: string;
  readonly atMs: number;
}
/** Null: taken (2xx). Otherwise why not, in a few words; what the receiver answered is not kept. */
export type SendWebhook = (request: WebhookRequest, signal: AbortSignal) => Promise<string | null>;

/** Connections kept open to one receiver. */
const SOCKETS_PER_HOST_MAX = 16;
const SOCKETS_MAX = 512;
/** An answer is of no use: it is read so far, to keep the connection, and no further. */
const ANSWER_BYTES_MAX = 16 * 1024;

export const SIGNATURE_HEADER = "wayleave-signature";

/**
 * `t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>" under the webhook's secret>`. A receiver computes the same,
 * compares in constant time and refuses what is older than some minutes.
 */
export function signatureOf(secret: string, atMs: number, body: string): string {
  const seconds = Math.floor(atMs / 1_000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

/**
 * POSTs events to customers' URLs: only http and https, only to public addresses unless allowed, checked when connecting.
 * Redirects are failures. @returns the sender and what ends its connections.
 */
export function webhookSender(options: {
  readonly allowPrivateAddresses: boolean;
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}): { readonly send: SendWebhook; close(): void } {
  const pool = { keepAlive: true, maxSockets: SOCKETS_PER_HOST_MAX, maxTotalSockets: SOCKETS_MAX };
  const agents = { "http:": new HttpAgent(pool), "https:": new HttpsAgent(pool) };
  const lookup = guardedLookup(options.allowPrivateAddresses, options.resolve);
  const attempt = (wanted: WebhookRequest, signal: AbortSignal) =>
    new Promise<string | null>((resolve, reject) => {
      const url = new URL(wanted.url);
      if (url.protocol !== "http:" && url.protocol !== "https:") return resolve("url-refused");
      checkLiteral(url, options.allowPrivateAddresses);
      const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
        method: "POST",
        agent: agents[url.protocol],
        lookup,
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(wanted.body),
          "user-agent": "wayleave-webhook/1",
          "wayleave-event": wanted.eventType,
          "wayleave-delivery": wanted.deliveryId,
          [SIGNATURE_HEADER]: signatureOf(wanted.secret, wanted.atMs, wanted.body),
        },
      });
      // Also after the answer: a receiver that trickles is cut off then.
      request.on("error", reject);
      request.once("response", (response) => {
        const status = response.statusCode ?? 0;
        resolve(status >= 200 && status < 300 ? null : status >= 300 && status < 400 ? "redirect" : `http-${status}`);
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) response.destroy();
        });
        response.on("error", () => undefined);
      });
      request.end(wanted.body);
    });
  return {
    send: (wanted, signal) => attempt(wanted, signal).catch((error: unknown) => reasonOf(error)),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof WayleaveError) return "address-refused";
  const { name, code } = error as { name?: string; code?: string };
  if (name === "AbortError" || name === "TimeoutError" || code === "ABORT_ERR") return "timeout";
  return (code ?? "connection-failed").toLowerCase().replaceAll("_", "-");
}
