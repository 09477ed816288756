import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { portsFrom } from "@wayleave/core/ports";
import { type RunningNetwork, startNetwork } from "../../apps/cli/network/startNetwork.ts";
import { type LineShape, type Shaper, startShaper } from "../../testbed/shaper.ts";
import { frontStatus } from "../../apps/cli/network/frontStatus.ts";
import type { SigningAccount } from "../load/presign.ts";

/** Ten minutes: epochs of a minute are for showing settlements, a real one is a day. */
const EPOCH_MS = 600_000;
const QUOTA_BYTES = 64 * 2 ** 30;
/** Links, offers and tickets of a whole network on a busy machine. */
const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 250;

export interface BenchNetwork {
  readonly running: RunningNetwork;
  readonly account: SigningAccount;
  readonly s3: { readonly host: string; readonly port: number };
  readonly bucket: string;
  /** Process by part. */
  readonly pids: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export interface BenchNetworkOptions {
  /** Where its directory is made: on the disk that is to be measured. */
  readonly under: string;
  readonly portBase: number;
  readonly devices: number;
  readonly policy: { readonly k: number; readonly n: number };
  /** The line of each device; none: loopback as it is. */
  readonly lineOf?: (device: number) => LineShape;
  readonly say: (line: string) => void;
}

/** Starts a network of its own in a fresh directory and waits until every device may be given pieces. */
export async function startBenchNetwork(options: BenchNetworkOptions): Promise<BenchNetwork> {
  const { under, portBase, devices, policy, lineOf, say } = options;
  const directory = await mkdtemp(path.join(under, "network-"));
  const shapers: Shaper[] = [];
  const frontLink = { host: "127.0.0.1", port: portsFrom(portBase).frontLink };
  const settings = new Map<number, { dialVia: Record<string, string> }>();
  for (let device = 1; lineOf !== undefined && device <= devices; device++) {
    const localAddress = `127.0.${20 + device}.1`; // as `startNetwork` gives it
    const shaper = await startShaper({ target: frontLink, shape: lineOf(device), localAddress });
    shapers.push(shaper);
    const via = { [`${frontLink.host}:${frontLink.port}`]: `127.0.0.1:${shaper.port}` };
    settings.set(device, { dialVia: via });
  }
  const network = await startNetwork(
    {
      ...{ directory, policy, storage: devices, cheaters: 0 },
      ...{ portBase, epochMs: EPOCH_MS, quotaBytes: QUOTA_BYTES },
      deviceSettings: (index) => settings.get(index) ?? {},
    },
    {
      phase: async (_name, work) => work(),
      onCrash: ({ name, lastLines }) => say(`${name} crashed:\n${lastLines.join("\n")}`),
    },
  );
  const stop = async (): Promise<void> => {
    await network.stop();
    for (const shaper of shapers) await shaper.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await devicesReady(network, devices);
  } catch (error) {
    await stop();
    throw error;
  }
  const { demo, endpoints } = network.file;
  const url = new URL(endpoints.s3);
  return {
    running: network,
    account: demo,
    s3: { host: url.hostname, port: Number(url.port) },
    bucket: demo.bucket,
    pids: new Map([
      ...[...network.children].map(([name, child]) => [name, child.pid] as const),
      ["postgres", network.postgres!.pid],
    ]),
    stop,
  };
}

async function devicesReady(network: RunningNetwork, devices: number): Promise<void> {
  const giveUpMs = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const status = await frontStatus(network.file.endpoints.front).catch(() => null);
    if (status !== null && status.serving >= devices) return;
    if (performance.now() > giveUpMs) throw new Error(`only ${status?.serving ?? 0} of ${devices} devices serve`);
    await pause(POLL_MS);
  }
}
