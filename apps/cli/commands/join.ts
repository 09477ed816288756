import { existsSync } from "node:fs";
import { mkdir, statfs } from "node:fs/promises";
import path from "node:path";
import { agentConfigSchema } from "@wayleave/app-agent/config";
import { type RunningAgent, runAgent } from "@wayleave/app-agent/runAgent";
import { chainReader } from "@wayleave/chain/chainReader";
import { type EventIndex, openEventIndex } from "@wayleave/chain/eventIndex";
import { WayleaveError } from "@wayleave/core/errors";
import { addressSchema } from "@wayleave/core/ids";
import type { Provider } from "@wayleave/core/kind";
import type { Network } from "@wayleave/core/network";
import { loadDeviceIdentity } from "@wayleave/layer-physical/deviceIdentity";
import type { LinkRoute } from "@wayleave/link/types";
import colors from "picocolors";
import { duration } from "../ages.ts";
import { fileLog } from "../joining/fileLog.ts";
import { firstSteps, sayEpochs } from "../joining/joinJourney.ts";
import { readNetwork } from "../joining/readNetwork.ts";
import { sayPhases } from "../phases.ts";
import { print, say, wholeNumber } from "../terminal.ts";

const GIB = 2 ** 30;
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

/** Runs one storage device in the foreground until Ctrl-C, and shows its way to the first reward. */
export async function join(options: Record<string, string>): Promise<void> {
  const stop = stopWhenAsked();
  const phase = sayPhases();
  const directory = path.resolve(options["deviceDir"]!);
  const network = await phase(
    "Network",
    () => readNetwork(options["network"]!),
    ({ name, chainId, schedule }) => `${name}, chain ${chainId}, epochs of ${duration(schedule.epochMs)}`,
  );
  const config = configOf(options, directory, network);
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
    agent = await runAgent(config, { clock, log, wrap: async (provider) => witnessed(provider, commitment.resolve) });
    const { links } = agent;
    const needs = {
      ...{ network, device: key.id, owner: config.owner, index, reader: await chainReader(network), links },
      ...{ committed: commitment.promise, signal: stop.signal, nowMs: clock.now },
    };
    await firstSteps(needs, phase);
    sayWhatIsNext(config.owner, network);
    await sayEpochs(needs, say);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say(`\n${stop.reason()}: stopping…`);
  } finally {
    await agent?.close();
    await index?.close();
    log.close();
  }
  say(`Stopped. The device keeps its pieces: start it again with the same --device-dir before it misses an epoch.`);
  process.exit(stop.reason() === "SIGINT" ? 130 : 0);
}

/** @throws WayleaveError `usage-invalid` naming the option. */
function configOf(options: Record<string, string>, directory: string, network: Network) {
  const { owner, cell, localAddress } = options;
  if (owner !== undefined && !addressSchema.safeParse(owner).success) {
    throw new WayleaveError("usage-invalid", "--owner must be 20 bytes of 0x hex", { option: "owner" });
  }
  const parsed = agentConfigSchema.omit({ network: true }).safeParse({
    ...{ directory, owner: owner ?? null, cell, localAddress: localAddress ?? null },
    quotaBytes: wholeNumber("quota-gib", options["quotaGib"], 1, 1_000_000) * GIB,
  });
  if (parsed.success) return { ...parsed.data, network };
  const issue = parsed.error.issues[0]!;
  const option = issue.path.join(".");
  throw new WayleaveError("usage-invalid", `--${option} ${issue.message}`, { option });
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

function sayWhatIsNext(owner: string | null, { schedule }: Network): void {
  const lines = [
    "",
    "The device is in. From here on, without anything to be done:",
    `  · every epoch (${duration(schedule.epochMs)}) verifiers ask for random parts of what it holds; every answer is a proof`,
    "  · fronts place customers' data on it; what it holds and serves is paid in dollars, by signed vouchers",
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
