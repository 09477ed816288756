import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type NetworkOptions, type Phase, type RunningNetwork, startNetwork } from "../network/startNetwork.ts";
import type { ChildCrash } from "../supervise/child.ts";

const GIB = 2 ** 30;

export interface TemporaryNetwork extends RunningNetwork {
  /** Kills a part with signal 9, as a power cut would. Resolves when it is gone. */
  kill(name: string): Promise<void>;
  /** Kills a device and removes everything it had. */
  destroyDevice(name: string): Promise<void>;
  /** Parts that ended without {@link kill}. */
  readonly crashes: readonly ChildCrash[];
  /** Stops everything and removes the directory. */
  end(options?: { readonly keep?: boolean }): Promise<void>;
}

interface Wishes extends Partial<NetworkOptions> {
  readonly portBase: number;
  readonly phase?: Phase;
  readonly onCrash?: (crash: ChildCrash) => void;
}

/** Runs a whole network in a directory of its own that is removed at the end. */
export async function startTemporaryNetwork({ phase, onCrash, ...wishes }: Wishes): Promise<TemporaryNetwork> {
  const directory = wishes.directory ?? (await mkdtemp(path.join(tmpdir(), "wayleave-")));
  const crashes: ChildCrash[] = [];
  const killed = new Set<string>();
  const options = { storage: 6, cheaters: 0, epochMs: 20_000, quotaBytes: 20 * GIB, ...wishes, directory };
  let network: RunningNetwork;
  try {
    network = await startNetwork(options, {
      phase: phase ?? ((_name, work) => work()),
      onCrash(crash) {
        if (killed.has(crash.name)) return;
        crashes.push(crash);
        onCrash?.(crash);
      },
    });
  } catch (error) {
    if (wishes.directory === undefined) await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const kill = async (name: string) => {
    killed.add(name);
    const child = network.children.get(name)!;
    process.kill(child.pid, "SIGKILL");
    await child.exited;
    killed.delete(name); // the next one of this name may crash by itself
  };
  return {
    ...network,
    crashes,
    kill,
    async destroyDevice(name) {
      await kill(name);
      await rm(network.state.path("devices", name.replace("device-", "")), { recursive: true, force: true });
    },
    async end({ keep = false } = {}) {
      await network.stop();
      if (!keep) await rm(directory, { recursive: true, force: true });
    },
  };
}
