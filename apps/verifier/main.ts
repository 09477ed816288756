import { readFile } from "node:fs/promises";
import { accountKey } from "@wayleave/core/accountKey";
import { hexToBytes } from "@wayleave/core/bytes";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { LOOPBACK_NETWORKS } from "@wayleave/core/networkPrefix";
import { closeWhenAsked, reportReady } from "@wayleave/core/supervised";
import { storageAdmission } from "@wayleave/kind-storage/verify/storageAdmission";
import { storageHearing } from "@wayleave/kind-storage/verify/storageHearing";
import { storageJudge } from "@wayleave/kind-storage/verify/storageJudge";
import { CoverageThread } from "@wayleave/kind-wireless/verify/coverageThread";
import { wirelessAdmission } from "@wayleave/kind-wireless/verify/wirelessAdmission";
import { wirelessJudge } from "@wayleave/kind-wireless/verify/wirelessJudge";
import { verifierApi } from "@wayleave/layer-coordination/httpApi";
import { openVerifierDatabase } from "@wayleave/layer-coordination/store/schema";
import { verifierStore } from "@wayleave/layer-coordination/store/verifierStore";
import { Verifier } from "@wayleave/layer-coordination/verifier";
import { verifierVoice } from "@wayleave/layer-coordination/verifierVoice";
import { listenForLinks } from "@wayleave/link/listener";
import { Pool } from "pg";
import { pino } from "pino";
import { verifierConfigSchema } from "./config.ts";
import { openVerifierChain } from "./verifierChain.ts";

// Configuration
const config = verifierConfigSchema.parse(JSON.parse(await readFile(process.argv[2] ?? "verifier.json", "utf8")));
const { network, host } = config;
const log = pino({ level: config.logLevel, base: { program: "verifier" } });
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

// Adapters
const account = accountKey(hexToBytes(config.accountKey));
const pool = new Pool({ connectionString: config.databaseUrl, max: 8 });
const lost = (error: Error) => log.warn({ reason: error.message }, "Lost a database connection");
pool.on("error", lost).on("connect", (client) => client.on("error", lost)); // idle ones, and ones in use
const store = verifierStore(await openVerifierDatabase(pool), account.address);
const chain = await openVerifierChain({ network, account, databaseUrl: config.databaseUrl, log });

// Kinds
const domain = { chainId: network.chainId, verifyingContract: network.contracts.settlement };
const { schedule } = network;
const judges = [storageJudge({ domain, schedule }), wirelessJudge({ domain, schedule })];
const assessors = [new CoverageThread({ domain, schedule, log })];
const admissions = [storageAdmission, wirelessAdmission({ domain, schedule, clock })];
const hearings = [storageHearing];

// Layer
const verifier = new Verifier({
  network,
  account,
  chain,
  store,
  clock,
  log,
  judges,
  assessors,
  admissions,
  hearings,
  networks: LOOPBACK_NETWORKS,
  bundleDirectory: `${config.directory}/bundles`,
});

// Run
await verifier.start();
const links = await listenForLinks({
  key: deviceKeyFromSeed(hexToBytes(config.linkSeed)),
  host,
  port: config.linkPort,
  admit: () => true, // newcomers are let in by a challenge
  onPeer: (peer) => verifier.onPeer(peer),
  log,
});
const api = verifierApi(verifierVoice(verifier), { log, nowMs: () => clock.now() });
await api.listen({ host, port: config.httpPort });
reportReady({ account: account.address, linkPort: links.port });

// Close in reverse order
closeWhenAsked(async (reason) => {
  log.info({ reason }, "Stopping");
  await api.close();
  await links.close();
  await Promise.all(assessors.map((assessor) => assessor.close())); // an epoch under way is given up
  await verifier.close();
  await chain.close();
  await pool.end();
});
