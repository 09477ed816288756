import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import pg from "pg";
import { type DeviceKey, deviceKeyFromSeed, generateDeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import type { Logger, MeteredAct, PayerGate, ServingDevice } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { dialLink, type DialedLink } from "@wayleave/link/dialer";
import { listenForLinks, type LinkListener } from "@wayleave/link/listener";
import type { LinkPeer, LinkReply, LinkRequest, LinkRoute } from "@wayleave/link/types";
import { testDatabase } from "../../../../apps/cli/supervise/testPostgres.ts";
import { type StorageProvider, openStorageProvider } from "../../provide/storageProvider.ts";
import { POLICIES } from "../../model/layout.ts";
import { type StorageCore, type StorageCoreOptions, openStorageCore } from "../storageCore.ts";

export const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
export const PAYER: Address = `0x${"a1".repeat(20)}`;
export const RECOVERY_KEY = new Uint8Array(32).fill(42);
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const CLOCK: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

/** What a test does to a device's answers. */
export interface Faults {
  /** Flips a bit of every piece served. */
  corrupt: boolean;
  /** Before every answer. */
  delayMs: number;
  /** Refuses new pieces as a full disk does. */
  full: boolean;
  /** Breaks the link when this many bytes of a piece came. */
  dropAfterBytes: number;
  /** Signs something else than what it stored. */
  forge: boolean;
  /** Serves nothing of these requests: they hang. */
  silent: boolean;
}

export interface TestAgent {
  readonly key: DeviceKey;
  readonly faults: Faults;
  readonly provider: StorageProvider;
  /** Requests it was asked, `METHOD path`. */
  readonly asked: string[];
  place: { owner: Address; network: number; prefix: string };
  fault: string | null;
  /** Goes away at once. */
  kill(): void;
  /** Comes back with what it had. @returns when linked. */
  revive(): Promise<void>;
}

export interface TestNetwork extends AsyncDisposable {
  readonly agents: readonly TestAgent[];
  readonly acts: MeteredAct[];
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly options: StorageCoreOptions;
  readonly core: StorageCore;
  /** Adds a device. @returns when linked. */
  addAgent(): Promise<TestAgent>;
  /** A core on another (or the same) database, closed with the network. */
  openCore(over?: Partial<StorageCoreOptions>): Promise<StorageCore>;
  newPool(): Promise<pg.Pool>;
}

/** Real devices over real links, in this process, and a store on a fresh database. */
export async function startTestNetwork(
  setup: { readonly agents?: number; readonly core?: Partial<StorageCoreOptions> } = {},
): Promise<TestNetwork> {
  const closers: (() => Promise<unknown>)[] = [];
  const directory = await mkdtemp(join(tmpdir(), "wayleave-serve-"));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const key = deviceKeyFromSeed(RECOVERY_KEY);
  const linked = new Map<Address, LinkPeer>();
  const waiting = new Map<Address, () => void>();
  const listener = await listenForLinks({
    key,
    port: 0,
    admit: () => true,
    onPeer(peer) {
      linked.set(peer.id, peer);
      void peer.closed.then(() => linked.get(peer.id) === peer && linked.delete(peer.id));
      waiting.get(peer.id)?.();
    },
  });
  const agents: TestAgent[] = [];
  const serving = (id: Address): ServingDevice<LinkPeer> | null => {
    const agent = agents.find((candidate) => candidate.key.id === id);
    const peer = linked.get(id);
    if (agent === undefined || peer === undefined) return null;
    return {
      id,
      peer,
      ...agent.place,
      freeUnits: 100n,
      askPicoUsdPerUnitHour: 5_350_000n,
      askPicoUsdPerWorkUnit: 4_880_000n,
    };
  };
  const arrival = (id: Address): Promise<void> => new Promise((resolve) => waiting.set(id, resolve));
  const addAgent = async (): Promise<TestAgent> => {
    const agent = await openAgent(join(directory, `device-${agents.length}`), agents.length, listener, key.id, arrival);
    closers.push(() => agent.provider.close());
    agents.push(agent);
    await agent.revive();
    return agent;
  };
  const newPool = async (): Promise<pg.Pool> => {
    const database = await testDatabase();
    const pool = new pg.Pool({ connectionString: database.url, max: 8 });
    pool.on("error", () => undefined);
    closers.push(
      () => database.close(),
      () => pool.end(),
    );
    return Object.assign(pool, { url: database.url });
  };
  for (let i = 0; i < (setup.agents ?? 6); i++) await addAgent();
  const pool = await newPool();
  const acts: MeteredAct[] = [];
  const options: StorageCoreOptions = {
    pool,
    directory: {
      serving: () => agents.filter((agent) => agent.fault === null).flatMap((agent) => serving(agent.key.id) ?? []),
      find: serving,
      standing(device) {
        const fault = agents.find((agent) => agent.key.id === device)?.fault ?? null;
        return fault === null ? null : { fault, epoch: 1 };
      },
    },
    identity: { payer: PAYER, key, domain: DOMAIN },
    recoveryKey: RECOVERY_KEY,
    meter: { record: (act) => void acts.push(act), flush: async () => undefined },
    clock: CLOCK,
    log: process.env["WAYLEAVE_TEST_LOG"] === undefined ? SILENT : CONSOLE,
    policy: POLICIES.small,
    random: Math.random,
    readerGraceMs: 0,
    ...setup.core,
  };
  const openCore = async (over: Partial<StorageCoreOptions> = {}): Promise<StorageCore> => {
    const core = await openStorageCore({ ...options, ...over });
    closers.push(() => core.close());
    return core;
  };
  const core = await openCore();
  const databaseUrl = (pool as pg.Pool & { url: string }).url;
  return {
    ...{ agents, acts, pool, databaseUrl, options, core, addAgent, openCore, newPool },
    async [Symbol.asyncDispose]() {
      for (const agent of agents) agent.kill();
      await listener.close();
      for (const close of closers.reverse()) await close();
    },
  };
}

const CONSOLE: Logger = {
  debug: (fields, message) => console.log("debug", message, fields),
  info: (fields, message) => console.log("info", message, fields),
  warn: (fields, message) => console.log("warn", message, fields),
  error: (fields, message) => console.log("error", message, fields),
};

async function openAgent(
  directory: string,
  index: number,
  listener: LinkListener,
  frontId: Address,
  arrival: (id: Address) => Promise<void>,
): Promise<TestAgent> {
  const key = generateDeviceKey();
  const gate: PayerGate = {
    charge: () => undefined,
    mayServe: () => true,
    payerOfLink: (link) => (link === frontId ? PAYER : null),
  };
  const provider = await openStorageProvider(
    { directory, capacityBytes: 2 ** 36, freeReserveBytes: 0, domain: DOMAIN },
    { key, gate, clock: CLOCK, log: SILENT },
  );
  const faults: Faults = {
    corrupt: false,
    delayMs: 0,
    full: false,
    dropAfterBytes: Number.POSITIVE_INFINITY,
    forge: false,
    silent: false,
  };
  let link: DialedLink | null = null;
  const asked: string[] = [];
  const agent: TestAgent = {
    ...{ key, faults, provider, asked },
    place: {
      owner: `0x${String(index + 1).padStart(40, "0")}`,
      network: 64_500 + index,
      prefix: `127.0.${index + 1}.0/24`,
    },
    fault: null,
    kill() {
      void link?.close();
      link = null;
    },
    async revive() {
      const arrived = arrival(key.id);
      const routes = provider.routes.map((route) => withFaults(route, agent));
      link = dialLink({ key, host: "127.0.0.1", port: listener.port, expectedPeerId: frontId, routes });
      await arrived;
    },
  };
  return agent;
}

function withFaults(route: LinkRoute, agent: TestAgent): LinkRoute {
  const { faults } = agent;
  const handler = async (request: LinkRequest): Promise<LinkReply> => {
    agent.asked.push(`${route.method} ${request.path}`);
    if (faults.silent) await once(request.signal, "abort");
    if (faults.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    if (route.method === "PUT" && faults.full) return { status: 507, body: Buffer.from(`{"code":"disk-full"}`) };
    const isPiece = route.path.startsWith("/storage/pieces/:");
    const limited = route.method === "PUT" && Number.isFinite(faults.dropAfterBytes);
    const reply = await route.handler(limited ? { ...request, body: request.body.pipe(dropper(agent)) } : request);
    if (faults.forge && route.method === "PUT" && reply.body instanceof Uint8Array) {
      const other = (_: string, digit: string) => `"signature":"0x${digit === "f" ? "0" : "f"}`;
      return {
        ...reply,
        body: Buffer.from(
          Buffer.from(reply.body)
            .toString()
            .replace(/"signature":"0x(.)/, other),
        ),
      };
    }
    if (!faults.corrupt || !isPiece || route.method !== "GET" || reply.body === undefined) return reply;
    if (reply.body instanceof Uint8Array) return { ...reply, body: flipped(reply.body) };
    return {
      ...reply,
      body: reply.body.pipe(new Transform({ transform: (chunk, _, done) => done(null, flipped(chunk)) })),
    };
  };
  return { ...route, handler };
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.byteLength >> 1]! ^= 1;
  return copy;
}

function dropper(agent: TestAgent): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.byteLength;
      if (seen >= agent.faults.dropAfterBytes) agent.kill();
      else done(null, chunk);
    },
  });
}
