import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { generateDeviceKey, type DeviceKey } from "@wayleave/core/deviceKey";
import { dialLink, type DialedLink, type DialOptions, type LinkStatus } from "../dialer.ts";
import type { ListenerLimits } from "../limits.ts";
import { listenForLinks, type LinkListener } from "../listener.ts";
import type { LinkIdentity, LinkPeer, LinkRoute } from "../types.ts";

export const FAST_BACKOFF = { firstMs: 5, maxMs: 20, stableMs: 10_000 };

/** Things that happen, each taken once and in order by whoever waits for them. */
export class Happenings<T> {
  readonly #past: T[] = [];
  readonly #waiting: ((happening: T) => void)[] = [];

  readonly add = (happening: T): void => {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#past.push(happening);
    else waiting(happening);
  };

  next(): Promise<T> {
    if (this.#past.length > 0) return Promise.resolve(this.#past.shift()!);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export interface Front extends AsyncDisposable {
  readonly key: DeviceKey;
  readonly listener: LinkListener;
  readonly arrivals: Happenings<LinkPeer>;
}

/** A listener as a front or verifier has it. */
export async function startFront(
  options: {
    limits?: Partial<ListenerLimits>;
    admit?: (identity: LinkIdentity) => boolean | Promise<boolean>;
    key?: DeviceKey;
    port?: number;
  } = {},
): Promise<Front> {
  const key = options.key ?? generateDeviceKey();
  const arrivals = new Happenings<LinkPeer>();
  const listener = await listenForLinks({
    key,
    port: options.port ?? 0,
    admit: options.admit ?? (() => true),
    onPeer: arrivals.add,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  return { key, listener, arrivals, [Symbol.asyncDispose]: () => listener.close() };
}

export interface Device {
  readonly key: DeviceKey;
  readonly link: DialedLink;
  readonly statuses: Happenings<LinkStatus>;
}

/** A dialler as an agent has it, until the test ends. */
export function startDevice(
  front: { readonly key: DeviceKey; readonly listener: { readonly port: number } },
  routes: readonly LinkRoute[],
  options: Partial<DialOptions> = {},
): Device {
  const key = options.key ?? generateDeviceKey();
  const statuses = new Happenings<LinkStatus>();
  const link = dialLink({
    host: "127.0.0.1",
    port: front.listener.port,
    expectedPeerId: front.key.id,
    backoff: FAST_BACKOFF,
    ...options,
    key,
    routes,
    onStatus: statuses.add,
  });
  onTestFinished(() => link.close());
  return { key, link, statuses };
}

/** A whole reply's body as text. */
export async function textOf(reply: { readonly body: AsyncIterable<unknown> }): Promise<string> {
  let text = "";
  for await (const chunk of reply.body) text += String(chunk);
  return text;
}

export interface Wire extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing passes, and nobody is told: what a pulled cable looks like. */
  freeze(): void;
}

/** A TCP wire to `port` that can be cut without either end noticing. */
export async function startWire(port: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from.on("data", (chunk) => void (frozen || to.write(chunk)));
      from.on("error", () => to.destroy());
      from.on("close", () => frozen || to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      frozen = true;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => server.close(resolve));
      for (const end of ends) end.destroy();
      await ended;
    },
  };
}
