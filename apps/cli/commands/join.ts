import { existsSync } from "node:fs";
import { mkdir, statfs } from "node:fs/promises";
import path from "node:path";
import { type RunningAgent, runAgent } from "@wayleave/app-agent/runAgent";
import { chainReader } from "@wayleave/chain/chainReader";
import { type EventIndex, openEventIndex } from "@wayleave/chain/eventIndex";
import type { Provider } from "@wayleave/core/kind";
import type { Network } from "@wayleave/core/network";
import { loadDeviceIdentity } from "@wayleave/layer-physical/deviceIdentity";
import type { LinkRoute } from "@wayleave/link/types";
import colors from "picocolors";
import { duration } from "../ages.ts";
import { fileLog } from "../joining/fileLog.ts";
import {
  type GatewayWatch,
  gatewaySetup,
  ownAddresses,
  sayGateways,
  watchedGateways,
} from "../joining/gatewayJourney.ts";
import { firstSteps, sayEpochs } from "../joining/joinJourney.ts";
import { type JoinConfig, joinConfig, joinDirectory, type JoinKind, joinKind } from "../joining/joinOptions.ts";
import { readNetwork } from "../joining/readNetwork.ts";
import { sayPhases } from "../phases.ts";
import { print, reportFailure, say } from "../terminal.ts";

const GIB = 2 ** 30;
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

/** Runs one device in the foreground until Ctrl-C, and shows its way to the first reward. */
export async function join(options: Record<string, string>): Promise<void> {
  const stop = stopWhenAsked();
  const phase = sayPhases();
  const kind = joinKind(options);
  const directory = joinDirectory(options, kind);
  const network = await phase(
    "Network",
    () => readNetwork(options["network"]!),
    ({ name, chainId, schedule }) => `${name}, chain ${chainId}, epochs of ${duration(schedule.epochMs)}`,
  );
  const config = joinConfig(options, kind, directory, network);
  const isNew = !existsSync(path.join(directory, "device.key.pem"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { key } = await phase(
    "Key",
    () => loadDeviceIdentity({ directory }),
    () => (isNew ? `made, in ${directory}: keep device.key.pem, it is the device` : `read from ${directory}`),
  );
  print(key.id);
  if (config.quotaBytes !== null) await sayShortage(directory, config.quotaBytes);

  const log = fileLog(path.join(directory, "agent.log"), clock.now);
  const commitment = Promise.withResolvers<number>();
  let agent: RunningAgent | null = null;
  let index: EventIndex | null = null;
  try {
    index = await phase(
      "Chain",
      () => openChain(network),
      () => network.rpcUrl,
    );
    let gateways: GatewayWatch | null = null;
    const wrap = async (provider: Provider<LinkRoute>) => {
      const watch = watchedGateways(provider);
      gateways = watch;
      return watch?.provider ?? witnessed(provider, commitment.resolve);
    };
    agent = await runAgent(config, { clock, log, wrap });
    const { links } = agent;
    if (gateways !== null) sayGatewaysUntil(stop.signal, gateways, config);
    const needs = {
      ...{ network, device: key.id, owner: config.owner, index, reader: await chainReader(network), links },
      ...{ committed: kind === "storage" ? commitment.promise : null, signal: stop.signal, nowMs: clock.now },
    };
    await firstSteps(needs, phase);
    sayWhatIsNext(kind, config.owner, network);
    await sayEpochs(needs, say);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say(`\n${stop.reason()}: stopping…`);
  } finally {
    await agent?.close();
    await index?.close();
    log.close();
  }
  const kept = kind === "storage" ? "The device keeps its pieces" : "The agent keeps its key and what it is owed";
  say(`Stopped. ${kept}: start it again with the same --device-dir before it misses an epoch.`);
  process.exit(stop.reason() === "SIGINT" ? 130 : 0);
}

async function openChain(network: Network): Promise<EventIndex> {
  const index = await openEventIndex(network);
  try {
    await index.sync();
    return index;
  } catch (error) {
    await index.close();
    throw error;
  }
}

/** The provider as it is, told on when it committed for the first time. */
function witnessed(provider: Provider<LinkRoute>, onCommit: (epoch: number) => void): Provider<LinkRoute> {
  return {
    ...provider,
    async commit(epoch) {
      const signed = await provider.commit(epoch);
      if (signed !== null) onCommit(epoch);
      return signed;
    },
  };
}

async function sayShortage(directory: string, quotaBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const freeGib = Math.floor((bavail * bsize) / GIB);
  if (freeGib * GIB >= quotaBytes) return;
  say(
    colors.yellow(
      `! ${quotaBytes / GIB} GiB are offered, but ${freeGib} GiB are free: the device stops at a full disk`,
    ),
  );
}

/** Says what to set in the gateway, then what gateways do, until `signal`. */
function sayGatewaysUntil(signal: AbortSignal, watch: GatewayWatch, { wireless }: JoinConfig): void {
  if (wireless === null) return;
  for (const line of gatewaySetup(wireless, ownAddresses())) say(line);
  if (wireless.gateways === null) {
    say("  Any gateway that reaches these ports may attach; --gateway EUI names the ones that may.");
  }
  sayGateways(watch, (line) => say(`${colors.cyan("•")} ${line}`), signal).catch((error: unknown) => {
    if (!signal.aborted) reportFailure(error);
  });
}

const FROM_HERE_ON: Readonly<Record<JoinKind, (epoch: string) => readonly string[]>> = {
  storage: (epoch) => [
    `  · every epoch (${epoch}) verifiers ask for random parts of what it holds; every answer is a proof`,
    "  · fronts place customers' data on it; what it holds and serves is paid in dollars, by signed vouchers",
  ],
  wireless: (epoch) => [
    "  · fronts buy the packets of their customers' LoRaWAN devices that its gateways hear: dollars, by signed vouchers",
    `  · every epoch (${epoch}) a gateway sends a beacon on a verifier's challenge, and tells which others it heard:`,
    "    wayleave coverage shows for each why it did or did not count",
  ],
};

function sayWhatIsNext(kind: JoinKind, owner: string | null, { schedule }: Network): void {
  const lines = [
    "",
    "The device is in. From here on, without anything to be done:",
    ...FROM_HERE_ON[kind](duration(schedule.epochMs)),
    "  · each epoch is settled on chain and paid out without a transaction of yours",
    owner === null
      ? "  · nobody owns it yet: its pay waits under its own id until an owner claims it"
      : `  · its pay goes to ${owner}`,
    "Ctrl-C stops it in order. A line for every epoch follows.",
  ];
  for (const line of lines) say(line);
}

/** The first Ctrl-C asks for an orderly stop; a second one ends at once. */
function stopWhenAsked() {
  const controller = new AbortController();
  let reason: NodeJS.Signals = "SIGTERM";
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      reason = signal;
      controller.abort();
      process.once("SIGINT", () => process.exit(130));
    });
  }
  return { signal: controller.signal, reason: () => reason };
}
