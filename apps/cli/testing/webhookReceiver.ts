import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedDelivery {
  readonly id: string;
  readonly signature: string;
  readonly body: string;
}

/** A customer's server that takes webhooks, and fails at first. */
export interface WebhookReceiver {
  readonly url: string;
  /** The first `failures` of them were refused. */
  readonly received: readonly ReceivedDelivery[];
  close(): void;
}

export async function startWebhookReceiver(failures: number): Promise<WebhookReceiver> {
  const received: ReceivedDelivery[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const header = (name: string) => String(request.headers[name]);
      received.push({ id: header("wayleave-delivery"), signature: header("wayleave-signature"), body });
      response.writeHead(received.length <= failures ? 503 : 204).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As a receiver checks it, written from the documentation and apart from the sender's own code. */
export function isSigned({ signature, body }: ReceivedDelivery, secret: string): boolean {
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature);
  if (match === null) return false;
  return createHmac("sha256", secret).update(`${match[1]}.${body}`).digest("hex") === match[2];
}
