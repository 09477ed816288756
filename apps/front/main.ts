import { readFile } from "node:fs/promises";
import { hexToBytes } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { LOOPBACK_NETWORKS } from "@wayleave/core/networkPrefix";
import { closeWhenAsked, reportReady } from "@wayleave/core/supervised";
import { recoverStorage } from "@wayleave/kind-storage/serve/snapshots/recoverStorage";
import { type StorageService, startStorageService } from "@wayleave/kind-storage/serve/startStorageService";
import { wirelessRestorers } from "@wayleave/kind-wireless/serve/snapshots/restorers";
import {
  accountsPart,
  accountsRestorer,
  hasNoCustomers,
  restoreAccounts,
} from "@wayleave/layer-service/accountsBackup";
import { deviceDirectory } from "@wayleave/layer-service/deviceDirectory";
import { httpApi } from "@wayleave/layer-service/httpApi";
import { offerBoard } from "@wayleave/layer-service/offerBoard";
import { reconcile } from "@wayleave/layer-service/reconcile";
import { s3Credentials } from "@wayleave/layer-service/s3Credentials";
import { seedDemo } from "@wayleave/layer-service/seedDemo";
import { openServiceLayer } from "@wayleave/layer-service/serviceLayer";
import { DEFAULT_MARGIN_BPS } from "@wayleave/layer-service/usageMeter";
import { DEFAULT_LOST_TICK_LIMIT_MICRO_USD, voucherIssuer } from "@wayleave/layer-service/voucherIssuer";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer } from "@wayleave/link/types";
import { Pool } from "pg";
import { pino } from "pino";
import { frontConfigSchema } from "./config.ts";
import { CoverageFeed } from "./coverageFeed.ts";
import { coverageRoutes } from "./coverageRoutes.ts";
import { recoveryRoute, storageRoutes, wirelessRoutes } from "./frontApi.ts";
import { openFrontChain } from "./frontChain.ts";
import { databaseWasLost } from "./lostDatabase.ts";
import { operatorKeys } from "./operatorKeys.ts";
import { serveWireless } from "./serveWireless.ts";
import { followSettlements } from "./settlementFeed.ts";
import { followVerifiers } from "./verifierFeed.ts";
import { waitForDevices } from "./waitForDevices.ts";

const SOFTWARE_VERSION = "0.1.0";

// Configuration
const config = frontConfigSchema.parse(JSON.parse(await readFile(process.argv[2] ?? "front.json", "utf8")));
const { network, host } = config;
const { schedule } = network;
const log = pino({ level: config.logLevel, base: { program: "front" } });
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const recoveryKey = hexToBytes(config.recoveryKey);
const { account, linkKey } = operatorKeys(recoveryKey);
const domain = { chainId: network.chainId, verifyingContract: network.contracts.settlement };

// Adapters
const pool = new Pool({ connectionString: config.databaseUrl, max: 16 });
const lost = (error: Error) => log.warn({ reason: error.message }, "Lost a database connection");
pool.on("error", lost).on("connect", (client) => client.on("error", lost)); // idle ones, and ones in use
const chain = await openFrontChain(network, config.databaseUrl, account.address, log);
const verifiers = followVerifiers(() => chain.verifierUrls(), log);

// Layer
const tickAt = (nowMs: number) => Math.floor(nowMs / schedule.tickMs);
const layer = await openServiceLayer({ marginBps: DEFAULT_MARGIN_BPS, tickAt, recoveryKey }, { pool, clock, log });
const offers = offerBoard<LinkPeer>({ domain, log });
const links = await listenForLinks({
  key: linkKey,
  host,
  port: config.linkPort,
  admit: () => true, // a stranger is linked and given nothing: it may be registered in a moment
  onPeer: (peer) => void welcome(peer),
  log,
});
const linked = () => links.peers.values();
const devices = deviceDirectory<LinkPeer>({
  linked,
  linkOf: (device) => links.peers.get(device),
  registered: (device) => chain.registered(device),
  standing: (device) => verifiers.standing(device),
  offer: (device) => offers.offer(device),
  networkOf: (address) => LOOPBACK_NETWORKS.networkOf(address),
});
const vouchers = voucherIssuer<LinkPeer>(
  { domain, lostTickLimitMicroUsd: DEFAULT_LOST_TICK_LIMIT_MICRO_USD, signBeyondDeposit: config.overpromise },
  {
    db: layer.db,
    key: account,
    meter: layer.meter,
    depositMicroUsd: () => chain.promisable(),
    linked,
    tickNow: () => tickAt(clock.now()),
    log,
  },
);
const settlements = followSettlements({
  index: chain.index,
  ledger: layer.ledger,
  payer: account.address,
  verifierUrls: () => chain.verifierUrls(),
  log,
});
const coverage = new CoverageFeed({
  ...{ index: chain.index, verifierUrls: () => chain.verifierUrls(), log },
  monotonicMs: () => clock.monotonicMs(),
});
async function welcome(peer: LinkPeer): Promise<void> {
  await offers.read(peer, chain.registered(peer.id)?.kind ?? "storage");
  await vouchers.recover(peer);
}

// Kinds
let storage: StorageService | null = null;
/** @param mqttPort - 0: any, while there is nobody whom a client could log in as; refused clients would give up. */
function startWireless(mqttPort: number) {
  return serveWireless({
    ...{ pool, devices, layer, clock, log, recoveryKey },
    meter: layer.meter,
    payer: account.address,
    seedNow: () => chain.seedNow(),
    mqtt: { host, port: mqttPort },
    allowPrivateAddresses: config.allowPrivateAddresses,
  });
}
async function serveKinds() {
  const demo = config.demo === null ? null : await seedDemo(layer);
  storage = await startStorageService({
    pool,
    devices,
    meter: layer.meter,
    customers: layer.customers,
    clock,
    log,
    payer: account.address,
    balanceMicroUsd: () => chain.promisable(),
    claim: async (claim) => void (await verifiers.claim(claim)),
    recoveryKey,
    linkKey,
    domain,
    schedule,
    credentials: s3Credentials({ customers: layer.customers, s3Keys: layer.s3Keys }),
    s3: { host, port: config.s3Port, region: config.region },
    policy: { ...config.policy, repairAt: Math.ceil((config.policy.k + config.policy.n) / 2) },
    snapshotParts: [accountsPart(layer), ...wireless.snapshots],
  });
  if (config.demo !== null) await makeDemoBucket(storage, config.demo);
  return demo;
}
async function makeDemoBucket({ store }: StorageService, { customer, bucket }: { customer: string; bucket: string }) {
  const mine = await store.listBuckets({ customerId: customer });
  if (!mine.some(({ name }) => name === bucket)) await store.createBucket({ customerId: customer }, bucket);
}
let isRecovering = false;
async function recover(givenKey: string): Promise<object> {
  if (storage !== null)
    throw new WayleaveError("recovery-refused", "This front has its database: there is nothing to recover");
  if (givenKey !== config.recoveryKey)
    throw new WayleaveError("recovery-key-refused", "This is not the recovery key of this operator");
  if (isRecovering) throw new WayleaveError("recovery-refused", "This front is being recovered already");
  isRecovering = true;
  try {
    await waitForDevices({ registered: () => chain.deviceCount(), linked: () => links.peers.size });
    const report = await bringBack();
    for (const peer of linked()) await vouchers.recover(peer);
    await serveKinds();
    return report;
  } finally {
    isRecovering = false;
  }
}
async function bringBack(): Promise<object> {
  // It ran without records, for its routes; they are brought back while nobody has them open.
  wireless.endStreams();
  await wireless.close();
  let isBack = false;
  try {
    const identity = { payer: account.address, key: linkKey, domain };
    const found = accountsRestorer();
    const restorers = [found, ...wirelessRestorers(pool)];
    const peers = [...linked()].filter((peer) => (chain.registered(peer.id)?.kind ?? "storage") === "storage");
    const report = await recoverStorage({ pool, peers, recoveryKey, identity, clock, log, restorers });
    const backup = found.backup();
    const accounts =
      backup === null
        ? { customers: 0, keys: 0 }
        : await restoreAccounts(layer, backup, `recovered:${report.recoveredUntilMs}`);
    isBack = true;
    return { ...report, ...accounts, newestChunkAtMs: report.recoveredUntilMs };
  } finally {
    wireless = await startWireless(isBack ? config.mqttPort : 0);
  }
}

// Run
const booksAreEmpty = await hasNoCustomers(layer);
const mustRecover = await databaseWasLost({ booksAreEmpty, registered: () => chain.deviceCount(), peers: linked, log });
if (mustRecover) log.error({}, "Found the database empty but snapshots on the devices: waits for `wayleave recover`");
let wireless = await startWireless(mustRecover ? 0 : config.mqttPort);
const demo = mustRecover ? null : await serveKinds();
const api = await httpApi(
  { adminKey: config.adminKey, softwareVersion: SOFTWARE_VERSION },
  {
    layer,
    network,
    clock,
    log,
    status: async () => ({
      nowMs: clock.now(),
      payer: account.address,
      state: storage === null ? "waits to be recovered" : "serving",
      registered: chain.deviceCount(),
      linked: links.peers.size,
      serving: devices.serving("storage").length,
      promisableMicroUsd: chain.promisable(),
      storage: storage?.health() ?? null,
      wireless: wireless.health(),
    }),
    reconcile: async () => reconcile(layer.db, await chain.escrow()),
    routes: [
      ...storageRoutes(() => storage),
      ...wirelessRoutes(
        () => wireless,
        () => storage !== null,
      ),
      ...coverageRoutes(coverage, network),
      recoveryRoute(recover),
    ],
  },
);
await api.listen({ host, port: config.httpPort });
const ticking = setInterval(() => void tick(), schedule.tickMs);
async function tick(): Promise<void> {
  try {
    await offers.refresh(linked(), (device) => chain.registered(device)?.kind ?? null);
    await vouchers.tick();
  } catch (error) {
    log.error({ reason: String(error) }, "A tick failed");
  }
}
reportReady({ payer: account.address, mustRecover, ...(demo === null ? {} : { demo }) });

// Close in reverse order
closeWhenAsked(async (reason) => {
  log.info({ reason }, "Stopping");
  wireless.endStreams();
  await api.close();
  clearInterval(ticking);
  await wireless.close();
  await storage?.close();
  await tick();
  verifiers.close();
  await settlements.close();
  await links.close();
  await chain.close();
  await pool.end();
});
