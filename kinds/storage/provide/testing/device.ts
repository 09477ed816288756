import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type DeviceKey, generateDeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import type { Logger, PayerGate } from "@wayleave/core/kind";
import { problemOf } from "@wayleave/core/problem";
import type { Clock } from "@wayleave/core/time";
import type { LinkReply, LinkRoute } from "@wayleave/link/types";
import { type StorageProvider, type StorageProviderOptions, openStorageProvider } from "../storageProvider.ts";

export const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
export const GIB_BYTES = 2 ** 30;
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A clock that tests move. */
export class TestClock implements Clock {
  #elapsedMs = 0;
  now = (): number => 1_800_000_000_000 + this.#elapsedMs;
  monotonicMs = (): number => this.#elapsedMs;
  advance(ms: number): void {
    this.#elapsedMs += ms;
  }
}

/** Payers by link, what they were charged, and who is refused. */
export class TestGate implements PayerGate {
  readonly charged: { payer: Address; workUnits: bigint; picoUsd: bigint }[] = [];
  readonly unpaid = new Set<Address>();
  readonly links = new Map<Address, Address>();
  charge(payer: Address, act: { workUnits: bigint; picoUsd: bigint }): void {
    this.charged.push({ payer, ...act });
  }
  mayServe = (payer: Address): boolean => !this.unpaid.has(payer);
  payerOfLink = (linkId: Address): Address | null => this.links.get(linkId) ?? null;
}

export async function temporaryDirectory(): Promise<string & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "wayleave-storage-"));
  return Object.assign(path, { [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) });
}

export interface Asked {
  readonly method?: LinkRoute["method"];
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string | Readable;
  readonly as: DeviceKey;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** Parsed when it is JSON. */
  readonly json: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** One storage device with its routes called as a link calls them. */
export class TestDevice {
  readonly key: DeviceKey;
  readonly gate: TestGate;
  readonly clock: TestClock;
  readonly provider: StorageProvider;

  private constructor(key: DeviceKey, gate: TestGate, clock: TestClock, provider: StorageProvider) {
    this.key = key;
    this.gate = gate;
    this.clock = clock;
    this.provider = provider;
  }

  static async open(
    directory: string,
    options: Partial<StorageProviderOptions> = {},
    before?: Pick<TestDevice, "key" | "gate" | "clock">,
  ): Promise<TestDevice> {
    const { key, gate, clock } = before ?? { key: generateDeviceKey(), gate: new TestGate(), clock: new TestClock() };
    const all = {
      directory: String(directory),
      capacityBytes: GIB_BYTES,
      freeReserveBytes: 0,
      domain: DOMAIN,
      ...options,
    };
    return new TestDevice(key, gate, clock, await openStorageProvider(all, { key, gate, clock, log: SILENT }));
  }

  /** A registered operator. */
  operator(): { readonly link: DeviceKey; readonly payer: Address } {
    const link = generateDeviceKey();
    const payer = generateDeviceKey().id;
    this.gate.links.set(link.id, payer);
    return { link, payer };
  }

  async request({ method = "GET", path, headers = {}, body, as }: Asked): Promise<Answered> {
    const [pathname = "", query = ""] = path.split("?");
    const [route, params] = this.#match(method, pathname);
    const request = {
      method,
      path: pathname,
      query: new URLSearchParams(query),
      params,
      headers,
      body: body instanceof Readable ? body : Readable.from(body === undefined ? [] : [Buffer.from(body)]),
      peer: { id: as.id, publicKey: as.publicKey, remoteAddress: "127.0.0.1" },
      signal: new AbortController().signal,
    };
    let reply: LinkReply;
    try {
      reply = await route.handler(request);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) throw error;
      reply = { status: problem.status, body: Buffer.from(JSON.stringify(problem.body)) };
    }
    const bytes = await bytesOf(reply.body);
    const text = bytes.toString("utf8");
    return {
      status: reply.status,
      headers: reply.headers ?? {},
      bytes,
      // Random pieces begin with a bracket now and then, with these two bytes hardly ever.
      json: text.startsWith('{"') ? JSON.parse(text) : null,
    };
  }

  #match(method: string, path: string): [LinkRoute, Record<string, string>] {
    for (const route of this.provider.routes) {
      const [shape, parts] = [route.path.split("/"), path.split("/")];
      if (route.method !== method || shape.length !== parts.length) continue;
      if (!shape.every((part, i) => part.startsWith(":") || part === parts[i])) continue;
      const named = shape.map((part, i) => [part.slice(1), decodeURIComponent(parts[i]!)] as const);
      return [route, Object.fromEntries(named.filter((_, i) => shape[i]!.startsWith(":")))];
    }
    throw new Error(`no route ${method} ${path}`);
  }
}

async function bytesOf(body: LinkReply["body"]): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
