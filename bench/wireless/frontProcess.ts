/** The front of the wireless benchmark: its links, its money and its LoRaWAN service, as in `apps/front`, and nothing else. */
import { createHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { Pool } from "pg";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import type { DeviceDirectory, Logger, ServingDevice } from "@wayleave/core/kind";
import { startPeriodic } from "@wayleave/core/periodic";
import { DEFAULT_MAC_SETTINGS } from "@wayleave/kind-wireless/model/device";
import { DEFAULT_ASK_PICO_USD_PER_UNIT } from "@wayleave/kind-wireless/model/price";
import { regionOf } from "@wayleave/kind-wireless/model/regions/region";
import type { NewDevice } from "@wayleave/kind-wireless/serve/records/records";
import { openServiceLayer } from "@wayleave/layer-service/serviceLayer";
import { DEFAULT_MARGIN_BPS } from "@wayleave/layer-service/usageMeter";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer } from "@wayleave/link/types";
import { serveWireless } from "../../apps/front/serveWireless.ts";
import { devAddrOf, devEuiOf, keysOf } from "./benchDevices.ts";
import { answerQuestions } from "./benchProcess.ts";

export interface FrontStarted {
  readonly linkPort: number;
  readonly linkId: `0x${string}`;
  readonly mqttPort: number;
  readonly apiKey: string;
}
export interface FrontFigures {
  readonly residentMb: number;
  readonly heapMb: number;
  readonly eventLoopP99Ms: number;
  readonly eventLoopMaxMs: number;
  /** From a session's save to its commit. */
  readonly saveMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Acts that were metered to the customer, by name. */
  readonly metered: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly unbought: Readonly<Record<string, number>>;
  readonly waitingToBuy: number;
  readonly eventsDropped: Readonly<Record<string, number>>;
  readonly agents: readonly { readonly droppedQueueFull: number; readonly withheldUnpaid: number }[];
}

const CUSTOMER = "bench";
const RECOVERY_KEY = new Uint8Array(32).fill(11);
const SEED = `0x${"e5".repeat(32)}` as const;
const PAYER = `0x${"aa".repeat(20)}` as const;
const TICK_MS = 5_000;
/** Made and registered at a time: what is asked for must not itself be the process's peak of memory. */
const REGISTERED_AT_ONCE = 5_000;
/** What the devices of the benchmark send at: SF7. */
export const DATA_RATE = 3;

const say = (fields: object, message: string) => process.stderr.write(`front: ${message} ${JSON.stringify(fields)}\n`);
const log: Logger = { debug: () => undefined, info: () => undefined, warn: say, error: say };
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const pool = new Pool({ connectionString: process.argv[2]!, max: 16 });
pool.on("error", (error) => say({ reason: error.message }, "Lost a database connection"));

const layer = await openServiceLayer(
  { marginBps: DEFAULT_MARGIN_BPS, tickAt: (nowMs) => Math.floor(nowMs / TICK_MS), recoveryKey: RECOVERY_KEY },
  { pool, clock, log },
);
await layer.customers.create({ id: CUSTOMER, name: "Benchmark" });
await layer.topUp(CUSTOMER, 1_000_000_000_000n, "bench");
const { secret: apiKey } = await layer.apiKeys.create(CUSTOMER, { name: "bench" });
await layer.customers.load(CUSTOMER);

const metered: Record<string, number> = {};
const flushing = startPeriodic("meter", TICK_MS, log, () => layer.meter.flush());
const linkKey = deviceKeyFromSeed(new Uint8Array(32).fill(1));
const links = await listenForLinks({ key: linkKey, port: 0, host: "127.0.0.1", admit: () => true });
const servingOf = (peer: LinkPeer): ServingDevice<LinkPeer> => ({
  ...{ id: peer.id, peer, owner: peer.id, network: 64_512, prefix: "127.0.0.0/24", freeUnits: 1n },
  ...{ askPicoUsdPerUnitHour: 0n, askPicoUsdPerWorkUnit: DEFAULT_ASK_PICO_USD_PER_UNIT },
});
const devices: DeviceDirectory<LinkPeer> = {
  serving: () => [...links.peers.values()].map(servingOf),
  find: (device) => {
    const peer = links.peers.get(device);
    return peer === undefined ? null : servingOf(peer);
  },
  standing: () => null,
};
const wireless = await serveWireless({
  ...{ pool, devices, layer, clock, log, recoveryKey: RECOVERY_KEY, payer: PAYER, seedNow: () => SEED },
  meter: {
    record(act) {
      metered[act.act] = (metered[act.act] ?? 0) + 1;
      layer.meter.record(act);
    },
    flush: () => layer.meter.flush(),
  },
  mqtt: { host: "127.0.0.1", port: 0 },
  allowPrivateAddresses: true,
});
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
/** Of every so many saves, so that measuring is no part of what is measured. */
const SAVE_MEASURED = 32;
const saves = createHistogram();
const { book } = wireless.records;
const save = book.save.bind(book);
let asked = 0;
Object.assign(book, {
  save(session: Parameters<typeof save>[0]) {
    const saved = save(session);
    if (asked++ % SAVE_MEASURED > 0) return saved;
    const begun = performance.now();
    return saved.then(() => saves.record(Math.max(1, Math.round((performance.now() - begun) * 1_000))));
  },
});

async function register(count: number): Promise<void> {
  const { records } = wireless;
  const application = await records.catalog.createApplication(CUSTOMER, "fields");
  const { profile } = await records.catalog.createProfile(CUSTOMER, {
    ...{ name: "sensor", region: "US915", supportsOtaa: false, deviceClass: "A", adr: true, rx1DelayS: 1 },
    ...{ rx1DrOffset: 0, rx2DataRate: null, rx2FrequencyHz: null, counters32: true, copies: 1 },
    ...{ uplinkIntervalS: null, decoder: { kind: "none" }, ...DEFAULT_MAC_SETTINGS },
  });
  const place = { applicationId: application.id, profileId: profile.id, joinEui: "70b3d57ed0000001" };
  for (let at = 0; at < count; at += REGISTERED_AT_ONCE) {
    const some = Array.from({ length: Math.min(REGISTERED_AT_ONCE, count - at) }, (_, i): NewDevice => {
      const session = { devAddr: devAddrOf(at + i), ...keysOf(at + i), fCntUp: -1, fCntDown: 0 };
      const name = `sensor ${at + i}`;
      return { ...place, devEui: devEuiOf(at + i), name, appKey: null, disabled: false, session };
    });
    const outcomes = await records.devices.createMany(CUSTOMER, some, { unlimited: true });
    for (const outcome of outcomes) if (outcome instanceof Error) throw outcome;
  }
  // As after a join accept, so that nothing is to be asked of a device before it may simply send.
  const { networkChannels } = regionOf("US915");
  const known = records.book.session(devEuiOf(0))!.mac;
  const mac = { ...known, dataRate: DATA_RATE, channels: networkChannels };
  for (let device = 0; device < count; device++) records.book.session(devEuiOf(device))!.mac = mac;
}

answerQuestions(
  {
    started: (): FrontStarted => ({
      ...{ linkPort: links.port, linkId: linkKey.id, mqttPort: wireless.mqtt.port, apiKey },
    }),
    register: ({ count }: { count: number }) => register(count),
    linked: () => wireless.health().agents.filter(({ connected }) => connected).length,
    forget() {
      delays.reset();
      saves.reset();
    },
    async figures(): Promise<FrontFigures> {
      const { rss, heapUsed } = process.memoryUsage();
      const { counters, unbought, waitingToBuy } = wireless.health();
      const agents = wireless.health().agents.map(({ droppedQueueFull, withheldUnpaid }) => {
        return { droppedQueueFull, withheldUnpaid };
      });
      return {
        ...{ residentMb: rss / 1e6, heapMb: heapUsed / 1e6, metered, counters, unbought, waitingToBuy, agents },
        ...{ eventLoopP99Ms: delays.percentile(99) / 1e6, eventLoopMaxMs: delays.max / 1e6 },
        saveMs: { p50: saves.percentile(50) / 1e3, p99: saves.percentile(99) / 1e3, max: saves.max / 1e3 },
        eventsDropped: { ...wireless.events.dropped },
      };
    },
  },
  async () => {
    await wireless.close();
    await flushing.stop();
    await layer.meter.flush();
    await links.close();
    await pool.end();
  },
);
