import { readFile } from "node:fs/promises";
import { hexToBytes } from "@wayleave/core/bytes";
import { LOOPBACK_NETWORKS } from "@wayleave/core/networkPrefix";
import { closeWhenAsked, reportReady } from "@wayleave/core/supervised";
import { deviceDirectory } from "@wayleave/layer-service/deviceDirectory";
import { offerBoard } from "@wayleave/layer-service/offerBoard";
import { seedDemo } from "@wayleave/layer-service/seedDemo";
import { openServiceLayer } from "@wayleave/layer-service/serviceLayer";
import { DEFAULT_MARGIN_BPS } from "@wayleave/layer-service/usageMeter";
import { DEFAULT_LOST_TICK_LIMIT_MICRO_USD, voucherIssuer } from "@wayleave/layer-service/voucherIssuer";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer } from "@wayleave/link/types";
import { Pool } from "pg";
import { pino } from "pino";
import { frontConfigSchema } from "./config.ts";
import { openFrontChain } from "./frontChain.ts";
import { operatorKeys } from "./operatorKeys.ts";
import { followVerifiers } from "./verifierFeed.ts";

// Configuration
const config = frontConfigSchema.parse(JSON.parse(await readFile(process.argv[2] ?? "front.json", "utf8")));
const { network, host } = config;
const { tickMs } = network.schedule;
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
const tickAt = (nowMs: number) => Math.floor(nowMs / tickMs);
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
const directory = deviceDirectory<LinkPeer>({
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
async function welcome(peer: LinkPeer): Promise<void> {
  await offers.read(peer, chain.registered(peer.id)?.kind ?? "storage");
  await vouchers.recover(peer);
}
const ticking = setInterval(() => void tick(), tickMs);
async function tick(): Promise<void> {
  try {
    await offers.refresh(linked(), (device) => chain.registered(device)?.kind ?? null);
    await vouchers.tick();
  } catch (error) {
    log.error({ reason: String(error) }, "A tick failed");
  }
}

// Run
const demo = config.demo === null ? null : await seedDemo(layer);
log.info({ serving: directory.serving("storage").length }, "Started");
reportReady({ payer: account.address, ...(demo === null ? {} : { demo }) });

// Close in reverse order
closeWhenAsked(async (reason) => {
  log.info({ reason }, "Stopping");
  clearInterval(ticking);
  verifiers.close();
  await tick();
  await links.close();
  await chain.close();
  await pool.end();
});
